"""Documents to the book, in three steps: the ground, each record alone on it, and their roster.

    ground, issues = check_ground(documents)
    one = check_record(ground, document)
    issues = check_roster(ground, Roster.of(...))

`check` takes the three for all documents of a site.
"""

from collections.abc import Collection, Mapping
from dataclasses import fields, replace
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kpisite.check.book import Book
from kpisite.check.checks import FILE_CHECKS, RECORD_CHECKS
from kpisite.check.entry import Entry
from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.kinds import CLOSINGS_FILE, KINDS, RECORD_KIND, FileKind, kind_of
from kpisite.check.one_off_checks import without_what_goes
from kpisite.check.record_checks import recorded
from kpisite.check.roster import Recorded, Roster
from kpisite.check.shape import shaped
from kpisite.core.address import is_record, name_in_month
from kpisite.core.immutable import immutable
from kpisite.core.issue import Fact, Issue, Outcome, Place, Source
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.disk.root import SITE_FILE
from kpisite.language.base import Id
from kpisite.language.closing import Closings
from kpisite.language.record import Record
from kpisite.language.site import SiteFile
from kpisite.language.staff import Department, Departments
from kpisite.read.document import Document, Documents

DEPARTMENTS_FILE = "records/departments.toml"


def check(documents: Documents, unread: frozenset[str] = frozenset()) -> Outcome[Book]:
    """The book of `documents`, with every fault that validation finds, file by file and between
    files; `unread` are the paths of files that could not be read.

    The book may only be scored where no issue is an error.
    """
    own, of_records = _divided(documents)
    ground, issues = check_ground(own, frozenset(one for one in unread if not is_record(one)))
    found = [check_record(ground, document) for document in of_records]
    unfit = {one.path for one in found if one.entry is None}
    roster = Roster.of((one.recorded for one in found if one.recorded is not None), unread | unfit)
    issues += [issue for one in found for issue in one.issues]
    issues += check_roster(ground, roster)
    filed = {one.path: one.entry.filed for one in found if one.entry is not None}
    records = tuple(filed[one.path] for one in roster.records if one.path in filed)
    everything = {one.name: getattr(ground, one.name) for one in fields(ground)}
    everything |= {"documents": documents, "unread": ground.unread | roster.unread}
    return Book(**everything, records=records, roster=roster), issues


def _divided(documents: Documents) -> tuple[Documents, list[Document]]:
    """The documents that the ground is made of, and those of records."""
    of_records = [document for document in documents if is_record(document.path)]
    paths = {document.path for document in of_records}
    own = {document.path: document for document in documents if document.path not in paths}
    return Documents(own), of_records


def check_ground(documents: Documents, unread: frozenset[str] = frozenset()) -> Outcome[Ground]:
    """The ground of all documents but the records, with every fault in it; `unread` are the paths
    of its files that could not be read."""
    from kpisite.check.whole_checks import GROUND_CHECKS  # late: mostly the ground is as it was

    ground, issues = shelved(documents, unread)
    issues += _absent(ground)
    for one_check in GROUND_CHECKS:
        issues += one_check(ground)
    return ground, without_what_goes(issues)


def shelved(documents: Documents, unread: frozenset[str] = frozenset()) -> Outcome[Ground]:
    """The ground of these documents, with the faults of each file taken alone."""
    shelves: dict[str, list[Filed[Any]]] = {kind.name: [] for kind in KINDS}
    issues: list[Issue] = []
    unfit: set[str] = set()
    for document in sorted(documents, key=lambda one: one.path):
        kind = kind_of(document.path)
        if kind is None:
            issues.append(Issue(code="stray-file", at=Place(document.path)))
            continue
        filed, more = alone(document, kind)
        issues += more
        if filed is None:
            unfit.add(document.path)
        else:
            shelves[kind.name].append(filed)
    return _ground(documents, shelves, unread | unfit), issues


@immutable
class CheckedRecord:
    """A record alone with what it stands on, what it is to others, and what is wrong in it; where
    nothing could be made of the file, neither of the two."""

    path: str
    entry: Entry | None = None
    recorded: Recorded | None = None
    issues: tuple[Issue, ...]


def check_record(ground: Ground, document: Document) -> CheckedRecord:
    """A record, as far as it can be checked without looking at any other."""
    filed, issues = alone(document, RECORD_KIND)
    if filed is None:
        return CheckedRecord(path=document.path, issues=tuple(issues))
    entry = Entry.of(ground, filed)
    misnamed = {one.at for one in issues if one.code == "name-mismatch"}
    for one_check in RECORD_CHECKS:
        found_by_it = one_check(ground, entry)
        issues += (one for one in found_by_it if not _is_unknown_at(one, misnamed))
    found = recorded(ground, entry)
    return CheckedRecord(path=document.path, entry=entry, recorded=found, issues=tuple(issues))


