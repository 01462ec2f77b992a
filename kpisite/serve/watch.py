"""Notices that something in a site was saved: the one module that knows watchfiles."""

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from threading import Event, Thread
from typing import Any

from kpisite.disk.root import SITE_FILE
from kpisite.source import RECORDS, THEMES, is_passed_over

#: Saves that follow one another this closely, in milliseconds, are one; but none waits for longer.
STEP, LONGEST = 20, 400
#: So often, in milliseconds, a watcher comes back although nothing was saved.
TIMEOUT = 1_000
#: Between two looks at a disk that does not report what is saved.
POLL = 500


def has_library() -> bool:
    """Whether watchfiles is installed."""
    return find_spec("watchfiles") is not None


class Watch:
    """Calls `notice` from another thread whenever something was saved in the site at `root`.

    The site's folder is watched without what lies in it, for the built pages do; its records and
    themes with all that they hold, and anew when they are made or replaced.
    """

    def __init__(self, root: Path, notice: Callable[[], None]) -> None:
        self._root = root
        self._notice = notice
        self._replaced = Event()

    def start(self) -> None:
        """Begins to watch, until the process ends."""
        for one in (self._watch_site, self._watch_folders):
            Thread(target=one, daemon=True).start()

    def _watch_site(self) -> None:
        folders = {str(self._root / name) for name in (RECORDS, THEMES)}
        wanted = {str(self._root / SITE_FILE), *folders}
        for paths in _changes([self._root], Event(), is_deep=False):
            found = paths & wanted
            if found & folders:
                self._replaced.set()
            if found or not paths:
                self._notice()

    def _watch_folders(self) -> None:
        while True:
            self._replaced.clear()
            folders = [self._root / name for name in (RECORDS, THEMES)]
            there = [one for one in folders if one.is_dir()]
            if not there:
                self._replaced.wait()
            for paths in _changes(there, self._replaced, is_deep=True):
                inner = (Path(one).relative_to(self._root).as_posix() for one in paths)
                if not paths or not all(map(is_passed_over, inner)):
                    self._notice()
            self._notice()


def _changes(places: list[Path], stop: Event, *, is_deep: bool) -> Iterator[set[str]]:
    """The paths that were saved, several at once; first of all, and once, none: by then all is
    watched, and what was saved just before may have been missed."""
    from watchfiles import watch

    settings: dict[str, Any] = {
        "watch_filter": None, "debounce": LONGEST, "step": STEP, "stop_event": stop,
        "rust_timeout": TIMEOUT, "yield_on_timeout": True, "raise_interrupt": False,
        "recursive": is_deep, "ignore_permission_denied": True,
    }  # fmt: skip
    is_first, is_polling = True, False
    while places and not stop.is_set():
        try:
            for changes in watch(
                *places, **settings, force_polling=is_polling or None, poll_delay_ms=POLL
            ):
                if changes or is_first:
                    is_first = False
                    yield {path for _, path in changes}
        except OSError:  # the system watches no more folders, or one of them is gone
            if is_polling or not all(one.is_dir() for one in places):
                stop.wait(POLL / 1000)
            is_polling = True
