"""The state of a site with what is typed and not saved yet, and what a place in a file is."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from kpisite.check.assemble import alone
from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.kinds import RECORD_KIND
from kpisite.core.address import is_record
from kpisite.core.issue import Keys
from kpisite.core.text import Language
from kpisite.disk.cache import EDITOR, Store
from kpisite.examine.kept import Kept
from kpisite.examine.load import Loaded
from kpisite.history.authors import leaves
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme
from kpisite.outcomes.results import Result
from kpisite.read.document import Document
from kpisite.read.file import File
from kpisite.read.site import read_file
from kpisite.site import Site
from kpisite.words import has_errors


class Buffers:
    """A site, and the texts that an editor holds of its files."""

    def __init__(self, root: Path) -> None:
        self.site = Site(root)
        self._texts: Mapping[str, str] = {}
        self._kept = Kept(Store(root, EDITOR))
        self._loaded: tuple[int, Loaded] | None = None
        self.version = 0
        """Another with each change, so that what was found of an earlier state is known for it."""

    def hold(self, path: str, text: str | None) -> None:
        """Takes what is typed in the file at a path, or, with None, what is saved there again."""
        others = {one: said for one, said in self._texts.items() if one != path}
        # A new table each time: a check that goes on beside has the one it began with.
        self._texts = others if text is None else {**others, path: text}
        self.version += 1

    def forget(self) -> None:
        """Looks at the files anew when it is asked next."""
        self.version += 1

    @property
    def loaded(self) -> Loaded:
        """The site with what is typed in it, by the version that it is asked of; one thread alone
        may ask, for the store is that thread's."""
        version, texts = self.version, self._texts
        if self._loaded is None or self._loaded[0] != version:
            typed = {path: text.encode("utf-8", "replace") for path, text in texts.items()}
            self._loaded = version, self.site.check_with(typed, self._kept)
        return self._loaded[1]

    @property
    def ground(self) -> Ground:
        """Everything in it but the records."""
        return self.loaded.ground

    @property
    def language(self) -> Language:
        """That of the site."""
        return self.ground.site.model.language

    def text(self, path: str) -> str:
        """A file as it is typed or saved; nothing where it is not there."""
        if path not in self._texts:
            try:
                content = self.site.content(path)
            except OSError:
                content = None
            return "" if content is None else content.decode("utf-8", "replace")
        return self._texts[path]

    def at(self, path: str) -> "Buffer":
        """A file of the site."""
        return Buffer(self, path)


class Buffer:
    """A file as it is typed."""

    def __init__(self, of: Buffers, path: str, text: str | None = None) -> None:
        self.of = of
        self.path = path
        self.text = (of.text(path) if text is None else text).replace("\r\n", "\n")

    def without(self, line: int) -> "Buffer":
        """The same but for a line that is being typed and cannot be read yet."""
        lines = [*self.lines[: line - 1], "", *self.lines[line:]]
        return Buffer(self.of, self.path, "\n".join(lines))

    @cached_property
    def lines(self) -> list[str]:
        """Its lines."""
        return self.text.split("\n")

    @cached_property
    def document(self) -> Document | None:
        """What of it can be read."""
        return read_file(File(self.path, self.text.encode("utf-8", "replace")))[0]

    def keys_at(self, line: int, column: int) -> Keys:
        """The entry at a line and column from one: the last on the line that begins before it."""
        document, found = self.document, list[tuple[int, int, Keys]]()
        if document is None:
            return ()
        for keys in _entries(document.data):
            place = document.place(keys)
            if place.line == line and place.column <= column:
                found.append((place.column, len(keys), keys))
        return max(found, key=lambda one: one[:2], default=(0, 0, ()))[2]

    @cached_property
    def record(self) -> Filed[Record] | None:
        """The record that it is, as far as it can be read."""
        if self.document is None or not is_record(self.path):
            return None
        return alone(self.document, RECORD_KIND)[0]

    @cached_property
    def scheme(self) -> Filed[Scheme] | None:
        """The form that its record fills in."""
        return None if self.record is None else self.of.ground.scheme_of(self.record.model)

    @cached_property
    def result(self) -> Result | None:
        """What its record comes to; nothing while there are errors in the site."""
        if self.record is None or has_errors(self.of.loaded.issues):
            return None
        whose = self.of.loaded.examination.of_person(self.record.model.appraisee)
        return whose.results.get(self.path)


def _entries(data: Mapping[str, object]) -> set[Keys]:
    """Every entry, tables and lists included."""
    return {keys[:depth] for keys, _ in leaves(data) for depth in range(1, len(keys) + 1)}
