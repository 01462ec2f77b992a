"""What the shell starts: an answer that was given before, or else the command line.

Where nothing has changed, only that has to be found out, and nothing else is imported.  Else what
is needed is imported while other processes go on to look at the files.
"""

import atexit
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic

from kpisite.cli.arguments import folder_of
from kpisite.cli.console import make_fit
from kpisite.cli.status import INTERRUPTED
from kpisite.core.memory import gc_paused
from kpisite.disk.root import find_site
from kpisite.products.answers import SECONDS, Answer, Answers

#: The commands that keep what they answer, and those that go on until somebody ends them.
ANSWERED, LASTING = frozenset(("build", "check")), frozenset(("serve", "lsp"))
#: Variables that their words may depend on.
LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")

atexit.register(gc.freeze)  # what is left is the system's to clear away, and not the collector's


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command line, by default on what the shell gave, and ends the process with its
    status."""
    started = monotonic()
    words = list(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:  # nobody else is in this process
        os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # none is ours, and they are looked for
        if not ANSWERED.isdisjoint(words) and LASTING.isdisjoint(words):
            gc.disable()  # the process ends before the garbage matters, but for that of printing
    make_fit()
    with _before_all_else():
        answers = _answers(words)
        answer = None if answers is None else answers.found()
    if answer is not None:
        with suppress(OSError):
            _give(answer, f"{monotonic() - started:.1f}")
            sys.exit(answer.status)
    with _before_all_else():
        from kpisite.cli.main import main as begin

    begin(words, answers)


@contextmanager
def _before_all_else() -> Iterator[None]:
    """Ends with the status for it where somebody interrupts what has no garbage yet."""
    try:
        with gc_paused():
            yield
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _answers(words: Sequence[str]) -> Answers | None:
    """What was answered to these words, where they are for a site and a command that answers the
    same to the same; what a disk refuses is the command's own to report."""
    if ANSWERED.isdisjoint(words):
        return None
    with suppress(OSError):
        root = find_site(folder_of(words))
        around = [str(Path.cwd()), *(os.environ.get(name, "") for name in LOCALE)]
        return None if root is None else Answers(root, [*around, *words])
    return None


def _give(answer: Answer, seconds: str) -> None:
    for where, what in answer.said:
        stream = sys.stderr if where == "err" else sys.stdout
        if where == "bytes":
            stream.flush()
            stream.buffer.write(what.encode())
        else:
            stream.write(what.replace(SECONDS, seconds))
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
