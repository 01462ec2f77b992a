"""All files of a site to documents, with what cannot be read and what cannot be printed."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kpisite.core.issue import Fact, Issue, Keys, Outcome, Place, Source
from kpisite.fonts import package_with, uncovered
from kpisite.read.document import Document, Documents
from kpisite.read.file import LARGEST_FILE, File
from kpisite.read.parse import read_document

#: Control characters, and marks that turn text round or vanish: none belongs in a form, and each
#: can make a name or a number look like another.  Line break and tab are ordinary.
_HIDDEN = (
    r"\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f"
)
#: A text in another script has every character amiss; so many are reported.
MOST_CHARACTERS = 5
_SUSPECT = re.compile(rf"[{_HIDDEN}]|\\[uUxbfre]|&[#A-Za-z]")
_CONTROL = re.compile(rf"[{_HIDDEN}]")


def read_site(files: Iterable[File]) -> Outcome[Documents]:
    """The documents of `files`, sorted by path, and every fault of theirs taken alone."""
    documents: dict[str, Document] = {}
    issues: list[Issue] = []
    for file in sorted(files, key=lambda file: file.path):
        document, more = read_file(file)
        issues += more
        if document is not None:
            documents[file.path] = document
    return Documents(documents), issues


def read_file(file: File) -> Outcome[Document | None]:
    """The document of one file, and every fault of it taken alone; None where it cannot be read."""
    if file.content is None:
        facts: dict[str, Fact] = {"most": LARGEST_FILE // 1024, "meant": file.meant}
        return None, [Issue(code=file.issue, at=Place(file.path), facts=facts)]
    document, issues = read_document(file.path, file.content)
    if document is not None:
        issues += characters_amiss(document)
    return document, issues


def read_again(file: File) -> Document | None:
    """The document of a file in which everything wrong was reported before."""
    return None if file.content is None else read_document(file.path, file.content)[0]


def characters_amiss(document: Document) -> Iterator[Issue]:
    """Every entry that holds a character which hides, or which no font here can print."""
    suspect = _SUSPECT.search(document.text)
    if not suspect and not uncovered(document.text):
        return
    from html import unescape  # late: most texts are plain

    for keys, written in _texts(document.data, ()):
        text = unescape(written)  # a note is Markdown, and `&#x202E;` in it is the character
        at = Source(document.path, keys)
        for character in sorted(set(_CONTROL.findall(text)))[:MOST_CHARACTERS]:
            facts = {"field": _field(keys), "character": f"U+{ord(character):04X}"}
            yield Issue(code="control-character", at=at, facts=facts)
        for character in uncovered(_CONTROL.sub("", text))[:MOST_CHARACTERS]:
            facts = {
                "field": _field(keys),
                "character": character,
                "point": f"U+{ord(character):04X}",
                "meant": package_with(character),
            }
            yield Issue(code="no-glyph", at=at, facts=facts)


def _field(keys: Keys) -> str:
    field = ".".join(str(key) for key in keys)
    return field if len(field) <= 60 else field[:59] + "…"


def _texts(node: Any, keys: Keys) -> Iterator[tuple[Keys, str]]:
    if isinstance(node, str):
        yield keys, node
    elif isinstance(node, Mapping):
        for key, value in node.items():
            yield (*keys, key), key
            yield from _texts(value, (*keys, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _texts(value, (*keys, index))
