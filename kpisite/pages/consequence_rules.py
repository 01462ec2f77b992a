"""Awards, reviews, gates and limits of a policy, as the policy states them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kpisite.core.money import Money
from kpisite.core.text import Language
from kpisite.language.consequence import Award, Condition, Review
from kpisite.language.figures.gate import LIMIT_SIGNS, Limit
from kpisite.language.policy import Policy
from kpisite.pages.figure_rules import condition, value_of
from kpisite.pages.rubric import Criterion, Voice
from kpisite.pages.rule_places import place_of


def grade_names(policies: Iterable[Policy], language: Language) -> dict[str, str]:
    """What the grades of some policies are called, by id; the last has the last word."""
    return {grade.id: grade.name.say(language) for one in policies for grade in one.grade}


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What follows when something is so: what it is called, its amount or its word to HR, and
    when it is due."""

    place: str
    label: str
    amount: str = ""
    text: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class Consequences:
    """What follows under a policy, in words."""

    policy: Policy
    voice: Voice

    @property
    def grades(self) -> Mapping[str, str]:
        """What the grades are called, by id."""
        return grade_names((self.policy,), self.voice.language)

    def awards(self, money: Money) -> Iterator[Consequence]:
        """The amounts for what is so."""
        for one in self.policy.award:
            yield Consequence(
                place=place_of("award", one.id),
                label=self.voice.say(one.name),
                amount=self._amount(one, money),
                when=self._when(one),
            )

    def _amount(self, award: Award, money: Money) -> str:
        """The amount, or what the figure is called that says how much."""
        if award.amount is not None:
            return money.show(award.amount)
        known = (*self.policy.figure, *self.policy.table)
        labels = (one.label for one in known if one.id == award.figure)
        return next((self.voice.say(one) for one in labels), "")

    def reviews(self) -> Iterator[Consequence]:
        """What touches somebody's job."""
        for one in self.policy.review:
            yield Consequence(
                place=place_of("review", one.id),
                label=self.voice.say(one.name),
                text=self.voice.say(one.text),
                when=self._when(one),
            )

    def gates(self) -> Iterator[Criterion]:
        """What bars a grade."""
        for one in self.policy.gate:
            why = condition(one.if_, self.voice, self.grades)
            if one.name is not None:
                name = self.voice.say(one.name)
                why = self.voice.word("with-condition", name=name, condition=why)
            grade = self.grades.get(one.grade_at_most, one.grade_at_most)
            yield Criterion(
                points="",
                text=self.voice.word("gate-grade", condition=why, grade=grade),
                place=place_of("gate", one.id),
            )

    def limits(self) -> Iterator[Criterion]:
        """What a group has to keep to."""
        for one in self.policy.limit:
            figure = self.voice.names.get(one.figure, one.figure)
            said = (*_bounds(one, self.voice), self.voice.caption(f"within-{one.within}"))
            text = self.voice.word("comma").join((figure, *said))
            yield Criterion(points="", text=text, place=place_of("limit", one.id))

    def _when(self, rule: Award | Review) -> str:
        said = [*self._conditions(rule)]
        if rule.months > 1:
            said.append(self.voice.word("condition-months", months=rule.months))
        if isinstance(rule, Review) and rule.in_all is not None:
            said.append(self.voice.word("condition-in-all", months=rule.in_all))
        if rule.is_once != (rule.months > 1):
            said.append(self.voice.word("condition-once" if rule.is_once else "condition-each"))
        return self.voice.word("comma").join(said)

    def _conditions(self, rule: Condition) -> Iterator[str]:
        word = self.voice.word
        for key in ("first", "last"):
            if getattr(rule, key):
                yield word(f"condition-{key}")
        if rule.last_in:
            yield word("condition-last-in", figures=self._listed(rule.last_in, self.voice.names))
        if rule.grades:
            yield word("condition-grades", grades=self._listed(rule.grades, self.grades))
        if rule.at_least is not None:
            grade = self.grades.get(rule.at_least, rule.at_least)
            yield word("condition-at-least", grade=grade)
        if rule.events:
            yield word("condition-events", events=self._listed(rule.events, self.voice.names))
        if rule.none_of:
            yield word("condition-none-of", events=self._listed(rule.none_of, self.voice.names))
        if rule.if_ is not None:
            yield condition(rule.if_, self.voice, self.grades)

    def _listed(self, ids: Iterable[str], names: Mapping[str, str]) -> str:
        return self.voice.word("list-comma").join(names.get(id, id) for id in ids)


def _bounds(limit: Limit, voice: Voice) -> Iterator[str]:
    for key, value in limit.bounds.items():
        yield f"{LIMIT_SIGNS[key]} {value_of(value, voice)}"
