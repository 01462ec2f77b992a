"""A printed form as verifying reads it: what it says that it is, its attachments, its fields.

The file may be anybody's: it is read within bounds.  This module knows pikepdf, and reads only.
"""

import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pikepdf

MIB = 1024 * 1024
#: A form has some 100 KB, a department's month a few MB.
LARGEST_FILE = 64 * MIB
#: What a single stream of its structure, and an attachment, may unpack to.
LARGEST_STREAM, LARGEST_ATTACHMENT = 64 * MIB, 4 * MIB
MOST_ATTACHMENTS, MOST_FIELDS = 50, 200
#: The attachment that says what form it is.
FACTS = "kpisite.json"
#: What it must say, each a text.
_NEEDED = ("appraisee", "month", "copy", "fingerprint", "version", "revision", "total", "kpisite")

_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class NotReadable(Exception):
    """A file that is no form that can be verified, by the code of the reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Field:
    """A field to sign in: its name, in which capacity, and whether anybody has."""

    name: str
    capacity: str
    is_signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a file holds besides its pages; `facts` is empty where it is no form of kpisite's."""

    content: bytes = field(repr=False)
    facts: Mapping[str, Any]
    attachments: Mapping[str, bytes] = field(repr=False)
    fields: Sequence[Field]

    @property
    def is_signed(self) -> bool:
        """Whether anybody has signed, or the file says anywhere that somebody has."""
        return any(one.is_signed for one in self.fields) or b"/ByteRange" in self.content


def read_paper(content: bytes) -> Paper:
    """The form in a file; NotReadable where it is no PDF, cut short, locked, or too large."""
    if len(content) > LARGEST_FILE:
        raise NotReadable("verify-too-large")
    if not content.startswith(b"%PDF-"):
        raise NotReadable("verify-no-pdf")
    if b"%%EOF" not in content[-1024:]:
        raise NotReadable("verify-cut-short")
    import pikepdf

    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=LARGEST_STREAM, png_max_memory=LARGEST_STREAM,
        run_length_max_memory=LARGEST_STREAM, doc_max_warnings=100,
    )  # fmt: skip
    try:
        with pikepdf.open(BytesIO(content), attempt_recovery=False) as pdf:
            attachments = dict(_attachments(pdf))
            fields = tuple(_fields(pdf))
    except pikepdf.PasswordError:
        raise NotReadable("verify-encrypted") from None
    except NotReadable:
        raise
    except (pikepdf.PdfError, ValueError, KeyError, TypeError, AttributeError, RuntimeError):
        raise NotReadable("verify-damaged") from None
    return Paper(content=content, facts=_facts(attachments), attachments=attachments, fields=fields)


def _attachments(pdf: "pikepdf.Pdf") -> Iterator[tuple[str, bytes]]:
    import pikepdf

    for number, (name, spec) in enumerate(pdf.attachments.items()):
        if number == MOST_ATTACHMENTS:
            raise NotReadable("verify-bomb")
        stream = spec.get_file().obj
        packed = stream.read_raw_bytes()
        match stream.get("/Filter"):
            case None:
                yield name, packed
            case pikepdf.Name.FlateDecode if stream.get("/DecodeParms") is None:
                yield name, _unpacked(packed)
            case _:
                raise NotReadable("verify-damaged")


def _unpacked(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(packed, LARGEST_ATTACHMENT)
    except zlib.error:
        raise NotReadable("verify-damaged") from None
    if unpacking.unconsumed_tail:
        raise NotReadable("verify-bomb")
    if not unpacking.eof or unpacking.unused_data:
        raise NotReadable("verify-damaged")
    return content


def _fields(pdf: "pikepdf.Pdf") -> Iterator[Field]:
    import pikepdf

    form: Any = pdf.Root.get("/AcroForm", {})
    for number, one in enumerate(form.get("/Fields", [])):
        if number == MOST_FIELDS:
            raise NotReadable("verify-bomb")
        if one.get("/FT") == pikepdf.Name.Sig:
            name = str(one.get("/T", ""))
            yield Field(name, str(one.get("/TU", name)), "/V" in one)


def _facts(attachments: Mapping[str, bytes]) -> Mapping[str, Any]:
    try:
        said = json.loads(attachments[FACTS])
    except (KeyError, ValueError, RecursionError):
        return {}
    if not isinstance(said, dict) or said.get("format") != 1:
        return {}
    if not all(isinstance(said.get(key), str) for key in _NEEDED):
        return {}
    names = (said["appraisee"], said.get("part", "") or "-")
    if not all(isinstance(one, str) and _NAME.fullmatch(one) for one in names):
        return {}
    return said if _MONTH.fullmatch(said["month"]) else {}
