"""The checks of a policy's figures: what they name, when they are known, whose pay they would give
away; and what a record, or whoever states one, owes them."""

from collections.abc import Iterator, Set
from dataclasses import replace

from kpisite.check.entry import Entry
from kpisite.check.figure_checks import stated_figures
from kpisite.check.filed import Filed
from kpisite.check.givens import Givens
from kpisite.check.ground import Ground
from kpisite.check.known import is_unread, unknown
from kpisite.check.policy_plan import asked_by, askers, names_of
from kpisite.check.policy_reach import reach_of_policy
from kpisite.check.roster import Roster
from kpisite.core.captions import caption
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.text import Text
from kpisite.language.consequence import Award, Review
from kpisite.language.figures.levels import OF_POLICY, PEOPLE, Level, Levels, over_of
from kpisite.language.figures.model import EARLIER, Computed, Figure
from kpisite.language.figures.plan import BUILT_IN, MONTHS
from kpisite.language.policy import Policy


def figures_of_policies(ground: Ground) -> Iterator[Issue]:
    """What is wrong in the figures of policies, and in what asks for them."""
    for filed in ground.policies:
        if filed.left_out or not _has_whole_forms(ground, filed.model):
            continue
        levels, issues = ground.levels_and_issues[filed.path]
        for issue in issues:
            assert isinstance(issue.at, Source)
            yield replace(issue, at=Source(filed.path, issue.at.keys))
        yield from _names(ground, filed, levels)
        yield from _taken(ground, filed)
        if issues:
            continue
        yield from _secrets(filed, levels)
        yield from _levels(filed, levels)
        yield from _idle(filed, levels)
        yield from reach_of_policy(ground, filed)


def _has_whole_forms(ground: Ground, policy: Policy) -> bool:
    """Whether nothing was left out of any version of its forms, which say what it may name."""
    forms = [one for one in ground.schemes if one.model.id in policy.schemes]
    unread = any(is_unread(ground, f"records/schemes/{id}") for id in policy.schemes)
    return not unread and not any(one.left_out for one in forms)


def _names(ground: Ground, filed: Filed[Policy], levels: Levels) -> Iterator[Issue]:
    """Figures and grades that nothing has."""
    policy = filed.model
    known = {id for of, id in levels.plan.names if not of}
    schemes = [one.model for one in ground.schemes if one.model.id in policy.schemes]
    around = known.union(OF_POLICY, *map(names_of, schemes))
    grades = [grade.id for grade in policy.grade]
    for index, gate in enumerate(policy.gate):
        at = filed.at("gate", index)
        if gate.grade_at_most not in grades:
            yield unknown("grade", gate.grade_at_most, grades, at.at("grade-at-most"))
        for id in gate.if_.named():
            if id not in around:
                yield unknown("figure", id, around, at.at("if"))
    rules: tuple[tuple[str, tuple[Award | Review, ...]], ...] = (
        ("award", policy.award),
        ("review", policy.review),
    )
    for key, several in rules:
        for index, rule in enumerate(several):
            for id in () if rule.if_ is None else rule.if_.named():
                if id not in around:
                    yield unknown("figure", id, around, filed.at(key, index, "if"))
    asked: list[tuple[str | None, Source]] = [(policy.graded, filed.at("graded"))]
    for index, one in enumerate(policy.pay):
        here = filed.at("pay", index)
        asked += [(id, here.at(key)) for key, id in one.figures_by_key().items()]
    asked += [(one.figure, filed.at("award", n, "figure")) for n, one in enumerate(policy.award)]
    for index, limit in enumerate(policy.limit):
        asked += [(id, filed.at("limit", index, key)) for key, id in limit.asked.items()]
    for asked_id, at in asked:
        if asked_id in around - known:
            yield Issue(code="figure-not-own", at=at, facts={"id": asked_id})
        elif asked_id is not None and asked_id not in known:
            yield unknown("figure", asked_id, known or around, at)


def _taken(ground: Ground, filed: Filed[Policy]) -> Iterator[Issue]:
    """Figures of a form that the formulas of its policy could not name: what is built in there, or
    a figure of the policy, has the same id."""
    policy = filed.model
    own = {one.id: one for one in (*policy.figure, *policy.table)}
    for scheme in ground.schemes:
        if scheme.model.id not in policy.schemes or not own:
            continue
        for key, entries in (("figure", scheme.model.figure), ("table", scheme.model.table)):
            for index, one in enumerate(entries):
                is_built_in = one.id in OF_POLICY and one.id not in BUILT_IN
                if is_built_in or (one.id in own and not _same(one, own[one.id])):
                    at = scheme.at(key, index, "id")
                    yield Issue(code="figure-name-taken", at=at, facts={"id": one.id})


def _same(one: Computed, other: Computed) -> bool:
    """Whether both say that the same person, post, department or file states it."""
    if not (isinstance(one, Figure) and isinstance(other, Figure)):
        return False
    return one.from_ is not None and one.from_ == other.from_


