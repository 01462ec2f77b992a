"""What is asked of every PDF: that it is fit for an archive and for screen readers."""

import io
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

import page
import pikepdf

#: Both are asked of one and the same file.
PROFILES = ("3a", "ua1")

#: The messages of page-validation that are no faults: the rule, what has to be in the file for it,
#: and why.  No other message is accepted.
ACCEPTED: Mapping[str, tuple[bytes, str]] = {
    "PDFA3A-STREAM-LENGTH-001": (
        b"\r\nendstream",
        "The last byte of a compressed stream happens to be a carriage return, and the line feed "
        "that qpdf writes before `endstream` is then taken for the second half of one line end. "
        "/Length is right: it is what `streams_are_whole` goes by.",
    ),
}


def issues_of(pdf: bytes, *expected: str) -> list[str]:
    """What keeps a file from being PDF/A-3a and PDF/UA-1, less what is accepted, and less the
    rules that the caller expects of this file and explains."""
    return [
        f"{failure.rule_id}: {failure.message}"
        for profile in PROFILES
        for failure in page.validate_pdf_bytes(pdf, profile=profile).failures
        if failure.rule_id not in expected and not _is_accepted(failure.rule_id, pdf)
    ]


def _is_accepted(rule: str, pdf: bytes) -> bool:
    needed, _ = ACCEPTED.get(rule, (b"", ""))
    return bool(needed) and needed in pdf and streams_are_whole(pdf)


def streams_are_whole(pdf: bytes) -> bool:
    """Whether every stream is as long as it says, and can be unpacked."""
    with pikepdf.open(io.BytesIO(pdf), attempt_recovery=False) as file:
        for one in file.objects:
            if isinstance(one, pikepdf.Stream):
                assert len(one.read_raw_bytes()) == int(one["/Length"])
                one.read_bytes()
        return not file.get_warnings()


def with_endless_page(pdf: bytes) -> bytes:
    """The file with a first page that unpacks to 301 MB of blanks."""
    packing, megabyte = zlib.compressobj(), b" " * 2**20
    packed = b"".join([*(packing.compress(megabyte) for _ in range(301)), packing.flush()])
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        file.pages[0].Contents = file.make_stream(packed, Filter=pikepdf.Name.FlateDecode)
        file.save(written)
    return written.getvalue()


def with_page_packed_twice(pdf: bytes, how: str) -> bytes:
    """The same, packed once more or written in hexadecimal digits, and several times as large."""
    packing, megabyte = zlib.compressobj(), b" " * 2**20
    packed = b"".join([*(packing.compress(megabyte) for _ in range(1000)), packing.flush()])
    again = {
        "/FlateDecode": zlib.compress,
        "/ASCIIHexDecode": lambda one: one.hex().encode() + b">",
    }
    filters = pikepdf.Array([pikepdf.Name(how), pikepdf.Name.FlateDecode])
    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        file.pages[0].Contents = file.make_stream(again[how](packed), Filter=filters)
        file.save(written)
    return written.getvalue()


def attached(pdf: bytes) -> dict[str, bytes]:
    """The files within a file, by name."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return {name: one.get_file().read_bytes() for name, one in file.attachments.items()}


Structure = tuple[str, list[Any]]
"""An element of the structure: its tag, and its elements, or pieces of text as they are read."""


def structure(pdf: bytes) -> Structure:
    """The structure of a file as a screen reader walks it."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        pages = {one.objgen: number for number, one in enumerate(file.pages)}
        (root,) = file.Root.StructTreeRoot.K
        return _element(root, pages)


def _element(element: Any, pages: Mapping[Any, int]) -> Structure:
    own = pages.get(element.Pg.objgen) if "/Pg" in element else None
    return str(element.S), [_kid(kid, own, pages) for kid in _kids(element)]


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", pikepdf.Array())
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _kid(kid: Any, own: int | None, pages: Mapping[Any, int]) -> Any:
    if isinstance(kid, int):
        return own, kid
    if kid.get("/Type") == "/MCR":
        return pages[kid.Pg.objgen], int(kid.MCID)
    if kid.get("/Type") == "/OBJR":
        return "/OBJR"
    return _element(kid, pages)


def all_of(tag: str, tree: Structure) -> Iterator[Structure]:
    """Every element of that tag in a structure, from the top."""
    if tree[0] == tag:
        yield tree
    for kid in tree[1]:
        if isinstance(kid, tuple) and isinstance(kid[0], str):
            yield from all_of(tag, kid)


def pairs(page: pikepdf.Page) -> Iterator[tuple[Any, pikepdf.Operator]]:
    """The operators of a page's content, each after its operands."""
    for instruction in pikepdf.parse_content_stream(page):
        yield instruction.operands, instruction.operator


def pieces(tree: Structure) -> list[tuple[int, int]]:
    """The pieces of content in a structure, by page and number, in the order of reading."""
    found: list[tuple[int, int]] = []
    for kid in tree[1]:
        if isinstance(kid, tuple):
            found += pieces(kid) if isinstance(kid[0], str) else [kid]
    return found


def shown(pdf: bytes) -> dict[tuple[int, int], bytes]:
    """The glyphs of each piece of content that is marked to be read, by page and number; those at
    the head or foot, or drawn beside it, are under no number."""
    found: dict[tuple[int, int], bytes] = {}
    with pikepdf.open(io.BytesIO(pdf)) as file:
        for number, one in enumerate(file.pages):
            marks: list[int | None] = []
            for operands, operator in pairs(one):
                if str(operator) in ("BDC", "BMC"):
                    about = operands[1] if len(operands) > 1 else {}
                    marks.append(int(about["/MCID"]) if "/MCID" in about else None)
                elif str(operator) == "EMC":
                    marks.pop()
                elif str(operator) in ("Tj", "TJ"):
                    mark = marks[-1] if marks else None
                    key = number, -1 if mark is None else mark
                    found[key] = found.get(key, b"") + _glyphs(operands[0])
    return found


def _glyphs(operand: Any) -> bytes:
    if isinstance(operand, pikepdf.Array):
        return b"".join(bytes(one) for one in operand if isinstance(one, pikepdf.String))
    return bytes(operand)
