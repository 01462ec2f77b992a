"""The digests that hold a scorecard fast: fingerprints for answers, seals for closed months.

Two rules stand behind all of them.  A digest is made of no more than its reader is shown or can
read besides, so that nothing hidden can be tried out against it.  And what rests on pay files is
digested with the key that lives among them (HMAC): a salary has few digits, and whoever has an
unkeyed digest of a wage tries them all in a second.
"""

import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

from kpisite.check.ground import Ground
from kpisite.core.exact import plain
from kpisite.core.text import canonical_string, canonical_text
from kpisite.core.working import Kind, Working
from kpisite.language.base import data_of
from kpisite.language.grade import Grade
from kpisite.language.record import NOTE, Record
from kpisite.outcomes.results import Result

#: The rows whose names stand in schemes and policies; the other words are kpisite's own, and a
#: later version may say them better without touching a closed month.
NAMED_BY_HR = (Kind.PART, Kind.SECTION, Kind.INDICATOR, Kind.ADJUSTMENT, Kind.PAY)
#: What a seal begins with that was made with the key.
KEYED = "hmac:"
#: What stands between the seal of all that is paid and that of what others than payroll see of it.
APART = "+"
#: A fingerprint is of three groups of four digits for the marks, and as many for the pay.
MARKS_DIGITS = 12
_GROUP = 4
#: It is of so many levels below a row; what lies deeper is shown, and reaches it in what it makes.
DEEPEST_BOUND = 3

_MINUS_OF_SHARE = re.compile(r"−(?=[\d.…]+%|\d+/)")

#: What a record says besides figures and is shown to whoever reads the scorecard.  Figures are
#: held fast where they are shown; peers' single marks, survey answers and figures that only pay
#: rests on are shown to nobody or not to all, and enter nothing.
_SAID = ("part", "scheme", "rated", "event", "remark", "notes")


def fingerprint(ground: Ground, result: Result) -> str:
    """Digits in groups of four of all that the person is shown: twelve of the marks, the total and
    the grade, and, where there is a wage and it can be known, twelve more of the wage.

    What is added to a record afterwards, such as the answer itself, changes nothing; neither do
    the form's wording and the order of entries.
    """
    digits = _marks(ground, result, result.card.total, result.grade) + (_pay(ground, result) or "")
    return " ".join(digits[at : at + _GROUP] for at in range(0, len(digits), _GROUP))


