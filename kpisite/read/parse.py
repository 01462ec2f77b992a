"""Bytes to a document: TOML read exactly, and every mistake of the keyboard reported.

`read_document("records/2026-10/CS017.toml", b'employee = "CS017"')` gives a document and no
issues.  A file with broken lines gives an issue for each of them and a document of the rest, so
that one issue hides no other; a file that cannot be read at all gives None.
"""

from kpisite.core.issue import Issue, Outcome, Place
from kpisite.read.document import Document
from kpisite.read.likeness import written_out
from kpisite.read.lines import position_after
from kpisite.read.toml import TooDeep, parsed

#: The longest text that a form may hold takes less on one line, with all its line ends written
#: `\\n`.
LONGEST_LINE = 50_000


def read_document(path: str, content: bytes) -> Outcome[Document | None]:
    """The document in `content`, and what in it is not TOML; None where nothing can be read."""
    text, issues = _decoded(path, content)
    if text is None:
        return None, issues
    endless = _endless(path, text)
    if endless is not None:
        return None, [*issues, endless]
    try:
        data = parsed(text)
    except TooDeep as deep:
        return None, [*issues, deep.issue(path)]
    except ValueError:
        from kpisite.read.mending import read_in_part  # late: hardly a file is broken

        document, syntax_issues = read_in_part(path, text)
        issues += syntax_issues
    else:
        document = Document(path, text, data, text)
    if document is None:
        return None, issues
    document, repeated = written_out(document)
    return document, [*issues, *repeated]


def _decoded(path: str, content: bytes) -> Outcome[str | None]:
    """The text with bare line ends, without a byte order mark."""
    text, line, column = None, 1, 1
    if not _is_utf16(content):
        try:
            text = content.removeprefix(b"\xef\xbb\xbf").decode()
        except UnicodeDecodeError as error:
            line, column = position_after(error.object[: error.start].decode())
    if text is None:
        facts = {"meant": _likely_encoding(content)}
        return None, [Issue(code="not-utf8", at=Place(path, line, column, column), facts=facts)]
    text = text.replace("\r\n", "\n")
    issues = []
    if text.startswith("\ufeff"):
        issues = [Issue(code="odd-space", at=Place(path), facts={"character": "U+FEFF"})]
    before, bare_return, _ = text.partition("\r")
    if bare_return:
        line, column = position_after(before)
        issues.append(Issue(code="line-ends", at=Place(path, line, column, column)))
    return text.replace("\r", "\n").lstrip("\ufeff"), issues


def _endless(path: str, text: str) -> Issue | None:
    """The fault of a line so long that what is wrong in it could not be searched for in time."""
    if len(text) <= LONGEST_LINE:
        return None
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LONGEST_LINE:
            return Issue(code="line-too-long", at=Place(path, number), facts={"most": LONGEST_LINE})
    return None


def _is_utf16(content: bytes) -> bool:
    """Whether the bytes come in pairs, as Windows' “Unicode” text does."""
    return content.startswith((b"\xff\xfe", b"\xfe\xff")) or content.count(0) * 4 > len(content)


def _likely_encoding(content: bytes) -> str:
    """What the bytes look like, or nothing."""
    if _is_utf16(content):
        return "UTF-16"
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return ""
    return "GBK"
