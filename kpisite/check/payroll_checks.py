"""The checks of lines of pay for payroll and HR alone: that nobody else reads them elsewhere."""

from collections.abc import Iterator, Mapping

from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.likeness import Likeness, but_for_numbers, opposite
from kpisite.check.policy_plan import asked_by, askers
from kpisite.core.captions import caption
from kpisite.core.immutable import immutable
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.text import Text
from kpisite.language.components import Component
from kpisite.language.figures.levels import SECRET, Levels
from kpisite.language.figures.model import Figure, TableFigure
from kpisite.language.figures.plan import Name, Plan, Planned
from kpisite.language.policy import Policy
from kpisite.language.scheme import Scheme

Elsewhere = tuple[Text, Source | None]
"""What else shows an amount: what it is called, and where it stands."""


def lines_of_payroll(ground: Ground) -> Iterator[Issue]:
    """Wages of which the person would see nothing, and lines for payroll whose very amount the
    person is shown by something else."""
    for filed in ground.policies:
        policy = filed.model
        if filed.left_out or not policy.lines_of_payroll:
            continue
        if not policy.lines_shown:
            yield Issue(code="pay-all-of-payroll", at=filed.at("pay", 0, "shown-to"))
            continue
        levels, issues = ground.levels_and_issues[filed.path]
        if issues:
            continue
        shown = _shown_of(ground, filed, levels)
        for index, line in enumerate(policy.pay):
            if line.is_of_payroll:
                yield from _shown_elsewhere(filed, levels, index, line, shown)


def _shown_elsewhere(
    filed: Filed[Policy], levels: Levels, index: int, line: Component, shown: tuple["_Shown", ...]
) -> Iterator[Issue]:
    policy, at = filed.model, filed.at("pay", index, "shown-to")
    seen = dict(_seen(filed, levels))
    for ids in _amounts_of(line, policy):
        if seen.keys() >= set(ids):
            yield _issue(line, ids[0], at, seen[ids[0]])
            continue
        found = (one.found(ids[0]) for one in shown if len(ids) == 1)
        where = next((one for one in found if one is not None), None)
        if where is not None:
            yield _issue(line, ids[0], at, where)
    for one in policy.lines_shown:
        if line.grade_column and one.grade_column == line.grade_column:
            place = filed.at("pay", policy.pay.index(one))
            yield _issue(line, line.grade_column, at, (one.name, place))
            return


def _amounts_of(line: Component, policy: Policy) -> Iterator[tuple[str, ...]]:
    """The figures that are the amount itself, or together say it: what is split, and by which
    key."""
    if line.figures():
        yield line.figures()
    if line.gives_out() == "salary":
        yield (SECRET,)
    if line.gives_out() == "awards":
        yield from ((one.figure,) for one in policy.award if one.figure is not None)


def _issue(line: Component, id: str, at: Source, where: Elsewhere) -> Issue:
    other, place = where
    also = () if place is None else (place,)
    facts: dict[str, Fact] = {"component": line.name, "id": id, "other": other}
    return Issue(code="payroll-line-shown", at=at, facts=facts, also=also)


# The amount by its name.


def _seen(filed: Filed[Policy], levels: Levels) -> Iterator[tuple[str, Elsewhere]]:
    """The figures that anything rests on which others see, each with the last such thing."""
    policy = filed.model
    for asker in askers(policy, with_payroll=False):
        for _, id in levels.plan.rests_on(("", one) for one in asker.figures):
            yield id, (asker.name, filed.at(*asker.keys))
    for index, line in enumerate(policy.pay):
        if not line.is_of_payroll and line.base_salary_needed():
            yield SECRET, (line.name, filed.at("pay", index))


# The amount by how it is computed.


@immutable(kw_only=False)
class _Shown:
    """What others see computed of one form and its policy."""

    likeness: Likeness
    figures: Mapping[Name, Planned]
    names: frozenset[Name]
    policy: Filed[Policy]
    form: Filed[Scheme] | None

    def found(self, id: str) -> Elsewhere | None:
        """Where what a figure comes to, or may come to, can be read: a passage of a formula that
        is computed for others, or all of one but for a factor, an addend or the sign."""
        likeness, itself = self.likeness, self.likeness.of(("", id))
        cases = [one for one in likeness.cases(("", id)) if likeness.is_composed(one)]
        wanted = {*cases, *map(opposite, cases)}
        bare = but_for_numbers(itself) if likeness.is_composed(itself) else None
        if not but_for_numbers(itself):  # a mere number, which many things come to
            return None
        for name in sorted(self.names):
            own = self.figures.get(name)
            if name == ("", SECRET) or own is not None:
                alike = likeness.of(name) in (itself, opposite(itself))
                if alike or (bare and but_for_numbers(likeness.of(name)) == bare):
                    return self._place(name)
            if own is not None and not wanted.isdisjoint(likeness.within(own)):
                return self._place(name)
        return None

    def _place(self, name: Name) -> Elsewhere:
        own = self.figures.get(name)
        if own is None:
            return caption("base-salary"), None
        is_form = self.form is not None and name in self.form.model.plan.figures
        filed = self.form if is_form and name not in _own(self.policy.model) else self.policy
        assert filed is not None
        key = {Figure: ("is",), TableFigure: ("cells",)}.get(type(own.model), ())
        return own.label, filed.at(*own.at.keys, *(key if own.formula is not None else ()))


def _own(policy: Policy) -> set[Name]:
    return {("", one.id) for one in (*policy.figure, *policy.table)}


def _shown_of(ground: Ground, filed: Filed[Policy], levels: Levels) -> tuple[_Shown, ...]:
    """What others see computed, form by form."""
    forms = [one for one in ground.schemes if one.model.id in filed.model.schemes]
    sound = [one for one in forms if not one.model.plan_and_issues[1] and not one.left_out]
    return tuple(_shown(filed, levels, form) for form in (*sound, *([] if sound else [None])))


def _shown(filed: Filed[Policy], levels: Levels, form: Filed[Scheme] | None) -> _Shown:
    asked = set(asked_by(filed.model, with_payroll=False))
    figures = dict(levels.plan.figures)
    if form is not None:
        asked |= form.model.asked
        figures = {**form.model.plan.figures, **figures}
    return _Shown(
        likeness=Likeness(figures),
        figures=figures,
        names=Plan(figures=figures).rests_on(("", id) for id in asked),
        policy=filed,
        form=form,
    )
