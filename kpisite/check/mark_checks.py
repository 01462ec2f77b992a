"""The checks of marks: those that are given for a row or a task, and those that it lacks."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from kpisite.check.filed import Filed
from kpisite.check.known import (
    unknown,
    without_follow_on,
)
from kpisite.check.rewrite import number
from kpisite.check.shape_issues import written
from kpisite.core.captions import listed
from kpisite.core.exact import ZERO
from kpisite.core.issue import Fact, Fix, Issue, Source
from kpisite.language.methods import Indicator
from kpisite.language.methods.indicator import Asked
from kpisite.language.rater import Rater
from kpisite.language.record import NOTE, Mark, Record
from kpisite.language.scheme import Scheme


def task_issues(
    filed: Filed[Record], scheme: Scheme, indicator: Indicator, task: Asked
) -> Iterator[Issue]:
    """Marks of a task out of bounds, each peer's by itself, and raters that the form lacks."""
    at = filed.at(*task.keys)
    for rater, mark in task.marks.items():
        if rater not in scheme.raters:
            yield unknown("rater", rater, scheme.raters, at.at(rater))
            continue
        about: dict[str, Fact] = {"indicator": task.name, "rater": scheme.rater_name(rater)}
        for one in _each(scheme, rater, mark):
            yield from without_follow_on(
                filed,
                (
                    Issue(code=code, at=at.at(rater), facts=about | facts)
                    for code, facts in indicator.mark_issues(one, filed.model)
                ),
            )


def given_issues(filed: Filed[Record], scheme: Scheme, indicator: Indicator) -> Iterator[Issue]:
    """What is wrong in the marks that are given for a row."""
    marks = filed.model.marks.get(indicator.id, {})
    given = {rater: mark for rater, mark in marks.items() if rater != NOTE}
    if given and not indicator.takes_marks:
        facts: dict[str, Fact] = {"indicator": indicator.name}
        at = filed.at("marks", indicator.id)
        yield Issue(code="mark-not-asked", at=at, facts=facts)
        return
    for rater, mark in given.items():
        if rater not in scheme.raters:
            here = filed.at("marks", indicator.id, rater)
            yield unknown("rater", rater, scheme.raters, here)
            continue
        yield from _votes_issues(scheme, indicator, rater, mark, filed)
        for one in _each(scheme, rater, mark):
            for code, facts in indicator.mark_issues(one, filed.model):
                here = filed.at("marks", indicator.id, rater)
                about: dict[str, Fact] = {
                    "indicator": indicator.name,
                    "rater": scheme.rater_name(rater),
                }
                if not isinstance(one, Decimal):
                    about["mark"] = written(one)
                fix = _number_meant(indicator, one, filed.model, here) if one is mark else None
                yield Issue(code=code, at=here, facts=facts | about, fix=fix)


def _votes_issues(
    scheme: Scheme, indicator: Indicator, rater: str, mark: Mark, filed: Filed[Record]
) -> Iterator[Issue]:
    """Votes of which there are less than none, or that are not whole."""
    if not scheme.raters[rater].votes or not isinstance(mark, Mapping):
        return
    for answer, count in mark.items():
        if count < ZERO or count != count.to_integral_value():
            facts: dict[str, Fact] = {
                "indicator": indicator.name,
                "rater": scheme.rater_name(rater),
                "answer": answer,
                "count": count,
            }
            at = filed.at("marks", indicator.id, rater)
            yield Issue(code="votes-count", at=at, facts=facts)


def _number_meant(indicator: Indicator, mark: Mark, record: Record, at: Source) -> Fix | None:
    """The points that a mark in quotes, or typed in full width, states, where they may be given."""
    digits = number(mark)
    if not digits or any(True for _ in indicator.mark_issues(Decimal(digits), record)):
        return None
    return Fix(at, digits)


def _each(scheme: Scheme, rater: str, mark: Mark) -> tuple[Mark, ...]:
    """The single marks in what stands under a rater: one, each peer's, or each answer."""
    return scheme.raters[rater].each(mark)


def missing_marks(
    filed: Filed[Record], scheme: Scheme, indicator: Indicator, asked: Asked
) -> Iterator[Issue]:
    """Marks that the form cannot do without, by what its `missing` says."""
    marks, keys = asked.marks, asked.keys
    missing = scheme.missing_raters(marks)
    some_are_there = len(missing) < len(scheme.counted_raters)
    if scheme.missing == "provisional" or (scheme.missing == "share" and some_are_there):
        return
    missing = tuple(id for id in missing if not filed.is_left_out(*keys, id))
    for id in missing:
        if id in marks:
            yield _too_few(scheme, indicator, id, marks[id], Source(filed.path, (*keys, id)))
    missing = tuple(id for id in missing if id not in marks)
    if missing:
        names = [scheme.rater_name(id) for id in missing]
        entries = ", ".join(f"{id} = {to_be_written(scheme.raters[id])}" for id in missing)
        has_line = bool(set(marks) - {NOTE})
        facts: dict[str, Fact] = {
            "indicator": indicator.name,
            "rater": listed(names),
            "entries": entries if has_line else f"{keys[-1]} = {{ {entries} }}",
            "meant": str(keys[-1]) if has_line else "",
        }
        yield Issue(code="mark-missing", at=filed.at(*asked.within), facts=facts)


def _too_few(scheme: Scheme, indicator: Indicator, id: str, mark: Mark, at: Source) -> Issue:
    """Peers who marked, but not as many as must be for their mean to count."""
    facts: dict[str, Fact] = {
        "indicator": indicator.name,
        "rater": scheme.rater_name(id),
        "entry": f"{id} = {to_be_written(scheme.raters[id])}",
        "count": scheme.raters[id].count_of(mark),
        "least": Decimal(scheme.raters[id].least),
    }
    return Issue(code="peers-too-few", at=at, facts=facts)


def to_be_written(rater: Rater) -> str:
    """An ellipsis for a mark; for peers a table of as many as there must be."""
    if rater.votes:
        return '{ "…" = … }'
    if not rater.peers:
        return "…"
    return "{ " + ", ".join(f"p{count} = …" for count in range(1, rater.least + 1)) + " }"
