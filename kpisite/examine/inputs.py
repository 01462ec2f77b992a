"""The files that a run rests on, told apart by what they say.

A digest of all that a result may depend on is its key: same key, same result, whenever the files
were written.  What is not a record is the *ground*.  Of that the files of which there are many,
people's and months', mostly concern few: what asks for one of them is noted (`Shelf`), and the
*core* is the rest, in which any change makes everything new.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property

from kpisite.check.kinds import kind_of
from kpisite.core.digest import digest
from kpisite.read.file import File
from kpisite.read.folder import ByPath, Files

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
        found = Files.of(files)
        self._folders = [one for one in found.folders if not one.has_records]
        self._of_month = {
            one.path.rpartition("/")[2]: one for one in found.folders if one.has_records
        }
        #: Every file by its path, those that are no records, and those that are.
        self.files = ByPath(found.folders)
        self.ground = ByPath(self._folders)
        self.records = ByPath(self._of_month.values())
        self.code = code

    @cached_property
    def all(self) -> Mapping[str, str]:
        """The digest of every file of the site."""
        return {path: file.digest for path, file in self.files.items()}

    def digests_in(self, month: str) -> Mapping[str, str]:
        """The digests of the files of a month's records; of no month, those of the ground."""
        files = self.files_in(month) if month else self.ground
        return {path: file.digest for path, file in files.items()}

    @cached_property
    def of_ground(self) -> str:
        """The digest of the ground."""
        return digest(self.code, *(f"{one.path} {one.digest}" for one in self._folders))

    @cached_property
    def of_core(self) -> str:
        """The digest of the ground without what stands on its shelves."""
        files = sorted(
            f"{one.path} {one.digest}" for one in self.ground.values() if not is_on_shelf(one.path)
        )
        return digest(self.code, *files)

    @property
    def months(self) -> Iterable[str]:
        """The months of which there are records, in order."""
        return self._of_month.keys()

    def files_in(self, month: str) -> Mapping[str, File]:
        """The records of a month by their paths, in order."""
        return self._of_month[month].by_path if month in self._of_month else {}

    @cached_property
    def of_month(self) -> Mapping[str, str]:
        """The digest of each month: of the ground and its records."""
        return {month: digest(self.of_ground, one.digest) for month, one in self._of_month.items()}

    @cached_property
    def of_all(self) -> str:
        """The digest of the whole site."""
        return digest(self.of_ground, *self.of_month.values())
