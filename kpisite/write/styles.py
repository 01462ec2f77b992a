"""What WeasyPrint computes of styles for every page, and is the same for the next one.

A style follows from the declarations that hold for an element, and from its parent's style.  Where
both are as they were on an earlier page, the values are taken from there: they are kept in a tree
of `Known`, one for each chain of declarations from the page's root down.  Declarations are told
apart by their values, which a style sheet has once and keeps; a `Known` holds them, so that no
other comes to bear the same identity.

A style that is changed afterwards, as WeasyPrint does with a few, keeps nothing, and neither do
those below it.
"""

import re
from collections.abc import Hashable
from typing import Any

from weasyprint.css import AnonymousStyle, ComputedStyle, StyleFor
from weasyprint.css.properties import INHERITED

#: What `memo_of` a style rests on, and is not inherited.
LENGTHS = (
    "margin_left", "margin_right", "margin_top", "margin_bottom",
    "padding_left", "padding_right", "padding_top", "padding_bottom",
    "width", "min_width", "max_width", "height", "min_height", "max_height",
)  # fmt: skip
BORDERS = tuple(f"border_{side}_width" for side in ("top", "right", "bottom", "left"))
RADII = tuple(
    f"border_{corner}_radius" for corner in ("top_left", "top_right", "bottom_right", "bottom_left")
)
BACKGROUND = (
    "background_color", "background_image", "border_image_source", "box_shadow",
    "mask_border_source",
)  # fmt: skip
MATTERS = frozenset([*LENGTHS, *BORDERS, *RADII, *BACKGROUND, "box_sizing", "text_decoration_line"])

#: More than this many styles are those of pages that bring declarations of their own; all are
#: forgotten then.
MOST_KNOWN = 10_000
#: What is specified of these is asked for beside what is computed.
SPECIFIED = ("position", "float", "display")
#: All that stands in one of these is taken over, so it must not be more than was computed.
PARTS_OF_TEXT = ("first-line", "first-letter")
#: What the style sheets bear that hold for every page alike.
KEPT = "is_kept_for_further_pages"
#: A length that depends on the page's size, which is not known to be the same.
OF_THE_PAGE = re.compile(r"\d[sld]?v(?:w|h|i|b|min|max)\b")

_compute = ComputedStyle.__missing__
_compute_anonymous = AnonymousStyle.__missing__
_begin_anonymous = AnonymousStyle.__init__
_set_computed_styles = StyleFor.set_computed_styles


class Known:
    """What is known of a style, and those of the elements below."""

    __slots__ = ("anonymous", "below", "held", "memo", "specified", "values")

    def __init__(self, held: Any = None) -> None:
        self.values: dict[str, Any] = {}
        self.specified: dict[str, Any] = {}
        self.memo: dict[str, Any] = {}
        self.below: dict[Hashable, Known] = {}
        self.anonymous: Known | None = None
        self.held = held


_roots: dict[Hashable, Known] = {}
_count = 0


def keep_styles_of(sheet: Any, text: str) -> None:
    """Has what is computed by a style sheet kept, where it says the same of pages of any size."""
    if not OF_THE_PAGE.search(text):
        setattr(sheet, KEPT, True)


def memo_of(style: Any) -> dict[str, Any]:
    """Where to keep what follows from a style: with all that are like it, or with it alone.

    The style of words in a drawing is a plain dictionary, of which nothing is known.
    """
    known = getattr(style, "known", None)
    if known is not None:
        memo: dict[str, Any] = known.memo
        return memo
    own: dict[str, Any] | None = getattr(style, "memo", None)
    if own is None:
        own = style.memo = {}
    return own


def set_computed_styles(
    self: Any,
    element: Any,
    parent: Any,
    root: Any = None,
    pseudo_type: str | None = None,
    base_url: str | None = None,
    target_collector: Any = None,
) -> None:
    """Sets an element's style, with what is known of it."""
    _set_computed_styles(self, element, parent, root, pseudo_type, base_url, target_collector)
    style = self._computed_styles[element, pseudo_type]
    if pseudo_type in PARTS_OF_TEXT:
        return
    key = (
        pseudo_type,
        *[
            (name, _identity(value), precedence, layer, *specificity)
            for name, (value, (precedence, layer, specificity)) in style.cascaded.items()
        ],
    )
    if style.parent_style is None:
        sheets = [sheet for sheet, *_ in self._sheets]
        if all(hasattr(sheet, KEPT) for sheet in sheets):
            _know(style, _roots, (*map(id, sheets), key), sheets)
    elif style.parent_style.known is not None:
        _know(style, style.parent_style.known.below, key, None)


def _identity(value: Any) -> Hashable:
    """What tells a declared value from others.  A page's own element declares a string: its
    language, or the name that links to it."""
    is_string = type(value) is tuple and len(value) == 2 and value[0] == "string"
    return value if is_string or type(value) is str else id(value)


def _know(style: Any, among: dict[Hashable, Known], key: Hashable, sheets: Any) -> None:
    global _count  # noqa: PLW0603
    known = among.get(key)
    if known is None:
        _count += 1
        if _count > MOST_KNOWN:
            _roots.clear()
            _count = 0
        known = among[key] = Known((style.cascaded, sheets))
    style.known = known
    style.update(known.values)
    style.specified.update(known.specified)


def compute(self: Any, key: str) -> Any:
    """A value that is computed first for this style."""
    value = _compute(self, key)
    known = self.known
    if known is not None and key in self:
        known.values[key] = value
        if key in SPECIFIED:
            known.specified[key] = self.specified[key]
    return value


def begin_anonymous(self: Any, parent_style: Any) -> None:
    """Begins the style of a box that is no element's, with what is known of it."""
    _begin_anonymous(self, parent_style)
    above = parent_style.known
    if above is not None:
        if above.anonymous is None:
            above.anonymous = Known()
        self.known = above.anonymous
        self.update(self.known.values)


def compute_anonymous(self: Any, key: str) -> Any:
    """A value that is computed first for this style of no element."""
    value = _compute_anonymous(self, key)
    known = self.known
    if known is not None and key in self:
        known.values[key] = value
    return value


def change(self: Any, key: str, value: Any) -> None:
    """Sets a value: where it was another, what followed from that is known no longer."""
    if key in self and self[key] != value:
        if key in INHERITED or key in MATTERS:
            self.known = None
        self.memo = None
    dict.__setitem__(self, key, value)
