"""One pass over history: who wrote each value of the site's files, when, and what it was before.

History is read along the line, and what a merge brought in is looked up among the commits that it
brought: the author is whoever wrote the value there, and what it was is what was published before.
What is found is kept under the commit that is checked out, and later only what is new is read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kpisite.core.issue import Keys
from kpisite.examine.kept import Kept
from kpisite.history.authors import (
    NO_AUTHORS,
    NOT_COMMITTED,
    UNKNOWN_COMMIT,
    Authors,
    Data,
    Story,
    Wrote,
    carried,
    leaves,
    numbered,
    paired,
    story_of,
)
from kpisite.history.changes import CommitOfFiles, FileChange, changes_since, parents_since
from kpisite.history.commits import History, is_cut_off, is_on_line
from kpisite.history.git import GitRefuses, blobs
from kpisite.history.states import files_at
from kpisite.language.serial import Serial
from kpisite.read.file import LARGEST_FILE, File
from kpisite.read.parse import read_document

#: The files whose entries have authors: pay has a page of its own, and often its own repository.
OF_AUTHORS, NOT_OF_AUTHORS = "records/", "records/pay/"
#: So many contents are read from git at a time.
AT_A_TIME = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAuthors:
    """What is known at a commit; `is_cut_off` where older history was left out."""

    head: str
    is_cut_off: bool
    commits: tuple[Wrote, ...]
    stories: Mapping[str, Story]


AUTHORS = Serial(KeptAuthors)

Contents = Mapping[str, Data | None]
"""What files said, by the ids of their contents."""
Setters = dict[Keys, Sequence[tuple[int, Any]]]
"""By entry, the commits that wrote it, the oldest first, and what."""


def authors_of(root: Path, history: History, kept: Kept, working: Mapping[str, File]) -> Authors:
    """Who wrote the entries of each file as it stands in the folder, `working`; what differs there
    from the commit that is checked out is not committed."""
    if not history.head:
        return NO_AUTHORS
    try:
        known = _known(root, history.head, kept)
        stories = dict(known.stories)
        mended = {path: one.content for path, one in working.items() if _is_new(history, path)}
        before = files_at(root, history.head, mended, largest=LARGEST_FILE)
        for path, content in mended.items():
            story = _with_working(stories.get(path), before.get(path), content)
            stories[path] = story
    except GitRefuses:
        return NO_AUTHORS
    return Authors(commits=known.commits, stories=stories)


def _is_new(history: History, path: str) -> bool:
    return is_told_of(path) and history.of(path).is_uncommitted


def _with_working(story: Story | None, before: bytes | None, now: bytes | None) -> Story:
    old, new = _data(before), _data(now)
    if story is None or old is None or new is None:
        return Story(NOT_COMMITTED)
    entries = carried(old, numbered(story, old), new, lambda _: NOT_COMMITTED)
    return story_of(entries)


def _known(root: Path, head: str, kept: Kept) -> KeptAuthors:
    """What is known at `head`: as it was kept, or with what is new since."""
    before = kept.get("authors", "", AUTHORS)
    cut = is_cut_off(root)
    if before is not None and (before.is_cut_off != cut or not is_on_line(root, before.head)):
        before = None
    if before is not None and before.head == head:
        return before
    since = "" if before is None else before.head
    commits, stories = ((), {}) if before is None else (before.commits, before.stories)
    reading = _Reading(
        root=root, head=head, commits=list(commits), stories=dict(stories), is_cut_off=cut
    )
    reading.read(since)
    found = KeptAuthors(
        head=head,
        is_cut_off=cut,
        commits=tuple(reading.commits),
        stories=dict(sorted(reading.stories.items())),
    )
    kept.put("authors", "", AUTHORS, found)
    return found


@dataclass(kw_only=True)
class _Reading:
    """The pass: commits and stories as far as it has come."""

    root: Path
    head: str
    commits: list[Wrote]
    stories: dict[str, Story]
    is_cut_off: bool
    _numbers: dict[str, int] = field(default_factory=dict)

    def read(self, since: str) -> None:
        """Takes in every commit after `since`."""
        line = changes_since(self.root, since, self.head)
        aside = _merged_by(self.root, since, self.head, line)
        for several in _groups(line, aside):
            data = _contents(self.root, several, aside)
            for commit in several:
                self._take(commit, self._setters(aside.get(commit.id, ()), data), data)

    def _number(self, commit: CommitOfFiles) -> int:
        if self.is_cut_off and not commit.parents:
            return UNKNOWN_COMMIT
        if commit.id not in self._numbers:
            self._numbers[commit.id] = len(self.commits)
            self.commits.append(Wrote(commit=commit.id, author=commit.author, day=commit.day))
        return self._numbers[commit.id]

    def _setters(self, aside: Sequence[CommitOfFiles], data: Contents) -> Mapping[str, Setters]:
        """For each file that a merge brought in, which of the merged commits wrote which value."""
        found: dict[str, Setters] = {}
        for commit in aside:
            number = self._number(commit)
            for one in commit.files:
                new = data.get(one.new)
                if number != UNKNOWN_COMMIT and new is not None:
                    setters = found.setdefault(one.after, dict(found.get(one.before, {})))
                    values = dict(leaves(new))
                    for keys, _, is_same in paired(data.get(one.old) or {}, new):
                        if not is_same:
                            setters[keys] = [*setters.get(keys, ()), (number, values[keys])]
        return found

    def _take(self, commit: CommitOfFiles, setters: Mapping[str, Setters], data: Contents) -> None:
        number = self._number(commit)
        before = {one.before: self.stories.pop(one.before, None) for one in commit.files}
        for one in commit.files:
            if is_told_of(one.after):
                self.stories[one.after] = _story(
                    one, before.get(one.before), number, setters.get(one.after, {}), data
                )


def _story(
    one: FileChange, story: Story | None, number: int, setters: Setters, data: Contents
) -> Story:
    """The story of a file after the commit of this number."""
    if story is not None and one.old == one.new:
        return story
    new = data.get(one.new)
    if new is None or (story is None and not setters):
        return story or Story(number)
    values = dict(leaves(new))

    def by(keys: Keys) -> int:
        who = (n for n, value in reversed(setters.get(keys, ())) if value == values[keys])
        return next(who, number)

    old = data.get(one.old) or {}
    entries = {} if story is None else numbered(story, old)
    return story_of(carried(old if story else {}, entries, new, by))


def is_told_of(path: str) -> bool:
    """Whether the entries of the file at `path` have authors."""
    is_ours = path.startswith(OF_AUTHORS) and path.endswith(".toml")
    return is_ours and not path.startswith(NOT_OF_AUTHORS)


def _merged_by(
    root: Path, since: str, head: str, line: Sequence[CommitOfFiles]
) -> Mapping[str, Sequence[CommitOfFiles]]:
    """What each merge on the line brought in, in the order in which it was written."""
    if all(len(commit.parents) < 2 for commit in line):
        return {}
    aside = changes_since(root, since, head, aside=True)
    parents = parents_since(root, since, head)
    chain, at = list[str](), next(iter(parents), "")
    while at in parents:
        chain.append(at)
        at = next(iter(parents[at]), "")
    seen, found = set(chain), {}
    for merge in reversed(chain):
        waiting, brought = list(parents[merge][1:]), set[str]()
        while waiting:
            id = waiting.pop()
            if id in parents and id not in seen:
                seen.add(id)
                brought.add(id)
                waiting += parents[id]
        if brought:
            found[merge] = [commit for commit in aside if commit.id in brought]
    return found


def _groups(
    line: Sequence[CommitOfFiles], aside: Mapping[str, Sequence[CommitOfFiles]]
) -> Iterator[list[CommitOfFiles]]:
    """The commits in their order, so many at a time as have few contents to be read."""
    group, size = list[CommitOfFiles](), 0
    for commit in line:
        group.append(commit)
        size += len(_wanted(commit, aside.get(commit.id, ())))
        if size >= AT_A_TIME:
            yield group
            group, size = [], 0
    if group:
        yield group


def _wanted(commit: CommitOfFiles, aside: Sequence[CommitOfFiles]) -> set[str]:
    """The contents that have to be compared: of files that were there before, or are merged."""
    files = [one for one in commit.files if one.before and one.after and one.old != one.new]
    if aside:
        files = [*commit.files, *(one for other in aside for one in other.files)]
    told_of = [one for one in files if is_told_of(one.after)]
    return {id for one in told_of for id in (one.old, one.new) if id.strip("0")}


def _contents(
    root: Path,
    several: Sequence[CommitOfFiles],
    aside: Mapping[str, Sequence[CommitOfFiles]],
) -> Contents:
    wanted = sorted({id for one in several for id in _wanted(one, aside.get(one.id, ()))})
    return {id: _data(content) for id, content in zip(wanted, blobs(root, wanted), strict=True)}


def _data(content: bytes | None) -> Data | None:
    """What a file said, as far as it can be read."""
    if content is None or len(content) > LARGEST_FILE:
        return None
    document, _ = read_document("", content)
    return None if document is None else document.data
