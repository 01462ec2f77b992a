"""`kpisite verify` without signatures: the record, the total and the bytes, each tampered with."""

import io
import json
import random
import shutil
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from kpisite.core.month import Month
from kpisite.core.worker import Remote
from kpisite.verify.past import Past
from tests.every_byte import places_asked_for
from tests.repositories import commit, git
from tests.sites import built, edit, record, run, shared, small_site

RECORD = "records/2026-10/A1.toml"
FORM = "output/employees/A1/2026-10.pdf"
BARE = "output/managers/desk/2026-10/A1.pdf"
#: So many places of a file are tried, unless others are asked for (`every_byte.py`).
TRIED = 40


def verified_site(factory: pytest.TempPathFactory) -> Path:
    """The small company in git, built; nobody changes it."""

    def make(folder: Path) -> None:
        folder.mkdir()
        git(folder, "init", "-q")
        commit(folder, small_site() | {".gitignore": "output\n.kpisite\n"}, "2026-11-02")
        built(folder)

    return shared(factory, "verified", make)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return verified_site(tmp_path_factory)


@pytest.fixture
def own(site: Path, tmp_path: Path) -> Path:
    """The same in a folder of its own."""
    return Path(shutil.copytree(site, tmp_path / "own"))


def verify(
    site: Path, file: Path | str, *more: str | Path, code: int | None = None
) -> dict[str, Any]:
    """The report on one file."""
    ran = run("verify", file, "--json", *more, at=site)
    assert code is None or ran.code == code, ran.output + ran.errors
    report: dict[str, Any] = json.loads(ran.output)["files"][0]
    return report


def verdicts(report: Mapping[str, Any]) -> dict[str, str]:
    return {level: one["verdict"] for level, one in report["levels"].items()}


def why(report: Mapping[str, Any]) -> set[str]:
    return {one["why"] for one in report["levels"].values()}


def attached(content: bytes) -> dict[str, bytes]:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return {name: one.get_file().read_bytes() for name, one in pdf.attachments.items()}


