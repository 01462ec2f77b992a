"""What in a finished output belongs to somebody else, file by file."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from posixpath import normpath

from kpisite.audit.owning import Allowed, Company, amounts_in, ids_in
from kpisite.audit.reading import NotRead, said_in
from kpisite.audit.ruled import Ruled
from kpisite.pages.audience import Audience, audiences

#: What can be found, each a word of the catalogue.
KINDS = ("person", "name", "words", "amount", "rule", "outside", "unread", "nobodys")
_LINK = re.compile(r"""(?:href|src|action|data)\s*=\s*["']([^"'#?]*)""", re.IGNORECASE)
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """Something in a file that its reader should not have; `what` is it, or whose it is."""

    place: str
    kind: str
    what: str


def findings(company: Company, output: Path) -> Iterator[Finding]:
    """All that is wrong in the trees under a folder, tree by tree."""
    known = {one.folder: one for one in audiences(company.book, company.found.groups)}
    files = {
        path.relative_to(output).as_posix(): path
        for path in sorted(output.rglob("*"))
        if path.is_file() or path.is_symlink()
    }
    by_tree: dict[str, dict[str, Path]] = {}
    for place, path in files.items():
        folder = _tree_of(place, known)
        if folder is None:
            if not place.startswith("."):
                yield Finding(place=place, kind="nobodys", what="")
            continue
        by_tree.setdefault(folder, {})[place] = path
    for folder, of_tree in by_tree.items():
        yield from sorted(set(_in_tree(company, known[folder], of_tree)))


def has_forms(output: Path) -> bool:
    """Whether there is anything printed among what is to be read."""
    return any(output.rglob("*.pdf"))


def trees_in(company: Company, output: Path) -> int:
    """How many trees stand under a folder."""
    known = audiences(company.book, company.found.groups)
    return sum((output / one.folder).is_dir() for one in known)


def _tree_of(place: str, known: Mapping[str, Audience]) -> str | None:
    parts = place.split("/")
    return next((f for f in ("/".join(parts[:n]) for n in (1, 2)) if f in known), None)


def _in_tree(company: Company, audience: Audience, files: Mapping[str, Path]) -> Iterator[Finding]:
    allowed = company.allowed_to(audience)
    foreign = _Foreign(company, allowed)
    ruled = Ruled(company, audience)
    for place, path in files.items():
        inner = place.removeprefix(f"{audience.folder}/")
        if path.is_symlink():
            yield Finding(place=place, kind="outside", what="")
            continue
        try:
            text = said_in(place, path.read_bytes())
        except NotRead:
            yield Finding(place=place, kind="unread", what="")
            continue
        yield from foreign.found(place, f"{inner}\n{text}")
        for what in ruled.foreign(inner, text):
            yield Finding(place=place, kind="rule", what=what)
        if place.endswith(".html"):
            yield from _leading_out(place, inner, text)


class _Foreign:
    """What somebody must not meet, ready to be looked for in many files."""

    def __init__(self, company: Company, allowed: Allowed) -> None:
        self.company, self.allowed = company, allowed
        others = [id for id in company.names if id not in allowed.people]
        self.ids = set(others)
        self.names = [
            (id, name)
            for id in others
            if len(name := company.names[id]) > 1 and name not in allowed.texts
        ]
        own_words = "".join(allowed.texts.split())
        self.texts = [
            (id, text)
            for id, several in company.texts.items()
            if id not in allowed.people
            for text in sorted(several)
            if text not in own_words
        ]
        self.amounts: dict[str, str] = {}
        for id, amounts in () if allowed.all_amounts else company.amounts.items():
            self.amounts |= dict.fromkeys(amounts - allowed.amounts, id)

    def found(self, place: str, text: str) -> Iterator[Finding]:
        """What of it stands in a text."""
        for id in sorted(ids_in(text, self.ids)):
            yield Finding(place=place, kind="person", what=id)
        words = "".join(text.split())
        for id, name in self.names:
            if name in text or "".join(name.split()) in words:
                yield Finding(place=place, kind="name", what=f"{name} {id}")
        for id, said in self.texts:
            if said in words:
                yield Finding(place=place, kind="words", what=id)
        for amount in sorted(amounts_in(text) & set(self.amounts)):
            yield Finding(place=place, kind="amount", what=f"{amount} {self.amounts[amount]}")


def _leading_out(place: str, inner: str, text: str) -> Iterator[Finding]:
    """Links that leave the tree, for which it would no longer be complete in itself."""
    folder = inner.rpartition("/")[0]
    for href in _links(text):
        target = normpath(f"{folder}/{href}" if folder else href)
        if _SCHEME.match(href) or target.startswith(("..", "/")):
            yield Finding(place=place, kind="outside", what=href)


def _links(text: str) -> Sequence[str]:
    return [href for href in _LINK.findall(text) if href]
