"""Which file is signed, and where the signed copy goes: never into what a build has made."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kpisite.core.month import Month
from kpisite.disk.files import is_file
from kpisite.disk.staging import MARKER
from kpisite.pages.audience import SIGNED_IN
from kpisite.paper.pdf import LARGEST_FILE, MIB
from kpisite.sign.form import Refused

#: Beside the output of a build: the signed copies of its forms, each at the path of its form.
SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Copy:
    """A file that somebody names, and where its signed copy is or will be; maybe the same file."""

    named: Path
    target: Path

    @property
    def source(self) -> Path:
        """What is signed next: the copy that others have signed, where there is one."""
        return self.target if os.path.lexists(self.target) else self.named

    def content(self) -> bytes:
        """What is signed next, where it goes back to the file that was named."""
        named = read_bounded(self.named)
        if self.source == self.named:
            return named
        content = read_bounded(self.source)
        if not content.startswith(named):
            raise Refused("sign-rebuilt", copy=self.target)
        return content


def copies(named: Sequence[Path], into: Path | None) -> Iterator[Copy]:
    """Each file with the place of its copy.

    What a build has made is signed as a copy in `signed/` beside the output, at the same path;
    any other file grows where it is.  With `into` the copies go there.
    """
    for path in named:
        output = _output_of(path)
        if output is None:
            yield Copy(path, path if into is None else into / path.name)
        else:
            below = _plain(path).relative_to(output)
            yield Copy(path, (into or output.parent / SIGNED) / below)


def _output_of(path: Path) -> Path | None:
    """The folder of a build that the file lies in."""
    above = _plain(path).parents
    return next((folder for folder in above if is_file(folder / MARKER)), None)


def _plain(path: Path) -> Path:
    """The whole path, without `..` in it; links stay what they are called."""
    return Path(os.path.normpath(path.absolute()))


def forms_of(output: Path, month: Month, departments: Sequence[str]) -> list[Path]:
    """The forms of a month in the trees of managers, of some departments or of all."""
    found = []
    tree = output / SIGNED_IN
    for place, _, names in os.walk(tree):
        parts = Path(place).relative_to(tree).parts
        if len(parts) >= 2 and parts[1] == str(month):
            if not departments or parts[0] in departments:
                found += [Path(place, name) for name in names if name.endswith(".pdf")]
    return sorted(found)


def read_bounded(path: Path) -> bytes:
    """The bytes of a file that is no larger than a form may be."""
    if not path.is_file():
        raise Refused("sign-no-file")
    if path.stat().st_size > LARGEST_FILE:
        raise Refused("sign-too-large", most=LARGEST_FILE // MIB)
    return path.read_bytes()
