"""Prints many pages, one after the other or in several processes at once."""

import gc
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_all_start_methods
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from kpisite.core.worker import begin
from kpisite.write.pdf import Job, Press, PrintError, WorkerLost, print_one

# A process that has printed 100 forms has grown by some 180 MiB; a new one has to learn again what
# forms have in common.
FORMS_A_WORKER = 100


def print_all(jobs: Iterable[Job], *, stylesheet: str, workers: int) -> Iterator[tuple[str, bytes]]:
    """Prints every job and gives its key and bytes as soon as they are there, in any order.

    The first is printed here. That warms up what the workers, forked after it, then share. With one
    worker, or where a process cannot fork, the others are printed here too. Jobs are asked for one
    at a time, so they may be made while others print.
    """
    waiting = iter(jobs)
    first = next(waiting, None)
    if first is None:
        return
    press = Press(stylesheet)
    yield first.key, print_one(press, first)
    if workers > 1 and "fork" in get_all_start_methods():
        yield from _print_by_workers(press, waiting, workers)
    else:
        yield from ((job.key, print_one(press, job)) for job in waiting)


@dataclass(slots=True, kw_only=True)
class _Worker:
    """A forked process, our end of the pipe to it, and the job that it is at."""

    process: BaseProcess
    pipe: "Connection[Job, bytes | PrintError]"
    key: str = ""
    title: str = ""
    given: int = 0

    def give(self, job: Job) -> None:
        self.key, self.title = job.key, job.title
        self.given += 1
        with suppress(BrokenPipeError):  # it is gone, as `take` will say
            self.pipe.send(job)

    def take(self) -> bytes:
        try:
            answer = self.pipe.recv()
        except (EOFError, ConnectionError):
            self.process.join()
            raise WorkerLost(self.key, self.title, str(self.process.exitcode)) from None
        if isinstance(answer, PrintError):
            raise answer
        return answer

    def end(self) -> None:
        self.pipe.close()
        self.process.join()


def _print_by_workers(
    press: Press, waiting: Iterator[Job], workers: int
) -> Iterator[tuple[str, bytes]]:
    """Keeps each worker at one job, and sends a fresh one in its place when it has grown large."""
    busy: dict[object, _Worker] = {}
    try:
        for job in islice(waiting, workers):
            _fork(press, busy).give(job)
        while busy:
            for pipe in wait([worker.pipe for worker in busy.values()]):
                worker = busy[pipe]
                done = worker.key, worker.take()
                following = next(waiting, None)
                if following is None or worker.given == FORMS_A_WORKER:
                    busy.pop(pipe).end()
                if following is not None:
                    successor = worker if pipe in busy else _fork(press, busy)
                    successor.give(following)
                yield done
    finally:
        for worker in busy.values():
            worker.process.terminate()
            worker.end()


def _fork(press: Press, busy: dict[object, _Worker]) -> _Worker:
    """A new worker, entered among the busy ones."""
    others = [worker.pipe for worker in busy.values()]
    process, ours = begin(_work, press, others)
    busy[ours] = _Worker(process=process, pipe=ours)
    return busy[ours]


def _work(
    pipe: "Connection[bytes | PrintError, Job]",
    press: Press,
    not_ours: "list[Connection[Job, bytes | PrintError]]",
) -> None:
    """What a worker does: print what it is given, until the other end of its pipe is closed."""
    for other in not_ours:
        other.close()  # while a copy is open here, nobody would learn that the parent has gone
    gc.disable()  # the process ends before the garbage matters
    with suppress(EOFError, ConnectionError):  # the parent has gone, maybe while we printed
        while True:
            job = pipe.recv()
            try:
                pipe.send(print_one(press, job))
            except PrintError as error:
                pipe.send(error)
