"""`kpisite verify` on signed forms: whose signatures, trusted or not, and what came after them."""

import io
import os
import random
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from kpisite.paper.pdf import Unreadable
from kpisite.verify.form import verify_form
from kpisite.verify.paper import read_paper
from kpisite.verify.past import Past
from kpisite.verify.report import Level, Report, Signature, Verdict
from kpisite.verify.signatures import roots_in, signatures_of
from tests.every_byte import only_digested, places_asked_for
from tests.repositories import commit, git
from tests.signing_keys import PASSWORD, authority, time_server
from tests.sites import built, run, shared, small_site
from tests.test_verify import FORM, verdicts, verify, why

SIGNERS = (("考核人", "王敏"), ("self", "安然"))
#: So many places of a file are tried, unless others are asked for (`every_byte.py`).
TRIED = 4


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company in git, with a form that both have signed, one that the first has, and one
    with the time attested; nobody changes it."""

    def make(folder: Path) -> None:
        folder.mkdir()
        git(folder, "init", "-q")
        ignored = {".gitignore": "output\n.kpisite\n*.pdf\n*.p12\n*.pem\n"}
        commit(folder, small_site() | ignored, "2026-11-02")
        built(folder, "--employee", "A1")
        keys_in(folder)
        for name, signers in (("both", SIGNERS), ("first", SIGNERS[:1])):
            shutil.copy(folder / FORM, folder / f"{name}.pdf")
            signed(folder / f"{name}.pdf", signers)
        with time_server(authority()) as url:
            for name, level in (("timed", "B-T"), ("archived", "B-LTA")):
                shutil.copy(folder / FORM, folder / f"{name}.pdf")
                more = ("--timestamp", url, "--level", level, "--trust", folder / "ca.pem")
                signed(folder / f"{name}.pdf", SIGNERS[:1], *more)

    return shared(tmp_path_factory, "verified-signed", make)


def keys_in(folder: Path) -> None:
    """The keys of both, which hold for a month, and the authority's certificate."""
    for _, name in SIGNERS:
        (folder / f"{name}.p12").write_bytes(authority().pkcs12(name, last=30))
    (folder / "ca.pem").write_bytes(authority().pem)


def signed(path: Path, signers: Sequence[tuple[str, str]], *more: str | Path) -> None:
    for role, name in signers:
        os.environ["KPISITE_KEY_PASSWORD"] = PASSWORD
        ran = run("sign", path, "--as", role, "--key", path.parent / f"{name}.p12", *more)
        del os.environ["KPISITE_KEY_PASSWORD"]
        assert ran.code == 0, ran.errors


@pytest.fixture
def both(site: Path) -> bytes:
    return (site / "both.pdf").read_bytes()


def report_on(content: bytes, past: Past, *, days: int = 0) -> Report:
    now = datetime.now(UTC) + timedelta(days=days)
    # The authority of whichever process signed: another one's own is another.
    roots = roots_in([(past.root / "ca.pem").read_bytes()])
    return verify_form(content, past, roots, now)


def level(content: bytes, past: Past, *, days: int = 0) -> tuple[str, str]:
    found = report_on(content, past, days=days).levels[Level.SIGNATURES]
    return found.verdict.value, found.code


# Who signed.


def test_all_four_levels_hold_when_both_have_signed(site: Path) -> None:
    report = verify(site, "both.pdf", "--strict", "--trust", "ca.pem", code=0)
    assert set(verdicts(report).values()) == {"holds"}
    assert [one["signer"] for one in report["signatures"]] == ["王敏", "安然"]
    assert [one["capacity"] for one in report["signatures"]] == ["考核人", "本人 安然"]
    assert {one["issuer"] for one in report["signatures"]} == {"澄湖签发中心"}
    assert [one["since"] for one in report["signatures"]] == ["signing", "nothing"]
    assert report["unsigned"] == []


def test_people_read_who_signed_and_when(site: Path) -> None:
    ran = run("verify", "both.pdf", "--trust", "ca.pem", "--language", "zh", at=site)
    assert "考核人：王敏（签发机构 澄湖签发中心" in ran.output
    assert "（签名人自称）" in ran.output
    assert "此后只增加了签名" in ran.output


def test_who_has_not_signed_yet_is_named(site: Path) -> None:
    report = verify(site, "first.pdf", "--trust", "ca.pem", code=0)
    assert report["unsigned"] == ["本人 安然"]


