"""The checks of what a form takes of its own earlier months: whether it is of one unit in all
versions and at the start, and whether a grade is there that a record alone gives."""

from collections.abc import Iterator

from kpisite.check.figure_unit_checks import units_in
from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.known import has_unread, unknown
from kpisite.check.stated_checks import misstatements
from kpisite.core.issue import Fact, Issue, Source
from kpisite.language.base import Quantity
from kpisite.language.figures.model import Given
from kpisite.language.figures.plan import Planned
from kpisite.language.figures.units import Counts, Units
from kpisite.language.scheme import Scheme

SHARES: frozenset[Counts] = frozenset({"percent", "share"})


def earlier_of_forms(ground: Ground) -> Iterator[Issue]:
    """What is wrong in the folds of forms over earlier months, before any record is there."""
    for filed in ground.schemes:
        scheme = filed.model
        if filed.left_out or scheme.plan_and_issues[1]:
            continue
        units = units_in(scheme)
        for own in scheme.plan.over_months:
            at, counts = Source(filed.path, own.at.keys), _counts(scheme, units, own)
            yield from _start(own, counts, at)
            yield from _grade(ground, scheme, own, at)
            yield from _versions(ground, filed, own, counts, at)


def _start(own: Planned, counts: Counts, at: Source) -> Iterator[Issue]:
    """A start that is of another unit than what is folded."""
    assert own.fold is not None
    model = own.folded
    if isinstance(model.start, Quantity) and own.fold[0] != "count" and counts != "any":
        given = Given(unit="percent" if counts in SHARES else None)
        yield from misstatements(given, own.label, own.name[1], model.start, at.at("start"))


def _counts(scheme: Scheme, units: Units, own: Planned) -> Counts:
    """What a fold takes, a figure, a row or the total, counts, as far as that is sure."""
    assert own.fold is not None
    id = own.fold[1]
    if id == "total" and id not in scheme.scope.rows:
        return "points"
    counts = units.of(("", id))
    return "any" if counts == "choice" else counts


def _grade(ground: Ground, scheme: Scheme, own: Planned, at: Source) -> Iterator[Issue]:
    """Months by their grade, where no policy has it, or no record alone gives it."""
    model = own.folded
    if "grade" not in own.of_earlier or ("", "grade") in scheme.plan.names:
        return
    if "grade" in scheme.scope.rows or has_unread(ground, "records/policies/"):
        return
    policies = [one for one in ground.policies if scheme.id in one.model.schemes]
    known = {grade.id for one in policies for grade in one.model.grade}
    conditions = () if model.where is None else (model.where, *model.where.any)
    for condition in conditions:
        bounds = condition.figures.get("grade")
        for word in () if bounds is None else bounds.are or ():
            if word not in known:
                meant = word if isinstance(word, str) else ""
                yield unknown("grade", meant, known, at.at("where"))
    for one in policies:
        if not one.model.grades_by_total_alone:
            facts: dict[str, Fact] = {"figure": own.label, "policy": one.model.name}
            facts["path"] = one.path
            yield Issue(code="earlier-grade", at=at.at("where"), facts=facts)
            return


def _versions(
    ground: Ground, filed: Filed[Scheme], own: Planned, counts: Counts, at: Source
) -> Iterator[Issue]:
    """A figure that was a percentage in an older version of the form, and is none now, or the other
    way about: what earlier months hand on would be taken for another number."""
    assert own.fold is not None
    if counts == "any" or own.fold[0] == "count":
        return
    for older in ground.schemes:
        is_older = older.model.id == filed.model.id and older.model.from_ < filed.model.from_
        if not is_older or older.left_out or older.model.plan_and_issues[1]:
            continue
        before = _counts(older.model, units_in(older.model), own)
        if before != "any" and (before in SHARES) != (counts in SHARES):
            facts: dict[str, Fact] = {"figure": own.label, "id": own.fold[1], "path": older.path}
            yield Issue(code="earlier-unit", at=at.at(own.fold[0]), facts=facts)
            return
