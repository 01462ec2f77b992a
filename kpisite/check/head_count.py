"""What cannot hold among the people who are there now, whatever their records will say: quotas that
leave a grade to nobody or contradict themselves, and limits that a group cannot keep."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from kpisite.check.ground import Ground
from kpisite.check.limit_reach import limits_out_of_reach
from kpisite.check.present import Present, present
from kpisite.check.roster import Roster
from kpisite.core.exact import percent
from kpisite.core.issue import Fact, Issue
from kpisite.language.base import Quantity


def held_by_heads(ground: Ground, roster: Roster) -> Iterator[Issue]:
    """What a policy asks of groups that are too small for it, or of any."""
    scored = {one.scheme for one in roster.records if one.scheme}
    for filed in ground.policies:
        policy = filed.model
        asks = policy.limit or (policy.quota is not None and policy.grade)
        if not asks or filed.left_out or ground.levels_and_issues[filed.path][1]:
            continue
        around = present(ground, filed)
        if policy.quota is not None and policy.grade:
            forms = {ground.filed_scheme[path].model.id for path in scored}
            yield from _quotas(around, is_scored=not forms.isdisjoint(policy.schemes))
        yield from limits_out_of_reach(around)


def _quotas(around: Present, *, is_scored: bool) -> Iterator[Issue]:
    """What a quota asks in vain of groups of so many people; where some `is_scored`, it is said by
    everybody's results of the newest month whether a grade is left to nobody."""
    for people, groups in _by_count(around).items():
        facts: dict[str, Fact] = {"groups": tuple(groups), "people": people}
        found = list(_contradictions(around, people, facts))
        yield from found
        if not found and not is_scored:
            yield from _left_to_nobody(around, people, facts)


def _by_count(around: Present) -> Mapping[int, list[str]]:
    """The groups that a quota is for, by how many people they are of."""
    policy = around.filed.model
    assert policy.quota is not None
    within = policy.quota.within or policy.ranking.within
    found: defaultdict[int, list[str]] = defaultdict(list)
    for key, group in around.groups(within).items():
        found[len(group)].append(around.called(within, key))
    return dict(sorted(found.items()))


def _contradictions(around: Present, people: int, facts: Mapping[str, Fact]) -> Iterator[Issue]:
    """Fewest and most people with a grade that cannot both be kept by a group of so many."""
    policy, filed = around.filed.model, around.filed
    assert policy.quota is not None
    fewest, most = policy.quota.bounds(policy.grade, people)
    is_crossed = False
    for n, grade in enumerate(policy.grade):
        if grade.at_least is None or grade.at_most is None or fewest[n] <= most[n]:
            continue
        is_crossed = True
        more: dict[str, Fact] = {
            "grade": grade.name,
            "least": _stated(grade.at_least),
            "most": _stated(grade.at_most),
            "fewest": fewest[n],
            "places": most[n],
        }
        at, also = filed.at("grade", n, "at-most"), (filed.at("grade", n, "at-least"),)
        yield Issue(code="quota-crossed", at=at, facts={**facts, **more}, also=also)
    if is_crossed:
        return
    for code, key, added in (
        ("quota-too-many", "at-least", sum(fewest)),
        ("quota-too-few", "at-most", sum(most)),
    ):
        if added != people and (added > people) == (key == "at-least"):
            field = key.replace("-", "_")
            stated = (n for n, one in enumerate(policy.grade) if getattr(one, field) is not None)
            first, *others = (filed.at("grade", n, key) for n in stated)
            yield Issue(code=code, at=first, facts={**facts, "sum": added}, also=tuple(others))


def _stated(bound: Quantity) -> str:
    return f'"{percent(bound.value)}"' if bound.is_percent else str(bound.value)


def _left_to_nobody(around: Present, people: int, facts: Mapping[str, Fact]) -> Iterator[Issue]:
    """Groups so small that a quota leaves a grade to nobody: by its own shares, and by those that
    hold where the department has a grade of its own."""
    policy, filed = around.filed.model, around.filed
    assert policy.quota is not None
    language = around.ground.site.model.language
    others = [
        (one.department[0], filed.at("quota", "where", index))
        for index, one in enumerate(policy.quota.where)
    ]
    for department, at in ((None, filed.at("quota")), *others):
        places = policy.quota.places(policy.grade, people, department)
        idle = [name for name, share, count in places if share != "0%" and not count]
        if idle:
            listed = tuple(f"{name.say(language)} {share} → {n}" for name, share, n in places)
            more: dict[str, Fact] = {"grade": idle[0], "places": listed}
            yield Issue(code="quota-few-heads", at=at, facts={**facts, **more})
