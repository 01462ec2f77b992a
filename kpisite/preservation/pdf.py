"""A PDF as the archive reads it: whose form it says it is, who has signed, is it archival."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kpisite.archive.copy import SignedLine
from kpisite.archive.folder import ArchiveRefuses
from kpisite.paper.pdf import (
    FACTS,
    Unreadable,
    attachment,
    facts_in,
    fields_of,
    has_too_large_picture,
    opened,
    unpacked,
)

MOST_PAGES = 500
#: The texts that a form must say of itself.
_NEEDED = ("site", "appraisee", "month", "part", "copy", "fingerprint", "version", "revision")
#: The mark of PDF/A in the metadata, as element or attribute.
_ARCHIVAL = re.compile(rb"pdfaid:part(?:>|=[\"'])\s*[1-4]")


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfFacts:
    """What a PDF says of itself; `said` is empty where it is none of ours."""

    pages: int
    title: str
    is_archival: bool
    said: Mapping[str, str]
    lines: tuple[SignedLine, ...]

    @property
    def is_signed(self) -> bool:
        """Whether anybody has signed."""
        return any(one.is_signed for one in self.lines)


def read_pdf(content: bytes) -> PdfFacts:
    """The facts of a file; refused where it is no PDF, cut short, encrypted or a bomb."""
    try:
        with opened(content) as pdf:
            facts = _facts(pdf)
    except Unreadable as reason:
        raise ArchiveRefuses(f"archive-{reason.code}") from None
    if not 0 < facts.pages <= MOST_PAGES:
        raise ArchiveRefuses("archive-pages", pages=facts.pages, most=MOST_PAGES)
    return facts


def _facts(pdf: Any) -> PdfFacts:
    metadata = pdf.Root.get("/Metadata")
    if has_too_large_picture(pdf):
        raise Unreadable("bomb")
    return PdfFacts(
        pages=len(pdf.pages),
        title=str(pdf.docinfo.get("/Title", "")) if "/Info" in pdf.trailer else "",
        is_archival=metadata is not None and bool(_ARCHIVAL.search(unpacked(metadata))),
        said=_said(pdf),
        lines=tuple(_lines(pdf)),
    )


def _said(pdf: Any) -> Mapping[str, str]:
    """What `kpisite.json` says, where it says all that it should."""
    said = facts_in({FACTS: attachment(pdf, FACTS)})
    if not all(isinstance(said.get(key), str) for key in _NEEDED):
        return {}
    return {key: said[key] for key in _NEEDED}


def _lines(pdf: Any) -> Iterator[SignedLine]:
    """The lines that a build laid, in the scheme's order."""
    for field in sorted(fields_of(pdf), key=lambda one: one.number):
        if field.number:
            yield SignedLine(
                capacity=field.line,
                rater=field.rater,
                is_signed=field.is_signed,
                name=field.signer,
                on=field.on,
            )
