"""What is to be written: a file in somebody's tree, by how it is made."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import field
from decimal import Decimal
from typing import Any, NamedTuple

from kpisite.core.immutable import immutable
from kpisite.pages.audience import Audience, Capability
from kpisite.pages.cells import Workbook
from kpisite.pages.remembered import Lines
from kpisite.pages.scorecard import ScorecardFacts
from kpisite.pages.written import Written


class Link(NamedTuple):
    """A way to another page of the tree: what it is called, and where it leads."""

    label: str
    href: str


class View(NamedTuple):
    """What of a scorecard may be seen besides marks and grade: readers of one scorecard who may see
    the same are shown the same, on its page and in print."""

    with_pay: bool
    with_change: bool


@immutable
class Page:
    """A file in an audience's tree."""

    audience: Audience
    path: str
    title: str

    @property
    def place(self) -> str:
        """Its path under the output folder."""
        return f"{self.audience.folder}/{self.path}"

    @property
    def index(self) -> str:
        """The file by which people are found in its tree; empty where there is none."""
        is_of_many = not self.audience.scope.person
        return "search.js" if is_of_many and self.audience.can(Capability.CARDS) else ""

    @property
    def lists_people(self) -> bool:
        """Whether its tree has lists of people, which a reader may want to narrow."""
        return bool(self.index) or self.audience.can(Capability.PAYROLL)

    @property
    def root(self) -> str:
        """The way from the page to the root of its tree."""
        return "../" * self.path.count("/")


@immutable
class SetPage(Page):
    """A page that is set from a template, with its facts."""

    template: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def card(self) -> ScorecardFacts | None:
        """The scorecard that it is about, as its reader may see it."""
        return None


@immutable
class HtmlPage(SetPage):
    """A page to read on a screen."""


@immutable
class CardPage(HtmlPage):
    """A scorecard's page: `shown` as its reader may see it, and `bare` the same without pay, which
    is alike for all who may see as much of the rest.  `written` says who wrote the figures of
    each row, to those who may see it."""

    shown: ScorecardFacts
    bare: ScorecardFacts
    written: Written = ()

    @property
    def card(self) -> ScorecardFacts:
        """The scorecard as its reader may see it."""
        return self.shown


@immutable
class RulePage(HtmlPage):
    """A version of a form or a policy to read: `rules` is what it states, set by the template
    `piece`, alike for all who may read as much of it."""

    piece: str
    rules: Hashable


@immutable
class ListPage(HtmlPage):
    """A page of long lists: the lines of each are set by the template `line`, each kept as it was
    set."""

    line: str
    lists: Sequence[Lines[Any]]


@immutable
class PrintedList(SetPage):
    """A list, or a form to fill in by hand, that is printed."""


@immutable
class PrintedForm(SetPage):
    """A scorecard as a form, in one of the `View`s of it; `record` is the path of its record."""

    shown: ScorecardFacts
    view: View
    record: str

    @property
    def card(self) -> ScorecardFacts:
        """The scorecard as its reader may see it."""
        return self.shown


@immutable
class WorkbookPage(Page):
    """A workbook for a spreadsheet."""

    workbook: Workbook


@immutable
class TablePage(Page):
    """Rows for other programs, as comma-separated values, and those of long lists under them."""

    rows: Sequence[tuple[str | Decimal, ...]]
    lists: Sequence[Lines[tuple[str | Decimal, ...]]]


@immutable
class ScriptPage(Page):
    """Data that a page's script loads."""

    text: str
