"""The ground of an examination, and the files of the site as they are asked for."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from kpisite.check.assemble import check_ground, shelved
from kpisite.check.ground import Ground
from kpisite.check.located import Located, located
from kpisite.core.issue import Issue
from kpisite.core.month import Month
from kpisite.examine.acceptance import waivers
from kpisite.examine.kept import GROUND, KeptGround
from kpisite.examine.records import Records, Shelf, Texts
from kpisite.examine.run import Run
from kpisite.read.document import Documents
from kpisite.read.site import read_site
from kpisite.words import has_errors

#: The shelves of a ground whose files are many, or large, and mostly nobody's concern.
LARGE_SHELVES = ("staff", "pay", "closed", "amendments")


class Base:
    """What everything else is found on."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @cached_property
    def _found(self) -> tuple[Ground, KeptGround]:
        files, key = self._run.inputs.ground, self._run.inputs.of_ground
        kept = self._run.kept.get("ground", key, GROUND)
        if kept is not None:
            return self._found_again(kept), kept
        documents, issues = read_site(files)
        unread = frozenset(
            file.path
            for file in files
            if documents.get(file.path) is None and file.issue != "stray-file"
        )
        ground, more = check_ground(documents, unread)
        found = KeptGround(
            issues=tuple(located(one, documents.get) for one in (*issues, *more)),
            waivers=tuple(one for document in documents for one in waivers(document)),
            unread=tuple(sorted(ground.unread)),
            shelves={
                shelf: {str(key): filed.path for key, filed in getattr(ground, shelf).items()}
                for shelf in LARGE_SHELVES
            },
        )
        if not has_errors(found.issues):
            self._run.kept.put("ground", key, GROUND, found)
        return ground, found

    def _found_again(self, kept: KeptGround) -> Ground:
        """The ground as it was when no error was found in it, with large shelves read at need."""
        large = {path for shelf in kept.shelves.values() for path in shelf.values()}
        files = {file.path: file for file in self._run.inputs.ground}
        documents, _ = read_site(file for path, file in files.items() if path not in large)
        texts = Texts(files, {one.path: one for one in documents})
        shelves = kept.shelves
        months = {
            shelf: Shelf({Month.parse(key): one for key, one in shelves[shelf].items()}, texts)
            for shelf in ("closed", "amendments")
        }
        ground, _ = shelved(documents, frozenset(kept.unread))
        return replace(
            ground,
            documents=Documents(texts),
            staff=Shelf(shelves["staff"], texts),
            pay=Shelf(shelves["pay"], texts),
            closed=months["closed"],
            amendments=months["amendments"],
        )

    @property
    def own(self) -> Ground:
        """The ground, whose documents are its own."""
        return self._found[0]

    @property
    def kept_ground(self) -> KeptGround:
        """What is wrong in the ground."""
        return self._found[1]

    @cached_property
    def is_sound(self) -> bool:
        """Whether there is no error in the ground."""
        return not has_errors(self.kept_ground.issues)

    @cached_property
    def ground(self) -> Ground:
        """The ground, among whose documents all of the site can be found."""
        return replace(self.own, documents=Documents(self.texts))

    @cached_property
    def texts(self) -> Texts:
        """All files of the site, which are read when they are asked for."""
        files = {file.path: file for file in self._run.inputs.ground} | self._run.inputs.records
        return Texts(files, self.own.documents.by_path)

    @cached_property
    def records(self) -> Records:
        """The records, likewise."""
        return Records(self._run.inputs, self.texts)

    def located(self, issues: Iterable[Issue]) -> tuple[Located, ...]:
        """The issues with their places found."""
        return tuple(located(one, self.texts.get) for one in issues)
