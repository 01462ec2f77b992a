"""A month laid out: a record for everybody who is to have one and has none."""

from collections.abc import Collection

from kpisite.check.book import Book
from kpisite.check.roll import Unrecorded, to_be_recorded
from kpisite.core.month import Month
from kpisite.core.text import Language, Text
from kpisite.desk.layout import RecordLayout, month_text
from kpisite.edit.change import Change, Edit, edited
from kpisite.language.month_file import MonthFile
from kpisite.language.scheme import Scheme
from kpisite.language.staff import Employee


def missing_in(
    book: Book, month: Month, employees: Collection[str] = (), departments: Collection[str] = ()
) -> tuple[Unrecorded, ...]:
    """Whoever is to have a record of the month and has none; where some are named, only those
    people and departments, and the people of these."""
    return tuple(
        one
        for one in to_be_recorded(book, book.roster, month)
        if not (employees or departments) or one.id in employees or one.department in departments
    )


def once_on(
    book: Book, month: Month, form: str, employees: Collection[str]
) -> tuple[Unrecorded, ...]:
    """Those of the people, employed in the month, who have no record on a one-off form in it."""
    there = {(one.appraisee, one.one_off) for one in book.roster.records if one.month == month}
    found = []
    for id in dict.fromkeys(employees):
        filed = book.staff[id]
        post = filed.model.post_in(month)
        if post is not None and filed.model.is_employed_in(month) and (id, form) not in there:
            name = Text(zh=filed.model.name, en=filed.model.name)
            found.append(
                Unrecorded(
                    id=id,
                    one_off=form,
                    name=name,
                    department=post.department,
                    is_person=True,
                    month=month,
                    at=filed.at("id"),
                )
            )
    return tuple(found)


def without_form(
    book: Book, month: Month, employees: Collection[str] = (), departments: Collection[str] = ()
) -> tuple[Employee, ...]:
    """Whoever is employed in the month on a post without a form, which is how a post is written
    that is not appraised, and also one that somebody forgot to give a form."""
    found = []
    for id, filed in sorted(book.staff.items()):
        post = filed.model.post_in(month)
        if post is None or post.scheme is not None or filed.left_out:
            continue
        if not (employees or departments) or id in employees or post.department in departments:
            found.append(filed.model)
    return tuple(found)


def laid_out(book: Book, one: Unrecorded, language: Language) -> Change:
    """The record of somebody who has none."""
    scheme = scheme_for(book, one)
    policy = book.policy(scheme.id, one.month)
    layout = RecordLayout(
        ground=book,
        whose=one,
        scheme=scheme,
        policy=None if policy is None else policy.model,
        language=language,
    )
    path = f"records/{one.month}/{one.address}.toml"
    return Change(path=path, before=None, after=layout.text().encode())


def scheme_for(book: Book, one: Unrecorded) -> Scheme:
    """The form on which somebody without a record is due, or is to be appraised once."""
    id: str | None
    if one.one_off is not None:
        id = one.one_off
    elif not one.is_person:
        id = book.department_by_id[one.id].scheme
    else:
        person = book.staff[one.id].model
        post = (
            person.post_in(one.month)
            if one.part is None
            else person.post_within(one.month, one.part)
        )
        id = None if post is None else post.scheme
    filed = None if id is None else book.scheme(id, one.month)
    assert filed is not None, "whoever is due holds a form"
    return filed.model


def month_waiting(month: Month, before: bytes | None, language: Language) -> Change:
    """The month's file, which says that marks and figures are still to come."""
    path = f"records/{month}/month.toml"
    if before is None:
        return Change(path=path, before=None, after=month_text(month, language).encode())
    order = list(MonthFile.model_fields)
    return edited(path, before, [Edit(keys=("missing",), value="provisional")], order)
