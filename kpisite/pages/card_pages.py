"""The pages of scorecards: for everybody who may read one, its page and its printed form."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from kpisite.core.month import Period
from kpisite.outcomes.brief import Brief
from kpisite.outcomes.outline import Carded, Outline
from kpisite.outcomes.results import Result
from kpisite.pages.audience import Audience, Capability, card_path
from kpisite.pages.charts import Chart
from kpisite.pages.form_rows import FormRows
from kpisite.pages.form_words import FormWords
from kpisite.pages.page import CardPage, Link, PrintedForm, SetPage, View
from kpisite.pages.pay_rows import payroll_pay
from kpisite.pages.places import Stands, stands_of
from kpisite.pages.plan import SitePlan
from kpisite.pages.scorecard import (
    ScorecardFacts,
    awaited_of_payroll,
    form_words,
    scorecard_facts,
)
from kpisite.pages.totals import totals_chart
from kpisite.pages.unfold import Unfolding
from kpisite.pages.what_if import what_if
from kpisite.pages.written import Written, written_of
from kpisite.words import month_in_words, period_in_words

T = TypeVar("T")

Around = Mapping[tuple[str, str], tuple[Outline | None, Outline | None]]
"""In a reader's tree, by its folder, the scorecards before and after that of a record."""


class CardPages:
    """The pages of a plan's scorecards.  What several trees show alike is made for the first."""

    def __init__(self, plan: SitePlan) -> None:
        self._plan = plan
        self._forms: dict[str, FormWords] = {}
        self._last_around: tuple[str, Around] = "", {}

    def of_person(self, employee: str) -> Iterator[SetPage]:
        """The scorecards of one person, for everybody who may read them."""
        for one in self._plan.of_employee(employee):
            yield from self.of_card(one)

    def of_card(self, one: Carded) -> Iterator[SetPage]:
        """One scorecard, for everybody who may read it."""
        if self._last_around[0] != one.appraisee_id:  # they come person by person
            around = self._around(self._plan.of_employee(one.appraisee_id))
            self._last_around = one.appraisee_id, around
        return self._pages_of(self._plan.brief(one), self._last_around[1])

    def _chart(self, brief: Brief, audience: Audience, alike: "_Alike") -> Chart | None:
        """The totals up to this month that the audience may see, drawn over the months."""
        months = self._plan.outlines_up_to(brief, audience)

        def drawn() -> Chart | None:
            seen = [self._plan.brief(one) for one in months]
            return totals_chart(self._plan.book, seen, brief, self._plan.language)

        return alike.of(("chart", *(one.path for one in months)), drawn)

    def _pages_of(self, brief: Brief, around: Around) -> Iterator[SetPage]:
        views: dict[View, ScorecardFacts] = {}
        alike = _Alike()
        for audience in self._plan.readers(brief):
            view = View(
                with_pay=audience.can(Capability.PAY),
                with_change=audience.scope.takes_department(brief.change_from),
            )
            if view not in views:
                views |= self._views_of(brief, with_change=view.with_change)
            bare = view._replace(with_pay=False)
            if views[view] == views[bare]:  # there is no pay to see
                view = bare
            around_it = around[audience.folder, brief.path]
            yield from self._card(audience, brief, view, views, alike, *around_it)

    def _views_of(self, brief: Brief, *, with_change: bool) -> dict[View, ScorecardFacts]:
        """The scorecard with pay and without, made from the same facts."""
        result = self._plan.results[brief.path]
        seen = result if with_change else replace(result, change=None)
        revision = self._plan.history.of(brief.path)
        before = self._before(brief) if with_change and seen.change is not None else None
        facts = scorecard_facts(
            self._plan.book, seen, self._plan.language, self._forms, revision, before
        )
        return {View(True, with_change): facts, View(False, with_change): facts.without_pay()}

    def _before(self, brief: Brief) -> Result | None:
        """What the change of a scorecard is from, where it is among what is asked for."""
        before = brief.period.before.last
        for one in self._plan.of_employee(brief.appraisee_id):
            if one.month == before and one.is_of_month:
                return self._plan.results[one.path]
        return None

    def _around(self, months: Sequence[Outline]) -> Around:
        """In each reader's tree, by its folder, the scorecards before and after that of a
        record."""
        trees: defaultdict[str, list[Outline]] = defaultdict(list)
        for brief in months:
            for audience in self._plan.readers(brief):
                trees[audience.folder].append(brief)
        return {
            (folder, one.path): (before, after)
            for folder, tree in trees.items()
            for before, one, after in zip([None, *tree[:-1]], tree, [*tree[1:], None], strict=True)
        }

    def _card(
        self,
        audience: Audience,
        brief: Brief,
        view: View,
        views: Mapping[View, ScorecardFacts],
        alike: "_Alike",
        before: Outline | None,
        after: Outline | None,
    ) -> Iterator[SetPage]:
        plan, path, card = self._plan, card_path(audience, brief), views[view]
        around = {
            "before": None if before is None else self._link(audience, before, brief),
            "after": None if after is None else self._link(audience, after, brief),
            "pdf": path.rpartition("/")[2] + ".pdf" if plan.selection.pdf else "",
            "signed": plan.signed.get(f"{audience.folder}/{path}"),
            "is_one_off": brief.one_off is not None,
            "chart": self._chart(brief, audience, alike),
            "what_if": what_if(plan.results[brief.path], plan.language)
            if audience.scope.person
            else None,
            "payroll": payroll_pay(plan.book, plan.results[brief.path], plan.language)
            if audience.can(Capability.ALL_PAY)
            else None,
            "of_payroll": awaited_of_payroll(plan.book, plan.results[brief.path], plan.language)
            if audience.can(Capability.ALL_PAY)
            else "",
            "with_places": (with_places := audience.can(Capability.PLACES)),
            "places": alike.of((bool(card.pay), "places"), lambda: self._stands(brief, card))
            if with_places
            else (),
            "up": Link(self._list_name(audience, brief), "index.html"),
        }
        yield CardPage(
            audience=audience,
            path=f"{path}.html",
            template="card.html",
            title=f"{card.name} · {card.month}"
            + ("" if brief.one_off is None else f" · {card.scheme}"),
            facts=around,
            shown=card,
            bare=views[view._replace(with_pay=False)],
            written=alike.of("written", lambda: self._written(brief, card))
            if audience.can(Capability.AUTHORS)
            else (),
        )
        if plan.selection.pdf:
            yield PrintedForm(
                audience=audience,
                path=f"{path}.pdf",
                template="print.html",
                title=f"{card.name} · {card.month} · {card.scheme}",
                shown=card,
                view=view,
                record=brief.path,
            )

    def _written(self, brief: Brief, card: ScorecardFacts) -> Written:
        """Who wrote the figures of a scorecard."""
        return written_of(
            card.rows,
            brief.path,
            self._plan.book.documents,
            self._plan.authors,
            self._plan.language,
        )

    def _stands(self, brief: Brief, card: ScorecardFacts) -> Stands:
        """Where the figures of a scorecard stand in the files."""
        result = self._plan.results[brief.path]
        form = form_words(result, self._plan.language, self._forms)
        rows = FormRows(form, Unfolding(result=result, language=self._plan.language))
        return stands_of(card.rows, card.pay, rows, self._plan.book.documents)

    def _list_name(self, audience: Audience, brief: Brief) -> str:
        """What the list is called that a scorecard's page stands beside."""
        return self._plan.words(audience.layout.list_of_cards).format(
            department=self._plan.department_name(brief),
            month=month_in_words(brief.month, self._plan.language, with_year=False),
        )

    def _link(self, audience: Audience, to: Outline, brief: Brief) -> Link:
        """The label and way from one scorecard to another: its period, the department where the
        month has several, and the form from and to a one-off one."""
        period = Period(to.month, self._plan.book.scheme_at(to.scheme).per)
        label = period_in_words(period, self._plan.language, with_year=False)
        is_beside = to.one_off is not None or brief.one_off is not None
        if to.part is not None or (to.month == brief.month and not is_beside):
            label = self._plan.month_in_department(to, label)
        if is_beside:
            form = self._plan.book.scheme_at(to.scheme).name.say(self._plan.language)
            label = f"{label}{self._plan.words('dot')}{form}"
        up = "../" * card_path(audience, brief).count("/")
        return Link(label, f"{up}{card_path(audience, to)}.html")


class _Alike:
    """What several trees show alike of one scorecard, made for the first of them."""

    def __init__(self) -> None:
        self._made: dict[Hashable, Any] = {}

    def of(self, key: Hashable, make: Callable[[], T]) -> T:
        """What stands under the key."""
        if key not in self._made:
            self._made[key] = make()
        found: T = self._made[key]
        return found
