"""What takes long to find for a list of many, kept from one build to the next line by line."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from kpisite.core.digest import digest
from kpisite.language.serial import Serial

T = TypeVar("T")
U = TypeVar("U")
M = TypeVar("M", bound=Callable[..., Any])


class Remember(Protocol):
    """What pages ask for such lines."""

    def __call__(
        self,
        name: str,
        keys: Mapping[str, str],
        kind: Serial[dict[str, tuple[str, T]]],
        find: Callable[[str], T],
    ) -> Mapping[str, T]:
        """By each name of `keys` what `find` gives for it, or gave when the key was the same: a
        digest of all that it rests on besides settings, departments, forms and policies.

        The lines of one list are kept together, under the name of its share of the pages.  Who
        asks notes for the page what the keys are made of.
        """


def found_anew(
    name: str,
    keys: Mapping[str, str],
    kind: Serial[dict[str, tuple[str, T]]],
    find: Callable[[str], T],
) -> Mapping[str, T]:
    """Where nothing is kept."""
    del name, kind
    return {one: find(one) for one in keys}


def _of_code_alone(method: M) -> M:
    """Jinja2's sandbox lets no template call what is marked so: none is to say what is kept."""
    vars(method)["unsafe_callable"] = True
    return method


class Lines(Generic[T]):
    """The lines of a long list, each found when somebody asks for it and known before by a key of
    all that it rests on.

    Whoever writes the list keeps what it wrote of each line (`written`), so that where one line is
    another, that one alone is found and written.  A line is made for one list in one tree: `share`,
    under which it is kept, names both, and its key says what the tree's reader may see.

    They are shown in `order`, and found in the order of `keys`, in which what they are found from
    stands together.

    >>> lines = Lines(share="a", keys={"x": "1", "y": "2"}, order=("y", "x"), find=str.upper,
    ...               remember=found_anew)
    >>> list(lines.each(lambda one: one * 2, rests_on="twice")), len(lines)
    (['YY', 'XX'], 2)
    """

    def __init__(
        self,
        *,
        share: str,
        keys: Mapping[str, str],
        order: Sequence[str],
        find: Callable[[str], T],
        remember: Remember,
    ) -> None:
        self.share, self.keys, self.order = share, keys, order
        self._find, self._remember = find, remember

    def __len__(self) -> int:
        return len(self.order)

    def __iter__(self) -> Iterator[T]:
        found = {name: self._find(name) for name in self.keys}
        return (found[name] for name in self.order)

    @_of_code_alone
    def find(self, name: str) -> T:
        """The line of a name."""
        return self._find(name)

    @_of_code_alone
    def each(self, make: Callable[[T], U], rests_on: str = "") -> "Lines[U]":
        """What is made of each line, which may rest on more than that."""
        return self.named(lambda _, line: make(line), rests_on)

    @_of_code_alone
    def named(self, make: Callable[[str, T], U], rests_on: str = "") -> "Lines[U]":
        """What is made of each line and its name."""
        keys = {name: digest(key, rests_on) for name, key in self.keys.items()} if rests_on else {}
        return Lines(
            share=self.share,
            keys=keys or self.keys,
            order=self.order,
            find=lambda name: make(name, self._find(name)),
            remember=self._remember,
        )

    @_of_code_alone
    def kept(self, how: str, kind: Serial[dict[str, tuple[str, T]]]) -> "Lines[T]":
        """The same, each found now, or in the build before; `how` tells one way of writing a list
        from others."""
        found = self._remember(f"{self.share} {how}", self.keys, kind, self._find)
        return Lines(
            share=self.share,
            keys=self.keys,
            order=self.order,
            find=found.__getitem__,
            remember=self._remember,
        )

    @_of_code_alone
    def written(
        self, how: str, kind: Serial[dict[str, tuple[str, U]]], write: Callable[[T], U]
    ) -> list[U]:
        """What `write` makes of each line, or made of it in the build before."""
        return list(self.each(write).kept(how, kind))


#: How lines are kept that are written as text.
TEXTS = Serial(dict[str, tuple[str, str]])
