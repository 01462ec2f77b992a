"""What nothing takes up, and what is taken up twice.

Every row of a form says which entries of a record it counts (`Indicator.takes`), every component of
pay what it gives out whole (`Component.gives_out`).  An entry that stands in a file is held against
these: it counts once, or somebody is told.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from kpisite.check.filed import Filed
from kpisite.check.known import unknown
from kpisite.core.captions import caption
from kpisite.core.issue import Fact, Issue, Source, nearest
from kpisite.language.policy import Policy
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme

#: The lists of a record whose entries count by a row of the form: the key by which an entry names
#: the row or rule, what that is, and what the list holds.
COUNTED = {
    "event": ("rule", "rule", caption("events")),
    "survey": ("of", "indicator", caption("a-survey")),
    "task": ("of", "indicator", caption("tasks")),
}


def astray(filed: Filed[Record], scheme: Scheme) -> Iterator[tuple[Issue, frozenset[str]]]:
    """Every entry that no row counts, or that two do, with the rows that it may be meant for, of
    which nothing can be said until that is known."""
    record = filed.model
    taken = Counter(scheme.takes(record))
    for name in COUNTED:
        for index, entry in enumerate(getattr(record, name)):
            times = taken[name, index]
            if times != 1:
                yield _astray(filed.at(name, index), name, entry, scheme, times)


def _astray(
    at: Source, name: str, entry: Any, scheme: Scheme, times: int
) -> tuple[Issue, frozenset[str]]:
    key, what, holds = COUNTED[name]
    takers = frozenset(scheme.rules) if name == "event" else scheme.rows_that_take(name)
    called = getattr(entry, key)
    facts: dict[str, Fact] = {"known": tuple(sorted(takers))}
    if times:
        return Issue(code="task-without-of", at=at, facts=facts), takers
    if not takers and name != "event":
        return Issue(code="entry-not-asked", at=at, facts={"what": holds}), takers
    if name == "event" and called in {one.id for one in scheme.veto}:
        facts = {"rule": next(one.name for one in scheme.veto if one.id == called)}
        return Issue(code="veto-by-condition", at=at.at(key), facts=facts), frozenset()
    meant = nearest(called, takers)
    issue = unknown(what, called, takers, at.at(key))
    return issue, frozenset({meant}) if meant else takers


#: What a policy states that a component has to give out, by the name that components have for it.
STATED: dict[str, tuple[str, Callable[[Policy], object]]] = {
    "awards": ("award", lambda policy: policy.award),
    "pool": ("pool", lambda policy: policy.pool),
}


def pay_astray(filed: Filed[Policy]) -> Iterator[Issue]:
    """What two components of a policy would pay out, what none does, and components for nothing."""
    policy = filed.model
    first: dict[str, int] = {}
    for index, component in enumerate(policy.pay):
        given = component.gives_out()
        at = filed.at("pay", index, "method")
        facts: dict[str, Fact] = {"component": component.name}
        if given in first:
            other = policy.pay[first[given]]
            also = (filed.at("pay", first[given], "method"),)
            yield Issue(code="paid-twice", at=at, facts=facts | {"other": other.name}, also=also)
        elif given in STATED:
            key, is_stated = STATED[given]
            if not is_stated(policy) and not filed.is_left_out(key):
                yield Issue(code="nothing-to-pay", at=at, facts=facts | {"key": key})
        if given:
            first.setdefault(given, index)
    for method, (key, stated) in STATED.items():
        if stated(policy) and policy.pay and method not in first:
            yield Issue(code="never-paid", at=filed.at(key), facts={"key": key, "method": method})
