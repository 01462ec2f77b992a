"""The checks of one-off appraisals: forms that are filled in beside that of the month, as at the
end of a probation, their records, and the policies that govern them."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import PurePosixPath

from kpisite.check.entry import Entry
from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.known import is_unread
from kpisite.check.roster import Roster
from kpisite.core.address import address_of, name_in_month
from kpisite.core.issue import Fact, Issue, Keys, Place, Source
from kpisite.language.consequence import Review
from kpisite.language.figures.levels import Level
from kpisite.language.policy import Policy
from kpisite.language.scheme import Scheme


def one_off_forms(ground: Ground) -> Iterator[Issue]:
    """One-off forms that are of departments, are called like one, change what they are from one
    version to the next, or look back upon months."""
    first: dict[str, Filed[Scheme]] = {}
    for filed in ground.schemes:
        scheme = filed.model
        facts: dict[str, Fact] = {"scheme": scheme.id, "name": scheme.name}
        if filed.is_left_out("one-off"):
            continue
        other = first.setdefault(scheme.id, filed)
        if other.model.one_off != scheme.one_off:
            at = filed.at("one-off" if scheme.one_off else "from")
            also = (other.at("one-off" if other.model.one_off else "from"),)
            yield Issue(code="one-off-changes", at=at, facts=facts, also=also)
        if not scheme.one_off:
            continue
        if scheme.appraises == "department":
            yield Issue(code="one-off-of-department", at=filed.at("appraises"), facts=facts)
        if scheme.id in ground.department_by_id:
            also = (ground.department_at(scheme.id).at("id"),)
            yield Issue(code="one-off-id-taken", at=filed.at("id"), facts=facts, also=also)
        for own in () if scheme.plan_and_issues[1] else scheme.plan.over_months:
            at = Source(filed.path, (*own.at.keys, "over"))
            yield Issue(code="one-off-months", at=at, facts={**facts, "figure": own.label})


def one_off_forms_of_posts(ground: Ground) -> Iterator[Issue]:
    """Posts and departments whose form of every month is to be a one-off one."""
    places = [
        (post.scheme, filed.at("post", index, "scheme"))
        for filed in ground.staff.values()
        for index, post in enumerate(filed.model.post)
    ]
    places += [
        (one.scheme, ground.departments.at("department", index, "scheme"))
        for index, one in enumerate(ground.departments.model.department)
    ]
    for scheme, at in places:
        if scheme in ground.one_off_forms:
            yield Issue(code="one-off-of-post", at=at, facts={"scheme": scheme})


# Policies.


def policies_of_one_off_forms(ground: Ground) -> Iterator[Issue]:
    """Policies of one-off forms and others together, and rules for one-off forms that need other
    people's, or other months', or pay."""
    for filed in ground.policies:
        own = [id for id in filed.model.schemes if id in ground.one_off_forms]
        facts: dict[str, Fact] = {"scheme": own[0] if own else ""}
        others = [id for id in filed.model.schemes if id not in own and id in ground.scheme_ids]
        if own and others:
            at = filed.at("schemes", filed.model.schemes.index(own[0]))
            yield Issue(code="one-off-mixed", at=at, facts={**facts, "other": others[0]})
        elif own:
            for code, at in (*_paying(filed), *_comparing(filed), *_figures(ground, filed)):
                yield Issue(code=code, at=at, facts={**facts, "key": str(at.keys[-1])})


#: What of a policy says how much is paid.
PAYING = ("pay", "sum", "part-month", "award", "pool", "money")
#: What of it holds people against one another.
COMPARING = ("quota", "limit", "ranking")
#: What of a review asks for a rank, or for other months.
OF_OTHERS = ("first", "last", "last-in", "months", "in-all")


def without_what_goes(issues: Iterable[Issue]) -> list[Issue]:
    """The issues without those of tables and keys that a one-off form's policy is not to have:
    nobody mends what is to be deleted."""
    found = list(issues)
    goes = {
        (one.at.path, one.at.keys[:-1] if one.at.keys[-1] in ("id", "if") else one.at.keys)
        for one in found
        if one.code in DELETED and isinstance(one.at, Source)
    }
    return [one for one in found if one.code in DELETED or not _is_within(one.at, goes)]


#: The faults of what is to be deleted.
DELETED = ("one-off-pays", "one-off-compares")


def _is_within(at: Source | Place, several: Collection[tuple[str, Keys]]) -> bool:
    if not several or not isinstance(at, Source):
        return False
    return any((at.path, at.keys[:depth]) in several for depth in range(1, len(at.keys) + 1))


Placed = Iterator[tuple[str, Source]]


def _paying(filed: Filed[Policy]) -> Placed:
    for key in PAYING:
        if _is_stated(filed.model, key):
            yield "one-off-pays", filed.at(key)


def _comparing(filed: Filed[Policy]) -> Placed:
    for key in COMPARING:
        if _is_stated(filed.model, key):
            yield "one-off-compares", filed.at(key)
    for index, review in enumerate(filed.model.review):
        for key in OF_OTHERS:
            if _is_stated(review, key):
                yield "one-off-compares", filed.at("review", index, key)


def _is_stated(model: Policy | Review, key: str) -> bool:
    """Whether a key is there and says something else than what goes without saying."""
    name = key.replace("-", "_")
    is_there = name in model.model_fields_set
    return is_there and getattr(model, name) != type(model).model_fields[name].get_default()


def _figures(ground: Ground, filed: Filed[Policy]) -> Placed:
    """Figures and conditions that no record gives by itself."""
    levels, issues = ground.levels_and_issues[filed.path]
    if issues or filed.left_out:
        return
    policy = filed.model
    for key, several in (("figure", policy.figure), ("table", policy.table)):
        for index, one in enumerate(several):
            if levels.of(one.id) is not Level.OWN:
                yield "one-off-compares", filed.at(key, index, "id")
    own = {one.id for one in (*policy.figure, *policy.table)}
    conditions = [("gate", index, one.if_) for index, one in enumerate(policy.gate)]
    conditions += [
        ("review", index, one.if_) for index, one in enumerate(policy.review) if one.if_ is not None
    ]
    for key, index, if_ in conditions:
        if any(levels.of(id) is not Level.OWN for id in if_.named() if id not in own):
            yield "one-off-compares", filed.at(key, index, "if")


# Records.


def form_of_file(ground: Ground, entry: Entry) -> str | None:
    """The one-off form that a record's file is named by, where the record itself names none."""
    _, is_named, rest = entry.filed.path.rpartition("/")[2].partition("@")
    if not is_named:
        return None
    named = rest.rpartition(".")[0]
    is_of_one = named in ground.one_off_forms and entry.one_off is None
    return named if is_of_one and entry.record.part is None else None


