"""A plan with all of its pages.

Those about one scorecard come from its `cards`, a person at a time; those about several are made
for each audience, and `registry.py` has the tables of them.
"""

from functools import cached_property

from kpisite.pages.card_pages import CardPages
from kpisite.pages.plan import SitePlan


class PagePlan(SitePlan):
    """What there is to show, to whom, and the pages that show it."""

    @cached_property
    def cards(self) -> CardPages:
        """The pages of scorecards."""
        return CardPages(self)
