"""What a form says of how each row is marked or computed, set out to be read on paper.

A method that is not in `RUBRICS` at the foot says of itself all that there is to say.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from kpisite.core.exact import ONE, percent, plain, with_minus
from kpisite.core.text import Language, Text
from kpisite.language.base import Quantity
from kpisite.language.methods import Indicator, Measured
from kpisite.language.methods.events import EventRule
from kpisite.language.methods.steps import EDGES
from kpisite.pages.rule_places import place_of
from kpisite.words import page_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A level, a band, a step, a duty or a rule: what it gives or takes, and when."""

    points: str
    text: str
    place: str = ""
    """Its place on the page of rules; empty where it has none of its own."""


@dataclass(frozen=True, slots=True)
class Voice:
    """The language that it is said in, and what the figures of the form are called."""

    language: Language
    names: Mapping[str, str] = field(default_factory=dict)

    def say(self, text: Text | None) -> str:
        """The text, or nothing."""
        return "" if text is None else text.say(self.language)

    def word(self, key: str, **facts: object) -> str:
        """A word of the pages."""
        return page_words(self.language)[key].format(**facts)

    def both(self, *texts: Text | None) -> str:
        """Those of the texts that there are."""
        return self.word("dot").join(said for text in texts if (said := self.say(text)))


NO_NAMES: Mapping[str, str] = {}


def rubric(
    indicator: Indicator, language: Language, names: Mapping[str, str] = NO_NAMES
) -> tuple[Criterion, ...]:
    """All that the form says of how the row is marked, in the form's order; `names` are those of
    its figures, by id."""
    voice = Voice(language, names)
    rules = RUBRICS.get(getattr(indicator, "method", ""))
    found = () if rules is None else tuple(rules(indicator, voice))
    if not found:
        found = (Criterion(points="", text=voice.say(indicator.says)),)
    return (*found, *_of_any(indicator, voice))


def _of_any(indicator: Indicator, voice: Voice) -> Iterator[Criterion]:
    """What holds of any row: its full points where it may come to more or less, the step between
    two marks, and whether raters may correct it."""
    if indicator.points != indicator.most:
        yield _remark(voice.word("rubric-full", points=plain(indicator.points)))
    if indicator.is_marked_in_steps and indicator.step != ONE:
        yield _remark(voice.word("rubric-step", step=plain(indicator.step)))
    if isinstance(indicator, Measured) and indicator.reviewed:
        yield _remark(voice.word("rubric-reviewed"))


def _remark(text: str) -> Criterion:
    return Criterion(points="", text=text)


def _bounds(low: Decimal | None, high: Decimal | None, voice: Voice) -> Iterator[Criterion]:
    """Between what the points are kept, where that is not from nothing on."""
    if low:
        yield _remark(voice.word("rubric-floor", floor=with_minus(plain(low))))
    if high is not None:
        yield _remark(voice.word("rubric-cap", cap=plain(high)))


def rule_of(rule: EventRule, language: Language) -> Criterion:
    """What each occurrence moves, the most that all of them do, and what has to be written."""
    voice = Voice(language)
    place = place_of("rule", rule.id)
    said = [voice.say(rule.name)]
    if rule.most is not None:
        said.append(voice.word("rubric-most", most=plain(rule.most)))
    said += [voice.word(f"rubric-{key}") for key in ("evidence", "reason") if getattr(rule, key)]
    text = voice.word("comma").join(said)
    return Criterion(points=_range(*rule.points), text=text, place=place)


def _range(low: Decimal, high: Decimal) -> str:
    """`−2`, or `−6 … −2` where severity decides.

    >>> _range(Decimal(-6), Decimal(-2)), _range(Decimal(5), Decimal(5))
    ('−6 … −2', '+5')
    """
    said = [f"{'+' if one > 0 else ''}{with_minus(plain(one))}" for one in (low, high)]
    return said[0] if low == high else " … ".join(said)


def _figure(amount: Quantity) -> str:
    return with_minus(amount.text)


def _edge(row: Any, voice: Voice) -> str:
    """`≥ 35%`; what has no edge takes the rest."""
    for key, sign in EDGES.items():
        amount = getattr(row, key)
        if amount is not None:
            return f"{sign} {_figure(amount)}"
    return voice.word("rubric-rest")


def _metric(indicator: Any, voice: Voice) -> str:
    return voice.say(indicator.metric_name or indicator.name)


def _bands(indicator: Any, voice: Voice) -> Iterator[Criterion]:
    for band in indicator.bands:
        yield Criterion(points=str(band.points), text=voice.both(band.name, band.text))


def _levels(indicator: Any, voice: Voice) -> Iterator[Criterion]:
    for level in indicator.levels:
        points = plain(indicator.points_of(level))
        yield Criterion(points=points, text=voice.both(level.name, level.text))


def _metric_bands(indicator: Any, voice: Voice) -> Iterator[Criterion]:
    for band in indicator.bands:
        when = f"{_metric(indicator, voice)} {_edge(band, voice)}"
        said = (when, voice.both(band.name, band.text))
        yield Criterion(points=str(band.points), text=voice.word("dot").join(filter(None, said)))


def _steps(indicator: Any, voice: Voice) -> Iterator[Criterion]:
    name = _metric(indicator, voice) if hasattr(indicator, "metric") else ""
    if not name:
        yield Criterion(points="", text=voice.say(indicator.says))
    for step in indicator.steps:
        said = f"{name} {_edge(step, voice)}".strip()
        yield Criterion(points=plain(step.worth(indicator.points)), text=said)


