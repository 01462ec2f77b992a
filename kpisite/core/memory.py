"""What Python is told about memory, where it cannot know better."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Keeps the garbage collector away from work whose products all stay.

    It would go through a company's records again and again, find nothing, and take half the time.
    Nor does it look at them afterwards, so that a forked worker shares their memory.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()
