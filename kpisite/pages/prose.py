"""Markdown that people wrote, as safe HTML: Markdown sets it, nh3 takes out all that could act."""

import re
from collections.abc import Callable
from functools import cache, lru_cache

from markupsafe import Markup

from kpisite.core.markup import excess

_TAGS = {
    "p", "br", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a", "hr",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip

#: A note may lead to the web or to a mailbox; a bare path would lead astray in every tree.
_WHOLE_ADDRESS = re.compile(r"(https?|mailto):", re.IGNORECASE)
#: A line of words, as most notes are, in which no character means anything to Markdown or HTML; a
#: number at its start is none of a list.
_BARE_LINE = re.compile(
    r"(?:[^\W\d_]|[0-9]+(?![0-9.)]))(?:[^\W_]|[ ，。；：！？、“”‘’（）《》“”—…·％%,.;:?()])*(?<! )"
)


@lru_cache(maxsize=4096)
def prose(text: str) -> Markup:
    """`text` in HTML, remembered by its content; empty for nothing."""
    if not text.strip():
        return Markup("")
    if _BARE_LINE.fullmatch(text):
        return Markup(f"<p>{text}</p>")
    if excess(text) is not None:  # several that were each short enough, one after the other
        return Markup("<p>{}</p>").format(text)
    return Markup(_converter()(text))


@cache
def _converter() -> Callable[[str], str]:
    """Markdown made ready, and what it gives made safe."""
    import nh3
    from markdown import Markdown

    markdown = Markdown(extensions=["tables", "sane_lists", "nl2br"])
    return lambda text: nh3.clean(
        markdown.reset().convert(text),
        tags=_TAGS,
        # Without `*` nh3 lets its own list of general attributes pass, `title` and `lang`.
        attributes={"*": set(), "a": {"href"}},
        attribute_filter=_kept,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


def _kept(_tag: str, attribute: str, value: str) -> str | None:
    return value if attribute != "href" or _WHOLE_ADDRESS.match(value) else None
