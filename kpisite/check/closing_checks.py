"""The checks of what `kpisite close` wrote: that it is all there, and as it was written."""

from collections.abc import Iterator
from hashlib import sha256

from kpisite.check.book import Book
from kpisite.check.known import is_unread
from kpisite.core.fault import Fact, Issue
from kpisite.core.month import Month
from kpisite.read.document import Document


def digest_of(closed: Document) -> str:
    """Thirty-two digits of all that a `closed.toml` says, however it is laid out."""
    return sha256(closed.canonical.encode()).hexdigest()[:32]


def closings_that_changed(book: Book) -> Iterator[Issue]:
    """A month's `closed.toml` that is gone, that is not what was written, or that is not listed.

    What a month was when it was closed is only as good as the file that says so.
    """
    listed = book.closings.model.month
    for month, closed in sorted(book.closed.items()):
        document = book.documents.get(closed.path)
        if document is None or closed.left_out or book.closings.lacks("month", str(month)):
            continue
        now = digest_of(document)
        facts: dict[str, Fact] = {"month": month, "digest": now, "path": closed.path}
        if str(month) not in listed:
            if book.closings.path not in book.unread:
                yield Issue(code="closing-unlisted", at=closed.at("month"), facts=facts)
        elif listed[str(month)] != now:
            also = (book.closings.at("month", str(month)),)
            yield Issue(code="closing-changed", at=closed.at("month"), facts=facts, also=also)
    for name in listed:
        month = Month.parse(name)
        if month not in book.closed and not is_unread(book, f"records/{month}/closed"):
            facts = {"month": month, "path": f"records/{month}/closed.toml"}
            yield Issue(code="closing-gone", at=book.closings.at("month", name), facts=facts)
