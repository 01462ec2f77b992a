"""What follows a scorecard, as edits of the record: the answer, the ruling, the amendment of a
closed month."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from kpisite.check.book import Book
from kpisite.check.known import addresses_called
from kpisite.core.issue import Keys
from kpisite.core.month import Month
from kpisite.edit.change import Edit
from kpisite.edit.written import HeadedTable
from kpisite.language.closing import REMOVED
from kpisite.language.record import Record
from kpisite.outcomes.after import allowed_seals, amendments, holds
from kpisite.outcomes.result_checks import is_formerly_sealed
from kpisite.outcomes.results import Result
from kpisite.outcomes.seal import fingerprint, pay_seal, seal
from kpisite.outcomes.still_open import has_open_objection

State = Literal["acknowledged", "objected", "refused", "lapsed"]
STATES: tuple[State, ...] = ("acknowledged", "objected", "refused", "lapsed")
Outcome = Literal["upheld", "dismissed"]
OUTCOMES: tuple[Outcome, ...] = ("upheld", "dismissed")

#: The names at the top of a record, in the order in which tables of theirs stand.
RECORD_ORDER = tuple(Record.model_fields)


def answer_edit(
    book: Book, result: Result, state: State, on: date, words: str, witness: str | None
) -> Edit:
    """The answer to what the scorecard says now, in the place of an earlier one."""
    entries: dict[str, str | date] = {
        "state": state,
        "on": on,
        "content": fingerprint(book, result),
    }
    if witness is not None:
        entries["witness"] = witness
    if words:
        entries["text"] = words
    return Edit(keys=("answer",), value=HeadedTable(entries))


def open_appeal(record: Record) -> int | None:
    """The index of the first appeal that has no ruling."""
    waiting = (index for index, one in enumerate(record.appeal) if one.ruling is None)
    return next(waiting, None)


def may_be_ruled_on(result: Result) -> bool:
    """Whether there is an appeal without a ruling, or an objection that one may come of."""
    return open_appeal(result.record) is not None or has_open_objection(result)


@dataclass(frozen=True, slots=True, kw_only=True)
class RulingGiven:
    """How an appeal ends: on which day, with what outcome and why, and the total it sets."""

    on: date
    outcome: Outcome
    why: str
    total: Decimal | None = None


def ruling_edits(
    record: Record, ruling: RulingGiven, about: str, handler: str | None
) -> Iterator[Edit]:
    """The ruling on the first appeal without one; where there is only an objection, `about` and
    `handler` make an appeal of it."""
    index = open_appeal(record)
    if index is None:
        index = len(record.appeal)
        answer = record.answer
        on = ruling.on if answer is None else answer.on
        appeal = {"on": on, "reason": about, "handler": handler or ""}
        yield Edit(keys=("appeal",), value=appeal, is_new=True)
    entries: dict[str, str | date | Decimal] = {
        "on": ruling.on,
        "outcome": ruling.outcome,
        "reasons": ruling.why,
    }
    if ruling.total is not None:
        entries["total"] = ruling.total
    keys: Keys = ("appeal", index, "ruling")
    yield Edit(keys=keys, value=HeadedTable(entries))


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A scorecard of a closed month that is not what it was: what it is called among those of the
    month and by people, its total and grade then and now, and the digests that an amendment has to
    state."""

    name: str
    address: str
    before: str
    after: str
    digest: str
    pay: str


def changed_in(book: Book, month: Month, results: Sequence[Result]) -> tuple[Changed, ...]:
    """Every scorecard of a closed month that an amendment is wanted for, by name."""
    closed = book.closed.get(month)
    if closed is None:
        return ()
    now = {one.name_in_month: one for one in results if one.month == month}
    last = amendments(book, month)
    found = []
    for name in sorted({*now, *closed.model.card}):
        card, result, entry = closed.model.card.get(name), now.get(name), last.get(name)
        before = "–" if card is None else f"{card.total} {card.grade}".strip()
        if result is None:
            if entry is None or entry.digest != REMOVED:
                address = addresses_called(book, name)[0]
                gone = Changed(
                    name=name, address=address, before=before, after="–", digest=REMOVED, pay=""
                )
                found.append(gone)
        elif not (
            is_formerly_sealed(book, result)
            or any(holds(book, result, *one) for one in allowed_seals(card, entry))
        ):
            grade = "" if result.grade is None else result.grade.name.say(book.site.model.language)
            found.append(
                Changed(
                    name=name,
                    address=result.address,
                    before=before,
                    after=f"{result.card.total.shown} {grade}".strip(),
                    digest=seal(result),
                    pay=pay_seal(book, result) or "",
                )
            )
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentReason:
    """Who changed a closed month on which day and why, who approved it and, where that is said by
    more than the totals, what changed."""

    on: date
    by: str
    approved: str
    why: str
    what: str = ""


def amendment_edit(one: Changed, reason: AmendmentReason) -> Edit:
    """An amendment more for a scorecard."""
    entries: dict[str, str | date] = {
        "appraisee": one.name,
        "on": reason.on,
        "by": reason.by,
        "approved": reason.approved,
        "why": reason.why,
        "what": reason.what or f"{one.before} → {one.after}",
        "digest": one.digest,
    }
    if one.pay:
        entries["pay"] = one.pay
    return Edit(keys=("amendment",), value=entries, is_new=True)
