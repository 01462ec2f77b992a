"""A PDF that anybody may have sent, read within bounds: the files it carries, its lines to sign on.

Signing, verifying and the archive open a form here, so that all three refuse the same files for the
same reasons.  The only module that reads with pikepdf.
"""

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pikepdf

MIB = 1024 * 1024
#: A printed form has some 100 KB, a department's month a few MB.
LARGEST_FILE = 64 * MIB
#: What a single stream of the file's structure, and an attachment, may unpack to.
LARGEST_STREAM, LARGEST_ATTACHMENT = 64 * MIB, 4 * MIB
MOST_ATTACHMENTS, MOST_FIELDS = 50, 200
#: A sheet of A4 at 600 dots an inch has 35 million points, one of A3 70.
MOST_PIXELS = 100_000_000
#: What any stream may unpack to: so many points in three colours.
LARGEST_PICTURE = 3 * MOST_PIXELS
#: The attachment that says what a file is.
FACTS = "kpisite.json"
#: The shape of it that is understood here.
FORMAT = 1
#: The fields that a build lays for those who sign.
_FIELD = re.compile(r"sign-([1-9][0-9]{0,3})")
_DATE = re.compile(r"D:(\d{4})(\d\d)(\d\d)")
_START, _END, _TAIL = b"%PDF-", b"%%EOF", 1024
_STREAM, _PIECE = re.compile(rb"stream\r?\n"), 65_536


class Unreadable(Exception):
    """A file that is not read, by the code of the reason: `not-pdf`, `truncated`, `too-large`,
    `encrypted`, `damaged` or `bomb`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field to sign in: what its line says, the rater whose line it is, if any, and whether
    anybody has signed, under what name and on what day, as they say themselves.

    `number` is the place in the scheme's order, and 0 for a field that no build laid.
    """

    name: str
    number: int
    line: str
    rater: str
    is_signed: bool
    signer: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureLine:
    """Whom a line to sign on is for, as the build printed it: in which capacity, the person's name
    where it is known, and their id where it is the person appraised."""

    field: str
    capacity: str
    name: str
    person: str = ""


def require_whole(content: bytes) -> None:
    """Refuses what cannot be a form, before anybody looks into it."""
    if len(content) > LARGEST_FILE:
        raise Unreadable("too-large")
    if not content.startswith(_START):
        raise Unreadable("not-pdf")
    if _END not in content[-_TAIL:]:
        raise Unreadable("truncated")
    if has_bomb(content):
        raise Unreadable("bomb")


@lru_cache(maxsize=1)  # whoever reads a file's record, signatures or page asks the same
def has_bomb(content: bytes) -> bool:
    """Whether a stream of a PDF unpacks to more than the largest picture, which a reader would
    hold in memory until the system ends the process."""
    return any(_grows_too_large(content, start.end()) for start in _STREAM.finditer(content))


def _grows_too_large(content: bytes, start: int) -> bool:
    unpacking, length, view = zlib.decompressobj(), 0, memoryview(content)
    with suppress(zlib.error):  # packed otherwise, or not at all
        for at in range(start, len(content), _PIECE):
            piece: bytes | memoryview = view[at : at + _PIECE]
            while piece and not unpacking.eof:
                length += len(unpacking.decompress(piece, MIB))
                if length > LARGEST_PICTURE:
                    return True
                piece = unpacking.unconsumed_tail
            if unpacking.eof:
                break
    return False


@contextmanager
def opened(content: bytes) -> Iterator["pikepdf.Pdf"]:
    """The objects of a file; Unreadable where it is none that can be read, now or while somebody
    reads them."""
    require_whole(content)
    import pikepdf

    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=LARGEST_STREAM, png_max_memory=LARGEST_STREAM,
        run_length_max_memory=LARGEST_STREAM, doc_max_warnings=100,
    )  # fmt: skip
    try:
        with pikepdf.open(BytesIO(content), attempt_recovery=False) as pdf:
            if pdf.is_encrypted:
                raise Unreadable("encrypted")
            yield pdf
    except pikepdf.PasswordError:
        raise Unreadable("encrypted") from None
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, RuntimeError):
        raise Unreadable("damaged") from None


