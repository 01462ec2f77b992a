"""What git remembers of a site: which commit last changed a file, on which day, and the files as
they stood then.

The only module that runs git, and it changes nothing.  What it says depends on the state of the
repository alone: not on the clock, the time zone or the settings of whoever asks.

History is read along the *line*: the first parents of the commit that is checked out.  A change
that a merge brought in is the merge's, so that each state of the site on the line is one that
somebody published, and "the last commit that changed this file" is one commit, not an opinion.
"""

import os
import shutil
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

#: What of a site's folder is read by a build, and looked for in history.
OF_THE_SITE = ("kpisite.toml", "records", "themes")
#: The variables git is given besides its own; the rest (`GIT_DIR` in a hook, say) would turn it to
#: another repository, or change what it says.
_INHERITED = ("PATH", "HOME", "XDG_CONFIG_HOME", "SYSTEMROOT")
_SETTINGS = {
    "LC_ALL": "C", "TZ": "UTC", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1",
}  # fmt: skip
_LOG = ("log", "--first-parent", "--diff-merges=first-parent", "--no-show-signature",
        "--format=%H %as %ct %P")  # fmt: skip
_RAW = ("--raw", "-z", "--root", "--relative", "--no-renames", "--no-abbrev", "--no-ext-diff")
_PIECE = 1 << 16


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

    def of(self, path: str) -> Revision:
        """The revision of the file at `path`, from the site's folder with forward slashes."""
        if self.issue and self.issue != "shallow":
            return UNKNOWN
        return self.revisions.get(path, UNCOMMITTED)


NO_HISTORY = History(issue="no-repository")


