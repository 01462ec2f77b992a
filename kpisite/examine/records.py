"""The records of a site, each read when somebody asks for it, and not kept for long."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, overload

from kpisite.check.assemble import filed_as
from kpisite.check.filed import Filed
from kpisite.check.kinds import RECORD_KIND, kind_of
from kpisite.core.month import Month
from kpisite.core.questions import Questions
from kpisite.examine.inputs import Inputs, is_on_shelf
from kpisite.language.record import Record
from kpisite.read.document import Document
from kpisite.read.file import File
from kpisite.read.site import read_again

K = TypeVar("K")
T = TypeVar("T")

#: Whether there is anything on a shelf at all, and everything on it: no file is called so.
ANY, ALL = "?", "*"
#: A question for a file by its path.
FILE = "file"
#: So many are kept at a time; what is asked for again later is read again.
MOST_KEPT = 400


class Texts(Mapping[str, Document]):
    """The documents of a site by path: those that were `read` already, and of others each as it is
    asked for."""

    def __init__(
        self, files: Mapping[str, File], read: Mapping[str, Document], questions: Questions
    ) -> None:
        """Who asks for a file that stands on a shelf is noted."""
        self._questions = questions
        self._files = files
        self._read = read
        self._kept: dict[str, Document | None] = {}

    def __getitem__(self, path: str) -> Document:
        if is_on_shelf(path):
            self._questions.note(f"{FILE} {path}")
        found = self._read.get(path) or self._of_file(path)
        if found is None:
            raise KeyError(path)
        return found

    def __iter__(self) -> Iterator[str]:
        yield from self._read
        yield from (path for path in self._files if self._of_file(path) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _of_file(self, path: str) -> Document | None:
        if path not in self._kept:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            file = self._files.get(path)
            self._kept[path] = None if file is None else read_again(file)
        return self._kept[path]


class Records:
    """The records of a site in which no error was found, as models."""

    def __init__(
        self,
        inputs: Inputs,
        texts: Mapping[str, Document],
        qualifier_of: Callable[[Record], str | None],
    ) -> None:
        self._inputs = inputs
        self._texts = texts
        self._qualifier_of = qualifier_of

    def at(self, path: str) -> Filed[Record]:
        """The record that stands at `path`."""
        filed, _ = filed_as(self._texts[path], RECORD_KIND)
        assert filed is not None, "checked"
        return filed

    def of_month(self, month: Month) -> Sequence[Filed[Record]]:
        """All records of a month, in the order of a book."""
        found = [self.at(path) for path in self._inputs.files_in(str(month))]
        return sorted(found, key=self._place)

    def _place(self, one: Filed[Record]) -> tuple[str, str, str]:
        return one.model.appraisee, self._qualifier_of(one.model) or "", one.path


class Shelf(Mapping[K, Filed[Any]]):
    """Files of the ground by what they are looked up by, each read when it is asked for, unless
    that was done before: `read` has those.  Each question is noted."""

    def __init__(
        self,
        name: str,
        paths: Mapping[K, str],
        texts: Mapping[str, Document],
        questions: Questions,
        read: Mapping[K, Filed[Any]] | None = None,
    ) -> None:
        self._name = name
        self.paths = paths
        self._texts = texts
        self._questions = questions
        self._read = dict(read or {})
        self._known: dict[object, tuple[str, Filed[Any] | None]] = {}
        """By key the question in words, and the file where there is one: of few, asked often."""

    def __getitem__(self, key: K) -> Filed[Any]:
        found = self.get(key)
        if found is None:
            raise KeyError(key)
        return found

    @overload
    def get(self, key: K, default: None = None, /) -> Filed[Any] | None: ...
    @overload
    def get(self, key: K, default: Filed[Any] | T, /) -> Filed[Any] | T: ...
    def get(self, key: K, default: object = None, /) -> object:
        """The file, or what stands in for one that is not there."""
        asked, found = self._known.get(key) or self._looked_up(key)
        self._questions.note(asked)
        return default if found is None else found

    def _looked_up(self, key: K) -> tuple[str, Filed[Any] | None]:
        found = self._read.get(key)
        if found is None and key in self.paths:
            found = self._of_file(self.paths[key])
        self._known[key] = self._question(key), found
        return self._known[key]

    def __contains__(self, key: object) -> bool:
        self._questions.note(self._question(key))
        return key in self.paths

    def _question(self, key: object) -> str:
        return f"{self._name} {key}"

    def _of_file(self, path: str) -> Filed[Any]:
        kind = kind_of(path)
        assert kind is not None, "kept"
        filed, _ = filed_as(self._texts[path], kind)
        assert filed is not None, "kept"
        return filed

    def __bool__(self) -> bool:
        self._questions.note(f"{self._name} {ANY}")
        return bool(self.paths)

    def __iter__(self) -> Iterator[K]:
        self._questions.note(f"{self._name} {ALL}")
        return iter(self.paths)

    def __len__(self) -> int:
        self._questions.note(f"{self._name} {ALL}")
        return len(self.paths)
