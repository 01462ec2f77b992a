"""Compiled templates: what a template was compiled to is not compiled again.

In a process every template is compiled once.  Those that the program brings are besides kept where
Python keeps its own modules' code, in `__pycache__` beside them, on the same terms: whoever cannot
write the program cannot write there, and `PYTHONDONTWRITEBYTECODE` leaves it alone.  A theme of a
site is never kept as code: it is compiled from its text.
"""

import sys
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from kpisite.disk.own_code import keep_own_code, own_code, own_text

#: So many templates are held in a process: those of some versions of a theme.
MOST_HELD = 400
#: The modules that say what a template is compiled to, besides Jinja2's own.
_COMPILERS = ("write/template.py", "write/compact.py")

_held: dict[tuple[str, str], CodeType] = {}


class Compiled(BytecodeCache):
    """The code of templates, by their names and all that it is made of."""

    def get_cache_key(self, name: str, filename: Any = None) -> str:
        """The template's name."""
        del filename
        return name

    def get_source_checksum(self, source: str) -> str:
        """A digest of the text, and of what compiles it."""
        return sha256(f"{_compiler()}{source}".encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives the bucket its code where that is held or kept."""
        bucket.code = _held.get((bucket.key, bucket.checksum))
        if bucket.code is None and bucket.checksum == _own(bucket.key):
            bucket.bytecode_from_string(own_code(_path(bucket.key)) or b"")
            self._hold(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Holds the code of a bucket, and keeps it where the template is one of the program's."""
        self._hold(bucket)
        if not sys.dont_write_bytecode and bucket.checksum == _own(bucket.key):
            with suppress(OSError):
                keep_own_code(_path(bucket.key), bucket.bytecode_to_string())

    @staticmethod
    def _hold(bucket: Bucket) -> None:
        if bucket.code is not None:
            if len(_held) >= MOST_HELD:
                _held.clear()
            _held[bucket.key, bucket.checksum] = bucket.code


def _path(name: str) -> str:
    return f"themes/default/{name}"


@cache
def _own(name: str) -> str | None:
    """The digest of the template of this name that the program brings; None where it brings none.

    Names of templates are no paths: a theme's are ids, and end in `.html`.
    """
    text = own_text(_path(name))
    return None if text is None else Compiled().get_source_checksum(text)


@cache
def _compiler() -> str:
    parts = [own_text(path) or "" for path in _COMPILERS]
    return sha256("\0".join([*parts, version("jinja2")]).encode()).hexdigest()
