"""What was printed before is not printed again to verify it, where it is known who printed it."""

import hmac
import io
import shutil
import sqlite3
from collections.abc import Callable
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import pikepdf
import pytest

import kpisite.products.print_key
from kpisite.disk.cache import FORMS, RUNS, FormCache, Store
from kpisite.products.state import BUILT
from kpisite.products.work import Work
from kpisite.verify import prints
from kpisite.verify.assistant import Assistant
from kpisite.verify.past import Past
from kpisite.verify.prints import SEEN, SEEN_OF, Prints
from kpisite.verify.state import Printed, State
from kpisite.write.pdf import Job
from tests.repositories import commit, git
from tests.sites import built, run
from tests.test_verify import BARE, FORM, placed, verified_site, verify, why

STORE = ".kpisite/forms.sqlite"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return verified_site(tmp_path_factory)


@pytest.fixture
def own(site: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(site, tmp_path / "own"))


def changed(site: Path, statement: str, *values: object) -> None:
    with sqlite3.connect(site / STORE) as connection:
        connection.execute(statement, values)
    connection.close()


def names(site: Path) -> set[str]:
    store = Store(site, FORMS)
    found = set(store.names())
    store.close()
    return found


def repainted(content: bytes) -> bytes:
    """The form with something else on its page; all that it carries is as it was."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        page = pdf.pages[0]
        page.Contents.write(page.Contents.read_bytes().replace(b" Tm", b" Tm ", 1) + b"\n")
        saved = io.BytesIO()
        pdf.save(saved, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return saved.getvalue()


def test_what_a_build_printed_is_not_printed_again(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Assistant, "_begin_press", lambda _: pytest.fail("it is printed"))
    others = (f"state {number}" for number in count())
    monkeypatch.setattr(Past, "_name_of", lambda *_: (next(others), False))
    report = verify(site, FORM, code=0)
    assert why(report) >= {"verify-bytes-hold", "verify-total-holds", "verify-record-holds"}
    assert report["printing"] == "kept"
    said = run("verify", FORM, at=site).output
    assert "由您本人此前在本机打印并保存" in said and "--reprint" in said


@pytest.mark.parametrize("form", [FORM, BARE])
def test_what_a_build_made_of_the_very_state_is_not_scored_again(
    site: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    anew = verify(site, form, "--reprint", code=0)
    monkeypatch.setattr(Past, "at", lambda *_: pytest.fail("it is scored"))
    report = verify(site, form, code=0)
    assert report == {**anew, "printing": "known"}
    said = run("verify", form, at=site).output
    assert "按站点同样的文件计分、打印并保存" in said and "--reprint" in said


def test_of_another_state_than_was_built_nothing_is_known(own: Path) -> None:
    """The form is the same in all of them: what is known is of files, not of pages."""
    other = own / "records/2026-10/A2.toml"
    as_it_was = other.read_text()
    other.write_text(as_it_was + "\n[notes]\nsupervisor = 'more'\n")
    built(own)
    assert verify(own, FORM, code=0)["printing"] == "kept", "what was built is in no commit"
    other.write_text(as_it_was)
    built(own)
    assert verify(own, FORM, code=0)["printing"] == "known"
    commit(own, {"records/2026-10/A2.toml": as_it_was + "# more\n"}, "2026-11-20")
    assert verify(own, FORM, code=0)["printing"] == "kept", "what is committed was not built"
    built(own)
    assert verify(own, FORM, code=0)["printing"] == "known"


@pytest.mark.parametrize("kept", [b"", b"state\nkey", b"[1, 2]", b'["state", {"share": 7}]', b"{}"])
def test_what_another_version_kept_of_a_build_is_passed_over(own: Path, kept: bytes) -> None:
    changed(own, "DELETE FROM piece WHERE key LIKE ?", f"{SEEN_OF}%")
    store = FormCache(own)
    store.put(BUILT, kept)
    store.close()
    assert verify(own, FORM, code=0)["printing"] == "kept"
    built(own)


def test_pay_that_is_in_no_commit_is_part_of_the_state(own: Path) -> None:
    git(own, "rm", "-q", "-r", "--cached", "records/pay")
    commit(own, {".gitignore": "output\n.kpisite\nrecords/pay\n"}, "2026-11-20")
    built(own)
    report = verify(own, FORM, code=0)
    assert report["printing"] == "known"
    assert [one["why"] for one in report["remarks"]] == ["verify-todays-pay"]
    (own / "records/pay/A1.toml").write_text((own / "records/pay/A1.toml").read_text() + "# more\n")
    assert verify(own, FORM, code=0)["printing"] == "kept"


def test_a_theme_that_changes_while_it_is_built_is_not_taken_for_what_was_printed(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = {"theme.toml": 'extends = "default"\n', "print.css": "h1 { color: black }\n"}
    settings = (own / "kpisite.toml").read_text().replace("\n", '\ntheme = "house"\n', 1)
    themed = {f"themes/house/{name}": text for name, text in house.items()}
    commit(own, {"kpisite.toml": settings, **themed}, "2026-11-20")
    style = own / "themes/house/print.css"
    style.write_text('h1::after { content: "100" }\n')
    print_all = Work.print_all

    def print_and_restore(work: Work, *arguments: Any) -> int:
        style.write_text(house["print.css"])
        return print_all(work, *arguments)

    monkeypatch.setattr(Work, "print_all", print_and_restore)
    built(own)
    report = verify(own, FORM, code=1)
    assert report["levels"]["bytes"]["why"] == "verify-bytes-differ"
    assert report == verify(own, FORM, "--reprint", code=1)


def test_prints_of_an_older_state_are_not_handed_on_where_the_store_has_gaps(own: Path) -> None:
    policy = own / "records/policies/rules.toml"
    as_it_was = policy.read_text()
    policy.write_text(as_it_was.replace('"良"', '"卓越"'))
    built(own)
    shutil.copyfile(own / FORM, own / "forged.pdf")
    older = (own / STORE).read_bytes()
    policy.write_text(as_it_was)
    with sqlite3.connect(own / ".kpisite" / RUNS) as connection:
        connection.execute("DELETE FROM piece WHERE key LIKE 'parts % person A1'")
        assert connection.total_changes >= 1
    connection.close()
    built(own)
    newer = (own / STORE).read_bytes()
    for store in (older, newer):
        (own / STORE).write_bytes(store)
        with sqlite3.connect(own / STORE) as connection:  # all rows with good seals of their own
            (own / "other.sqlite").write_bytes(older)
            connection.execute("ATTACH ? AS other", (str(own / "other.sqlite"),))
            connection.execute("INSERT OR IGNORE INTO piece SELECT * FROM other.piece")
        connection.close()
        report = verify(own, "forged.pdf", code=1)
        assert report["levels"]["total"]["why"] == "verify-total-differs"


def test_pay_that_changes_while_a_form_is_verified_is_not_taken_for_what_was_scored(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(own, "rm", "-q", "-r", "--cached", "records/pay")
    commit(own, {".gitignore": "output\n.kpisite\nrecords/pay\n"}, "2026-11-20")
    pay = own / "records/pay/A1.toml"
    pay.write_text(pay.read_text().replace("123.45", "222.22"))  # as it is in no commit at all
    built(own)
    shutil.rmtree(own / ".kpisite")
    printed = State.printed

    def print_and_change(state: State, job: Job) -> Printed:
        pay.write_text(pay.read_text().replace("222.22", "999.99"))
        return printed(state, job)

    monkeypatch.setattr(State, "printed", print_and_change)
    assert verify(own, FORM, code=0)["printing"] == "anew"
    assert verify(own, FORM)["printing"] != "known"


def test_what_was_scored_to_verify_a_form_is_not_scored_again(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(own / ".kpisite")
    assert verify(own, FORM, code=0)["printing"] == "anew"
    assert verify(own, FORM, code=0)["printing"] == "known"
    assert verify(own, BARE, code=0)["printing"] == "anew"


def test_it_is_printed_again_where_that_is_wanted(site: Path) -> None:
    assert verify(site, FORM, "--reprint", code=0)["printing"] == "anew"
    assert "为本次验证重新打印" in run("verify", FORM, "--reprint", at=site).output


def test_what_was_printed_to_verify_a_form_is_kept_under_the_key_of_a_build(own: Path) -> None:
    before = names(own)
    shutil.rmtree(own / ".kpisite")
    assert [verify(own, FORM, code=0)["printing"] for _ in range(2)] == ["anew", "known"]
    of, kept = sorted(names(own), key=lambda one: one.startswith(SEEN))
    assert of.startswith(SEEN_OF) and of.endswith(f" {kept.removeprefix(SEEN)}")
    assert kept.startswith(SEEN) and kept.removeprefix(SEEN) in before


def test_what_was_printed_to_verify_forms_is_kept_within_bounds(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prints, "MOST_SEEN", 1)
    shutil.rmtree(own / ".kpisite")
    for form in (FORM, BARE):
        verify(own, form, code=0)
        assert len(names(own)) == 2


def test_where_nothing_is_to_prove_nothing_is_printed(own: Path) -> None:
    (own / "list.pdf").write_bytes((own / "output/managers/desk/2026-10/summary.pdf").read_bytes())
    assert verify(own, "list.pdf", code=0)["printing"] == "none"


# What is not to be believed.

Seal = Callable[[str, bytes], bytes | None]
#: How somebody may seal what they put in the place of a print, without this user's secret.
SEALS: dict[str, Seal] = {
    "none": lambda key, content: None,
    "as it was": lambda key, content: b"",
    "a digest": lambda key, content: sha256(f"{FORMS}\0{key}\0".encode() + content).digest(),
    "another's secret": lambda key, content: hmac.digest(
        b"x" * 32, f"{FORMS}\0{key}\0".encode() + content, "sha256"
    ),
    "an empty secret": lambda key, content: hmac.digest(
        b"", f"{FORMS}\0{key}\0".encode() + content, "sha256"
    ),
}


@pytest.mark.parametrize("seal", SEALS)
def test_a_print_that_somebody_forged_for_a_changed_form_is_not_believed(
    own: Path, tmp_path: Path, seal: str
) -> None:
    forged = repainted((own / FORM).read_bytes())
    for key in names(own):
        found = SEALS[seal](key, forged)
        changed(own, "UPDATE piece SET (content, mark) = (?, ?) WHERE key = ?",
                forged, sha256(forged).hexdigest(), key)  # fmt: skip
        if found != b"":
            changed(own, "UPDATE piece SET seal = ? WHERE key = ?", found, key)
    assert Prints(own).may_have(forged), "a hint by which nothing is decided"
    report = verify(own, placed(tmp_path, forged), code=1)
    assert report["levels"]["bytes"]["why"] == "verify-bytes-differ"
    assert report["printing"] == "anew"


def test_another_forms_print_and_seal_are_of_no_use(own: Path, tmp_path: Path) -> None:
    """Both are this user's own: what one job gives says nothing of another."""
    mark = sha256((own / FORM).read_bytes()).hexdigest()
    other = sha256((own / FORM.replace("A1", "A2")).read_bytes()).hexdigest()
    changed(own, "UPDATE piece SET (seal, content) = (SELECT seal, content FROM piece "
            "WHERE mark = ?) WHERE mark = ?", other, mark)  # fmt: skip
    assert verify(own, FORM, code=0)["printing"] == "anew"


