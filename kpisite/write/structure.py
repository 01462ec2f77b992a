"""The tree of structure that a tagged PDF holds: what screen readers and archives go by.

It knows nothing of how a page was laid out: `tags.py` reads that.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pydyf

#: What holds no text of its own, and what its text is put in.
HOLDERS = {"Document": "P", "Sect": "P", "BlockQuote": "P", "LI": "LBody"}
#: Of these an empty one says something: a cell, that nothing was written in it.
MAY_BE_EMPTY = ("Document", "TD", "TH", "TR")


@dataclass(slots=True)
class Element:
    """An element of the structure: what it is, and what is in it in the order of reading."""

    tag: str
    kids: "list[Element | TextContent | Annotation]" = field(default_factory=list)
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
class TextContent:
    """A piece of a page's content, by its page and number there."""

    page: int
    number: int


@dataclass(frozen=True, slots=True)
class Annotation:
    """A link or a field, on its page."""

    page: int
    dictionary: Any


def write_structure(pdf: Any, root: Element, pages: int) -> None:
    """Writes the tree below `root` into a file of so many pages, and names it in the catalogue."""
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
    page = next((kid.page for kid in element.kids if isinstance(kid, TextContent)), element.page)
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
            case TextContent():
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


def _on_page(pdf: Any, text: TextContent) -> Any:
    reference = {"Type": "/MCR", "Pg": pdf.page_references[text.page], "MCID": text.number}
    return pydyf.Dictionary(reference)


def _object_on_page(pdf: Any, kid: Annotation) -> Any:
    reference = {"Type": "/OBJR", "Pg": pdf.page_references[kid.page]}
    return pydyf.Dictionary(reference | {"Obj": kid.dictionary.reference})
