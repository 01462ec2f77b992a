"""What a command answered, to be answered again where nothing that it rests on is another.

Kept are the words themselves: to give them again nothing has to be read, and little imported.
"""

import json
import os
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import fields
from pathlib import Path
from typing import Literal

from kpisite.core.digest import digest
from kpisite.core.immutable import immutable
from kpisite.disk.cache import RUNS, Store
from kpisite.disk.files import stamps
from kpisite.disk.staging import asides
from kpisite.look import SharedLook

#: What the names of answers in the store begin with, and how many are kept.
ANSWER, MOST_KEPT = "answer ", 20
#: Stands in an answer for the seconds that it takes.
SECONDS = "\0seconds\0"

Where = Literal["out", "err", "bytes"]
"""Standard output, standard error, or standard output in UTF-8 on any terminal."""
Piece = tuple[Where, str]
"""Where something was said, and what."""


@immutable
class Output:
    """The folder that an answer speaks of: what its folders were like (`stamps`), the archive of
    signed forms, which was not there, and a digest of what git said."""

    place: str
    folders: Mapping[str, Sequence[int]]
    archive: str
    history: str

    def is_as_it_was(self, root: Path) -> bool:
        """Whether nobody was at it since."""
        place = Path(self.place)
        found = {folder: list(one) for folder, one in stamps(place, self.folders).items()}
        return (
            found == {folder: list(one) for folder, one in self.folders.items()}
            and not os.path.lexists(self.archive)
            and not asides(place)
            and self.history == digest_of_history(root)
        )


@immutable
class Answer:
    """What a command says, piece by piece, and the status that it ends with."""

    said: Sequence[Piece]
    status: int


class Answers:
    """What a command answered in the site at `root`, which is looked at; `asked` are its words, and
    what else besides the site its answer depends on."""

    def __init__(self, root: Path, asked: Sequence[str]) -> None:
        self._root = root
        self._name = ANSWER + digest(*asked)
        with closing(Store(root, RUNS)) as store:
            self._kept = store.get(self._name)
        before: Mapping[str, str] = {}
        with suppress(ValueError, LookupError, TypeError):
            before = dict(json.loads(self._kept or b"{}")["folders"])
        self.look = SharedLook(root, before)

    @property
    def _key(self) -> str:
        return digest(self.look.code, self.look.digest)

    def found(self) -> Answer | None:
        """The answer where it is the same as last time."""
        if self.look.is_other:
            return None
        with suppress(ValueError, LookupError, TypeError):
            read = json.loads(self._kept or b"{}")
            output = Output(**read["output"]) if read["output"] else None
            if read["key"] == self._key and (output is None or output.is_as_it_was(self._root)):
                said = tuple((where, str(what)) for where, what in read["said"])
                return Answer(said=said, status=int(read["status"]))
        return None

    def keep(self, answer: Answer, output: Output | None = None) -> None:
        """Keeps what would be said next time."""
        there = output and {one.name: getattr(output, one.name) for one in fields(output)}
        read = {
            "said": answer.said,
            "status": answer.status,
            "key": self._key,
            "folders": dict(self.look.digests),
            "output": there,
        }
        with closing(Store(self._root, RUNS)) as store:
            store.make_room(ANSWER, MOST_KEPT)
            store.put(self._name, json.dumps(read).encode())


def digest_of_history(root: Path) -> str:
    """A digest of what git knows of the site's files."""
    from kpisite.history.commits import history_of

    return history_of(root).digest
