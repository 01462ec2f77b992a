"""Who has to look at a change of which file: the `CODEOWNERS` of a site, from its departments.

Of several lines that fit, the forges take the last.  HR owns everything; a person's records are
owned by the manager who answers for them, and by HR as well.
"""

import re
from collections.abc import Iterator

from kpisite.check.book import Book
from kpisite.core.month import Month
from kpisite.language.staff import Employee

#: Signs that mean something else in a pattern, or end it.
_SPECIAL = re.compile(r"([\\ #!*?\[\]])")


def owners(book: Book, month: Month, hr: str, handle: str, prefix: str = "") -> Iterator[str]:
    """The lines of the file as of a month: `hr` owns all, and `handle` makes of a manager's id what
    the forge knows them by; `prefix` is the way from the repository's root to the site."""
    top = f"/{_escaped(prefix)}"
    yield f"{top if prefix else '*'} {hr}"
    for department in book.departments.model.department:
        lines: list[tuple[str, ...]] = []
        if department.manager is not None:
            own = _escaped(department.id)
            lines.append((f"{top}records/*/{own}.toml", department.manager))
        for filed in sorted(book.staff.values(), key=lambda one: one.model.id):
            person = filed.model
            post = person.post_in(month)
            if post is None or post.department != department.id or post.scheme is None:
                continue
            manager = department.manager if department.manager != person.id else post.superior
            if manager is not None and manager != person.id:
                id = _escaped(person.id)
                lines.append((f"{top}records/*/{id}.toml", manager))
                lines.append((f"{top}records/*/{id}@*.toml", manager))
                lines += _of_former_posts(book, person, f"{top}records/*/{id}", manager)
        if lines:
            yield f"# {department.name.say(book.site.model.language)}"
        for pattern, *managers in lines:
            named = (handle.replace("{id}", one) for one in dict.fromkeys(managers))
            yield f"{pattern} {hr} {' '.join(named)}"
    yield "# HR"
    for folder in ("staff", "pay", "schemes", "policies"):
        yield f"{top}records/{folder}/ {hr}"


def _of_former_posts(
    book: Book, person: Employee, path: str, manager: str
) -> Iterator[tuple[str, ...]]:
    """The part of a month that somebody served in another department: its manager answers for it,
    beside the one of today."""
    former = {post.department: post for post in person.post}
    for id, post in sorted(former.items()):
        unit = book.department_by_id.get(id)
        held = None if unit is None or unit.manager == person.id else unit.manager
        before = held or post.superior
        if before not in (None, manager, person.id):
            assert before is not None
            yield f"{path}@{_escaped(id)}.toml", before, manager


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
