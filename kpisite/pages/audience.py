"""Who a tree of pages is for: a scope, capabilities within it, and a layout of paths.

What an audience may not see is not in its tree at all.  The code asks an audience what it may see,
and of whom; what it is called is asked nowhere but here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kpisite.check.ground import Ground
from kpisite.core.text import Text
from kpisite.language.site import DeclaredAudience
from kpisite.outcomes.group import Groups
from kpisite.outcomes.outline import Carded


class Capability(StrEnum):
    """What an audience may see of those in its scope."""

    SUMS = "sums"
    """How departments did: how many people, their mean, how many have which grade."""
    CARDS = "cards"
    """Scorecards, and lists that name people with their totals."""
    PAY = "pay"
    """Amounts of pay."""
    ALL_PAY = "all-pay"
    """Of amounts of pay those too that the person does not see."""
    CALIBRATION = "calibration"
    """How raters mark against one another."""
    REVIEWS = "reviews"
    """What touches somebody's job."""
    EXCUSES = "excuses"
    """Why somebody has no record."""
    PAYROLL = "payroll"
    """Lists of wages, for paying them."""
    RULES = "rules"
    """The forms and policies that people are appraised by, and the grades."""
    AUTHORS = "authors"
    """Who wrote each figure of a scorecard, when, and what stood there before."""
    PLACES = "places"
    """Where in the records a number stands."""
    ISSUES = "issues"
    """What `check` finds in the records, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom an audience reads of: one person, some departments, or all where neither is named."""

    person: str = ""
    departments: frozenset[str] | None = None

    def takes(self, brief: Carded) -> bool:
        """Whether the scorecard is in the scope.

        A department's is what was reached in it, so that somebody who moved on leaves the months
        before behind, and is seen by the new one from then on.
        """
        if self.person:
            return brief.is_person and brief.appraisee_id == self.person
        return self.departments is None or brief.department_id in self.departments

    def takes_department(self, id: str) -> bool:
        """Whether what somebody reached in the department may be shown; a person's own months may,
        whatever department they were in."""
        return self.departments is None or not id or id in self.departments


@dataclass(frozen=True, slots=True)
class Layout:
    """Where pages stand in a tree: a scorecard, that of a part of a month, that of a one-off
    appraisal, and the pages of a department, by fields of `str.format`; and the word for the list
    that a scorecard is from."""

    card: str
    part: str
    one_off: str
    department: str
    list_of_cards: str