def one_off_records(ground: Ground, entry: Entry) -> Iterator[Issue]:
    """Records that are named by a one-off form and do not name it, and those on one that are said
    to be of a part of the month."""
    named = form_of_file(ground, entry)
    if named is not None and not entry.filed.is_left_out("scheme"):
        facts: dict[str, Fact] = {"scheme": named}
        if entry.record.scheme is not None:
            facts = {"scheme": entry.record.scheme, "named": named}
        code = "one-off-unnamed" if entry.record.scheme is None else "one-off-other-form"
        yield Issue(code=code, at=entry.filed.at("scheme"), facts=facts)
    yield from _named_by_form(ground, entry)
    if entry.one_off is not None and entry.record.part is not None:
        facts = {"scheme": entry.one_off}
        yield Issue(code="one-off-part", at=entry.filed.at("part"), facts=facts)


def _named_by_form(ground: Ground, entry: Entry) -> Iterator[Issue]:
    """A file that is called `CS017-cs-agent`, whose form is none of a one-off appraisal."""
    form, appraisee = entry.record.scheme, entry.record.appraisee
    if form is None or form in ground.one_off_forms or is_unread(ground, f"records/schemes/{form}"):
        return
    stem = PurePosixPath(entry.filed.path).stem
    if stem == name_in_month(appraisee, form):
        at = entry.appraisee_at
        facts: dict[str, Fact] = {"key": at.keys[-1], "value": appraisee, "named": stem}
        yield Issue(code="name-mismatch", at=at, facts=facts)


def one_off_records_elsewhere(_: Ground, roster: Roster) -> Iterator[Issue]:
    """Records on one-off forms in files of another name, where that which they should have is
    free: where it is not, two records are on one form."""
    paths = {one.path for one in roster.records}
    for one in roster.records:
        if one.one_off is None:
            continue
        stem = f"records/{one.month}/{address_of(one.appraisee, one.one_off)}"
        if one.path != f"{stem}.toml" not in paths and not is_unread(roster, stem):
            facts: dict[str, Fact] = {"scheme": one.one_off, "path": f"{stem}.toml"}
            yield Issue(code="one-off-elsewhere", at=one.at("scheme"), facts=facts)
