"""What is wrong with a figure as it was stated, wherever it stands."""

from collections.abc import Iterator

from kpisite.check.known import unknown
from kpisite.check.shape_issues import written
from kpisite.core.exact import HUNDRED, percent, plain, product, quotient
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.text import Text
from kpisite.language.base import Quantity
from kpisite.language.figures.model import Given
from kpisite.language.figures.stated import misstated


def misstatements(
    given: Given, name: Text, id: str, value: Quantity | str, at: Source
) -> Iterator[Issue]:
    """What is wrong with a figure as it stands in a file."""
    why = misstated(given, value)
    if not why:
        return
    facts: dict[str, Fact] = {"figure": name, "id": id, "value": shown(value)}
    if why in ("choice", "not-number"):
        if given.unit == "choice":
            word = value if isinstance(value, str) else ""
            yield unknown("choice", word or shown(value), given.choices, at)
        else:
            yield Issue(code="figure-not-number", at=at, facts=facts)
    elif why in ("percent", "not-percent"):
        assert isinstance(value, Quantity)
        facts["likely"] = _in_other_unit(value)
        code = "figure-percent" if why == "percent" else "figure-not-percent"
        yield Issue(code=code, at=at, facts=facts)
    else:
        bound = given.low if why == "low" else given.high
        assert bound is not None
        sign = "≥" if why == "low" else "≤"
        facts["bound"] = f"{sign} {shown(bound)}"
        yield Issue(code="figure-out-of-range", at=at, facts=facts)


def shown(value: Quantity | str) -> str:
    """A value as a file has it."""
    if isinstance(value, str):
        return written(value)
    return f'"{percent(value.value)}"' if value.is_percent else plain(value.value)


def _in_other_unit(value: Quantity) -> str:
    """The digits as they stand, as a percentage or as none."""
    if value.is_percent:
        return plain(product((value.value, HUNDRED)))
    return f'"{percent(quotient(value.value, HUNDRED))}"'
