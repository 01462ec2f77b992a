"""A look at a site: what stands there, before anybody asks what it means.

It takes a fraction of what it takes to import what reads the files, so this module imports little.
"""

from functools import cached_property
from itertools import chain
from pathlib import Path

from kpisite.core.digest import digest
from kpisite.source import scan, themes_of


class Look:
    """The files of the site at `root` as they stood at one moment."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.files = scan(root)

    @cached_property
    def digest(self) -> str:
        """What tells this state of the site and its themes from any other."""
        files = (*self.files, *chain.from_iterable(themes_of(self.root).values()))
        return digest(*(f"{file.path} {file.digest}" for file in files))
