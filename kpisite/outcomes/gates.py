"""The grade in the end: by a figure where the policy says so, and what gates leave of it."""

from collections.abc import Iterator
from dataclasses import replace

from kpisite.core.captions import caption, listed
from kpisite.core.text import Text
from kpisite.core.working import Unit, Working
from kpisite.language.policy import Policy
from kpisite.outcomes.figures import PolicyFigures
from kpisite.outcomes.standing import Standing


def graded(policy: Policy, standing: Standing, figures: PolicyFigures) -> Standing:
    """The standing with the grade of the figure that the policy grades by, and no better one than
    its gates allow; each reason in words that a clerk follows."""
    standing = by_figure(policy, standing, figures)
    index = None if standing.left_out else standing.grade
    if index is None:
        return standing
    barred = list(_barred(policy, figures, index))
    if not barred:
        return standing
    worst = max(grade for grade, _ in barred)
    lines = tuple(_said(policy, worst, grade, why) for grade, why in barred)
    return replace(standing, grade=worst, why=(*standing.why, *lines))


def by_figure(policy: Policy, standing: Standing, figures: PolicyFigures) -> Standing:
    """The standing with the grade of the figure that the policy grades by, where it does."""
    if standing.left_out or not policy.grade or policy.graded is None or policy.quota is not None:
        return standing
    figure = figures.figure(policy.graded)
    if figure is None:
        return replace(standing, grade=None)
    said = figure.calculation or figure.shown
    why = caption("graded-by", label=figure.label, value=said)
    if figure.unit is Unit.CHOICE:  # a table that gives grades
        index: int | None = int(figure.value) - 1
    else:
        index = policy.grade_of(figure.value)
    return replace(standing, grade=index, why=(*standing.why, why))


def evidence(policy: Policy, figures: PolicyFigures) -> Iterator[Working]:
    """The computed figures for which gates hold, each once, so that they can be unfolded."""
    seen: set[str] = set()
    for gate in policy.gate:
        if gate.if_.holds(figures.figure_or_other) is None:
            continue
        for id in gate.if_.named():
            made = figures.figure(id) if id not in seen else None
            seen.add(id)
            if made is not None and made.parts:
                yield made


def _barred(policy: Policy, figures: PolicyFigures, index: int) -> Iterator[tuple[int, Text]]:
    """The best grade that each gate allows which bars the one that was reached, and why."""
    ids = [grade.id for grade in policy.grade]
    for gate in policy.gate:
        best = ids.index(gate.grade_at_most)
        why = gate.if_.holds(figures.figure_or_other) if best > index else None
        if why is not None:
            yield best, why


def _said(policy: Policy, worst: int, best: int, why: Text) -> Text:
    """`甲等：迟到 13 ≥ 13，不评特等`."""
    final, barred = policy.grade[worst].name, [one.name for one in policy.grade[:best]]
    return caption("barred", final=final, why=why, barred=listed(barred))
