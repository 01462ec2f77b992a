"""The ground of an examination, and the files of the site as they are asked for."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

from kpisite.check.assemble import check_ground, shelved
from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.located import Located, located
from kpisite.check.roster import Recorded
from kpisite.core.digest import digest
from kpisite.core.issue import Issue
from kpisite.core.month import Month
from kpisite.core.questions import Questions
from kpisite.examine.acceptance import waivers
from kpisite.examine.inputs import SHELVES, is_on_shelf
from kpisite.examine.kept import GROUND, KeptGround
from kpisite.examine.records import ALL, ANY, FILE, Records, Shelf, Texts
from kpisite.examine.run import Run
from kpisite.examine.whole import Faulty
from kpisite.read.document import Document, Documents
from kpisite.read.site import read_site
from kpisite.words import has_errors


class Base:
    """What everything else is found on."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.questions = Questions()

    @cached_property
    def _found(self) -> tuple[Ground, KeptGround]:
        files, key = self._run.inputs.ground.values(), self._run.inputs.of_ground
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
        read = {name: getattr(ground, name) for name in SHELVES.values()}
        many = {filed.path for shelf in read.values() for filed in shelf.values()}
        found = KeptGround(
            issues=tuple(located(one, documents.get) for one in (*issues, *more)),
            waivers=tuple(one for document in documents for one in waivers(document)),
            unread=tuple(sorted(ground.unread)),
            shelves={
                name: {str(key): filed.path for key, filed in shelf.items()}
                for name, shelf in read.items()
            },
            few=tuple(one.path for one in files if one.path not in many),
            core=self._run.inputs.of_core,
        )
        if not has_errors(found.issues):
            self._run.kept.put("ground", key, GROUND, found)
        texts = self._texts(
            {one.path: one for one in documents if not is_on_shelf(one.path)}  # there are many
        )
        return self._shelved(ground, found, texts, read), found

    def _found_again(self, kept: KeptGround) -> Ground:
        """The ground as it was when no error was found in it, with large shelves read at need."""
        files = self._run.inputs.ground
        documents, _ = read_site(files[path] for path in kept.few)
        ground, _ = shelved(documents, frozenset(kept.unread))
        texts = self._texts({one.path: one for one in documents})
        return self._shelved(ground, kept, texts, {})

    def _texts(self, read: Mapping[str, Document]) -> Texts:
        return Texts(self._run.inputs.ground, read, self.questions)

    def _shelved(
        self,
        ground: Ground,
        kept: KeptGround,
        texts: Texts,
        read: Mapping[str, Mapping[Any, Filed[Any]]],
    ) -> Ground:
        """The ground with its shelves, on which it is noted who asks for what."""
        shelves: dict[str, Any] = {}
        for name, paths in kept.shelves.items():
            by_month = name not in ("staff", "pay")
            shelves[name] = Shelf(
                name,
                {Month.parse(key) if by_month else key: path for key, path in paths.items()},
                texts,
                self.questions,
                read.get(name),
            )
        return replace(ground, documents=Documents(texts), **shelves)

    @cached_property
    def of_core(self) -> str:
        """A digest of what everything rests on: where an error stands in the ground, all of it."""
        return self.kept_ground.core if self.is_sound else self._run.inputs.of_ground

    def answer(self, question: str) -> str:
        """What is answered to a question that was noted: a digest of the files that it is about;
        nothing to one that another version of the program noted, and this one does not know."""
        name, _, what = question.partition(" ")
        files = self._run.inputs.ground
        if name == FILE:
            return files[what].digest if what in files else ""
        if name not in self.kept_ground.shelves:
            return ""
        paths = self.kept_ground.shelves[name]
        if what == ANY:
            return str(bool(paths))
        if what == ALL:
            return digest(
                *(f"{key} {path} {files[path].digest}" for key, path in sorted(paths.items()))
            )
        return f"{paths[what]} {files[paths[what]].digest}" if what in paths else ""

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
    def _faulty(self) -> Faulty:
        return Faulty.of(self.kept_ground.issues)

    def can_score(self, one: Recorded | None) -> bool:
        """Whether no error of the ground bears on a record that is sound in itself."""
        return one is not None and not self._faulty.bears_on(self.own, one)

    @cached_property
    def ground(self) -> Ground:
        """The ground, among whose documents all of the site can be found."""
        return replace(self.own, documents=Documents(self.texts))

    @cached_property
    def texts(self) -> Texts:
        """All files of the site, which are read when they are asked for."""
        return Texts(self._run.inputs.files, self.own.documents.by_path, self.questions)

    @cached_property
    def records(self) -> Records:
        """The records, likewise."""
        return Records(self._run.inputs, self.texts, self.ground.qualifier_of)

    def located(self, issues: Iterable[Issue]) -> tuple[Located, ...]:
        """The issues with their places found."""
        return tuple(located(one, self.texts.get) for one in issues)
