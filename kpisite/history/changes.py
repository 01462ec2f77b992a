"""What each commit did to the files of a site, for whoever asks who wrote an entry."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kpisite.history.commits import ALONG_THE_LINE
from kpisite.history.git import answers, path_of
from kpisite.history.states import OF_THE_SITE


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """What a commit did to a file: its path before and after, one of them empty where it was not
    there, and the ids of the two contents."""

    before: str
    after: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitOfFiles:
    """A commit with its author and parents, and what it did to the files of the site."""

    id: str
    author: str
    day: str
    parents: tuple[str, ...]
    files: tuple[FileChange, ...]


def changes_since(root: Path, since: str, head: str, *, aside: bool = False) -> list[CommitOfFiles]:
    """The commits of the line after `since` up to `head`, the oldest first, each as it stands
    beside its first parent; or `aside` of it, those that were merged in, each after those that it
    came from."""
    order = ("--full-history", "--no-merges") if aside else ALONG_THE_LINE
    span = f"{since}..{head}" if since else head
    found = []
    with answers(
        root, "log", "--reverse", "--topo-order", *order, "--no-show-signature", "--no-mailmap",
        "--encoding=UTF-8", "--format=%x01%H %as %P%x01%an", "--raw", "-z", "--root", "--relative",
        "-M50%", "-l2000", "--no-abbrev", "--no-ext-diff", span, "--", *OF_THE_SITE,
    ) as tokens:  # fmt: skip
        about, files = b"", list[FileChange]()
        for token in (one.lstrip(b"\n") for one in tokens):
            if token.startswith(b":"):
                files.append(_file_change(token, tokens))
            elif token:
                if about:
                    found.append(_commit_of_files(about, files))
                about, files = token, []
        if about:
            found.append(_commit_of_files(about, files))
    return found


def _file_change(token: bytes, tokens: Iterator[bytes]) -> FileChange:
    _, _, old, new, status = token.decode().split()
    before = path_of(next(tokens))
    after = path_of(next(tokens)) if status[0] in "RC" else before
    return FileChange(
        before="" if status[0] in "AC" else before,
        after="" if status[0] == "D" else after,
        old=old,
        new=new,
    )


def _commit_of_files(about: bytes, files: Sequence[FileChange]) -> CommitOfFiles:
    _, head, author = about.decode(errors="replace").split("\1", 2)
    id, day, *parents = head.split()
    name = "".join(sign for sign in author if sign.isprintable()).strip()
    return CommitOfFiles(
        id=id, author=name, day=day, parents=tuple(parents), files=tuple(files)
    )  # fmt: skip


def parents_since(root: Path, since: str, head: str) -> dict[str, tuple[str, ...]]:
    """The parents of every commit after `since` up to `head`, on the line or aside of it, that of
    `head` first."""
    span = f"{since}..{head}" if since else head
    with answers(root, "rev-list", "--parents", span, end=b"\n") as rows:
        return {id: tuple(parents) for id, *parents in (row.decode().split() for row in rows)}
