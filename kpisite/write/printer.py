"""Prints one page after the other in a process of its own, for whoever cannot wait here.

The process is begun anew, not forked, for a server has threads; and it is replaced before it grows
large.
"""

from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Lock
from typing import Any

from kpisite.core.worker import begin
from kpisite.write.pdf import (
    Job,
    PrintError,
    WorkerLost,
    missing_libraries,
    press_for,
    print_one,
)
from kpisite.write.workers import FORMS_A_WORKER


class NoPress(Exception):
    """This machine lacks what PDF files are printed with; `missing` says what, in a line."""

    def __init__(self, missing: str) -> None:
        super().__init__(missing)
        self.missing = missing


class Printer:
    """A process that prints; `make_ready` belongs to a thread that lasts, for the process ends with
    the thread that began it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: BaseProcess | None = None
        self._pipe: Any = None
        self._given = 0

    def make_ready(self) -> None:
        """Begins the process where there is none, or none that may print more."""
        if self._process is not None and self._process.is_alive() and self._given < FORMS_A_WORKER:
            return
        with self._lock:
            self._end()
            self._process, self._pipe = begin(_work, method="spawn")
            self._given = 0

    def print(self, stylesheet: str, job: Job) -> bytes:
        """The page as a file.  Raises PrintError, or NoPress."""
        with self._lock:
            self._given += 1
            try:
                if self._pipe is None:
                    raise EOFError
                self._pipe.send((stylesheet, job))
                answer = self._pipe.recv()
            except (EOFError, OSError):
                self._end()
                raise WorkerLost(job.key, job.title, "") from None
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, bytes)
        return answer

    def end(self) -> None:
        """Ends the process, whatever it is at."""
        if self._process is not None:
            self._process.kill()

    def _end(self) -> None:
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._process, self._pipe = None, None


def _work(pipe: "Connection[bytes | Exception, tuple[str, Job]]") -> None:
    missing = missing_libraries()
    try:
        while True:
            stylesheet, job = pipe.recv()
            try:
                if missing:
                    raise NoPress(missing)
                pipe.send(print_one(press_for(stylesheet), job))
            except (NoPress, PrintError) as error:
                pipe.send(error)
    except (EOFError, OSError):
        return  # whoever asked is gone
