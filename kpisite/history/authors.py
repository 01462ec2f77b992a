"""Who wrote each value of a file, when, and what stood there before.

By the parsed keys and not by lines: a file that is laid out anew, or in another order, says what
it said.  This module compares two states of a file; `blame` finds them in history.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from kpisite.core.exact import plain
from kpisite.core.issue import Keys

#: The number of no commit: older than what is left of history; and not committed.
UNKNOWN_COMMIT, NOT_COMMITTED = -1, -2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrote:
    """A commit as it wrote something: its id, its author's name and day; all three empty for what
    is not committed."""

    commit: str = ""
    author: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Changed:
    """An entry that another commit wrote than most of its file, or wrote in the place of what `was`
    there, None where nothing was."""

    keys: Keys
    by: int
    was: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A file's entries: most of them were written by the commit of number `by`, and not those that
    are `changed`."""

    by: int
    changed: tuple[Changed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Authors:
    """The story of each file by path; commits by their numbers."""

    commits: Sequence[Wrote] = ()
    stories: Mapping[str, Story] = field(default_factory=dict)

    def at(self, path: str, keys: Keys, value: Any) -> tuple[Wrote, str | None] | None:
        """Who wrote the entry at `keys`, whose value is this, or any of it, last; and what it was
        before, if it is a single value.  None where that is not known."""
        story = self.stories.get(path)
        if story is None:
            return None
        changed = {one.keys: one for one in story.changed}
        below = [changed.get(one) or Changed(one, story.by) for one, _ in leaves(value, keys)]
        last = max(below, key=lambda one: _rank(one.by), default=None)
        if last is None or last.by == UNKNOWN_COMMIT:
            return None
        wrote = Wrote() if last.by == NOT_COMMITTED else self.commits[last.by]
        return wrote, last.was if last.keys == keys else None

    def digest_of(self, path: str) -> str:
        """All that is known of a file, as text that is the same for the same."""
        story = self.stories.get(path)
        if story is None:
            return ""
        numbers = sorted({story.by, *(one.by for one in story.changed)})
        commits = [repr(self.commits[number]) for number in numbers if number >= 0]
        return repr((story, commits))


NO_AUTHORS = Authors()

Data = Mapping[str, Any]
Numbered = dict[Keys, tuple[int, str | None]]


def numbered(story: Story, data: Data) -> Numbered:
    """Each single value of `data` with the number of the commit that wrote it, and what it was."""
    changed = {one.keys: (one.by, one.was) for one in story.changed}
    return {keys: changed.get(keys, (story.by, None)) for keys, _ in leaves(data)}


def story_of(entries: Numbered) -> Story:
    """The story in which most entries are told at once."""
    counts = Counter(number for number, was in entries.values() if was is None)
    by = max(sorted(counts), key=counts.__getitem__, default=UNKNOWN_COMMIT)
    changed = (Changed(keys, *one) for keys, one in sorted(entries.items(), key=repr))
    return Story(by, tuple(one for one in changed if (one.by, one.was) != (by, None)))


def carried(before: Data, entries: Numbered, after: Data, by: Callable[[Keys], int]) -> Numbered:
    """The entries of `after`, which has come from `before`: what stands in both is as it was in
    `entries`, and all else is `by`'s."""
    found: Numbered = {}
    for keys, old_keys, is_same in paired(before, after):
        if is_same and old_keys in entries:
            found[keys] = entries[old_keys]
        else:
            was = None if old_keys is None or is_same else as_text(_value(before, old_keys))
            found[keys] = by(keys), was
    return found


def leaves(data: Any, at: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    """Every single value below `data`, with its keys.

    >>> list(leaves({"marks": {"care": {"self": 5}}, "event": [{"on": 1}]}))
    [(('marks', 'care', 'self'), 5), (('event', 0, 'on'), 1)]
    """
    if isinstance(data, Mapping):
        for key, one in data.items():
            yield from leaves(one, (*at, key))
    elif isinstance(data, list):
        for index, one in enumerate(data):
            yield from leaves(one, (*at, index))
    else:
        yield at, data


def as_text(value: Any) -> str:
    """A value as it is named where it once stood."""
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return plain(Decimal(value))
    return " ".join(str(value).split())


def _rank(number: int) -> tuple[bool, int]:
    return number == NOT_COMMITTED, number


def _value(data: Any, keys: Keys) -> Any:
    for key in keys:
        data = data[key]
    return data


Pair = tuple[Keys, Keys | None, bool]


def paired(before: Any, after: Any, old: Keys = (), new: Keys = ()) -> Iterator[Pair]:
    """Every single value of `after` with the one of `before` that it was, and whether it still
    is."""
    if isinstance(after, Mapping):
        around = before if isinstance(before, Mapping) else {}
        for key, one in after.items():
            if key in around:
                yield from paired(around[key], one, (*old, key), (*new, key))
            else:
                yield from _new(one, (*new, key))
    elif isinstance(after, list):
        around_list = before if isinstance(before, list) else []
        turns = _turns(around_list, after)
        for index, one in enumerate(after):
            turn = turns.get(index)
            if turn is None:
                yield from _new(one, (*new, index))
            else:
                yield from paired(around_list[turn], one, (*old, turn), (*new, index))
    elif isinstance(before, Mapping | list):
        yield new, None, False
    else:
        yield new, old, isinstance(before, bool) == isinstance(after, bool) and before == after


def _new(data: Any, at: Keys) -> Iterator[Pair]:
    for keys, _ in leaves(data, at):
        yield keys, None, False


def _turns(before: Sequence[Any], after: Sequence[Any]) -> Mapping[int, int]:
    """Which element of a list was which: one that is still there, wherever it stands now; of the
    others, each that stood at the same place."""
    left = dict(enumerate(before))
    found = {}
    for index, one in enumerate(after):
        same = next((turn for turn, other in left.items() if other == one), None)
        if same is not None:
            found[index] = same
            del left[same]
    for index in range(len(after)):
        if index not in found and index in left:
            found[index] = index
            del left[index]
    return found
