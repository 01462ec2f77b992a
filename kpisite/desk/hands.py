"""Everybody who marks in a month, each with those whom they mark."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from kpisite.check.book import Book
from kpisite.check.filed import Filed
from kpisite.core.month import Month
from kpisite.desk.asked import Share
from kpisite.desk.pending import of_record, who_marks
from kpisite.language.rater import APPRAISEE
from kpisite.language.record import Record
from kpisite.language.scheme import Scheme

HandKind = Literal["raters", "own", "peers"]
"""Who marks: superiors and other raters by name, everybody themselves, or colleagues."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """Somebody who marks, by id, with all that they are asked about; nobody's id is empty."""

    id: str
    name: str
    month: Month
    shares: tuple[Share, ...] = field(default=())
    kind: HandKind = "raters"


def hands(book: Book, month: Month, kind: HandKind = "raters") -> tuple[Hand, ...]:
    """Everybody who marks in the month in that way, with the records that are there."""
    found: dict[str, list[Share]] = {}
    for filed in sorted(book.records, key=lambda one: one.path):
        scheme = book.scheme_of(filed.model)
        if filed.model.month == month and scheme is not None:
            for hand, share in _SHARES[kind](book, filed, scheme.model):
                found.setdefault(hand, []).append(share)
    return tuple(
        Hand(id=id, name=_name(book, id), month=month, shares=tuple(found[id]), kind=kind)
        for id in sorted(found)
    )


def _name(book: Book, id: str) -> str:
    person = book.staff.get(id)
    return id if person is None else person.model.name


def _share(
    book: Book, filed: Filed[Record], scheme: Scheme, *raters: str, peer: str = "",
    is_superior: bool = False, writes_why: bool = False,
) -> Share:  # fmt: skip
    about = of_record(book, filed.model)
    return Share(
        filed=filed,
        scheme=scheme,
        name=about.name,
        address=about.address,
        raters=raters,
        is_superior=is_superior,
        peer=peer,
        writes_why=writes_why,
    )


Shares = Iterator[tuple[str, Share]]


def _of_raters(book: Book, filed: Filed[Record], scheme: Scheme) -> Shares:
    """The superior, through whom figures are asked for, and whoever else marks.

    What stands beside the marks of a row is one text: one of them writes it, the superior where
    they mark, so that nobody reads what another says who weighs in at the same time.
    """
    record, asked = filed.model, of_record(book, filed.model).asked
    by_hand: dict[str, list[str]] = {}
    for rater, how in scheme.raters.items():
        if not how.is_several and rater != APPRAISEE:
            by_hand.setdefault(who_marks(book, record, rater) or asked, []).append(rater)
    by_hand.setdefault(asked, [])
    marking = [hand for hand, raters in by_hand.items() if raters]
    writes = asked if by_hand[asked] else next(reversed(marking), asked)
    for hand, raters in by_hand.items():
        share = _share(
            book, filed, scheme, *raters, is_superior=hand == asked, writes_why=hand == writes
        )
        yield hand, share


def _of_themselves(book: Book, filed: Filed[Record], scheme: Scheme) -> Shares:
    """The appraisee, where the form has a mark of their own."""
    if filed.model.employee is not None and APPRAISEE in scheme.raters:
        yield filed.model.employee, _share(book, filed, scheme, APPRAISEE)


def _of_peers(book: Book, filed: Filed[Record], scheme: Scheme) -> Shares:
    """The colleagues in the department, but for the superior, and whoever gave a mark already."""
    record, asked = filed.model, of_record(book, filed.model).asked
    peers = [id for id, how in scheme.raters.items() if how.peers]
    post = book.post_of(record)
    if not peers or post is None:
        return
    colleagues = {
        id
        for id, one in book.staff.items()
        if (held := one.model.post_in(record.month)) is not None
        and held.department == post.department
        and one.model.days_employed(record.month)
    }
    marks = (row.get(peer) for row in record.marks.values() for peer in peers)
    given = {id for mark in marks if isinstance(mark, dict) for id in mark if id in book.staff}
    for id in sorted((colleagues | given) - {record.employee, asked}):
        if id is not None:
            yield id, _share(book, filed, scheme, *peers, peer=id)


_SHARES = {"raters": _of_raters, "own": _of_themselves, "peers": _of_peers}
