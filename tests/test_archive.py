"""`kpisite archive`: what was signed is kept as it is, found again, and deleted in time alone."""

import errno
import io
import json
import os
import re
import shutil
import subprocess
import tomllib
import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

import kpisite.cli.archive_options
import kpisite.disk.files
from kpisite.archive.folder import digest_of
from tests.archives import with_endless_page
from tests.marked_months import BY_GRADE, moved
from tests.signed_copies import signed, signer
from tests.signing_keys import PASSWORD, authority, keys_in
from tests.sites import Ran, built, edit, run, shared, small_site, write
from tests.trees import broken_links, digest, files_in, trees, whole

MANAGERS = "output/managers/desk/2026-10/A1.pdf"
OWN = "output/employees/A1/2026-10.pdf"
ARCHIVED = "archive/2026-10"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company with all its forms."""
    return shared(
        tmp_path_factory, "archived", lambda site: built(write(small_site(), site)).exists()
    )


@pytest.fixture
def site(tmp_path: Path, printed: Path) -> Path:
    """A copy of it to work in."""
    return Path(shutil.copytree(printed, tmp_path / "site"))


@pytest.fixture(scope="module")
def by_one(printed: Path) -> bytes:
    """The form without pay, signed on its first line."""
    return signed((printed / MANAGERS).read_bytes(), 1)


@pytest.fixture(scope="module")
def with_pay(printed: Path) -> bytes:
    """The form with pay, signed on its first line."""
    return signed((printed / OWN).read_bytes(), 1)


def archive(site: Path, *arguments: str | Path, code: int = 0) -> Ran:
    ran = run("archive", *arguments, at=site)
    assert ran.code == code, (ran.output, ran.errors)
    assert "Traceback" not in ran.errors
    return ran


def add(site: Path, content: bytes, *options: str, name: str = "form.pdf", code: int = 0) -> Ran:
    """Takes a file of this content in, which stays as it is."""
    path = site / name
    path.write_bytes(content)
    ran = archive(site, "add", path, "--on", "2026-11-20", *options, code=code)
    assert path.read_bytes() == content
    return ran


def names(site: Path, month: str = "2026-10") -> set[str]:
    folder = site / "archive" / month
    return {one.name for one in folder.iterdir()} if folder.exists() else set()


def codes(site: Path) -> set[tuple[str, str, str]]:
    """What `check` finds: quality, code and file."""
    ran = run("archive", "check", "--json", at=site)
    report = json.loads(ran.output)
    assert ran.code == (1 if report["faults"] else 0)
    assert report["sound"] == (not report["faults"])
    return {(one["quality"], one["code"], one["file"]) for one in report["faults"]}


# Taking in.


def test_a_signed_form_is_kept_with_a_list_for_sha256sum_and_all_that_archives_ask(
    site: Path, by_one: bytes
) -> None:
    umask = os.umask(0)
    try:
        add(site, by_one)
    finally:
        os.umask(umask)
    name = "A1.no-pay.signed.pdf"
    assert names(site) == {name, f"{name}.toml", "SHA256SUMS"}
    assert (site / ARCHIVED / name).read_bytes() == by_one
    ran = subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=site / ARCHIVED, capture_output=True,
        check=True,
    )  # fmt: skip
    assert ran.stdout.decode().count(": OK\n") == 2
    about = tomllib.loads((site / ARCHIVED / f"{name}.toml").read_text(encoding="utf-8"))
    assert about.pop("sha256") == digest_of(by_one)
    assert about.pop("size") == len(by_one)
    assert re.fullmatch(r"[0-9a-f]{12}", about.pop("fingerprint"))
    del about["revision"]
    (first, second) = about.pop("signer")
    assert (first["capacity"], first["signed"], first["name"]) == ("考核人", True, "测试")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", first["on"])
    assert (second["rater"], second["signed"], second["name"]) == ("self", False, "")
    assert about == {
        "number": "2026-10/A1/no-pay/signed/1", "title": "安然 · 2026 年 10 月 · 月度考核",
        "company": "小店", "appraisee": "A1", "name": "安然", "department": "客服部", "part": "",
        "month": "2026-10", "version": "open", "with-pay": False, "secrecy": "内部",
        "retention": "scores", "keep-until": date(2027, 10, 31), "origin": "signed",
        "edition": 1, "reason": "", "original": "form.pdf", "added": date(2026, 11, 20),
        "format": "application/pdf", "pages": 1,
    }  # fmt: skip
    modes = {oct(one.stat().st_mode & 0o777) for one in (site / "archive").rglob("*")}
    assert modes == {"0o700", "0o600"}
    assert oct((site / "archive").stat().st_mode & 0o777) == "0o700"


def test_what_nobody_signed_is_taken_by_a_word_alone_and_counts_for_nothing(site: Path) -> None:
    form = (site / OWN).read_bytes()
    assert "--unsigned" in add(site, form, code=1).errors
    assert names(site) == set()
    add(site, form, "--unsigned")
    assert "A1.pay.unsigned.pdf" in names(site)
    assert "安然 A1：没有人签" in archive(site, "status", "2026-10", code=1).output


def test_the_same_file_once_more_changes_nothing(site: Path, by_one: bytes) -> None:
    add(site, by_one)
    before = files_in(site / "archive")
    assert "存档中已有" in add(site, by_one, "--on", "2026-11-25").output
    assert files_in(site / "archive") == before


def test_another_file_of_the_same_form_needs_a_reason_and_never_takes_the_place_of_one(
    site: Path, by_one: bytes, printed: Path
) -> None:
    add(site, by_one)
    before = files_in(site / ARCHIVED)
    other = signed((printed / MANAGERS).read_bytes(), 2)
    assert "A1.no-pay.signed.pdf" in add(site, other, code=1).errors
    assert files_in(site / ARCHIVED) == before
    add(site, other, "--reason", "重签")
    after = files_in(site / ARCHIVED)
    assert {name for name in before if before[name] != after[name]} == {"SHA256SUMS"}
    assert 'reason = "重签"' in after["A1.no-pay.signed.2.pdf.toml"].decode()
    assert codes(site) == set()


def test_a_further_signature_makes_the_next_edition_and_the_one_before_is_not_taken_again(
    site: Path, by_one: bytes
) -> None:
    add(site, by_one)
    add(site, signed(by_one, 2))
    assert "A1.no-pay.signed.2.pdf" in names(site)
    assert "存档中已有" in add(site, by_one).output
    assert codes(site) == set()


def test_what_the_archive_has_with_more_signatures_is_not_taken_with_fewer(
    site: Path, by_one: bytes
) -> None:
    add(site, signed(by_one, 2))
    assert "不必再收" in add(site, by_one, code=1).errors


def test_a_form_goes_from_the_build_by_way_of_its_signers_into_the_archive(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPISITE_KEY_PASSWORD", PASSWORD)
    keys = keys_in(site / "keys")
    (keys / "A1.p12").write_bytes(authority().pkcs12("安然"))
    for line, who in (("1", "CS001"), ("self", "A1")):
        ran = run("sign", site / MANAGERS, "--as", line, "--key", keys / f"{who}.p12", at=site)
        assert ran.code == 0, ran.errors
        archive(site, "add", site / "signed/managers/desk/2026-10/A1.pdf")
    assert codes(site) == set()
    report = json.loads(archive(site, "status", "--json", code=1).output)
    assert report["cards"][0]["state"] == "signed"
    assert [one.partition(".pdf")[0] for one in report["cards"][0]["files"]] == [
        "2026-10/A1.no-pay.signed.2", "2026-10/A1.no-pay.signed",
    ]  # fmt: skip


def test_the_part_of_a_month_in_a_former_department_is_a_form_of_its_own(tmp_path: Path) -> None:
    site = write(moved("2026-10", "2026-10-11", "81.3", "96.7", BY_GRADE), tmp_path / "site")
    output = built(site)
    for path in ("managers/desk/2026-10/A", "managers/store/2026-10/A", "employees/A/2026-10"):
        add(site, scan((output / f"{path}.pdf").read_bytes()), name="x.png")
    copies = {"A@desk.no-pay.scan.png", "A.no-pay.scan.png", "A.pay.scan.png"}
    assert copies <= names(site)
    output = built(site)
    assert {path for path in files_in(output) if "signed" in path} == {
        "employees/A/2026-10.signed.png", "employees/A/2026-10-desk.signed.png",
        "managers/desk/2026-10/A.signed.png", "managers/store/2026-10/A.signed.png",
        "hr/desk/2026-10/A.signed.png", "hr/store/2026-10/A.signed.png",
    }  # fmt: skip
    desk = (output / "managers/desk/2026-10/A.signed.png").read_bytes()
    assert desk == (site / ARCHIVED / "A@desk.no-pay.scan.png").read_bytes()
    assert broken_links(output) == []
    listed = archive(site, "status", "--json", code=1).output
    assert sum(one["state"] == "signed" for one in json.loads(listed)["cards"]) == 2


def test_all_files_are_taken_or_none(site: Path, by_one: bytes) -> None:
    (site / "good.pdf").write_bytes(by_one)
    (site / "bad.pdf").write_bytes(b"%PDF-1.7\nnothing")
    ran = archive(site, "add", site / "good.pdf", site / "bad.pdf", code=1)
    assert "bad.pdf: PDF 不完整" in ran.errors
    assert "什么也没有存档" in ran.errors
    assert not (site / "archive").exists()


def repacked(form: bytes, change: Callable[[pikepdf.Pdf], object], **how: object) -> bytes:
    with pikepdf.open(io.BytesIO(form)) as pdf:
        change(pdf)
        written = io.BytesIO()
        pdf.save(written, **how)  # type: ignore[arg-type]
    return written.getvalue()


def bombed(pdf: pikepdf.Pdf) -> None:
    stream = pdf.attachments["kpisite.json"].get_file().obj
    stream.write(zlib.compress(bytes(50_000_000)), filter=pikepdf.Name.FlateDecode)


def huge(pdf: pikepdf.Pdf) -> None:
    image = pdf.make_stream(b"x", Subtype=pikepdf.Name.Image, Width=50_000, Height=50_000)
    pdf.Root.Extra = pdf.make_indirect(image)


BROKEN = {
    "不是 PDF、PNG 或 JPEG": lambda _: b"PK\x03\x04",
    "PDF 不完整": lambda form: form[: len(form) // 2],
    "文件已损坏": lambda form: b"%PDF-1.7\nxref\nstartxref\n1\n%%EOF\n" + form[:0],
    "PDF 已加密": lambda form: repacked(
        form, lambda _: None, encryption=pikepdf.Encryption(owner="x", user="y")
    ),
    "解开后过大": lambda form: repacked(form, bombed),
    "解开后过大，不是": lambda form: repacked(form, huge),
    "解开后过大，": with_endless_page,
}


@pytest.mark.parametrize("said", BROKEN)
def test_what_cannot_be_kept_is_refused_in_a_line(site: Path, said: str) -> None:
    broken = BROKEN[said]((site / OWN).read_bytes())
    ran = add(site, broken, "--unsigned", code=1)
    assert said in ran.errors
    assert not (site / "archive").exists()


def test_a_file_that_is_larger_than_any_form_is_not_even_read(site: Path) -> None:
    with (site / "large.pdf").open("wb") as file:
        file.truncate(65 * 1024 * 1024)
    ran = archive(site, "add", site / "large.pdf", code=1)
    assert "64 MB" in ran.errors
    os.mkfifo(site / "pipe.pdf")
    assert "不是普通文件" in archive(site, "add", site / "pipe.pdf", code=1).errors
    assert "gone.pdf" in archive(site, "add", site / "gone.pdf", code=1).errors


def test_a_signature_that_does_not_hold_keeps_a_form_out(site: Path, by_one: bytes) -> None:
    at = by_one.index(b"/Lock")
    changed = by_one[:at] + b"/Lokk" + by_one[at + 5 :]
    assert "签名无效" in add(site, changed, code=1).errors
    assert not (site / "archive").exists()


def test_where_the_site_says_whom_to_trust_a_signature_by_anybody_else_keeps_a_form_out(
    site: Path, by_one: bytes
) -> None:
    """Anybody can make a key in anybody's name."""
    (site / "trust").mkdir()
    place = site / "trust/company.pem"
    place.write_bytes(authority("别家").pem)
    assert "签名无效" in add(site, by_one, code=1).errors
    assert not (site / "archive").exists()
    certificate = signer().signing_cert
    assert certificate is not None
    place.write_bytes(certificate.dump())
    add(site, by_one)
    assert "A1.no-pay.signed.pdf" in names(site)


