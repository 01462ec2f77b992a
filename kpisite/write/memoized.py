"""Memoizes what WeasyPrint computes again and again while it prints one page after the other.

Each row of `REPLACED` is a function of WeasyPrint's and one that gives the same and asks less, so a
page has the same bytes with them and without.  That is known of one version of WeasyPrint, which
`pdf.py` names: with another this module is not imported, and printing takes half as long again.
"""

import copy
import re
import sys
from typing import Any

import weasyprint
from tinyhtml5 import inputstream  # type: ignore[import-untyped]
from weasyprint.css import AnonymousStyle, ComputedStyle, Style, StyleFor
from weasyprint.draw import color
from weasyprint.html import UA_STYLESHEET
from weasyprint.layout import background, percent
from weasyprint.pdf import fonts as pdf_fonts
from weasyprint.text import fonts as text_fonts
from weasyprint.text import line_break
from weasyprint.text.constants import PANGO_DIRECTION
from weasyprint.text.ffi import ffi, gobject, pango, unicode_to_char_p

from kpisite.write import styles, whole_fonts
from kpisite.write.styles import BORDERS, LENGTHS, RADII, keep_styles_of, memo_of

#: So many lines of text are kept of one style.
MOST_LINES = 2_000
#: What the browser's own style sheet says of each element's notes, of which a page has few.
NOTES = ("footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback")
#: Where a page has notes after all, or lists of its own.
HAS_NOTES = re.compile(r"footnote|note\(|::note|list-item", re.IGNORECASE)

_resolve_percentages = percent.resolve_percentages
_strut = line_break.strut
_split_first_line = line_break.split_first_line
_set_up = line_break.Layout.setup
_lay_out_background = background.layout_box_backgrounds
_get_color = color.get_color


def resolve_percentages(box: Any, containing_block: Any) -> None:
    """Sets a box's lengths, those at once that are the same wherever it stands."""
    style = box.style
    memo = memo_of(style)
    lengths = memo.get("lengths")
    if lengths is None:
        lengths = memo["lengths"] = _lengths_of(style)
    if not lengths:
        _resolve_percentages(box, containing_block)
        return
    inner, borders, is_collapsed, is_inner = lengths
    own = box.__dict__
    own.update(inner)
    if is_collapsed:
        for name, width in borders.items():
            if not hasattr(box, name):
                own[name] = width
    else:
        own.update(borders)
    if not is_inner:
        percent.adjust_box_sizing(box, "width")
        percent.adjust_box_sizing(box, "height")


def _lengths_of(style: Any) -> Any:
    """The lengths of a style, its borders, and how these are set; nothing where one depends on what
    is around."""
    inner = {}
    for name in LENGTHS:
        value = style[name]
        if value is not None and value != "auto":
            if getattr(value, "unit", None) != "px":
                return ()
            value = value.value
        elif value == "auto" and name in ("min_width", "min_height"):
            value = 0
        inner[name] = value
    borders = {name: style[name] for name in BORDERS}
    is_collapsed = style["border_collapse"] == "collapse"
    return inner, borders, is_collapsed, style["box_sizing"] == "content-box"


def strut(style: Any) -> Any:
    """How high a line is at the least, and where its letters stand."""
    memo = memo_of(style)
    found = memo.get("strut")
    if found is None:
        found = memo["strut"] = _strut(style)
    return found


def split_first_line(
    text: str,
    style: Any,
    context: Any,
    max_width: float | None,
    justification_spacing: float,
    is_line_start: bool = True,
    minimum: bool = False,
) -> Any:
    """Breaks the first line off a text, which a form has in common with most others."""
    key = text, max_width, justification_spacing, is_line_start, minimum
    lines = _lines_of(style)
    found = lines.get(key)
    if found is None:
        found = _split_first_line(
            text, style, context, max_width, justification_spacing, is_line_start, minimum
        )
        if len(lines) < MOST_LINES:
            lines[key] = found
    layout, *rest = found
    return copy.copy(layout), *rest


def _lines_of(style: Any) -> dict[Any, Any]:
    memo = memo_of(style)
    lines: dict[Any, Any] | None = memo.get("lines")
    if lines is None:
        lines = memo["lines"] = {}
    return lines


def set_up(self: Any, style: Any) -> None:
    """Begins to lay out text; what is asked of the font is asked once for a style."""
    memo = memo_of(style)
    ready = memo.get("text")
    if ready is None:
        ready = memo["text"] = _ready_for_text(style)
    if not ready:
        _set_up(self, style)
        return
    context, self.language, description = ready
    self.style = style
    self.first_line_direction = 0
    self.layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)
    pango.pango_layout_set_auto_dir(self.layout, False)
    pango.pango_layout_set_font_description(self.layout, description)
    self.ascent = self.underline_position = self.strikethrough_position = None


