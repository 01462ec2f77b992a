"""The C declarations of the libraries that set type, which WeasyPrint parses whenever it is
imported, and again where a type is first used: half a second for a process that prints one form.

They are kept here parsed, in `text_libraries.py`, and taken where WeasyPrint asks for the very same
text.  For any other, of another version, cffi parses as it always does.  The file is written by

    python -m kpisite.write.declared
"""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import cffi

from kpisite.write.text_libraries import DECLARATIONS, ffi

PLACE = Path(__file__).with_name("text_libraries.py")


class _Declared:
    """What stands for cffi's `FFI`, until it is seen what is declared."""

    def __init__(self) -> None:
        self._made: Any = None

    def cdef(self, source: str) -> None:
        self._made = ffi
        if digest_of(source) != DECLARATIONS:
            self._made = _FFI()
            self._made.cdef(source)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._made, name)
        setattr(self, name, found)  # it is asked for many thousand times
        return found


_FFI = cffi.FFI


def digest_of(source: str) -> str:
    """What tells one text of declarations from another."""
    return sha256(source.encode()).hexdigest()


@contextmanager
def parsed_declarations() -> Iterator[None]:
    """What is imported within takes its declarations parsed."""
    cffi.FFI = _Declared
    try:
        yield
    finally:
        cffi.FFI = _FFI


def written() -> str:
    """The file of parsed declarations, for the WeasyPrint that is installed."""
    import ast

    import weasyprint.text.ffi

    tree = ast.parse(Path(weasyprint.text.ffi.__file__).read_text(encoding="utf-8"))
    (source,) = (
        str(call.args[0].value)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "cdef"
        and isinstance(call.args[0], ast.Constant)
    )
    parsed = _FFI()
    parsed.cdef(source)
    parsed.set_source("text_libraries", None)
    made = StringIO()
    parsed.emit_python_code(made)
    _, _, rest = made.getvalue().partition("\n")
    head = '"""Written by `declared.py`: what WeasyPrint declares, parsed."""\n\n'
    return f'{head}DECLARATIONS = "{digest_of(source)}"\n\n{rest}'


if __name__ == "__main__":
    PLACE.write_text(written(), encoding="utf-8")
