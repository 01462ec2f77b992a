"""One thing after the other, in the thread that runs the engine.

Scoring, templates and the bound on their time belong to the first thread of a process, which is
also the one that an interrupt ends at once.  The threads that answer browsers ask it, and wait.
"""

from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import NoReturn, TypeVar

T = TypeVar("T")

#: Seconds after which an interrupt is met that came in the moment before the wait for a task.
LONGEST_WAIT = 0.5


class Engine:
    """Tasks in the order in which they came."""

    def __init__(self) -> None:
        self._tasks: SimpleQueue[Callable[[], object]] = SimpleQueue()

    def run(self) -> NoReturn:
        """Does what it is asked until something is raised, as by an interrupt."""
        while True:
            try:
                task = self._tasks.get(timeout=LONGEST_WAIT)
            except Empty:
                continue
            task()

    def post(self, task: Callable[[], object]) -> None:
        """Has a task done some time soon; it may raise nothing."""
        self._tasks.put(task)

    def ask(self, task: Callable[[], T]) -> T:
        """What the task gives or raises, once those before it are done."""
        answer: Future[T] = Future()

        def do() -> None:
            try:
                answer.set_result(task())
            except Exception as error:
                answer.set_exception(error)

        self._tasks.put(do)
        return answer.result()
