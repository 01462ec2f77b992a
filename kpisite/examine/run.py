"""What every part of an examination works with."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from itertools import chain
from typing import Self, TypeVar

from kpisite.core.spread import pieces_of, spread
from kpisite.examine.inputs import Inputs
from kpisite.examine.kept import Kept
from kpisite.read.file import File

T = TypeVar("T")

#: Below so many pieces a fork costs more than it saves.
WORTH_A_FORK = 3


class Run:
    """The files of a site, what was kept of the run before, and so many processes."""

    def __init__(self, files: Iterable[File], code: str, kept: Kept, workers: int) -> None:
        """`code` is a digest of what besides the files the answers rest on: the program.  Where
        nothing is kept it may be empty."""
        self.inputs = Inputs(files, code)
        self.kept = kept.for_a_run()
        self._workers = workers

    def only_reading(self) -> Self:
        """The same, with what is kept left as it is."""
        other = copy(self)
        other.kept = self.kept.only_reading()
        return other

    def for_each(
        self, names: Sequence[str], find: Callable[[str], T], at_a_time: int
    ) -> dict[str, T]:
        """What `find` gives for each name, by several processes where the names are many."""
        return dict(self.each(names, find, at_a_time))

    def each(
        self, names: Sequence[str], find: Callable[[str], T], at_a_time: int
    ) -> Iterator[tuple[str, T]]:
        """The same name by name, for whoever need not hold all of it at once."""
        pieces = pieces_of(names, at_a_time)

        def work(piece: int) -> list[T]:
            return [find(name) for name in pieces[piece]]

        workers = self._workers if len(pieces) >= WORTH_A_FORK else 1
        answers = spread(work, len(pieces), workers)
        yield from zip(names, chain.from_iterable(answers), strict=True)
