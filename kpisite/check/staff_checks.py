"""The checks of departments and staff: whom they name, and their days in order."""

from collections.abc import Iterator

from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.known import (
    unknown_department,
    unknown_employee,
    unknown_scheme,
)
from kpisite.core.issue import Fact, Issue, Source
from kpisite.core.text import Text
from kpisite.language.staff import Employee


def department_issues(ground: Ground) -> Iterator[Issue]:
    """A department whose manager or form is not there, or whose id is also a person's."""
    for index, department in enumerate(ground.departments.model.department):
        at = ground.departments.at("department", index)
        yield from unknown_employee(ground, department.manager, at.at("manager"))
        if department.id in ground.staff:
            also = (ground.staff[department.id].at("id"),)
            facts: dict[str, Fact] = {"id": department.id}
            yield Issue(code="duplicate-id", at=at.at("id"), facts=facts, also=also)
        yield from unknown_scheme(ground, department.scheme, at.at("scheme"))


def staff_issues(ground: Ground) -> Iterator[Issue]:
    """Posts and dates of employment that cannot be, and whom they name."""
    for filed in ground.staff.values():
        employee = filed.model
        if employee.left is not None and employee.left < employee.joined:
            facts: dict[str, Fact] = {"joined": str(employee.joined), "left": str(employee.left)}
            yield Issue(
                code="left-before-joined", at=filed.at("left"), facts=facts,
                also=(filed.at("joined"),),
            )  # fmt: skip
        for index, absence in enumerate(employee.absence):
            if absence.to < absence.from_:
                facts = {"from": str(absence.from_), "to": str(absence.to)}
                yield Issue(code="absence-order", at=filed.at("absence", index, "to"), facts=facts)
            else:
                yield from _absence_outside(filed, index)
        yield from _post_issues(ground, filed)


def posts_named_alike(ground: Ground) -> Iterator[Issue]:
    """Posts whose titles are alike in one language and not in the other, where people are ranked
    within their post: the title as a whole says which post it is."""
    if not any(filed.model.ranking.within == "post" for filed in ground.policies):
        return
    seen: dict[tuple[str, str], tuple[Text, Source]] = {}
    for filed in sorted(ground.staff.values(), key=lambda one: one.path):
        for index, post in enumerate(filed.model.post):
            at, title = filed.at("post", index, "title"), post.title
            others = [
                seen.setdefault((language, said), (title, at))
                for language, said in (("zh", title.zh), ("en", title.en), *title.others)
                if said
            ]
            other = next((one for one in others if one[0] != title), None)
            if other is not None:
                facts: dict[str, Fact] = {"title": _both(title), "other": _both(other[0])}
                yield Issue(code="posts-alike", at=at, facts=facts, also=(other[1],))


def _both(text: Text) -> str:
    """A text in all the languages that it has."""
    return " / ".join(text.words)


def _absence_outside(filed: Filed[Employee], index: int) -> Iterator[Issue]:
    """Days away none of which lies within the employment, so that they count for nothing."""
    employee, absence = filed.model, filed.model.absence[index]
    is_after = employee.left is not None and absence.from_ > employee.left
    if absence.to < employee.joined or is_after:
        facts: dict[str, Fact] = {
            "from": str(absence.from_),
            "to": str(absence.to),
            "joined": str(employee.joined),
            "left": str(employee.left or "…"),
        }
        also = (filed.at("left" if is_after else "joined"),)
        at = filed.at("absence", index, "from")
        yield Issue(code="absence-outside-employment", at=at, facts=facts, also=also)


def _post_issues(ground: Ground, filed: Filed[Employee]) -> Iterator[Issue]:
    employee = filed.model
    for index, post in enumerate(employee.post):
        at = filed.at("post", index)
        if index and post.from_ <= employee.post[index - 1].from_:
            also = (filed.at("post", index - 1, "from"),)
            facts: dict[str, Fact] = {"from": str(post.from_)}
            yield Issue(code="posts-order", at=at.at("from"), facts=facts, also=also)
        if post.from_ < employee.joined:
            facts = {"from": str(post.from_), "joined": str(employee.joined)}
            also = (filed.at("joined"),)
            yield Issue(code="post-before-joined", at=at.at("from"), facts=facts, also=also)
        yield from unknown_department(ground, post.department, at.at("department"))
        if post.superior == employee.id:
            yield Issue(code="own-superior", at=at.at("superior"))
        else:
            yield from unknown_employee(ground, post.superior, at.at("superior"))
        yield from unknown_scheme(ground, post.scheme, at.at("scheme"))
