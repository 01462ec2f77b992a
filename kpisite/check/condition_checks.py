"""The checks of awards and reviews against the forms of their policy."""

from collections.abc import Iterator

from kpisite.check.ground import Ground
from kpisite.check.known import is_unread, unknown
from kpisite.check.reach import schemes_of_policy
from kpisite.core.issue import Fact, Issue
from kpisite.core.month import MONTHS_IN, Per


def names_in_conditions(ground: Ground) -> Iterator[Issue]:
    """Events and figures that an award or review asks for and no form of its policy knows: it
    would never come true, or for `none-of` always."""
    for filed in ground.policies:
        policy = filed.model
        schemes = [one for one in ground.schemes if one.model.id in policy.schemes]
        is_read = not any(is_unread(ground, f"records/schemes/{id}") for id in policy.schemes)
        if filed.left_out or not is_read or any(one.left_out for one in schemes):
            continue
        rules = {id for scheme in schemes for id in scheme.model.rules}
        figures = {id for scheme in schemes for id in scheme.model.metrics}
        figures |= {id for component in policy.pay for id in component.metrics()}
        for key, conditions in (("award", policy.award), ("review", policy.review)):
            for index, one in enumerate(conditions):
                at = filed.at(key, index)
                for name, asked, known in (
                    ("events", one.events, ("rule", rules)),
                    ("none-of", one.none_of, ("rule", rules)),
                    ("last-in", one.last_in, ("metric", figures)),
                ):
                    what, ids = known
                    for n, id in enumerate(asked):
                        if id not in ids:
                            yield unknown(what, id, ids, at.at(name, n))


def conditions_beyond_the_year(ground: Ground) -> Iterator[Issue]:
    """Reviews after more months of one year than their forms are filled in, as four times for
    a quarter's; they would never come true."""
    for filed in ground.policies:
        schemes = [one for one in schemes_of_policy(ground, filed) if not one.left_out]
        if filed.left_out or not schemes:
            continue
        most = max(schemes, key=lambda one: _times_a_year(one.model.per))
        times = _times_a_year(most.model.per)
        for index, one in enumerate(filed.model.review):
            if one.in_all is not None and one.in_all > times:
                facts: dict[str, Fact] = {
                    "name": one.name,
                    "count": one.in_all,
                    "scheme": most.model.name,
                    "times": times,
                }
                at = filed.at("review", index, "in-all")
                also = (most.at("per"),)
                yield Issue(code="in-all-beyond", at=at, facts=facts, also=also)


def _times_a_year(per: Per) -> int:
    return 12 // MONTHS_IN[per]