def with_attachment(content: bytes, name: str, data: bytes) -> bytes:
    """The file with other data in one attachment, saved in the same way."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        stream = pdf.attachments[name].get_file().obj
        stream.write(zlib.compress(data), filter=pikepdf.Name.FlateDecode)
        saved = io.BytesIO()
        pdf.save(saved, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return saved.getvalue()


# What a build made holds.


@pytest.mark.parametrize("form", [FORM, BARE])
def test_what_a_build_made_holds_though_nobody_signed(site: Path, form: str) -> None:
    report = verify(site, site / form, code=0)
    assert verdicts(report) == {
        "signatures": "undecided", "record": "holds", "total": "holds", "bytes": "holds",
    }  # fmt: skip
    assert report["unsigned"] == ["考核人", "本人 安然"]
    assert verify(site, site / form, "--strict", code=1)["verdict"] == "undecided"


def test_people_read_each_level_and_why(site: Path) -> None:
    ran = run("verify", site / FORM, at=site)
    assert "A1 · 2026-10 · 未封账" in ran.output, "in the language of the site"
    assert "总分  成立" in ran.output
    assert "尚未签名：考核人、本人 安然" in ran.output


def test_several_files_are_verified_and_one_that_is_none_ends_in_a_1(site: Path) -> None:
    ran = run("verify", site / FORM, site / "kpisite.toml", site / BARE, at=site)
    assert ran.code == 1
    assert "不是 PDF 文件" in ran.output
    assert ran.output.count("字节  成立") == 2


def test_a_form_holds_though_the_record_was_changed_since_and_says_so(own: Path) -> None:
    commit(own, {RECORD: record("A1", "2026-10", care=(10, 10))}, "2026-11-20")
    report = verify(own, own / FORM, code=0)
    assert verdicts(report)["bytes"] == "holds"
    assert [one["why"] for one in report["remarks"]] == ["verify-changed-since"]
    assert "2026-11-20" in report["remarks"][0]["says"]


def test_a_form_that_was_printed_after_another_file_changed_holds(own: Path) -> None:
    edit(own, "records/staff/A1.toml", "安然", "安冉")
    commit(own, {}, "2026-11-05")
    built(own)
    commit(own, {RECORD: record("A1", "2026-10", care=(10, 10))}, "2026-11-20")
    assert verdicts(verify(own, own / FORM, code=0))["bytes"] == "holds"


def test_a_form_printed_before_its_month_was_closed_holds_and_says_so(own: Path) -> None:
    """The record is the same; only what the foot says of the month is another."""
    assert run("close", "2026-10", "--despite-open", at=own).code == 0
    commit(own, {}, "2026-11-10")
    report = verify(own, own / FORM, code=0)
    assert why(report) >= {"verify-record-holds", "verify-total-holds", "verify-bytes-hold"}
    assert [one["why"] for one in report["remarks"]] == ["verify-before-closing"]
    assert "这份表是封账前的样子" in run("verify", FORM, "--language", "zh", at=own).output
    built(own, "--employee", "A1")
    assert verify(own, own / FORM, code=0)["remarks"] == []


def test_what_is_in_the_folder_and_not_committed_changes_nothing(own: Path) -> None:
    edit(own, RECORD, "care = { self = 60", "care = { self = 10")
    assert verdicts(verify(own, own / FORM, code=0))["bytes"] == "holds"


def test_a_form_of_a_record_that_was_not_committed_is_found_out(own: Path) -> None:
    edit(own, RECORD, "care = { self = 60", "care = { self = 10")
    built(own)
    report = verify(own, own / FORM, code=1)
    assert report["form"]["revision"] == "uncommitted"
    assert report["levels"]["record"]["facts"]["keys"] == "marks.care.self"
    commit(own, {}, "2026-11-05")
    assert verdicts(verify(own, own / FORM, code=0))["bytes"] == "holds"


def test_the_site_may_lie_in_a_folder_of_the_repository(site: Path, tmp_path: Path) -> None:
    root = tmp_path / "top"
    for path in ("kpisite.toml", "records"):
        copy = shutil.copytree if (site / path).is_dir() else shutil.copy
        (root / "考核").mkdir(parents=True, exist_ok=True)
        copy(site / path, root / "考核" / path)
    git(root, "init", "-q")
    commit(root, {".gitignore": "output\n"}, "2026-11-02")
    built(root / "考核", "--employee", "A1")
    report = verify(root / "考核", root / "考核" / FORM, code=0)
    assert verdicts(report)["bytes"] == "holds"


# Each level tampered with.


def test_a_record_that_git_has_otherwise_is_named_with_its_keys(own: Path) -> None:
    git(own, "checkout", "-q", "--orphan", "rewritten")
    commit(own, {RECORD: record("A1", "2026-10", care=(60, 49), sales="130000.01")}, "2026-11-02")
    report = verify(own, own / FORM, code=1)
    assert report["levels"]["record"]["why"] == "verify-record-differs"
    assert report["levels"]["record"]["facts"]["keys"] == "marks.care.supervisor"
    assert report["levels"]["total"]["why"] == "verify-total-differs"
    assert report["levels"]["bytes"]["verdict"] == "broken"


def test_a_history_written_anew_with_the_same_record_cannot_prove_the_revision(own: Path) -> None:
    git(own, "checkout", "-q", "--orphan", "rewritten")
    commit(own, {}, "2026-11-03")
    report = verify(own, own / FORM, code=0)
    assert verdicts(report) == {
        "signatures": "undecided", "record": "undecided", "total": "holds", "bytes": "undecided",
    }  # fmt: skip
    assert report["levels"]["record"]["why"] == "verify-other-history"


def test_a_swapped_record_in_the_form_is_named(site: Path, tmp_path: Path) -> None:
    content = (site / FORM).read_bytes()
    swapped = attached(content)["record.toml"].replace(b"sales = 130000.01", b"sales = 930000.01")
    report = verify(
        site, placed(tmp_path, with_attachment(content, "record.toml", swapped)), code=1
    )
    assert report["levels"]["record"]["facts"]["keys"] == "metrics.sales"
    assert report["levels"]["bytes"]["why"] == "verify-bytes-differ"


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        ("kpisite.json", b'"78.0"', b'"98.0"', "verify-total-differs"),
        ("kpisite.json", b'"grade": "', b'"grade": "x', "verify-total-differs"),
        ("kpisite.json", b'"a5a5', b'"b5b5', "verify-fingerprint-differs"),
        ("kpisite.json", b'"open"', b'"closed"', "verify-version-differs"),
        ("scheme.toml", b"points = 60", b"points = 61", "verify-attachment-differs"),
        ("policy.toml", b"salary = 1500", b"salary = 9500", "verify-attachment-differs"),
        ("working.json", b"78", b"98", "verify-attachment-differs"),
    ],
)
def test_what_else_was_swapped_in_the_form_is_named(
    site: Path, tmp_path: Path, name: str, old: bytes, new: bytes, found: str
) -> None:
    content = (site / FORM).read_bytes()
    before = attached(content)[name]
    assert old in before
    swapped = with_attachment(content, name, before.replace(old, new))
    report = verify(site, placed(tmp_path, swapped), code=1)
    assert report["levels"]["total"]["why"] == found
    assert report["levels"]["bytes"]["why"] == "verify-bytes-differ"


def test_another_total_on_the_page_is_caught_by_its_words(own: Path, tmp_path: Path) -> None:
    true = attached((own / FORM).read_bytes())
    edit(own, RECORD, "care = { self = 60, supervisor = 50", "care = { self = 60, supervisor = 60")
    built(own)
    forged = (own / FORM).read_bytes()
    for name, data in true.items():
        forged = with_attachment(forged, name, data)
    report = verify(own, placed(tmp_path, forged), code=1)
    assert verdicts(report)["record"] == "holds"
    assert report["levels"]["total"]["why"] == "verify-total-not-printed"


def test_a_form_without_its_data_is_no_form(site: Path, tmp_path: Path) -> None:
    with pikepdf.open(site / FORM) as pdf:
        del pdf.attachments["kpisite.json"]
        pdf.save(tmp_path / "bare.pdf")
    assert why(verify(site, tmp_path / "bare.pdf", code=1)) >= {"verify-no-facts"}


@pytest.mark.parametrize("added", [b"\n", b" ", b"%x\n%%EOF\n"])
def test_what_was_added_to_a_form_that_nobody_signed_is_caught(
    site: Path, tmp_path: Path, added: bytes
) -> None:
    report = verify(site, placed(tmp_path, (site / FORM).read_bytes() + added), code=1)
    assert report["levels"]["bytes"]["why"] == "verify-bytes-added"


def test_a_single_byte_changed_anywhere_is_caught_and_named(site: Path) -> None:
    content, past = (site / FORM).read_bytes(), Past(site)
    for at in places(len(content)):
        for changed in (content[at] ^ 1, content[at] ^ 0x20):
            spoilt = content[:at] + bytes([changed]) + content[at + 1 :]
            assert is_caught(spoilt, past), f"byte {at}"


def places(length: int) -> list[int]:
    """Places of a file: some, spread over it, or those that are asked for."""
    return places_asked_for(length) or sorted(random.Random(1).sample(range(length), TRIED))


def is_caught(content: bytes, past: Past) -> bool:
    from kpisite.paper.pdf import Unreadable
    from kpisite.verify.form import verify_form
    from kpisite.verify.report import Level, Verdict
    from tests.signing_moment import MOMENT

    try:
        report = verify_form(content, past, [], MOMENT)
    except Unreadable:
        return True
    return report.levels[Level.BYTES].verdict is Verdict.BROKEN


def placed(folder: Path, content: bytes) -> Path:
    (folder / "file.pdf").write_bytes(content)
    return folder / "file.pdf"


# What cannot be known, and why.


def test_other_versions_leave_the_bytes_undecided_and_are_named(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = {"weasyprint": "1.0", "pango": "1.2"}
    import kpisite.products.jobs

    made = kpisite.products.jobs.made_by()
    monkeypatch.setattr("kpisite.verify.state.made_by", lambda: dict(made) | real)
    monkeypatch.setattr("kpisite.products.jobs.made_by", lambda: dict(made) | real)
    monkeypatch.setattr("kpisite.products.state.versions_of_libraries", lambda: real)
    report = verify(site, site / FORM, code=0)
    assert verdicts(report) == {
        "signatures": "undecided", "record": "holds", "total": "holds", "bytes": "undecided",
    }  # fmt: skip
    said = report["levels"]["bytes"]["says"]
    assert f"weasyprint {made['weasyprint']} → 1.0" in said
    assert "pango" in said
    assert "fonttools" not in said
    assert [one["why"] for one in report["remarks"]] == ["verify-words-same"]


def test_a_typeface_of_the_machine_in_another_version_is_named(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only on the form with a rare character: the bytes of the others do not depend on it."""
    typefaces = {"HanaMinB.ttf": "0" * 16}
    monkeypatch.setattr(
        "kpisite.fonts.typefaces_for", lambda text: typefaces if "安然" in text else {}
    )
    monkeypatch.setattr("kpisite.fonts.versions_for", lambda text: ("x",) if "安然" in text else ())
    built(own, "--employee", "A1", "--employee", "A2")
    assert why(verify(own, own / FORM, code=0)) >= {"verify-bytes-hold"}
    typefaces = {"HanaMinB.ttf": "1" * 16}
    report = verify(own, own / FORM, code=0)
    assert report["levels"]["bytes"]["why"] == "verify-bytes-other-versions"
    assert "HanaMinB.ttf 0000000000000000 → 1111111111111111" in report["levels"]["bytes"]["says"]
    assert report["levels"]["total"]["verdict"] == "holds"
    typefaces = {}
    assert "0000 → –" in verify(own, own / FORM, code=0)["levels"]["bytes"]["says"]
    others = own / FORM.replace("A1", "A2")
    assert why(verify(own, others, code=0)) >= {"verify-bytes-hold"}


