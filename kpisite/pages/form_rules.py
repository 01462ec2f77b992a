"""The rows of a form and what moves its total, as the form states them, with nobody's figures: on
the blank form, and on the page of the form's rules."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from kpisite.core.captions import listed
from kpisite.core.exact import percent, plain
from kpisite.language.adjustment import Incident, Liability, Veto
from kpisite.language.figures.condition import Combined
from kpisite.language.gate import FormGate
from kpisite.language.methods import EventRule, Indicator
from kpisite.language.methods.events import to_be_written
from kpisite.language.part import Part, Section
from kpisite.pages.figure_rules import condition, names_in, points_of
from kpisite.pages.form_words import FormWords
from kpisite.pages.prose import prose
from kpisite.pages.rubric import Criterion, Voice, criterion, rubric
from kpisite.pages.rule_places import place_of

NOTHING = Markup("")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormRow:
    """A row: a heading, or an indicator with the most it gives and how it is marked."""

    kind: str
    place: str
    label: str
    weight: str = ""
    most: str = ""
    says: str = ""
    """In a sentence, by what method it is marked."""
    text: Markup = NOTHING
    criteria: tuple[Criterion, ...] = ()
    remarks: tuple[str, ...] = ()
    is_marked: bool = True
    """Whether raters mark it; what is computed from figures or events has no boxes for them."""


@dataclass(frozen=True)
class FormRules:
    """What a form states, in words."""

    form: FormWords

    @cached_property
    def voice(self) -> Voice:
        """The language, and the names of what the form's formulas name."""
        return Voice(self.form.language, names_in(self.form.scheme, self.form.language))

    def rows(self) -> Iterator[FormRow]:
        """Parts, sections and indicators in the form's order."""
        form = self.form
        for part in form.scheme.part:
            yield self._heading("part", part, plain(part.most(form.scheme.scale)))
            for indicator in part.indicator:
                yield self._row(indicator)
            for section in part.section:
                yield self._heading("section", section, plain(section.most))
                for indicator in section.indicator:
                    yield self._row(indicator)

    def _heading(self, kind: str, heading: Part | Section, most: str) -> FormRow:
        form = self.form
        return FormRow(
            kind=kind,
            place=place_of(kind, heading.id),
            label=form.say(heading.name),
            weight=form.words["as-factor"]
            if heading.id in form.factors
            else self._weight(heading.id),
            most=most,
            remarks=tuple(self._of_heading(heading, most)),
        )

    def _of_heading(self, heading: Part | Section, most: str) -> Iterator[str]:
        """How what the rows come to counts, and between what it is kept."""
        if isinstance(heading, Part):
            if heading.role != "score":
                yield self.voice.word(f"part-{heading.role}")
            if heading.scaled:
                yield self.voice.word("part-scaled", most=most)
        if heading.floor is not None:
            yield self.voice.caption("rubric-floor", floor=points_of(heading.floor))
        if heading.cap is not None:
            yield self.voice.caption("rubric-cap", cap=points_of(heading.cap))

    def _row(self, indicator: Indicator) -> FormRow:
        form = self.form
        return FormRow(
            kind="indicator",
            place=place_of("indicator", indicator.id),
            label=form.say(indicator.name),
            weight=self._weight(indicator.id),
            most=plain(indicator.most),
            says=form.say(indicator.says),
            text=prose("" if indicator.text is None else form.say(indicator.text)),
            criteria=rubric(indicator, form.language, self.voice.names),
            is_marked=indicator.is_filled_in,
        )

    def _weight(self, id: str) -> str:
        weight = self.form.weights.get(id)
        return "" if weight is None else percent(weight)

    def moving(self) -> Iterator[tuple[str, tuple[Criterion, ...]]]:
        """What moves, caps or sets the total, kind by kind in the order in which they apply."""
        scheme = self.form.scheme
        kinds: Sequence[tuple[str, tuple[Criterion, ...]]] = (
            ("deduction", tuple(map(self._moves, scheme.deduction))),
            ("liability", tuple(map(self._liability, scheme.liability))),
            ("bonus", tuple(map(self._moves, scheme.bonus))),
            ("gate", tuple(self._gates())),
            ("veto", tuple(map(self._veto, scheme.veto))),
            ("incident", tuple(self._set("", one) for one in scheme.incident)),
        )
        for kind, rules in kinds:
            if rules:
                yield self.form.words[f"blank-{kind}"], rules

    def _moves(self, one: EventRule) -> Criterion:
        return criterion(one.clause, self.voice)

    def _veto(self, one: Veto) -> Criterion:
        points = f"≤ {plain(one.total)}"
        return self._set(points, one) if one.if_ is None else self._met(points, one, one.if_)

    def _set(self, points: str, one: Veto | Incident) -> Criterion:
        text = self.voice.say(listed((one.name, *to_be_written(one)), "clause-comma"))
        return Criterion(points=points, text=text, place=place_of("rule", one.id))

    def _liability(self, one: Liability) -> Criterion:
        points = f"≤ {plain(one.total)}" if one.total is not None else ""
        if one.points is not None:
            points = points_of(one.points)
        return Criterion(
            points=points, text=self.form.say(one.name), place=place_of("rule", one.id)
        )

    def _gates(self) -> Iterator[Criterion]:
        for gate in self.form.scheme.gate:
            yield self._met(f"≤ {points_of(gate.at_most)}", gate, gate.if_, gate.on)

    def _met(
        self, points: str, one: FormGate | Veto, if_: Combined, on: str | None = None
    ) -> Criterion:
        """What caps or lowers points where a condition holds."""
        name = self.form.say(one.name)
        if on is not None:
            name = self.voice.word("gate-on", name=name, part=self.voice.names.get(on, on))
        text = self.voice.word(
            "with-condition", name=name, condition=condition(if_, self.voice, self.voice.names)
        )
        return Criterion(points=points, text=text, place=place_of("rule", one.id))
