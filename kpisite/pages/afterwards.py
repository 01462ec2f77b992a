"""What came after the marks: answer, appeal, improvement plan, amendment, rank, as shown."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from kpisite.check.book import Book
from kpisite.core.text import Language
from kpisite.outcomes.after import amendments, answers, name_in_month
from kpisite.outcomes.results import Result
from kpisite.pages.prose import prose
from kpisite.words import page_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A dated happening: a heading, who, and what was said."""

    heading: str
    detail: str
    html: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """A line of the improvement plan."""

    problem: str
    measure: str
    owner: str
    due: str
    result: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Afterwards:
    """The state of the answer in a line, the happenings in order, and the plan."""

    answer: str
    entries: tuple[Entry, ...]
    plan: tuple[PlanLine, ...]
    standing: str


def afterwards(book: Book, result: Result, language: Language) -> Afterwards:
    """Everything about `result` that is dated after its marks."""
    words = page_words(language)
    return Afterwards(
        answer=_answer(book, result, language),
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
        standing=_standing(result, words),
    )


def _standing(result: Result, words: Mapping[str, str]) -> str:
    standing = result.standing
    if f"left-out-{standing.left_out}" in words:
        return words[f"left-out-{standing.left_out}"]
    if standing.rank is None:
        return ""
    return words["rank-of"].format(rank=standing.rank, ranked=standing.ranked)


def _answer(book: Book, result: Result, language: Language) -> str:
    words, answer = page_words(language), result.record.answer
    if not result.is_person:
        return ""
    if answer is None or not answers(book, result):
        stale = "" if answer is None else words["answer-no-longer"].format(on=answer.on)
        policy = result.policy
        deadline = None if policy is None else policy.model.answer_by(result.month)
        due = "" if deadline is None else words["answer-until"].format(day=deadline)
        return words["answer-pending"] + due + stale
    said = words[f"answer-{answer.state}"].format(on=answer.on)
    if answer.witness is not None:
        said += words["answer-witness"].format(name=_person(book, answer.witness))
    return f"{said} {answer.text}".strip()


def _appeals(book: Book, result: Result, language: Language) -> list[Entry]:
    words, entries = page_words(language), []
    for appeal in result.record.appeal:
        entries.append(
            Entry(
                heading=words["appeal"].format(on=appeal.on),
                detail=words["appeal-handler"].format(name=_person(book, appeal.handler)),
                html=prose(appeal.reason),
            )
        )
        if appeal.ruling is not None:
            outcome = words[f"ruling-{appeal.ruling.outcome}"].format(on=appeal.ruling.on)
            entries.append(Entry(heading=outcome, detail="", html=prose(appeal.ruling.reasons)))
    return entries


def _amended(book: Book, result: Result, language: Language) -> list[Entry]:
    """What a closed month's scorecard was, what it is, and on whose word."""
    words, name = page_words(language), name_in_month(result)
    closed, filed = book.closed.get(result.month), book.amendments.get(result.month)
    if closed is None or filed is None or name not in amendments(book, result.month):
        return []
    entries = []
    before = closed.model.card.get(name)
    for one in filed.model.amendment:
        if one.appraisee != name:
            continue
        was = "–" if before is None else f"{before.total} {before.grade}".strip()
        entries.append(
            Entry(
                heading=words["amended"].format(
                    on=one.on, before=was, after=result.card.total.shown
                ),
                detail=words["amended-by"].format(
                    by=_person(book, one.by), approved=_person(book, one.approved)
                ),
                html=prose(f"{one.what}\n\n{one.why}"),
            )
        )
    return entries


def _person(book: Book, id: str) -> str:
    filed = book.staff.get(id)
    return id if filed is None else filed.model.name