def test_a_blank_form_and_a_list_have_nothing_to_prove(own: Path) -> None:
    assert run("blank", "form", "-o", own / "blank.pdf", at=own).code == 0
    (own / "list.pdf").write_bytes((own / "output/managers/desk/2026-10/summary.pdf").read_bytes())
    for kind in ("blank", "list"):
        report = verify(own, own / f"{kind}.pdf", code=0)
        assert set(verdicts(report).values()) == {"undecided"}
        assert why(report) == {f"verify-{kind}"}
        assert verify(own, own / f"{kind}.pdf", "--strict", code=1)


def test_a_form_that_pretends_to_be_blank_is_none(own: Path, tmp_path: Path) -> None:
    """A form has lines to sign, and carries its record."""
    blank = b'{"format": 1, "copy": "blank"}'
    disguised = with_attachment((own / FORM).read_bytes(), "kpisite.json", blank)
    report = verify(own, placed(tmp_path, disguised), code=1)
    assert report["levels"]["record"]["why"] == "verify-no-facts"


def test_without_git_nothing_can_be_reported_of_the_records(
    site: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert why(verify(site, site / FORM, code=0)) == {"verify-unsigned", "verify-no-git"}


def test_without_a_repository_nothing_can_be_reported_of_the_records(own: Path) -> None:
    shutil.rmtree(own / ".git")
    assert why(verify(own, own / FORM, code=0)) == {"verify-unsigned", "verify-no-repository"}


def test_a_shallow_clone_lacks_the_revision_and_says_how_to_get_it(
    own: Path, tmp_path: Path
) -> None:
    commit(own, {RECORD: record("A1", "2026-10", care=(10, 10))}, "2026-11-20")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "1", own.as_uri(), str(clone))
    report = verify(clone, own / FORM, code=0)
    assert why(report) == {"verify-unsigned", "verify-shallow"}


