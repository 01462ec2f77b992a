"""git, run: the only module that does, and it changes nothing.

What it answers depends on the state of the repository alone: not on the clock, the time zone or the
settings of whoever asks.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

#: The variables git is given besides its own; the rest (`GIT_DIR` in a hook, say) would turn it to
#: another repository, or change what it says.
_INHERITED = ("PATH", "HOME", "XDG_CONFIG_HOME", "SYSTEMROOT")
_SETTINGS = {
    "LC_ALL": "C", "TZ": "UTC", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_LITERAL_PATHSPECS": "1", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1",
}  # fmt: skip
_PIECE = 1 << 16


class GitRefuses(Exception):
    """git is not there, or did not do what it was asked; in a line, and by a code."""

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


def has_git() -> bool:
    """Whether git is on this machine."""
    return shutil.which("git") is not None


def blobs(root: Path, ids: Sequence[str]) -> list[bytes]:
    """The contents of these blobs, in their order."""
    if not ids:
        return []
    asked = "".join(f"{id}\n" for id in ids).encode()
    with _running(root, "cat-file", "--batch", asked=asked) as process:
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
def answers(root: Path, *arguments: str, end: bytes = b"\0") -> Iterator[Iterator[bytes]]:
    """What git answers, piece by piece as it comes; it is stopped when nobody wants any more."""
    with _running(root, *arguments) as process:
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
def _running(
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


def path_of(path: bytes) -> str:
    """A path as git says it, with what is no UTF-8 escaped."""
    return path.decode(errors="backslashreplace")
