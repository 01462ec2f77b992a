"""Scans of printed forms: the codes that stand on their pages.

The only module that knows zxing-cpp, and what it takes to see a page: pillow and pypdfium2.  They
come with the extra `scan` of the package.

A PDF is looked at by a process of its own, which the system ends where a page grows beyond all
bounds: it can be packed in more ways than can be measured beforehand, one within the other.
"""

from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Any

from kpisite.core.memory import bound_memory
from kpisite.core.system import library
from kpisite.core.worker import Remote, RemoteLost
from kpisite.paper.pdf import MOST_PIXELS, has_bomb

if TYPE_CHECKING:
    from PIL.Image import Image

LIBRARIES = ("zxingcpp", "PIL", "pypdfium2")
MOST_PAGES = 500
#: What a process may take of memory that looks at a PDF, beyond what it was forked with: several
#: times what the largest page does, and what Python and its libraries lay claim to besides.
MOST_MEMORY = 3 << 30
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
        if has_bomb(content):
            raise UnreadableScan("bomb")
        codes: tuple[tuple[str, ...], ...] = _looked_at(content, "codes")
        return codes
    return (_codes(picture(content)),)


def words_of(content: bytes) -> str:
    """The words on the pages of a PDF without the spaces between them; empty where none can be
    read."""
    if has_bomb(content):
        return ""
    try:
        words: str = _looked_at(content, "words")
    except UnreadableScan:
        return ""
    return words


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


def _looked_at(content: bytes, name: str) -> Any:
    """What a method of `_Sight` gives of a PDF, in a process of its own where one can be forked."""
    remote = Remote.start(partial(_bounded_sight, content))
    if remote is None:
        return getattr(_Sight(content), name)()
    try:
        remote.ask(0, name)
        return remote.answer(0)
    except (RemoteLost, MemoryError):
        raise UnreadableScan("bomb") from None
    finally:
        remote.end()


def _bounded_sight(content: bytes) -> "_Sight":
    resource = library("resource")
    with suppress(ValueError, OSError):  # a system that knows no such bounds
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        bound_memory(MOST_MEMORY)
    return _Sight(content)


class _Sight:
    """What is seen of the pages of a PDF."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def codes(self) -> tuple[tuple[str, ...], ...]:
        """The codes on each page; UnreadableScan where one cannot be seen."""
        import pypdfium2

        try:
            with pypdfium2.PdfDocument(self._content) as pdf:
                if len(pdf) > MOST_PAGES:
                    raise UnreadableScan("bomb")
                return tuple(_codes_on(page) for page in pdf)
        except (pypdfium2.PdfiumError, ValueError, RuntimeError):
            raise UnreadableScan("damaged") from None

    def words(self) -> str:
        """The words on the pages without the spaces between them."""
        import pypdfium2

        try:
            with pypdfium2.PdfDocument(self._content) as pdf:
                pages = [pdf[number].get_textpage() for number in range(min(len(pdf), MOST_PAGES))]
                return "".join("".join(page.get_text_range().split()) for page in pages)
        except (pypdfium2.PdfiumError, ValueError, RuntimeError):
            return ""


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
