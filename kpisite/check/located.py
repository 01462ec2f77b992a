"""An issue with its places found: what a report shows of it, without the files it came from.

An issue names entries, and lines are found from these when somebody asks.  Where it is kept until
the next run, nobody reads the file again to ask; so all that a report shows is taken out of it at
once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field
from decimal import Decimal
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator

from kpisite.core.immutable import immutable
from kpisite.core.issue import Fact, Issue, Place, Source
from kpisite.core.month import Month
from kpisite.core.text import Text
from kpisite.language.serial import Serial
from kpisite.read.document import Document
from kpisite.read.fixes import DocumentAt, fix_of


def _text_kept(one: Text) -> list[Any]:
    return [one.zh, one.en, one.others, one.ours]


def _text_made(kept: list[Any]) -> Text:
    zh, en, others, ours = kept
    return Text(zh, en, tuple(map(tuple, others)), tuple(map(tuple, ours)))


#: By the mark of a kind of fact: its type, how it is kept, and how it is made again.
_FACTS: Mapping[str, tuple[type[Fact], Callable[[Any], Any], Callable[[Any], Fact]]] = {
    "text": (str, str, str),
    "count": (int, int, int),
    "number": (Decimal, str, Decimal),
    "month": (Month, lambda one: [one.year, one.number], lambda kept: Month(*kept)),
    "words": (Text, _text_kept, _text_made),
    "list": (tuple, list, tuple),
}


def _kept(facts: Mapping[str, Fact]) -> dict[str, tuple[str, Any]]:
    marks = {kind: mark for mark, (kind, _, _) in _FACTS.items()}
    named = ((name, fact, marks[type(fact)]) for name, fact in facts.items())
    return {name: (mark, _FACTS[mark][1](fact)) for name, fact, mark in named}


def _made(kept: Mapping[str, tuple[str, Any]]) -> dict[str, Fact]:
    return {name: _FACTS[mark][2](value) for name, (mark, value) in kept.items()}


Facts = Annotated[Mapping[str, Fact], PlainSerializer(_kept), PlainValidator(_made)]


@immutable
class Located:
    """One thing to mend, and the line and columns where: all that is reported of an `Issue`."""

    code: str
    at: Place
    facts: Facts = field(default_factory=dict)
    also: tuple[Place, ...] = ()
    line: str = ""
    """The line of the file that it points at, if that could be read."""
    fix: tuple[Place, str] | None = None
    """What a machine writes in which place, where the remedy is that plain."""
    write: str | None = None
    """What the words of the remedy say is to be written."""
    names: tuple[str, ...] = ()
    """What its entry is called, and those around it: their keys and ids."""


#: How issues are kept from one run to the next.
LOCATED = Serial(Located)


def located(issue: Issue, document_at: DocumentAt) -> Located:
    """The issue with its places found in the documents that `document_at` gives by path."""
    document = document_at(issue.at.path)
    at = _place(issue.at, document)
    return Located(
        code=issue.code,
        at=at,
        facts=issue.facts,
        also=tuple(_place(other, document_at(other.path)) for other in issue.also),
        line="" if document is None else document.line_at(at.line),
        fix=fix_of(issue, document_at),
        write=None if issue.fix is None else issue.fix.text,
        names=tuple(_names(issue, document)),
    )


def all_located(issues: Iterable[Issue], document_at: DocumentAt) -> list[Located]:
    """Each of the issues with its places found."""
    return [located(issue, document_at) for issue in issues]


def _place(at: Source | Place, document: Document | None) -> Place:
    if isinstance(at, Place):
        return at
    return Place(at.path) if document is None else document.place(at.keys)


def _names(issue: Issue, document: Document | None) -> Iterator[str]:
    keys = issue.at.keys if isinstance(issue.at, Source) else ()
    for depth, key in enumerate(keys, 1):
        around = None if document is None else document.value(keys[:depth])
        id = around.get("id") if isinstance(around, Mapping) else None
        yield from (one for one in (key, id) if isinstance(one, str))
