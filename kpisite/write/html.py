"""Pages from templates: the one module that knows Jinja2.

A theme's templates only show.  A name that is not there is an error, text is escaped unless it was
made safe before, and the pieces of a scorecard, which stand in several trees, are set once.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined, TemplateError
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr
from markupsafe import Markup, escape

from kpisite.core.text import Language
from kpisite.pages.plan import Page
from kpisite.pages.scorecard import ScorecardFacts
from kpisite.words import page_words

Theme = Mapping[str, str]
"""The files of a theme, with those of the theme it extends, by name."""

#: The pieces of a scorecard's page that are the same for everybody who may read it.
PIECES = ("form", "notes", "answer")
#: Those that are set once more for whoever sees the pay.
PAID_PIECES = ("pay", "answer")

#: The files that no theme can do without, whatever its templates are called.
STYLESHEETS = ("style.css", "print.css")


class ThemeError(Exception):
    """A template that cannot be used, or names what is not there: which, and why."""


def theme(name: str, files_of: Callable[[str], Mapping[str, str] | None]) -> Theme | None:
    """The theme called `name` laid over those that it extends; None where one is not there.

    `files_of` gives the files of one theme.  A theme that extends itself ends there.
    """
    layers: list[Mapping[str, str]] = []
    seen: set[str] = set()
    following: object = name
    while following is not None and following not in seen:
        if not isinstance(following, str):
            return None
        seen.add(following)
        files = files_of(following)
        if files is None:
            return None
        layers.append(files)
        try:
            following = tomllib.loads(files.get("theme.toml", "")).get("extends")
        except tomllib.TOMLDecodeError:
            return None
    return {name: text for layer in reversed(layers) for name, text in layer.items()}


_SPECIAL = re.compile("[&<>\"']").search


class _CodeGenerator(CodeGenerator):
    """Jinja2's, but text is escaped by `_Environment.escape`."""

    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write("environment.")
        super()._output_child_pre(node, frame, finalize)


class _Environment(Environment):
    code_generator_class = _CodeGenerator

    @staticmethod
    def escape(value: Any) -> str:
        """`value` for HTML.  Nine texts in ten have nothing to escape, and pass as they are."""
        is_safe = type(value) is Markup or (type(value) is str and not _SPECIAL(value))
        return value if is_safe else escape(value)


class Renderer:
    """The templates of a theme, ready, in one language."""

    def __init__(self, theme: Theme, language: Language, company: str) -> None:
        self._environment = _Environment(
            loader=DictLoader(dict(theme)),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(w=page_words(language), company=company)
        self._held: tuple[ScorecardFacts | None, Mapping[str, Markup]] = None, {}
        self._paid: tuple[ScorecardFacts | None, Mapping[str, Markup]] = None, {}

    def render(self, page: Page) -> str:
        """The page as text: a whole HTML document, for a screen or for the press."""
        facts: dict[str, Any] = dict(page.facts)
        try:
            if page.template == "card.html":
                facts |= self._pieces_of(page)
            return self._environment.get_template(page.template).render(
                page=page, card=page.card, **facts
            )
        except TemplateError as error:
            raise ThemeError(_told(error, page.template)) from error

    def _pieces_of(self, page: Page) -> Mapping[str, Markup]:
        """The pieces of a scorecard's page by name, set once for all trees that show it.

        They are set without the pay, so that it cannot come into another reader's tree with them;
        its own piece is empty for those who may not see it, whatever a theme does with it.  What is
        told of the answer and the fingerprint is set once more for those who see the pay.
        """
        if self._held[0] is not page.bare:
            self._held = page.bare, {name: self._piece(name, page.bare) for name in PIECES}
        pieces = self._held[1]
        if page.card is None or not page.card.wage:
            return {**pieces, "pay": Markup()}
        if self._paid[0] is not page.bare:
            self._paid = page.bare, {name: self._piece(name, page.card) for name in PAID_PIECES}
        return {**pieces, **self._paid[1]}

    def _piece(self, name: str, card: ScorecardFacts | None) -> Markup:
        return Markup(self._environment.get_template(f"{name}.html").render(card=card))


def _told(error: TemplateError, template: str) -> str:
    """`card.html:3: unexpected '}'`; where the line is not known, the template alone."""
    name, line = getattr(error, "name", None), getattr(error, "lineno", None)
    where = f"{name}:{line}" if name and line else template
    return f"{where}: {error.message or type(error).__name__}"
