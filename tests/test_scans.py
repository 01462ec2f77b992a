"""The codes on scanned pages: found again on a bad scan, and never by way of a bomb."""

import io
import mmap
import random
import struct
import zlib

import pypdfium2
import pytest
from PIL import Image, ImageFilter

from kpisite.core.worker import Remote
from kpisite.paper import scan
from kpisite.paper.scan import UnreadableScan, codes_in, words_of
from kpisite.write.code import qr
from kpisite.write.pdf import Press
from tests.archives import with_endless_page, with_page_packed_twice

CODE = "kpisite:1:1a2b3c4d:CS017:2026-10:store:27b70f5e14ab93c18810fe02"


@pytest.fixture(scope="module")
def page() -> bytes:
    """A page with a code of 15 mm, as forms have it in the foot."""
    press = Press(".code { width: 15mm; height: 15mm } @page { size: A4 }")
    html = f"<h1>Form</h1>{qr(CODE)}"
    return press.pdf(html, title="Form", author="", language="en", fingerprint="1")


def picture(page: bytes, resolution: int, turned: float, format: str) -> bytes:
    with pypdfium2.PdfDocument(page) as pdf:
        image = pdf[0].render(scale=resolution / 72).to_pil().convert("L")
    written = io.BytesIO()
    image.rotate(turned, fillcolor=230).save(written, format, quality=50)
    return written.getvalue()


def test_a_code_is_read_from_a_pdf_page_by_page(page: bytes) -> None:
    assert codes_in(page) == ((CODE,),)


@pytest.mark.parametrize(("resolution", "turned"), [(150, 0), (200, 2), (300, 180), (200, 90)])
def test_a_code_is_read_from_a_crooked_scan(page: bytes, resolution: int, turned: float) -> None:
    for format in ("PNG", "JPEG"):
        assert codes_in(picture(page, resolution, turned, format)) == ((CODE,),)


@pytest.mark.parametrize("turned", [-1.9, -1.2, 1.4, 2.0])
def test_a_code_is_read_from_a_poor_copy(page: bytes, turned: float) -> None:
    with pypdfium2.PdfDocument(page) as pdf:
        image = pdf[0].render(scale=150 / 72).to_pil().convert("L")
    image = image.rotate(turned, expand=True, fillcolor=235, resample=Image.Resampling.BICUBIC)
    image = image.filter(ImageFilter.GaussianBlur(0.5)).crop((0, 0, image.width, 450))
    chance = random.Random(8)
    for _ in range(image.width * image.height // 100):  # specks of dust
        at = chance.randrange(image.width), chance.randrange(image.height)
        image.putpixel(at, chance.choice((0, 60, 120, 200, 255)))
    written = io.BytesIO()
    image.save(written, "JPEG", quality=60)
    assert codes_in(written.getvalue()) == ((CODE,),)


def test_a_page_without_a_code_has_none() -> None:
    written = io.BytesIO()
    Image.new("L", (400, 600), 255).save(written, "PNG")
    assert codes_in(written.getvalue()) == ((),)


def test_what_is_cut_short_or_no_picture_is_unreadable(page: bytes) -> None:
    scan = picture(page, 150, 0, "PNG")
    for content in (scan[: len(scan) // 2], b"\x89PNG\r\n", b"GIF89a", b"%PDF-1.7\nnothing"):
        with pytest.raises(UnreadableScan) as refused:
            codes_in(content)
        assert refused.value.code == "damaged"


def test_a_picture_that_would_grow_beyond_all_bounds_is_a_bomb() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(bytes(9999)))
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + pixels + chunk(b"IEND", b"")
    with pytest.raises(UnreadableScan) as refused:
        codes_in(content)
    assert refused.value.code == "bomb"


def test_a_pdf_whose_page_would_grow_beyond_all_bounds_is_a_bomb(page: bytes) -> None:
    endless = with_endless_page(page)
    with pytest.raises(UnreadableScan) as refused:
        codes_in(endless)
    assert refused.value.code == "bomb"
    assert words_of(endless) == ""


@pytest.mark.parametrize("how", ["/FlateDecode", "/ASCIIHexDecode"])
def test_a_page_that_hides_how_large_it_grows_ends_only_the_process_that_looks_at_it(
    page: bytes, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "MOST_MEMORY", 400 << 20)
    endless = with_page_packed_twice(page, how)
    assert len(endless) < 3_000_000
    with pytest.raises(UnreadableScan) as refused:
        codes_in(endless)
    assert refused.value.code == "bomb"
    assert words_of(endless) == ""
    assert codes_in(page) == ((CODE,),), "what is no larger than pages are is seen"


def test_what_a_process_takes_already_is_not_held_against_a_page(page: bytes) -> None:
    with mmap.mmap(-1, scan.MOST_MEMORY):  # an address space, and no memory
        assert codes_in(page) == ((CODE,),)


def test_where_no_process_can_be_forked_a_page_is_looked_at_here(
    page: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Remote, "start", lambda _: None)
    assert codes_in(page) == ((CODE,),)
    assert words_of(page).startswith("Form")
