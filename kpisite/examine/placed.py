"""Records placed among one another, of a month or of a department's month, as they are kept."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kpisite.check.ground import Ground
from kpisite.core.digest import digest
from kpisite.examine.kept import (
    IN_BRIEF,
    PLACES,
    WRITTEN,
    Kept,
    KeptPlaces,
    MonthInBrief,
    RecordInBrief,
)
from kpisite.examine.rows import Row
from kpisite.outcomes.placing import Placing
from kpisite.outcomes.pools import POOL_SHARES, pool_shares
from kpisite.outcomes.standing import STANDINGS, standings


def place(
    kept: Kept, ground: Ground, where: str, key: str, placings: Iterable[Placing]
) -> KeptPlaces:
    """Where records stand that stand among no others; kept under the name of their month, or of
    their department's month."""
    ordered = _in_order(placings)
    places = KeptPlaces(
        standings=dict(standings(ground, ordered)), pools=dict(pool_shares(ground, ordered))
    )
    kept.put(f"places {where}", key, PLACES, places)
    return places


def keep_in_brief(
    kept: Kept,
    month: str,
    placings: Iterable[Placing],
    rest_on: Mapping[str, str],
    before: MonthInBrief | None,
) -> Mapping[str, str]:
    """Keeps records of a month in brief, those of each department that are others than
    `before`; by department a digest of them."""
    found: defaultdict[str, dict[str, RecordInBrief]] = defaultdict(dict)
    for one in _in_order(placings):
        in_brief = RecordInBrief(one.appraisee, one.order, rest_on[one.path])
        found[one.department][one.path] = in_brief
    known, now = {} if before is None else before.departments, dict[str, str]()
    for department, several in found.items():
        written = IN_BRIEF.as_bytes(several)
        key = now[department] = digest(written.decode())
        if known.get(department) != key:
            kept.put(f"brief {month} {department}", key, WRITTEN, written)
    return now


def _in_order(placings: Iterable[Placing]) -> list[Placing]:
    return sorted(placings, key=lambda one: (one.appraisee, one.order))


def rests_on(row: Row, places: KeptPlaces, path: str, month: str = "", taken: str = "") -> str:
    """A digest of all that the result of a record rests on, besides the ground and the results of
    other months; `taken` is one of what its form takes of earlier ones."""
    share = {path: places.pools[path]} if path in places.pools else {}
    return digest(
        row.digest,
        STANDINGS.as_bytes({path: places.standings[path]}).decode(),
        POOL_SHARES.as_bytes(share).decode(),
        month if row.looks_around else "",
        taken,
    )
