"""Where the figures of a scorecard stand in the files, for those who may know it.

A row may be that of many records, which have the same marks; the lines in the files are each
record's own.
"""

from collections.abc import Iterator, Sequence

from kpisite.check.kinds import kind_of
from kpisite.core.issue import Keys
from kpisite.core.text import Language
from kpisite.core.working import Working
from kpisite.outcomes.results import Result
from kpisite.pages.form_rows import FormRows
from kpisite.pages.pay_rows import shown_lines
from kpisite.pages.row import Row
from kpisite.read.document import Documents
from kpisite.words import page_words

Stands = tuple[tuple[str, tuple[str, ...]], ...]
"""What a row is called, and the lines that its number rests on."""

#: Files with entries of several people: a line would tell how many others stand there.
SHARED = ("month-pay", "amendments")


def stands_of(
    rows: Sequence[Row], pay: Sequence[Row], of: FormRows, documents: Documents
) -> Stands:
    """Of each row of a form, and of the pay as far as it is shown, where its number stands."""
    result, language = of.unfolding.result, of.unfolding.language
    lines = [*zip(rows, of.unfolding_on(result.card.total), strict=True)]
    if pay and result.wage is not None:
        workings = [(line, line.parts) for line in shown_lines(result.wage.parts)]
        lines += zip(pay, workings, strict=True)
    found = (
        (row.label, tuple(_places(working, leaves, result, documents, language)))
        for row, (working, leaves) in lines
        if row.work is not None
    )
    return tuple((label, places) for label, places in found if places)


def _places(
    working: Working,
    leaves: Sequence[Working],
    result: Result,
    documents: Documents,
    language: Language,
) -> Iterator[str]:
    """The lines of the files, each once, that a number rests on."""
    path, words = result.card.record.path, page_words(language)
    sources = [at for leaf in leaves for one in leaf.walk() for at in one.sources]
    entries: dict[str, set[Keys]] = {}
    for at in sources or working.sources:
        entries.setdefault(at.path or path, set()).add(at.keys)
    for file, keys in entries.items():
        kind = None if file == path else kind_of(file)
        if kind is not None and kind.name in SHARED:
            yield file
        else:
            listed = words["list-comma"].join(map(str, documents.lines(file, keys)))
            yield words["line-of"].format(path=file, line=listed)