class GitRefuses(Exception):
    """git is not there, or did not do what it was asked; in a line, and by a code."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


def has_git() -> bool:
    """Whether git is on this machine."""
    return shutil.which("git") is not None


def history_of(root: Path) -> History:
    """The revision of every file of the site at `root`, in one pass over history, which ends as
    soon as each file is found."""
    try:
        is_shallow = _is_shallow(root)
        wanted = {path for path, _ in _listed(root, "HEAD")}
        if "kpisite.toml" not in wanted:
            return History(issue="no-repository")
        found = _last_changes(root, wanted, is_shallow=is_shallow)
        for path in wanted - set(found):
            found[path] = UNKNOWN
        for path in _changed(root):
            found[path] = UNCOMMITTED
    except GitRefuses as refusal:
        return History(issue=refusal.code, reason=refusal.reason)
    has_unknown = is_shallow and UNKNOWN in found.values()
    return History(revisions=found, issue="shallow" if has_unknown else "")


def _last_changes(root: Path, wanted: Collection[str], *, is_shallow: bool) -> dict[str, Revision]:
    left, found = set(wanted), dict[str, Revision]()
    for commit, paths in _line(root, "HEAD", OF_THE_SITE, is_shallow=is_shallow):
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


def is_on_line(root: Path, commit: str) -> bool:
    """Whether `commit` is one of those that the line is made of."""
    with _lines_of(root, "rev-list", "--first-parent", "HEAD", end=b"\n") as ids:
        return any(id.decode() == commit for id in ids)


def is_cut_off(root: Path) -> bool:
    """Whether older history is left out of the repository (a shallow clone)."""
    return _is_shallow(root)


def site_at(root: Path, commit: str, *, largest: int) -> dict[str, bytes | None]:
    """Every file of the site as it stood at `commit`, read into memory; None in place of what is
    larger than `largest` bytes, or no plain file."""
    listed = [(path, entry) for path, entry in _listed(root, commit) if entry.kind == "blob"]
    chosen = [(path, entry) for path, entry in listed if entry.is_file and entry.size <= largest]
    contents = _blobs(root, [entry.id for _, entry in chosen])
    site: dict[str, bytes | None] = dict.fromkeys(path for path, _ in listed)
    site.update((path, content) for (path, _), content in zip(chosen, contents, strict=True))
    return site


def file_at(root: Path, commit: str, path: str) -> bytes | None:
    """The file at `path` as it stood at `commit`; None where there was none."""
    found = [entry for name, entry in _listed(root, commit, (path,)) if name == path]
    if not found or not found[0].is_file:
        return None
    return _blobs(root, [found[0].id])[0]


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
    with _lines_of(root, "ls-tree", "-r", "-z", "-l", commit, "--", *paths) as entries:
        for entry in entries:
            about, _, path = entry.partition(b"\t")
            mode, kind, id, size = about.decode().split()
            yield _path(path), _Entry(mode, kind, id, 0 if size == "-" else int(size))


def _line(
    root: Path, start: str, paths: Sequence[str], *, is_shallow: bool
) -> Iterator[tuple[Commit, set[str]]]:
    """Each commit of the line that changed any of `paths`, newest first, and what it changed.

    Where history is cut off, the last commit seems to add everything that is older; it is left
    out.
    """
    commit, changed = None, set[str]()
    with _lines_of(root, *_LOG, *_RAW, start, "--", *paths) as tokens:
        for token in (one.lstrip(b"\n") for one in tokens):
            if token.startswith(b":"):
                changed.add(_path(next(tokens)))
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
    with _lines_of(
        root, "diff", "HEAD", "--name-only", "-z", "--relative", "--no-renames", "--no-ext-diff",
        "--ignore-submodules=all", "--", *OF_THE_SITE,
    ) as paths:  # fmt: skip
        return {_path(path) for path in paths}


def _is_shallow(root: Path) -> bool:
    with _lines_of(root, "rev-parse", "--is-shallow-repository", end=b"\n") as answers:
        return next(answers, b"") == b"true"


def _blobs(root: Path, ids: Sequence[str]) -> list[bytes]:
    if not ids:
        return []
    asked = "".join(f"{id}\n" for id in ids).encode()
    with _git(root, "cat-file", "--batch", asked=asked) as process:
        answer, _ = process.communicate(asked)
        if process.returncode:
            raise GitRefuses("git-refuses", "cat-file")
    contents, at = [], 0
    for _ in ids:
        head, _, _ = answer[at : at + 200].partition(b"\n")
        _, kind, size = (*head.decode().split(), "", "")[:3]
        if kind != "blob":
            raise GitRefuses("git-refuses", head.decode())
        start = at + len(head) + 1
        contents.append(answer[start : start + int(size)])
        at = start + int(size) + 1
    return contents


@contextmanager
def _lines_of(root: Path, *arguments: str, end: bytes = b"\0") -> Iterator[Iterator[bytes]]:
    """What git answers, piece by piece as it comes; it is stopped when nobody wants any more."""
    with _git(root, *arguments) as process:
        assert process.stdout is not None
        yield _pieces(process.stdout, end, process)


def _pieces(stream: IO[bytes], end: bytes, process: "subprocess.Popen[bytes]") -> Iterator[bytes]:
    rest = b""
    while piece := stream.read(_PIECE):
        *whole, rest = (rest + piece).split(end)
        yield from whole
    if rest:
        yield rest
    process.wait()
    if process.returncode:
        assert process.stderr is not None
        said = process.stderr.read(_PIECE).decode(errors="replace").strip()
        is_none = "not a git repository" in said or "Not a valid object name HEAD" in said
        code = "no-repository" if is_none else "git-refuses"
        raise GitRefuses(code, said.partition("\n")[0])


@contextmanager
def _git(
    root: Path, *arguments: str, asked: bytes | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    git = shutil.which("git")
    if git is None:
        raise GitRefuses("no-git")
    given = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    try:
        process = subprocess.Popen(
            [git, "-c", "core.fsmonitor=false", "-c", "log.follow=false", "--no-pager", *arguments],
            cwd=root, env={**given, **_SETTINGS}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL if asked is None else subprocess.PIPE,
        )  # fmt: skip
    except OSError as error:
        raise GitRefuses("git-refuses", error.strerror or str(error)) from None
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _path(path: bytes) -> str:
    return path.decode(errors="backslashreplace")
