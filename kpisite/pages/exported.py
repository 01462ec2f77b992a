"""What a tree shows, as data for other programs: the same facts, from the same plan.

An audience's data hold what its pages hold and no more: they are made from what it may see.
Numbers are texts in JSON, so that none is rounded on the way.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from kpisite.core.exact import plain
from kpisite.outcomes.brief import Amount, Brief
from kpisite.pages.audience import Audience, Capability, card_path
from kpisite.pages.page import CardPage
from kpisite.pages.page_plan import PagePlan
from kpisite.pages.row import Row
from kpisite.pages.scorecard import ScorecardFacts

#: The shape of the data: another number where what is there changes its meaning; what is new adds
#: keys and columns and leaves the number.
FORMAT = 1

Fields = Mapping[str, Any]


def exported(plan: PagePlan, audience: Audience) -> dict[str, Any]:
    """All that a tree says of scorecards, of pay, and of who has none."""
    return {
        "format": FORMAT,
        "tree": audience.folder,
        "company": plan.book.site.model.company.say(plan.language),
        "language": plan.language,
        "scorecards": list(_scorecards(plan, audience)),
        "unrecorded": [
            {
                "id": one.id,
                "month": str(one.month),
                "department": one.department,
                "reason": None if one.reason is None else one.reason.say(plan.language),
            }
            for one in plan.unrecorded_to(audience)
            if not audience.reads_sums_alone
        ],
    }


def _scorecards(plan: PagePlan, audience: Audience) -> Iterator[dict[str, Any]]:
    """Each scorecard that the tree tells of, by month and person, with its rows where the tree has
    its page."""
    names_people = audience.can(Capability.CARDS) or audience.can(Capability.PAYROLL)
    within = plan.seen_by(audience)
    seen = within.of(within.every) if names_people else ()
    shown: dict[str, ScorecardFacts] = {}
    for brief in sorted(seen, key=lambda one: (one.month, one.appraisee_id, one.order)):
        place = f"{card_path(audience, brief)}.html" if audience.sees_card(brief) else ""
        if place and place not in shown:
            shown = _cards(plan, audience, brief.appraisee_id)
        yield _scorecard(plan, audience, brief, shown.get(place))


def _cards(plan: PagePlan, audience: Audience, person: str) -> dict[str, ScorecardFacts]:
    """The scorecards of a person in one tree, by the place of the page."""
    return {
        page.path: page.shown
        for page in plan.cards.of_person(person)
        if isinstance(page, CardPage) and page.audience.folder == audience.folder
    }


def _scorecard(
    plan: PagePlan, audience: Audience, brief: Brief, card: ScorecardFacts | None
) -> dict[str, Any]:
    book, language = plan.book, plan.language
    policy = book.policy_at(brief.policy)
    grade = None if policy is None or brief.grade is None else policy.grade[brief.grade]
    data: dict[str, Any] = {
        "id": brief.appraisee_id,
        "part": brief.part,
        "one_off": brief.one_off,
        "is_person": brief.is_person,
        "name": brief.appraisee.name.say(language),
        "department": brief.department_id,
        "month": str(brief.month),
        "scheme": book.scheme_at(brief.scheme).id,
        "policy": None if policy is None else policy.id,
        "total": brief.shown,
        "provisional": brief.is_provisional,
        "grade": None if grade is None else grade.id,
        "grade_name": None if grade is None else grade.name.say(language),
        "left_out": brief.reason or None,
        "closed": brief.is_closed,
    }
    if audience.can(Capability.CARDS):
        data |= {
            "rank": brief.rank,
            "ranked": brief.ranked if brief.rank is not None else None,
            "change": None if brief.change is None else plain(brief.change),
        }
    if card is not None:
        data |= {"fingerprint": card.fingerprint, "rows": [_row(one, card) for one in card.rows]}
    if audience.can(Capability.PAY):
        data["pay"] = None if brief.wage is None else _pay(plan, brief)
    return data


def _row(row: Row, card: ScorecardFacts) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "label": row.label,
        "weight": row.weight or None,
        "most": row.most or None,
        "marks": {rater: mark for rater, mark in zip(card.raters, row.marks, strict=True) if mark},
        "value": row.value,
    }


def _pay(plan: PagePlan, brief: Brief) -> dict[str, Any]:
    assert brief.wage is not None
    return {
        "currency": plan.book.money_of(plan.book.policy_at(brief.policy)).currency,
        "amount": plain(brief.wage.in_all),
        "components": [
            *(_component(plan, one) for one in brief.wage.amounts),
            *(_component(plan, one) | {"shown_to": "payroll"} for one in brief.wage.hidden),
        ],
    }


def _component(plan: PagePlan, amount: Amount) -> dict[str, Any]:
    label = amount.label.say(plan.language)
    return {"id": amount.id, "label": label, "amount": plain(amount.value)}


Rows = Sequence[tuple[str | Decimal, ...]]

#: The columns of each table: what stands in a scorecard under the same name.
SCORECARDS = (
    "month", "id", "part", "name", "department", "scheme", "policy", "total", "provisional",
    "grade", "grade_name", "left_out", "rank", "ranked", "change", "closed", "fingerprint",
    "one_off",
)  # fmt: skip
OF_WHOM = ("month", "id", "part")
ROWS = (*OF_WHOM, "kind", "label", "weight", "most", "rater", "value", "one_off")
PAY = (*OF_WHOM, "currency", "component", "label", "amount")
UNRECORDED = ("month", "id", "department", "reason")


def tables(data: Fields) -> dict[str, Rows]:
    """The data as tables by the names of their files, each with its columns in the first row; a
    table that the tree has nothing of is left out."""
    cards = data["scorecards"]
    found: dict[str, Rows] = {
        "scorecards.csv": _table(SCORECARDS, cards),
        "rows.csv": [ROWS, *_rows(cards)],
        "pay.csv": [PAY, *_amounts(cards)],
        "unrecorded.csv": _table(UNRECORDED, data["unrecorded"]),
    }
    return {name: rows for name, rows in found.items() if len(rows) > 1}


def _table(columns: Sequence[str], entries: Sequence[Fields]) -> Rows:
    return [tuple(columns), *(tuple(_cell(one.get(key)) for key in columns) for one in entries)]


def _rows(cards: Sequence[Fields]) -> Iterator[tuple[str | Decimal, ...]]:
    """A line for each rater's mark, and one without a rater for what a row comes to."""
    for card in cards:
        whom = [_cell(card[key]) for key in OF_WHOM]
        for row in card.get("rows", ()):
            about = [_cell(row[key]) for key in ("kind", "label", "weight", "most")]
            for rater, mark in (*row["marks"].items(), ("", row["value"])):
                yield (*whom, *about, rater, _cell(mark), _cell(card["one_off"]))


def _amounts(cards: Sequence[Fields]) -> Iterator[tuple[str | Decimal, ...]]:
    """A line for each component of a wage, and one without a component for all of it."""
    for card in cards:
        pay = card.get("pay")
        if pay is not None:
            whom = [*(_cell(card[key]) for key in OF_WHOM), pay["currency"]]
            for one in pay["components"]:
                yield (*whom, one["id"], one["label"], Decimal(one["amount"]))
            yield (*whom, "", "", Decimal(pay["amount"]))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
