"""Marks of a record on another scale than its form, such as marks out of 100 on rows of ten."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from kpisite.core.issue import Fact, Issue
from kpisite.language.record import Mark, Record

#: The scales on which people mark from memory, the smaller first.
USUAL_SCALES = tuple(map(Decimal, ("5", "10", "100")))
#: Fewer marks above their rows are mistakes of their own.
FEWEST = 3


def scale_once(record: Record, issues: Iterable[Issue]) -> Iterator[Issue]:
    """The issues of a record, where most of its marks lie above what their rows give, but all on
    one usual scale, as one that says which; a mark or two that are too high stay by themselves."""
    all_issues = list(issues)
    above = [one for one in all_issues if _is_above(one)]
    marks = list(_numbers(record)) if len(above) >= FEWEST else []
    scale = next((one for one in USUAL_SCALES if one >= max(marks, default=one)), None)
    if scale is None or not marks or 2 * len(above) <= len(marks):
        yield from all_issues
        return
    yield from (one for one in all_issues if one not in above)
    first, *others = above
    facts: dict[str, Fact] = {
        "count": len(above),
        "highest": max(marks),
        "scale": scale,
        "indicator": first.facts["indicator"],
        "most": first.facts["most"],
    }
    also = tuple(dict.fromkeys(one.at for one in others))
    yield Issue(code="marks-other-scale", at=first.at, facts=facts, also=also)


def _is_above(issue: Issue) -> bool:
    """Whether a mark is refused because it is above all that its row gives."""
    return issue.code in ("mark-too-high", "mark-no-level") and "most" in issue.facts


def _numbers(record: Record) -> Iterator[Decimal]:
    """Every mark of the record that is a number, each peer's by itself."""
    rows = (*record.marks.values(), *(task.marks for task in record.task))
    for mark in (one for marks in rows for one in marks.values()):
        yield from (one for one in _single(mark) if isinstance(one, Decimal))


def _single(mark: Mark) -> Iterable[object]:
    return mark.values() if isinstance(mark, Mapping) else (mark,)
