"""What Python is told about memory, where it cannot know better."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kpisite.core.system import library


def bound_memory(more: int) -> tuple[int, int] | None:
    """Has the system refuse more bytes than this beyond what the process takes already; the bounds
    that there were, or None where the system does not say how much that is."""
    try:
        used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        used = 0
    resource = library("resource")
    if resource is None or not used:
        return None
    most = used * resource.getpagesize() + more
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = min(one for one in (most, soft, hard) if one != resource.RLIM_INFINITY)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    return soft, hard


@contextmanager
def memory_bounded(more: int) -> Iterator[None]:
    """Bounds the memory for what is done within."""
    before = bound_memory(more)
    try:
        yield
    finally:
        if before is not None:
            resource = library("resource")
            resource.setrlimit(resource.RLIMIT_AS, before)


@contextmanager
def gc_paused() -> Iterator[None]:
    """Keeps the garbage collector away from work whose products all stay.

    It would go through a company's records again and again, find nothing, and take half the time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def gc_resumed() -> Iterator[None]:
    """Lets the garbage collector work within, where it is kept away around it."""
    was_enabled = gc.isenabled()
    gc.enable()
    try:
        yield
    finally:
        if not was_enabled:
            gc.disable()


@contextmanager
def heap_set_aside() -> Iterator[None]:
    """Keeps the garbage collector from looking at what is there already, while what is made within
    is collected: printing makes much garbage, and a company's records are none.

    All of it is the collector's again afterwards, so that a process may build a thousand times.
    """
    if gc.get_freeze_count():  # set aside by somebody else, who alone knows for how long
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
