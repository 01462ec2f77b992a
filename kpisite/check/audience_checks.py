"""The checks of the audiences that a site declares: whose trees they are, and what is in them."""

from collections.abc import Callable, Iterator
from functools import partial

from kpisite.check.ground import Ground
from kpisite.check.known import unknown_department, unknown_employee
from kpisite.check.roster import Recorded, Roster
from kpisite.core.issue import Fact, Issue, Source
from kpisite.language.site import AUDIENCE_FOLDERS, DeclaredAudience


def audience_issues(ground: Ground) -> Iterator[Issue]:
    """An audience under a name that every site has, of departments or readers that are not there,
    or with keys that show nothing."""
    for index, one in enumerate(ground.site.model.audience):
        at = partial(ground.site.at, "audience", index)
        if one.id.lower() in AUDIENCE_FOLDERS:
            facts: dict[str, Fact] = {"id": one.id, "known": AUDIENCE_FOLDERS}
            yield Issue(code="audience-reserved", at=at("id"), facts=facts)
        for place, id in enumerate(one.departments or ()):
            yield from unknown_department(ground, id, at("departments", place))
        for place, id in enumerate(one.readers):
            yield from unknown_employee(ground, id, at("readers", place))
        yield from _listed_twice(one, at)
        yield from _idle_keys(ground, one, at)


def _listed_twice(one: DeclaredAudience, at: Callable[..., Source]) -> Iterator[Issue]:
    for key, ids in (("departments", one.departments or ()), ("readers", one.readers)):
        for place, id in enumerate(ids):
            if id in ids[:place]:
                also = (at(key, ids.index(id)),)
                yield Issue(code="listed-twice", at=at(key, place), facts={"id": id}, also=also)


def _idle_keys(ground: Ground, one: DeclaredAudience, at: Callable[..., Source]) -> Iterator[Issue]:
    """Pay and reviews are of people, and stand nowhere but on scorecards and lists of them."""
    if one.cards or ground.site.is_left_out(*at("cards").keys):
        return
    for key in ("pay", "reviews"):
        if getattr(one, key):
            yield Issue(code="audience-without-cards", at=at(key), facts={"key": key})


def audiences_of_nobody(ground: Ground, roster: Roster) -> Iterator[Issue]:
    """An audience in whose departments nobody has a record, so that it gets no tree."""
    with_records = {_department_of(ground, one) for one in roster.records}
    if not with_records or roster.unread or None in with_records:
        return
    for index, one in enumerate(ground.site.model.audience):
        known = set(one.departments or ()) & set(ground.department_by_id)
        at = ground.site.at("audience", index, "departments")
        if known and not known & with_records and ground.site.is_whole(at.keys):
            facts: dict[str, Fact] = {"id": one.id, "departments": tuple(sorted(known))}
            yield Issue(code="audience-of-nobody", at=at, facts=facts)


def _department_of(ground: Ground, one: Recorded) -> str | None:
    """The department that a record is from; None where a fault keeps that from being known."""
    if not one.is_person or one.part is not None:
        return one.part or one.appraisee
    person = ground.staff.get(one.appraisee)
    post = None if person is None else person.model.post_in(one.month)
    return None if post is None else post.department


def readers_who_left(ground: Ground, roster: Roster) -> Iterator[Issue]:
    """A reader whose employment ended before the newest month that anybody has a record of."""
    newest = max((one.month for one in roster.records), default=None)
    for index, one in enumerate(ground.site.model.audience):
        for place, id in enumerate(one.readers):
            left = None if id not in ground.staff else ground.staff[id].model.left
            if newest is not None and left is not None and left < newest.first_day:
                at = ground.site.at("audience", index, "readers", place)
                facts: dict[str, Fact] = {"id": id, "left": str(left), "audience": one.id}
                yield Issue(code="reader-left", at=at, facts=facts)
