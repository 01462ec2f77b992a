"""The checks of what `kpisite close` wrote: that it is all there, and as it was written."""

from collections.abc import Iterator
from hashlib import sha256

from kpisite.check.ground import Ground
from kpisite.check.known import is_unread
from kpisite.core.issue import Fact, Issue
from kpisite.core.month import Month
from kpisite.read.document import Document


def digest_of(closed: Document) -> str:
    """Thirty-two digits of all that a `closed.toml` says, however it is laid out."""
    return sha256(closed.canonical.encode()).hexdigest()[:32]


def closings_that_changed(ground: Ground) -> Iterator[Issue]:
    """A month's `closed.toml` that is gone, that is not what was written, or that is not listed.

    What a month was when it was closed is only as good as the file that says so.
    """
    listed = ground.closings.model.month
    for month, closed in sorted(ground.closed.items()):
        document = ground.documents.get(closed.path)
        if document is None or closed.left_out or ground.closings.is_left_out("month", str(month)):
            continue
        now = digest_of(document)
        facts: dict[str, Fact] = {"month": month, "digest": now, "path": closed.path}
        if str(month) not in listed:
            if ground.closings.path not in ground.unread:
                yield Issue(code="closing-unlisted", at=closed.at("month"), facts=facts)
        elif listed[str(month)] != now:
            also = (ground.closings.at("month", str(month)),)
            yield Issue(code="closing-changed", at=closed.at("month"), facts=facts, also=also)
    for name in listed:
        month = Month.parse(name)
        if month not in ground.closed and not is_unread(ground, f"records/{month}/closed"):
            facts = {"month": month, "path": f"records/{month}/closed.toml"}
            yield Issue(code="closing-gone", at=ground.closings.at("month", name), facts=facts)
