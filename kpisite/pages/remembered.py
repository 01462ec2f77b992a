"""What takes long to find for a list of many, kept from one build to the next line by line.

Lines are kept a section at a time, such as those of a department's people, under a key of all that
the section rests on; so a changed line has the lines of its section looked at, and no others.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from operator import itemgetter
from typing import Any, Generic, Protocol, TypeVar

from kpisite.core.digest import digest
from kpisite.core.immutable import immutable
from kpisite.language.serial import Serial

T = TypeVar("T")
U = TypeVar("U")
M = TypeVar("M", bound=Callable[..., Any])

Keyed = dict[str, tuple[str, T]]
"""Some values by name, each after its key: a digest of all that it rests on besides settings,
departments, forms and policies."""


class Memory(Protocol):
    """What pages ask for what was found in the build before.

    Each value is kept under a name that begins with that of a share of the pages.  Who asks notes
    for the page what the key is made of.
    """

    def known(self, name: str, key: str, kind: Serial[T], find: Callable[[T | None], T]) -> T:
        """What was found under that name when the key was the same, or what `find` makes of what
        was found there when it was another."""

    def forget_rest(self, share: str) -> None:
        """Forgets what is kept for a share of the pages and was not asked for since."""


class NoMemory:
    """Where nothing is kept."""

    def known(self, name: str, key: str, kind: Serial[T], find: Callable[[T | None], T]) -> T:
        """What is found anew."""
        del name, key, kind
        return find(None)

    def forget_rest(self, share: str) -> None:
        """There is nothing to forget."""


NO_MEMORY = NoMemory()


def each_known(
    memory: Memory,
    name: str,
    keys: Mapping[str, str],
    kind: Serial[Keyed[T]],
    find: Callable[[str], T],
) -> Mapping[str, T]:
    """By each name of `keys` what `find` gives for it, or gave when the key was the same; all are
    kept together."""
    key = digest(*(f"{one} {of_one}" for one, of_one in keys.items()))
    return _values(memory.known(name, key, kind, lambda before: _anew(before, keys, find)))


def _anew(before: Keyed[T] | None, keys: Mapping[str, str], find: Callable[[str], T]) -> Keyed[T]:
    known = before or {}
    return {
        one: known[one] if one in known and known[one][0] == key else (key, find(one))
        for one, key in keys.items()
    }


def _values(keyed: Keyed[T]) -> Mapping[str, T]:
    return {name: value for name, (_, value) in keyed.items()}


def _of_code_alone(method: M) -> M:
    """Jinja2's sandbox lets no template call what is marked so: none is to say what is kept."""
    vars(method)["unsafe_callable"] = True
    return method


@immutable
class Section:
    """Lines that are kept together: a `key` of all that any of them rests on, where that is to be
    known without a look at them, the key of each by name, and how many they are."""

    key: str
    line_keys: Callable[[], Mapping[str, str]]
    size: int = 0

    def resting_on(self, more: str) -> "Section":
        """The same, where lines rest on more."""
        if not more:
            return self
        return Section(
            key=digest(self.key, more),
            line_keys=lambda: {name: digest(key, more) for name, key in self.line_keys().items()},
            size=self.size,
        )


class Lines(Generic[T]):
    """The lines of a long list, section by section, each found when somebody asks for it and known
    before by a key of all that it rests on.

    Whoever writes the list keeps what it wrote of each line (`written`), so that where one line is
    another, that one alone is found and written.  A line is made for one list in one tree: `share`,
    under which it is kept, names both, and its key says what the tree's reader may see.

    They are shown in the order of their names, no two of which are alike; `find` is given the
    section's and the line's.

    >>> sections = {"of Y": Section(key="", line_keys=lambda: {"y": "1"}, size=1),
    ...             "of X": Section(key="", line_keys=lambda: {"x": "2"}, size=1)}
    >>> lines = Lines(share="a", sections=sections, find=lambda _, name: name.upper(),
    ...               memory=NO_MEMORY)
    >>> lines.written("twice", TEXTS, lambda one: one * 2), len(lines)
    (['XX', 'YY'], 2)
    """

    def __init__(
        self,
        *,
        share: str,
        sections: Mapping[str, Section],
        find: Callable[[str, str], T],
        memory: Memory,
    ) -> None:
        self.share, self.sections = share, sections
        self._find, self._memory = find, memory

    def __len__(self) -> int:
        return sum(one.size for one in self.sections.values())

    def __iter__(self) -> Iterator[T]:
        places = [
            (name, section) for section, one in self.sections.items() for name in one.line_keys()
        ]
        return (self._find(section, name) for name, section in sorted(places))

    @_of_code_alone
    def find(self, section: str, name: str) -> T:
        """The line of a name."""
        return self._find(section, name)

    @_of_code_alone
    def resting_on(self, more: str) -> "Lines[T]":
        """The same, where what is written of each rests on more."""
        return self.each(lambda line: line, more)

    @_of_code_alone
    def each(self, make: Callable[[T], U], rests_on: str = "") -> "Lines[U]":
        """What is made of each line, which may rest on more than that."""
        return self.named(lambda _section, _name, line: make(line), rests_on)

    @_of_code_alone
    def named(self, make: Callable[[str, str, T], U], rests_on: str = "") -> "Lines[U]":
        """What is made of each line and the names of its section and its own."""
        return Lines(
            share=self.share,
            sections={name: one.resting_on(rests_on) for name, one in self.sections.items()},
            find=lambda section, name: make(section, name, self._find(section, name)),
            memory=self._memory,
        )

    @_of_code_alone
    def known(self, how: str, kind: Serial[Keyed[T]], section: str) -> Mapping[str, T]:
        """The lines of a section by name, each found now, or in the build before; `how` tells one
        way of writing a list from others."""
        of, find = self.sections[section], partial(self._find, section)
        return _values(
            self._memory.known(
                f"{self.share} {how} {section}",
                of.key,
                kind,
                lambda before: _anew(before, of.line_keys(), find),
            )
        )

    @_of_code_alone
    def in_short(
        self, how: str, kind: Serial[Keyed[U]], make: Callable[[str], U]
    ) -> Mapping[str, U]:
        """By section what is made of all its lines."""
        keys = {name: one.key for name, one in self.sections.items()}
        return each_known(self._memory, f"{self.share} {how}", keys, kind, make)

    @_of_code_alone
    def placed(
        self, how: str, kind: Serial[Keyed[U]], write: Callable[[T], U]
    ) -> list[tuple[str, str, U]]:
        """What `write` makes of each line, or made of it in the build before, in their order, each
        after its name and that of its section."""
        made = self.each(write)
        found = [
            (name, section, one)
            for section in self.sections
            for name, one in made.known(how, kind, section).items()
        ]
        return sorted(found, key=itemgetter(0))

    @_of_code_alone
    def written(self, how: str, kind: Serial[Keyed[U]], write: Callable[[T], U]) -> list[U]:
        """What `write` makes of each line, or made of it in the build before."""
        return [one for _, _, one in self.placed(how, kind, write)]


#: How lines are kept that are written as text.
TEXTS = Serial(dict[str, tuple[str, str]])