def _is_unknown_at(issue: Issue, misnamed: Collection[Source | Place]) -> bool:
    """Whether it calls unknown whoever a file's name says, where the file itself says another."""
    return issue.code in ("unknown-employee", "unknown-department") and issue.at in misnamed


def check_roster(ground: Ground, roster: Roster) -> list[Issue]:
    """What is wrong in the records taken together."""
    from kpisite.check.whole_checks import ROSTER_CHECKS  # late, likewise

    return [issue for one_check in ROSTER_CHECKS for issue in one_check(ground, roster)]


def alone(document: Document, kind: FileKind) -> Outcome[Filed[Any] | None]:
    """The file as the model of its kind, with all that is wrong in it whatever stands beside it."""
    filed, issues = filed_as(document, kind)
    if filed is not None:
        for one_check in FILE_CHECKS:
            issues += one_check(filed, document)
    return filed, issues


def filed_as(document: Document, kind: FileKind) -> Outcome[Filed[Any] | None]:
    """The file as the model of its kind under its name, with what does not fit; of a file that was
    checked before that is all that there is to find."""
    filed, issues = shaped(document, kind)
    if filed is None:
        return None, issues
    filed, misnamed = _named(filed, kind)
    return filed, issues + misnamed


@cache
def _id() -> TypeAdapter[str]:
    return TypeAdapter(Id)


def _named(filed: Filed[Any], kind: FileKind) -> Outcome[Filed[Any]]:
    """The file under the name that it has, and the keys that say another.

    The name wins, so that one mistake in a key does not make the file a stranger to all others; but
    where it cannot be anybody's id, the key does.
    """
    issues = []
    for keys, named in kind.keys_from_name(filed.path).items():
        for key in keys.split("|"):
            value = getattr(filed.model, key)
            if value is None or str(value) == named:
                continue
            form = filed.model.scheme if isinstance(filed.model, Record) else None
            if form is not None and named == name_in_month(str(value), form):
                continue  # it depends on the form whether it is only called so in another place
            facts: dict[str, Fact] = {"key": key, "value": str(value), "named": named}
            issues.append(Issue(code="name-mismatch", at=filed.at(key), facts=facts))
            if isinstance(value, Month):
                filed = replace(
                    filed, model=filed.model.model_copy(update={key: Month.parse(named)})
                )
            elif _is_id(named):
                filed = replace(filed, model=filed.model.model_copy(update={key: named}))
    return filed, issues


def _is_id(text: str) -> bool:
    try:
        _id().validate_python(text)
    except ValidationError:
        return False
    return True


def _ground(
    documents: Documents, shelves: Mapping[str, list[Filed[Any]]], unread: frozenset[str]
) -> Ground:
    def by(key: str, kind: str) -> dict[Any, Filed[Any]]:
        return {getattr(filed.model, key): filed for filed in reversed(shelves[kind])}

    return Ground(
        documents=documents,
        site=shelves["site"][0] if shelves["site"] else _NO_SITE,
        departments=shelves["departments"][0] if shelves["departments"] else _NO_DEPARTMENTS,
        company=shelves["company"][0] if shelves["company"] else None,
        staff=by("id", "employee"),
        pay=by("employee", "pay"),
        month_pay=by("month", "month-pay"),
        seal=shelves["seal"][0] if shelves["seal"] else None,
        schemes=tuple(shelves["scheme"]),
        policies=tuple(shelves["policy"]),
        months=by("month", "month"),
        closed=by("month", "closed"),
        closings=shelves["closings"][0] if shelves["closings"] else _NO_CLOSINGS,
        amendments=by("month", "amendments"),
        unread=unread,
    )


_NO_SITE = Filed(SITE_FILE, SiteFile(company=Text(zh="?", en="?")))
_NO_DEPARTMENTS = Filed(
    DEPARTMENTS_FILE, Departments(department=(Department(id="none", name=Text(zh="?", en="?")),))
)
_NO_CLOSINGS = Filed(CLOSINGS_FILE, Closings(month={}))


def _absent(ground: Ground) -> list[Issue]:
    """The two files that no site can do without."""
    return [
        Issue(code="file-missing", at=Place(path), facts={"path": path})
        for path, absent in (
            (SITE_FILE, ground.site is _NO_SITE),
            (DEPARTMENTS_FILE, ground.departments is _NO_DEPARTMENTS),
        )
        if absent and path not in ground.unread
    ]
