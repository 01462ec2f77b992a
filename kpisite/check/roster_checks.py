"""The checks of records among one another: two of one, one that lacks another, names alike."""

from collections.abc import Iterator

from kpisite.check.ground import Ground
from kpisite.check.known import is_unread
from kpisite.check.roster import Recorded, Roster
from kpisite.core.address import address_of
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.month import Month


def names_that_differ_by_case(ground: Ground, roster: Roster) -> Iterator[Issue]:
    """Files that one computer keeps apart and the next takes for one: `cs017`, `CS017`."""
    seen: dict[str, str] = {}
    paths = {document.path for document in ground.documents} | ground.unread | roster.unread
    for path in sorted(paths.union(one.path for one in roster.records)):
        other = seen.setdefault(path.lower(), path)
        if other != path:
            yield Issue(code="case-clash", at=Source(path), also=(Source(other),))


def duplicate_records(_: Ground, roster: Roster) -> Iterator[Issue]:
    """Two records of one appraisee and month, of which only one can be right."""
    seen: dict[tuple[str, Month, str | None], Recorded] = {}
    for one in roster.records:
        if one.is_unsure:
            continue
        other = seen.setdefault((one.appraisee, one.month, one.qualifier), one)
        if other is not one:
            address = address_of(one.appraisee, one.qualifier)
            facts: dict[str, Fact] = {"employee": address, "month": one.month}
            also = (other.appraisee_at,)
            yield Issue(code="duplicate-record", at=one.appraisee_at, facts=facts, also=also)


def names_alike(_: Ground, roster: Roster) -> Iterator[Issue]:
    """Records of two whose scorecards would be called alike in closings and on disk: `A-B` on a
    form `C`, and `A` in a department `B-C`."""
    seen: dict[tuple[Month, str], Recorded] = {}
    for one in roster.records:
        if one.qualifier is None:  # who is called so is found without a record
            continue
        other = seen.setdefault((one.month, one.name_in_month), one)
        if other.appraisee != one.appraisee:
            at = one.at("part" if one.one_off is None else "scheme")
            facts: dict[str, Fact] = {"id": one.name_in_month}
            also = (other.appraisee_at,)
            yield Issue(code="part-name-taken", at=at, facts=facts, also=also)


def parts_alone(ground: Ground, roster: Roster) -> Iterator[Issue]:
    """A part of a month without the record that it is a part of."""
    for one in roster.records:
        if one.part is None or one.one_off is not None or one.is_unsure:
            continue
        if not _is_former(ground, one, one.part):
            continue
        is_there = (one.appraisee, None, one.month) in roster.parts
        if not is_there and not is_unread(roster, f"records/{one.month}/{one.appraisee}"):
            facts: dict[str, Fact] = {"id": one.appraisee, "month": one.month}
            yield Issue(code="part-alone", at=one.at("part"), facts=facts)


def _is_former(ground: Ground, one: Recorded, part: str) -> bool:
    """Whether a post was held there within the month, and another at its end; all else about a part
    is a fault of its own."""
    person = ground.staff.get(one.appraisee) if one.is_person else None
    if person is None or person.left_out or person.model.post_within(one.month, part) is None:
        return False
    last = person.model.post_in(one.month)
    return last is None or last.department != part


def departments_not_appraised(ground: Ground, roster: Roster) -> Iterator[Issue]:
    """A department's total that is asked for but was not appraised in the month."""
    unsure = {one.path for one in roster.records if "department" in one.left_out}
    for one in roster.records:
        if one.asked is None or one.is_unsure or (one.asked, one.month) in roster.departments:
            continue
        scheme, stem = ground.filed_scheme[one.scheme], f"records/{one.month}/{one.asked}"
        if scheme.left_out or is_unread(ground, f"records/schemes/{scheme.model.id}"):
            continue
        if f"{stem}.toml" not in unsure and not is_unread(roster, stem):
            facts: dict[str, Fact] = {"department": one.asked, "month": one.month}
            yield Issue(code="department-not-appraised", at=one.at("month"), facts=facts)
