"""Whether the signatures in a copy hold, as `kpisite.verify` sees them."""

from collections.abc import Sequence
from datetime import datetime

from kpisite.archive.folder import ArchiveRefuses
from kpisite.paper.pdf import Unreadable
from kpisite.verify.paper import read_paper
from kpisite.verify.report import NoSigning, Verdict
from kpisite.verify.signatures import roots_in, signatures_of


def signature_issue(content: bytes, now: datetime, trusted: Sequence[bytes] = ()) -> str:
    """Who gave the first signature that does not hold, or in which capacity; empty where all do.

    Whether anybody trusts their certificates is asked where it is said whom to trust.
    """
    try:
        roots = roots_in(trusted) if trusted else []
        signatures = signatures_of(read_paper(content), roots, now)
    except NoSigning:
        raise ArchiveRefuses("archive-no-sign") from None
    except Unreadable:
        raise ArchiveRefuses("archive-damaged") from None
    for one in signatures:
        if one.finding.verdict is Verdict.BROKEN:
            return one.name or one.capacity or "?"
    return "" if signatures else "?"
