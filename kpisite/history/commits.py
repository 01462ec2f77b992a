"""What git remembers of a site: which commit last changed a file, on which day, and the files as
they stood then.

History is read along the *line*: the first parents of the commit that is checked out.  A change
that a merge brought in is the merge's, so that each state of the site on the line is one that
somebody published, and "the last commit that changed this file" is one commit, not an opinion.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kpisite.core.digest import digest
from kpisite.history.git import GitRefuses, answers, blobs, path_of

#: What of a site's folder is read by a build, and looked for in history.
OF_THE_SITE = ("kpisite.toml", "records", "themes")
_LOG = ("log", "--first-parent", "--diff-merges=first-parent", "--no-show-signature",
        "--format=%H %as %ct %P")  # fmt: skip
_FIRST_PARENT = ("--first-parent", "--diff-merges=first-parent")
_RAW = ("--raw", "-z", "--root", "--relative", "--no-renames", "--no-abbrev", "--no-ext-diff")


@dataclass(frozen=True, slots=True)
class Revision:
    """The last commit that changed a file, and the day that its author wrote it, in the zone the
    author was in; nothing of either where that is not known.

    `is_uncommitted` where the file is not, or not like this, in the commit that is checked out.
    """

    commit: str = ""
    day: str = ""
    is_uncommitted: bool = False


UNKNOWN = Revision()
UNCOMMITTED = Revision(is_uncommitted=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit of the line: its author's day, and the second at which it was committed."""

    id: str
    day: str
    second: int

    @property
    def revision(self) -> Revision:
        """As the revision of a file that it changed."""
        return Revision(self.id, self.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The revision of each file of a site.

    `issue` says why something is unknown: `no-git`, `no-repository` (or none that the site is
    committed to), `git-refuses` with its `reason`, or `shallow` where history is cut off and a file
    is older than what is left of it.
    """

    revisions: Mapping[str, Revision] = field(default_factory=dict)
    issue: str = ""
    reason: str = ""
    head: str = ""
    """The commit that is checked out."""

    def of(self, path: str) -> Revision:
        """The revision of the file at `path`, from the site's folder with forward slashes."""
        if self.issue and self.issue != "shallow":
            return UNKNOWN
        return self.revisions.get(path, UNCOMMITTED)

    @property
    def digest(self) -> str:
        """What tells it from any other."""
        said = (f"{path} {one!r}" for path, one in sorted(self.revisions.items()))
        return digest(self.head, self.issue, self.reason, *said)


NO_HISTORY = History(issue="no-repository")


def history_of(root: Path, commit: str = "") -> History:
    """The revision of every file of the site at `root`, in one pass over history, which ends as
    soon as each file is found; or of the site as it stood at a commit."""
    start = commit or "HEAD"
    try:
        is_shallow = _is_shallow(root)
        wanted = {path for path, _ in _listed(root, start)}
        if "kpisite.toml" not in wanted:
            return History(issue="no-repository")
        head = commit_of(root, start)
        found = _last_changes(root, start, wanted, is_shallow=is_shallow)
        for path in wanted - set(found):
            found[path] = UNKNOWN
        for path in () if commit else _changed(root):
            found[path] = UNCOMMITTED
    except GitRefuses as refusal:
        return History(issue=refusal.code, reason=refusal.reason)
    has_unknown = is_shallow and UNKNOWN in found.values()
    return History(revisions=found, issue="shallow" if has_unknown else "", head=head)


def _last_changes(
    root: Path, start: str, wanted: Collection[str], *, is_shallow: bool
) -> dict[str, Revision]:
    left, found = set(wanted), dict[str, Revision]()
    for commit, paths in _line(root, start, OF_THE_SITE, is_shallow=is_shallow):
        found.update(dict.fromkeys(left & paths, commit.revision))
        left -= paths
        if not left:
            break
    return found


def line_of(root: Path, since: str, paths: Sequence[str] = OF_THE_SITE) -> list[Commit]:
    """The commits of the line that changed any of `paths`, newest first, down to the commit `since`
    or, where that is empty or not on the line, all of them."""
    found = []
    for commit, _ in _line(root, "HEAD", paths, is_shallow=_is_shallow(root)):
        found.append(commit)
        if commit.id == since:
            break
    return found


def commit_of(root: Path, revision: str) -> str:
    """The commit that `revision` names: `HEAD`, a tag, a branch, `main~3` or some of its digits.

    `no-revision` where the repository has none of that name.
    """
    if revision.startswith("-"):
        raise GitRefuses("no-revision", revision)
    try:
        with answers(
            root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}", end=b"\n"
        ) as found:
            return next(found, b"").decode()
    except GitRefuses as refusal:
        if refusal.code != "git-refuses":
            raise
        raise GitRefuses("no-revision", revision) from None


