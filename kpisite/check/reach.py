"""How far a form's total goes, and what stands on another scale: grades, thresholds, bounds."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from kpisite.check.book import Book
from kpisite.check.scheme_checks import faults_of_form
from kpisite.check.shape import Filed
from kpisite.core.exact import product, quotient, total
from kpisite.core.fault import Fact, Issue, Source
from kpisite.core.text import Text
from kpisite.language.components.proportion import Proportion
from kpisite.language.part import Part, Section, worth
from kpisite.language.policy import Policy
from kpisite.language.scheme import Scheme


def highest_total(scheme: Scheme) -> Decimal | None:
    """The most that a total can come to; None where nothing bounds it."""
    unbounded = without_cap(scheme)
    if unbounded is None or scheme.cap is None:
        return unbounded if scheme.cap is None else scheme.cap
    return min(unbounded, scheme.cap)


def without_cap(scheme: Scheme) -> Decimal | None:
    """The most that the parts and bonuses give together, before the form's cap."""
    tops = {part.id: highest_of_part(part, scheme.scale) for part in scheme.part}
    parts = [
        _times(tops[part.id], worth(part, scheme.scale), part.most(scheme.scale))
        for part in scheme.part
        if part.role == "score"
    ]
    most = _sum(parts)
    for part in scheme.part:
        if part.role == "factor" and most is not None:
            most = _times(tops[part.id], most, part.most(scheme.scale))
    extras = [tops[part.id] for part in scheme.part if part.role == "extra"]
    return _sum([most, *extras, *(rule.most for rule in scheme.bonus)])


def highest_of_part(part: Part, scale: Decimal) -> Decimal | None:
    """The most that the rows of a part come to, within its cap."""
    rows = [
        _highest_of_section(row)
        if isinstance(row, Section)
        else _times(row.highest, worth(row, scale), row.points)
        for row in part.rows
    ]
    top = _capped(_sum(rows), part.cap)
    return _times(top, part.most(scale), part.added(scale)) if part.scaled else top


def _highest_of_section(section: Section) -> Decimal | None:
    return _capped(_sum([row.highest for row in section.indicator]), section.cap)


def _capped(top: Decimal | None, cap: Decimal | None) -> Decimal | None:
    return cap if top is None else top if cap is None else min(top, cap)


def _sum(tops: Iterable[Decimal | None]) -> Decimal | None:
    known = list(tops)
    stated = [one for one in known if one is not None]
    return total(stated) if len(stated) == len(known) else None


def _times(top: Decimal | None, most: Decimal, own: Decimal) -> Decimal | None:
    """`top` of `own`, brought to `most`."""
    return None if top is None else quotient(product((top, most)), own)


def bounds_out_of_reach(book: Book) -> Iterator[Issue]:
    """Caps that no total comes to, or that keep every total from the full points, and floors that
    leave nothing between."""
    for filed in _sound(book.schemes):
        scheme, at = filed.model, Source(filed.path)
        most = without_cap(scheme)
        if scheme.cap is not None and most is not None and scheme.cap > most:
            yield _issue(scheme.name, "cap", scheme.cap, scheme.name, most, at.at("cap"))
        facts: dict[str, Fact] = {"name": scheme.name, "points": scheme.points}
        if scheme.cap is not None and scheme.cap < scheme.points:
            yield Issue(code="cap-below-full", at=at.at("cap"), facts=facts | {"cap": scheme.cap})
        if scheme.floor >= scheme.points:
            yield Issue(
                code="floor-at-full", at=at.at("floor"), facts=facts | {"floor": scheme.floor}
            )


def edges_out_of_reach(book: Book) -> Iterator[Issue]:
    """Grades and pay that stand on another scale than a form of their policy, once for each form:
    the first of them, with the others beside it."""
    for filed in book.policies:
        if filed.left_out:
            continue
        for form in _sound(_held(book, filed)):
            most = highest_total(form.model)
            beyond = [] if most is None else [one for one in _edges(filed) if one[2] > most]
            if most is not None and beyond:
                name, key, value, at = beyond[0]
                issue = _issue(name, key, value, form.model.name, most, at)
                also = (*(one[3] for one in beyond[1:]), form.at("points"))
                yield Issue(code=issue.code, at=at, facts=issue.facts, also=also)


def _issue(name: Text, key: str, value: Decimal, scheme: Text, most: Decimal, at: Source) -> Issue:
    facts: dict[str, Fact] = {
        "name": name,
        "key": key,
        "value": value,
        "scheme": scheme,
        "most": most,
    }
    return Issue(code="out-of-reach", at=at, facts=facts)


def _edges(filed: Filed[Policy]) -> Iterator[tuple[Text, str, Decimal, Source]]:
    """What a policy holds totals against: name, key, number and place."""
    for index, grade in enumerate(filed.model.grade):
        if grade.from_ is not None:
            yield grade.name, "from", grade.from_, filed.at("grade", index, "from")
    for index, component in enumerate(filed.model.pay):
        if isinstance(component, Proportion):
            for key in ("of", "threshold"):
                value = getattr(component, key)
                if value is not None:
                    yield component.name, key, value, filed.at("pay", index, key)


def _held(book: Book, policy: Filed[Policy]) -> list[Filed[Scheme]]:
    """The versions of its forms that hold while the policy does."""
    held = []
    for id in policy.model.schemes:
        versions = sorted(
            (one for one in book.schemes if one.model.id == id), key=lambda one: one.model.from_
        )
        later = [one for one in versions if one.model.from_ > policy.model.from_]
        before = [one for one in versions if one.model.from_ <= policy.model.from_]
        held += [*before[-1:], *later]
    return held


def _sound(schemes: Iterable[Filed[Scheme]]) -> Iterator[Filed[Scheme]]:
    """The forms that are whole and add up: of others nobody can say how far they go."""
    for filed in schemes:
        severe = (
            one
            for one in faults_of_form(filed.model, Source(filed.path))
            if one.code != "part-scaled"
        )
        if not filed.left_out and next(severe, None) is None:
            yield filed
