"""How far a form's total goes, and what stands on another scale: grades, thresholds, bounds."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.known import is_unread
from kpisite.check.roster import Roster
from kpisite.check.scheme_checks import issues_of_scheme
from kpisite.check.total_reach import highest_of_rows, highest_total, lowest_of_rows, without_cap
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.text import Text
from kpisite.language.bounds import Bounds, out_of_reach
from kpisite.language.methods import Indicator
from kpisite.language.part import Part, Section
from kpisite.language.policy import Policy
from kpisite.language.scheme import Scheme


def bounds_out_of_reach(ground: Ground) -> Iterator[Issue]:
    """Caps that no total, part or section comes to, or that keep it from its full points, and
    floors that leave nothing between."""
    for filed in _sound(ground, ground.schemes):
        scheme, at = filed.model, Source(filed.path)
        bounds = Bounds(scheme.floor, scheme.cap, top=without_cap(scheme))
        yield from bounds.issues(scheme.name, scheme.points, at)
        for p, part in enumerate(scheme.part):
            here = at.at("part", p)
            yield from _bounds_of(part, part, here, scheme.scale)
            for s, section in enumerate(part.section):
                yield from _bounds_of(section, part, here.at("section", s), scheme.scale)


def _bounds_of(one: Part | Section, part: Part, at: Source, scale: Decimal) -> Iterator[Issue]:
    """What is wrong with the bounds of a part, which hold before it is scaled, or of a section of
    it."""
    low, top = lowest_of_rows(one, scale), highest_of_rows(one, scale)
    full = one.added(scale) if isinstance(one, Part) else one.added
    bounds = Bounds(one.floor, one.cap, low=low, top=top)
    yield from bounds.issues(one.name, full, at, is_counted=part.role in ("score", "factor"))


def averages_out_of_reach(ground: Ground) -> Iterator[Issue]:
    """Edges of a department's mean to which no total of its people goes, once for each row."""
    sound = {filed.path: filed for filed in _sound(ground, ground.schemes)}
    for scheme in sound.values():
        for indicator, here in scheme.model.placed_indicators(Source(scheme.path)):
            if "average" in indicator.looks_at:
                yield from _beyond_the_mean(ground, scheme, indicator, here)


def _beyond_the_mean(
    ground: Ground, scheme: Filed[Scheme], indicator: Indicator, at: Source
) -> Iterator[Issue]:
    beside = _schemes_beside(ground, scheme.model)
    if beside is None:
        return
    tops = [highest_total(one) for one in beside]
    stated = [top for top in tops if top is not None]
    if len(stated) < len(tops):
        return
    most = max(stated)
    edges = [edge for one in indicator.comparisons(at) for edge in one.stated]
    beyond = [one for one in edges if not one.quantity.is_percent and one.quantity.value > most]
    if beyond:
        first, *others = beyond
        key = str(first.at.keys[-1])
        issue = out_of_reach(
            indicator.name, key, first.quantity.value, scheme.model.name, most, first.at
        )
        yield replace(issue, also=(*(one.at for one in others), scheme.at("points")))


def _schemes_beside(ground: Ground, scheme: Scheme) -> list[Scheme] | None:
    """The forms, in all versions, that are filled in by the departments that fill in this one; None
    where not all of each could be read."""
    posts = [post for filed in ground.staff.values() for post in filed.model.post]
    departments = {post.department for post in posts if post.scheme == scheme.id}
    ids = {post.scheme for post in posts if post.department in departments} | {scheme.id}
    found = [filed for filed in ground.schemes if filed.model.id in ids]
    unread = any(is_unread(ground, f"records/schemes/{id}") for id in ids)
    return None if unread or any(one.left_out for one in found) else [one.model for one in found]


def totals_beyond_their_scale(ground: Ground, roster: Roster) -> Iterator[Issue]:
    """Departments whose form has more points than a person's form takes their total out of, once
    for each two forms."""
    seen = set()
    for one in roster.records:
        department = None if one.asked is None else roster.departments.get((one.asked, one.month))
        if department is None or not department.scheme:
            continue
        if (one.scheme, department.scheme) in seen:
            continue
        seen.add((one.scheme, department.scheme))
        scheme, theirs = ground.filed_scheme[one.scheme], ground.filed_scheme[department.scheme]
        for indicator, at in scheme.model.placed_indicators(Source(scheme.path)):
            of = indicator.department_full
            if of is not None and of < theirs.model.points:
                if not (scheme.left_out or theirs.left_out):
                    yield _beyond(indicator, of, theirs, at)


