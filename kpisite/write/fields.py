"""Boxes on a printed page in which somebody signs, as empty fields of the file."""

import re
from typing import Any

import pydyf

#: A box that somebody signs in, by the id of its element.
SIGNATURE = re.compile(r"sign-[1-9][0-9]*")
#: WeasyPrint measures in pixels of CSS, PDF in points.
POINTS = 0.75
#: An annotation that is printed with its page, as archives ask.
PRINTED = 4


def lay_field(pdf: Any, box: Any, page: int, page_height: float) -> Any:
    """An empty field to sign in, as large as the box on the page, which a signature in it locks.

    It bears a name for programs, one for people, and the id of the rater who signs there.
    """
    name = box.element.get("id")
    width, height = box.border_width() * POINTS, box.border_height() * POINTS
    left = box.border_box_x() * POINTS
    bottom = (page_height - box.border_box_y()) * POINTS - height
    size = {"Type": "/XObject", "Subtype": "/Form"}
    look = pydyf.Stream([], size | {"BBox": pydyf.Array([0, 0, width, height])})
    lock = pydyf.Dictionary({"Type": "/SigFieldLock", "Action": "/Include"})
    lock["Fields"] = pydyf.Array([pydyf.String(name)])
    pdf.add_object(look)
    pdf.add_object(lock)
    reference = pdf.page_references[page]
    field = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(name),
            "TU": pydyf.String((box.element.get("title") or "").strip() or name),
            "Rect": pydyf.Array([left, bottom, left + width, bottom + height]),
            "F": PRINTED,
            "P": reference,
            "AP": pydyf.Dictionary({"N": look.reference}),
            "Border": pydyf.Array([0, 0, 0]),
            "Lock": lock.reference,
        }
    )
    if rater := box.element.get("data-rater"):
        field["TM"] = pydyf.String(rater)
    pdf.add_object(field)
    on_page = pdf.objects[int(reference.split()[0])].setdefault("Annots", pydyf.Array())
    on_page.append(field.reference)
    return field


def enter_fields(pdf: Any, fields: list[Any]) -> None:
    """Names the fields of a file in its catalogue, where there are any."""
    if fields:
        named = pydyf.Array([one.reference for one in fields])
        pdf.catalog["AcroForm"] = pydyf.Dictionary({"Fields": named, "SigFlags": 1})
