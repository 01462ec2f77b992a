"""What a scheme or policy writes once and names where it is used.

    [define.four-levels]
    method = "levels"
    levels = [ … ]

    [[part.indicator]]
    like = "four-levels"
    id   = "tidy"

An entry that says `like` has all keys of what it names, and its own in the place of those that it
states itself.  What is named may be `like` another.  The data of the document is then as though
everything had been written out; `Likeness.origin` says where each of its entries stands.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kpisite.core.immutable import immutable
from kpisite.core.issue import Fact, Issue, Keys, Outcome, nearest
from kpisite.read.document import Document

DEFINE, LIKE = "define", "like"
#: The folders of the files in which something may be defined.
FOLDERS = ("records/schemes/", "records/policies/")


@immutable(kw_only=False)
class Likeness:
    """The data of a file as it is written, in which entries name others."""

    written: Mapping[str, Any]

    def origin(self, keys: Keys) -> Keys:
        """Where in the file the entry stands that is at `keys` of the data written out."""
        node: Any = self.written
        found: Keys = ()
        for key in keys:
            while isinstance(node, Mapping) and key not in node and node.get(LIKE) is not None:
                found = (DEFINE, node[LIKE])
                node = self.written[DEFINE][node[LIKE]]
            found = (*found, key)
            try:
                node = node[key]
            except (KeyError, IndexError, TypeError):
                node = None
        return found


def written_out(document: Document) -> Outcome[Document]:
    """The document with what it names in the place of the names, and what is wrong in these."""
    if not document.path.startswith(FOLDERS):
        return document, []
    if DEFINE not in document.data and LIKE not in document.text:
        return document, []
    writing = _Writing(document)
    data = {
        key: writing.out(value, (key,)) for key, value in document.data.items() if key != DEFINE
    }
    writing.idle()
    likeness = Likeness(writing.sound)
    return replace(document, data=data, origin=likeness.origin), writing.issues


class _Writing:
    """One document being written out."""

    def __init__(self, document: Document) -> None:
        self._document = document
        defined = document.data.get(DEFINE, {})
        self.defined: dict[str, Any] = dict(defined) if isinstance(defined, Mapping) else {}
        self.used: set[str] = set()
        self.issues: list[Issue] = []
        for id, entry in self.defined.items():
            if not isinstance(entry, Mapping):
                self._tell("define-no-table", (DEFINE, id), id=id)
        if not isinstance(defined, Mapping):
            self._tell("define-no-table", (DEFINE,), id=DEFINE)

    @property
    def sound(self) -> Mapping[str, Any]:
        """The data as it is written, without names that mean nothing."""
        return {
            key: _without(value, self.defined) if key != DEFINE else self.defined
            for key, value in self._document.data.items()
        }

    def out(self, node: Any, keys: Keys, chain: Sequence[str] = ()) -> Any:
        """What stands at `keys`, written out; `chain` are the names by which one came here."""
        if isinstance(node, list):
            return [self.out(one, (*keys, index), chain) for index, one in enumerate(node)]
        if not isinstance(node, Mapping):
            return node
        own = {
            key: self.out(value, (*keys, key), chain) for key, value in node.items() if key != LIKE
        }
        if LIKE not in node:
            return own
        return {**self._named(node[LIKE], (*keys, LIKE), chain), **own}

    def _named(self, id: Any, at: Keys, chain: Sequence[str]) -> Mapping[str, Any]:
        known = [one for one, entry in self.defined.items() if isinstance(entry, Mapping)]
        if not isinstance(id, str) or id not in known:
            if not isinstance(id, str) or id not in self.defined:
                named = str(id)
                self._tell(
                    "unknown-define", at, id=named, meant=nearest(named, known), known=tuple(known)
                )
            return {}
        self.used.add(id)
        if id in chain:
            self._tell("define-circle", at, chain=" → ".join((*chain, id)))
            return {}
        found = self.out(self.defined[id], (DEFINE, id), (*chain, id))
        assert isinstance(found, Mapping)
        return found

    def idle(self) -> None:
        """Reports what is defined and never named."""
        for id, entry in self.defined.items():
            if id not in self.used and isinstance(entry, Mapping):
                self._tell("define-idle", (DEFINE, id), id=id)

    def _tell(self, code: str, keys: Keys, **facts: Fact) -> None:
        at = self._document.place(keys)
        if not any(one.code == code and one.at == at for one in self.issues):
            self.issues.append(Issue(code=code, at=at, facts=facts))


def _without(node: Any, defined: Mapping[str, Any]) -> Any:
    if isinstance(node, list):
        return [_without(one, defined) for one in node]
    if not isinstance(node, Mapping):
        return node
    return dict(_kept(node, defined))


def _kept(node: Mapping[str, Any], defined: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in node.items():
        is_named = isinstance(value, str) and isinstance(defined.get(value), Mapping)
        if key != LIKE or is_named:
            yield key, _without(value, defined)
