"""What a forked process is told of signals, and how it ends with the one that forked it."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from kpisite.core.system import STOPPING, end_at_once, mask

if TYPE_CHECKING:  # imported where another process is begun: most runs begin none
    from multiprocessing.process import BaseProcess

_PR_SET_PDEATHSIG, _KILLED = 1, 9


@contextmanager
def signals_held() -> Iterator[None]:
    """Holds back what would stop this process while it forks, so that no worker meets it before
    `become_worker` has said what to do."""
    before = mask("SIG_BLOCK", STOPPING)
    try:
        yield
    finally:
        mask("SIG_SETMASK", before)


def give_back_memory() -> None:
    """Gives back to the system what is free between what is used, where its C library can.

    It would keep that for later; and a process forked from this one would get a copy of each page
    of it as soon as it puts anything there.
    """
    import ctypes

    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)


def become_worker() -> None:
    """Leaves an interrupt to the parent, and lets the system end this process when the parent is
    killed, which could not tell it so."""
    import ctypes
    from multiprocessing import parent_process

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for one in STOPPING:
        if one is not signal.SIGINT:
            signal.signal(one, signal.SIG_DFL)
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, _KILLED)
    parent = parent_process()
    if parent is not None and parent.pid != os.getppid():
        end_at_once()  # it was killed before the system was asked
    mask("SIG_UNBLOCK", STOPPING)


def begin(
    work: Callable[..., None], *arguments: object, method: str = "fork"
) -> "tuple[BaseProcess, Any]":
    """Another process, which does `work` with its end of a pipe and the arguments, and our end.

    Signals are held until the other end is dropped here: Python loses an interrupt that meets it
    while it drops one.  Raises OSError where no more processes are allowed.
    """
    with signals_held():
        return _begun(work, arguments, method)


def _begun(
    work: Callable[..., None], arguments: tuple[object, ...], method: str
) -> "tuple[BaseProcess, Any]":
    from multiprocessing import get_context
    from multiprocessing.connection import Pipe

    ours, theirs = Pipe()
    inherited = ours if method == "fork" else None
    context: Any = get_context(method)
    process = context.Process(target=_enter, args=(work, theirs, inherited, arguments), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def _enter(
    work: Callable[..., None], theirs: Any, inherited: Any, arguments: tuple[object, ...]
) -> None:
    become_worker()
    if inherited is not None:
        inherited.close()  # while a copy is open here, nobody learns that the parent has gone
    work(theirs, *arguments)


class RemoteLost(Exception):
    """The other process has gone."""


class Remote:
    """An object in a process of its own, which does what it is asked, one thing after the other."""

    def __init__(self, process: "BaseProcess", pipe: Any) -> None:
        self._process = process
        self._pipe = pipe
        self._answers: dict[int, Any] = {}

    @classmethod
    def start(cls, make: Callable[[], object]) -> "Remote | None":
        """Has another process make the object; None where none can be forked."""
        from multiprocessing import get_all_start_methods

        if "fork" not in get_all_start_methods():
            return None
        try:
            return cls(*begin(_serve, make))
        except OSError:  # so many processes are allowed, and no more
            return None

    def ask(self, ticket: int, name: str, *arguments: Any) -> None:
        """Asks for what a method of the object gives."""
        with suppress(ConnectionError):  # it is gone, as `answer` will say
            self._pipe.send((ticket, name, arguments))

    def answer(self, ticket: int) -> Any:
        """What it gave; the exception that it raised is raised here."""
        try:
            while ticket not in self._answers:
                number, answer = self._pipe.recv()
                self._answers[number] = answer
        except (EOFError, ConnectionError):
            self._process.join()
            raise RemoteLost from None
        answer = self._answers.pop(ticket)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def end(self) -> None:
        """Ends the process, whatever it is at."""
        self._process.terminate()
        self._pipe.close()
        self._process.join()


def _serve(pipe: Any, make: Callable[[], object]) -> None:
    made = make()
    with suppress(EOFError, ConnectionError):
        while True:
            ticket, name, arguments = pipe.recv()
            try:
                answer = getattr(made, name)(*arguments)
            except Exception as error:
                answer = error
            pipe.send((ticket, answer))