def _ready_for_text(style: Any) -> Any:
    """A context, language and font for plain text; nothing where more is asked of it."""
    features = text_fonts.font_features(
        style["font_kerning"], style["font_variant_ligatures"],
        style["font_variant_position"], style["font_variant_caps"],
        style["font_variant_numeric"], style["font_variant_alternates"],
        style["font_variant_east_asian"], style["font_feature_settings"],
    )  # fmt: skip
    is_plain = style["text_decoration_line"] == "none" and not features
    if not is_plain or style["font_language_override"] != "normal" or not style["lang"]:
        return ()
    context = ffi.gc(
        pango.pango_font_map_create_context(style.font_config.font_map), gobject.g_object_unref
    )
    pango.pango_context_set_round_glyph_positions(context, False)
    pango.pango_context_set_base_dir(context, PANGO_DIRECTION[style["direction"]])
    name, _held = unicode_to_char_p(style["lang"])
    language = pango.pango_language_from_string(name)
    pango.pango_context_set_language(context, language)
    return context, language, text_fonts.get_font_description(style)


def lay_out_background(
    page: Any, box: Any, get_image: Any, layout_children: bool = True, style: Any = None
) -> None:
    """Finds the background of a box and those within; mostly there is none."""
    if style is not None or box is page or not _is_bare(box.style):
        _lay_out_background(page, box, get_image, layout_children, style)
        return
    box.__dict__.update(dict.fromkeys(RADII, (0, 0)))
    if layout_children:
        for child in box.all_children():
            lay_out_background(page, child, get_image)
    box.background = None


def _is_bare(style: Any) -> bool:
    """Whether a box has no background, no shadow, no image for a border, and no round corner."""
    memo = memo_of(style)
    found: bool | None = memo.get("bare")
    if found is None:
        sources = style["border_image_source"], style["mask_border_source"]
        found = memo["bare"] = (
            all((0, "px") in style[radius] for radius in RADII)
            and all(source[0] == "none" for source in sources)
            and not any(value for _, value in style["background_image"])
            and all(kind != "url" for kind, _ in style["background_image"])
            and not style["box_shadow"]
            and _get_color(style, "background_color").alpha == 0
        )
    return found


def get_color(style: Any, key: str) -> Any:
    """A colour; one that is given is asked for nothing more."""
    value = style[key]
    return value if type(value) is not str or value != "currentcolor" else style["color"]


def _without_notes(sheet: Any) -> Any:
    """The browser's style sheet without what it says of notes, and of the marks of any but list
    items."""
    sheet = copy.copy(sheet)
    matcher = sheet.matcher = copy.copy(sheet.matcher)
    of_all = matcher.other_selectors
    matcher.other_selectors = [one for one in of_all if one[3] not in (*NOTES, "marker")]
    by_name = matcher.lower_local_name_selectors = dict(matcher.lower_local_name_selectors)
    by_name["li"] = by_name.get("li", []) + [one for one in of_all if one[3] == "marker"]
    return sheet


class Page(weasyprint.HTML):  # type: ignore[misc]
    """A page of HTML whose elements are asked for no notes, where none has any."""

    def _ua_stylesheets(self, forms: bool = False) -> Any:
        del forms
        return [BROWSER]


def page_from(html: str, stylesheet: str, fetcher: Any) -> Any:
    """A page to be laid out by a style sheet."""
    has_notes = HAS_NOTES.search(stylesheet) or HAS_NOTES.search(html)
    kind = weasyprint.HTML if has_notes else Page
    return kind(string=html, url_fetcher=fetcher)


BROWSER = _without_notes(UA_STYLESHEET)
for _sheet in (BROWSER, UA_STYLESHEET):
    keep_styles_of(_sheet, "")


class _Patterns(dict[tuple[Any, bool], "re.Pattern[str]"]):
    """What the parser finds the end of a run of characters by.  Its own dictionary never holds one,
    for it enters each under the pattern itself."""

    def __missing__(self, key: tuple[Any, bool]) -> "re.Pattern[str]":
        characters, is_opposite = key
        run = "".join(f"\\x{ord(one):02x}" for one in characters)
        found = self[key] = re.compile(f"[{'' if is_opposite else '^'}{run}]+")
        return found


#: What WeasyPrint has of its own, and what stands in its place.
REPLACED: tuple[tuple[Any, str, Any], ...] = (
    (AnonymousStyle, "__init__", styles.begin_anonymous),
    (AnonymousStyle, "__missing__", styles.compute_anonymous),
    (ComputedStyle, "__missing__", styles.compute),
    (Style, "__setitem__", styles.change),
    (StyleFor, "set_computed_styles", styles.set_computed_styles),
    (background, "layout_box_backgrounds", lay_out_background),
    (color, "get_color", get_color),
    (inputstream, "characters_until_regex", _Patterns()),
    (line_break, "split_first_line", split_first_line),
    (line_break, "strut", strut),
    (line_break.Layout, "setup", set_up),
    (pdf_fonts.Font, "_harfbuzz_subset", whole_fonts.subset),
    (text_fonts, "get_hb_object_data", whole_fonts.content),
    (percent, "resolve_percentages", resolve_percentages),
)


def memoize() -> None:
    """Replaces what is replaced, wherever WeasyPrint has it."""
    Style.known = Style.memo = None
    for owner, name, replacement in REPLACED:
        original = getattr(owner, name)
        setattr(owner, name, replacement)
        if not isinstance(owner, type):
            _replace_imported(name, original, replacement)


def _replace_imported(name: str, original: object, replacement: object) -> None:
    for module in list(sys.modules.values()):
        is_its = getattr(module, "__name__", "").startswith("weasyprint.")
        if is_its and vars(module).get(name) is original:
            setattr(module, name, replacement)
