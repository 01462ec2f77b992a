"""The raters of a form: what the marks that they give come to."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from kpisite.core.captions import caption
from kpisite.core.exact import ZERO, plain, total
from kpisite.core.formula import Constant, Formula, Operand, Product, Quotient, Sum
from kpisite.core.formula import mean as mean_of
from kpisite.core.formula.fold import fold_of
from kpisite.core.issue import Source
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.methods import Indicator
from kpisite.language.rater import Rater
from kpisite.language.record import Mark
from kpisite.language.scheme import Scheme

Marking = Callable[[str, Text, Mark, Source], Working]
"""Makes the working of one mark: of which rater, under which label, and where it stands."""


class Raters:
    """Those who mark on one form, by weight or in turn; each way to blend is made once."""

    def __init__(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._counted = scheme.counted_raters
        self._reviewers = scheme.reviewers
        self._blends: dict[tuple[str, ...], Formula] = {}

    def given(self, marks: Mapping[str, Mark], at: Source, marked: Marking) -> dict[str, Working]:
        """The raters' workings in the form's order; peers stand as their mean, once they are
        enough."""
        given = {}
        for id, rater in self._scheme.raters.items():
            if id not in marks or not rater.is_enough(marks[id]):
                continue
            label, mark, here = self._scheme.rater_name(id), marks[id], at.at(id)
            if rater.is_several and isinstance(mark, Mapping):
                each = tuple(marked(id, label, one, here) for one in rater.each(mark))
                if rater.votes:
                    given[id] = _votes(id, label, each, tuple(mark.values()), here)
                else:
                    given[id] = _peers(rater, id, label, each, here)
            else:
                given[id] = marked(id, label, mark, here)
        return given

    def too_few(self, marks: Mapping[str, Mark], at: Source) -> tuple[Working, ...]:
        """The peers who marked but are too few to count: how many they are, and no more."""
        few = []
        for id, rater in self._scheme.raters.items():
            if id in marks and not rater.is_enough(marks[id]):
                mark, name = marks[id], self._scheme.rater_name(id)
                count = rater.count_of(mark)
                few.append(
                    Working(
                        id=f"{id}-too-few",
                        kind=Kind.FIGURE,
                        label=caption("too-few", name=name, count=count, least=rater.least),
                        value=count,
                        unit=Unit.FIGURE,
                        sources=(at.at(id),),
                        counts=False,
                    )
                )
        return tuple(few)

    def has_counted(self, given: Mapping[str, Working]) -> bool:
        """Whether any of the marks counts, rather than being only shown."""
        return any(id in self._counted or id in self._reviewers for id in given)

    def judged(
        self,
        indicator: Indicator,
        given: Mapping[str, Working],
        sources: tuple[Source, ...],
        note: str,
        few: tuple[Working, ...] = (),
    ) -> Working:
        """What the raters' marks come to: blended, or the last review; peers who are too few stay
        in sight."""
        counted = [id for id in given if id in self._counted]
        reviews = [id for id in given if id in self._reviewers]
        if reviews:
            counted = reviews[-1:]
        formula: Formula = Operand(0) if reviews else self._blend(tuple(counted))
        shown = [replace(given[id], counts=False) for id in given if id not in counted]
        return derive(
            indicator.id,
            Kind.INDICATOR,
            indicator.name,
            formula,
            (*(given[id] for id in counted), *shown, *few),
            most=indicator.points,
            sources=sources,
            note=note,
        )

    def _blend(self, raters: tuple[str, ...]) -> Formula:
        """The raters' marks by their weights; what is missing is shared out over those present."""
        if raters not in self._blends:
            self._blends[raters] = _blend(raters, self._counted)
        return self._blends[raters]


def _peers(
    rater: Rater,
    id: str,
    label: Text,
    each: tuple[Working, ...],
    at: Source,
) -> Working:
    """The mean of peers' marks as one figure: who gave which is nobody's to see."""
    drop, count = rater.drop, len(each)
    formula, said = mean_of(count), caption("mean-of", label=label, count=count)
    if drop is not None and count >= drop.least:
        formula = fold_of("mean", each, drop.highest, drop.lowest)
        said = caption(
            "mean-without", label=label, count=count, highest=drop.highest, lowest=drop.lowest
        )
    return Working(
        id=id,
        kind=Kind.MARK,
        label=said,
        value=formula.value(each),
        most=each[0].most,
        sources=(at,),
        rater=id,
    )


def _votes(
    id: str,
    label: Text,
    each: tuple[Working, ...],
    counts: tuple[Decimal, ...],
    at: Source,
) -> Working:
    """The mean of a vote, each answer by how many gave it: `(100 × 3 + 80 × 4) ÷ 7`."""
    parts = tuple(
        replace(one, id=f"{id}-{index + 1}", rater="", label=_voted(one, count))
        for index, (one, count) in enumerate(zip(each, counts, strict=True))
    )
    given = [index for index, count in enumerate(counts) if count]
    terms = tuple(Product((Operand(index), Constant(counts[index]))) for index in given)
    return derive(
        id,
        Kind.MARK,
        caption("votes", label=label, count=plain(total(counts))),
        Quotient(Sum(terms), Constant(total(counts))),
        parts,
        most=each[0].most,
        sources=(at,),
        rater=id,
    )


def _voted(answer: Working, count: Decimal) -> Text:
    """An answer with how many gave it."""
    return caption("voted", value=answer.shown, count=plain(count))


def _blend(raters: tuple[str, ...], weights: Mapping[str, Decimal]) -> Formula:
    if not raters:
        return Constant(ZERO)
    if len(raters) == 1:
        return Operand(0)
    terms = tuple(
        Product((Operand(index), Constant(weights[rater], is_percent=True)))
        for index, rater in enumerate(raters)
    )
    if len(raters) == len(weights):
        return Sum(terms)
    present = sum((weights[rater] for rater in raters), ZERO)
    return Quotient(Sum(terms), Constant(present, is_percent=True))
