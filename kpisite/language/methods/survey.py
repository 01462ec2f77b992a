"""The mean of what several respondents answered (F04, F08 customer departments)."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from kpisite.core.captions import caption, signs
from kpisite.core.exact import ONE, compare, percent, plain, total
from kpisite.core.formula import Constant, Formula, Operand, Product, Quotient, Sum
from kpisite.core.issue import Fact, Issue, Keys, Source, nearest
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.base import NotNegative, Positive
from kpisite.language.clause import Clause, Names, clause, remark
from kpisite.language.methods.base import Measured
from kpisite.language.methods.indicator import Subrow
from kpisite.language.methods.questionnaire import Question, Questionnaire
from kpisite.language.methods.sheet import Sheet
from kpisite.language.record import Record


class SurveyMean(Measured):
    """Each question's mean over its respondents, as a share of the scale's top, times its weight
    of the points.

    Fewer respondents than `least` is a fault, for a mean of one or two gives them away; where
    `least` is none, a month without respondents gives no points (F08).
    """

    says = caption("says-survey-mean")

    takes_from: ClassVar = "survey"

    method: Literal["survey"]
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    low: NotNegative = ONE
    high: Positive = Decimal(10)
    least: Annotated[int, Field(ge=0, strict=True)] = 3

    @property
    def questionnaire(self) -> Questionnaire:
        """Its questions and the span of the answers."""
        return Questionnaire(
            questions=self.questions, low=self.low, high=self.high, least=self.least
        )

    def clauses(self, names: Names) -> Iterator[Clause]:
        """The questions, how they are answered, and by how many at least."""
        span = f"{plain(self.low)}–{plain(self.high)}"
        for one in self.questions:
            weight = "" if one.weight is None else f" {percent(one.weight)}"
            name = signs("{name}{weight}", name=one.name, weight=weight)
            yield clause(one.group, name, points=span)
        if self.least:
            yield remark("rubric-least", least=self.least)

    def subrows(self, record: Record) -> tuple[Subrow, ...]:
        """The questions."""
        return tuple(Subrow(id=one.id, weight=one.weight) for one in self.questions)

    def scheme_issues(self, at: Source) -> Iterator[Issue]:
        """Weights on some questions only, or that do not add up, and answers all alike."""
        if self.low >= self.high:
            range_: dict[str, Fact] = {
                "indicator": self.name,
                "low": self.low,
                "high": self.high,
            }
            yield Issue(code="answers-alike", at=at.at("high"), facts=range_)
        weights = [question.weight for question in self.questions]
        stated = [weight for weight in weights if weight is not None]
        if stated and len(stated) < len(weights):
            index = weights.index(None)
            facts: dict[str, Fact] = {"indicator": self.questions[index].name, "part": self.name}
            yield Issue(code="weight-missing", at=at.at("questions", index), facts=facts)
        elif stated and compare(total(stated), ONE):
            facts = {"name": self.name, "sum": percent(total(stated))}
            yield Issue(code="weights-sum", at=at.at("questions"), facts=facts)

    def takes(self, record: Record) -> Iterator[Keys]:
        """The answers to its questions."""
        return (("survey", i) for i, reply in enumerate(record.survey) if reply.of == self.id)

    def still_to_come(self, record: Record, at: Source) -> Iterator[Issue]:
        """Too few respondents."""
        count = sum(reply.of == self.id for reply in record.survey)
        if count < self.least:
            facts: dict[str, Fact] = {
                "indicator": self.name,
                "id": self.id,
                "count": count,
                "least": self.least,
            }
            yield Issue(code="survey-too-few", at=at, facts=facts)

    def record_issues(self, record: Record, at: Source) -> Iterator[Issue]:
        """Answers out of range, unknown or missing."""
        facts: dict[str, Fact]
        known = {question.id for question in self.questions}
        replies = [(i, one) for i, one in enumerate(record.survey) if one.of == self.id]
        for index, reply in replies:
            here = at.at("survey", index, "answers")
            for id, answer in reply.answers.items():
                if id not in known:
                    facts = {"id": id, "meant": nearest(id, known), "known": tuple(sorted(known))}
                    yield Issue(code="unknown-question", at=here.at(id), facts=facts)
                elif not self.low <= answer <= self.high:
                    facts = {"answer": answer, "low": self.low, "high": self.high}
                    yield Issue(code="answer-outside", at=here.at(id), facts=facts)
            for question in self.questions:
                if question.id not in reply.answers:
                    facts = {"question": question.name, "id": question.id, "by": reply.by}
                    yield Issue(code="answer-missing", at=here, facts=facts)

    def measured(self, sheet: Sheet) -> Working:
        """The questions' means, weighted; nobody's single answer is shown."""
        if not any(reply.of == self.id for reply in sheet.record.survey):
            nobody = (_respondents(self.id, 0),)
            return derive(self.id, Kind.INDICATOR, self.name, Operand(0), nobody, most=self.points)
        means = tuple(self._mean(question, sheet) for question in self.questions)
        terms: tuple[Formula, ...] = tuple(
            Operand(index)
            if question.weight is None
            else Product((Operand(index), Constant(question.weight, is_percent=True)))
            for index, question in enumerate(self.questions)
        )
        formula: Formula = Sum(terms)
        if self.questions[0].weight is None:
            formula = Quotient(formula, Constant(Decimal(len(means))))
        formula = Product((formula, Quotient(Constant(self.points), Constant(self.high))))
        return derive(self.id, Kind.INDICATOR, self.name, formula, means, most=self.points)

    def _mean(self, question: Question, sheet: Sheet) -> Working:
        answers = [
            (at, reply.answers[question.id])
            for index, reply in enumerate(sheet.record.survey)
            if reply.of == self.id
            for at in (sheet.at.at("survey", index, "answers", question.id),)
        ]
        sum_ = Working(
            id=f"{question.id}-sum",
            kind=Kind.FIGURE,
            label=caption("sum-of-the-answers"),
            value=total(answer for _, answer in answers),
            unit=Unit.FIGURE,
            sources=tuple(at for at, _ in answers),
        )
        count = _respondents(question.id, len(answers))
        return derive(
            question.id, Kind.STEP, question.name, Quotient(Operand(0), Operand(1)), (sum_, count),
            most=self.high,
        )  # fmt: skip


def _respondents(id: str, count: int) -> Working:
    return Working(
        id=f"{id}-count",
        kind=Kind.FIGURE,
        label=caption("respondents"),
        value=Decimal(count),
        unit=Unit.FIGURE,
    )
