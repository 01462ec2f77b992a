"""A file of a site as it was found, before anything is made of it."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha1, sha256

from kpisite.core.digest import DIGITS, digest

#: A record is a few kilobytes; a file beyond this is something else put here by mistake.
LARGEST_FILE = 1024 * 1024


@dataclass(frozen=True)
class File:
    """A file as found on disk: its path from the site's folder, and its bytes, or why there are
    none: the code of a fault.  `meant` is the path that a misnamed one should have."""

    path: str
    content: bytes | None
    issue: str = ""
    meant: str = ""

    @cached_property
    def digest(self) -> str:
        """What the file says, or why it says nothing, in few digits."""
        if self.content is None:
            return digest("nothing", self.issue, self.meant)
        return sha256(self.content).hexdigest()[:DIGITS]

    @property
    def git_id(self) -> str:
        """By what git knows a file that says this; nothing where it says nothing."""
        if self.content is None:
            return ""
        head = f"blob {len(self.content)}\0".encode()
        return sha1(head + self.content, usedforsecurity=False).hexdigest()