def test_where_nobody_is_trusted_that_is_said_and_not_decided(site: Path) -> None:
    report = verify(site, "both.pdf", code=0)
    assert report["levels"]["signatures"]["why"] == "verify-sign-no-roots"
    assert report["levels"]["bytes"]["verdict"] == "holds"
    assert verify(site, "both.pdf", "--strict", code=1)["verdict"] == "undecided"


def test_a_certificate_by_somebody_else_is_broken(site: Path, tmp_path: Path) -> None:
    (tmp_path / "other.pem").write_bytes(authority("别的签发中心").pem)
    report = verify(site, "both.pdf", "--trust", tmp_path / "other.pem", code=1)
    assert report["levels"]["signatures"]["why"] == "verify-sign-untrusted"


def test_the_site_may_keep_whom_it_trusts(site: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(site, tmp_path / "own"))
    (own / "trust").mkdir()
    shutil.copy(own / "ca.pem", own / "trust" / "company.pem")
    assert set(verdicts(verify(own, "both.pdf", code=0)).values()) == {"holds"}


def test_a_file_to_trust_that_is_no_certificate_is_wrong_usage(site: Path) -> None:
    ran = run("verify", "both.pdf", "--trust", "kpisite.toml", at=site)
    assert (ran.code, "kpisite.toml" in ran.errors) == (2, True)


def test_a_certificate_that_has_ended_needs_a_time_that_was_attested(site: Path) -> None:
    past = Past(site)
    assert level((site / "both.pdf").read_bytes(), past, days=60) == (
        "undecided", "verify-sign-expired",
    )  # fmt: skip
    assert level((site / "timed.pdf").read_bytes(), past, days=60)[0] == "holds"
    assert level((site / "archived.pdf").read_bytes(), past, days=60)[0] == "holds"


def test_an_attested_time_is_said_to_be_so(site: Path) -> None:
    report = verify(site, "archived.pdf", "--trust", "ca.pem", code=0)
    assert [one["timestamp"] for one in report["signatures"]] == [False, True]
    assert report["signatures"][0]["attested"] is True
    assert verdicts(report)["bytes"] == "holds"


# What was changed after signing, or before.


