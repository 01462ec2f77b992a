"""What another process finds while this one does something else, such as importing.

Nothing that takes long to import is needed for it, as it is for workers (`core/worker.py`).
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Self

from kpisite.core.system import (
    FORKS,
    STOPPING,
    end_at_once,
    fork,
    mask,
    memory_file,
    read_at,
)

#: So much is read at a time.
_CHUNK = 1 << 16
#: So many bytes make a number of a queue, and so many numbers find room in a pipe of any system.
_DIGITS, _MOST = 2, 2_000


class Queue:
    """The numbers below `count`, of which each is given out once, to this process or to one that
    was forked from it: they stand in a pipe, from which the system gives each to one reader."""

    def __init__(self, count: int) -> None:
        self.is_shared = FORKS and count <= _MOST
        self._left = iter(range(count))
        if self.is_shared:
            self._pipe, end = os.pipe()
            os.write(end, b"".join(one.to_bytes(_DIGITS) for one in range(count)))
            os.close(end)

    def __iter__(self) -> Iterator[int]:
        if not self.is_shared:
            yield from self._left
            return
        while number := os.read(self._pipe, _DIGITS):
            yield int.from_bytes(number)

    def __del__(self) -> None:
        if self.is_shared:
            os.close(self._pipe)


class Memory:
    """Bytes that a process forked from this one puts where this one can fetch them."""

    def __init__(self, file: int) -> None:
        self._file = file

    @classmethod
    def reserve(cls) -> Self | None:
        """Some memory; None where the system can share none."""
        file = memory_file()
        return None if file is None else cls(file)

    def append(self, content: bytes) -> int:
        """Puts content behind what is there, and says where it starts."""
        start = os.lseek(self._file, 0, os.SEEK_END)
        left = memoryview(content)
        while left:
            left = left[os.write(self._file, left) :]
        return start

    def fetch(self, start: int, length: int) -> bytes:
        """What stands there."""
        return read_at(self._file, start, length)

    def __del__(self) -> None:
        os.close(self._file)


class Beside:
    """Another process that does one thing, and what it says of it."""

    def __init__(self, process: int, pipe: int) -> None:
        self.process = process
        self._pipe = pipe
        self._heard_by: int | None = os.getpid()

    def __del__(self) -> None:
        """Ends the process where nobody asked what it found; one forked from this leaves it be."""
        if self._heard_by == os.getpid():
            end_at_once(self.process)
            self._close()

    @classmethod
    def begin(cls, work: Callable[[], bytes]) -> Self | None:
        """Has another process do `work`; None where none can be forked."""
        if not FORKS:
            return None
        ours, theirs = os.pipe()
        before = mask("SIG_BLOCK", STOPPING)
        try:
            process = fork()
            if not process:
                _do(work, ours, theirs)
        except OSError:  # so many processes are allowed, and no more
            os.close(ours)
            return None
        finally:
            mask("SIG_SETMASK", before)
            os.close(theirs)
        return cls(process, ours)

    def said(self) -> bytes:
        """All that it says, which is waited for; less where the process was lost."""
        said = b""
        while more := os.read(self._pipe, _CHUNK):
            said += more
        self._close()
        return said

    def _close(self) -> None:
        self._heard_by = None
        os.close(self._pipe)
        with suppress(ChildProcessError):  # somebody else waits for all children
            os.waitpid(self.process, 0)


def _do(work: Callable[[], bytes], ours: int, theirs: int) -> None:
    """The life of the other process: it leaves an interrupt to the first, and ends when nobody
    hears it any more."""
    try:
        os.close(ours)
        for one in STOPPING:
            signal.signal(one, signal.SIG_IGN if one is signal.SIGINT else signal.SIG_DFL)
        mask("SIG_UNBLOCK", STOPPING)
        said = memoryview(work())
        while said:
            said = said[os.write(theirs, said) :]
    finally:
        end_at_once()  # whatever it met: who gets no answer finds it by itself
