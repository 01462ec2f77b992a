"""What Python is told about memory, where it cannot know better."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