def added_to(content: bytes) -> bytes:
    """The file with its first page turned, as an incremental update."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Rotate"] = generic.NumberObject(180)
    writer.update_container(page)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def test_what_is_added_after_signing_breaks_the_signatures_and_the_bytes(
    site: Path, both: bytes
) -> None:
    report = report_on(added_to(both), Past(site))
    assert report.levels[Level.SIGNATURES].code == "verify-sign-added"
    assert report.levels[Level.BYTES].code == "verify-bytes-added"
    assert {one.since for one in report.signatures} == {"other"}


def test_what_was_added_before_the_first_signature_breaks_the_bytes(
    site: Path, tmp_path: Path
) -> None:
    place = tmp_path / "form.pdf"
    place.write_bytes(added_to((site / FORM).read_bytes()))
    for name in ("王敏.p12", "ca.pem"):
        shutil.copy(site / name, tmp_path / name)
    signed(place, SIGNERS[:1])
    report = report_on(place.read_bytes(), Past(site))
    assert report.levels[Level.SIGNATURES].verdict is Verdict.HOLDS
    assert report.levels[Level.BYTES].code == "verify-bytes-added"


def test_an_attachment_swapped_after_signing_is_found_by_its_record_too(
    site: Path, both: bytes
) -> None:
    reader = PdfFileReader(io.BytesIO(both))
    names = reader.root["/Names"]["/EmbeddedFiles"]["/Names"]
    at = [str(names[one]) for one in range(0, len(names), 2)].index("record.toml")
    writer = IncrementalPdfFileWriter(io.BytesIO(both))
    spec = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][at * 2 + 1]
    old = spec["/EF"]["/F"].data
    stream = generic.StreamObject(stream_data=old.replace(b"130000.01", b"930000.01"))
    spec["/EF"]["/F"] = spec["/EF"]["/UF"] = writer.add_object(stream)
    writer.update_container(spec["/EF"])
    written = io.BytesIO()
    writer.write(written)
    report = report_on(written.getvalue(), Past(site))
    assert report.levels[Level.SIGNATURES].code == "verify-sign-added"
    assert report.levels[Level.RECORD].facts["keys"] == "metrics.sales"


@pytest.mark.parametrize("added", [b"\n", b"\0", b"% a remark\n%%EOF\n"])
def test_bytes_after_the_last_signature_are_caught(site: Path, both: bytes, added: bytes) -> None:
    try:
        report = report_on(both + added, Past(site))
    except Unreadable:
        return
    assert report.levels[Level.SIGNATURES].verdict is Verdict.BROKEN


@pytest.mark.parametrize("name", ["both", "timed", "archived"])
def test_a_single_byte_changed_anywhere_is_caught(site: Path, name: str) -> None:
    content, past = (site / f"{name}.pdf").read_bytes(), Past(site)
    asked = places_asked_for(len(content))
    digested = only_digested(content) if asked else set()
    missed = [
        (at, change)
        for number, at in enumerate(asked or places(content))
        for change in ((1, 0x20)[number % 2],)
        if at not in digested
        if not is_caught(flipped(content, at, change), past)
    ]
    assert missed == []


def test_what_only_the_digest_covers_is_most_of_a_file_and_none_of_a_signatures_place(
    both: bytes,
) -> None:
    digested = only_digested(both)
    assert len(digested) > len(both) / 2
    assert digested <= set(range(len(both)))
    *_, last = PdfFileReader(io.BytesIO(both)).embedded_signatures
    _, start, after, _ = map(int, last.byte_range)
    assert not digested & set(range(start, after))
    for at in random.Random(2).sample(sorted(digested), 3):
        found = signatures_in(flipped(both, at, 1))
        assert [one.finding.code for one in found][-1] == "verify-sign-changed"


@pytest.mark.parametrize(
    ("name", "before", "at"),
    [
        ("archived", b"/Type /DocTimeStamp\n/Filter /Adobe.PPKLite\n/SubFilter", -5),
        ("timed", b"060B2A864886F70D010910020E", 5),  # what a time stamp is called in a signature
    ],
)
def test_a_time_stamp_that_is_called_otherwise_is_caught(
    site: Path, name: str, before: bytes, at: int
) -> None:
    content = (site / f"{name}.pdf").read_bytes()
    start = content.index(before) if at > 0 else content.rindex(before) + len(before)
    assert is_caught(flipped(content, start + at, 1), Past(site))


def signatures_in(content: bytes) -> tuple[Signature, ...]:
    return signatures_of(read_paper(content), [], datetime.now(UTC))


def flipped(content: bytes, at: int, change: int) -> bytes:
    return content[:at] + bytes([content[at] ^ change]) + content[at + 1 :]


def places(content: bytes) -> list[int]:
    """Places of a file, most of them in the signatures' own, which no digest covers."""
    chance = random.Random(1)
    found = set(chance.sample(range(len(content)), TRIED))
    for signature in PdfFileReader(io.BytesIO(content)).embedded_signatures:
        _, start, after, _ = map(int, signature.byte_range)
        held = start + 2 * len(signature.signed_data.dump()) + 100
        found |= {start, start + 1, after - 1, after - 2}
        found |= set(chance.sample(range(start, held), TRIED))
        found |= set(chance.sample(range(held, after), 4))
    return sorted(found)


def is_caught(content: bytes, past: Past) -> bool:
    """Whether something is found: by the signatures mostly, which are looked at in less time."""
    try:
        if any(one.finding.verdict is Verdict.BROKEN for one in signatures_in(content)):
            return True
        report = report_on(content, past)
    except Unreadable:
        return True
    return report.verdict is Verdict.BROKEN


def test_a_single_byte_of_what_was_printed_breaks_both_the_bytes_and_the_signatures(
    site: Path, both: bytes
) -> None:
    at = (site / FORM).stat().st_size // 2
    try:
        report = report_on(flipped(both, at, 1), Past(site))
    except Unreadable:
        return
    assert report.levels[Level.SIGNATURES].verdict is Verdict.BROKEN
    assert report.levels[Level.BYTES].code == "verify-bytes-differ"


def test_without_its_libraries_it_says_how_to_bring_them(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pyhanko.sign.validation", None)
    ran = run("verify", "both.pdf", at=site)
    assert (ran.code, "kpisite[sign]" in ran.errors) == (2, True)
    assert why(verify(site, FORM, code=0)) >= {"verify-bytes-hold"}