OWN = Layout("{month}", "{month}-{department}", "{month}-{one_off}", "", "all-months")
ONE_DEPARTMENT = Layout("{month}/{id}", "{month}/{id}", "{month}/{id}-{one_off}", "", "list-of")
DEPARTMENTS = Layout(
    "{department}/{month}/{id}",
    "{department}/{month}/{id}",
    "{department}/{month}/{id}-{one_off}",
    "{department}/",
    "list-of",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Somebody who reads: `kind` is the row of `AUDIENCES` or the id that the site declares, and
    `folder` the root of the tree under the output folder.

    `first_page` is the word for the tree's first page, or its text.
    """

    kind: str
    folder: str
    scope: Scope
    capabilities: frozenset[Capability]
    layout: Layout
    first_page: str | Text

    def can(self, capability: Capability) -> bool:
        """Whether the audience may see that of those in its scope."""
        return capability in self.capabilities

    @property
    def sight(self) -> str:
        """What it may see, for the keys of what is made for it."""
        return " ".join(sorted(self.capabilities))

    def sees(self, brief: Carded) -> bool:
        """Whether the scorecard is in the audience's scope; a one-off one is in no sum and pays
        nothing, so that there is none for whoever reads no scorecards."""
        is_nothing = brief.one_off is not None and not self.can(Capability.CARDS)
        return not is_nothing and self.scope.takes(brief)

    @property
    def reads_sums_alone(self) -> bool:
        """Whether it reads how departments did, and nothing of single people."""
        return self.can(Capability.SUMS) and not self.can(Capability.CARDS)

    def sees_card(self, brief: Carded) -> bool:
        """Whether the scorecard's page belongs in the tree."""
        return Capability.CARDS in self.capabilities and self.scope.takes(brief)


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceKind:
    """A kind of audience that every site has: what each of its trees shows, and how."""

    layout: Layout
    capabilities: frozenset[Capability]
    first_page: str = "all-months"


#: The audiences that are built in, by the folder of their trees.
AUDIENCES: Mapping[str, AudienceKind] = {
    "employees": AudienceKind(
        layout=OWN,
        capabilities=frozenset({Capability.CARDS, Capability.PAY, Capability.RULES}),
    ),
    "managers": AudienceKind(
        layout=ONE_DEPARTMENT,
        capabilities=frozenset(
            {
                Capability.SUMS,
                Capability.CARDS,
                Capability.CALIBRATION,
                Capability.RULES,
                Capability.AUTHORS,
                Capability.PLACES,
            }
        ),
    ),
    "hr": AudienceKind(
        layout=DEPARTMENTS,
        capabilities=frozenset(Capability) - {Capability.PAYROLL},
        first_page="hr-title",
    ),
    "payroll": AudienceKind(
        layout=DEPARTMENTS,
        capabilities=frozenset(
            {
                Capability.PAY,
                Capability.ALL_PAY,
                Capability.PAYROLL,
                Capability.EXCUSES,
                Capability.RULES,
            }
        ),
    ),
}

#: The folder of the trees that a site declares.
DECLARED = "audiences"
#: The trees whose forms are signed: a department's, without the pay unless the site says so.
SIGNED_IN = "managers"


def built_in(name: str, id: str = "", more: Iterable[Capability] = ()) -> Audience:
    """The audience of a row of `AUDIENCES`: one person's or one department's by `id`."""
    kind = AUDIENCES[name]
    scope = Scope()
    if kind.layout is OWN:
        scope = Scope(person=id)
    elif kind.layout is ONE_DEPARTMENT:
        scope = Scope(departments=frozenset([id]))
    return Audience(
        kind=name,
        folder=f"{name}/{id}" if id else name,
        scope=scope,
        capabilities=kind.capabilities | frozenset(more),
        layout=kind.layout,
        first_page=kind.first_page,
    )


def declared(one: DeclaredAudience) -> Audience:
    """The audience that a site declares: sums of its departments, and what else the entry says."""
    capabilities = {Capability.SUMS, Capability.RULES}
    if one.cards:
        capabilities |= {Capability.CARDS, Capability.CALIBRATION}
    if one.pay:
        capabilities.add(Capability.PAY)
    if one.reviews:
        capabilities.add(Capability.REVIEWS)
    return Audience(
        kind=one.id,
        folder=f"{DECLARED}/{one.id}",
        scope=Scope(departments=one.scope),
        capabilities=frozenset(capabilities),
        layout=DEPARTMENTS,
        first_page=one.name,
    )


def own(id: str) -> Audience:
    """The audience of one person, who reads of nobody else."""
    return built_in("employees", id)


def audiences(book: Ground, groups: Groups) -> Iterator[Audience]:
    """Every audience that has anything to read."""
    yield from map(own, sorted(groups.persons))
    yield from shared_audiences(book, groups)


def shared_audiences(book: Ground, groups: Groups) -> Iterator[Audience]:
    """Those of them that read of several people."""
    if not groups.of:
        return
    site = book.site.model
    more = [Capability.PAY] if site.managers.pay else []
    for department in book.departments.model.department:
        if department.id in groups.departments:
            yield built_in("managers", department.id, more)
    yield built_in("hr")
    yield built_in("payroll")
    for one in map(declared, site.audience):
        is_for_all = one.can(Capability.CARDS)
        having = groups.departments if is_for_all else groups.departments_of_months
        if any(map(one.scope.takes_department, having)):
            yield one


def kinds(book: Ground) -> tuple[str, ...]:
    """What a build can be asked for: the audiences that are built in and those of the site."""
    return (*AUDIENCES, *(one.id for one in book.site.model.audience))


def reads_forms_of(book: Ground, kind: str, department: str) -> bool:
    """Whether a kind of audience has the forms of all who are in a department."""
    row = AUDIENCES.get(kind)
    if row is None:
        found = next(declared(one) for one in book.site.model.audience if one.id == kind)
    else:
        found = built_in(kind, department if row.layout is ONE_DEPARTMENT else "")
    has_all = found.layout is not OWN and found.scope.takes_department(department)
    return has_all and found.can(Capability.CARDS)


def trees_of(kind: str) -> str:
    """Where the trees of a kind stand under the output folder, `*` standing for an id."""
    if kind not in AUDIENCES:
        return f"{DECLARED}/{kind}"
    return kind if AUDIENCES[kind].layout is DEPARTMENTS else f"{kind}/*"


def card_path(audience: Audience, brief: Carded) -> str:
    """Where a scorecard stands in an audience's tree, without its suffix."""
    layout = audience.layout
    place = layout.one_off if brief.one_off else layout.part if brief.part else layout.card
    return place.format(
        month=brief.month,
        department=brief.department_id,
        id=brief.appraisee_id,
        one_off=brief.one_off,
    )


def card_name(audience: Audience, brief: Carded) -> str:
    """What a scorecard's page is called in its folder, without its suffix."""
    return card_path(audience, brief).rpartition("/")[2]
