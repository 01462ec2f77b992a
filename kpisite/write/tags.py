"""The structure of a printed page, for screen readers and archives: what is a heading, a table, a
list, a box to sign in, and what only stands at the head or foot of every page.

WeasyPrint lays boxes out page by page and tags each fragment by itself: what is broken over pages
comes out as two tables, or as a list whose second half has no list.  Here one element of the page
is one element of the structure, wherever its fragments stand.

Called by WeasyPrint in the place of its own function; its boxes and pydyf's objects are used here
and in `pdf.py` alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pydyf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

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
#: What holds no text of its own, and what its text is put in.
HOLDERS = {"Document": "P", "Sect": "P", "BlockQuote": "P", "LI": "LBody"}
#: What stands within a line.
IN_LINE = ("Code", "Form", "Link", "")
#: Of these an empty one says something: a cell, that nothing was written in it.
MAY_BE_EMPTY = ("Document", "TD", "TH", "TR")
#: A box that somebody signs in, by the id of its element.
SIGNATURE = re.compile(r"sign-[1-9][0-9]*")
#: WeasyPrint measures in pixels of CSS, PDF in points.
POINTS = 0.75
#: An annotation that is printed with its page, as archives ask.
PRINTED = 4


@dataclass(slots=True)
class Element:
    """An element of the structure: what it is, and what is in it in the order of reading."""

    tag: str
    kids: "list[Element | Text | Annotation]" = field(default_factory=list)
    attributes: dict[str, Any] = field(default_factory=dict)
    page: int = 0
    """Where it begins."""
    alternative: str = ""
    is_implied: bool = False

    def text_goes_to(self) -> "Element":
        """The element itself, or the one within that holds its text."""
        holder = HOLDERS.get(self.tag)
        if holder is None:
            return self
        last = self.kids[-1] if self.kids else None
        if not (isinstance(last, Element) and last.is_implied and last.tag == holder):
            last = Element(tag=holder, is_implied=True)
            self.kids.append(last)
        return last


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of a page's content, by its page and number there."""

    page: int
    number: int


@dataclass(frozen=True, slots=True)
class Annotation:
    """A link or a field, on its page."""

    page: int
    dictionary: Any


def add_tags(pdf: Any, document: Any, _version: object, streams: Sequence[Any]) -> None:
    """Gives `pdf` its tree of structure, and a field for every box that somebody signs in."""
    reader = _Reader(pdf)
    for number, (page, stream) in enumerate(zip(document.pages, streams, strict=True)):
        reader.read(number, page._page_box, stream)
    _write(pdf, reader.root, len(streams))
    if reader.fields:
        fields = pydyf.Array([one.reference for one in reader.fields])
        pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": fields, "SigFlags": 1})
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
        self._elements: dict[tuple[Any, str], Element] = {}

    def read(self, number: int, page_box: Any, stream: Any) -> None:
        """Reads one page."""
        self._page, self._height = number, page_box.margin_height()
        self._marks, self._aside = stream._tags, {}
        for box in page_box.children:
            if isinstance(box, boxes.MarginBox):
                where = "Header" if box.at_keyword.startswith("@top") else "Footer"
                self._set_aside(box, f"<</Type/Pagination/Subtype/{where}>>")
            else:
                self._read_box(box, self.root)
        assert not self._marks, "something is drawn that is in no box"
        _mark_artifacts(stream, self._aside)

    def _set_aside(self, box: Any, properties: str) -> None:
        """Takes all that is in a box for no part of what is read."""
        if box in self._marks:
            self._aside[self._marks.pop(box)["mcid"]] = properties
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
        if box in self._marks:
            text = Text(self._page, self._marks.pop(box)["mcid"])
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
            annotation = self._field(box, name)
            form = Element(tag="Form", kids=[Annotation(self._page, annotation)], page=self._page)
            element.text_goes_to().kids.append(form)
            self._elements[key] = form
            self.fields.append(annotation)

    def _field(self, box: Any, name: str) -> Any:
        """An empty field to sign in, as large as the box, which a signature in it locks: its name
        for programs, for people, and that of the rater who signs there."""
        width, height = box.border_width() * POINTS, box.border_height() * POINTS
        left = box.border_box_x() * POINTS
        bottom = (self._height - box.border_box_y()) * POINTS - height
        size = {"Type": "/XObject", "Subtype": "/Form"}
        look = pydyf.Stream([], size | {"BBox": pydyf.Array([0, 0, width, height])})
        lock = pydyf.Dictionary({"Type": "/SigFieldLock", "Action": "/Include"})
        lock["Fields"] = pydyf.Array([pydyf.String(name)])
        self._pdf.add_object(look)
        self._pdf.add_object(lock)
        page = self._pdf.page_references[self._page]
        rater = box.element.get("data-rater")
        annotation = pydyf.Dictionary(
            {
                "Type": "/Annot",
                "Subtype": "/Widget",
                "FT": "/Sig",
                "T": pydyf.String(name),
                "TU": pydyf.String((box.element.get("title") or "").strip() or name),
                "Rect": pydyf.Array([left, bottom, left + width, bottom + height]),
                "F": PRINTED,
                "P": page,
                "AP": pydyf.Dictionary({"N": look.reference}),
                "Border": pydyf.Array([0, 0, 0]),
                "Lock": lock.reference,
            }
        )
        if rater:
            annotation["TM"] = pydyf.String(rater)
        self._pdf.add_object(annotation)
        self._pdf.objects[_number(page)].setdefault("Annots", pydyf.Array()).append(
            annotation.reference
        )
        return annotation


