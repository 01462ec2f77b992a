"""The totals that a paper form states, held against those that its scheme gives."""

from collections.abc import Iterator
from decimal import Decimal

from kpisite.core.captions import caption, listed
from kpisite.core.exact import compare, plain
from kpisite.core.issue import Fact, Issue, nearest
from kpisite.core.text import Text
from kpisite.core.working import Working
from kpisite.score.card import Scorecard


def mismatches(card: Scorecard) -> Iterator[Issue]:
    """Every stated number that differs from the computed one, with both in sight."""
    expect = card.record.model.expect or {}
    if not expect:
        return
    by_id: dict[str, Working] = {}
    for working in card.total.walk():
        by_id.setdefault(working.id, working)
    for id, stated in expect.items():
        at = card.record.at("expect", id) if len(expect) > 1 else card.record.at("expect")
        found = by_id.get(id)
        facts: dict[str, Fact]
        if found is None:
            known = tuple(sorted(by_id))
            facts = {"id": id, "meant": nearest(id, known), "known": known}
            yield Issue(code="unknown-expected", at=at, facts=facts)
        elif compare(found.value, stated) and not _is_taken(card, found, stated):
            facts = {
                "name": found.label,
                "stated": plain(stated),
                "computed": found.shown,
                "rule": found.rule,
                "rows": _rows(found),
            }
            also = found.sources_in(card.record.path)
            yield Issue(code="expected-differs", at=at, facts=facts, also=also)


def _is_taken(card: Scorecard, working: Working, stated: Decimal) -> bool:
    """Whether it is what a deduction takes, stated as on a form that leaves the minus out."""
    taking = card.scheme.model.taking
    return working.id in taking and compare(abs(working.value), abs(stated)) == 0


def _rows(working: Working) -> Text:
    """What the number is made of, for finding the row where paper and scheme part."""
    return listed(
        caption("label-and-value", label=part.label, value=part.shown) for part in working.parts
    )
