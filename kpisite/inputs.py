"""The files that a run rests on, told apart by what they say.

A digest of all that a result may depend on is its key: same key, same result, whenever the files
were written.  What is not a record is the *ground*, and any change in it makes everything new.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from hashlib import sha256

from kpisite.check.kinds import is_record
from kpisite.read.site import File

#: So many hexadecimal digits tell one content from another.
DIGITS = 32


class Inputs:
    """The files of a site, and `code`, a digest of all else that what is made of them rests on."""

    def __init__(self, files: Iterable[File], code: str) -> None:
        self.ground: list[File] = []
        self.records: dict[str, File] = {}
        for file in files:
            if is_record(file.path) and file.path not in self.records:
                self.records[file.path] = file
            else:
                self.ground.append(file)
        self.code = code

    @cached_property
    def of_file(self) -> Mapping[str, str]:
        """The digest of each record."""
        return {path: digest_of_file(file) for path, file in self.records.items()}

    @cached_property
    def all(self) -> Mapping[str, str]:
        """The digest of every file of the site."""
        return {file.path: digest_of_file(file) for file in self.ground} | dict(self.of_file)

    @cached_property
    def of_ground(self) -> str:
        """The digest of the ground."""
        files = sorted(f"{file.path} {digest_of_file(file)}" for file in self.ground)
        return digest(self.code, *files)

    @cached_property
    def by_month(self) -> Mapping[str, list[str]]:
        """The paths of the records by the folder they stand in, each in order."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for path in sorted(self.records):
            found[path.split("/")[1]].append(path)
        return dict(sorted(found.items()))

    @cached_property
    def of_month(self) -> Mapping[str, str]:
        """The digest of each month: of the ground and its records."""
        return {
            month: digest(self.of_ground, *(f"{path} {self.of_file[path]}" for path in paths))
            for month, paths in self.by_month.items()
        }

    @cached_property
    def of_all(self) -> str:
        """The digest of the whole site."""
        return digest(self.of_ground, *self.of_month.values())


def digest_of_file(file: File) -> str:
    """What a file says, or why it says nothing, in few digits."""
    if file.content is None:
        return digest("nothing", file.issue, file.meant)
    return sha256(file.content).hexdigest()[:DIGITS]


def digest(*parts: str) -> str:
    """A digest of several texts, none of which can run into the next."""
    said = "".join(f"{len(part)} {part}\n" for part in parts)
    return sha256(said.encode("utf-8", "surrogateescape")).hexdigest()[:DIGITS]
