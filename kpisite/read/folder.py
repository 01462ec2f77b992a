"""The files of a site by the folders they stand in, each folder told from any other by one digest.

Of a large site most folders are as they were, and nobody has to go through their files to know it.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from hashlib import sha256
from itertools import chain
from operator import attrgetter
from typing import Any, Self

from kpisite.core.address import is_record
from kpisite.core.beside import Memory
from kpisite.core.digest import DIGITS, digest
from kpisite.read.file import File


class Folder:
    """The files of one folder that are records, or those that are none, in the order of their
    names."""

    def __init__(
        self, path: str, has_records: bool, files: Callable[[], Iterable[File]], digest: str = ""
    ) -> None:
        """The files may be yet to be fetched, where the `digest` is known."""
        self.path = path
        self.has_records = has_records
        self._fetch = files
        self._digest = digest

    @property
    def name(self) -> tuple[str, bool]:
        """What it is told from others by."""
        return self.path, self.has_records

    @cached_property
    def files(self) -> tuple[File, ...]:
        """Its files."""
        return tuple(self._fetch())

    @cached_property
    def by_path(self) -> Mapping[str, File]:
        """The same by their paths."""
        return {file.path: file for file in self.files}

    @cached_property
    def digest(self) -> str:
        """What tells these files from any others: of all that they say at once, as most folders are
        as they were and nobody asks what each of their files is."""
        return self._digest or _digest(*self.written())

    def written(self) -> tuple[bytes, bytes]:
        """What its files are called and how long they are, and all that they say."""
        contents = [file.content for file in self.files]
        table = {
            "paths": [file.path for file in self.files],
            "lengths": [None if one is None else len(one) for one in contents],
            "issues": {
                number: (file.issue, file.meant)
                for number, file in enumerate(self.files)
                if file.issue
            },
        }
        return json.dumps(table).encode(), b"".join(filter(None, contents))


def _digest(listed: bytes, held: bytes) -> str:
    """What tells the files of a folder from any others; how long each is stands in the list."""
    said = sha256(digest(listed.decode()).encode())
    said.update(held)
    return said.hexdigest()[:DIGITS]


class ByPath(Mapping[str, File]):
    """The files of some folders by their paths; a folder is gone through when one is asked for."""

    def __init__(self, folders: Iterable[Folder]) -> None:
        self._folders = defaultdict[str, list[Folder]](list)
        for folder in folders:
            self._folders[folder.path].append(folder)

    def __getitem__(self, path: str) -> File:
        for folder in self._folders.get(path.rpartition("/")[0], ()):
            if path in folder.by_path:
                return folder.by_path[path]
        raise KeyError(path)

    def __iter__(self) -> Iterator[str]:
        for folder in chain.from_iterable(self._folders.values()):
            yield from folder.by_path

    def __len__(self) -> int:
        return sum(len(folder.by_path) for folder in chain.from_iterable(self._folders.values()))


class Files:
    """All files found in a site."""

    def __init__(self, folders: Iterable[Folder]) -> None:
        self.folders = tuple(folders)

    @classmethod
    def of(cls, files: Iterable[File]) -> "Files":
        """These files; of two that bear one name for the eye, the second is no record."""
        if isinstance(files, Files):
            return files
        found: defaultdict[tuple[str, bool], list[File]] = defaultdict(list)
        records = set[str]()
        for file in sorted(files, key=attrgetter("path")):
            is_one = is_record(file.path) and file.path not in records
            if is_one:
                records.add(file.path)
            found[file.path.rpartition("/")[0], is_one].append(file)
        return cls(
            Folder(path, has_records, partial(tuple, of_folder))
            for (path, has_records), of_folder in sorted(found.items())
        )

    @classmethod
    def joined(cls, several: Sequence["Files"]) -> "Files":
        """All of several, in the order of their folders."""
        folders = [folder for one in several for folder in one.folders]
        if len({one.name for one in folders}) == len(folders):
            return cls(sorted(folders, key=lambda one: one.name))
        return cls.of(chain.from_iterable(several))

    def __iter__(self) -> Iterator[File]:
        return chain.from_iterable(folder.files for folder in self.folders)

    @property
    def digest(self) -> str:
        """What tells them from any others."""
        return digest(*(f"{one.path} {one.has_records} {one.digest}" for one in self.folders))

    def put_into(self, memory: Memory) -> list[list[Any]]:
        """Puts what there is to fetch of each folder into memory, and says where."""
        places = list[list[Any]]()
        for folder in self.folders:
            listed, held = folder.written()
            start = memory.append(held)
            memory.append(listed)
            known = _digest(listed, held)
            places.append([*folder.name, known, start, len(held), len(listed)])
        return places

    @classmethod
    def taken_from(cls, memory: Memory, places: Iterable[list[Any]]) -> Self:
        """What `put_into` put there, to be fetched folder by folder."""
        return cls(
            Folder(path, has_records, partial(_fetched, memory, *where), digest)
            for path, has_records, digest, *where in places
        )


class _Held:
    """Gives content that is held in memory; of a large site there are many, so it is small."""

    __slots__ = ("_length", "_memory", "_start")

    def __init__(self, memory: Memory, start: int, length: int) -> None:
        self._memory = memory
        self._start = start
        self._length = length

    def __call__(self) -> bytes:
        return self._memory.fetch(self._start, self._length)


def _fetched(memory: Memory, start: int, held: int, listed: int) -> Iterator[File]:
    table = json.loads(memory.fetch(start + held, listed))
    at = start
    rows = zip(table["paths"], table["lengths"], strict=True)
    for number, (path, length) in enumerate(rows):
        content = None if length is None else _Held(memory, at, length)
        issue, meant = table["issues"].get(str(number), ("", ""))
        yield File(path, content, issue, meant)
        at += length or 0
