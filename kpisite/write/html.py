"""Pages as text: a theme's templates with the facts of a page in them.

The pieces of a scorecard, which stand in several trees, are set once.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from markupsafe import Markup

from kpisite.core.text import Language
from kpisite.language.site import SiteFile
from kpisite.pages.page import CardPage, ListPage, RulePage, SetPage
from kpisite.pages.remembered import TEXTS, Lines
from kpisite.pages.scorecard import ScorecardFacts
from kpisite.pages.written import Written
from kpisite.words import money_words
from kpisite.write.template import (
    TooLong,
    bounded,
    environment_of,
    is_of_templates,
    theme_error,
)
from kpisite.write.theme import Theme

#: The pieces of a scorecard's page that are the same for everybody who may read it.
PIECES = ("form", "notes", "answer")
#: Those that are set once more for whoever sees the pay.
PAID_PIECES = ("pay", "answer")


#: So many versions of forms and policies are held as they were set.
MOST_RULES_HELD = 200
#: Likewise so many lines of scorecards, each of a kilobyte or two at most.
MOST_LINES_HELD = 10_000
#: Stands for the way to the root of the tree in pieces that several trees have, each at a depth of
#: its own; no text has it, for it is no character of HTML.
ROOT = "\0"

Piece = Sequence[str]
"""A piece of a page as it was set, cut where the way to the root comes in."""


class _Words(dict[str, str]):
    """Words by their keys, which are attributes as well: templates ask for them as `w.total`, and
    to look for an attribute in vain before the key is found costs more than all the rest."""

    def __init__(self, words: Mapping[str, str]) -> None:
        super().__init__(words)
        self.__dict__ = self


class _Held:
    """The pieces of the scorecard that was asked for last, each from when it is asked for first."""

    def __init__(self) -> None:
        self._card: ScorecardFacts | None = None
        self._pieces: dict[str, Piece] = {}

    def of(
        self, card: ScorecardFacts, name: str, make: Callable[[str, ScorecardFacts], Piece]
    ) -> Piece:
        """A piece of a scorecard, which is held by all its facts."""
        if self._card is not card and self._card != card:
            self._card, self._pieces = card, {}
        if name not in self._pieces:
            self._pieces[name] = make(name, card)
        return self._pieces[name]


class Renderer:
    """The templates of a theme, ready, in one language, for the company and the money of a site."""

    def __init__(self, theme: Theme, language: Language, site: SiteFile) -> None:
        self._theme = theme
        self._look = theme.digest
        self._environment = environment_of(theme.files)
        self._environment.globals.update(
            w=_Words(money_words(language, site.money.money)), company=site.company.say(language)
        )
        self._bare = _Held()
        self._paid = _Held()
        self._by_whom: tuple[object, Piece] = None, ()
        self._rules: dict[Hashable, Markup] = {}
        self._lines: dict[Hashable, Markup] = {}

    def render(self, page: SetPage) -> str:
        """The page as text: a whole HTML document, for a screen or for the press."""
        facts: dict[str, Any] = dict(page.facts)
        try:
            with bounded() if self._theme.is_own else nullcontext():
                if isinstance(page, CardPage):
                    pieces = self._pieces_of(page)
                    root = page.root
                    facts |= {name: Markup(root.join(one)) for name, one in pieces.items()}
                    if (tried := facts.get("what_if")) is not None:
                        facts["tries"] = [self._once("try.html", one=one) for one in tried.tries]
                # An older theme may set the lines in the template of the page itself.
                if isinstance(page, ListPage) and page.line in self._theme.files:
                    facts["rows"] = [self._rows(page.line, lines) for lines in page.lists]
                if isinstance(page, RulePage):
                    facts["stated"] = self._stated(page)
                return self._environment.get_template(page.template).render(
                    page=page, card=page.card, **facts
                )
        except (Exception, TooLong) as error:
            if not self._theme.is_own and not is_of_templates(error):
                raise  # our own mistake, and to be seen as one
            raise theme_error(error, page.template, self._theme.files) from error

    def _rows(self, template: str, lines: Lines[Any]) -> Markup:
        """The lines of a list, each as it was set in the build before, where it and the theme are
        as they were."""
        setting = self._environment.get_template(template)
        of_theme = lines.resting_on(f"{template} {self._look}")
        rows = of_theme.written("html", TEXTS, lambda line: setting.render(line=line))
        return Markup("".join(rows))

    def _stated(self, page: RulePage) -> Markup:
        """What a version of a form or a policy states, set once for all trees that show as much of
        it; held by that itself."""
        held = page.piece, page.rules
        if held not in self._rules:
            if len(self._rules) >= MOST_RULES_HELD:
                self._rules.clear()
            template = self._environment.get_template(page.piece)
            self._rules[held] = Markup(template.render(rules=page.rules))
        return self._rules[held]

    def _pieces_of(self, page: CardPage) -> Mapping[str, Piece]:
        """The pieces of a scorecard's page by name, set once for all trees that show it.

        They are set without the pay, so that it cannot come into another reader's tree with them;
        its own piece is empty for those who may not see it, whatever a theme does with it.  What is
        told of the answer and the fingerprint is set once more for those who see the pay, and the
        form for those who see who wrote it.  They are held by the facts that they are set from,
        whichever page asks for them.
        """
        paid: tuple[str, ...] = PAID_PIECES if page.shown.wage else ()
        if paid and page.shown.after.answer != page.bare.after.answer:
            paid = (*paid, "form")  # the answer beside the total, which a change of pay has undone
        bare = [name for name in PIECES if name not in paid]
        pieces: dict[str, Piece] = {"pay": ()}
        pieces |= {name: self._bare.of(page.bare, name, self._piece) for name in bare}
        if page.written and "form" in bare:
            if self._by_whom[0] != (page.bare, page.written):
                form = self._piece("form", page.bare, page.written)
                self._by_whom = (page.bare, page.written), form
            pieces["form"] = self._by_whom[1]
        return pieces | {name: self._paid.of(page.shown, name, self._piece) for name in paid}

    def _piece(self, name: str, card: ScorecardFacts, written: Written = ()) -> Piece:
        facts: dict[str, Any] = {"card": card, "root": ROOT}
        if name == "form":
            said = written or ((),) * len(card.rows)
            facts["rows"] = [
                self._once("row.html", row=row, scheme_page=card.scheme_page, written=by, root=ROOT)
                for row, by in zip(card.rows, said, strict=True)
            ]
            facts["written"] = written
        return self._environment.get_template(f"{name}.html").render(facts).split(ROOT)

    def _once(self, template: str, **facts: Hashable) -> Markup:
        """A line of a table, set once for all scorecards that have the same one: it is made of its
        facts alone."""
        held = template, *facts.values()
        known = self._lines.get(held)
        if known is None:
            known = Markup(self._environment.get_template(template).render(facts))
            if len(self._lines) < MOST_LINES_HELD:
                self._lines[held] = known
        return known
