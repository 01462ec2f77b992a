"""One-off appraisals in lists: apart from the scorecards of months, and in no count of them."""

from collections.abc import Callable
from dataclasses import dataclass

from kpisite.outcomes.brief import Brief
from kpisite.pages.lines import Line, line_of
from kpisite.pages.plan import SitePlan
from kpisite.pages.seen import Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOff:
    """A one-off appraisal as a line of a list, with the name of its form."""

    line: Line
    form: str


def one_off_lines(plan: SitePlan, seen: Seen, place: Callable[[Brief], str]) -> tuple[OneOff, ...]:
    """The one-off appraisals that are seen, the newest first, each at its `place` from the page
    that lists them, which is without its suffix."""
    ordered = sorted(seen.one_off_briefs, key=lambda one: (one.appraisee_id, one.scheme))
    ordered.sort(key=lambda one: one.month, reverse=True)
    return tuple(
        OneOff(
            line=line_of(
                plan.book,
                one,
                plan.language,
                href=f"{place(one)}.html",
                pdf=f"{place(one)}.pdf" if plan.selection.pdf else "",
            ),
            form=plan.book.scheme_at(one.scheme).name.say(plan.language),
        )
        for one in ordered
    )
