"""The checks of figures: of a form's own, of what a record states of them, and of those that
people, departments and the company have."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kpisite.check.entry import Entry
from kpisite.check.filed import Filed
from kpisite.check.givens import Givens
from kpisite.check.ground import Ground
from kpisite.check.known import has_unread, unknown
from kpisite.check.list_checks import lists_of_record
from kpisite.check.stated_checks import misstatements
from kpisite.core.issue import Fact, Issue, Outcome, Source
from kpisite.core.working import Unit
from kpisite.language.base import Quantity
from kpisite.language.dated import DatedFigure
from kpisite.language.figures.compute import Computation
from kpisite.language.figures.model import Figure, Origin
from kpisite.language.policy import Policy
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme


def figures_of_scheme(scheme: Scheme, at: Source) -> Iterator[Issue]:
    """What is wrong in the figures of a form, whoever they are of; `at` is its file."""
    for issue in scheme.plan_and_issues[1]:
        assert isinstance(issue.at, Source)
        yield replace(issue, at=Source(at.path, issue.at.keys))
    for index, figure in enumerate(scheme.figure):
        if figure.from_ == "pay":  # a total, or what caps it, by it would give pay away
            here = at.at("figure", index, "from")
            yield Issue(code="figure-secret", at=here, facts={"id": figure.id})


def gates_of_scheme(scheme: Scheme, at: Source) -> Iterator[Issue]:
    """Gates and vetoes that ask for what is not there; gates that ask for what rests on what they
    cap, and those that cap at what is out of reach."""
    heads = {part.id: part.most(scheme.scale) for part in scheme.part}
    heads |= {one.id: one.most for part in scheme.part for one in part.section}
    known = {id for of, id in scheme.plan.names if not of} | {*scheme.scope.rows}
    known |= scheme.scope.built_in.keys()
    for one in scheme.conditions:
        for id in one.if_.named():
            if id not in known and id in scheme.scope.of_earlier:
                yield Issue(code="figure-total", at=one.at(at), facts={"id": id})
            elif id not in known:
                yield unknown("figure", id, known, one.at(at))
    for index, gate in enumerate(scheme.gate):
        here = at.at("gate", index)
        if gate.on is not None and gate.on not in heads:
            yield unknown("part", gate.on, heads, here.at("on"))
            continue
        most = scheme.points if gate.on is None else heads[gate.on]
        if gate.at_most >= most or (gate.on is None and gate.at_most < scheme.floor):
            facts: dict[str, Fact] = {"gate": gate.name, "at-most": gate.at_most, "most": most}
            facts["floor"] = scheme.floor
            yield Issue(code="gate-outside", at=here.at("at-most"), facts=facts)
        if gate.on is not None and gate.on in scheme.rests_on(gate.if_.named()):
            facts = {"chain": f"{gate.id} → {', '.join(gate.if_.named())} → {gate.on}"}
            yield Issue(code="figure-circle", at=here.at("on"), facts=facts)


def figures_of_record(ground: Ground, entry: Entry, *, waits: bool) -> Outcome[Computation]:
    """The figures of a record, with all that is wrong in what is stated of them, and what cannot be
    computed; nothing is missing where the month `waits`."""
    givens = Givens(ground, entry, entry.filed.at())
    found = givens.computation()
    assert entry.scheme is not None, "the caller has looked"
    scheme, filed = entry.scheme.model, entry.filed
    issues = [
        *_stated(givens, scheme, waits=waits),
        *_choices_unasked(entry),
        *lists_of_record(scheme, filed, waits=waits),
    ]
    for _ in found.all():
        pass
    at = filed.at()
    issues += [one if one.at != at else replace(one, at=entry.appraisee_at) for one in found.issues]
    return found, issues


def with_figures(filed: Filed[Record], found: Computation) -> Filed[Record]:
    """The record as though it stated what was computed, as rows of the form are held to it."""
    computed = {
        one.id: Quantity(one.value, is_percent=one.unit is Unit.SHARE)
        for one in found.all()
        if one.unit is not Unit.CHOICE
    }
    metrics = {**filed.model.metrics, **computed}
    return replace(filed, model=filed.model.model_copy(update={"metrics": metrics}))


def _stated(givens: Givens, scheme: Scheme, *, waits: bool) -> Iterator[Issue]:
    sound = [one for one in scheme.figure if ("", one.id) in scheme.plan.figures]
    yield from stated_figures(givens, sound, waits=waits)


def stated_figures(givens: Givens, figures: Sequence[Figure], *, waits: bool) -> Iterator[Issue]:
    """Figures that nobody states, and what is stated of those that somebody does."""
    for figure in figures:
        if figure.from_ is None:
            continue
        is_pay = figure.from_ == "pay"
        if is_pay and not givens.ground.has_pay:
            continue
        found = givens.in_pay(figure) if is_pay else givens.stated(figure)
        if found is not None:
            yield from misstatements(figure, figure.label, figure.id, *found)
        elif figure.default is None and not (waits and figure.from_ == "record"):
            yield from _missing(givens, figure)


def _missing(givens: Givens, figure: Figure) -> Iterator[Issue]:
    entry, filed = givens.entry, givens.entry.filed
    facts: dict[str, Fact]
    if figure.from_ == "record":
        table, code = "metrics", "metric-missing"
        facts = {"metric": figure.id, "indicator": figure.label}
        if figure.unit == "choice":
            table, code = "choices", "choice-missing"
            facts = {"id": figure.id, "figure": figure.label, "known": figure.choices}
        if not filed.is_left_out(table, figure.id):
            yield Issue(code=code, at=filed.at(table), facts=facts)
        return
    held = givens.held_by(figure)
    if held is None or held.path in givens.ground.unread:
        return
    facts = {
        "figure": figure.label,
        "path": held.path,
        "write": _written_as(figure, entry),
        "month": entry.record.month,
    }
    yield Issue(code="figure-not-stated", at=entry.appraisee_at, facts=facts)


def _written_as(figure: Figure, entry: Entry) -> str:
    """The entry that states a figure where its form looks for it."""
    value = "…" if figure.unit != "percent" else '"…%"'
    if figure.from_ in ("post", "month"):
        return f"figures = {{ {figure.id} = {value} }}"
    return f'figure = [{{ id = "{figure.id}", from = "{entry.record.month}", is = {value} }}]'


def _choices_unasked(entry: Entry) -> Iterator[Issue]:
    filed, scheme = entry.filed, entry.scheme
    assert scheme is not None, "the caller has looked"
    figures = list(scheme.model.plan.of_record.values())
    figures += () if entry.policy is None else entry.policy.model.figure
    known = {one.id for one in figures if one.unit == "choice" and one.from_ == "record"}
    for id in filed.model.choices:
        is_known = id in known or id in scheme.model.plan.faulty
        if not is_known and scheme.is_whole(("figure",)):
            yield unknown("metric", id, known, filed.at("choices", id))


def figures_that_nobody_asks_for(ground: Ground) -> Iterator[Issue]:
    """Figures of people, posts, departments, months and the company that no form and no policy
    looks for there: a slip in a name would leave somebody without what was meant for them."""
    if has_unread(ground, "records/schemes/") or has_unread(ground, "records/policies/"):
        return
    whole: tuple[Filed[Scheme] | Filed[Policy], ...] = (*ground.schemes, *ground.policies)
    if any(one.left_out for one in whole):
        return
    asked: dict[Origin, set[str]] = {}
    for filed in whole:
        figures: Sequence[Figure] = getattr(filed.model, "figure", ())
        for figure in figures:
            if figure.from_ is not None:
                asked.setdefault(figure.from_, set()).add(figure.id)
    for origin, id, at in _held(ground):
        known = asked.get(origin, set())
        if id not in known:
            yield unknown("metric", id, known, at)


def _held(ground: Ground) -> Iterator[tuple[Origin, str, Source]]:
    """Every figure that stands in a file of the ground: whose, its id, and where."""
    for person in ground.staff.values():
        yield from _dated("person", person.model.figure, person.at("figure"))
        for index, post in enumerate(person.model.post):
            for id in post.figures:
                yield "post", id, person.at("post", index, "figures", id)
    for index, department in enumerate(ground.departments.model.department):
        at = ground.departments.at("department", index, "figure")
        yield from _dated("department", department.figure, at)
    if ground.company is not None:
        yield from _dated("company", ground.company.model.figure, ground.company.at("figure"))
    for pay in ground.pay.values():
        yield from _dated("pay", pay.model.figure, pay.at("figure"))
    for month in ground.months.values():
        for id in month.model.figures:
            yield "month", id, month.at("figures", id)


def _dated(
    origin: Origin, figures: Sequence[DatedFigure], at: Source
) -> Iterator[tuple[Origin, str, Source]]:
    for index, one in enumerate(figures):
        yield origin, one.id, at.at(index, "id")