def is_on_line(root: Path, commit: str) -> bool:
    """Whether `commit` is one of those that the line is made of."""
    with answers(root, "rev-list", "--first-parent", "HEAD", end=b"\n") as ids:
        return any(id.decode() == commit for id in ids)


def way_from_top(root: Path) -> str:
    """The way from the repository's root to the site, with a slash at its end; empty where they are
    one."""
    with answers(root, "rev-parse", "--show-prefix", end=b"\n") as found:
        return path_of(next(found, b""))


def is_cut_off(root: Path) -> bool:
    """Whether older history is left out of the repository (a shallow clone)."""
    return _is_shallow(root)


def site_at(root: Path, commit: str, *, largest: int) -> dict[str, bytes | None]:
    """Every file of the site as it stood at `commit`, read into memory; None in place of what is
    larger than `largest` bytes, or no plain file."""
    return files_at(root, commit, None, largest=largest)


def files_at(
    root: Path, commit: str, wanted: Collection[str] | None, *, largest: int
) -> dict[str, bytes | None]:
    """Those of its files that are wanted, as `site_at` gives them."""
    if wanted is not None and not wanted:
        return {}
    listed = [
        (path, entry)
        for path, entry in _listed(root, commit)
        if entry.kind == "blob" and (wanted is None or path in wanted)
    ]
    chosen = [(path, entry) for path, entry in listed if entry.is_file and entry.size <= largest]
    contents = blobs(root, [entry.id for _, entry in chosen])
    site: dict[str, bytes | None] = dict.fromkeys(path for path, _ in listed)
    site.update((path, content) for (path, _), content in zip(chosen, contents, strict=True))
    return site


def ids_at(root: Path, commit: str, *, largest: int) -> dict[str, str]:
    """By what git knows the content of every file of the site at `commit`; nothing in place of what
    is larger than `largest` bytes, or no plain file."""
    return {
        path: entry.id if entry.is_file and entry.size <= largest else ""
        for path, entry in _listed(root, commit)
        if entry.kind == "blob"
    }


def file_at(root: Path, commit: str, path: str) -> bytes | None:
    """The file at `path` as it stood at `commit`; None where there was none."""
    found = [entry for name, entry in _listed(root, commit, (path,)) if name == path]
    if not found or not found[0].is_file:
        return None
    return blobs(root, [found[0].id])[0]


@dataclass(frozen=True, slots=True)
class _Entry:
    mode: str
    kind: str
    id: str
    size: int

    @property
    def is_file(self) -> bool:
        return self.mode.startswith("100")


def _listed(
    root: Path, commit: str, paths: Sequence[str] = OF_THE_SITE
) -> Iterator[tuple[str, _Entry]]:
    with answers(root, "ls-tree", "-r", "-z", "-l", commit, "--", *paths) as entries:
        for entry in entries:
            about, _, path = entry.partition(b"\t")
            mode, kind, id, size = about.decode().split()
            yield path_of(path), _Entry(mode, kind, id, 0 if size == "-" else int(size))


def _line(
    root: Path, start: str, paths: Sequence[str], *, is_shallow: bool
) -> Iterator[tuple[Commit, set[str]]]:
    """Each commit of the line that changed any of `paths`, newest first, and what it changed.

    Where history is cut off, the last commit seems to add everything that is older; it is left
    out.
    """
    commit, changed = None, set[str]()
    with answers(root, *_LOG, *_RAW, start, "--", *paths) as tokens:
        for token in (one.lstrip(b"\n") for one in tokens):
            if token.startswith(b":"):
                changed.add(path_of(next(tokens)))
            elif token:
                if commit is not None:
                    yield commit, changed
                id, day, second, *parents = token.decode().split()
                if is_shallow and not parents:
                    return
                commit, changed = Commit(id=id, day=day, second=int(second)), set()
        if commit is not None:
            yield commit, changed


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
    order = ("--full-history", "--no-merges") if aside else _FIRST_PARENT
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


def _changed(root: Path) -> set[str]:
    """The files that are otherwise in the folder, or not there, than in the commit checked out."""
    with answers(
        root, "diff", "HEAD", "--name-only", "-z", "--relative", "--no-renames", "--no-ext-diff",
        "--ignore-submodules=all", "--", *OF_THE_SITE,
    ) as paths:  # fmt: skip
        return {path_of(path) for path in paths}


def _is_shallow(root: Path) -> bool:
    with answers(root, "rev-parse", "--is-shallow-repository", end=b"\n") as found:
        return next(found, b"") == b"true"
