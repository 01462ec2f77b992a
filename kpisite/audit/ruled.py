"""Which forms and policies a reader may read, and what of them: the others have no page in the
tree, and what touches pay, people's jobs or advice to raters stands on none."""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from kpisite.audit.owning import LONG_TEXT, Company
from kpisite.language.consequence import Review
from kpisite.pages.audience import Audience, Capability
from kpisite.pages.rule_places import page_of, place_of

#: What a reader has to be able to see for rules of a kind, by what their places begin with.
_NEEDED: Mapping[str, Capability] = {
    "pay": Capability.PAY,
    "award": Capability.PAY,
    "review": Capability.REVIEWS,
    "limit": Capability.CALIBRATION,
}
_PLACE = re.compile(r"""\bid\s*=\s*["']?((pay|award|review|limit)-[A-Za-z0-9_-]+)""")
_PAGE = re.compile(r"rules/(?:scheme|policy)-[^/]*\.html\Z")


class Ruled:
    """What an audience may read of rules."""

    def __init__(self, company: Company, audience: Audience) -> None:
        self._company = company
        self._audience = audience

    def foreign(self, inner: str, text: str) -> Iterator[str]:
        """What in a file, by its path in the tree, is of rules that are not for the reader."""
        if _PAGE.match(inner):
            if inner not in self._pages:
                yield inner
            for place, kind in _PLACE.findall(text):
                if not self._audience.can(_NEEDED[kind]) or place in self._of_payroll:
                    yield place
        words = "".join(text.split())
        for id, phrase in self._hidden:
            if phrase in words:
                yield id

    @cached_property
    def _of_payroll(self) -> frozenset[str]:
        """Where lines of pay would stand that only payroll and HR see, to all others."""
        if self._audience.can(Capability.ALL_PAY):
            return frozenset()
        policies = [filed.model for filed in self._company.book.policies]
        shown = {line.id for one in policies for line in one.lines_shown}
        hidden = {line.id for one in policies for line in one.lines_of_payroll}
        return frozenset(place_of("pay", id) for id in hidden - shown)

    @cached_property
    def _pages(self) -> frozenset[str]:
        """The pages of the versions that the reader was, or reads of people who were, appraised by;
        all of them for whoever reads of everybody."""
        book, scope = self._company.book, self._audience.scope
        seen = [one for one in self._company.found.briefs if self._audience.sees(one)]
        schemes = {one.scheme for one in seen}
        policies = {one.policy for one in seen}
        is_of_all = scope.departments is None and not scope.person
        return frozenset(
            (
                *(page_of(one.model) for one in book.schemes if is_of_all or one.path in schemes),
                *(page_of(one.model) for one in book.policies if is_of_all or one.path in policies),
            )
        )

    @cached_property
    def _hidden(self) -> tuple[tuple[str, str], ...]:
        """What policies say of reviews, to those who may not see any, without its spaces."""
        if self._audience.can(Capability.REVIEWS):
            return ()
        reviews = [one for filed in self._company.book.policies for one in filed.model.review]
        said = ((one.id, phrase) for one in reviews for phrase in _phrases(one))
        return tuple((id, one) for id, one in said if one not in self._company.of_forms)


def _phrases(review: Review) -> Iterator[str]:
    for text in (review.name, review.text):
        others = () if text is None else (said for _, said in text.others)
        for said in () if text is None else (text.zh, text.en, *others):
            phrase = "".join((said or "").split())
            if len(phrase) >= LONG_TEXT:
                yield phrase
