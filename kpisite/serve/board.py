"""What stands on the bar of every open window, handed to each as soon as it changes."""

import json
from collections.abc import Mapping
from threading import Condition
from typing import Any


class Board:
    """The newest of what was posted, under a number that grows."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._facts: dict[str, Any] = {}
        self._number = 0

    def post(self, facts: Mapping[str, Any]) -> None:
        """Puts facts in the place of those that bore the same names."""
        with self._changed:
            self._facts |= facts
            self._number += 1
            self._changed.notify_all()

    def printing(self, more: int) -> None:
        """Counts the forms that are being printed at this moment."""
        with self._changed:
            count = self._facts.get("printing", 0) + more
        self.post({"printing": count})

    def after(self, number: int, seconds: float) -> tuple[int, str]:
        """What is posted, as JSON, once its number is another than `number`, and that number; the
        same number and nothing where no change comes in so many seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._number != number, seconds):
                return number, ""
            return self._number, json.dumps(self._facts, ensure_ascii=False)
