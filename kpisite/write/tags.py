"""The structure of a printed page, for screen readers and archives: what is a heading, a table, a
list, a box to sign in, and what only stands at the head or foot of every page.

WeasyPrint lays boxes out page by page and tags each fragment by itself: what is broken over pages
comes out as two tables, or as a list whose second half has no list.  Here one element of the page
is one element of the structure, wherever its fragments stand.

Called by WeasyPrint in the place of its own function; its boxes are known here, in `fields.py`, in
`room.py` and in `memoized.py` alone.
"""

from collections.abc import Sequence
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from kpisite.write.code import drawn
from kpisite.write.fields import POINTS, PRINTED, SIGNATURE, enter_fields, lay_field
from kpisite.write.structure import Annotation, Element, TextContent, write_structure

#: What an element of HTML is in a PDF; any other stands for nothing by itself.
TAGS = {
    **{f"h{level}": f"H{level}" for level in range(1, 7)},
    "a": "Link",
    "blockquote": "BlockQuote",
    "caption": "Caption",
    "code": "Code",
    "dd": "LBody",
    "dl": "L",
    "dt": "Lbl",
    "li": "LI",
    "li::marker": "Lbl",
    "ol": "L",
    "p": "P",
    "pre": "P",
    "section": "Sect",
    "table": "Table",
    "tbody": "TBody",
    "td": "TD",
    "tfoot": "TFoot",
    "th": "TH",
    "thead": "THead",
    "tr": "TR",
    "ul": "L",
}
#: What stands within a line.
IN_LINE = ("Code", "Form", "Link", "")


def add_tags(pdf: Any, document: Any, _version: object, streams: Sequence[Any]) -> None:
    """Gives `pdf` its tree of structure, a field for every box that somebody signs in, and its
    codes."""
    reader = _Reader(pdf)
    for number, (page, stream) in enumerate(zip(document.pages, streams, strict=True)):
        reader.read(number, page._page_box, stream)
    write_structure(pdf, reader.root, len(streams))
    enter_fields(pdf, reader.fields)
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})


class _Reader:
    """Reads the boxes of a document into one tree."""

    def __init__(self, pdf: Any) -> None:
        self.root = Element(tag="Document")
        self.fields: list[Any] = []
        self._pdf = pdf
        self._page = 0
        self._height = 0.0
        self._marks: dict[Any, dict[str, Any]] = {}
        self._aside: dict[int, str] = {}
        self._codes: dict[Any, bytes] = {}
        self._elements: dict[tuple[Any, str], Element] = {}

    def read(self, number: int, page_box: Any, stream: Any) -> None:
        """Reads one page."""
        self._page, self._height = number, page_box.margin_height()
        self._marks, self._aside, self._codes = stream._tags, {}, {}
        for box in page_box.children:
            if isinstance(box, boxes.MarginBox):
                where = "Header" if box.at_keyword.startswith("@top") else "Footer"
                self._set_aside(box, f"<</Type/Pagination/Subtype/{where}>>")
            else:
                self._read_box(box, self.root)
        assert not self._marks, "something is drawn that is in no box"
        _mark_artifacts(stream, self._aside)
        stream.stream.extend(self._codes.values())

    def _set_aside(self, box: Any, properties: str) -> None:
        """Takes all that is in a box for no part of what is read."""
        if box in self._marks:
            self._aside[self._marks.pop(box)["mcid"]] = properties
        self._draw_code(box)
        for child in getattr(box, "children", ()):
            self._set_aside(_placed(child), properties)

    def _read_box(self, placed: Any, around: Element) -> None:
        box = _placed(placed)
        tag = "" if box.element is None else TAGS.get(box.element_tag, "")
        element = around
        if tag or isinstance(box, boxes.ReplacedBox):
            element = self._element(box, tag or "Figure", around)
            if tag == "THead" and element.page < self._page:
                self._set_aside(box, "<</Type/Pagination>>")  # said again atop of the next page
                return
        self._read_annotations(box, element)
        self._draw_code(box)
        if box in self._marks:
            text = TextContent(self._page, self._marks.pop(box)["mcid"])
            element.text_goes_to().kids.append(text)
        for child in getattr(box, "children", ()):
            self._read_box(child, element)

    def _element(self, box: Any, tag: str, around: Element) -> Element:
        """The element of the structure that a box is a fragment of, made when first met."""
        key = box.element, box.element_tag
        element = self._elements.get(key)
        if element is None:
            element = Element(tag=tag, page=self._page)
            self._elements[key] = element
            element.attributes = _attributes(box, tag)
            if tag == "Figure":
                element.alternative = _alternative(box.element)
            self._enter(element, box, around)
        return element

    def _enter(self, element: Element, box: Any, around: Element) -> None:
        if box.element_tag == "li::marker":
            self._elements.get((box.element, "li"), around).kids.insert(0, element)
        elif box.element_tag == "dt":
            around.kids.append(Element(tag="LI", kids=[element], page=self._page))
        elif box.element_tag == "dd" and around.kids and isinstance(around.kids[-1], Element):
            around.kids[-1].kids.append(element)
        elif element.tag in IN_LINE or around.tag == "LI":
            around.text_goes_to().kids.append(element)
        else:
            around.kids.append(element)

    def _read_annotations(self, box: Any, element: Element) -> None:
        if getattr(box, "link_annotation", None):
            box.link_annotation["F"] = PRINTED
            element.kids.append(Annotation(self._page, box.link_annotation))
        name = "" if box.element is None else box.element.get("id", "")
        key = box.element, "signature"
        if SIGNATURE.fullmatch(name) and key not in self._elements:
            annotation = lay_field(self._pdf, box, self._page, self._height)
            form = Element(tag="Form", kids=[Annotation(self._page, annotation)], page=self._page)
            element.text_goes_to().kids.append(form)
            self._elements[key] = form
            self.fields.append(annotation)

    def _draw_code(self, box: Any) -> None:
        """Draws the code that a box is the place of, as wide as the box, beside what is read."""
        text = "" if box.element is None else box.element.get("data-code", "")
        if text and box.element not in self._codes:
            left, top = (at * POINTS for at in (box.content_box_x(), box.content_box_y()))
            self._codes[box.element] = drawn(text, left, top, box.width * POINTS)


def _placed(box: Any) -> Any:
    return box._box if isinstance(box, AbsolutePlaceholder) else box


def _attributes(box: Any, tag: str) -> dict[str, Any]:
    """Which way a head of a table looks, and how many rows and columns a cell spans."""
    if tag not in ("TH", "TD"):
        return {}
    said: dict[str, Any] = {}
    if tag == "TH":
        said["Scope"] = "/Row" if box.element.get("scope") == "row" else "/Column"
    spans = {"ColSpan": box.colspan, "RowSpan": box.rowspan}
    said |= {key: span for key, span in spans.items() if span != 1}
    return {"O": "/Table", **said} if said else {}


def _alternative(element: Any) -> str:
    """What a picture shows, in words."""
    title = element.find("{http://www.w3.org/2000/svg}title")
    said = element.get("alt") or element.get("aria-label") if title is None else title.text
    return said or ""


def _mark_artifacts(stream: Any, aside: dict[int, str]) -> None:
    """Marks the numbered pieces of a page's content as no part of what is read."""
    if not aside:
        return
    content = stream.stream
    for index, one in enumerate(content):
        if isinstance(one, pydyf.Dictionary) and one.get("MCID") in aside:
            content[index - 1] = "/Artifact"
            content[index] = aside[one["MCID"]]
