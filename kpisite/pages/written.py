"""Who wrote the figures of a form's rows, when, and what stood there before, as git knows it."""

from collections.abc import Iterator, Sequence

from kpisite.core.issue import Source
from kpisite.core.text import Language
from kpisite.history.authors import Authors, Wrote
from kpisite.pages.row import Leaf, Row
from kpisite.read.document import Documents
from kpisite.words import page_words

Written = tuple[tuple[str, ...], ...]
"""For each row of a form, the lines that say it; nothing where nothing is known of any."""


def written_of(
    rows: Sequence[Row], record: str, documents: Documents, authors: Authors, language: Language
) -> Written:
    """The lines of each row of the form that the record at the path `record` fills in."""
    found = tuple(
        tuple(_lines(row.work.leaves if row.work else (), record, documents, authors, language))
        for row in rows
    )
    return found if any(found) else ()


def _lines(
    leaves: Sequence[Leaf],
    record: str,
    documents: Documents,
    authors: Authors,
    language: Language,
) -> Iterator[str]:
    """A line for each figure, or one for all where the same commit wrote them and nothing was there
    before."""
    reported = []
    for leaf in leaves:
        if leaf.source is None:
            continue
        source = Source(leaf.source.path or record, leaf.source.keys)
        found = wrote_at(source, documents, authors)
        if found is not None:
            reported.append((leaf, found))
    alike = {found for _, found in reported}
    if len(reported) == len([leaf for leaf in leaves if leaf.source]) and len(alike) == 1:
        (found,) = alike
        if found[1] is None:
            yield said_of(*found, language)
            return
    words = page_words(language)
    for leaf, found in reported:
        figure = " ".join(one for one in (leaf.label, leaf.value) if one)
        yield words["written-figure"].format(figure=figure, said=said_of(*found, language))


def wrote_at(
    source: Source, documents: Documents, authors: Authors
) -> tuple[Wrote, str | None] | None:
    """Who wrote an entry last, and what it was before; None where that is not known."""
    document = documents.get(source.path)
    if document is None or source.path not in authors.stories:
        return None
    return authors.at(source.path, source.keys, document.value(source.keys))


def said_of(wrote: Wrote, was: str | None, language: Language) -> str:
    """`周敏 2026-11-04，原为 5`."""
    words = page_words(language)
    who = f"{wrote.author} {wrote.day}".strip() if wrote.commit else words["written-uncommitted"]
    return who if was is None else words["written-was"].format(who=who, was=was)