def attachments_of(pdf: "pikepdf.Pdf") -> dict[str, bytes]:
    """The files that a PDF carries, by name."""
    if len(pdf.attachments) > MOST_ATTACHMENTS:
        raise Unreadable("bomb")
    return {name: unpacked(spec.get_file().obj) for name, spec in pdf.attachments.items()}


def metadata_of(pdf: "pikepdf.Pdf") -> Iterator[str]:
    """What a PDF says of itself: its title and the like, and its packet of metadata."""
    yield from (f"{key} {value}" for key, value in pdf.docinfo.items())
    packet = pdf.Root.get("/Metadata")
    if packet is not None:
        yield unpacked(packet).decode("utf-8", "replace")


def attachment(pdf: "pikepdf.Pdf", name: str) -> bytes:
    """One of the files that a PDF carries; empty where there is none of that name."""
    spec = pdf.attachments.get(name)
    return b"" if spec is None else unpacked(spec.get_file().obj)


def has_too_large_picture(pdf: "pikepdf.Pdf") -> bool:
    """Whether a picture in it has more points than any scanner makes."""
    return any(map(_is_too_large, pdf.objects))


def _is_too_large(one: Any) -> bool:
    import pikepdf

    if not isinstance(one, pikepdf.Stream) or one.get("/Subtype") != pikepdf.Name.Image:
        return False
    return int(one.get("/Width", 0)) * int(one.get("/Height", 0)) > MOST_PIXELS


def unpacked(stream: Any) -> bytes:
    """What a stream holds, packed in no other way than a build packs."""
    import pikepdf

    packed = bytes(stream.read_raw_bytes())
    if stream.get("/Filter") is None:
        return packed
    if stream.Filter != pikepdf.Name.FlateDecode or stream.get("/DecodeParms") is not None:
        raise Unreadable("damaged")
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(packed, LARGEST_ATTACHMENT)
    except zlib.error:
        raise Unreadable("damaged") from None
    if unpacking.unconsumed_tail:
        raise Unreadable("bomb")
    if not unpacking.eof or unpacking.unused_data:
        raise Unreadable("damaged")
    return content


def fields_of(pdf: "pikepdf.Pdf") -> Iterator[Field]:
    """Every signature field, in the order of the file."""
    import pikepdf

    form: Any = pdf.Root.get("/AcroForm", {})
    for place, field in enumerate(form.get("/Fields", ())):
        if place == MOST_FIELDS:
            raise Unreadable("bomb")
        if field.get("/FT") == pikepdf.Name.Sig:
            yield _field(field)


def _field(field: Any) -> Field:
    name = str(field.get("/T", ""))
    number = _FIELD.fullmatch(name)
    signature = field.get("/V")
    signed: Any = {} if signature is None else signature
    day = _DATE.match(str(signed.get("/M", "")))
    return Field(
        name=name,
        number=0 if number is None else int(number[1]),
        line=str(field.get("/TU", name)),
        rater=str(field.get("/TM", "")),
        is_signed=signature is not None,
        signer=str(signed.get("/Name", "")),
        on="" if day is None else "-".join(day.groups()),
    )


def facts_in(attachments: Mapping[str, bytes]) -> dict[str, Any]:
    """What a file says that it is; nothing where it says so in no form that is understood."""
    try:
        said = json.loads(attachments.get(FACTS, b""))
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) and said.get("format") == FORMAT else {}


def lines_in(facts: Mapping[str, Any]) -> dict[str, SignatureLine]:
    """Whom the lines of a form are for, by field, where it says so."""
    signers = facts.get("signers")
    appraisee = facts.get("appraisee")
    found = {}
    for one in signers if isinstance(signers, list) else ():
        said = one if isinstance(one, dict) else {}
        texts = [said.get(key, "") for key in ("field", "capacity", "name", "rater")]
        if all(isinstance(text, str) for text in (*texts, appraisee)) and texts[0]:
            field, capacity, name, rater = texts
            person = str(appraisee) if rater == "self" else ""
            found[field] = SignatureLine(field=field, capacity=capacity, name=name, person=person)
    return found