def another_program(patch: pytest.MonkeyPatch, own: Path) -> None:
    patch.setattr(kpisite.products.print_key, "printing_code", lambda: "another")
    patch.setattr("kpisite.verify.assistant.code_digest", lambda: "another")


def another_typeface(patch: pytest.MonkeyPatch, own: Path) -> None:
    patch.setattr("kpisite.fonts.versions_for", lambda html: ("HanaMinB.ttf 0",))
    patch.setattr("kpisite.verify.assistant.code_digest", lambda: "another")


def another_secret(patch: pytest.MonkeyPatch, own: Path) -> None:
    patch.setenv("XDG_STATE_HOME", str(own.parent / "another"))


def no_home(patch: pytest.MonkeyPatch, own: Path) -> None:
    patch.delenv("XDG_STATE_HOME")
    patch.delenv("HOME")


def no_folder(patch: pytest.MonkeyPatch, own: Path) -> None:
    shutil.rmtree(own / ".kpisite")
    (own / ".kpisite").write_text("a file")


#: What is otherwise than when it was printed, and whether it is kept from then on.
CHANGES = {
    "another program": (another_program, "known"),
    "another typeface": (another_typeface, "kept"),
    "another secret": (another_secret, "known"),
    "no home": (no_home, "anew"),
    "no folder": (no_folder, "anew"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_where_anything_else_is_as_it_was_it_is_printed_again_in_silence(
    own: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    do, after = CHANGES[change]
    do(monkeypatch, own)
    reports: list[dict[str, Any]] = [verify(own, FORM, code=0) for _ in range(2)]
    assert [one["printing"] for one in reports] == ["anew", after]
    assert all("verify-bytes-hold" in why(one) for one in reports)


def test_what_is_kept_speaks_for_forms_and_never_against_one(own: Path, tmp_path: Path) -> None:
    """Of two files, one is the print, and of the other it is said by printing that it is not."""
    forged = placed(tmp_path, repainted((own / FORM).read_bytes()))
    ran = run("verify", FORM, forged, at=own)
    assert ran.code == 1
    assert ran.output.index("由您本人此前在本机按") < ran.output.index("为本次验证重新打印")
