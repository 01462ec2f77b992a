"""Markdown that people wrote, as safe HTML: Markdown sets it, nh3 takes out all that could act."""

from functools import lru_cache

from markupsafe import Markup

_TAGS = {
    "p", "br", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a", "hr",
    "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


@lru_cache(maxsize=4096)
def prose(text: str) -> Markup:
    """`text` in HTML, remembered by its content; empty for nothing."""
    if not text.strip():
        return Markup("")
    import nh3
    from markdown import Markdown

    html = Markdown(extensions=["tables", "sane_lists", "nl2br"]).convert(text)
    return Markup(
        nh3.clean(
            html,
            tags=_TAGS,
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer nofollow",
        )
    )
