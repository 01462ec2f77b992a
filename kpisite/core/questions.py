"""What was asked of something while something else was found: all that it rests on.

Whoever asks the same and is answered the same finds the same; so an outcome is kept with what was
asked, in its order of no meaning, and with a digest of the answers.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from kpisite.core.digest import digest


class Questions:
    """Takes down questions while somebody wants to know of them."""

    def __init__(self) -> None:
        self._asked: set[str] | None = None

    def note(self, question: str) -> None:
        """Takes down that something was asked."""
        if self._asked is not None:
            self._asked.add(question)

    def note_all(self, questions: Iterable[str]) -> None:
        """Takes down what was asked when something was found that is taken from memory now."""
        if self._asked is not None:
            self._asked.update(questions)

    @contextmanager
    def taken(self) -> Iterator[set[str]]:
        """Gathers all that is asked within the block, for whoever is around it as well."""
        before, own = self._asked, set[str]()
        self._asked = own
        try:
            yield own
        finally:
            self._asked = before
            self.note_all(own)


def answers(asked: Iterable[str], answer: Callable[[str], str]) -> str:
    """A digest of what is answered to all of these; nothing where nothing is asked.

    >>> answers((), str) == ""
    True
    """
    found = [f"{one} {answer(one)}" for one in sorted(asked)]
    return digest(*found) if found else ""
