"""Digests of what a scorecard says, by which answers and closed months hold it fast."""

from hashlib import sha256
from typing import Any

from kpisite.check.book import Book
from kpisite.core.exact import plain
from kpisite.core.text import canonical_text
from kpisite.core.working import Kind, Working
from kpisite.language.record import AFTERWARDS
from kpisite.outcomes.results import Result
from kpisite.score.card import Scorecard

#: The rows whose names stand in schemes and policies; the other words are kpisite's own, and a
#: later version may say them better without touching a closed month.
NAMED_BY_HR = (Kind.PART, Kind.SECTION, Kind.INDICATOR, Kind.ADJUSTMENT, Kind.PAY)


def fingerprint(book: Book, card: Scorecard) -> str:
    """Twelve digits, in groups of four, of the record and the scheme that a scorecard was made
    from, and of the total, which others' records may move; what is added to a record afterwards,
    such as the answer itself or an appeal, changes nothing."""
    record = book.documents.get(card.record.path)
    scheme = book.documents.get(card.scheme.path)
    data = {} if record is None else dict(record.data)
    for key in AFTERWARDS:
        data.pop(key, None)
    canonical = "null" if scheme is None else scheme.canonical
    total = card.total if card.record.model.ruled is None else card.total.parts[-1]
    digits = _digest(f"[{canonical_text(data)}, {canonical}, {total.shown}]")[:12]
    return " ".join((digits[:4], digits[4:8], digits[8:]))


def seal(result: Result) -> str:
    """Thirty-two digits of whose scorecard it is, in which department, of the total and grade and
    of all that made them so.  Where the entries stand in their files does not matter."""
    grade = None if result.grade is None else result.grade.name.zh
    whose = [result.appraisee_id, result.department_id]
    return _digest(canonical_text([whose, _tree(result.card.total), grade]))[:32]


def pay_seal(result: Result) -> str:
    """Thirty-two digits of the wage and of all that made it so; empty where there is none."""
    return "" if result.wage is None else _digest(canonical_text(_tree(result.wage)))[:32]


def _tree(working: Working) -> list[Any]:
    return [
        working.id,
        working.label.zh if working.kind in NAMED_BY_HR else "",
        plain(working.value),
        None if working.most is None else plain(working.most),
        working.note,
        [_tree(part) for part in working.parts],
    ]


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
