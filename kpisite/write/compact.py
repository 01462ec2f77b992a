"""Templates are laid out for people, and made compact when they are loaded.

A line break with the spaces around it says to a browser no more than one space, and nothing at all
beside the tag of an element that stands in a block of its own.  So a template may have a line for
each element that a person would look for, and its pages carry none of the indentation.
"""

import re
from collections.abc import Iterator

#: Elements beside whose tags spaces say nothing.
BLOCKS = frozenset((
    "html", "head", "meta", "title", "link", "body", "header", "main", "footer", "nav", "section",
    "div", "p", "blockquote", "h1", "h2", "h3", "ul", "ol", "li", "dl", "dt", "dd", "br", "table",
    "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td", "details", "summary",
    "svg", "line", "circle", "rect", "path", "polyline", "text",
))  # fmt: skip
#: Elements whose text is shown, or read, as it stands.
VERBATIM = frozenset(("pre", "textarea", "style", "script"))

_PIECES = re.compile(r"<[^<>]*>?|[^<]+")
_TAG = re.compile(r"</?([A-Za-z][A-Za-z0-9]*)")
_BREAK = re.compile(r"[ \t]*\n[ \t\n]*")
_SPACES_FIRST = re.compile(r"\A[ \t]+")
_LAST_BREAK = re.compile(r"[ \t]*\n[ \t\n]*\Z")


class Compactor:
    """Makes the pieces of one template compact, in their order.

    Between two pieces stands an expression or a statement, which may stand within a tag too.
    """

    def __init__(self) -> None:
        self._tag = ""  # the tag that we are in, as far as it has been read
        self._is_behind_block = False
        self._verbatim = ""

    def expression(self) -> None:
        """A text whose end nobody knows stands here."""
        self._is_behind_block = False

    def piece(self, text: str, *, begins_line: bool = False) -> str:
        r"""A piece without the breaks and indentation that say nothing; one that begins a line may
        begin with the indentation of it.

        >>> compact = Compactor()
        >>> compact.piece("<tr>\n  <th>")
        '<tr><th>'
        >>> compact.piece("a\n  <b>b</b>\n  c\n</th>\n</tr>\n")
        'a\n<b>b</b>\nc</th></tr>'
        """
        return "".join(self._made(text, begins_line))

    def _made(self, text: str, begins_line: bool) -> Iterator[str]:
        if self._tag:
            if begins_line:
                text = _SPACES_FIRST.sub("\n", text)
            rest, closing, text = text.partition(">")
            yield self._in_tag(rest + closing)
        pieces = _PIECES.findall(text)
        for number, one in enumerate(pieces):
            if one.startswith("<"):
                yield self._in_tag(one)
            elif self._verbatim:
                yield one
            else:
                is_before_block = number + 1 < len(pieces) and _is_of(BLOCKS, pieces[number + 1])
                yield self._said(one, is_before_block, begins_line and number == 0)

    def _in_tag(self, text: str) -> str:
        """A tag, or what goes on with one."""
        self._tag += text
        if text.endswith(">"):
            self._is_behind_block = _is_of(BLOCKS, self._tag)
            if _is_of(VERBATIM, self._tag):
                self._verbatim = "" if self._tag.startswith("</") else self._tag
            self._tag = ""
        return _BREAK.sub(" ", text)

    def _said(self, text: str, is_before_block: bool, begins_line: bool) -> str:
        """Text between tags."""
        if begins_line:
            text = _SPACES_FIRST.sub("\n", text)
        if is_before_block:
            text = _LAST_BREAK.sub("", text)
        if self._is_behind_block and (first := _BREAK.match(text)):
            text = text[first.end() :]
        if text:
            self._is_behind_block = False
        return _BREAK.sub("\n", text)


def _is_of(names: frozenset[str], tag: str) -> bool:
    found = _TAG.match(tag)
    return found is not None and found[1].lower() in names
