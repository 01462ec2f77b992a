"""A PDF as the archive reads it: whose form it says it is, who has signed, whether it is archival.

Whatever the file holds may come from anybody: it is read within bounds, and what cannot be read is
refused.  The only module of the archive that knows pikepdf.
"""

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from kpisite.archive.copy import SignedLine
from kpisite.archive.folder import MIB, ArchiveRefuses

if TYPE_CHECKING:
    import pikepdf

#: What a stream of the file's structure, and an attachment, may unpack to.
LARGEST_STREAM, LARGEST_ATTACHMENT = 64 * MIB, 4 * MIB
MOST_FIELDS, MOST_PAGES, MOST_PIXELS = 200, 500, 100_000_000
#: The attachment that says whose form it is, and the texts that it must say.
FACTS = "kpisite.json"
_NEEDED = ("site", "appraisee", "month", "part", "copy", "fingerprint", "version", "revision")
#: The fields that a build lays for those who sign.
_FIELD = re.compile(r"sign-([1-9][0-9]{0,3})")
_DATE = re.compile(r"D:(\d{4})(\d\d)(\d\d)")
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
    if not content.startswith(b"%PDF-"):
        raise ArchiveRefuses("archive-not-pdf")
    if b"%%EOF" not in content[-1024:]:
        raise ArchiveRefuses("archive-truncated")
    import pikepdf

    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=LARGEST_STREAM, png_max_memory=LARGEST_STREAM,
        run_length_max_memory=LARGEST_STREAM, doc_max_warnings=100,
    )  # fmt: skip
    try:
        with pikepdf.open(BytesIO(content), attempt_recovery=False) as pdf:
            if pdf.is_encrypted:
                raise ArchiveRefuses("archive-encrypted")
            facts = _facts(pdf)
    except pikepdf.PasswordError:
        raise ArchiveRefuses("archive-encrypted") from None
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, RuntimeError):
        raise ArchiveRefuses("archive-damaged") from None
    if not 0 < facts.pages <= MOST_PAGES:
        raise ArchiveRefuses("archive-pages", pages=facts.pages, most=MOST_PAGES)
    return facts


def _facts(pdf: "pikepdf.Pdf") -> PdfFacts:
    metadata = pdf.Root.get("/Metadata")
    if any(map(_is_too_large, pdf.objects)):
        raise ArchiveRefuses("archive-bomb")
    return PdfFacts(
        pages=len(pdf.pages),
        title=str(pdf.docinfo.get("/Title", "")) if "/Info" in pdf.trailer else "",
        is_archival=metadata is not None and bool(_ARCHIVAL.search(_unpacked(metadata))),
        said=_said(pdf),
        lines=tuple(line for _, line in sorted(_lines(pdf), key=lambda one: one[0])),
    )


def _is_too_large(one: Any) -> bool:
    """Whether an object is a picture of more points than any scanner makes."""
    import pikepdf

    if not isinstance(one, pikepdf.Stream) or one.get("/Subtype") != pikepdf.Name.Image:
        return False
    return int(one.get("/Width", 0)) * int(one.get("/Height", 0)) > MOST_PIXELS


def _said(pdf: "pikepdf.Pdf") -> Mapping[str, str]:
    """What `kpisite.json` says, where it says all that it should."""
    spec = pdf.attachments.get(FACTS)
    if spec is None:
        return {}
    try:
        said = json.loads(_unpacked(spec.get_file().obj))
    except (ValueError, RecursionError):
        return {}
    if not isinstance(said, dict) or said.get("format") != 1:
        return {}
    if not all(isinstance(said.get(key), str) for key in _NEEDED):
        return {}
    return {key: said[key] for key in _NEEDED}


def _unpacked(stream: Any) -> bytes:
    import pikepdf

    packed = bytes(stream.read_raw_bytes())
    if stream.get("/Filter") is None:
        return packed
    if stream.Filter != pikepdf.Name.FlateDecode or stream.get("/DecodeParms") is not None:
        raise ArchiveRefuses("archive-damaged")
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(packed, LARGEST_ATTACHMENT)
    except zlib.error:
        raise ArchiveRefuses("archive-damaged") from None
    if unpacking.unconsumed_tail:
        raise ArchiveRefuses("archive-bomb")
    return content


def _lines(pdf: "pikepdf.Pdf") -> Iterator[tuple[int, SignedLine]]:
    import pikepdf

    form = pdf.Root.get("/AcroForm")
    fields = () if form is None else form.get("/Fields", ())
    for place, field in enumerate(fields):
        if place == MOST_FIELDS:
            raise ArchiveRefuses("archive-bomb")
        number = _FIELD.fullmatch(str(field.get("/T", "")))
        if number is None or field.get("/FT") != pikepdf.Name.Sig:
            continue
        signature = field.get("/V")
        signed: Any = {} if signature is None else signature
        day = _DATE.match(str(signed.get("/M", "")))
        yield (
            int(number[1]),
            SignedLine(
                capacity=str(field.get("/TU", field.T)),
                rater=str(field.get("/TM", "")),
                is_signed=signature is not None,
                name=str(signed.get("/Name", "")),
                on="" if day is None else "-".join(day.groups()),
            ),
        )
