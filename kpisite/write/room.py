"""Whether what was laid out may take a page less where it is set a little closer."""

from collections.abc import Sequence
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

#: What is set closer takes about six sevenths of the room; a little more is tried for nothing.
CLOSER = 1.18


def may_save_a_page(pages: Sequence[Any]) -> bool:
    """Whether all that stands on several pages is little more than one fewer have room for."""
    if len(pages) < 2:
        return False
    filled = sum(_filled(page._page_box) for page in pages)
    room = pages[0]._page_box.height * (len(pages) - 1)
    return bool(filled <= room * CLOSER)


def _filled(page_box: Any) -> float:
    """How far down the page something stands, from where the page's own room begins."""
    lowest = top = page_box.content_box_y()
    waiting = [box for box in page_box.children if not isinstance(box, boxes.MarginBox)]
    while waiting:
        box = waiting.pop()
        box = box._box if isinstance(box, AbsolutePlaceholder) else box
        within = getattr(box, "children", ())
        waiting += within
        if not within and isinstance(box.height, int | float):
            lowest = max(lowest, box.position_y + box.height)
    return float(lowest - top)