def _counts(counts: Any, voice: Voice) -> Iterator[Criterion]:
    for count in counts:
        edge = voice.word("rubric-rest") if count.from_ is None else f"≥ {count.from_}"
        yield Criterion(points=plain(count.points), text=voice.word("rubric-met", edge=edge))


def _checklist(indicator: Any, voice: Voice) -> Iterator[Criterion]:
    each = "" if indicator.each is None else plain(indicator.each)
    for duty in indicator.duties:
        yield Criterion(points=each, text=f"□ {voice.say(duty.name)}")
    yield from _counts(indicator.counts, voice)


def _benchmarks(indicator: Any, voice: Voice) -> Iterator[Criterion]:
    sign = "≤" if indicator.lower_is_better else "≥"
    sign = sign if indicator.ties else {"≤": "<", "≥": ">"}[sign]
    for one in indicator.benchmarks:
        against = (
            voice.names.get(one.against, voice.word("rubric-benchmark"))
            if isinstance(one.against, str)
            else _figure(one.against)
        )
        yield _remark(f"{voice.say(one.name)} {sign} {against}")
    yield from _counts(indicator.counts, voice)


def _distance(indicator: Any, voice: Voice) -> Iterator[Criterion]:
    said = voice.word(
        f"rubric-distance-{indicator.worse}",
        metric=_metric(indicator, voice),
        target=_figure(indicator.target),
        every=_figure(indicator.every),
    )
    yield Criterion(points=f"−{plain(indicator.loses)}", text=said)
    yield _remark(voice.word(f"rubric-{'whole-steps' if indicator.whole else 'pro-rata'}"))
    if indicator.most_lost is not None:
        text = voice.word("rubric-most", most=plain(indicator.most_lost))
        yield Criterion(points="", text=text)


def _ratio(indicator: Any, voice: Voice) -> Iterator[Criterion]:
    """The points times one figure over the other, as the working shows it."""
    actual = voice.say(indicator.actual_name or indicator.name)
    target = voice.say(indicator.target_name) or voice.word("rubric-target")
    if isinstance(indicator.target, Quantity):
        target = f"{target} {_figure(indicator.target)}"
    top, bottom = (target, actual) if indicator.lower_is_better else (actual, target)
    yield Criterion(points="", text=f"{top} ÷ {bottom} × {plain(indicator.points)}")
    if indicator.cap is None:
        yield _remark(voice.word("rubric-no-cap"))
    else:
        yield from _bounds(None, indicator.most, voice)
    if indicator.zero_target is not None:
        earned = plain(indicator.points * indicator.zero_target)
        yield _remark(voice.word("rubric-zero", figure=bottom, points=earned))


def _rank(indicator: Any, voice: Voice) -> Iterator[Criterion]:
    name = voice.word(f"rank-{'up' if indicator.lower_is_better else 'down'}")
    group = voice.word(f"within-{indicator.within}")
    yield _remark(
        voice.word("rubric-rank", metric=_metric(indicator, voice), group=group, order=name)
    )
    yield _remark(voice.say(indicator.says))


def _of_figure(indicator: Any, voice: Voice) -> Iterator[Criterion]:
    name = voice.names.get(indicator.figure, indicator.figure)
    yield _remark(voice.word("rubric-figure", figure=name))
    yield from _bounds(indicator.floor, indicator.cap, voice)


def _department_score(indicator: Any, voice: Voice) -> Iterator[Criterion]:
    yield _remark(voice.say(indicator.says))
    if indicator.of is not None:
        yield _remark(voice.word("rubric-out-of", most=plain(indicator.of)))


def _department_average(indicator: Any, voice: Voice) -> Iterator[Criterion]:
    yield from _steps(indicator, voice)
    yield _remark(voice.word("rubric-least", least=indicator.least))


def _survey(indicator: Any, voice: Voice) -> Iterator[Criterion]:
    span = f"{plain(indicator.low)}–{plain(indicator.high)}"
    for question in indicator.questions:
        weight = "" if question.weight is None else f" {percent(question.weight)}"
        yield Criterion(points=span, text=voice.both(question.group, question.name) + weight)
    if indicator.least:
        yield _remark(voice.word("rubric-least", least=indicator.least))


def _tally(indicator: Any, voice: Voice) -> Iterator[Criterion]:
    if indicator.start is not None and indicator.start != indicator.points:
        yield Criterion(points=plain(indicator.start), text=voice.word("rubric-start"))
    for rule in indicator.rule:
        yield rule_of(rule, voice.language)
    if indicator.floor is None:
        yield _remark(voice.word("rubric-no-floor"))
    if indicator.ceiling is None:
        yield _remark(voice.word("rubric-no-cap"))
    is_usual = indicator.cap == "points"
    yield from _bounds(indicator.floor, None if is_usual else indicator.ceiling, voice)


#: What says how a row of each method is marked, by the method's name.
RUBRICS: Mapping[str, Callable[[Any, Voice], Iterator[Criterion]]] = {
    "bands": _bands,
    "benchmarks": _benchmarks,
    "checklist": _checklist,
    "department-average": _department_average,
    "department-score": _department_score,
    "distance": _distance,
    "figure": _of_figure,
    "levels": _levels,
    "metric-bands": _metric_bands,
    "rank": _rank,
    "ratio": _ratio,
    "steps": _steps,
    "survey": _survey,
    "tally": _tally,
}
