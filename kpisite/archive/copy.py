"""A copy in the archive: whose form of which month it is, and what is written beside it.

Its name says the first, `CS017@store.pay.signed.2.pdf`; a TOML file beside it, which anybody can
read without kpisite, says all of it.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import tomli_w

from kpisite.core.address import address_of
from kpisite.core.month import Month

Origin = Literal["signed", "scan", "unsigned"]
"""Signed in the file itself; signed in ink on paper, which was scanned; or signed by nobody."""
ORIGINS: tuple[Origin, ...] = ("signed", "scan", "unsigned")
RetentionClass = Literal["scores", "pay"]

#: What the file beside a copy has behind the copy's own name.
ABOUT = ".toml"
#: The kinds of file that are taken in, and what others call them.
FORMATS = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg"}

_ID = r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}"
_NAME = re.compile(
    rf"(?P<appraisee>{_ID})(?:@(?P<qualifier>{_ID}))?\.(?P<pay>pay|no-pay)\."
    rf"(?P<origin>{'|'.join(ORIGINS)})(?:\.(?P<edition>[1-9][0-9]{{0,3}}))?\."
    rf"(?P<suffix>{'|'.join(FORMATS)})"
)


class BrokenAbout(Exception):
    """What stands beside a copy is not what kpisite writes there."""


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Series:
    """The copies of one form that are of one kind; what tells it from the
    form of the month itself is its `qualifier`, otherwise empty."""

    month: Month
    appraisee: str
    qualifier: str
    with_pay: bool
    origin: Origin

    @property
    def address(self) -> str:
        """Whose form it is, as commands name it: `CS017`, `CS017@store`."""
        return address_of(self.appraisee, self.qualifier)

    @property
    def retention(self) -> RetentionClass:
        """By which rule it is kept."""
        return "pay" if self.with_pay else "scores"

    def path(self, edition: int, suffix: str) -> str:
        """Where the edition of that number stands in the archive.

        >>> series = Series(month=Month(2026, 10), appraisee="CS017", qualifier="", with_pay=True,
        ...                 origin="signed")
        >>> series.path(1, "pdf"), series.path(2, "pdf")
        ('2026-10/CS017.pay.signed.pdf', '2026-10/CS017.pay.signed.2.pdf')
        """
        pay = "pay" if self.with_pay else "no-pay"
        number = f".{edition}" if edition > 1 else ""
        return f"{self.month}/{self.address}.{pay}.{self.origin}{number}.{suffix}"


def named(path: str) -> tuple[Series, int, str] | None:
    """The series, edition and suffix of the copy at `path`; None where that is no copy's name."""
    folder, _, name = path.rpartition("/")
    found = _NAME.fullmatch(name)
    try:
        month = Month.parse(folder)
    except ValueError:
        return None
    if found is None:
        return None
    series = Series(
        month=month,
        appraisee=found["appraisee"],
        qualifier=found["qualifier"] or "",
        with_pay=found["pay"] == "pay",
        origin=next(one for one in ORIGINS if one == found["origin"]),
    )
    edition = int(found["edition"] or 1)
    return (
        (series, edition, found["suffix"])
        if series.path(edition, found["suffix"]) == path
        else None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedLine:
    """A line to sign on: in which capacity, and whether and when somebody signed; of paper that is
    not known, and nothing is said of it."""

    capacity: str
    rater: str = ""
    is_signed: bool = False
    name: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """A copy in the archive, and what is written beside it; days are of the calendar.

    `fingerprint` is without its spaces, and empty on a scan whose code was not read; `reason` is
    why there is another edition, or an unsigned copy.
    """

    series: Series
    edition: int
    suffix: str
    sha256: str
    size: int
    pages: int
    title: str
    company: str
    name: str
    department: str
    version: str
    fingerprint: str
    revision: str
    secrecy: str
    added: date
    keep_until: date
    original: str
    reason: str = ""
    signers: tuple[SignedLine, ...] = ()

    @property
    def path(self) -> str:
        """Where it stands, from the archive's folder."""
        return self.series.path(self.edition, self.suffix)

    @property
    def number(self) -> str:
        """What it is called by in lists, and by people."""
        pay = "pay" if self.series.with_pay else "no-pay"
        return (
            f"{self.series.month}/{self.series.address}/{pay}/{self.series.origin}/{self.edition}"
        )


#: What the file beside a copy says besides what the copy's name does.
_TEXTS = ("title", "company", "name", "department", "version", "fingerprint", "revision",
          "secrecy", "original", "reason", "sha256")  # fmt: skip


def about(copy: Archived) -> bytes:
    """The file beside a copy."""
    series = copy.series
    data: dict[str, Any] = {
        "number": copy.number,
        "title": copy.title,
        "company": copy.company,
        "appraisee": series.appraisee,
        "name": copy.name,
        "department": copy.department,
        "part": series.qualifier,
        "month": str(series.month),
        "version": copy.version,
        "revision": copy.revision,
        "fingerprint": copy.fingerprint,
        "with-pay": series.with_pay,
        "secrecy": copy.secrecy,
        "retention": series.retention,
        "keep-until": copy.keep_until,
        "origin": series.origin,
        "edition": copy.edition,
        "reason": copy.reason,
        "original": copy.original,
        "added": copy.added,
        "format": FORMATS[copy.suffix],
        "pages": copy.pages,
        "size": copy.size,
        "sha256": copy.sha256,
        "signer": [
            {"capacity": one.capacity, "rater": one.rater, "signed": one.is_signed,
             "name": one.name, "on": one.on}
            for one in copy.signers
        ],
    }  # fmt: skip
    return tomli_w.dumps(data).encode()


def read_about(path: str, content: bytes) -> Archived:
    """The copy at `path`, by what stands beside it; BrokenAbout where the two do not agree."""
    found = named(path)
    if found is None:
        raise BrokenAbout
    series, edition, suffix = found
    try:
        data = tomllib.loads(content.decode())
        copy = Archived(
            series=series,
            edition=edition,
            suffix=suffix,
            size=_number(data, "size"),
            pages=_number(data, "pages"),
            added=_day(data, "added"),
            keep_until=_day(data, "keep-until"),
            signers=tuple(_signers(data)),
            **{key: _text(data, key) for key in _TEXTS},
        )
    except (ValueError, KeyError, RecursionError):
        raise BrokenAbout from None
    if about(copy) != content:
        raise BrokenAbout
    return copy


def _signers(data: Mapping[str, Any]) -> Iterator[SignedLine]:
    lines = data["signer"]
    if not isinstance(lines, list) or not all(isinstance(one, dict) for one in lines):
        raise ValueError(lines)
    for one in lines:
        if not isinstance(one["signed"], bool):
            raise ValueError(one)
        texts = {key: _text(one, key) for key in ("capacity", "rater", "name", "on")}
        yield SignedLine(is_signed=one["signed"], **texts)


def _text(data: Mapping[str, Any], key: str) -> str:
    if not isinstance(data[key], str):
        raise ValueError(key)
    return str(data[key])


def _number(data: Mapping[str, Any], key: str) -> int:
    if type(data[key]) is not int:
        raise ValueError(key)
    return int(data[key])


def _day(data: Mapping[str, Any], key: str) -> date:
    day = data[key]
    if type(day) is not date:
        raise ValueError(key)
    return day