def _secrets(filed: Filed[Policy], levels: Levels) -> Iterator[Issue]:
    """Figures on pay files that a grade, or the scorecard of those who see no pay, would show."""
    shown = [one for one in askers(filed.model) if one.keys[0] not in ("award", "pay")]
    for id, at in ((id, filed.at(*one.keys)) for one in shown for id in one.figures):
        if levels.is_secret(id):
            yield Issue(code="figure-secret", at=at, facts={"id": id})
        is_of_grade = "grade" in {name for _, name in levels.plan.needs(("", id))}
        if is_of_grade and at.keys[0] in ("gate", "graded"):
            yield Issue(code="figure-of-grade", at=at, facts={"id": id})
    for own in levels.over_pay:
        key = levels.picks_one_out(own)
        if key:
            here = Source(filed.path, (*own.at.keys, key))
            facts: dict[str, Fact] = {"figure": own.label, "key": key}
            yield Issue(code="figure-of-one", at=here, facts=facts)


def _levels(filed: Filed[Policy], levels: Levels) -> Iterator[Issue]:
    """Folds over people, and splits, of what is known only when everybody's month is done."""
    policy = filed.model
    late = bool(policy.gate) or policy.graded is not None
    for own in levels.folds(PEOPLE):
        id = own.operands[0][1]
        needs = {name for _, name in levels.plan.needs(own.name)}
        is_of_limit = own.name[1] in levels.limits
        if not is_of_limit and (levels.of(id) is Level.MONTHS or (late and "grade" in needs)):
            yield _too_deep(id, Source(filed.path, (*own.at.keys, "over")))
    for index, one in enumerate(policy.pay):
        for key, id in one.figures_by_key().items() if one.split else ():
            if levels.of(id) is Level.MONTHS:
                yield _too_deep(id, filed.at("pay", index, key))


def _too_deep(id: str, at: Source) -> Issue:
    return Issue(code="figure-too-deep", at=at, facts={"id": id})


def _idle(filed: Filed[Policy], levels: Levels) -> Iterator[Issue]:
    """Figures that nothing asks for."""
    policy = filed.model
    asked = asked_by(policy).union(*(limit.asked.values() for limit in policy.limit))
    needed = {id for _, id in levels.plan.rests_on(("", one) for one in asked)}
    for key, several in (("figure", policy.figure), ("table", policy.table)):
        for index, one in enumerate(several):
            if one.id not in needed:
                facts: dict[str, Fact] = {"id": one.id}
                yield Issue(code="figure-idle", at=filed.at(key, index, "id"), facts=facts)


def figures_that_forms_lack(ground: Ground, roster: Roster) -> Iterator[Issue]:
    """Lines of pay and grades by a figure that a form of the policy does not have, once for each
    form that somebody fills in: of them there would be no number, nor of what they fold."""
    seen = set()
    having = any(levels.plan.figures for levels, _ in ground.levels_and_issues.values())
    for one in roster.records if having else ():
        form = ground.filed_scheme.get(one.scheme)
        policy = None if form is None else ground.policy(form.model.id, one.month)
        if form is None or policy is None or not one.is_person or (form.path, policy.path) in seen:
            continue
        seen.add((form.path, policy.path))
        levels, issues = ground.levels_and_issues[policy.path]
        if form.left_out or policy.left_out or issues:
            continue
        for name, id, at in _paid_and_graded_by(policy):
            is_own = ("", id) in levels.plan.figures  # another is reported by itself
            lacking = sorted(_lacking(levels, id, names_of(form.model))) if is_own else ()
            if lacking:
                facts: dict[str, Fact] = {
                    "name": name,
                    "id": lacking[0],
                    "form": form.model.name,
                    "path": form.path,
                }
                yield Issue(code="figure-of-other-form", at=at, facts=facts)


def _paid_and_graded_by(policy: Filed[Policy]) -> Iterator[tuple[Text, str, Source]]:
    """The figures without which something has no number: what it is called, the figure, where."""
    if policy.model.graded is not None:
        yield caption("grade"), policy.model.graded, policy.at("graded")
    for index, award in enumerate(policy.model.award):
        if award.figure is not None:
            yield award.name, award.figure, policy.at("award", index, "figure")
    for index, line in enumerate(policy.model.pay):
        for key in ("figure", "amount", "by"):
            id = getattr(line, key, None)
            if id is not None and id in line.figures():
                yield line.name, id, policy.at("pay", index, key)


def _lacking(levels: Levels, id: str, names: Set[str]) -> Iterator[str]:
    """What a figure rests on and neither the policy nor the form has; of earlier months, and of
    those that are counted, there are as many as have it."""
    own = levels.plan.figures.get(("", id))
    if own is None:
        if id not in names and id not in OF_POLICY:
            yield id
        return
    is_counted = own.fold is not None and (own.fold[0] == "count" or over_of(own) in MONTHS)
    is_counted = is_counted and over_of(own) != EARLIER  # which asks for what its start does
    for _, operand in () if is_counted else own.operands:
        yield from _lacking(levels, operand, names)


def figures_that_policies_want(ground: Ground, entry: Entry) -> Iterator[Issue]:
    """Figures of a policy that nobody states for a record, or states wrongly."""
    if entry.policy is None or not entry.policy.model.figure or entry.scheme is None:
        return
    waits = ground.waits_in(entry.record.month)
    givens = Givens(ground, entry, entry.filed.at())
    own = {one.id for one in entry.scheme.model.figure}
    figures = [one for one in entry.policy.model.figure if one.id not in own]
    yield from stated_figures(givens, figures, waits=waits)
