"""What somebody wants to have archived, looked at: whose form of which month it is, and what is to
be written beside it.

A PDF that kpisite printed says so itself; of a scan the code in its foot does.  Where neither can
be read, whoever brings the file has to say it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from kpisite.archive.copy import Archived, Origin, Series
from kpisite.archive.folder import ArchiveRefuses, copies_of, digest_of, put, read_bounded
from kpisite.check.book import Book
from kpisite.check.ground import Ground
from kpisite.check.known import addresses_called
from kpisite.core.address import address_of
from kpisite.core.code import FormCode, parse_code, site_digits
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.language.record import Record
from kpisite.outcomes.seal import MARKS_DIGITS
from kpisite.paper import scan
from kpisite.preservation.authentic import signature_issue
from kpisite.preservation.pdf import PdfFacts, read_pdf
from kpisite.preservation.retention import keep_until
from kpisite.words import command_words, month_in_words

#: What a file of each kind begins with.
MAGIC = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What whoever brings files says of them: whose they are and of which month, where the files
    do not say it; that unsigned ones are wanted; that a scan shows no pay; why there is another;
    and the certificates of whom the site trusts, if it says that."""

    day: date
    now: datetime
    trusted: tuple[bytes, ...] = ()
    address: str = ""
    month: Month | None = None
    unsigned: bool = False
    without_pay: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A file that may go into the archive, and all that will be written beside it but its number
    among the editions."""

    copy: Archived
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Identity:
    """Whose form it is and what it shows, as far as the file says."""

    appraisee: str
    qualifier: str
    month: Month
    with_pay: bool
    fingerprint: str = ""
    version: str = ""
    revision: str = ""


def taken(book: Book, path: Path, wish: Wish, language: Language) -> Taken:
    """A file as it will stand in the archive; refused where it is none that may."""
    content = read_bounded(path, follow=True)
    suffix = next((one for one, magic in MAGIC.items() if content.startswith(magic)), "")
    if not suffix:
        raise ArchiveRefuses("archive-no-form")
    facts = read_pdf(content) if suffix == "pdf" else None
    wish = replace(wish, address=_address_of_record(book, wish))
    if facts is not None and facts.said:
        identity = _of_ours(book, facts, wish)
        origin = _origin(facts, content, wish)
    else:
        identity, origin = _of_scan(book, content, wish), "scan"
    record = _record(book, identity)
    words, site = command_words(language), book.site.model
    series = Series(
        month=identity.month,
        appraisee=identity.appraisee,
        qualifier=identity.qualifier,
        with_pay=identity.with_pay,
        origin=origin,
    )
    name, department = _names(book, record, language)
    title = f"{name} · {month_in_words(identity.month, language)}"
    secrecy = words["archive-secrecy-pay" if identity.with_pay else "archive-secrecy-scores"]
    copy = Archived(
        series=series,
        edition=1,
        suffix=suffix,
        sha256=digest_of(content),
        size=len(content),
        pages=1 if facts is None else facts.pages,
        title=facts.title if facts is not None and facts.said and facts.title else title,
        company=site.company.say(language),
        name=name,
        department=department,
        version=identity.version,
        fingerprint=identity.fingerprint,
        revision=identity.revision,
        secrecy=secrecy,
        added=wish.day,
        keep_until=keep_until(identity.month, series.retention, site.retention),
        original=path.name,
        reason=wish.reason,
        signers=() if facts is None or origin == "scan" else facts.lines,
    )
    return Taken(copy=copy, content=content)


def _address_of_record(book: Book, wish: Wish) -> str:
    """What the record is called that somebody names, be it as its scorecard in a closed month."""
    there = {
        address_of(one.appraisee, one.qualifier)
        for one in book.roster.records
        if one.month == wish.month
    }
    called = addresses_called(book, wish.address)
    return next((one for one in called if one in there), wish.address)


def _of_ours(book: Ground, facts: PdfFacts, wish: Wish) -> _Identity:
    """What a PDF that kpisite printed says of itself."""
    said, company = facts.said, book.site.model.company
    try:
        month = Month.parse(said["month"])
    except ValueError:
        raise ArchiveRefuses("archive-damaged") from None
    fingerprint = said["fingerprint"].replace(" ", "")
    found = _Identity(
        appraisee=said["appraisee"],
        qualifier=said["part"],
        month=month,
        with_pay=said["copy"] != "no-pay" or len(fingerprint) != MARKS_DIGITS,
        fingerprint=fingerprint,
        version=said["version"],
        revision=said["revision"],
    )
    _require_same(found, wish)
    if not wish.address and said["site"] not in company.words:
        raise ArchiveRefuses("archive-other-company", company=said["site"])
    return found


def _origin(facts: PdfFacts, content: bytes, wish: Wish) -> Origin:
    if facts.is_signed:
        issue = signature_issue(content, wish.now, wish.trusted)
        if issue:
            raise ArchiveRefuses("archive-not-authentic", issue=issue)
        return "signed"
    if not wish.unsigned:
        raise ArchiveRefuses("archive-unsigned")
    return "unsigned"


def _of_scan(book: Ground, content: bytes, wish: Wish) -> _Identity:
    """What the code in the foot of a scan says, or whoever brings it."""
    pages = _codes(content)
    codes = {code for page in pages for code in page}
    if len(codes) > 1:
        addresses = tuple(sorted({f"{one.appraisee} {one.month}" for one in codes}))
        raise ArchiveRefuses("archive-several-forms", forms=addresses)
    if codes and (all(pages) or wish.address):
        (code,) = codes
        found = _Identity(
            appraisee=code.appraisee,
            qualifier=code.qualifier,
            month=code.month,
            with_pay=len(code.fingerprint) != MARKS_DIGITS,
            fingerprint=code.fingerprint,
        )
        _require_same(found, wish)
        if not wish.address and code.site != site_digits(book.site.model.company):
            raise ArchiveRefuses("archive-other-company-code")
        return found
    if codes:
        without = tuple(str(number) for number, page in enumerate(pages, 1) if not page)
        raise ArchiveRefuses("archive-page-without-code", pages=without)
    if not wish.address or wish.month is None:
        has = scan.has_libraries()
        raise ArchiveRefuses("archive-no-code" if has else "archive-no-scan")
    appraisee, _, qualifier = wish.address.partition("@")
    return _Identity(
        appraisee=appraisee,
        qualifier=qualifier,
        month=wish.month,
        with_pay=not wish.without_pay,
    )


def _codes(content: bytes) -> list[set[FormCode]]:
    """Our codes on each page; none where there is nothing to see them with."""
    if not scan.has_libraries():
        return []
    try:
        pages = scan.codes_in(content)
    except scan.UnreadableScan as unreadable:
        raise ArchiveRefuses(f"archive-{unreadable.code}") from None
    return [{code for text in page if (code := parse_code(text)) is not None} for page in pages]


def _require_same(found: _Identity, wish: Wish) -> None:
    """Refuses what says itself that it is another form than whoever brings it says."""
    address = address_of(found.appraisee, found.qualifier)
    if wish.address and (address, found.month) != (wish.address, wish.month):
        raise ArchiveRefuses("archive-other-form", id=address, month=found.month)


def _record(book: Book, identity: _Identity) -> Record:
    """The record that it was printed from; refused where the site knows none."""
    if identity.appraisee not in book.staff and identity.appraisee not in book.department_by_id:
        raise ArchiveRefuses("archive-nobody", id=identity.appraisee)
    wanted = identity.appraisee, identity.month, identity.qualifier or None
    for filed in book.records:
        record = filed.model
        if (record.appraisee, record.month, book.qualifier_of(record)) == wanted:
            return record
    address = address_of(identity.appraisee, identity.qualifier)
    raise ArchiveRefuses("archive-no-record", id=address, month=identity.month)


def _names(book: Ground, record: Record, language: Language) -> tuple[str, str]:
    """The names of the appraisee and of the department that the form is from."""
    if record.employee is None:
        department = book.department_by_id[record.appraisee]
        return department.name.say(language), department.name.say(language)
    employee = book.staff[record.appraisee].model
    post = employee.post_in(record.month)
    id = record.part or ("" if post is None else post.department)
    department_of = book.department_by_id.get(id)
    return employee.name, "" if department_of is None else department_of.name.say(language)


def archive_one(archive: Path, one: Taken) -> tuple[Archived, bool]:
    """Puts a file into the archive, as the next edition where there is one of the form already;
    how it stands there, and whether it is new.

    An edition that goes on from the one before, a further signature in the same file, speaks for
    itself; any other needs a reason.
    """
    before = [
        copy for copy in copies_of(archive, one.copy.series.month) if copy.series == one.copy.series
    ]
    same = next((copy for copy in before if copy.sha256 == one.copy.sha256), None)
    if same is not None:
        return same, False
    edition = 1 + max((copy.edition for copy in before), default=0)
    if before and not one.copy.reason:
        _require_more(archive, before, one)
    copy = replace(one.copy, edition=edition)
    put(archive, copy, one.content)
    return copy, True


def _require_more(archive: Path, before: Sequence[Archived], one: Taken) -> None:
    newest = max(before, key=lambda copy: copy.edition)
    kept = read_bounded(archive / newest.path)
    if kept.startswith(one.content):
        raise ArchiveRefuses("archive-older", path=newest.path)
    if one.copy.suffix != newest.suffix or not one.content.startswith(kept):
        raise ArchiveRefuses("archive-other-copy", path=newest.path)
