"""Several printed pages in one file, with a bookmark for each.

The structures of all become parts of one, so that a screen reader reads through the whole file.
Boxes to sign in and attachments stay with the single forms: a bundle is read and printed, and what
is signed or proved is each form by itself, as what is attached to it says.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from io import BytesIO
from typing import TYPE_CHECKING, Any

from kpisite.write.archival import Finish, finished

if TYPE_CHECKING:
    import pikepdf


def bundled(files: Sequence[tuple[str, bytes]], finish: Finish) -> bytes:
    """`files`, each a bookmark and a printed page, one after the other.

    The same arguments give the same bytes.
    """
    import pikepdf

    with ExitStack() as opened, pikepdf.new() as bundle:
        several = [opened.enter_context(pikepdf.open(BytesIO(one))) for _, one in files]
        root = bundle.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot))
        whole = bundle.make_indirect(
            pikepdf.Dictionary(S=pikepdf.Name.Document, P=root, K=pikepdf.Array())
        )
        root.K = pikepdf.Array([whole])
        parents: list[pikepdf.Object | int] = []
        with bundle.open_outline() as outline:
            for (title, _), file in zip(files, several, strict=True):
                at = len(bundle.pages)
                _leave_out_fields(file)
                bundle.pages.extend(file.pages)
                outline.root.append(pikepdf.OutlineItem(title, at))
                _take_in_structure(bundle, file, whole, bundle.pages[at:], parents)
        root.ParentTree = bundle.make_indirect(pikepdf.Dictionary(Nums=pikepdf.Array(parents)))
        root.ParentTreeNextKey = len(parents) // 2
        _describe(bundle, several[0], root)
        for key in ("/Creator", "/Producer"):
            bundle.docinfo[key] = str(several[0].docinfo[key])
        bundle.docinfo["/Title"] = finish.title
        bundle.docinfo["/Author"] = finish.author
        written = BytesIO()
        bundle.save(written, deterministic_id=True, min_version=several[0].pdf_version)
    return finished(written.getvalue(), finish)


def pages_in(file: bytes) -> int:
    """How many pages a printed file has."""
    import pikepdf

    with pikepdf.open(BytesIO(file)) as pdf:
        return len(pdf.pages)


def _describe(bundle: "pikepdf.Pdf", first: "pikepdf.Pdf", root: "pikepdf.Object") -> None:
    """What every printed file says of itself, as the first of these says it."""
    bundle.Root.StructTreeRoot = root
    for key in ("/Lang", "/MarkInfo", "/ViewerPreferences", "/OutputIntents"):
        holder = first.make_indirect(first.Root[key])
        bundle.Root[key] = bundle.copy_foreign(holder)


def _leave_out_fields(file: "pikepdf.Pdf") -> None:
    """Takes the boxes to sign in from the pages and from the structure."""
    import pikepdf

    for page in file.pages:
        annotations = list(page.get("/Annots", []))
        page.Annots = pikepdf.Array(
            one for one in annotations if one.Subtype != pikepdf.Name.Widget
        )
    waiting = list(_children(file.Root.StructTreeRoot))
    while waiting:
        element = waiting.pop()
        children = _kids(element)
        kept = [kid for kid in children if not _is_field(kid)]
        if len(kept) < len(children):
            element.K = pikepdf.Array(kept)
        waiting += _children(element)


def _kids(element: "pikepdf.Object") -> list["pikepdf.Object | int"]:
    import pikepdf

    kids = element.get("/K")
    if kids is None:
        return []
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _children(element: "pikepdf.Object") -> Iterator["pikepdf.Object"]:
    """The elements right below one, without its pieces of pages."""
    import pikepdf

    for kid in _kids(element):
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid


def _is_field(kid: "pikepdf.Object | int") -> bool:
    import pikepdf

    return isinstance(kid, pikepdf.Dictionary) and kid.get("/S") == pikepdf.Name.Form


def _take_in_structure(
    bundle: "pikepdf.Pdf",
    file: "pikepdf.Pdf",
    whole: "pikepdf.Object",
    pages: Iterable["pikepdf.Page"],
    parents: list["pikepdf.Object | int"],
) -> None:
    """Puts the structure of `file` under that of all, and its pages under numbers of their own."""
    import pikepdf

    tree = bundle.copy_foreign(file.Root.StructTreeRoot)
    numbers = {int(key): value for key, value in pikepdf.NumberTree(tree.ParentTree).items()}
    for element in _children(tree):
        element.S = pikepdf.Name.Part
        element.P = whole
        whole.K.append(element)
    for page in pages:
        holders: list[tuple[Any, str]] = [(page.obj, "/StructParents")]
        holders += [(one, "/StructParent") for one in page.get("/Annots", [])]
        for holder, key in holders:
            if key in holder:
                number = len(parents) // 2
                parents += [number, numbers[int(holder[key])]]
                holder[key] = number