def _number(reference: bytes) -> int:
    return int(reference.split()[0])


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
    said = element.get("alt") if title is None else title.text
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


# The tree in the file.


def _write(pdf: Any, root: Element, pages: int) -> None:
    tree = pydyf.Dictionary({"Nums": pydyf.Array()})
    top = pydyf.Dictionary({"Type": "/StructTreeRoot"})
    pdf.add_object(tree)
    pdf.add_object(top)
    texts: list[dict[int, bytes]] = [{} for _ in range(pages)]
    annotations: list[tuple[Any, bytes]] = []
    document = _written(pdf, root, top.reference, texts, annotations)
    for page, of_page in enumerate(texts):
        numbers = range(max(of_page, default=-1) + 1)
        parents = pydyf.Array([of_page.get(number, b"null") for number in numbers])
        tree["Nums"].extend([page, parents])
    for number, (annotation, parent) in enumerate(annotations, pages):
        annotation["StructParent"] = number
        tree["Nums"].extend([number, parent])
    top["K"] = pydyf.Array([document.reference])
    top["ParentTree"] = tree.reference
    top["ParentTreeNextKey"] = pages + len(annotations)
    pdf.catalog["StructTreeRoot"] = top.reference


def _written(
    pdf: Any,
    element: Element,
    parent: bytes,
    texts: list[dict[int, bytes]],
    annotations: list[tuple[Any, bytes]],
) -> Any:
    """The element and all below it as objects of the file; entered where its content is found."""
    written = pydyf.Dictionary({"S": f"/{element.tag}", "P": parent})
    pdf.add_object(written)
    page = next((kid.page for kid in element.kids if isinstance(kid, Text)), element.page)
    if any(not isinstance(kid, Element) for kid in element.kids):
        written["Pg"] = pdf.page_references[page]
    if element.attributes:
        written["A"] = pydyf.Dictionary(element.attributes)
    if element.alternative:
        written["Alt"] = pydyf.String(element.alternative)
    kids = pydyf.Array()
    for kid in element.kids:
        match kid:
            case Element() if _says_something(kid):
                kids.append(_written(pdf, kid, written.reference, texts, annotations).reference)
            case Text():
                texts[kid.page][kid.number] = written.reference
                kids.append(kid.number if kid.page == page else _on_page(pdf, kid))
            case Annotation():
                annotations.append((kid.dictionary, written.reference))
                kids.append(_object_on_page(pdf, kid))
    if kids:
        # A field stands alone, not in an array: readers that ask what was changed after a signature
        # look for it so, and take a signature for a forgery where they do not find it.
        written["K"] = kids[0] if element.tag == "Form" else kids
    return written


def _says_something(element: Element) -> bool:
    return element.tag in MAY_BE_EMPTY or any(_all_texts(element))


def _all_texts(element: Element) -> Iterator[bool]:
    for kid in element.kids:
        yield not isinstance(kid, Element) or _says_something(kid)


def _on_page(pdf: Any, text: Text) -> Any:
    reference = {"Type": "/MCR", "Pg": pdf.page_references[text.page], "MCID": text.number}
    return pydyf.Dictionary(reference)


def _object_on_page(pdf: Any, kid: Annotation) -> Any:
    reference = {"Type": "/OBJR", "Pg": pdf.page_references[kid.page]}
    return pydyf.Dictionary(reference | {"Obj": kid.dictionary.reference})