def without_pay(fingerprint: str) -> str:
    """The fingerprint of the same scorecard for those who see no pay.

    >>> without_pay("27b7 0f5e 14ab 93c1 8810 fe02")
    '27b7 0f5e 14ab'
    """
    return fingerprint[: MARKS_DIGITS + MARKS_DIGITS // _GROUP - 1]


def is_of(content: str, ground: Ground, result: Result, *, with_pay: bool) -> bool:
    """Whether a fingerprint is that of the result; of its pay only as far as that can be known."""
    digits = content.replace(" ", "")
    marks, pay = digits[:MARKS_DIGITS], digits[MARKS_DIGITS:]
    if marks != _marks(ground, result, result.card.total, result.grade):
        return False
    now = _pay(ground, result) if with_pay else None
    return now is None or pay == now


def is_of_before_ruling(content: str, ground: Ground, result: Result) -> bool:
    """Whether a fingerprint is that of the scorecard before an appeal was upheld: of its total and
    the grade of that; what would have been paid on it nobody knows any more."""
    total = result.card.total
    if result.record.ruled is None or not total.parts or result.policy is None:
        return False
    before = replace(total.parts[-1], id=total.id, kind=total.kind)
    policy, digits = result.policy.model, content.replace(" ", "")[:MARKS_DIGITS]
    index = policy.grade_of(before.value)
    grades: tuple[Grade | None, ...] = (None if index is None else policy.grade[index],)
    if policy.quota is not None:  # whom it was compared with then nobody knows any more
        grades = (None, *policy.grade)
    return any(digits == _marks(ground, result, before, grade) for grade in grades)


def _marks(ground: Ground, result: Result, total: Working, grade: Grade | None) -> str:
    """Twelve digits of the marks, as whoever sees no pay is shown them."""
    language = ground.site.model.language
    around = (
        _strings(_whose(result)),
        result.card.scheme.model.meaning,  # made once a form
        canonical_text(_said(result.record)),
        _shown(total),
        canonical_string(result.standing.left_out),
        "null" if grade is None else _strings((grade.id, grade.name.say(language))),
        *_besides(result),
    )
    return _digest(_listed(around))[:MARKS_DIGITS]


def _besides(result: Result) -> list[str]:
    """Why the grade is not the total's alone, and the figures of the policy on the scorecard; empty
    where there are none, as it was before there were any."""
    why = [_as_bound(one.written) for one in result.standing.why]
    figures = [_shown(one) for one in result.figures.shown]
    return [_listed((canonical_text(why), _listed(figures)))] if why or figures else []


def _as_bound(written: list[Any]) -> list[Any]:
    """A text as it was said when there were answers first: shares below zero had a hyphen."""
    return [_MINUS_OF_SHARE.sub("-", one) if isinstance(one, str) else one for one in written]


def _pay(ground: Ground, result: Result) -> str | None:
    """Twelve digits of the wage as its owner is shown it; empty where there is none, None where it
    rests on pay files that are not here, or on no key."""
    if result.wage is None:
        return ""
    content = _listed((_strings(_whose(result)), _shown(result.wage)))
    if result.policy is None or not result.policy.model.shown_reads_pay:
        return _digest(content)[:MARKS_DIGITS]
    keyed = _keyed(ground, content)
    return None if keyed is None else keyed[:MARKS_DIGITS]


def _whose(result: Result) -> list[str]:
    return [result.appraisee_id, str(result.month), result.department_id]


def _said(record: Record) -> Any:
    """The texts and dates of a record, and what was chosen in place of points; the points
    themselves stand in the workings."""
    said = {key: data_of(getattr(record, key)) for key in _SAID}
    said["task"] = [data_of(task.model_copy(update={"marks": {}})) for task in record.task]
    said["marks"] = {
        indicator: {
            rater: data_of(mark)
            for rater, mark in marks.items()
            if rater == NOTE or isinstance(mark, str | tuple)
        }
        for indicator, marks in record.marks.items()
    }
    return said


def _shown(working: Working, depth: int = 0) -> str:
    """A number and those below it that a page shows, as deep as a fingerprint goes, each as it is
    printed, under its id; rows are at depth 0, and what unfolds under one is deeper.  As canonical
    text, which of a row that many records share is made once."""
    if working.kind is not Kind.INDICATOR:
        return _shown_text(working, depth)
    return working.once((_shown, depth), lambda: _shown_text(working, depth))


def _shown_text(working: Working, depth: int) -> str:
    value = working.shown.replace(",", "").replace("−", "-")
    most = "null" if working.most is None else canonical_string(plain(working.most))
    below = _listed(
        [_shown(part, at) for part, at in _parts_shown(working, depth) if at <= DEEPEST_BOUND + 1]
    )
    return (
        f'[{canonical_string(working.id)}, "{working.kind}", {canonical_string(working.rater)},'
        f" {'true' if working.counts else 'false'}, {canonical_string(value)}, {most}, {below}]"
    )


def _listed(texts: Iterable[str]) -> str:
    """Canonical texts as that of their list."""
    return f"[{', '.join(texts)}]"


def _strings(several: Iterable[str]) -> str:
    """Some strings as canonical text."""
    return _listed(map(canonical_string, several))


def _parts_shown(working: Working, depth: int) -> Iterator[tuple[Working, int]]:
    """What a page shows of the parts of a number, with their depths, as `pages/unfold.py` does: of
    a total that something rests on it shows the figure alone."""
    if depth == 0:
        has_rows = working.kind in (Kind.TOTAL, Kind.STEP)
        for part in working.parts:
            is_row = part.kind in NAMED_BY_HR or (has_rows and part.kind is Kind.STEP)
            yield part, 0 if is_row else 1
    elif working.kind is not Kind.TOTAL:
        for part in working.parts:
            if part.kind not in (Kind.TOTAL, Kind.INDICATOR):
                yield part, depth + 1


def shown_workings(working: Working, depth: int = 0) -> Iterator[Working]:
    """A number and all below it that a page shows, each before its parts."""
    yield working
    for part, at in _parts_shown(working, depth):
        yield from shown_workings(part, at)


# Closed months.


def seal(result: Result) -> str:
    """Thirty-two digits of whose scorecard it is, in which department, of the total and grade and
    of all that made them so.  Where the entries stand in their files does not matter."""
    grade = None if result.grade is None else [result.grade.id, *result.grade.name.written]
    whose = [result.appraisee_id, result.department_id]
    figures = [_tree(one) for one in result.figures.shown]
    besides = [figures] if figures else []
    return _digest(canonical_text([whose, _tree(result.card.total), grade, *besides]))[:32]


def pay_seal(ground: Ground, result: Result) -> str | None:
    """Thirty-two digits of all that is paid, also what only payroll sees, and of what made it so,
    with the key where it rests on pay files; empty where there is no wage, None where that cannot
    be known here.

    Where only payroll sees a line, thirty-two of the wage that others see stand behind it, so that
    it can be known of an amendment whether it changed anything for them.
    """
    if result.wage is None:
        return ""
    found = []
    for paid in (result.wage,) if result.payroll is None else (result.payroll, result.wage):
        digits = _digits_of_pay(ground, result, paid)
        if digits is None:
            return None
        found.append(digits)
    return (KEYED if rests_on_pay_files(result) else "") + APART.join(found)


def _digits_of_pay(ground: Ground, result: Result, paid: Working) -> str | None:
    if not rests_on_pay_files(result):
        return _digest(canonical_text(_tree(paid)))[:32]
    keyed = _keyed(ground, canonical_text([_whose(result), _tree(paid)]))
    return None if keyed is None else keyed[:32]


def pay_of_others(seal: str) -> str:
    """What of the seal of somebody's pay holds fast the wage that others than payroll see.

    >>> pay_of_others("hmac:94a0+72c6"), pay_of_others("hmac:72c6")
    ('72c6', '72c6')
    """
    return seal.removeprefix(KEYED).rpartition(APART)[2]


def rests_on_pay_files(result: Result) -> bool:
    """Whether the wage is computed from files that may live in another repository."""
    return result.policy is not None and result.policy.model.reads_pay


def _tree(working: Working) -> list[Any]:
    return [
        working.id,
        working.label.written if working.kind in NAMED_BY_HR else "",
        plain(working.value),
        None if working.most is None else plain(working.most),
        working.note,
        [_tree(part) for part in working.parts],
    ]


# Closed months of before, whose seals had no key and knew Chinese alone.


def former_seal(result: Result) -> str | None:
    """The seal as versions up to 0.1 made it; None where it was of nothing, a grade or a row that
    has no Chinese name, so that it holds nothing fast."""
    names = [one.label for one in result.card.total.walk() if one.kind in NAMED_BY_HR]
    names += [] if result.grade is None else [result.grade.name]
    if not all(name.zh for name in names):
        return None
    grade = None if result.grade is None else result.grade.name.zh
    whose = [result.appraisee_id, result.department_id]
    return _digest(canonical_text([whose, _former_tree(result.card.total), grade]))[:32]


def former_pay_seal(ground: Ground, result: Result) -> str | None:
    """The seal of the wage as versions up to 0.1 made it, which anybody could try salaries on; None
    where the pay files that it rests on are not here."""
    if result.wage is None:
        return ""
    if rests_on_pay_files(result) and not ground.has_pay:
        return None
    return _digest(canonical_text(_former_tree(result.paid_in_all or result.wage)))[:32]


def _former_tree(working: Working, *, is_moved: bool = False) -> list[Any]:
    """What is below an adjustment had no sign: a deduction of five was 5."""
    is_moved = is_moved or working.kind is Kind.ADJUSTMENT
    return [
        working.id,
        working.label.zh if working.kind in NAMED_BY_HR else "",
        plain(abs(working.value) if is_moved else working.value),
        None if working.most is None else plain(working.most),
        working.note,
        [_former_tree(part, is_moved=is_moved) for part in working.parts],
    ]


def _digest(content: str) -> str:
    return sha256(content.encode()).hexdigest()


def _keyed(ground: Ground, content: str) -> str | None:
    """The digest that only the key's holders can make; None without the key or the pay files."""
    if ground.seal_key is None or not ground.has_pay:
        return None
    return hmac.digest(ground.seal_key, content.encode(), "sha256").hex()
