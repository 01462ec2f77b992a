"""Who has no record of a month, and why, for the lists of those who would have to notice."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kpisite.check.roll import Unrecorded
from kpisite.core.text import Language
from kpisite.pages.plan import SitePlan
from kpisite.words import month_in_words, page_words


@dataclass(frozen=True, slots=True, kw_only=True)
class WithoutRecord:
    """Somebody without a record, or all of a department who are excused together, with the reason;
    `month` where it is not the list's own."""

    name: str
    id: str
    department: str
    month: str
    reason: str
    is_forgotten: bool


def without_records(
    plan: SitePlan, several: Sequence[Unrecorded], *, names_months: bool = False
) -> tuple[WithoutRecord, ...]:
    """The forgotten first, then those who are excused, person by person or as a department."""
    forgotten = [one for one in several if one.reason is None]
    lines = [_line(plan, one, names_months) for one in forgotten]
    lines += _excused(plan, [one for one in several if one.reason is not None], names_months)
    return tuple(lines)


def _excused(
    plan: SitePlan, several: Iterable[Unrecorded], names_months: bool
) -> Iterator[WithoutRecord]:
    together: defaultdict[object, list[Unrecorded]] = defaultdict(list)
    for one in several:
        is_alone = one.excused_at is None or one.excused_at.keys[-1] == one.address
        together[(one.address, one.month) if is_alone else one.excused_at].append(one)
    for group in together.values():
        line = _line(plan, group[0], names_months)
        if len(group) == 1:
            yield line
            continue
        count = page_words(plan.language)["people-count"].format(count=len(group))
        yield WithoutRecord(
            name=line.department,
            id=count,
            department="",
            month=line.month,
            reason=line.reason,
            is_forgotten=False,
        )


def _line(plan: SitePlan, one: Unrecorded, names_months: bool) -> WithoutRecord:
    language: Language = plan.language
    department = plan.book.department_by_id[one.department].name.say(language)
    forgotten = page_words(language)["unrecorded-forgotten"]
    return WithoutRecord(
        name=one.name.say(language),
        id=one.address,
        department=department if one.is_person else "",
        month=month_in_words(one.month, language) if names_months else "",
        reason=forgotten if one.reason is None else one.reason.say(language),
        is_forgotten=one.reason is None,
    )
