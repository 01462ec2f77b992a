"""What a copy of a printed form holds of every key that HR may write.

Whoever holds the file can read all of it, so nothing is in it but what that copy shows.  The tables
below, and nothing else, say of every key whether a copy holds it: as it stands, in part, or not at
all, as it holds no key that they do not name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.shown_policy import as_shown, columns_of_payroll
from kpisite.core.issue import Keys
from kpisite.language.policy import Policy
from kpisite.language.record import NOTE
from kpisite.language.scheme import Scheme
from kpisite.outcomes.after import answers
from kpisite.outcomes.results import Result
from kpisite.outcomes.seal import without_pay


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyView:
    """A result as one copy shows it: with the pay or without, and the entries of its record on
    which a number that is shown rests."""

    book: Ground
    result: Result
    with_pay: bool
    shown: frozenset[Keys]

    @property
    def scheme(self) -> Scheme:
        """The form that was filled in."""
        return self.result.card.scheme.model

    @property
    def _governing(self) -> Filed[Policy]:
        assert self.result.policy is not None, "asked of what a policy states"
        return self.result.policy

    @property
    def policy(self) -> Policy:
        """The policy as whoever sees the pay may read it."""
        filed = self._governing
        return as_shown(filed.model, self.book.levels_at(filed.path))

    @property
    def columns_of_payroll(self) -> frozenset[str]:
        """The columns of amounts in the table of grades that no copy shows."""
        return columns_of_payroll(self._governing.model)


Rule = Callable[[CopyView, Any], Any]
"""What a copy holds of the value of a key; None for nothing."""


def whole(_view: CopyView, value: Any) -> Any:
    """All of it."""
    return value


def hidden(_view: CopyView, _value: Any) -> Any:
    """Nothing: people who are not named, what nobody is shown, or what only HR is."""
    return None


def paid(view: CopyView, value: Any) -> Any:
    """All of it on copies that show the pay."""
    return value if view.with_pay else None


def shown_of(key: str) -> Rule:
    """Lines of the pay, or figures, on copies that show the pay, without those that no copy shows:
    what only payroll and HR see, and what such lines alone rest on."""

    def rule(view: CopyView, value: Any) -> Any:
        kept = {one.id for one in getattr(view.policy, key)}
        return [one for one in value if one.get("id") in kept] or None if view.with_pay else None

    return rule


def shown_amounts(key: str) -> Rule:
    """What a copy that shows the pay holds of awards or the pool: nothing, where only payroll and
    HR see the line that pays them."""
    return lambda view, value: paid(view, value) if getattr(view.policy, key) else None


def shown_column(key: str) -> Rule:
    """The same of a column of the table of grades."""
    return lambda view, value: None if key in view.columns_of_payroll else paid(view, value)


def table(rules: Mapping[str, Rule]) -> Rule:
    """Of a table, or of each in a list of them, what the rules say of its keys."""

    def of_value(view: CopyView, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return [of_value(view, one) for one in value]
        return held(view, value, rules)

    return of_value


def held(view: CopyView, data: Mapping[str, Any], rules: Mapping[str, Rule]) -> dict[str, Any]:
    """What a copy holds of a table, by what the rules say of its keys."""
    parts = {key: rules.get(key, hidden)(view, value) for key, value in data.items()}
    return {key: part for key, part in parts.items() if part is not None}


def _rated(view: CopyView, value: Mapping[str, Any]) -> Any:
    return {rater: held(view, one, RATED) for rater, one in value.items()}


def _marks(view: CopyView, value: Mapping[str, Any]) -> Any:
    """Marks with their notes; of peers only means are shown, which stand in the workings."""
    return {indicator: _of_raters(view, marks) for indicator, marks in value.items()}


def _of_raters(view: CopyView, marks: Mapping[str, Any]) -> dict[str, Any]:
    alone = {id for id, rater in view.scheme.raters.items() if not rater.is_several} | {NOTE}
    return {
        rater: mark
        for rater, mark in marks.items()
        if rater in alone and not isinstance(mark, Mapping)
    }


def _metrics(view: CopyView, value: Mapping[str, Any]) -> Any:
    return {name: one for name, one in value.items() if ("metrics", name) in view.shown}


def _choices(view: CopyView, value: Mapping[str, Any]) -> Any:
    return {name: one for name, one in value.items() if ("choices", name) in view.shown} or None


def _lists(view: CopyView, value: Mapping[str, Any]) -> Any:
    """Rows of lists, as far as a number that is shown rests on a column of theirs."""
    found = {
        id: [
            {name: one for name, one in row.items() if ("list", id, index, name) in view.shown}
            for index, row in enumerate(rows)
        ]
        for id, rows in value.items()
    }
    return {id: rows for id, rows in found.items() if any(rows)} or None


def _events(view: CopyView, value: list[Mapping[str, Any]]) -> Any:
    seen = (one for index, one in enumerate(value) if ("event", index) in view.shown)
    return [held(view, one, EVENT) for one in seen] or None


def _answer(view: CopyView, value: Mapping[str, Any]) -> Any:
    """The answer while it holds, as the page shows it."""
    holds = view.result.is_person and answers(view.book, view.result, with_pay=view.with_pay)
    return held(view, value, ANSWER) if holds else None


def _content(view: CopyView, value: str) -> Any:
    digits = value.replace(" ", "")
    spaced = " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))
    return spaced if view.with_pay else without_pay(spaced)


def _schemes(view: CopyView, _value: object) -> Any:
    return [view.scheme.id]


RATED: Mapping[str, Rule] = {"by": hidden, "on": whole}
EVENT: Mapping[str, Rule] = {
    "rule": whole,
    "date": whole,
    "points": whole,
    "count": whole,
    "reason": whole,
    "source": whole,
    "imported": hidden,
}
TASK: Mapping[str, Rule] = {
    "id": whole,
    "name": whole,
    "weight": whole,
    "of": whole,
    "from": whole,
    "to": whole,
    "expected": whole,
    "result": whole,
    "marks": _of_raters,
}
ANSWER: Mapping[str, Rule] = {
    "state": whole,
    "on": whole,
    "content": _content,
    "witness": hidden,
    "text": whole,
}
RULING: Mapping[str, Rule] = {"on": whole, "outcome": whole, "reasons": whole, "total": whole}
APPEAL: Mapping[str, Rule] = {
    "on": whole,
    "reason": whole,
    "handler": hidden,
    "ruling": table(RULING),
}
REMARK: Mapping[str, Rule] = {"on": whole, "by": hidden, "text": whole}
PLAN: Mapping[str, Rule] = {
    "problem": whole,
    "measure": whole,
    "owner": hidden,
    "due": whole,
    "result": whole,
}
RECORD: Mapping[str, Rule] = {
    "accept": hidden,
    "employee": whole,
    "department": whole,
    "part": whole,
    "month": whole,
    "scheme": whole,
    "rated": _rated,
    "marks": _marks,
    "metrics": _metrics,
    "choices": _choices,
    "list": _lists,
    "event": _events,
    "survey": hidden,
    "task": table(TASK),
    "expect": hidden,
    "remark": table(REMARK),
    "notes": whole,
    "answer": _answer,
    "appeal": table(APPEAL),
    "plan": table(PLAN),
}
SCHEME: Mapping[str, Rule] = {
    "accept": hidden,
    "id": whole,
    "name": whole,
    "from": whole,
    "appraises": whole,
    "per": whole,
    "points": whole,
    "raters": whole,
    "scored-only": whole,
    "one-off": whole,
    "missing": whole,
    "rounding": whole,
    "figure": whole,
    "table": whole,
    "list": whole,
    "gate": whole,
    "part": whole,
    "deduction": whole,
    "bonus": whole,
    "veto": whole,
    "incident": whole,
    "liability": whole,
    "floor": whole,
    "cap": whole,
    "notes": whole,
    "signatures": whole,
}
GRADE: Mapping[str, Rule] = {
    "id": whole,
    "name": whole,
    "from": whole,
    "training": whole,
    "promotion": whole,
    "level": whole,
    "salary": shown_column("salary"),
    "bonus": shown_column("bonus"),
    "share": whole,
    "at-least": whole,
    "at-most": whole,
    "suggested": hidden,
    "text": whole,
}
POLICY: Mapping[str, Rule] = {
    "accept": hidden,
    "id": whole,
    "name": whole,
    "from": whole,
    "schemes": _schemes,
    "window": whole,
    "answers": whole,
    "answer-days": whole,
    "plan-for": whole,
    "part-month": paid,
    "eligibility": whole,
    "ranking": whole,
    "grade": table(GRADE),
    "quota": whole,
    "graded": whole,
    "figure": shown_of("figure"),
    "table": shown_of("table"),
    "gate": whole,
    "limit": hidden,
    "award": shown_amounts("award"),
    "review": hidden,
    "pool": shown_amounts("pool"),
    "money": paid,
    "pay": shown_of("pay"),
    "sum": paid,
}
