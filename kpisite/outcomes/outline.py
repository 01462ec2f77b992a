"""A scorecard in outline: whose it is, of which month and where, and digests of all the rest.

Of a large site everybody's outlines are known at once, and what they stand for is read when
somebody asks for it, a department's month at a time.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any, Literal, Protocol, get_args

from kpisite.core.address import Qualified
from kpisite.core.digest import digest
from kpisite.core.exact import ZERO
from kpisite.core.immutable import immutable
from kpisite.core.month import Month
from kpisite.outcomes.brief import BRIEF, WAGE, Brief
from kpisite.outcomes.results import Result
from kpisite.outcomes.still_open import is_disputed

#: What of a month in brief something may rest on: all of it, who it is about, or what it pays.
Facet = Literal["whole", "who", "wages"]

Asked = Literal[Facet, "pay_row", "is_paid", "is_disputed"]
"""What of a department's month a page may ask for: attributes of an outline, all of which it has
`said`."""
QUESTIONS: tuple[str, ...] = get_args(Asked)


@immutable(kw_only=False)
class Outline(Qualified):
    """Where a scorecard belongs, whether it pays anything, whether it is in dispute and whether
    marks are still to come.

    The others are digests: of each facet of its brief, of what lists of wages unfold of it, of
    what checks of its month need; and of where it belongs (`place`), in which no mark and no amount
    is.  `cell` is what it is kept with, and `scheme` and `policy` are the paths of the versions
    that held.
    """

    path: str
    appraisee_id: str
    is_person: bool
    month: Month
    part: str | None
    one_off: str | None
    department_id: str
    scheme: str
    policy: str
    is_paid: bool
    is_disputed: bool
    is_provisional: bool
    whole: str = ""
    who: str = ""
    wages: str = ""
    pay_row: str = ""
    aftermath: str = ""
    place: str = ""
    cell: "Cell" = ("", "")

    @property
    def said(self) -> str:
        """A digest of all that lists may ask of it."""
        facts = (self.path, str(self.is_paid), str(self.is_disputed))
        return digest(*facts, self.whole, self.who, self.wages, self.pay_row)


Cell = tuple[str, str]
"""A month and a department."""


@lru_cache(4096)
def cell_of(month: str, department: str) -> Cell:
    """A department's month: one value for all who have it in common, who are many."""
    return month, department


def outline_of(result: Result, aftermath: str = "") -> Outline:
    """The outline of a scorecard, with no digest in it but that of what checks need."""
    card, path = result.card, "" if result.policy is None else result.policy.path
    who, part, scheme = card.appraisee, result.record.part, card.scheme.path
    place = (
        card.record.path, who.id, str(who.is_person), str(part), str(card.one_off), who.department,
        scheme, path,
    )  # fmt: skip
    return Outline(
        path=card.record.path,
        appraisee_id=who.id,
        is_person=who.is_person,
        month=result.month,
        part=part,
        one_off=card.one_off,
        department_id=who.department,
        scheme=scheme,
        policy=path,
        is_paid=result.wage is not None,
        is_disputed=is_disputed(result),
        is_provisional=card.is_provisional,
        aftermath=aftermath,
        place=digest(*place),
        cell=cell_of(str(result.month), who.department),
    )


def with_digests(outline: Outline, brief: Brief, whole: str = "", pay_row: str = "") -> Outline:
    """The outline with the digests that pages ask for, of its brief and of what lists of wages
    unfold; `whole` is that of all of the brief, where somebody has it."""
    whole = whole or _digest(brief)
    who = wages = digest(BRIEF.as_bytes(brief, _WHO).decode())
    if brief.wage is not None:  # all else that they say is the same
        wages = digest(who, WAGE.as_bytes(brief.wage).decode())
    return replace(outline, whole=whole, who=who, wages=wages, pay_row=pay_row)


def _digest(brief: Brief) -> str:
    return digest(BRIEF.as_bytes(brief).decode())


#: A brief with nothing in it but who it is about has these in place of all else.
_BLANK: Mapping[str, Any] = {
    "wage": None,
    "total": ZERO,
    "places": 0,
    "shown": "",
    "parts": (),
    "is_provisional": False,
    "left_out": "",
    "reason": "",
    "grade": None,
    "rank": None,
    "ranked": 0,
    "change": None,
    "change_from": "",
    "reviews": (),
    "calls": (),
    "answer_by": None,
    "awaits_answer": False,
    "is_disputed": False,
    "is_closed": False,
    "superior": None,
    "shares": {},
    "rows": {},
    "reached": {},
}
#: What says who it is about.
_WHO = frozenset(one.name for one in fields(Brief)) - _BLANK.keys()


def seen_by_facet(brief: Brief, facet: Facet) -> Brief:
    """`brief` with nothing in it but the facet, so that nobody can rest on more than they say."""
    if facet == "whole":
        return brief
    kept = {"wage": brief.wage} if facet == "wages" else {}
    return replace(brief, **{**_BLANK, **kept})


def by_cell(outlines: Iterable[Outline]) -> Mapping[Cell, list[Outline]]:
    """The outlines by department and month, in their order."""
    found: defaultdict[Cell, list[Outline]] = defaultdict(list)
    for one in outlines:
        found[one.cell].append(one)
    return dict(sorted(found.items()))


class Carded(Protocol):
    """What a scorecard's outline and its brief both say of it."""

    @property
    def path(self) -> str:
        """That of the record."""

    @property
    def appraisee_id(self) -> str:
        """The id of the person or department appraised."""

    @property
    def is_person(self) -> bool:
        """Whether a person was appraised, and not a department."""

    @property
    def month(self) -> Month:
        """The month appraised."""

    @property
    def part(self) -> str | None:
        """The department of a part of the month."""

    @property
    def one_off(self) -> str | None:
        """The id of the form of a one-off appraisal."""

    @property
    def qualifier(self) -> str | None:
        """What tells it from the scorecard of the month itself; None for that one."""

    @property
    def is_of_month(self) -> bool:
        """Whether it is of the month itself."""

    @property
    def department_id(self) -> str:
        """The department that it is from."""

    @property
    def scheme(self) -> str:
        """The path of the version of the form."""

    @property
    def policy(self) -> str:
        """The path of the version of the policy, or nothing."""
