"""A printed form as signing sees it: its bytes, its signature fields, and who has signed.

Whatever the file holds was maybe sent by somebody: it is read within bounds, and what cannot be
read is refused in a line.
"""

import io
import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kpisite.paper.pdf import (
    FACTS,
    LARGEST_FILE,
    MIB,
    SignatureLine,
    Unreadable,
    attachment,
    facts_in,
    lines_in,
    opened,
    require_whole,
)

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader

#: What the streams of a file may grow to, all together, when they are unpacked.
LARGEST_CONTENT = 256 * MIB
#: The names of our fields: the number is the signer's place in the scheme's order.
FIELD_PREFIX = "sign-"


class Refused(Exception):
    """What keeps a form from being signed, or a key from signing: a code, and facts for its words
    in the catalogue."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts: Mapping[str, object] = facts


@dataclass(frozen=True, slots=True)
class SignField:
    """The place of one signer on the form: what the line says, with the name where it is known,
    and the rater whose line it is, if any; and, where the form says so, whom it is for."""

    number: int
    line: str
    rater: str
    is_signed: bool
    whom: SignatureLine | None = None

    @property
    def name(self) -> str:
        """The field's name in the file."""
        return f"{FIELD_PREFIX}{self.number}"


@dataclass(frozen=True, slots=True)
class SignForm:
    """A form that can be signed, and its fields in the scheme's order."""

    content: bytes = field(repr=False)
    fields: tuple[SignField, ...]


def read_form(content: bytes) -> SignForm:
    """The form in a file; refused where it is none of ours, or somebody has changed it since it
    was signed."""
    try:
        require_whole(content)
        reader = open_reader(content)
        with opened(content) as pdf:
            lines = lines_in(facts_in({FACTS: attachment(pdf, FACTS)}))
    except Unreadable as reason:
        raise Refused(f"sign-{reason.code}", most=LARGEST_FILE // MIB) from None
    with _reading():
        fields = tuple(sorted(_fields(reader, lines), key=lambda one: one.number))
        if not fields:
            raise Refused("sign-no-fields")
        for signature in reader.embedded_signatures:
            if not _holds(signature):
                raise Refused("sign-broken", field=signature.field_name)
    return SignForm(content, fields)


def open_reader(content: bytes) -> "PdfFileReader":
    """The file's objects, which are read as they are asked for, and within bounds."""
    from pyhanko.pdf_utils.decode_limits import DecodeLimits, DocumentDecodeBudget
    from pyhanko.pdf_utils.reader import PdfFileReader

    limits = DecodeLimits(
        document_budget=DocumentDecodeBudget(base_allowance=LARGEST_CONTENT, max_ratio=0)
    )
    with _reading():
        reader = PdfFileReader(io.BytesIO(content), strict=True, decode_limits=limits)
        if not reader.encrypted:
            reader.root.get("/Pages")
        return reader


class _reading:  # noqa: N801
    """Refuses a file at which pyHanko stumbles, in whatever way: the classes of its exceptions say
    where it was, not what the matter is."""

    def __enter__(self) -> None:
        logging.getLogger("pyhanko").setLevel(logging.CRITICAL)

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        from pyhanko.pdf_utils.misc import PdfDecodeLimitError

        if isinstance(error, PdfDecodeLimitError | MemoryError):
            raise Refused("sign-bomb") from error
        if isinstance(error, Exception) and not isinstance(error, Refused):
            raise Refused("sign-damaged") from error


def _fields(reader: "PdfFileReader", lines: Mapping[str, SignatureLine]) -> Iterator[SignField]:
    from pyhanko.sign.fields import enumerate_sig_fields

    for name, value, reference in enumerate_sig_fields(reader):
        number = name.removeprefix(FIELD_PREFIX)
        if name.startswith(FIELD_PREFIX) and number.isascii() and number.isdigit():
            entry = reference.get_object()
            line, rater = _text(entry, "/TU"), _text(entry, "/TM")
            yield SignField(int(number), line, rater, value is not None, lines.get(name))


def _text(entry: Any, key: str) -> str:
    return str(entry.get(key) or "")


def _holds(signature: Any) -> bool:
    """Whether a signature is of these bytes, and what came after it does no more than it allows;
    whose it is, `verify` says."""
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    signature.compute_integrity_info()
    if not signature.summarise_integrity_info()["docmdp_ok"]:
        return False
    if signature.sig_object_type != "/Sig":
        return True  # the time of a time-stamp server, which signs the digest in another way
    return all(
        validate_sig_integrity(
            signature.signer_info, signature.signer_cert, "data", signature.compute_digest()
        )
    )


def field_to_sign(form: SignForm, role: str, passed_over: Collection[str]) -> SignField:
    """The empty field of the signer `role`, whose turn it is.

    Signers are known by the rater of their line, by what the line is called, or by its number.
    Those before have signed, or are passed over by name; nobody after has.
    """
    field = field_of(form, role)
    skipped = {field_of(form, one).number for one in passed_over}
    if field.is_signed:
        raise Refused("sign-twice", signer=field.line)
    for other in form.fields:
        if other.is_signed and other.number > field.number:
            raise Refused("sign-too-late", signer=field.line, later=other.line)
        if other.number < field.number and not (other.is_signed or other.number in skipped):
            raise Refused("sign-order", signer=field.line, first=other.line)
    return field


def field_of(form: SignForm, role: str) -> SignField:
    """The field of a signer; refused where the form has none, or more than one."""
    found = [
        one
        for one in form.fields
        if role in (one.rater, one.line, one.line.split(" ")[0], str(one.number), one.name)
    ]
    if len(found) == 1:
        return found[0]
    signers = tuple(_shown(one) for one in form.fields)
    raise Refused("sign-ambiguous" if found else "sign-nobody", role=role, signers=signers)


def _shown(field: SignField) -> str:
    return f"{field.number} {field.line}" + (f" ({field.rater})" if field.rater else "")