def _beyond(indicator: Indicator, of: Decimal, scheme: Filed[Scheme], at: Source) -> Issue:
    facts: dict[str, Fact] = {
        "indicator": indicator.name,
        "of": of,
        "scheme": scheme.model.name,
        "points": scheme.model.points,
    }
    return Issue(code="of-below-full", at=at.at("of"), facts=facts, also=(scheme.at("points"),))


def edges_out_of_reach(ground: Ground) -> Iterator[Issue]:
    """Grades and pay that stand on another scale than a form of their policy, once for each form:
    the first of them, with the others beside it."""
    for filed in ground.policies:
        if filed.left_out:
            continue
        for scheme in _sound(ground, schemes_of_policy(ground, filed)):
            most = highest_total(scheme.model)
            beyond = [] if most is None else [one for one in _edges(filed) if one[2] > most]
            if most is not None and beyond:
                name, key, value, at = beyond[0]
                issue = out_of_reach(name, key, value, scheme.model.name, most, at)
                also = (*(one[3] for one in beyond[1:]), scheme.at("points"))
                yield replace(issue, also=also)


def scales_apart(ground: Ground) -> Iterator[Issue]:
    """Policies whose grades or thresholds are held against forms of different full points: 25 is
    most of 30 and a quarter of 100, so that one number would mean two things."""
    for filed in ground.policies:
        if filed.left_out or next(_edges(filed), None) is None:
            continue
        schemes = list(_sound(ground, schemes_of_policy(ground, filed)))
        apart = (one for one in schemes if one.model.points != schemes[0].model.points)
        scheme = next(apart, None)
        if scheme is not None:
            first = schemes[0]
            facts: dict[str, Fact] = {
                "policy": filed.model.name,
                "first": first.model.name,
                "points": first.model.points,
                "second": scheme.model.name,
                "other": scheme.model.points,
            }
            at = filed.at("schemes", filed.model.schemes.index(scheme.model.id))
            also = (first.at("points"), scheme.at("points"))
            yield Issue(code="scales-apart", at=at, facts=facts, also=also)


def _edges(filed: Filed[Policy]) -> Iterator[tuple[Text, str, Decimal, Source]]:
    """What a policy holds totals against: name, key, number and place."""
    is_by_total = filed.model.graded is None
    for index, grade in enumerate(filed.model.grade):
        if grade.from_ is not None and is_by_total:
            yield grade.name, "from", grade.from_, filed.at("grade", index, "from")
    for index, component in enumerate(filed.model.pay):
        for key, value in component.held_against_total().items():
            yield component.name, key, value, filed.at("pay", index, key)


def schemes_of_policy(ground: Ground, policy: Filed[Policy]) -> list[Filed[Scheme]]:
    """The versions of its forms that hold while the policy does."""
    held = []
    for id in policy.model.schemes:
        versions = sorted(
            (one for one in ground.schemes if one.model.id == id), key=lambda one: one.model.from_
        )
        later = [one for one in versions if one.model.from_ > policy.model.from_]
        before = [one for one in versions if one.model.from_ <= policy.model.from_]
        held += [*before[-1:], *later]
    return held


def _sound(ground: Ground, schemes: Iterable[Filed[Scheme]]) -> Iterator[Filed[Scheme]]:
    """The forms that are whole and add up: of others nobody can say how far they go."""
    for filed in schemes:
        if filed.path not in ground.sound_forms:
            ground.sound_forms[filed.path] = _is_sound(filed)
        if ground.sound_forms[filed.path]:
            yield filed


def _is_sound(filed: Filed[Scheme]) -> bool:
    issues = issues_of_scheme(filed.model, Source(filed.path))
    return not filed.left_out and all(one.code == "part-scaled" for one in issues)
