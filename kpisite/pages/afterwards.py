"""What came after the marks: answer, appeal, improvement plan, amendment, rank, as shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from kpisite.check.ground import Ground
from kpisite.core.immutable import immutable
from kpisite.core.text import Language
from kpisite.language.closing import ClosedCard
from kpisite.outcomes.after import amendments_of, answers, wants_plan
from kpisite.outcomes.results import Result
from kpisite.outcomes.still_open import asks_for_answers
from kpisite.pages.prose import prose
from kpisite.words import page_words

#: Of two people, a rank tells each how the other stands.
LEAST_RANKED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A dated happening: a heading, who, and what was said."""

    heading: str
    detail: str
    html: Markup


@immutable
class Reply:
    """What the person answered, in a line, and in the words that were given with it."""

    said: str
    state: str = ""
    """Which answer was given and holds: `acknowledged`, `objected`, `refused`, `lapsed` or none."""
    words: str = ""
    how: str = ""
    """How it is answered, and to whom, while it can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A line of the improvement plan."""

    problem: str
    measure: str
    owner: str
    due: str
    result: str

    @property
    def longest(self) -> int:
        """How many characters the longest of its texts has."""
        return max(map(len, (self.problem, self.measure, self.result)))


@immutable
class Afterwards:
    """The state of the answer in a line, the happenings in order, and the plan, or that one is
    still to be written."""

    answer: Reply
    answer_to_marks: Reply
    """The answer for those who see no pay, and so not whether that has changed."""
    entries: tuple[Happening, ...]
    plan: tuple[PlanLine, ...]
    plan_wanted: str
    """That the grade asks for a plan which nobody has written yet."""
    left_out: str
    """Why there is neither grade nor rank."""
    rank: str
    """Not for paper: it changes with the marks of others, after somebody has signed."""


def afterwards(book: Ground, result: Result, language: Language) -> Afterwards:
    """Everything about `result` that is dated after its marks."""
    words = page_words(language)
    answer = to_marks = _answer(book, result, language, with_pay=True)
    if result.record.answer is not None:
        to_marks = _answer(book, result, language, with_pay=False)
    return Afterwards(
        answer=answer,
        answer_to_marks=to_marks,
        entries=(*_appeals(book, result, language), *_amended(book, result, language)),
        plan=tuple(
            PlanLine(
                problem=one.problem,
                measure=one.measure,
                owner=_person(book, one.owner),
                due=str(one.due),
                result=one.result,
            )
            for one in result.record.plan
        ),
        plan_wanted=words["plan-wanted"] if wants_plan(result) else "",
        left_out=words.get(f"left-out-{result.standing.left_out}", ""),
        rank=_rank(result, words),
    )


def _rank(result: Result, words: Mapping[str, str]) -> str:
    standing = result.standing
    if standing.left_out or standing.rank is None or standing.ranked < LEAST_RANKED:
        return ""
    return words["rank-of"].format(rank=standing.rank, ranked=standing.ranked)


def _answer(book: Ground, result: Result, language: Language, *, with_pay: bool) -> Reply:
    words, answer = page_words(language), result.record.answer
    if not result.is_person:
        return Reply(said="")
    if answer is None or not answers(book, result, with_pay=with_pay):
        return Reply(said=_unanswered(book, result, words), how=_how(book, result, words))
    said = words[f"answer-{answer.state}"].format(on=answer.on)
    if answer.witness is not None:
        said += words["answer-witness"].format(name=_person(book, answer.witness))
    objects = answer.state in ("objected", "refused")
    how = words["answer-appeal"] if objects and not result.record.appeal else ""
    return Reply(said=said, state=answer.state, words=answer.text, how=how)


def _unanswered(book: Ground, result: Result, words: Mapping[str, str]) -> str:
    """What is waited for; and that an answer which was given no longer holds."""
    answer = result.record.answer
    stale = "" if answer is None else words["answer-no-longer"].format(on=answer.on)
    if not asks_for_answers(result):
        return words["answer-not-asked"] + stale if stale else ""
    if result.card.is_provisional:
        return words["answer-not-yet"] + stale
    due = _until(book, result, words)
    return words["answer-pending"] + due + stale


def _until(book: Ground, result: Result, words: Mapping[str, str]) -> str:
    deadline = _deadline(book, result)
    return "" if deadline is None else words["answer-until"].format(day=deadline)


def _how(book: Ground, result: Result, words: Mapping[str, str]) -> str:
    """How to answer, while an answer is awaited, and how to appeal."""
    if not asks_for_answers(result) or result.card.is_provisional:
        return ""
    superior = result.card.appraisee.superior
    to = words["answer-hr"] if superior is None else _person(book, superior)
    return words["answer-how"].format(to=to) + words["answer-appeal"]


def _deadline(book: Ground, result: Result) -> date | None:
    """The last day of an answer; none for what a ruling or an amendment made only after it."""
    deadline = None if result.policy is None else result.policy.model.answer_by(result.month)
    changed = [one.ruling.on for one in result.record.appeal if one.ruling is not None]
    changed += [one.on for one in amendments_of(book, result)]
    return None if deadline is None or any(on > deadline for on in changed) else deadline


def _appeals(book: Ground, result: Result, language: Language) -> list[Happening]:
    words, entries = page_words(language), []
    for appeal in result.record.appeal:
        entries.append(
            Happening(
                heading=words["appeal"].format(on=appeal.on),
                detail=words["appeal-handler"].format(name=_person(book, appeal.handler)),
                html=prose(appeal.reason),
            )
        )
        if appeal.ruling is not None:
            outcome = words[f"ruling-{appeal.ruling.outcome}"].format(on=appeal.ruling.on)
            entries.append(Happening(heading=outcome, detail="", html=prose(appeal.ruling.reasons)))
    return entries


def _amended(book: Ground, result: Result, language: Language) -> list[Happening]:
    """What a closed month's scorecard was, what it is, and on whose word."""
    words, closed = page_words(language), book.closed.get(result.month)
    if closed is None:
        return []
    entries = []
    then = _total_then(closed.model.card.get(result.name_in_month), result, language)
    grade = "" if result.grade is None else result.grade.name.say(language)
    now = f"{result.card.total.shown} {grade}".strip()
    for one in amendments_of(book, result):
        entries.append(
            Happening(
                heading=words["amended"].format(on=one.on, before=then, after=now),
                detail=words["amended-by"].format(
                    by=_person(book, one.by), approved=_person(book, one.approved)
                ),
                html=prose(f"{one.what}\n\n{one.why}"),
            )
        )
    return entries


def _total_then(card: ClosedCard | None, result: Result, language: Language) -> str:
    """Total and grade as they were closed; a closed month names its grades in one language."""
    if card is None:
        return "–"
    grades = () if result.policy is None else result.policy.model.grade
    said = {name: one.name.say(language) for one in grades for name in one.name.words}
    return f"{card.total} {said.get(card.grade, card.grade)}".strip()


def _person(book: Ground, id: str) -> str:
    filed = book.staff.get(id)
    return id if filed is None else filed.model.name
