"""The checks of a file alone: what stands in it twice, and what is too long to print.

There is one rule for every list of every kind of file.  Each model says by which of its fields the
entries of a list are told apart (`told_apart`), and whether its id names it throughout the file
(`named_in_file`) or within its list.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from kpisite.check.filed import Filed
from kpisite.core.issue import Fact, Issue, Keys, Source
from kpisite.core.markup import MOST_LINES, lines_on_paper
from kpisite.language.base import WHOLE, Model, models_in
from kpisite.language.policy import Policy
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme
from kpisite.language.staff import Pay
from kpisite.read.document import Document


def entries_that_stand_twice(filed: Filed[Any], _: Document) -> Iterator[Issue]:
    """Two entries of one id, ids that differ by case alone, or one entry written out twice.

    It would count twice, or the second would stand for nothing.
    """
    seen: dict[tuple[object, ...], tuple[Source, str]] = {}
    for keys, entry in _entries(filed.model, ()):
        by = entry.told_apart
        said = repr(entry) if by == WHOLE else str(getattr(entry, by[0]))
        named = said.lower() if by == ("id",) else said
        others = () if by == WHOLE else tuple(str(getattr(entry, field)) for field in by[1:])
        name = (() if entry.named_in_file else keys[:-1], by, named, others)
        at = filed.at(*keys, by[0].rstrip("_")) if len(by) == 1 and by != WHOLE else filed.at(*keys)
        if name not in seen:
            seen[name] = at, said
            continue
        other, first = seen[name]
        facts: dict[str, Fact] = {"id": said, "other": first}
        if len(by) > 1 or by == WHOLE:
            yield Issue(code="entry-twice", at=at, also=(other,))
        else:
            code = "duplicate-id" if said == first else "id-case"
            yield Issue(code=code, at=at, facts=facts, also=(other,))


def _entries(model: Model, keys: Keys) -> Iterator[tuple[Keys, Model]]:
    """Every entry of a list anywhere in the model that something tells from the others."""
    for field, key in _fields(type(model)):
        value = getattr(model, field)
        if isinstance(value, tuple):
            for index, entry in enumerate(value):
                if isinstance(entry, Model):
                    if entry.told_apart == WHOLE or getattr(entry, entry.told_apart[0], None):
                        yield (*keys, key, index), entry
                    yield from _entries(entry, (*keys, key, index))
        elif isinstance(value, Mapping):
            for name, entry in value.items():
                if isinstance(entry, Model):
                    yield from _entries(entry, (*keys, key, name))
        elif isinstance(value, Model):
            yield from _entries(value, (*keys, key))


@cache
def _fields(model: type[Model]) -> tuple[tuple[str, str], ...]:
    """The fields of a model that may hold entries, and the keys that they are written under."""
    return tuple(
        (name, field.alias or name)
        for name, field in model.model_fields.items()
        if next(models_in(field.annotation), None) is not None
    )


#: The kinds of files that go onto one person's form.
ON_PAPER: tuple[type[Model], ...] = (Record, Scheme, Policy, Pay)


def too_long_for_paper(filed: Filed[Any], document: Document) -> Iterator[Issue]:
    """What goes onto one person's form from the file, and is more than can be printed in time."""
    if not isinstance(filed.model, ON_PAPER) or len(document.text) <= MOST_LINES:
        return
    lines = {key: lines_on_paper({key: value}) for key, value in document.data.items()}
    if sum(lines.values()) > MOST_LINES:
        longest = max(lines, key=lambda key: lines[key])
        facts: dict[str, Fact] = {
            "found": sum(lines.values()),
            "most": MOST_LINES,
            "key": longest,
            "of": lines[longest],
        }
        yield Issue(code="too-much-to-print", at=filed.at(longest), facts=facts)