def test_a_form_of_somebody_or_of_a_month_that_the_site_does_not_know_is_refused(
    site: Path, by_one: bytes
) -> None:
    (site / "records/2026-10/A1.toml").unlink()
    assert "2026-10 没有 A1 的记录" in add(site, by_one, code=1).errors
    edit(site, "kpisite.toml", "小店", "大店")
    assert "是 小店 的" in add(site, by_one, code=1).errors
    ran = add(site, by_one, "--as", "A2", "2026-10", code=1)
    assert "是 A1 2026-10 的" in ran.errors


@pytest.mark.parametrize("what", ["the copy", "what stands beside it", "the list"])
def test_a_full_disk_leaves_the_archive_as_it_was(
    site: Path, by_one: bytes, with_pay: bytes, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    add(site, with_pay)
    before = files_in(site / "archive")
    (site / "form.pdf").write_bytes(by_one)
    turns, real = iter(["the copy", "what stands beside it", "the list"]), os.fsync

    def full(file: int) -> None:
        if next(turns) == what:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(file)

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        ran = archive(site, "add", site / "form.pdf", code=2)
    assert "磁盘已满" in ran.errors
    assert "有 0 个已在存档中" in ran.errors
    assert files_in(site / "archive") == before
    assert codes(site) == set()
    add(site, by_one)
    assert codes(site) == set()


def test_what_a_killed_command_left_is_taken_over_and_anything_else_in_the_way_stays(
    site: Path, by_one: bytes
) -> None:
    (site / ARCHIVED).mkdir(parents=True, mode=0o700)
    (site / "archive").chmod(0o700)
    left = site / ARCHIVED / "A1.no-pay.signed.pdf"
    left.write_bytes(b"mine")
    assert "移走它再试" in add(site, by_one, code=1).errors
    assert left.read_bytes() == b"mine"
    left.write_bytes(by_one)
    left.chmod(0o600)
    add(site, by_one)
    assert codes(site) == set()


# Scans.


def scan(form: bytes, *, format: str = "PNG", turned: float = 0, cut: int = 0) -> bytes:
    with pypdfium2.PdfDocument(form) as pdf:
        image = pdf[0].render(scale=200 / 72).to_pil().convert("L")
    image = image.rotate(turned, fillcolor=240)
    image = image.crop((0, 0, image.width, image.height - cut))
    written = io.BytesIO()
    image.save(written, format, quality=60)
    return written.getvalue()


@pytest.mark.parametrize("format", ["PNG", "JPEG", "PDF"])
def test_a_scan_is_known_by_the_code_in_its_foot(site: Path, format: str) -> None:
    content = scan((site / OWN).read_bytes(), format=format, turned=0.7)
    add(site, content)
    suffix = {"PNG": "png", "JPEG": "jpg", "PDF": "pdf"}[format]
    assert f"A1.pay.scan.{suffix}" in names(site)
    about = (site / ARCHIVED / f"A1.pay.scan.{suffix}.toml").read_text(encoding="utf-8")
    assert 'secrecy = "含工资 · 机密"' in about
    assert "keep-until = 2028-10-31" in about
    assert codes(site) == set()


def test_a_scan_without_a_code_is_whoever_brings_it_says_and_shows_pay_if_nothing_is_said(
    site: Path,
) -> None:
    content = scan((site / MANAGERS).read_bytes(), cut=500)
    assert "--as" in add(site, content, name="x.png", code=1).errors
    for who, month, said in (("X9", "2026-10", "X9"), ("A1", "2026-08", "没有 A1 的记录")):
        ran = add(site, content, "--as", who, month, name="x.png", code=1)
        assert said in ran.errors
    add(site, content, "--as", "A1", "2026-10", name="x.png")
    add(site, content, "--as", "A2", "2026-10", "--without-pay", name="x.png")
    assert {"A1.pay.scan.png", "A2.no-pay.scan.png"} <= names(site)


def joined(*forms: bytes) -> bytes:
    from PIL import Image

    pages = [Image.open(io.BytesIO(scan(form))) for form in forms]
    written = io.BytesIO()
    pages[0].save(written, "PDF", save_all=True, append_images=pages[1:])
    return written.getvalue()


def test_a_scan_of_several_forms_is_taken_for_none_of_them(site: Path) -> None:
    one, other = (site / MANAGERS).read_bytes(), (site / OWN).read_bytes()
    third = (site / "output/managers/desk/2026-10/A2.pdf").read_bytes()
    for forms in ((one, third), (one, other)):
        assert "一份一个文件" in add(site, joined(*forms), code=1).errors
        assert "一份一个文件" in add(site, joined(*forms), "--as", "A1", "2026-10", code=1).errors
    assert names(site) == set()


# Checking.


def resummed(site: Path) -> None:
    """Has the list say what the files are now, as somebody who knows how would."""
    folder = site / ARCHIVED
    lines = [
        f"{digest_of(one.read_bytes())}  {one.name}\n"
        for one in sorted(folder.iterdir())
        if one.name != "SHA256SUMS"
    ]
    (folder / "SHA256SUMS").write_text("".join(lines))


COPY = "2026-10/A1.no-pay.signed.pdf"


def flip(site: Path) -> None:
    place = site / "archive" / COPY
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 1
    place.write_bytes(content)


def flip_and_resum(site: Path) -> None:
    place, before = site / "archive" / COPY, digest_of((site / "archive" / COPY).read_bytes())
    content = place.read_bytes()
    place.write_bytes(content.replace(b"/Lock", b"/Lokk", 1))
    edit(site, f"archive/{COPY}.toml", before, digest_of(place.read_bytes()))
    resummed(site)


def swap(site: Path) -> None:
    for suffix in ("", ".toml"):
        old = site / f"archive/{COPY}{suffix}"
        old.rename(site / f"archive/2026-10/A2.no-pay.signed.pdf{suffix}")
    about = site / "archive/2026-10/A2.no-pay.signed.pdf.toml"
    text = about.read_text().replace('appraisee = "A1"', 'appraisee = "A2"')
    about.write_text(text.replace("2026-10/A1/", "2026-10/A2/"))
    resummed(site)


def beside_and_resum(site: Path) -> None:
    (site / f"archive/{COPY}.toml").write_bytes(b"x = 1\n")
    resummed(site)


def put(place: Path, text: str = "") -> None:
    """A file that its owner alone may read, as those of the archive are."""
    place.write_text(text)
    place.chmod(0o600)


def link(site: Path) -> None:
    place = site / "archive" / COPY
    place.rename(site / "elsewhere.pdf")
    place.symlink_to(site / "elsewhere.pdf")


SPOILT: dict[str, tuple[Callable[[Path], object], set[tuple[str, str, str]]]] = {
    "a byte": (flip, {("whole", "archive-changed", COPY)}),
    "a byte and the list": (flip_and_resum, {("authentic", "archive-not-authentic", COPY)}),
    "a copy gone": (
        lambda site: (site / "archive" / COPY).unlink(),
        {("whole", "archive-missing", COPY)},
    ),
    "what stands beside gone": (
        lambda site: (site / f"archive/{COPY}.toml").unlink(),
        {("whole", "archive-missing", f"{COPY}.toml")},
    ),
    "what stands beside changed": (
        lambda site: (site / f"archive/{COPY}.toml").write_bytes(b"x = 1\n"),
        {("whole", "archive-changed", f"{COPY}.toml")},
    ),
    "what stands beside changed with the list": (
        beside_and_resum,
        {("whole", "archive-about-broken", f"{COPY}.toml")},
    ),
    "something besides": (
        lambda site: put(site / ARCHIVED / "note.txt"),
        {("whole", "archive-extra", "2026-10/note.txt")},
    ),
    "something beside the months": (
        lambda site: put(site / "archive/x"),
        {("whole", "archive-extra", "x")},
    ),
    "the list": (
        lambda site: (site / ARCHIVED / "SHA256SUMS").write_text("what\n"),
        {("whole", "archive-sums-broken", "2026-10/SHA256SUMS")},
    ),
    "a form by another name": (
        swap,
        {("authentic", "archive-not-as-named", "2026-10/A2.no-pay.signed.pdf")},
    ),
    "a link": (link, {("safe", "archive-link", COPY), ("usable", "archive-unreadable", COPY)}),
    "a mode": (
        lambda site: (site / "archive" / COPY).chmod(0o644),
        {("safe", "archive-open", COPY)},
    ),
    "another name on the disk": (
        lambda site: os.link(site / "archive" / COPY, site / "twin.pdf"),
        {("safe", "archive-open", COPY)},
    ),
    "the holds": (
        lambda site: put(site / "archive/holds.toml", "x"),
        {("whole", "archive-own-broken", "holds.toml")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", SPOILT)
def test_whatever_is_done_to_an_archive_is_found_and_named(
    site: Path, by_one: bytes, what: str
) -> None:
    add(site, by_one)
    assert codes(site) == set()
    spoil, found = SPOILT[what]
    spoil(site)
    assert codes(site) == found
    ran = archive(site, "check", "--language", "en", code=1)
    for _, _, path in found:
        assert path in ran.output
    assert f"faults: {len(found)}." in ran.output


def test_an_edition_that_is_gone_with_its_line_in_the_list_is_missed(
    site: Path, by_one: bytes, printed: Path
) -> None:
    add(site, by_one)
    add(site, signed((printed / MANAGERS).read_bytes(), 2), "--reason", "重签")
    for suffix in ("", ".toml"):
        (site / f"archive/{COPY}{suffix}").unlink()
    resummed(site)
    assert codes(site) == {("whole", "archive-missing", COPY)}


# Who has yet to sign.


def test_status_says_by_department_and_signer_who_has_yet_to_sign(
    site: Path, by_one: bytes
) -> None:
    add(site, by_one)
    add(site, scan((site / "output/managers/desk/2026-10/A2.pdf").read_bytes()), name="x.png")
    lines = archive(site, "status", code=1).output.splitlines()
    assert lines == [
        "2026-10：考核表 3 份，签全 1 份。",
        "客服部",
        "  安然 A1：还缺 本人 安然",
        "仓储部",
        "  程砚 B1：没有人签，缺 考核人、本人 程砚",
        "按签字人：",
        "  本人 安然：1 份（安然 A1）",
        "  本人 程砚：1 份（程砚 B1）",
        "  考核人：1 份（程砚 B1）",
    ]
    ran = archive(site, "status", "2026-10", "--json", code=1)
    report = json.loads(ran.output)
    counts = {key: one for key, one in report.items() if isinstance(one, int)}
    assert counts == {"scorecards": 3, "signed": 1, "partly": 1, "outdated": 0, "unsigned": 1}
    assert {one["appraisee"]: one["state"] for one in report["cards"]} == {
        "A1": "partly", "A2": "signed", "B1": "unsigned",
    }  # fmt: skip
    assert report["cards"][0]["files"] == [COPY]


def test_the_lines_of_both_copies_count_together(site: Path, by_one: bytes, printed: Path) -> None:
    add(site, by_one)
    add(site, signed((printed / OWN).read_bytes(), 2))
    assert "签全 1 份" in archive(site, "status", code=1).output


def test_what_was_signed_before_the_record_changed_is_to_be_signed_anew(
    site: Path, by_one: bytes
) -> None:
    add(site, by_one)
    edit(site, "records/2026-10/A1.toml", "supervisor = 50", "supervisor = 51")
    assert "安然 A1：签过之后内容变了" in archive(site, "status", code=1).output
    output = built(site)
    page = (output / "managers/desk/2026-10/A1.html").read_text(encoding="utf-8")
    assert "签字件（更改之前的）" in page


def test_status_ends_well_where_all_have_signed(site: Path) -> None:
    for path in ("desk/2026-10/A1", "desk/2026-10/A2", "store/2026-10/B1"):
        add(site, scan((site / f"output/managers/{path}.pdf").read_bytes()), name="x.png")
    assert archive(site, "status").output == "2026-10：考核表 3 份，签全 3 份。\n"
    assert "2026-08" in archive(site, "status", "2026-08", code=2).errors


# Keeping and deleting.


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 2029."""
    monkeypatch.setattr(kpisite.cli.archive_options, "today", lambda: date(2029, 1, 1))


def due(site: Path, day: str, *options: str) -> list[str]:
    report = json.loads(archive(site, "due", "--on", day, "--json", *options).output)
    return [one["file"] for one in report["due"] if not one["held"]]


PAID = "2026-10/A1.pay.signed.pdf"


def test_scores_are_due_after_a_year_and_pay_after_two_from_the_end_of_the_month(
    site: Path, by_one: bytes, with_pay: bytes
) -> None:
    add(site, by_one)
    add(site, with_pay)
    assert due(site, "2027-10-31") == []
    assert due(site, "2027-11-01") == [COPY]
    assert due(site, "2028-10-31") == [COPY]
    assert due(site, "2028-11-01") == [COPY, PAID]
    with (site / "kpisite.toml").open("a", encoding="utf-8") as file:
        file.write("[retention]\nscores = 3\npay = 5\n")
    assert due(site, "2029-10-31") == []
    assert due(site, "2029-11-01") == [COPY]
    assert due(site, "2031-11-01") == [COPY, PAID]


def test_what_was_promised_holds_though_the_years_become_fewer(site: Path, by_one: bytes) -> None:
    (site / "kpisite.toml").write_text('company = "小店"\n[retention]\nscores = 5\n')
    add(site, by_one)
    (site / "kpisite.toml").write_text('company = "小店"\n')
    assert due(site, "2031-10-31") == []
    assert due(site, "2031-11-01") == [COPY]


def test_pay_is_kept_for_two_years_at_least(site: Path) -> None:
    (site / "kpisite.toml").write_text('company = "小店"\n[retention]\npay = 1\n')
    assert run("check", at=site).code == 1


@pytest.mark.usefixtures("later")
def test_nothing_is_deleted_but_by_word_and_what_is_deleted_is_shown_and_written_down(
    site: Path, by_one: bytes, with_pay: bytes
) -> None:
    add(site, by_one)
    add(site, with_pay)
    before = files_in(site / "archive")
    assert f"{COPY}  安然" in archive(site, "due", "--on", "2028-01-01").output
    assert files_in(site / "archive") == before
    ran = archive(site, "due", "--on", "2028-01-01", "--delete")
    assert f"{COPY}  安然" in ran.output
    assert "已删除 1 份" in ran.output
    assert set(files_in(site / "archive")) == {
        "deleted.toml", "2026-10/SHA256SUMS", PAID, f"{PAID}.toml",
    }  # fmt: skip
    log = tomllib.loads((site / "archive/deleted.toml").read_text(encoding="utf-8"))
    (entry,) = log["deleted"]
    assert entry["file"] == COPY
    assert entry["sha256"] == digest_of(by_one)
    assert entry["on"] == date(2028, 1, 1)
    assert codes(site) == set()
    archive(site, "due", "--delete")
    log = tomllib.loads((site / "archive/deleted.toml").read_text(encoding="utf-8"))
    assert [one["file"] for one in log["deleted"]] == [COPY, PAID]
    assert set(files_in(site / "archive")) == {"deleted.toml"}
    assert codes(site) == set()


def test_a_day_to_come_deletes_nothing(site: Path, by_one: bytes) -> None:
    add(site, by_one)
    ran = archive(site, "due", "--on", "2999-01-01", "--delete", code=2)
    assert "还没有到" in ran.errors
    assert COPY in files_in(site / "archive")


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("what", ["A1", COPY])
def test_what_is_held_stays_until_it_is_released_with_a_reason(
    site: Path, by_one: bytes, what: str
) -> None:
    add(site, by_one)
    archive(site, "hold", what, "--reason", "仲裁 2026-88", "--on", "2026-12-01")
    ran = archive(site, "due", "--delete")
    assert "暂缓删除：仲裁 2026-88" in ran.output
    assert COPY in files_in(site / "archive")
    assert codes(site) == set()
    archive(site, "release", what, "--reason", "仲裁结束", "--on", "2027-12-01")
    holds = tomllib.loads((site / "archive/holds.toml").read_text(encoding="utf-8"))
    assert holds["hold"] == [
        {"what": what, "since": date(2026, 12, 1), "reason": "仲裁 2026-88",
         "until": date(2027, 12, 1), "end": "仲裁结束"}
    ]  # fmt: skip
    archive(site, "due", "--delete")
    assert COPY not in files_in(site / "archive")
    assert (site / "archive/holds.toml").exists()


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize(
    "holds", ["x", "[[hold]]\n", '[[hold]]\nwhat = "A1"\nreasn = "x"\n', "[hold]\nx = 1\n",
              '[[hold]]\nwhat = "A1"\nsince = 2026-01-01\nreason = ""\n',
              '[[hold]]\nwhat = "A1"\nsince = 2026-01-01\nreason = "x"\nuntil = 2026-02-01\n']
)  # fmt: skip
def test_where_the_holds_cannot_be_understood_nothing_is_deleted(
    site: Path, by_one: bytes, holds: str
) -> None:
    add(site, by_one)
    (site / "archive/holds.toml").write_text(holds)
    assert "holds.toml" in archive(site, "due", "--delete", code=1).errors
    assert COPY in files_in(site / "archive")


def test_a_hold_is_on_somebody_or_on_a_file_that_is_there(site: Path, by_one: bytes) -> None:
    add(site, by_one)
    assert "X9" in archive(site, "hold", "X9", "--reason", "x", code=2).errors
    archive(site, "hold", "A1", "--reason", " ", code=2)
    archive(site, "release", "A1", "--reason", "x", code=2)


@pytest.mark.usefixtures("later")
def test_a_deletion_that_was_cut_short_is_found_and_finished(
    site: Path, by_one: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(site, by_one)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("kpisite.archive.folder.delete", killed)
        run("archive", "due", "--delete", at=site)
    found = {("whole", "archive-left-over", path) for path in (COPY, f"{COPY}.toml")}
    assert codes(site) == found
    archive(site, "due", "--delete")
    assert set(files_in(site / "archive")) == {"deleted.toml"}
    assert codes(site) == set()


# Beside the build.


@pytest.mark.parametrize("output", ["archive", "archive/look", "archive/2026-10", "../held"])
def test_no_build_goes_into_the_archive_or_over_it(site: Path, by_one: bytes, output: str) -> None:
    place = site.parent / "held/archive" if output == "../held" else site / "archive"
    (site / "kpisite.toml").write_text(f'company = "小店"\narchive = "{place}"\n')
    add(site, by_one)
    (site / ".kpisite-output").touch()
    for marked in (place, place.parent if output == "../held" else place):
        (marked / ".kpisite-output").touch()
    before = files_in(place)
    ran = run("build", "--no-pdf", "--output", output, at=site)
    assert (ran.code, ran.output) == (2, "")
    assert "存档" in ran.errors
    assert files_in(place) == before


@pytest.mark.parametrize("place", ["output/archive", "output", "records/archive", "themes/x",
                                   ".kpisite", ".", ".."])  # fmt: skip
def test_no_archive_lies_in_what_is_built_or_among_the_records(
    site: Path, by_one: bytes, place: str
) -> None:
    before = files_in(site / "output"), files_in(site / "records")
    ran = add(site, by_one, "--archive", str(site / place), code=2)
    assert "存档请另选一个文件夹" in ran.errors
    assert (files_in(site / "output"), files_in(site / "records")) == before


def test_an_archive_elsewhere_is_used_by_option_and_by_setting(site: Path, by_one: bytes) -> None:
    add(site, by_one, "--archive", "../kept")
    assert f"{COPY}" in files_in(site.parent / "kept")
    (site / "kpisite.toml").write_text('company = "小店"\narchive = "../kept"\n')
    assert codes(site) == set()
    assert (built(site) / "managers/desk/2026-10/A1.signed.pdf").read_bytes() == by_one
    assert not (site / "archive").exists()


def test_a_build_leaves_the_archive_as_it_is(site: Path, by_one: bytes) -> None:
    add(site, by_one)
    before = files_in(site / "archive")
    built(site)
    built(site, "--no-pdf")
    assert files_in(site / "archive") == before
    assert codes(site) == set()


# On the pages.


def test_everybody_finds_the_signed_copy_that_is_theirs(
    site: Path, by_one: bytes, with_pay: bytes
) -> None:
    before = {name: digest(tree) for name, tree in trees(site / "output").items()}
    add(site, by_one)
    add(site, with_pay)
    output = built(site)
    found = {path: content for path, content in files_in(output).items() if "signed" in path}
    assert found == {
        "employees/A1/2026-10.signed.pdf": with_pay,
        "hr/desk/2026-10/A1.signed.pdf": with_pay,
        "managers/desk/2026-10/A1.signed.pdf": by_one,
    }
    page = (output / "employees/A1/2026-10.html").read_text(encoding="utf-8")
    assert '<a href="2026-10.signed.pdf">签字件</a>' in page
    assert broken_links(output) == []
    after = {name: digest(tree) for name, tree in trees(output).items()}
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"employees/A1", "hr", "managers/desk"}


def test_a_copy_with_pay_is_in_no_managers_tree(site: Path, with_pay: bytes) -> None:
    before = digest(site / "output/managers/desk")
    add(site, with_pay)
    add(site, scan((site / "output/hr/store/2026-10/B1.pdf").read_bytes()), name="x.png")
    output = built(site)
    assert digest(output / "managers/desk") == before
    assert "hr/store/2026-10/B1.signed.png" in files_in(output)
    assert not [path for path in files_in(output / "managers") if "signed" in path]
    assert "3,483.45" not in whole(output / "managers/desk")


def test_another_signed_copy_changes_the_trees_of_those_alone_who_may_see_it(
    site: Path, by_one: bytes, with_pay: bytes, printed: Path
) -> None:
    add(site, by_one)
    add(site, with_pay)
    before = {name: digest(tree) for name, tree in trees(built(site)).items()}
    add(site, signed((printed / OWN).read_bytes(), 2), "--reason", "重签")
    after = {name: digest(tree) for name, tree in trees(built(site)).items()}
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"employees/A1", "hr"}


def test_what_is_not_as_its_list_says_is_not_published(site: Path, by_one: bytes) -> None:
    add(site, by_one)
    flip(site)
    ran = run("build", at=site)
    assert ran.code == 0
    assert COPY in ran.errors
    assert "archive check" in ran.errors
    assert not [path for path in files_in(site / "output") if "signed" in path]
    assert broken_links(site / "output") == []
    (site / ARCHIVED / "SHA256SUMS").write_text("what\n")
    ran = run("build", at=site)
    assert ran.code == 0
    assert "archive check" in ran.errors


def test_an_unsigned_copy_is_nobodys_signed_copy(site: Path) -> None:
    add(site, (site / OWN).read_bytes(), "--unsigned")
    assert not [path for path in files_in(built(site)) if "signed" in path]
