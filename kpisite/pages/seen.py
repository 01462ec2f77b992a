"""What an audience sees of everybody's months: in outline at once, in brief where a page asks."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

from kpisite.core.month import Month
from kpisite.outcomes.brief import Brief
from kpisite.outcomes.outline import Asked, Cell, Facet, Outline, by_cell

#: What a question for a department's month begins with.
CELL = "cell"
Flag = Literal["is_paid", "is_disputed"]
"""What an outline itself says of a scorecard."""


@lru_cache(maxsize=10_000)
def question(asked: Asked, cell: Cell) -> str:
    """The question for something of a department's month."""
    return f"{CELL} {asked} {' '.join(cell)}"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Scorecards in a tree, in the order of the book or, for one person, month by month.

    `cells` are the departments' months that they are of, `in_cell` reads those of one in outline,
    and `has` says without that whether there is any such among them; `brief_of` gives one in brief,
    as the audience may see it, and `note` takes down what is asked for.

    One-off ones stand apart in `one_offs`: no list counts them among those of the months.
    """

    cells: tuple[Cell, ...]
    in_cell: Callable[[Cell], Sequence[Outline]]
    has: Callable[[Flag, Cell], bool]
    order: Callable[[Outline], object]
    facet: Facet
    brief_of: Callable[[Outline, Facet], Brief]
    note: Callable[[Asked, Cell], None]

    @cached_property
    def _all(self) -> list[Outline]:
        found = [one for cell in self.cells for one in self.in_cell(cell)]
        return sorted(found, key=self.order)  # type: ignore[arg-type]

    @cached_property
    def outlines(self) -> tuple[Outline, ...]:
        """Those of months and of their parts."""
        return tuple(one for one in self._all if one.one_off is None)

    @cached_property
    def one_offs(self) -> tuple[Outline, ...]:
        """Those of one-off appraisals."""
        return tuple(one for one in self._all if one.one_off is not None)

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
        return tuple(Month.parse(month) for month in sorted({month for month, _ in self.cells}))

    def in_month(self, month: Month) -> "Seen":
        """Those of one month."""
        return self._only(lambda cell: cell[0] == str(month))

    def in_year(self, year: int) -> "Seen":
        """Those of the months of one year."""
        return self._only(lambda cell: cell[0].startswith(f"{year}-"))

    def up_to(self, month: Month) -> "Seen":
        """Those of a month and of the months before."""
        return self._only(lambda cell: cell[0] <= str(month))

    def only(self, cell: Cell) -> "Seen":
        """Those of one department's month."""
        return replace(self, cells=(cell,))

    @cached_property
    def _by_department(self) -> "dict[str, Seen]":
        found: dict[str, list[Cell]] = {}
        for cell in self.cells:
            found.setdefault(cell[1], []).append(cell)
        return {id: replace(self, cells=tuple(several)) for id, several in found.items()}

    def in_department(self, id: str) -> "Seen":
        """Those from one department."""
        return self._by_department.get(id) or replace(self, cells=())

    def _only(self, takes: Callable[[Cell], bool]) -> "Seen":
        return replace(self, cells=tuple(cell for cell in self.cells if takes(cell)))

    @property
    def paid(self) -> "Seen":
        """Those that pay anything."""
        return self._where("is_paid")

    @property
    def disputed(self) -> "Seen":
        """Those that are in dispute."""
        return self._where("is_disputed")

    def _where(self, asked: Flag) -> "Seen":
        for cell in self.cells:
            self.note(asked, cell)
        return replace(
            self,
            cells=tuple(cell for cell in self.cells if self.has(asked, cell)),
            in_cell=lambda cell: [one for one in self.in_cell(cell) if getattr(one, asked)],
        )


def seen_of(
    outlines: Iterable[Outline],
    facet: Facet,
    brief_of: Callable[[Outline, Facet], Brief],
    note: Callable[[Asked, Cell], None],
) -> Seen:
    """These scorecards in their order."""
    outlines = tuple(outlines)
    cells = by_cell(outlines)
    places = {one.path: place for place, one in enumerate(outlines)}
    return Seen(
        cells=tuple(cells),
        in_cell=cells.__getitem__,
        has=lambda asked, cell: any(getattr(one, asked) for one in cells[cell]),
        order=lambda one: places[one.path],
        facet=facet,
        brief_of=brief_of,
        note=note,
    )
