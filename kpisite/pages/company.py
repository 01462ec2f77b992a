"""The first page of those who read of several departments."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from kpisite.core.digest import digest
from kpisite.core.immutable import immutable
from kpisite.core.month import MONTHS_IN, Month
from kpisite.language.serial import Serial
from kpisite.outcomes.brief import Brief
from kpisite.outcomes.calibration import Marked
from kpisite.outcomes.group import CellOfAll
from kpisite.pages.attention import (
    Call,
    Need,
    attention,
    calls_of,
    disputes_of_earlier_months,
)
from kpisite.pages.audience import Audience, Capability, card_path
from kpisite.pages.calibration import calibration
from kpisite.pages.findings import findings
from kpisite.pages.lines import Summary
from kpisite.pages.navigation import ways
from kpisite.pages.overview import (
    Overview,
    added_up,
    amended,
    amounts_in,
    done_of,
    forgotten_in,
    glance,
    paid_by_policy,
)
from kpisite.pages.page import HtmlPage, Link, Page
from kpisite.pages.plan import SitePlan
from kpisite.pages.remembered import Keyed, each_known
from kpisite.pages.seen import Seen
from kpisite.pages.sums import summaries_for
from kpisite.pages.unrecorded import WithoutRecord, without_records
from kpisite.words import month_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class FormFacts:
    """A form's newest month in short; `month` names it where it is not the company's newest."""

    summary: Summary
    month: str
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentFacts:
    """A department, form by form; its own link leads to its newest month."""

    name: str
    href: str
    forms: tuple[FormFacts, ...]
    done: str = ""
    """How many of the scorecards that are expected in the month are final."""
    is_done: bool = True


@immutable
class CellInShort:
    """A department's month in what the first page says of all of them together: the people in it;
    how many scorecards are final, of how many; what it pays by the path of the policy; what needs a
    person, and how the raters mark."""

    people: tuple[str, ...]
    done: tuple[int, int]
    pay: dict[str, Decimal]
    calls: tuple[Call, ...]
    marked: tuple[Marked, ...]


#: How departments' months are kept between two builds, and the departments in the table.
IN_SHORT = Serial(Keyed[CellInShort])
FORMS = Serial(Keyed[tuple[FormFacts, ...]])


def company_month(plan: SitePlan, audience: Audience, month: Month, seen: Seen) -> Iterator[Page]:
    """A month of every department, that of the newest first of all: what needs a person, how much
    is done, what it pays; where no scorecards may be seen, sums alone."""
    index = seen.months.index(month)
    before = seen.months[index - 1] if index else None
    after = seen.months[index + 1] if index + 1 < len(seen.months) else None
    yield _of_month(plan, audience, seen, month, before, after)


def _path(month: Month, *, is_newest: bool) -> str:
    return "index.html" if is_newest else f"{month}.html"


def _of_month(
    plan: SitePlan,
    audience: Audience,
    seen: Seen,
    month: Month,
    before: Month | None,
    after: Month | None,
) -> HtmlPage:
    """The page of a month, from what is seen up to it."""
    share = f"{audience.folder} {company_month.__name__} {month}"
    cells = _cells_in_short(plan, audience, share, seen.in_month(month))
    names_people = audience.can(Capability.CARDS)
    newest = seen.months[-1]
    title = plan.first_page_of(audience)
    return HtmlPage(
        audience=audience,
        path=_path(month, is_newest=after is None),
        template="company.html",
        title=title if after is None else f"{title} · {month_in_words(month, plan.language)}",
        facts={
            "departments": tuple(_departments(plan, audience, share, seen, month, cells)),
            "attention": _attention(
                plan, audience, seen.up_to(month.plus(-1)) if after is None else None, cells
            )
            if names_people
            else (),
            "calibration": calibration(
                plan.book, [one for each in cells.values() for one in each.marked], plan.language
            )
            if audience.can(Capability.CALIBRATION)
            else (),
            "findings": findings(plan, audience, month, partial(_href, audience)),
            "unrecorded": _unrecorded(plan, audience, month, is_newest=after is None)
            if names_people
            else (),
            "month": month_in_words(month, plan.language),
            "people": len({id for one in cells.values() for id in one.people}),
            "overview": _overview(plan, audience, seen, month, share, cells)
            if names_people
            else None,
            "before": _month_link(plan, before, newest),
            "after": _month_link(plan, after, newest),
            **ways(plan, audience),
        },
    )


def _href(audience: Audience, brief: Brief) -> str:
    return f"{card_path(audience, brief)}.html"


def _cells_in_short(
    plan: SitePlan, audience: Audience, share: str, in_month: Seen
) -> Mapping[str, CellInShort]:
    """By department its month, of which those are not read that are as they were in the build
    before."""
    names_people = audience.can(Capability.CARDS)

    def find(department: str) -> CellInShort:
        seen = in_month.in_department(department)
        briefs = seen.briefs
        return CellInShort(
            people=tuple(sorted({one.appraisee_id for one in briefs if one.is_person})),
            done=done_of(briefs),
            pay=paid_by_policy(briefs),
            calls=calls_of(plan.book, seen.of(seen.every), plan.language, partial(_href, audience))
            if names_people
            else (),
            marked=tuple(map(Marked.of, briefs)) if audience.can(Capability.CALIBRATION) else (),
        )

    keys = {
        cell[1]: digest(audience.sight, plan.answer_of("whole", cell), plan.places_in(cell))
        for cell in in_month.cells
    }
    return each_known(plan.memory, f"{share} cells", keys, IN_SHORT, find)


def _overview(
    plan: SitePlan,
    audience: Audience,
    seen: Seen,
    month: Month,
    share: str,
    cells: Mapping[str, CellInShort],
) -> Overview:
    done = [one.done for one in cells.values()]
    return glance(
        plan,
        audience,
        month,
        done=(sum(final for final, _ in done), sum(there for _, there in done)),
        forgotten=forgotten_in(plan, audience, month),
        pay=added_up(one.pay for one in cells.values()),
        before=lambda: amounts_in(plan, audience, month.plus(-1), share),
        amended=amended(plan, audience, seen.in_month(month), month, partial(_href, audience)),
    )


def _month_link(plan: SitePlan, month: Month | None, newest: Month) -> Link | None:
    if month is None:
        return None
    label = month_in_words(month, plan.language, with_year=False)
    return Link(label, _path(month, is_newest=month == newest))


def _attention(
    plan: SitePlan, audience: Audience, earlier: Seen | None, cells: Mapping[str, CellInShort]
) -> tuple[Need, ...]:
    """What needs a person in a month, and beside the newest what is still open of those
    `earlier`."""
    calls = (call for one in cells.values() for call in one.calls)
    disputed = () if earlier is None else earlier.disputed.of(earlier.disputed.every)
    href = partial(_href, audience)
    return (
        *attention(calls, plan.language),
        *disputes_of_earlier_months(plan.book, disputed, plan.language, href),
    )


def _unrecorded(
    plan: SitePlan, audience: Audience, month: Month, *, is_newest: bool
) -> tuple[WithoutRecord, ...]:
    """Who has no record; what was forgotten stays in sight beside the newest month, until it is
    written or excused."""
    listed = [
        one
        for one in plan.unrecorded_to(audience)
        if one.month == month or (is_newest and one.reason is None)
    ]
    return without_records(plan, listed, names_months=True)


def _departments(
    plan: SitePlan,
    audience: Audience,
    share: str,
    seen: Seen,
    month: Month,
    cells: Mapping[str, CellInShort],
) -> Iterator[DepartmentFacts]:
    """The departments that have any scorecard up to a month, in the company's order."""
    of_departments: defaultdict[str, list[CellOfAll]] = defaultdict(list)
    for one in plan.cells_in(audience):
        if one.month <= month:
            of_departments[one.department].append(one)
    current = {id: list(_current(plan, several)) for id, several in of_departments.items()}

    def forms_of(id: str) -> tuple[FormFacts, ...]:
        return tuple(
            FormFacts(
                summary=summary,
                month="" if of == month else month_in_words(of, plan.language),
                href=_href_of(audience, id, of),
            )
            for scheme, of in current[id]
            for summary in summaries_for(plan, audience, _on_form(seen, id, of, scheme))
        )

    keys = {
        id: digest(
            audience.sight,
            *(f"{form} {plan.answer_of('whole', (str(of), id))}" for form, of in several),
        )
        for id, several in current.items()
    }
    forms = each_known(plan.memory, f"{share} forms", keys, FORMS, forms_of)
    for department in plan.in_order(of_departments):
        of_month = cells.get(department.id)
        done, there = (0, 0) if of_month is None else of_month.done
        expected = there + forgotten_in(plan, audience, month, department.id)
        last = max(one.month for one in of_departments[department.id])
        yield DepartmentFacts(
            done=plan.words("done-short").format(done=done, expected=expected)
            if audience.can(Capability.CARDS) and expected
            else "",
            is_done=done == expected,
            name=department.name.say(plan.language),
            href=_href_of(audience, department.id, last),
            forms=forms[department.id],
        )


def _href_of(audience: Audience, department: str, month: Month) -> str:
    within = f"{month}/" if audience.can(Capability.CARDS) else ""
    return f"{audience.layout.department.format(department=department)}{within}index.html"


def _on_form(seen: Seen, department: str, month: Month, scheme: str) -> Sequence[Brief]:
    """The scorecards of a department's month on one form."""
    of_month = seen.only((str(month), department))
    return of_month.of(one for one in of_month.outlines if one.scheme == scheme)


def _current(plan: SitePlan, cells: Sequence[CellOfAll]) -> Iterator[tuple[str, Month]]:
    """Each form of a department by its path, and its newest month, as long as no other has been due
    up to the newest of all: that of a quarter stands for three months, and a form that was given up
    goes with its month."""
    newest = {form: one.month for one in cells for form in one.schemes}
    last = max((one.month for one in cells if one.cards), default=None)
    for form, month in sorted(newest.items()):
        if last is None or month.plus(MONTHS_IN[plan.book.scheme_at(form).per]) > last:
            yield form, month
