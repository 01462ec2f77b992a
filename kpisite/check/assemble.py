"""Documents to the book: each file to the model of its kind, then each kind to its shelf."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kpisite.check.book import Book
from kpisite.check.checks import CHECKS
from kpisite.check.kinds import CLOSINGS_FILE, KINDS, SITE_FILE, FileKind, kind_of
from kpisite.check.shape import Filed, shaped
from kpisite.core.fault import Fact, Issue, Outcome, Place
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.language.base import Id
from kpisite.language.record import Closings, Record
from kpisite.language.site import SiteFile
from kpisite.language.staff import Department, Departments
from kpisite.read.document import Documents

DEPARTMENTS_FILE = "records/departments.toml"


def check(documents: Documents, unread: frozenset[str] = frozenset()) -> Outcome[Book]:
    """The book of `documents`, with every fault that validation finds, file by file and between
    files; `unread` are the paths of files that could not be read.

    The book may only be scored where no issue is an error.
    """
    shelves: dict[str, list[Filed[Any]]] = {kind.name: [] for kind in KINDS}
    issues: list[Issue] = []
    misfits: set[str] = set()
    for document in documents:
        kind = kind_of(document.path)
        if kind is None:
            issues.append(Issue(code="stray-file", at=Place(document.path)))
            continue
        filed, faults = shaped(document, kind)
        issues += faults
        if filed is None:
            misfits.add(document.path)
            continue
        filed, faults = _named(filed, kind)
        issues += faults
        shelves[kind.name].append(filed)
    book = _book(documents, shelves, unread | misfits)
    issues += _absent(book)
    for one_check in CHECKS:
        issues += one_check(book)
    return book, issues


_ID = TypeAdapter(Id)


def _named(filed: Filed[Any], kind: FileKind) -> Outcome[Filed[Any]]:
    """The file under the name that it has, and the keys that say another.

    The name wins, so that one slip in a key does not make the file a stranger to all others; but
    where it cannot be anybody's id, the key does.
    """
    issues = []
    for keys, named in kind.keys_from_name(filed.path).items():
        for key in keys.split("|"):
            value = getattr(filed.model, key)
            if value is None or str(value) == named:
                continue
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
        _ID.validate_python(text)
    except ValidationError:
        return False
    return True


def _book(
    documents: Documents, shelves: Mapping[str, list[Filed[Any]]], unread: frozenset[str]
) -> Book:
    def by(key: str, kind: str) -> dict[Any, Filed[Any]]:
        return {getattr(filed.model, key): filed for filed in reversed(shelves[kind])}

    return Book(
        documents=documents,
        site=shelves["site"][0] if shelves["site"] else _NO_SITE,
        departments=shelves["departments"][0] if shelves["departments"] else _NO_DEPARTMENTS,
        staff=by("id", "employee"),
        pay=by("employee", "pay"),
        month_pay=by("month", "month-pay"),
        seal=shelves["seal"][0] if shelves["seal"] else None,
        schemes=tuple(shelves["scheme"]),
        policies=tuple(shelves["policy"]),
        records=tuple(sorted(shelves["record"], key=_by_month)),
        months=by("month", "month"),
        closed=by("month", "closed"),
        closings=shelves["closings"][0] if shelves["closings"] else _NO_CLOSINGS,
        amendments=by("month", "amendments"),
        unread=unread,
    )


def _by_month(filed: Filed[Record]) -> tuple[Month, str, str]:
    return filed.model.month, filed.model.appraisee, filed.model.part or ""


_NO_SITE = Filed(SITE_FILE, SiteFile(company=Text(zh="?", en="?")))
_NO_DEPARTMENTS = Filed(
    DEPARTMENTS_FILE, Departments(department=(Department(id="none", name=Text(zh="?", en="?")),))
)
_NO_CLOSINGS = Filed(CLOSINGS_FILE, Closings(month={}))


def _absent(book: Book) -> list[Issue]:
    """The two files that no site can do without."""
    return [
        Issue(code="file-missing", at=Place(path), facts={"path": path})
        for path, absent in (
            (SITE_FILE, book.site is _NO_SITE),
            (DEPARTMENTS_FILE, book.departments is _NO_DEPARTMENTS),
        )
        if absent and path not in book.unread
    ]
