"""A look at a site: what stands there, before anybody asks what it means.

It takes a fraction of what it takes to import what reads the files, so this module imports little.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from itertools import chain
from pathlib import Path

from kpisite.core.beside import Beside, Memory, Queue
from kpisite.core.digest import digest
from kpisite.core.system import processors
from kpisite.packaged import code_digest
from kpisite.read.folder import Files
from kpisite.source import below, scan, themes_of, top_of

#: What lies in no folder of the records: the name of none.
TOP = "/"
#: So many files are read before others are asked to help, and no more than so many others.
WORTH_HELP, MOST_HELPERS = 500, 3


class Look:
    """The files of the site at `root` as they stood at one moment."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @cached_property
    def files(self) -> Files:
        """All of them."""
        return scan(self.root)

    @cached_property
    def digest(self) -> str:
        """What tells this state of the site and its themes from any other."""
        themes = chain.from_iterable(themes_of(self.root).values())
        return digest(self.files.digest, *(f"{file.path} {file.digest}" for file in themes))

    @cached_property
    def code(self) -> str:
        """A digest of the program."""
        return code_digest()


class SharedLook(Look):
    """A look that other processes take a part in, a folder of the records at a time.

    It begins with the newest month.  Where a folder is another than `before`, by the digest of
    each, this process stops, as it has to import what reads the files, and leaves the rest to the
    others until somebody asks for the files.
    """

    def __init__(self, root: Path, before: Mapping[str, str]) -> None:
        super().__init__(root)
        top, folders = top_of(root)
        self._folders = sorted(folders, key=lambda one: (one.name[:1].isdigit(), one), reverse=True)
        self._queue = Queue(len(folders))
        self._seen = {TOP: top}
        self._helpers: list[_Helper] = []
        self.is_other = before.get(TOP) != top.digest
        self._begin(before)

    def _begin(self, before: Mapping[str, str]) -> None:
        seen, parts = 0, self._told_apart()
        while not self.is_other and (part := next(parts, None)) is not None:
            name, files, digest = part
            self._seen[name] = files
            self.is_other = before.get(name) != digest
            seen += sum(len(one.files) for one in files.folders)
            if seen >= WORTH_HELP and not self._helpers:
                self._have_helpers()
        if self.is_other and not self._helpers:
            self._have_helpers()

    def _parts(self) -> Iterator[tuple[str, Files]]:
        """What is found in the folders that nobody has looked into yet, by their names."""
        for number in self._queue:
            folder = self._folders[number]
            yield folder.name, below(self.root, folder)

    def _told_apart(self) -> Iterator[tuple[str, Files, str]]:
        """The same with the digest of each, found while the others go on with what is left."""
        return ((name, files, files.digest) for name, files in self._parts())

    def _have_helpers(self) -> None:
        for number in range(min(processors() - 1, MOST_HELPERS) if self._queue.is_shared else 0):
            memory = Memory.reserve()
            help = None if memory is None else partial(self._help, memory, is_first=not number)
            beside = None if help is None else Beside.begin(help)
            if beside is not None and memory is not None:
                self._helpers.append(_Helper(beside, memory))

    def _help(self, memory: Memory, *, is_first: bool) -> bytes:
        """What another process says of the folders that it has looked into, the first after a
        digest of the program."""
        code = code_digest() if is_first else ""
        found = {name: files.put_into(memory) for name, files in self._parts()}
        return json.dumps([code, found]).encode()

    @cached_property
    def _of_all(self) -> tuple[str, Mapping[str, Files]]:
        """A digest of the program, where another process has it, and what is found in each folder;
        nothing where one of the others was lost."""
        code, found = "", dict(self._seen)
        found |= {name: files for name, files, _ in self._told_apart()}
        try:
            for one in self._helpers:
                known, more = one.found()
                code = code or known
                found.update(more)
        except ValueError:
            return "", {}
        return code, found

    @property
    def _by_folder(self) -> Mapping[str, Files]:
        return self._of_all[1]

    @cached_property
    def code(self) -> str:
        """A digest of the program."""
        return self._of_all[0] or super().code

    @cached_property
    def files(self) -> Files:
        """All of them; where one of the others was lost, they are looked at once more."""
        found = self._by_folder.values()
        return Files.joined(tuple(found)) if found else scan(self.root)

    @property
    def digests(self) -> Mapping[str, str]:
        """What a later look takes for `before`."""
        return {name: one.digest for name, one in self._by_folder.items()}


class _Helper:
    def __init__(self, beside: Beside, memory: Memory) -> None:
        self._beside = beside
        self._memory = memory

    def found(self) -> tuple[str, Mapping[str, Files]]:
        """What it found; ValueError where it was lost."""
        code, found = json.loads(self._beside.said())
        return code, {name: Files.taken_from(self._memory, one) for name, one in found.items()}
