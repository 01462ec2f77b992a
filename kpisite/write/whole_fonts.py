"""Whole fonts, of which every page takes a part: read once, and made ready where many pages come.

Two functions that `memoized.py` puts in the place of WeasyPrint's own.
"""

import ctypes
from typing import Any

from weasyprint.pdf.fonts import Font
from weasyprint.text.ffi import ffi, harfbuzz
from weasyprint.text.fonts import get_hb_object_data

#: No part of a font that a page makes do with is so large.
WHOLE_FONT = 2**20
#: So many pages use a font before it is made ready for more: that takes as long as it saves on 20.
MADE_READY = 12
SUBSETTER = "libharfbuzz-subset.so.0"

_subset = Font._harfbuzz_subset


def content(face: Any, *more: Any) -> Any:
    """A font's content; a large one, which is a whole font and no part made for a page, once for
    all pages: WeasyPrint copies twenty megabytes a page otherwise."""
    if more:
        return get_hb_object_data(face, *more)
    blob = ffi.gc(harfbuzz.hb_face_reference_blob(face), harfbuzz.hb_blob_destroy)
    length = ffi.new("unsigned int *")
    place = harfbuzz.hb_blob_get_data(blob, length)
    if length[0] < WHOLE_FONT:
        return get_hb_object_data(face)
    key = int(ffi.cast("uintptr_t", place)), length[0]
    if key not in _whole_fonts:
        _whole_fonts[key] = _WholeFont(blob, get_hb_object_data(face))
    return _whole_fonts[key].content


class _WholeFont:
    """A font that pages use; its blob is held, so that no other comes to stand in its place."""

    def __init__(self, blob: Any, content: bytes) -> None:
        self.blob = blob
        self.content = content
        self.times = 0
        self.ready: Any = None


_whole_fonts: dict[tuple[int, int], _WholeFont] = {}


def subset(self: Any, to_unicode: Any, hinting: Any) -> None:
    """Takes out of a font what a page uses; a font that many pages use is made ready for that."""
    face = self.hb_face
    whole = next((one for one in _whole_fonts.values() if one.content is self.file_content), None)
    if whole is not None and self.index == 0:
        whole.times += 1
        if whole.times == MADE_READY:
            whole.ready = _made_ready(face)
        self.hb_face = whole.ready or face
    try:
        _subset(self, to_unicode, hinting)
    finally:
        self.hb_face = face


def _made_ready(face: Any) -> Any:
    """A font of which parts are taken faster; nothing where the library is too old for that."""
    preprocess = getattr(ctypes.CDLL(SUBSETTER), "hb_subset_preprocess", None)
    if preprocess is None:
        return None
    preprocess.restype, preprocess.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
    ready = preprocess(int(ffi.cast("uintptr_t", face)))
    return ffi.gc(ffi.cast("hb_face_t *", ready), harfbuzz.hb_face_destroy)
