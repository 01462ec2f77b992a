"""References to things that are not there, told with what was probably meant."""

from collections.abc import Iterable, Iterator

from kpisite.check.book import Book
from kpisite.core.fault import Fact, Issue, Source, nearest


def unknown(what: str, id: str, known: Iterable[str], at: Source) -> Issue:
    """`id` names no scheme, rater, … of those `known`."""
    names = tuple(sorted(known))
    facts: dict[str, Fact] = {"id": id, "meant": nearest(id, names), "known": names}
    return Issue(code=f"unknown-{what}", at=at, facts=facts)


def unknown_employee(book: Book, id: str | None, at: Source) -> Iterator[Issue]:
    """`id` names nobody of the staff."""
    if id is not None and id not in book.staff and not is_unread(book, f"records/staff/{id}"):
        yield unknown("employee", id, book.staff, at)


def is_unread(book: Book, stem: str) -> bool:
    """Whether a file that begins with `stem` is there, though nothing could be made of it."""
    return any(path.startswith((f"{stem}.", f"{stem}@")) for path in book.unread)