def test_pay_files_that_git_does_not_keep_are_taken_as_they_lie_there(own: Path) -> None:
    git(own, "rm", "-q", "-r", "--cached", "records/pay")
    ignored = {".gitignore": "output\n.kpisite\nrecords/pay\n"}
    commit(own, {**ignored, RECORD: (own / RECORD).read_text() + "\n"}, "2026-11-05")
    built(own)
    report = verify(own, own / FORM, code=0)
    assert verdicts(report)["bytes"] == "holds"
    assert [one["why"] for one in report["remarks"]] == ["verify-todays-pay"]


# Files that are none.


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "verify-not-pdf"),
        (b"GIF89a", "verify-not-pdf"),
        (b"%PDF-1.7\n", "verify-truncated"),
        (b"%PDF-1.7\nnothing\n%%EOF", "verify-damaged"),
    ],
)
def test_a_file_that_is_no_form_gets_a_line(
    site: Path, tmp_path: Path, content: bytes, found: str
) -> None:
    report = verify(site, placed(tmp_path, content), code=1)
    assert report["unreadable"]["why"] == found


def test_a_form_cut_short_gets_a_line(site: Path, tmp_path: Path) -> None:
    content = (site / FORM).read_bytes()
    report = verify(site, placed(tmp_path, content[: len(content) // 2]), code=1)
    assert report["unreadable"]["why"] == "verify-truncated"


def test_an_encrypted_form_gets_a_line(site: Path, tmp_path: Path) -> None:
    with pikepdf.open(site / FORM) as pdf:
        pdf.save(tmp_path / "x.pdf", encryption=pikepdf.Encryption(owner="o", user="u"))
    assert verify(site, tmp_path / "x.pdf", code=1)["unreadable"]["why"] == "verify-encrypted"


def test_an_attachment_that_unpacks_without_end_is_read_no_further(
    site: Path, tmp_path: Path
) -> None:
    bomb = with_attachment((site / FORM).read_bytes(), "record.toml", b"a" * 50_000_000)
    assert len(bomb) < 200_000
    assert verify(site, placed(tmp_path, bomb), code=1)["unreadable"]["why"] == "verify-bomb"


# By several processes, or by one.


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("records/2026-10/A2.toml", "nonsense = 7\n"),
        ("records/2026-10/A2.toml", record("A2", "2026-10", care=(70, 60))),
        ("records/schemes/form.toml", ""),
    ],
    ids=["within-a-file", "between-files", "nothing-to-score-by"],
)
def test_an_unsound_state_of_the_site_proves_nothing_and_is_passed_over(
    own: Path, path: str, text: str
) -> None:
    """A state is scored first and examined while the form is printed."""
    commit(own, {path: text}, "2026-11-05")
    past = Past(own)
    state = past.at(past.newest.id)
    assert state.result("A1", "", Month.parse("2026-10")) is None or not state.is_sound
    assert not state.is_sound
    assert why(verify(own, FORM, code=0)) >= {"verify-bytes-hold"}


def test_processes_that_were_ended_from_outside_cost_nothing_but_time(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, really = list[Remote](), Remote.start

    def start(make: Callable[[], object]) -> Remote | None:
        remote = really(make)
        assert remote is not None
        started.append(remote)
        remote._process.kill()
        return remote

    monkeypatch.setattr(Remote, "start", start)
    assert why(verify(site, FORM, "--reprint", code=0)) >= {"verify-bytes-hold"}
    assert len(started) == 2, "one to print, and one to read"
    monkeypatch.setattr(Remote, "start", lambda _: None)  # where none can be forked
    assert why(verify(site, FORM, "--reprint", code=0)) >= {"verify-bytes-hold"}


def test_what_a_process_raises_is_raised_here() -> None:
    remote = Remote.start(lambda: {"key": 1})
    assert remote is not None
    remote.ask(7, "__getitem__", "key")
    remote.ask(8, "__getitem__", "other")
    with pytest.raises(KeyError):
        remote.answer(8)
    assert remote.answer(7) == 1
    remote.end()
