"""All that a finished file says, wherever in it: its words, and what no eye sees."""

import re
import zipfile
from collections.abc import Callable, Mapping
from html import unescape
from io import BytesIO

from kpisite.paper.pdf import Unreadable, attachments_of, metadata_of, opened
from kpisite.paper.scan import words_of

#: A packed file may come to so many times its size, and to so much.
MOST_UNPACKED = 64 * 1024 * 1024


class NotRead(Exception):
    """A file of which nobody can say what it holds."""


def said_in(path: str, content: bytes) -> str:
    """Everything that a file says; NotRead for what is of no known kind, or damaged."""
    suffix = path.rpartition(".")[2].lower()
    if suffix not in READERS:
        raise NotRead(path)
    return READERS[suffix](content)


def _text(content: bytes) -> str:
    try:
        return unescape(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NotRead from None


def _style(content: bytes) -> str:
    """A style sheet without the sizes of paper, which somebody's id may be, such as `A4`."""
    return re.sub(r"(\bsize\s*:\s*)[AB][0-9]\b", r"\1", _text(content))


def _script(content: bytes) -> str:
    """JSON and scripts may write any letter as a number."""
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda one: chr(int(one[1], 16)), _text(content))


def _packed(content: bytes) -> str:
    """A workbook: every file in it, with its name and the comments beside it."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_UNPACKED:
                raise NotRead
            parts = [packed.comment.decode("utf-8", "replace")]
            for one in packed.infolist():
                inside = packed.read(one).decode("utf-8", "replace")
                parts += [one.filename, one.comment.decode("utf-8", "replace"), unescape(inside)]
            return "\n".join(parts)
    except (zipfile.BadZipFile, EOFError, RuntimeError):
        raise NotRead from None


def _pdf(content: bytes) -> str:
    """A printed form: the words on its pages, its metadata, and the files that it carries."""
    try:
        with opened(content) as pdf:
            attached = attachments_of(pdf)
            parts = list(metadata_of(pdf))
    except Unreadable:
        raise NotRead from None
    words = words_of(content)
    if not words:  # every form and list has some
        raise NotRead
    parts.append(words)
    for name, inside in attached.items():
        parts += [name, inside.decode("utf-8", "replace")]
    return "\n".join(parts)


#: How a file is read, by the end of its name.
READERS: Mapping[str, Callable[[bytes], str]] = {
    "html": _text,
    "css": _style,
    "svg": _text,
    "csv": _text,
    "txt": _text,
    "js": _script,
    "json": _script,
    "toml": _script,
    "xlsx": _packed,
    "pdf": _pdf,
}
