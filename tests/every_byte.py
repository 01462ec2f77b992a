"""Which bytes of a signed form need no trying one by one, so that all of them can be asked about.

To find a signature and what it covers, pyHanko reads some passages of a file.  A byte that it does
not read, and that the signature covers, can change nothing but the digest: the same signature
is found, and is of other bytes.
"""

import io
import os
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

import kpisite.sign.form

#: Which places of a file are tried instead of a few: 1 for all, or a slice of them, as Python
#: writes it: 46000: for the rest, ::7 for every seventh.
ASKED = "KPISITE_EVERY_BYTE"


def places_asked_for(length: int) -> list[int]:
    """The places of a file that somebody asks for, of whom the tests try a few otherwise."""
    asked = os.environ.get(ASKED, "")
    if asked == "1":
        return list(range(length))
    bounds = (int(one) if one else None for one in asked.split(":"))
    return list(range(length)[slice(*bounds)]) if asked else []


class _Watched(io.BytesIO):
    """A file that remembers which of its places were read."""

    read_places: ClassVar[set[int]] = set()

    def read(self, size: int | None = -1, /) -> bytes:
        at = self.tell()
        found = super().read(size)
        self.read_places.update(range(at, at + len(found)))
        return found

    def readinto(self, buffer: Any, /) -> int:
        at = self.tell()
        length = super().readinto(buffer)
        self.read_places.update(range(at, at + length))
        return length

    def readline(self, size: int | None = -1, /) -> bytes:
        at = self.tell()
        found = super().readline(size)
        self.read_places.update(range(at, at + len(found)))
        return found

    def getvalue(self) -> bytes:
        raise AssertionError("unwatched")

    def getbuffer(self) -> memoryview:
        raise AssertionError("unwatched")


def only_digested(content: bytes) -> set[int]:
    """The places that a person's last signature covers, and that nobody reads to find it."""
    _Watched.read_places.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kpisite.sign.form, "io", SimpleNamespace(BytesIO=_Watched))
        reader = kpisite.sign.form.open_reader(content)
        *_, last = (one for one in reader.embedded_signatures if one.sig_object_type == "/Sig")
        start, length, after, rest = (int(one) for one in last.byte_range)
        assert last.signer_cert is not None
    covered = {*range(start, start + length), *range(after, after + rest)}
    return covered - _Watched.read_places
