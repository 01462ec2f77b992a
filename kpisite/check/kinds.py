"""Which kind of file stands where in a site, and the model that each must fit."""

import re
from collections.abc import Mapping
from functools import lru_cache

from kpisite.core.immutable import immutable
from kpisite.disk.root import SITE_FILE
from kpisite.language.base import Model
from kpisite.language.closing import Amendments, Closed, Closings
from kpisite.language.company import Company
from kpisite.language.mapping import Mapping as Mapping_
from kpisite.language.month_file import MonthFile
from kpisite.language.policy import Policy
from kpisite.language.project import MonthPay
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme
from kpisite.language.site import SiteFile
from kpisite.language.staff import Departments, Employee, Pay, Seal

CLOSINGS_FILE = "records/closed.toml"
SEAL_FILE = "records/pay/seal.toml"
SCHEMA_FOLDER = "records/.schema"

_ID = r"(?P<id>[^/]+)"
_MONTH = r"(?P<month>[12][0-9]{3}-(?:0[1-9]|1[0-2]))"


@immutable(kw_only=False)
class FileKind:
    """A kind of file: its name, where it stands, its model, and which of its keys must agree with
    the file's name and folder."""

    name: str
    pattern: re.Pattern[str]
    model: type[Model]
    named_by: Mapping[str, str]
    """Key of the file, or keys of which it has one → group of the pattern that it must equal."""

    def keys_from_name(self, path: str) -> dict[str, str]:
        """What the path says of the file's keys."""
        found = self.pattern.fullmatch(path)
        return {} if found is None else {key: found[group] for key, group in self.named_by.items()}


def _kind(name: str, pattern: str, model: type[Model], **named_by: str) -> FileKind:
    return FileKind(name, re.compile(pattern), model, named_by)


#: A scheme or policy may stand in several versions: `cs-agent.toml`, `cs-agent@2027-01.toml`.
_VERSIONED = r"(?P<id>[^/@]+)(?:@[^/]+)?"

KINDS: tuple[FileKind, ...] = (
    _kind("site", re.escape(SITE_FILE), SiteFile),
    _kind("departments", r"records/departments\.toml", Departments),
    _kind("company", r"records/company\.toml", Company),
    _kind("closings", re.escape(CLOSINGS_FILE), Closings),
    _kind("employee", rf"records/staff/{_ID}\.toml", Employee, id="id"),
    _kind("seal", re.escape(SEAL_FILE), Seal),
    _kind("month-pay", rf"records/pay/{_MONTH}\.toml", MonthPay, month="month"),
    _kind("pay", rf"records/pay/{_ID}\.toml", Pay, employee="id"),
    _kind("scheme", rf"records/schemes/{_VERSIONED}\.toml", Scheme, id="id"),
    _kind("policy", rf"records/policies/{_VERSIONED}\.toml", Policy, id="id"),
    _kind("month", rf"records/{_MONTH}/month\.toml", MonthFile, month="month"),
    _kind("closed", rf"records/{_MONTH}/closed\.toml", Closed, month="month"),
    _kind("amendments", rf"records/{_MONTH}/amendments\.toml", Amendments, month="month"),
    _kind(
        "record",
        rf"records/{_MONTH}/{_VERSIONED}\.toml",
        Record,
        **{"month": "month", "employee|department": "id"},
    ),
)

#: What says how a table of somebody's is taken in: it stands beside the table, wherever that is.
MAPPING_KIND = FileKind("mapping", re.compile(r".*\.import\.toml"), Mapping_, {})

RECORD_KIND = KINDS[-1]
MONTH_KIND = next(one for one in KINDS if one.name == "month")

#: All patterns as one, of which the first that fits is the kind: every file is asked for its own.
_OF_ANY_KIND = re.compile(
    "|".join(
        f"(?P<k{number}>{re.sub(r'[(][?]P<[a-z]+>', '(?:', kind.pattern.pattern)})"
        for number, kind in enumerate(KINDS)
    )
)
_MISNAMED = re.compile(r"(?P<folder>.*/)\.*(?P<name>[^/.]+)\.(?:to?ml?|tomll?|oml)(?:[.~ ].*)?")


def is_folder_of_kinds(path: str) -> bool:
    """Whether files of some kind stand in the folder at `path`: `records`, `records/2026-10`."""
    return kind_of(f"{path}/{SITE_FILE}") is not None or path == "records"


def meant_by(path: str) -> str:
    """The path that a misnamed file was most likely meant to have, or nothing.

    >>> meant_by("records/2026-10/.CS017.toml.txt")
    'records/2026-10/CS017.toml'
    """
    found = _MISNAMED.fullmatch(path)
    meant = "" if found is None else f"{found['folder']}{found['name']}.toml"
    return meant if kind_of(meant) else ""


@lru_cache(maxsize=4096)
def kind_of(path: str) -> FileKind | None:
    """The kind of the file at `path`, by its place alone."""
    found = _OF_ANY_KIND.fullmatch(path)
    return None if found is None else KINDS[int(str(found.lastgroup)[1:])]
