"""What an audience sees of everybody's months: in outline at once, in brief where a page asks."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from kpisite.core.month import Month
from kpisite.outcomes.brief import Brief
from kpisite.outcomes.outline import Asked, Cell, Facet, Outline

#: What a question for a department's month begins with.
CELL = "cell"


@lru_cache(maxsize=10_000)
def question(asked: Asked, cell: Cell) -> str:
    """The question for something of a department's month."""
    return f"{CELL} {asked} {' '.join(cell)}"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Scorecards in a tree, in the order of the book or, for one person, month by month; `brief_of`
    gives one in brief, as the audience may see it, and `note` takes down what is asked for.

    One-off ones stand apart in `one_offs`: no list counts them among those of the months.
    """

    outlines: tuple[Outline, ...]
    one_offs: tuple[Outline, ...]
    facet: Facet
    brief_of: Callable[[Outline, Facet], Brief]
    note: Callable[[Asked, Cell], None]

    @property
    def every(self) -> tuple[Outline, ...]:
        """Those of months and the one-off ones."""
        return (*self.outlines, *self.one_offs)

    @property
    def one_off_briefs(self) -> tuple[Brief, ...]:
        """The one-off ones in brief."""
        return self.of(self.one_offs)

    @property
    def briefs(self) -> tuple[Brief, ...]:
        """Each in brief, for whoever asks: they are many, and nobody holds them."""
        return self.of(self.outlines)

    def of(self, outlines: Iterable[Outline]) -> tuple[Brief, ...]:
        """Some of them in brief, read a department's month at a time."""
        outlines = tuple(outlines)
        by_cell = sorted(outlines, key=lambda one: one.cell)
        found = {one.path: self.brief_of(one, self.facet) for one in by_cell}
        return tuple(found[one.path] for one in outlines)

    @cached_property
    def months(self) -> tuple[Month, ...]:
        """The months that there are any of, the earliest first."""
        return tuple(sorted({one.month for one in self.every}))

    @cached_property
    def _by_month(self) -> dict[Month, list[Outline]]:
        found: dict[Month, list[Outline]] = {month: [] for month in self.months}
        for one in self.every:
            found[one.month].append(one)
        return found

    def in_month(self, month: Month) -> "Seen":
        """Those of one month."""
        return self._only(self._by_month.get(month, ()))

    def up_to(self, month: Month) -> "Seen":
        """Those of a month and of the months before."""
        return self._only([one for one in self.every if one.month <= month])

    @cached_property
    def _by_department(self) -> dict[str, "Seen"]:
        found: dict[str, list[Outline]] = {}
        for one in self.every:
            found.setdefault(one.department_id, []).append(one)
        return {id: self._only(several) for id, several in found.items()}

    def in_department(self, id: str) -> "Seen":
        """Those from one department."""
        return self._by_department.get(id) or self._only(())

    def _only(self, outlines: Sequence[Outline]) -> "Seen":
        return seen_of(outlines, self.facet, self.brief_of, self.note)

    @property
    def paid(self) -> "Seen":
        """Those that pay anything."""
        return self._where("is_paid")

    @property
    def disputed(self) -> "Seen":
        """Those that are in dispute."""
        return self._where("is_disputed")

    def _where(self, asked: Literal["is_paid", "is_disputed"]) -> "Seen":
        for cell in {one.cell for one in self.every}:
            self.note(asked, cell)
        return self._only([one for one in self.every if getattr(one, asked)])


def seen_of(
    outlines: Iterable[Outline],
    facet: Facet,
    brief_of: Callable[[Outline, Facet], Brief],
    note: Callable[[Asked, Cell], None],
) -> Seen:
    """These scorecards, the one-off ones apart."""
    outlines = tuple(outlines)
    return Seen(
        outlines=tuple(one for one in outlines if one.one_off is None),
        one_offs=tuple(one for one in outlines if one.one_off is not None),
        facet=facet,
        brief_of=brief_of,
        note=note,
    )
