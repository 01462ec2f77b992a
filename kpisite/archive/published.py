"""The signed copies that readers find beside their scorecards: each only those they may see.

They are copied into the trees from the archive while its lists vouch for them, byte for byte; what
they no longer vouch for is left out, and reported.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from kpisite.archive.copy import Archived
from kpisite.archive.folder import (
    ArchiveRefuses,
    copies_of,
    digest_of,
    months_in,
    read_bounded,
    sums_of,
)
from kpisite.core.address import address_of
from kpisite.outcomes.brief import Brief
from kpisite.outcomes.outline import Outline
from kpisite.outcomes.seal import MARKS_DIGITS, is_of
from kpisite.pages.audience import Audience, Capability, card_path
from kpisite.pages.plan import SignedCopy, SitePlan


class Places(Protocol):
    """Where files of a tree are put, and what is to be said of those that are not."""

    remarks: list[tuple[str, Path]]

    def write(self, path: str, content: bytes) -> bool:
        """Puts a file at a path under the output folder; whether it is another than before."""


def publish_signed(plan: SitePlan, archive: Path, staging: Places) -> dict[str, SignedCopy]:
    """Copies into each tree the signed copies that belong in it; the name of each by the place of
    its scorecard's page, without suffix."""
    published: dict[str, SignedCopy] = {}
    for month in sorted({one.month for one in plan.outlines} & set(months_in(archive))):
        try:
            sums, copies = sums_of(archive, month), copies_of(archive, month)
        except ArchiveRefuses:
            staging.remarks.append(("archive-not-published", archive / str(month)))
            continue
        by_address: dict[str, list[Archived]] = {}
        for copy in copies:
            if copy.series.origin != "unsigned":
                by_address.setdefault(copy.series.address, []).append(copy)
        for one in (one for one in plan.outlines if one.month == month):
            own = by_address.get(_address(one), [])
            if own:
                brief = plan.brief(one)
                published |= dict(_publish(plan, brief, own, sums, archive, staging))
    return published


def _address(one: Outline) -> str:
    return address_of(one.appraisee_id, one.qualifier)


def _publish(
    plan: SitePlan,
    brief: Brief,
    copies: Sequence[Archived],
    sums: Mapping[str, str],
    archive: Path,
    staging: Places,
) -> Iterator[tuple[str, SignedCopy]]:
    """Copies of one scorecard into the trees of its readers."""
    contents: dict[str, bytes | None] = {}
    for audience in plan.readers(brief):
        chosen = _chosen(copies, brief, audience)
        if chosen is None:
            continue
        if chosen.path not in contents:
            contents[chosen.path] = _content(archive, chosen, sums)
            if contents[chosen.path] is None:
                staging.remarks.append(("archive-not-published", archive / chosen.path))
        content = contents[chosen.path]
        if content is not None:
            place = f"{audience.folder}/{card_path(audience, brief)}"
            staging.write(f"{place}.signed.{chosen.suffix}", content)
            yield place, _signed_copy(plan, brief, chosen, place)


def _content(archive: Path, copy: Archived, sums: Mapping[str, str]) -> bytes | None:
    try:
        content = read_bounded(archive / copy.path)
    except ArchiveRefuses:
        return None
    is_sound = digest_of(content) == sums[copy.path] == copy.sha256
    return content if is_sound else None


def _chosen(copies: Sequence[Archived], brief: Brief, audience: Audience) -> Archived | None:
    """The newest copy that may be seen, with pay before one without."""
    seen = [one for one in copies if _may_see(audience, brief, one)]
    return max(seen, key=_rank, default=None)


def _rank(copy: Archived) -> tuple[bool, date, bool, int]:
    series = copy.series
    return (series.with_pay, copy.added, series.origin == "signed", copy.edition)


def _may_see(audience: Audience, brief: Brief, copy: Archived) -> bool:
    """Whether what is on a copy is among what the reader's own page shows: pay only to those who
    may see it, and nothing of a month in a department out of their scope."""
    if copy.series.with_pay and not audience.can(Capability.PAY):
        return False
    return audience.scope.takes_department(brief.change_from)


def _signed_copy(plan: SitePlan, brief: Brief, copy: Archived, place: str) -> SignedCopy:
    result, digits = plan.results[brief.path], copy.fingerprint
    is_of_now = not digits or is_of(digits, plan.book, result, with_pay=len(digits) > MARKS_DIGITS)
    return SignedCopy(
        href=f"{place.rpartition('/')[2]}.signed.{copy.suffix}",
        is_of_now=is_of_now,
    )
