"""What earlier months of somebody hand on to later ones: what figures were in each of them.

Months follow one another in time, and a fold over those before takes nothing of its own month, so
that a figure may rest on what it was itself: what is carried forward, a run, a debt.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from kpisite.core.captions import caption
from kpisite.core.immutable import immutable
from kpisite.core.month import Month, Period
from kpisite.core.text import NO_TEXT, Text
from kpisite.core.working import Kind, Unit, Working
from kpisite.language.figures.model import EARLIER, Figure
from kpisite.language.figures.plan import Plan, Planned
from kpisite.language.serial import Serial


@immutable
class MonthValue:
    """What a figure was in an earlier month."""

    month: Month
    id: str
    value: Decimal
    unit: str
    label: Text = NO_TEXT
    places: int | None = None
    word: str = ""
    word_id: str = ""

    @classmethod
    def of(cls, month: Month, id: str, made: Working) -> "MonthValue":
        """What later months may know of a working."""
        return cls(
            month=month,
            id=id,
            value=made.value,
            unit=made.unit.value,
            label=made.label,
            places=made.places,
            word=made.word,
            word_id=made.word_id,
        )

    def within(self, most: Decimal) -> "MonthValue":
        """The value, as far as it may go."""
        return replace(self, value=max(-most, min(most, self.value)))

    def working(self) -> Working:
        """The value as a leaf of what rests on it, called by its month."""
        said = str(self.month)
        label = Text(zh=said, en=said)
        if self.label != NO_TEXT:
            label = caption("label-and-value", label=self.month, value=self.label)
        return Working(
            id=said,
            kind=Kind.FIGURE,
            label=label,
            value=self.value,
            unit=Unit(self.unit),
            places=self.places,
            word=self.word,
            word_id=self.word_id,
        )


@immutable
class MonthBefore:
    """What one record of an earlier month hands on: on which form it was filled in, whether it is
    provisional, and what of it anybody asks for."""

    month: Month
    form: str = ""
    is_provisional: bool = False
    values: tuple[MonthValue, ...] = ()

    @property
    def ids(self) -> frozenset[str]:
        """What it hands on."""
        return frozenset(one.id for one in self.values)

    def figure(self, id: str) -> Working | None:
        """One of the values, where it has it."""
        return next((one.working() for one in self.values if one.id == id), None)


@immutable
class Earlier:
    """The earlier months of somebody as seen from a period, the oldest first; `first` is the month
    of joining, as whoever comes back begins anew."""

    period: Period
    first: Month | None = None
    months: tuple[MonthBefore, ...] = ()

    def taken_by(self, own: Planned) -> tuple[MonthBefore, ...]:
        """The months that a fold takes, by its bounds and not yet by its condition.

        Of `earlier` these are the months in which the figure has a value, or in a provisional month
        is still to have one; where a gap begins anew, those without one between them and this
        month.
        """
        assert own.fold is not None
        model = own.folded
        since = self._since(model)
        months = [one for one in self.months if one.month < self.period.last]
        months = [one for one in months if since is None or one.month >= since]
        if model.over != EARLIER:
            return tuple(months)
        months = [one for one in months if own.fold[1] in one.ids or one.is_provisional]
        if model.gap == "start":
            months = self._unbroken(months)
        if model.months is not None:
            months = months[-model.months :]
        return tuple(_newest(months, own.fold[1]) if own.is_of_newest else months)

    def _since(self, model: Figure) -> Month | None:
        """The first month that a fold may take."""
        last, over = self.period.last, model.within if model.over == EARLIER else model.over
        since = {"year": Month(last.year, 1), "quarter": Period(last, "quarter").first}.get(
            over or ""
        )
        stated = [one for one in (since, self.first) if one is not None]
        return max(stated, default=None)

    def _unbroken(self, months: Sequence[MonthBefore]) -> list[MonthBefore]:
        """The months that follow one another without a gap up to this one."""
        found: list[MonthBefore] = []
        awaited = self.period.before
        for one in reversed(months):
            if one.month != awaited.last:
                break
            found.append(one)
            awaited = awaited.before
        return found[::-1]

    def kept_to(self, plan: Plan) -> "Earlier":
        """Of these months what the folds of a plan take, and nothing else."""
        taken: dict[Month, set[str]] = {}
        for own in plan.over_months:
            for one in self.taken_by(own):
                taken.setdefault(one.month, set()).update(own.of_earlier)
        months = tuple(
            replace(one, values=tuple(each for each in one.values if each.id in taken[one.month]))
            for one in self.months
            if one.month in taken
        )
        return replace(self, months=months)

    @property
    def is_provisional(self) -> bool:
        """Whether any of these months is."""
        return any(one.is_provisional for one in self.months)


def _newest(months: Sequence[MonthBefore], id: str) -> Sequence[MonthBefore]:
    """The newest month in which a figure has a value, with those after it that may still have
    one."""
    at = next((n for n in reversed(range(len(months))) if id in months[n].ids), 0)
    return months[at:]


#: How what a record takes of earlier months is kept and told from another.
TAKEN = Serial(tuple[MonthBefore, ...])
