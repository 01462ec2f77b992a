"""A file of a site as it was found, before anything is made of it."""

from collections.abc import Callable
from hashlib import sha1, sha256

from kpisite.core.digest import DIGITS, digest

#: A record is a few kilobytes; a file beyond this is something else put here by mistake.
LARGEST_FILE = 1024 * 1024


class File:
    """A file as found on disk: its path from the site's folder, and its bytes, or why there are
    none: the code of a fault.  `meant` is the path that a misnamed one should have."""

    __slots__ = ("_content", "_digest", "issue", "meant", "path")

    def __init__(
        self,
        path: str,
        content: bytes | Callable[[], bytes] | None,
        issue: str = "",
        meant: str = "",
    ) -> None:
        """The content may be yet to be fetched from where it was put."""
        self.path = path
        self.issue = issue
        self.meant = meant
        self._content = content
        self._digest = ""

    @property
    def content(self) -> bytes | None:
        """Its bytes; None where there are none."""
        self._content = self._fetched
        return self._content

    @property
    def _fetched(self) -> bytes | None:
        """The same for whoever looks at each of many files once, so that they are not held."""
        return self._content() if callable(self._content) else self._content

    @property
    def digest(self) -> str:
        """What the file says, or why it says nothing, in few digits."""
        if not self._digest:
            content = self._fetched
            self._digest = (
                digest("nothing", self.issue, self.meant)
                if content is None
                else sha256(content).hexdigest()[:DIGITS]
            )
        return self._digest

    @property
    def git_id(self) -> str:
        """By what git knows a file that says this; nothing where it says nothing."""
        content = self._fetched
        if content is None:
            return ""
        head = f"blob {len(content)}\0".encode()
        return sha1(head + content, usedforsecurity=False).hexdigest()
