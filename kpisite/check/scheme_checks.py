"""The checks within a scheme: points that add up, names that stand once, raters who count."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import cast

from kpisite.check.figure_checks import figures_of_scheme, gates_of_scheme
from kpisite.check.figure_reach import reach_of_figures
from kpisite.check.figure_unit_checks import units_of_figures
from kpisite.check.list_checks import sums_of_form
from kpisite.core.captions import caption
from kpisite.core.exact import HUNDRED, ONE, ZERO, compare, percent, plain, quotient, settle, total
from kpisite.core.issue import Fact, Issue, Source, nearest
from kpisite.core.text import Text
from kpisite.language.part import Part, Section, worth
from kpisite.language.rater import APPRAISEE
from kpisite.language.scheme import Scheme
from kpisite.language.units import mixed_units


def issues_of_scheme(scheme: Scheme, at: Source) -> Iterator[Issue]:
    """What is wrong with the form taken as a whole; `at` is its file."""
    yield from _sums(scheme, at)
    yield from _idle_weights(scheme, at)
    yield from _bounds(scheme, at)
    yield from _vetoes(scheme, at)
    yield from figures_of_scheme(scheme, at)
    yield from sums_of_form(scheme, at)
    yield from gates_of_scheme(scheme, at)
    yield from reach_of_figures(scheme, at)
    yield from units_of_figures(scheme, at)
    for index, deduction in enumerate(scheme.deduction):
        yield from deduction.most_issues(at.at("deduction", index))
    for index, rule in enumerate(scheme.bonus):
        yield from rule.most_issues(at.at("bonus", index))
        if rule.points[0] < ZERO:
            reported: dict[str, Fact] = {"rule": rule.name, "points": rule.written_points}
            yield Issue(code="points-sign", at=at.at("bonus", index, "points"), facts=reported)
    for index, signature in enumerate(scheme.signatures):
        if signature.rater and signature.rater not in (APPRAISEE, *scheme.raters):
            facts: dict[str, Fact] = {
                "id": signature.rater,
                "meant": nearest(signature.rater, scheme.raters),
                "known": tuple(scheme.raters),
            }
            here = at.at("signatures", index, "rater")
            yield Issue(code="unknown-rater", at=here, facts=facts)
    if scheme.signatures and len(scheme.signers) > len(scheme.signatures):
        yield Issue(code="signature-of-person", at=at.at("signatures"))
    yield from _alike_once(
        issue
        for indicator, here in scheme.placed_indicators(at)
        for issue in (*indicator.scheme_issues(here), *indicator.step_issues(here))
    )
    yield from mixed_units(scheme.comparisons(at))
    is_rated = any(one.rated != "nothing" for one in scheme.indicators.values())
    if is_rated and not scheme.counted_raters and not scheme.reviewers:
        yield Issue(code="no-rater-counts", at=at.at("raters"))
    if scheme.counted_raters and scheme.reviewers:
        yield Issue(code="raters-mixed", at=at.at("raters"))


def _sums(scheme: Scheme, at: Source) -> Iterator[Issue]:
    facts: dict[str, Fact]
    weights = total(scheme.counted_raters.values())
    if scheme.counted_raters and compare(weights, ONE):
        yield Issue(code="rater-weights", at=at.at("raters"), facts={"sum": percent(weights)})
    for p, part in enumerate(scheme.part):
        here = at.at("part", p)
        if part.rows:
            yield from _sums_of_part(part, here, scheme.scale)
        else:
            yield Issue(code="part-empty", at=here, facts={"part": part.name})
    if all(part.role != "score" for part in scheme.part):
        yield Issue(code="nothing-scores", at=at.at("part"), facts={"name": scheme.name})
        return
    added = settle(total(worth(part, scheme.scale) for part in scheme.part if part.role == "score"))
    if added == scheme.points:
        return
    # Weights of nearly 100% are three of 33% rather than a form of 99 points.
    is_of_other_points = scheme.points == HUNDRED and abs(added - HUNDRED) > ONE
    if None in scheme.top_weights or is_of_other_points:
        facts = {"name": scheme.name, "sum": added, "points": scheme.points}
        facts["meant"] = plain(added) if added > ZERO else ""
        yield Issue(code="points-sum", at=at.at("points"), facts=facts)
    else:
        facts = {"name": scheme.name, "sum": percent(quotient(added, HUNDRED))}
        yield Issue(code="weights-sum", at=at.at("points"), facts=facts)


def _sums_of_part(part: Part, at: Source, scale: Decimal) -> Iterator[Issue]:
    """Rows that do not add up to their part or section, and weights that are left out."""
    facts: dict[str, Fact]
    weights = total(part.weights)
    if part.weights and len(part.weights) < len(part.indicator):
        for i, indicator in enumerate(part.indicator):
            if indicator.weight is None:
                facts = {"indicator": indicator.name, "part": part.name}
                yield Issue(code="weight-missing", at=at.at("indicator", i), facts=facts)
    elif part.weights and part.has_own_scale and not part.section and compare(weights, ONE):
        facts = {"name": part.name, "sum": percent(weights)}
        yield Issue(code="weights-sum", at=at.at("indicator"), facts=facts)
    facts = {"name": part.name, "sum": part.added(scale), "points": part.most(scale)}
    facts["meant"] = plain(part.added(scale)) if part.added(scale) > ZERO else ""
    if not part.scaled and part.added(scale) != part.most(scale):
        yield Issue(code="points-sum", at=at.at("points"), facts=facts)
    for s, section in enumerate(part.section):
        if section.added != section.most:
            facts = {"name": section.name, "sum": section.added, "points": section.most}
            facts["meant"] = plain(section.added) if section.added > ZERO else ""
            yield Issue(code="points-sum", at=at.at("section", s, "points"), facts=facts)


def _idle_weights(scheme: Scheme, at: Source) -> Iterator[Issue]:
    """Weights that count for nothing where they stand: within a section, whose rows are added up by
    their points, and on a part that is not added to the others by its share of the form."""
    for indicator, here in scheme.placed_indicators(at):
        if indicator.weight is not None and "section" in here.keys:
            facts: dict[str, Fact] = {"name": indicator.name}
            yield Issue(code="weight-idle", at=here.at("weight"), facts=facts)
    for p, part in enumerate(scheme.part):
        if part.weight is not None and part.role != "score":
            facts = {"name": part.name}
            yield Issue(code="weight-idle", at=at.at("part", p, "weight"), facts=facts)


def _bounds(scheme: Scheme, at: Source) -> Iterator[Issue]:
    """A floor above its cap, between which no number lies."""
    bounded: list[tuple[Scheme | Part | Section, Source]] = [(scheme, at)]
    for p, part in enumerate(scheme.part):
        here = at.at("part", p)
        bounded.append((part, here))
        bounded += [(one, here.at("section", s)) for s, one in enumerate(part.section)]
    for one, here in bounded:
        if one.floor is not None and one.cap is not None and one.floor > one.cap:
            facts: dict[str, Fact] = {"name": one.name, "floor": one.floor, "cap": one.cap}
            yield Issue(code="bounds-order", at=here.at("cap"), facts=facts)


def _vetoes(scheme: Scheme, at: Source) -> Iterator[Issue]:
    """Totals to which a veto or a liability lowers, and which the form does not have; and what an
    event should say of a veto that no event brings on."""
    for index, veto in enumerate(scheme.veto):
        for key in ("evidence", "reason") if veto.if_ is not None else ():
            if getattr(veto, key):
                told: dict[str, Fact] = {"rule": veto.name, "key": key}
                yield Issue(code="veto-of-no-event", at=at.at("veto", index, key), facts=told)
    for key in ("veto", "liability"):
        for index, rule in enumerate(getattr(scheme, key)):
            if rule.total is not None and not scheme.floor <= rule.total < scheme.points:
                facts: dict[str, Fact] = {
                    "rule": rule.name,
                    "total": rule.total,
                    "floor": scheme.floor,
                    "points": scheme.points,
                }
                yield Issue(code="veto-outside", at=at.at(key, index, "total"), facts=facts)


def _alike_once(issues: Iterable[Issue]) -> Iterator[Issue]:
    """The issues of rows, where several that miss the full points alike, as on a form of another
    scale, are one with the others' places beside it."""
    alike: dict[tuple[Fact, ...], list[Issue]] = {}
    for issue in issues:
        if issue.code == "points-unreachable":
            alike.setdefault((issue.facts["top"], issue.facts["points"]), []).append(issue)
        else:
            yield issue
    for first, *others in alike.values():
        names = [cast(Text, one.facts["indicator"]) for one in (first, *others)]
        name = names[0] if not others else _from_to(names[0], names[-1])
        also = (*first.also, *(one.at for one in others))
        yield replace(first, facts={**first.facts, "indicator": name}, also=also)


def _from_to(first: Text, last: Text) -> Text:
    """The names of rows from the first to the last, for a sentence that puts quotes around them."""
    return caption("from-to", first=first, last=last)
