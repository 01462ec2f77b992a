"""Work shared out over forked processes, which inherit all that it takes and send back its answers.

A process cannot be given what a closure holds; but one that is forked has it already.  So the work
is a function of a number, the number of a piece.
"""

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar, cast

from kpisite.core.worker import become_worker, give_back_memory, signals_held

S = TypeVar("S")
T = TypeVar("T")
Work = Callable[[int], T]


class WorkersLost(Exception):
    """A process was ended from outside, mostly for want of memory."""


def spread(work: Work[T], pieces: int, workers: int) -> Iterator[T]:
    """What `work` answers for the pieces 0, 1, … in their order, found by so many processes; by
    this one alone where a fork would be for nothing or cannot be had."""
    workers = min(workers, pieces)
    if workers < 2 or not hasattr(os, "fork"):
        yield from map(work, range(pieces))
        return
    from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
    from multiprocessing import active_children, get_context

    give_back_memory()
    pool = ProcessPoolExecutor(
        workers, mp_context=get_context("fork"), initializer=_enter, initargs=(work,)
    )
    try:
        with signals_held():
            answers = pool.map(_answer, range(pieces))
        yield from cast(Iterator[T], answers)
    except BrokenExecutor:
        raise WorkersLost from None
    except BaseException:
        for worker in active_children():  # nobody wants any more what they are at
            worker.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def pieces_of(names: Sequence[S], at_a_time: int) -> list[Sequence[S]]:
    """The names in pieces of so many, in their order.

    >>> pieces_of("abcde", 2)
    ['ab', 'cd', 'e']
    """
    return [names[start : start + at_a_time] for start in range(0, len(names), at_a_time)]


def default_workers() -> int:
    """One process for every processor that this one may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


_inherited: list[Work[object]] = []
"""In a forked process, and in no other, what it is there for."""


def _enter(work: Work[object]) -> None:
    become_worker()
    gc.freeze()  # what it was forked with is no garbage, and shared as long as nobody looks at it
    _inherited.append(work)


def _answer(piece: int) -> object:
    answer = _inherited[0](piece)
    gc.collect(0)  # what is left of the piece; the collector is kept away otherwise
    return answer
