"""Who a tree of pages is for.  What an audience may not see is not in its tree at all."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kpisite.check.book import Book
from kpisite.outcomes.brief import Brief


class Role(StrEnum):
    """The four kinds of audience, and the folder that holds their trees."""

    EMPLOYEE = "employees"
    MANAGER = "managers"
    HR = "hr"
    PAYROLL = "payroll"


@dataclass(frozen=True, slots=True, order=True)
class Audience:
    """One reader, or one office: an employee by id, a department's manager by the department's
    id, HR, or payroll."""

    role: Role
    id: str = ""
    sees_pay: bool = True

    @property
    def folder(self) -> str:
        """The root of its tree under the output folder."""
        return f"{self.role.value}/{self.id}" if self.id else self.role.value

    def sees_department(self, id: str) -> bool:
        """Whether what somebody reached in the department belongs in this tree."""
        return self.role is not Role.MANAGER or not id or id == self.id

    def sees(self, brief: Brief) -> bool:
        """Whether the scorecard belongs in this tree.

        A manager sees what was reached in the department, so that somebody who moved on leaves
        the months before behind, and is seen by the new one from then on.
        """
        match self.role:
            case Role.EMPLOYEE:
                return brief.is_person and brief.appraisee_id == self.id
            case Role.MANAGER:
                return brief.department_id == self.id
            case Role.HR | Role.PAYROLL:
                return True


def audiences(book: Book, briefs: tuple[Brief, ...]) -> Iterator[Audience]:
    """Every audience that has anything to read."""
    for employee in sorted({one.appraisee_id for one in briefs if one.is_person}):
        yield Audience(Role.EMPLOYEE, employee)
    if not briefs:
        return
    sees_pay = book.site.model.managers.pay
    with_records = {brief.department_id for brief in briefs}
    for department in book.departments.model.department:
        if department.id in with_records:
            yield Audience(Role.MANAGER, department.id, sees_pay)
    yield Audience(Role.HR)
    yield Audience(Role.PAYROLL)
