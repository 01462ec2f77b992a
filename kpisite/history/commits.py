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
from kpisite.history.git import GitRefuses, answers, path_of
from kpisite.history.states import OF_THE_SITE, listed

#: Along the line, with what each commit changed beside the one before it.
ALONG_THE_LINE = ("--first-parent", "--diff-merges=first-parent")
_LOG = ("log", *ALONG_THE_LINE, "--no-show-signature",
        "--format=%H %as %ct %P")  # fmt: skip
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
        said = (
            f"{one.commit} {one.day} {one.is_uncommitted} {path}"
            for path, one in sorted(self.revisions.items())
        )
        return digest(self.head, self.issue, self.reason, *said)


NO_HISTORY = History(issue="no-repository")


def history_of(root: Path, commit: str = "") -> History:
    """The revision of every file of the site at `root`, in one pass over history, which ends as
    soon as each file is found; or of the site as it stood at a commit."""
    start = commit or "HEAD"
    try:
        is_shallow = _is_shallow(root)
        wanted = {path for path, _ in listed(root, start)}
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
