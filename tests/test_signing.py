"""`kpisite sign`: each signs in turn, the form stays archival, and all signatures hold."""

import asyncio
import io
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from tests.archives import issues_of, with_endless_page
from tests.signed_forms import form
from tests.signing_keys import PASSWORD, authority, key_files, keys_in, time_server
from tests.sites import SCHEME, Ran, built, run, small_site, write

TURNS = (("supervisor", "CS001"), ("self", "CS017"), ("总经理", "GM"))

#: What the checker says of a file with two signatures and more, and why it may: a signature covers
#: the file as it was when it was given; a later one is added after it, as ISO 32000-1, 12.8.1 and
#: PAdES have it.  Of the last one the rule holds.
EARLIER_SIGNATURE = "PDFA3A-SIGNATURE-BYTERANGE-001"


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The keys of the staff; the command finds the password in the environment."""
    monkeypatch.setenv("KPISITE_KEY_PASSWORD", PASSWORD)
    return keys_in(tmp_path / "keys")


@pytest.fixture
def paper(tmp_path: Path, keys: Path) -> Path:
    """A form that nobody has signed."""
    path = tmp_path / "form.pdf"
    path.write_bytes(form())
    return path


def sign(path: Path, role: str, who: str, *more: str | Path) -> Ran:
    key = path.parent / "keys" / f"{who}.p12"
    return run("sign", path, "--language", "zh", "--as", role, "--key", key, *more)


def signed_by(path: Path, turns: int, *more: str | Path) -> bytes:
    """The form when the first so many have signed it."""
    for role, who in TURNS[:turns]:
        ran = sign(path, role, who, *more)
        assert ran.code == 0, ran.errors
    return path.read_bytes()


def statuses(content: bytes) -> list[PdfSignatureStatus]:
    """What pyHanko says of every signature, trusting our authority alone."""
    _, _, der = pem.unarmor(authority().pem)
    reader = PdfFileReader(io.BytesIO(content))

    async def validated() -> list[PdfSignatureStatus]:
        return [
            await async_validate_pdf_signature(
                one,
                ValidationContext(
                    trust_roots=[asn1_x509.Certificate.load(der)], allow_fetching=False
                ),
            )
            for one in reader.embedded_regular_signatures
        ]

    return asyncio.run(validated())


# Three sign, one after the other.


def test_all_three_signatures_hold_and_the_form_stays_archival(paper: Path) -> None:
    before = paper.read_bytes()
    assert issues_of(before) == []
    for turn in (1, 2, 3):
        content = _next(paper, turn)
        assert content.startswith(before), "a signature adds to the file and changes nothing"
        assert issues_of(content, *([EARLIER_SIGNATURE] if turn > 1 else [])) == []
        before = content
    with pikepdf.open(io.BytesIO(before)) as pdf:
        assert pdf.check_pdf_syntax() == []  # qpdf reads it through
    found = statuses(before)
    assert [one.bottom_line for one in found] == [True] * 3
    assert all(one.modification_level <= ModificationLevel.FORM_FILLING for one in found)


def _next(paper: Path, turn: int) -> bytes:
    role, who = TURNS[turn - 1]
    ran = sign(paper, role, who)
    assert ran.code == 0, ran.errors
    return paper.read_bytes()


@pytest.mark.skipif(not shutil.which("pdfsig"), reason="poppler is not here")
def test_poppler_finds_three_valid_signatures(paper: Path) -> None:
    signed_by(paper, 3)
    ran = subprocess.run(
        ["pdfsig", paper], capture_output=True, text=True, check=False,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert ran.stdout.count("Signature is Valid") == 3
    assert ran.stdout.count("ETSI.CAdES.detached") == 3
    assert re.findall("Common Name: (.*)", ran.stdout) == ["王敏", "李娜", "张㛃"]


def test_the_first_signature_certifies_and_each_locks_its_own_field(paper: Path) -> None:
    reader = PdfFileReader(io.BytesIO(signed_by(paper, 3)))
    signatures = reader.embedded_regular_signatures
    certified = reader.root["/Perms"]["/DocMDP"]
    assert [one.sig_object == certified for one in signatures] == [True, False, False]
    assert signatures[0].docmdp_level.value == 2
    locks = [(one.fieldmdp.action.name, one.fieldmdp.fields) for one in signatures]
    assert locks == [("INCLUDE", [f"sign-{number}"]) for number in (1, 2, 3)]


def test_the_description_of_the_file_stays_as_it_was_built(paper: Path) -> None:
    def described(content: bytes) -> bytes:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return pdf.Root.Metadata.read_bytes()

    before = described(paper.read_bytes())
    assert described(signed_by(paper, 3)) == before


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not here")
def test_a_stamp_says_who_in_which_capacity_and_when_in_an_embedded_font(paper: Path) -> None:
    signed_by(paper, 3)
    text = subprocess.run(
        ["pdftotext", "-layout", paper, "-"], capture_output=True, text=True, check=True
    ).stdout
    assert re.search(r"王敏\s+李娜\s+张㛃", text)
    assert re.search(r"考核人\s+本人\s+总经理", text)
    times = re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d", text)
    assert len(times) == 3
    declared = PdfFileReader(paper.open("rb")).embedded_regular_signatures
    said = [one.self_reported_timestamp.isoformat(" ", "seconds") for one in declared]
    assert [one.replace(" +", "+").replace(" -", "-") for one in times] == said


def test_a_name_that_the_font_cannot_draw_leaves_a_mark_and_the_form_archival(
    tmp_path: Path, paper: Path
) -> None:
    (tmp_path / "keys/odd.p12").write_bytes(authority().pkcs12("李👍娜"))
    assert sign(paper, "supervisor", "odd").code == 0
    assert issues_of(paper.read_bytes()) == []


# With the time, as a server attests it.


def test_a_time_stamp_is_in_the_signature(paper: Path) -> None:
    with time_server(authority()) as url:
        content = signed_by(paper, 2, "--timestamp", url)
    times = [one.timestamp_validity for one in statuses(content)]
    assert [one is not None and one.valid for one in times] == [True, True]
    assert issues_of(content, EARLIER_SIGNATURE) == []


def test_b_lta_stores_the_certificates_and_a_time_stamp_of_the_whole(
    paper: Path, keys: Path
) -> None:
    with time_server(authority()) as url:
        content = signed_by(paper, 3, "--timestamp", url, "--trust", keys / "ca.pem")
    reader = PdfFileReader(io.BytesIO(content))
    assert len(reader.embedded_timestamp_signatures) == 3
    assert len(reader.root["/DSS"]["/Certs"]) >= 5  # three people, the server, the authority
    found = statuses(content)
    assert [one.bottom_line for one in found] == [True] * 3
    times = [one.timestamp_validity for one in found]
    assert all(one is not None and one.trusted for one in times)
    assert issues_of(content, EARLIER_SIGNATURE) == []


@pytest.mark.parametrize("level", ["B-T", "B-LTA"])
def test_a_server_that_is_not_there_signs_nothing(paper: Path, keys: Path, level: str) -> None:
    with time_server(authority()) as url:
        pass  # it is gone again
    ran = sign(
        paper, "supervisor", "CS001", "--timestamp", url, "--level", level,
        "--trust", keys / "ca.pem",
    )  # fmt: skip
    assert ran.code == 2
    assert url in ran.errors
    assert paper.read_bytes() == form()


def test_a_server_that_answers_nonsense_signs_nothing(paper: Path) -> None:
    with time_server(authority(), answer=b"<html>Welcome</html>") as url:
        ran = sign(paper, "supervisor", "CS001", "--timestamp", url)
    assert ran.code == 2
    assert url in ran.errors
    assert paper.read_bytes() == form()


def test_a_server_that_stamps_something_else_signs_nothing(paper: Path) -> None:
    with time_server(authority(), is_honest=False) as url:
        ran = sign(paper, "supervisor", "CS001", "--timestamp", url)
    assert ran.code == 2
    assert url in ran.errors
    assert paper.read_bytes() == form()


def test_a_server_that_nobody_trusts_signs_nothing(paper: Path, keys: Path) -> None:
    with time_server(authority("别人的")) as url:
        ran = sign(
            paper, "supervisor", "CS001", "--timestamp", url, "--trust", keys / "ca.pem"
        )  # fmt: skip
    assert ran.code == 2
    assert url in ran.errors
    assert paper.read_bytes() == form()


# Whose turn it is.


def test_signing_out_of_turn_names_who_is_to_sign_first(paper: Path) -> None:
    ran = sign(paper, "self", "CS017", "--language", "en")
    assert ran.code == 1
    assert "first 考核人 王敏 signs" in ran.errors
    assert paper.read_bytes() == form()


def test_somebody_who_will_not_sign_is_passed_over_and_the_signature_says_so(
    paper: Path,
) -> None:
    signed_by(paper, 1)
    assert sign(paper, "3", "GM").code == 1
    ran = sign(paper, "3", "GM", "--pass-over", "self")
    assert ran.code == 0, ran.errors
    last = PdfFileReader(paper.open("rb")).embedded_regular_signatures[-1]
    assert last.sig_object["/Reason"] == "总经理（本人 李娜未签）"
    after = paper.read_bytes()
    too_late = sign(paper, "self", "CS017")
    assert too_late.code == 1
    assert "总经理" in too_late.errors
    assert paper.read_bytes() == after


def test_nobody_signs_twice(paper: Path) -> None:
    once = signed_by(paper, 1)
    ran = sign(paper, "supervisor", "CS001")
    assert ran.code == 1
    assert "考核人 王敏已经签过" in ran.errors
    assert paper.read_bytes() == once


# What is refused, in a line; and the file stays as it was.


def cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def scrambled(content: bytes) -> bytes:
    return content.replace(b"/Root", b"/Boot")


def encrypted(content: bytes) -> bytes:
    saved = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.save(saved, encryption=pikepdf.Encryption(owner="a", user="b"))
    return saved.getvalue()


def without_fields(content: bytes) -> bytes:
    saved = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        del pdf.Root.AcroForm
        del pdf.pages[-1].Annots
        pdf.save(saved)
    return saved.getvalue()


def bomb(_: bytes) -> bytes:
    """A table of objects that is a thousand times as long as its file."""
    import zlib

    table = zlib.compress(bytes(64 * 1024 * 1024), 9)
    head = b"%PDF-1.7\n"
    entries = (
        b"1 0 obj\n<< /Type /XRef /Size 3 /W [1 4 2] /Root 2 0 R /Filter /FlateDecode "
        b"/Length %d >>\nstream\n%s\nendstream\nendobj\n" % (len(table), table)
    )
    return head + entries + b"startxref\n%d\n%%%%EOF\n" % len(head)


def nested(_: bytes) -> bytes:
    deep = b"[" * 200_000
    return b"%%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root %s >>\n" % deep + (
        b"startxref\n9\n%%EOF\n"
    )


BROKEN = {
    "no-pdf": (lambda _: b"PK\x03\x04 a workbook", "不是 PDF", "no PDF"),
    "empty": (lambda _: b"", "不是 PDF", "no PDF"),
    "truncated": (cut, "不完整", "cut off"),
    "scrambled": (scrambled, "损坏", "damaged"),
    "nested": (nested, "损坏", "damaged"),
    "encrypted": (encrypted, "加密", "encrypted"),
    "bomb": (bomb, "过大", "unpacks to more"),
    "endless page": (with_endless_page, "过大", "unpacks to more"),
    "no-fields": (without_fields, "没有签名栏", "no line to sign"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_cannot_be_signed_is_refused_in_a_line(paper: Path, name: str) -> None:
    spoil, zh, en = BROKEN[name]
    spoiled = spoil(form())
    paper.write_bytes(spoiled)
    for language, said in (("zh", zh), ("en", en)):
        ran = sign(paper, "supervisor", "CS001", "--language", language)
        assert (ran.code, ran.output) == (1, ""), ran.errors
        assert ran.errors.startswith(f"{paper}: ")
        assert said in ran.errors
        assert ran.errors.count("\n") == 1
    assert paper.read_bytes() == spoiled
    assert sorted(one.name for one in paper.parent.iterdir()) == ["form.pdf", "keys"]


def test_a_form_without_the_line_names_those_it_has(paper: Path) -> None:
    ran = sign(paper, "witness", "CS001", "--language", "en")
    assert ran.code == 1
    assert "1 考核人 王敏 (supervisor), 2 本人 李娜 (self), 3 总经理" in ran.errors


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path, keys: Path) -> None:
    assert sign(tmp_path / "no.pdf", "self", "CS017").code == 1
    assert sign(tmp_path / "keys", "self", "CS017").code == 1


def test_what_was_changed_after_a_signature_gets_no_other(paper: Path) -> None:
    sound = signed_by(paper, 1)
    place = sound.index(b"/FontDescriptor")
    paper.write_bytes(sound[:place] + b"/fontDescriptor" + sound[place + 15 :])
    assert sign(paper, "self", "CS017").code == 1

    writer = IncrementalPdfFileWriter(io.BytesIO(sound))
    writer.root["/PageMode"] = writer.root["/Type"]
    writer.root["/Lang"] = writer.root["/Type"]
    writer.update_root()
    changed = io.BytesIO()
    writer.write(changed)
    paper.write_bytes(changed.getvalue())
    ran = sign(paper, "self", "CS017")
    assert ran.code == 1
    assert "sign-1" in ran.errors
    assert paper.read_bytes() == changed.getvalue()


# Keys that do not sign.


def test_a_wrong_password_is_said_so(paper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPISITE_KEY_PASSWORD", "wrong")
    for language, said in (("zh", "密码不对"), ("en", "password is wrong")):
        ran = sign(paper, "supervisor", "CS001", "--language", language)
        assert (ran.code, ran.output) == (2, "")
        assert said in ran.errors
    assert paper.read_bytes() == form()


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"first": -800, "last": -400}, "过期"),
        ({"first": 30, "last": 400}, "起才有效"),
        ({"signs": False}, "不可用于签名"),
    ],
)
def test_a_certificate_that_does_not_hold_now_or_not_for_this_signs_nothing(
    paper: Path, facts: dict[str, Any], said: str
) -> None:
    (paper.parent / "keys/odd.p12").write_bytes(authority().pkcs12("赵远", **facts))
    ran = sign(paper, "supervisor", "odd")
    assert ran.code == 2
    assert said in ran.errors and "赵远" in ran.errors
    assert paper.read_bytes() == form()


def test_a_certificate_from_somebody_else_signs_nothing_where_issuers_are_named(
    paper: Path, keys: Path
) -> None:
    (keys / "odd.p12").write_bytes(authority("别人的").pkcs12("赵远"))
    ran = sign(paper, "supervisor", "odd", "--trust", keys / "ca.pem")
    assert ran.code == 2
    assert "赵远" in ran.errors and "别人的" in ran.errors
    assert paper.read_bytes() == form()


def test_the_site_may_keep_the_issuers_it_trusts(output: Path) -> None:
    site, path = output.parent, output / "managers/desk/2026-10/A1.pdf"
    (site / "trust").mkdir()
    (site / "trust/ca.pem").write_bytes(authority("别人的").pem)
    words = ("sign", path, "--as", "1", "--key", site / "keys/CS001.p12")
    ran = run(*words, at=site)
    assert ran.code == 2
    assert "澄湖签发中心" in ran.errors
    (site / "trust/ca.pem").write_bytes(authority().pem)
    assert run(*words, at=site).code == 0
    (site / "trust/ca.pem").write_bytes(b"nothing")
    assert run("sign", path, "--as", "2", "--key", site / "keys/CS017.p12", at=site).code == 2


def test_without_named_issuers_it_is_said_that_nobody_asked(paper: Path, keys: Path) -> None:
    assert "--trust" in sign(paper, "supervisor", "CS001").errors
    assert "--trust" not in sign(paper, "self", "CS017", "--trust", keys / "ca.pem").errors


@pytest.mark.parametrize("content", [b"", b"-----BEGIN", key_files])
def test_a_key_file_that_is_none_is_said_so(paper: Path, keys: Path, content: object) -> None:
    (keys / "odd.p12").write_bytes(
        content if isinstance(content, bytes) else key_files()["GM"][:-40]
    )
    ran = sign(paper, "supervisor", "odd")
    assert ran.code == 2
    assert "PKCS#12" in ran.errors
    assert sign(paper, "supervisor", "nowhere").code == 2
    assert paper.read_bytes() == form()


def test_a_token_needs_a_library_of_its_own(paper: Path) -> None:
    ran = run(
        "sign", paper, "--as", "1", "--pkcs11", "/usr/lib/x.so", "--token", "t",
        "--certificate", "c",
    )  # fmt: skip
    assert ran.code == 2
    assert "pyHanko[pkcs11]" in ran.errors


@pytest.mark.parametrize(
    "key",
    [
        lambda: rsa.generate_private_key(65537, 2048),
        lambda: ec.generate_private_key(ec.SECP384R1()),
        ed25519.Ed25519PrivateKey.generate,
    ],
    ids=["rsa", "p384", "ed25519"],
)
def test_every_usual_kind_of_key_signs(paper: Path, key: Callable[[], object]) -> None:
    (paper.parent / "keys/odd.p12").write_bytes(authority().pkcs12("赵远", key=key()))
    assert sign(paper, "supervisor", "odd").code == 0
    assert statuses(paper.read_bytes())[0].bottom_line
    assert issues_of(paper.read_bytes()) == []


# Where the password comes from.


def test_a_key_file_may_be_without_a_password(paper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KPISITE_KEY_PASSWORD", "")
    (paper.parent / "keys/open.p12").write_bytes(authority().pkcs12("赵远", password=""))
    assert sign(paper, "supervisor", "open").code == 0


def test_the_password_may_stand_in_a_file(
    paper: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KPISITE_KEY_PASSWORD")
    ran = sign(paper, "supervisor", "CS001", "--password-file", keys / "password")
    assert ran.code == 0, ran.errors


def test_the_password_is_asked_for_once(
    paper: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def typed(prompt: str) -> str:
        asked.append(prompt)
        return PASSWORD

    monkeypatch.delenv("KPISITE_KEY_PASSWORD")
    monkeypatch.setattr("click.termui.hidden_prompt_func", typed)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    other = tmp_path / "other.pdf"
    other.write_bytes(form("另一份"))
    ran = run("sign", paper, other, "--as", "1", "--key", tmp_path / "keys/CS001.p12")
    assert ran.code == 0, ran.errors
    assert len(asked) == 1


def test_where_nobody_can_be_asked_it_is_said_how_else(
    paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KPISITE_KEY_PASSWORD")
    monkeypatch.setattr("sys.stdin", io.StringIO())
    ran = sign(paper, "supervisor", "CS001")
    assert ran.code == 2
    assert "--password-file" in ran.errors


# Many at once, and what was built is never touched.


@pytest.fixture
def output(tmp_path: Path, keys: Path) -> Path:
    """The output of a build, as signing sees it: a month of forms for two departments."""
    folder = tmp_path / "output"
    for department, person in (("desk", "A1"), ("desk", "A2"), ("store", "B1")):
        path = folder / "managers" / department / "2026-10" / f"{person}.pdf"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(form(person))
    (folder / "managers/desk/2026-10/summary.pdf").write_bytes(without_fields(form()))
    (folder / ".kpisite-output").touch()
    (tmp_path / "kpisite.toml").write_text('company = "小店"\n', encoding="utf-8")
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()
    }


def test_a_managers_month_is_signed_by_one_command(output: Path) -> None:
    site, before = output.parent, tree(output)
    key = site / "keys/CS001.p12"
    words = ("--month", "2026-10", "--department", "desk", "--as", "supervisor", "--key", key)
    ran = run("sign", *words, at=site)
    assert ran.code == 0, ran.errors
    assert "2 份" in ran.output
    assert tree(output) == before
    signed = tree(site / "signed")
    assert all(one.stat().st_mode & 0o077 == 0 for one in (site / "signed").rglob("*"))
    assert sorted(signed) == [f"managers/desk/2026-10/{one}.pdf" for one in ("A1", "A2")]
    for path, content in signed.items():
        assert content.startswith(before[path])
        assert statuses(content)[0].bottom_line


def test_a_month_that_was_not_built_is_said_so(output: Path) -> None:
    site = output.parent
    key = ("--as", "1", "--key", site / "keys/CS001.p12")
    for words in (("--month", "2026-11"), ("--month", "2026-10", "--department", "dsek")):
        ran = run("sign", *words, *key, at=site)
        assert ran.code == 2
        assert "kpisite build" in ran.errors


def test_the_next_signer_goes_on_from_the_signed_copy(output: Path) -> None:
    site, path = output.parent, output / "managers/desk/2026-10/A1.pdf"
    for role, who in TURNS:
        ran = run("sign", path, "--as", role, "--key", site / f"keys/{who}.p12", at=site)
        assert ran.code == 0, ran.errors
    assert len(statuses((site / "signed/managers/desk/2026-10/A1.pdf").read_bytes())) == 3
    assert path.read_bytes() == form("A1")


def test_a_form_that_was_built_anew_is_not_signed_over_the_old_one(output: Path) -> None:
    site, path = output.parent, output / "managers/desk/2026-10/A1.pdf"
    words = ("--as", "supervisor", "--key", site / "keys/CS001.p12")
    assert run("sign", path, *words).code == 0
    path.write_bytes(form("A1 改过"))
    before = tree(site / "signed")
    ran = run("sign", path, *words)
    assert ran.code == 1
    assert "signed/managers/desk/2026-10/A1.pdf 与这份内容不同" in ran.errors
    assert tree(site / "signed") == before


def test_what_somebody_else_signed_meanwhile_is_not_lost(
    paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kpisite.sign import signing

    really, theirs = signing.signed, b""

    def slowly(*arguments: Any) -> bytes:
        nonlocal theirs
        theirs = really(*arguments)
        paper.write_bytes(theirs)
        return really(*arguments)

    monkeypatch.setattr(signing, "signed", slowly)
    ran = sign(paper, "supervisor", "CS001")
    assert ran.code == 2
    assert "再签一次" in ran.errors
    assert paper.read_bytes() == theirs


def test_where_one_of_many_cannot_be_signed_none_is(output: Path) -> None:
    site = output.parent
    (output / "managers/desk/2026-10/A2.pdf").write_bytes(b"nothing")
    words = ("--month", "2026-10", "--as", "supervisor", "--key", site / "keys/CS001.p12")
    ran = run("sign", *words, at=site)
    assert ran.code == 1
    assert "A2.pdf" in ran.errors and "2 份" in ran.errors
    assert not (site / "signed").exists()


def test_a_disk_that_is_full_in_the_middle_leaves_whole_forms_and_the_rest_is_signed_later(
    output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, before = output.parent, tree(output)
    words = ("--month", "2026-10", "--as", "supervisor", "--key", site / "keys/CS001.p12")
    written, really = [], os.write

    def write(file: int, content: bytes) -> int:
        if file <= 2:
            return really(file, content)
        written.append(file)
        if len(written) > 1:
            raise OSError(28, "No space left on device")
        return really(file, content)

    with monkeypatch.context() as full:
        full.setattr("os.write", write)
        ran = run("sign", *words, at=site)
    assert ran.code == 2
    assert "磁盘已满" in ran.errors and "3 份中已签 1 份" in ran.errors
    assert tree(output) == before
    assert [len(statuses(one)) for one in tree(site / "signed").values()] == [1]
    assert run("sign", *words, at=site).code == 1  # one is signed already
    assert run("sign", *words, "--remaining", at=site).code == 0
    assert [len(statuses(one)) for one in tree(site / "signed").values()] == [1, 1, 1]


def test_signed_copies_may_go_elsewhere_and_two_never_become_one(
    output: Path, tmp_path: Path
) -> None:
    key = ("--as", "1", "--key", tmp_path / "keys/CS001.p12", "--output", tmp_path / "mine")
    path = output / "managers/desk/2026-10/A1.pdf"
    assert run("sign", path, *key).code == 0
    assert list(tree(tmp_path / "mine")) == ["managers/desk/2026-10/A1.pdf"]
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "form.pdf").write_bytes(form())
    ran = run("sign", tmp_path / "one/form.pdf", tmp_path / "two/form.pdf", *key)
    assert ran.code == 2
    assert not (tmp_path / "mine/form.pdf").exists()


def test_what_goes_not_together_is_said_so(paper: Path, keys: Path) -> None:
    key = ("--as", "1", "--key", keys / "CS001.p12")
    assert run("sign", *key).code == 2
    assert run("sign", paper, "--as", "1").code == 2
    assert run("sign", paper, *key, "--department", "desk").code == 2
    assert run("sign", paper, *key, "--level", "B-T").code == 2
    assert run("sign", paper, *key, "--level", "B-LTA", "--timestamp", "http://127.0.0.1").code == 2
    assert paper.read_bytes() == form()


# A form as it is really built.


def test_a_form_that_was_built_is_signed_by_all_three(tmp_path: Path, keys: Path) -> None:
    """Each named in another way: by the rater, by what the line is called, by its number."""
    scheme = SCHEME.replace(
        'signatures = ["考核人", { name = "本人", rater = "self" }]',
        'signatures = [{ name = "考核人", rater = "supervisor" }, "总经理", "本人"]',
    )
    site = write(small_site(scheme=scheme), tmp_path / "site")
    form = built(site, "--month", "2026-10") / "managers/desk/2026-10/A1.pdf"
    before = form.read_bytes()
    assert issues_of(before) == []
    for role, who in (("supervisor", "丁岚"), ("总经理", "王敏"), ("3", "安然")):
        (keys / f"{who}.p12").write_bytes(authority().pkcs12(who))
        ran = run("sign", form, "--as", role, "--key", keys / f"{who}.p12", at=site)
        assert ran.code == 0, ran.errors
    content = (site / "signed/managers/desk/2026-10/A1.pdf").read_bytes()
    assert content.startswith(before) and form.read_bytes() == before
    assert issues_of(content, EARLIER_SIGNATURE) == []
    assert [one.bottom_line for one in statuses(content)] == [True] * 3


# Keys for trying.


def test_keys_for_trying_say_loudly_what_they_are_and_sign(
    tmp_path: Path, paper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KPISITE_KEY_PASSWORD")
    site = write(small_site(), tmp_path / "site")
    ran = run("keys", "demo", "--staff", "M1", "--staff", "A1", at=site)
    assert ran.code == 0, ran.errors
    assert "没有任何法律效力" in ran.output
    folder = site / "demo-keys"
    assert {one.name for one in folder.iterdir()} == {
        ".gitignore", "A1.p12", "M1.p12", "README.txt", "authority.pem", "password.txt",
    }  # fmt: skip
    assert all(one.stat().st_mode & 0o077 == 0 for one in folder.iterdir())
    ran = run(
        "sign", paper, "--as", "1", "--key", folder / "M1.p12",
        "--password-file", folder / "password.txt", "--trust", folder / "authority.pem",
    )  # fmt: skip
    assert ran.code == 0, ran.errors
    signature = PdfFileReader(paper.open("rb")).embedded_regular_signatures[0]
    assert signature.signer_cert.subject.native["common_name"] == "丁岚（试用 DEMO）"
    assert run("keys", "demo", at=site).code == 2  # nothing is written over
    assert run("keys", "demo", "elsewhere", "--staff", "X9", at=site).code == 2
