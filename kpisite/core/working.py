"""The working: a number together with everything that made it what it is."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from kpisite.core.captions import caption
from kpisite.core.exact import (
    CONTEXT,
    HUNDRED,
    fixed,
    money,
    percent,
    percentage,
    plain,
    with_minus,
)
from kpisite.core.formula import Formula, Rounded, readable
from kpisite.core.immutable import immutable
from kpisite.core.issue import Source
from kpisite.core.text import Text

T = TypeVar("T")


class Unit(StrEnum):
    """What a number counts, which decides how it is printed."""

    POINTS = "points"
    SHARE = "share"
    FIGURE = "figure"
    MONEY = "money"
    CHOICE = "choice"


class Kind(StrEnum):
    """What a working is a row of."""

    __hash__ = str.__hash__  # an enumeration's own is a call, and asked for every number

    MARK = "mark"
    """A rater's points, as written in the record."""
    FIGURE = "figure"
    """A figure of the record or the month that points or pay are computed from."""
    EVENT = "event"
    """A dated occurrence with its points."""
    STEP = "step"
    """A number in between, named because people ask about it."""
    INDICATOR = "indicator"
    SECTION = "section"
    PART = "part"
    ADJUSTMENT = "adjustment"
    TOTAL = "total"
    PAY = "pay"
    WAGE = "wage"


#: In a working, the record that the scorecard is of.
OWN_RECORD = Source("")


@immutable
class Working:
    """A number that reaches a person: what it is, how it came, and what it rests on.

    `value` is exact, in `unit`; `most` is the highest it could be.  `formula` computes it from
    `parts`; a figure that somebody wrote has none.  `places` is how many decimals are printed
    where the scheme or policy has rounded; otherwise the number is printed in full.

    Nothing in it says whose it is or where it was written, so that all records with the same marks
    share one: a company has few marks and many people.  What pages and digests make of such a one
    they make `once`.
    """

    id: str
    kind: Kind
    label: Text
    value: Decimal
    most: Decimal | None = None
    unit: Unit = Unit.POINTS
    places: int | None = None
    formula: Formula | None = None
    parts: tuple["Working", ...] = ()
    sources: tuple[Source, ...] = ()
    """The entries that it rests on; those of the scorecard's own record name no file."""
    note: str = ""
    """What somebody wrote about this number, in Markdown and untrusted."""
    rater: str = ""
    """For a mark, whose it is: a rater's id in the scheme."""
    word: str = ""
    """For a choice, the word that was chosen; its value is the word's number among the choices."""
    word_id: str = ""
    """The id of what was chosen, where that has another name."""
    counts: bool = True
    """Whether the number above is computed with this one; a self mark may only be shown."""
    _found: dict[Hashable, Any] | None = field(init=False, default=None, compare=False, repr=False)
    """Where many records share it, what was made of it, and it lasts as long."""

    def shared(self) -> "Working":
        """The same, for many records to share."""
        object.__setattr__(self, "_found", {})
        return self

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, made once where many records share it: of nothing but this working and
        `key`.

        >>> half = Working(id="half", kind=Kind.MARK, label=Text("半"), value=Decimal("0.5"))
        >>> [half.shared().once("double", lambda: half.value * 2), half.once("double", lambda: 7)]
        [Decimal('1.0'), Decimal('1.0')]
        >>> replace(half, value=Decimal(4)).once("double", lambda: 8)
        8
        """
        if self._found is None:
            return make()
        if key not in self._found:
            self._found[key] = make()
        found: T = self._found[key]
        return found

    @property
    def shown(self) -> str:
        """The value as people read it."""
        if self.unit is Unit.CHOICE:
            return self.word
        if self.unit is Unit.MONEY:
            return money(self.value, 2 if self.places is None else self.places)
        if self.places is not None:
            return with_minus(fixed(self.value, self.places))
        if self.unit is Unit.SHARE:
            share = percent(self.value) if self.formula is None else percentage(self.value)
            return with_minus(share)
        return readable(self.value)

    @property
    def rule(self) -> str:
        """The calculation with its figures, without the result; empty for a written figure."""
        return "" if self.formula is None or not self.parts else self.formula.text(self.parts)

    @property
    def is_rounded(self) -> bool:
        """Whether the value is not quite what the rule comes to."""
        return isinstance(self.formula, Rounded) and self.formula.changes_value(self.parts)

    @property
    def calculation(self) -> str:
        """The rule with its result, `3 × 4 = 12`, or `1 ÷ 3 = 0.333333… ≈ 0.3` where it is rounded;
        empty where the rule says no more than the result."""
        rule = self.rule
        if not rule:
            return ""
        shown = self.shown
        results = (shown, plain(self.value), readable(self.value))
        if rule in results:
            return ""
        _, is_led_to, result = rule.rpartition("→ ")
        if is_led_to and result in results:
            return rule
        return f"{rule} {'≈' if self.is_rounded else '='} {shown}"

    @property
    def percent_of_most(self) -> str:
        """How full the row's bar is, from `0` to `100`, to two places."""
        if not self.most:
            return "0"
        share = CONTEXT.divide(CONTEXT.multiply(self.value, HUNDRED), self.most)
        return plain(Decimal(fixed(min(max(share, Decimal(0)), HUNDRED), 2)))

    def sources_in(self, record: str) -> tuple[Source, ...]:
        """The entries that it rests on, where the scorecard's record stands at that path."""
        return tuple(one if one.path else Source(record, one.keys) for one in self.sources)

    def walk(self) -> Iterator["Working"]:
        """This working and all below it, each before its parts; pay ends at the total it rests
        on, which is a tree of its own."""
        waiting = [self]
        while waiting:
            working = waiting.pop()
            yield working
            if working.parts:
                waiting += [part for part in working.parts[::-1] if part.kind is not Kind.TOTAL]

    def among(self, kinds: frozenset[Kind]) -> tuple["Working", ...]:
        """Those of `walk` that are of these kinds, in its order."""
        if self._found is not None and kinds in self._found:
            known: tuple[Working, ...] = self._found[kinds]
            return known
        found = [self] if self.kind in kinds else []
        for part in self.parts:
            if part.kind is not Kind.TOTAL:
                found += part.among(kinds) if part.parts else [part] if part.kind in kinds else ()
        return self.once(kinds, lambda: tuple(found))


def derive(
    id: str,
    kind: Kind,
    label: Text,
    formula: Formula,
    parts: tuple[Working, ...],
    *,
    most: Decimal | None = None,
    unit: Unit = Unit.POINTS,
    places: int | None = None,
    sources: tuple[Source, ...] = (),
    note: str = "",
    rater: str = "",
) -> Working:
    """A working whose value is what its formula makes of its parts."""
    return Working(
        id=id,
        kind=kind,
        label=label,
        value=formula.value(parts),
        most=most,
        unit=unit,
        places=places,
        formula=formula,
        parts=parts,
        sources=sources,
        note=note,
        rater=rater,
    )


EXACT_TOTAL = "exact-total"
"""The id of a total that is reported as it was before it was rounded."""
UNROUNDED = caption("total-before-rounding")


def before_rounding(total: Working) -> Working:
    """A total as it was before it was rounded, for what is computed further: a total of 84.45 that
    is shown as 84.5 pays 84.45%.  Where rounding changed nothing it is called the same."""
    if not isinstance(total.formula, Rounded):
        return total
    exact = replace(total, formula=total.formula.of, value=total.formula.of.value(total.parts))
    if not total.is_rounded:
        return exact
    return replace(exact, id=EXACT_TOTAL, label=UNROUNDED, places=None)
