"""The files that a run rests on, told apart by what they say.

A digest of all that a result may depend on is its key: same key, same result, whenever the files
were written.  What is not a record is the *ground*.  Of that the files of which there are many,
people's and months', mostly concern few: what asks for one of them is noted (`Shelf`), and the
*core* is the rest, in which any change makes everything new.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property

from kpisite.check.kinds import is_record, kind_of
from kpisite.core.address import month_of
from kpisite.core.digest import digest
from kpisite.read.file import File

#: The shelves of the ground of which it is noted who asks for what, by the kind of file on each.
SHELVES = {
    "employee": "staff",
    "pay": "pay",
    "month-pay": "month_pay",
    "month": "months",
    "closed": "closed",
    "amendments": "amendments",
}


def is_on_shelf(path: str) -> bool:
    """Whether the file at `path` stands on one of these shelves."""
    kind = kind_of(path)
    return kind is not None and kind.name in SHELVES


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
        return {path: file.digest for path, file in self.records.items()}

    @cached_property
    def all(self) -> Mapping[str, str]:
        """The digest of every file of the site."""
        return {file.path: file.digest for file in self.ground} | dict(self.of_file)

    @cached_property
    def of_ground(self) -> str:
        """The digest of the ground."""
        files = sorted(f"{file.path} {file.digest}" for file in self.ground)
        return digest(self.code, *files)

    @cached_property
    def of_core(self) -> str:
        """The digest of the ground without what stands on its shelves."""
        files = sorted(
            f"{one.path} {one.digest}" for one in self.ground if not is_on_shelf(one.path)
        )
        return digest(self.code, *files)

    @cached_property
    def by_month(self) -> Mapping[str, list[str]]:
        """The paths of the records by the folder they stand in, each in order."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for path in sorted(self.records):
            found[month_of(path)].append(path)
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
