"""What the records say today of a form whose code was read off a scanned page.

A scan proves nothing by itself; its code says which form the page is, and by its fingerprint
whether that is still what the records say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from kpisite.check.ground import Ground
from kpisite.core.code import FormCode, site_digits
from kpisite.examine.load import Loaded
from kpisite.outcomes.results import Result
from kpisite.outcomes.seal import MARKS_DIGITS, is_of
from kpisite.verify.past import Past

#: So many earlier states of a record are looked through for a fingerprint.
MOST_TRIED = 20


class Age(StrEnum):
    """Whose fingerprint a page bears."""

    TODAY = "today"
    OLDER = "older"
    UNKNOWN = "unknown"
    NO_RECORD = "no-record"
    OTHER_SITE = "other-site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """One code, what the records say today, and where the page's fingerprint was true: at a
    `commit`, on a `day`, with the total and grade of then."""

    code: FormCode
    age: Age
    result: Result | None = None
    then: Result | None = None
    commit: str = ""
    day: str = ""


def looked_up(code: FormCode, today: Loaded, past: Past) -> Scanned:
    """What the records say of a code today, and when they said what the page says."""
    if code.site != site_digits(today.book.site.model.company):
        return Scanned(code=code, age=Age.OTHER_SITE)
    result = _result(today.results, code)
    if result is not None and _is_of(code, today.ground, result):
        return Scanned(code=code, age=Age.TODAY, result=result)
    if not past.issue:
        facts = {"appraisee": code.appraisee, "part": code.qualifier, "month": str(code.month)}
        changes = past.changes_of(past.record_path(facts))
        tried = dict.fromkeys([past.newest, *changes[:MOST_TRIED]])
        for commit in tried:
            state = past.at(commit.id)
            then = state.result(code.appraisee, code.qualifier, code.month)
            if then is not None and _is_of(code, state.ground, then):
                return Scanned(
                    code=code, age=Age.OLDER, result=result, then=then,
                    commit=commit.id, day=commit.day,
                )  # fmt: skip
    return Scanned(code=code, age=Age.UNKNOWN if result else Age.NO_RECORD, result=result)


def _result(results: Sequence[Result], code: FormCode) -> Result | None:
    return next(
        (
            one
            for one in results
            if (one.appraisee_id, one.qualifier or "", one.month)
            == (code.appraisee, code.qualifier, code.month)
        ),
        None,
    )


def _is_of(code: FormCode, ground: Ground, result: Result) -> bool:
    with_pay = len(code.fingerprint) > MARKS_DIGITS
    return is_of(code.fingerprint, ground, result, with_pay=with_pay)
