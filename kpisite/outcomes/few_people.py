"""Checks of groups of few people: quotas that give them nothing, and figures over so few that they
say of one what the others are not to know."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from kpisite.check.ground import Ground
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.month import Month
from kpisite.language.figures.levels import over_of
from kpisite.outcomes.aftermath import Aftermath
from kpisite.outcomes.pay_of_few import FEWEST_OTHERS


def quotas_of_few(ground: Ground, aftermaths: Sequence[Aftermath]) -> Iterator[Issue]:
    """Groups so small that a quota leaves a grade to nobody: what it does to them, once for each
    policy, of its newest month."""
    groups: defaultdict[tuple[str, Month, str], int] = defaultdict(int)
    newest: dict[str, Month] = {}
    for one in aftermaths:
        policy = ground.policy_at(one.policy)
        if one.counts and policy is not None and policy.quota is not None:
            group = _group_of(one, policy.quota.within or policy.ranking.within)
            groups[one.policy, one.month, group] += 1
            newest[one.policy] = max(newest.get(one.policy, one.month), one.month)
    reported: set[tuple[str, int]] = set()
    for (path, month, _), people in sorted(groups.items()):
        policy = ground.policy_at(path)
        assert policy is not None and policy.quota is not None
        places = policy.quota.places(policy.grade, people)
        idle = [name for name, share, count in places if share != "0%" and not count]
        if month == newest[path] and idle and (path, people) not in reported:
            reported.add((path, people))
            language = ground.site.model.language
            listed = tuple(
                f"{name.say(language)} {share} → {count}" for name, share, count in places
            )
            facts: dict[str, Fact] = {
                "people": people,
                "month": month,
                "places": listed,
                "grade": idle[0],
            }
            at = ground.rules_at[path].at("quota")
            yield Issue(code="quota-few", at=at, facts=facts)


def folds_over_few(ground: Ground, aftermaths: Sequence[Aftermath]) -> Iterator[Issue]:
    """Figures over so few people that what they come to gives one's own to another, once for each,
    of the newest month."""
    over = {
        path: kinds
        for path, (levels, _) in ground.levels_and_issues.items()
        if (kinds := {over_of(own) for own in levels.over_people})
    }
    if not over:
        return
    groups: defaultdict[tuple[str, str, str], dict[Month, int]] = defaultdict(
        lambda: defaultdict(int)
    )
    for one in aftermaths:
        for among in over.get(one.policy, ()) if one.counts else ():
            groups[one.policy, among, _group_of(one, among)][one.month] += 1
    appraised = {(one.policy, one.appraisee_id, one.month) for one in aftermaths}
    told = set()
    for (path, among, group), counts in sorted(groups.items()):
        month = max(counts)
        levels = ground.levels_at(path)
        few = [own for own in levels.over_people if over_of(own) == among]
        few = [own for own in few if own not in levels.over_pay]  # graver, and found by itself
        # One report is somebody else than the superior, who reads what it comes to.
        alone = 0 if among == "reports" and (path, group, month) in appraised else 1
        for own in few if alone < counts[month] < FEWEST_FOLDED else ():
            if (path, own.name) not in told:
                told.add((path, own.name))
                facts: dict[str, Fact] = {
                    "figure": own.label,
                    "people": counts[month],
                    "month": month,
                    "least": FEWEST_FOLDED,
                }
                at = Source(path, (*own.at.keys, "over"))
                yield Issue(code="fold-of-few", at=at, facts=facts)


#: Of two people, each can take their own from what both come to.
FEWEST_FOLDED = 3


def _group_of(one: Aftermath, over: str) -> str:
    among = {
        "department": one.department,
        "post": repr(one.title),
        "scheme": one.scheme_id,
        "company": "",
        "reports": one.superior or "",
    }
    return among[over]


def pay_given_away(ground: Ground, aftermaths: Sequence[Aftermath]) -> Iterator[Issue]:
    """Figures and lines of pay from which a reader could tell what another is paid, once for each,
    of the newest month."""
    found: dict[tuple[str, str], Month] = {}
    for one in aftermaths:
        for id in one.gives_away:
            found[one.policy, id] = max(one.month, found.get((one.policy, id), one.month))
    for (path, id), month in sorted(found.items()):
        filed = ground.rules_at[path]
        folds = (one for one in ground.levels_at(path).over_pay if one.name[1] == id)
        own = next(folds, None)
        at = filed.at() if own is None else Source(path, (*own.at.keys, "over"))
        name = None if own is None else own.label
        for index, line in enumerate(filed.model.pay if own is None else ()):
            if line.id == id:
                at, name = filed.at("pay", index, "by"), line.name
        facts: dict[str, Fact] = {"name": name or id, "month": month, "least": FEWEST_OTHERS}
        yield Issue(code="pay-given-away", at=at, facts=facts)
