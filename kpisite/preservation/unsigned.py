"""Who has yet to sign: the scorecards of a month, held against the copies in the archive."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kpisite.archive.copy import Archived
from kpisite.archive.folder import copies_of
from kpisite.check.ground import Ground
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.outcomes.results import Result
from kpisite.outcomes.seal import MARKS_DIGITS, is_of
from kpisite.pages.form_words import FormWords
from kpisite.pages.scorecard import scorecard_facts
from kpisite.pages.signers import SignatureLine

State = Literal["signed", "partly", "outdated", "unsigned"]
"""Signed by all; by some; by somebody, but before the scorecard changed; or by nobody."""
STATES: tuple[State, ...] = ("signed", "partly", "outdated", "unsigned")


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningState:
    """A scorecard, how far it is signed, the lines that nobody has signed, and its copies."""

    result: Result
    name: str
    department: str
    state: State
    missing: tuple[SignatureLine, ...]
    copies: tuple[Archived, ...]


def signing_states(
    book: Ground, results: Sequence[Result], archive: Path, month: Month, language: Language
) -> list[SigningState]:
    """Every scorecard of the month, by department in the company's order and then by id.

    What counts is a copy of what the scorecard says now: a line is signed when it is on any of
    them, be it the copy with pay or the one without.  A scan is believed to have all.
    """
    copies = copies_of(archive, month)
    order = list(book.department_by_id)
    found = [one for one in results if one.month == month]
    found.sort(key=lambda one: (order.index(one.department_id), one.address))
    forms: dict[str, FormWords] = {}
    return [_standing(book, one, copies, language, forms) for one in found]


def _standing(
    book: Ground,
    result: Result,
    copies: Sequence[Archived],
    language: Language,
    forms: dict[str, FormWords],
) -> SigningState:
    facts = scorecard_facts(book, result, language, forms)
    own = tuple(one for one in copies if one.series.address == result.address)
    now = [one for one in own if is_of_now(book, result, one)]
    signed = {number for copy in now for number in _signed_lines(copy, len(facts.signatures))}
    missing = tuple(line for number, line in enumerate(facts.signatures, 1) if number not in signed)
    is_outdated = not signed and any(one.series.origin != "unsigned" for one in own)
    state: State = "partly" if signed else "outdated" if is_outdated else "unsigned"
    return SigningState(
        result=result,
        name=facts.name,
        department=facts.department,
        state=state if missing else "signed",
        missing=missing,
        copies=own,
    )


def _signed_lines(copy: Archived, lines: int) -> Iterator[int]:
    if copy.series.origin == "scan":
        yield from range(1, lines + 1)
    for number, line in enumerate(copy.signers, 1):
        if line.is_signed:
            yield number


def is_of_now(book: Ground, result: Result, copy: Archived) -> bool:
    """Whether a copy is of what the scorecard says now, as far as its fingerprint tells; one of
    which none could be read is believed."""
    with_pay = len(copy.fingerprint) > MARKS_DIGITS
    return not copy.fingerprint or is_of(copy.fingerprint, book, result, with_pay=with_pay)
