"""Scans of printed forms: the codes that stand on their pages.

The only module that knows zxing-cpp, and what it takes to see a page: pillow and pypdfium2.  They
come with the extra `scan` of the package.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING

from kpisite.paper.pdf import MOST_PIXELS, has_bomb

if TYPE_CHECKING:
    from PIL.Image import Image

LIBRARIES = ("zxingcpp", "PIL", "pypdfium2")
MOST_PAGES = 500
#: A4 at 200 dots an inch: what has more is clear enough without being enlarged.
MOST_ENLARGED = 4_000_000
#: The resolutions, in dots an inch, at which a page is looked at until a code is seen.
RESOLUTIONS = (200, 400)
#: What a PNG or JPEG ends with, give or take what a scanner adds.
_ENDS, _TAIL = (b"IEND\xaeB`\x82", b"\xff\xd9"), 1024
#: Points of a PDF in an inch.
_INCH = 72


class UnreadableScan(Exception):
    """A file of which no page can be seen: `damaged`, or `bomb` where it would grow too large."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def has_libraries() -> bool:
    """Whether what it takes is installed."""
    return all(find_spec(one) is not None for one in LIBRARIES)


def codes_in(content: bytes) -> tuple[tuple[str, ...], ...]:
    """The texts of the codes on each page of a PDF, or of a PNG or JPEG as its only page."""
    if content.startswith(b"%PDF-"):
        return _codes_in_pdf(content)
    return (_codes(picture(content)),)


def words_of(content: bytes) -> str:
    """The words on the pages of a PDF without the spaces between them; empty where none can be
    read."""
    import pypdfium2

    if has_bomb(content):
        return ""
    try:
        with pypdfium2.PdfDocument(content) as pdf:
            pages = [pdf[number].get_textpage() for number in range(min(len(pdf), MOST_PAGES))]
            return "".join("".join(page.get_text_range().split()) for page in pages)
    except (pypdfium2.PdfiumError, ValueError, RuntimeError):
        return ""


def picture(content: bytes) -> "Image":
    """The picture in shades of grey.  Pillow may have been asked elsewhere to fill up what is cut
    short, so that is looked for here."""
    from PIL import Image

    if not any(mark in content[-_TAIL:] for mark in _ENDS):
        raise UnreadableScan("damaged")
    try:
        image = Image.open(BytesIO(content), formats=("PNG", "JPEG"))
        if image.width * image.height > MOST_PIXELS:
            raise UnreadableScan("bomb")
        return image.convert("L")
    except Image.DecompressionBombError:
        raise UnreadableScan("bomb") from None
    except (OSError, SyntaxError, ValueError, EOFError):
        raise UnreadableScan("damaged") from None


def _codes_in_pdf(content: bytes) -> tuple[tuple[str, ...], ...]:
    import pypdfium2

    if has_bomb(content):
        raise UnreadableScan("bomb")
    found = []
    try:
        with pypdfium2.PdfDocument(content) as pdf:
            if len(pdf) > MOST_PAGES:
                raise UnreadableScan("bomb")
            for page in pdf:
                found.append(_codes_on(page))
    except (pypdfium2.PdfiumError, ValueError, RuntimeError):
        raise UnreadableScan("damaged") from None
    return tuple(found)


def _codes_on(page: object) -> tuple[str, ...]:
    import pypdfium2

    assert isinstance(page, pypdfium2.PdfPage)
    width, height = page.get_size()
    for resolution in RESOLUTIONS:
        scale = resolution / _INCH
        if width * height * scale * scale > MOST_PIXELS:
            raise UnreadableScan("bomb")
        codes = _codes(page.render(scale=scale, grayscale=True).to_pil())
        if codes:
            return codes
    return ()


def _codes(image: "Image") -> tuple[str, ...]:
    """The codes on a page, looked at in further ways where none is seen: a sheet that lay crooked
    or came from a poor copier has its code in few, noisy dots."""
    return next(filter(None, map(_codes_seen, _looks(image))), ())


def _looks(image: "Image") -> "Iterator[Image]":
    from PIL import ImageFilter
    from PIL.Image import Resampling

    yield image
    if image.width * image.height <= MOST_ENLARGED:
        yield image.resize((image.width * 2, image.height * 2))
        smooth = image.filter(ImageFilter.GaussianBlur(0.8))
        yield smooth.resize((image.width * 2, image.height * 2))
    yield image.resize((image.width * 3 // 4, image.height * 3 // 4), Resampling.BOX)


def _codes_seen(image: "Image") -> tuple[str, ...]:
    import zxingcpp

    found = zxingcpp.read_barcodes(
        image, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    )
    return tuple(sorted({one.text for one in found}))
