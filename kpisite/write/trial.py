"""A theme tried on a few real pages of every kind: what is wrong in it that only shows when there
is something to show, such as a name that a template lacks, or a division by zero."""

from collections.abc import Iterator

from kpisite.core.issue import Fact, Issue, Place
from kpisite.pages.page import RulePage, SetPage
from kpisite.pages.page_plan import PagePlan
from kpisite.pages.registry import examples
from kpisite.write.theme import Theme


def issues_when_shown(plan: PagePlan, theme: Theme, name: str) -> Iterator[Issue]:
    """What goes wrong on a page of each kind, once for each template and line; `theme` is the
    site's own, called `name`.

    A template whose fault is known is not tried again, and a loop that does not end ends the trial,
    for each page may take its whole bound.
    """
    from kpisite.write.html import Renderer
    from kpisite.write.template import ThemeError

    renderer = Renderer(theme, plan.language, plan.book.site.model)
    seen: set[tuple[str, int]] = set()
    tried: set[tuple[str, str, str]] = set()
    for page in examples(plan):
        if not isinstance(page, SetPage):
            continue
        kind = _kind(page)
        if kind in tried or any(file == kind[0] for file, _ in seen):
            continue
        tried.add(kind)
        try:
            renderer.render(page)
        except ThemeError as error:
            if (error.template, error.line) not in seen:
                seen.add((error.template, error.line))
                path = theme.paths.get(error.template)
                at = Place(f"themes/{name}/theme.toml") if path is None else Place(path, error.line)
                where = f"{error.template}: " if path is None else ""
                facts: dict[str, Fact] = {"detail": f"{where}{error.detail}"}
                yield Issue(code="theme-template", at=at, facts=facts)
            if error.is_bound:
                return


def _kind(page: SetPage) -> tuple[str, str, str]:
    """Which pages are alike, so that one of them is tried: of scorecards those on one form, and of
    versions of forms and policies each is of its own kind."""
    if isinstance(page, RulePage):
        return page.piece, "", page.path
    return page.template, page.audience.kind, "" if page.card is None else page.card.scheme
