"""What a form states of a row, or a policy of a line of the pay, as it is put to whoever reads it.

A method and a component say this of themselves, as they say what they compute: so the blank form,
the rater's workbook and the page of rules need to know none of them by its name.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from kpisite.core.captions import caption
from kpisite.core.exact import plain, with_minus
from kpisite.core.immutable import immutable
from kpisite.core.text import Text
from kpisite.language.base import Quantity

#: What figures are called in the language of whoever reads, by their ids.
Names = Mapping[str, str]


@immutable(kw_only=False)
class Clause:
    """A level, a band, a step, a duty or a rule: what it gives or takes, and when."""

    texts: tuple[Text, ...]
    """What is said of it, one after the other."""
    points: str = ""
    about: tuple[str, str] | None = None
    """The kind and the id of the rule or figure that it is about, where the page of rules has a
    place for that."""


def clause(*texts: Text | None, points: str = "") -> Clause:
    """A clause of those of the texts that there are."""
    return Clause(tuple(one for one in texts if one is not None), points)


def remark(key: str, **facts: object) -> Clause:
    """A clause in words of the catalogue, which gives and takes nothing by itself."""
    return Clause((caption(key, **facts),))


def bounds(low: Decimal | None, high: Decimal | None) -> Iterator[Clause]:
    """Between what points are kept, where that is not from nothing on."""
    if low:
        yield remark("rubric-floor", floor=with_minus(plain(low)))
    if high is not None:
        yield remark("rubric-cap", cap=plain(high))


def figure_text(amount: Quantity) -> str:
    """A figure as whoever reads it sees it: `35%`, `−2`."""
    return with_minus(amount.text)
