"""What an editor asks about a place in a file: what it is, what may be written, where its rule
stands, what would mend it.  Lines and columns are from one, in characters."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from kpisite.check.awaited import awaited
from kpisite.check.kinds import kind_of
from kpisite.check.mark_checks import to_be_written
from kpisite.check.roll import to_be_recorded
from kpisite.core.address import appraisee_of, month_of
from kpisite.core.issue import Keys, Place
from kpisite.core.month import Month
from kpisite.core.working import Kind
from kpisite.desk.figures_asked import figures_asked
from kpisite.desk.row_bounds import row_bounds
from kpisite.language.methods import Indicator
from kpisite.lsp.buffers import Buffer, Buffers
from kpisite.words import command_words, worded


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something that may be written: what it is called in the list, what is said of it, the text,
    with `…` where more is to be typed, and the column from which it stands; what is wanted comes
    first."""

    label: str
    detail: str
    text: str
    column: int
    is_wanted: bool = False


# What a row is.


def hover(buffer: Buffer, line: int, column: int) -> str:
    """What stands at a place, in Markdown; empty where there is nothing to say."""
    keys = buffer.keys_at(line, column)
    indicator = _indicator(buffer, keys)
    if indicator is not None:
        return "\n\n".join(_of_row(buffer, indicator))
    return _of_id(buffer, keys) or _of_figure(buffer, keys)


def _indicator(buffer: Buffer, keys: Keys) -> Indicator | None:
    if len(keys) < 2 or keys[0] != "marks" or buffer.scheme is None:
        return None
    return buffer.scheme.model.indicators.get(str(keys[1]))


def _of_row(buffer: Buffer, row: Indicator) -> Iterator[str]:
    """Its name and bounds, its rule, what it comes to so far, and whose marks are still to come."""
    assert buffer.scheme is not None
    language, words = buffer.of.language, command_words(buffer.of.language)
    yield f"**{row.name.say(language)}** `{row.id}` · {row_bounds(row, language)}"
    if row.text is not None:
        yield row.text.say(language)
    result = buffer.result
    working = None
    if result is not None:
        working = next(
            (
                one
                for one in result.card.total.walk()
                if one.kind is Kind.INDICATOR and one.id == row.id
            ),
            None,
        )
    if working is None:
        yield words["lsp-no-score"]
    else:
        most = "" if working.most is None else f" / {working.most.normalize():f}"
        yield words["lsp-score"].format(score=f"{working.shown}{most}", rule=working.calculation)
    record = buffer.record
    waiting = () if record is None else awaited(buffer.of.ground, record)
    for one in waiting:
        if one.what == "mark" and one.id == row.id:
            names = [buffer.scheme.model.rater_name(id).say(language) for id in one.raters]
            yield words["lsp-awaited"].format(raters=words["new-list"].join(names))


def _of_id(buffer: Buffer, keys: Keys) -> str:
    """Who or what an id stands for."""
    known = None if not keys else _KNOWN.get(str(keys[-1]))
    document = buffer.document
    value = None if document is None else document.value(keys)
    if known is None or not isinstance(value, str):
        return ""
    return dict(known(buffer)).get(value, "")


def _of_figure(buffer: Buffer, keys: Keys) -> str:
    if len(keys) != 2 or keys[0] != "metrics":
        return ""
    found = _figures(buffer).get(str(keys[1]))
    return "" if found is None else f"**{found}** `{keys[1]}`"


# What may be written.


_HEADER = re.compile(r"\s*\[\[?\s*([A-Za-z0-9_.-]+)\s*\]\]?")
_VALUE = re.compile(r"([A-Za-z0-9_-]+)\s*=\s*\"([^\"]*)$")
_BEGUN = re.compile(r"\s*([A-Za-z0-9_-]*)$")
_IN_BRACES = re.compile(r"\s*[A-Za-z0-9_-]+\s*=\s*\{([^}]*)$")
_NAME = re.compile(r"([A-Za-z0-9_-]*)$")


def offers(buffer: Buffer, line: int, column: int) -> list[Offer]:
    """What may be written at a place: ids, and what the record still lacks."""
    before = buffer.lines[line - 1][: column - 1] if line <= len(buffer.lines) else ""
    value = _VALUE.search(before)
    if value is not None:
        return list(_ids(buffer, value[1], column - len(value[2])))
    table, buffer = _table_above(buffer, line), buffer.without(line)
    braces = _IN_BRACES.fullmatch(before)
    if braces is not None and table == "marks":
        return list(_raters(buffer, braces[1], column))
    begun = _BEGUN.fullmatch(before)
    make = None if begun is None else _LACKING.get(table)
    return [] if make is None or begun is None else list(make(buffer, column - len(begun[1])))


def _table_above(buffer: Buffer, line: int) -> str:
    for text in reversed(buffer.lines[: line - 1]):
        header = _HEADER.match(text)
        if header is not None:
            return header[1]
    return ""


def _ids(buffer: Buffer, key: str, column: int) -> Iterator[Offer]:
    known = _KNOWN.get(key)
    wanted = _without_record(buffer) if key == "employee" else frozenset()
    lacking = command_words(buffer.of.language)["lsp-no-record"]
    for id, said in () if known is None else known(buffer):
        detail = f"{said} · {lacking}" if id in wanted else said
        yield Offer(label=id, detail=detail, text=id, column=column, is_wanted=id in wanted)


def _without_record(buffer: Buffer) -> frozenset[str]:
    """Who has no record of the month that the file lies in, and whose the file is to be."""
    kind = kind_of(buffer.path)
    if kind is None or kind.name != "record":
        return frozenset()
    book = buffer.of.loaded.book
    missing = to_be_recorded(book, book.roster, Month.parse(month_of(buffer.path)))
    return frozenset((appraisee_of(buffer.path), *(one.id for one in missing)))


def _staff(buffer: Buffer) -> Iterator[tuple[str, str]]:
    for id, filed in sorted(buffer.of.ground.staff.items()):
        yield id, filed.model.name


def _departments(buffer: Buffer) -> Iterator[tuple[str, str]]:
    for id, one in buffer.of.ground.department_by_id.items():
        yield id, one.name.say(buffer.of.language)


def _schemes(buffer: Buffer) -> Iterator[tuple[str, str]]:
    for filed in buffer.of.ground.schemes:
        yield filed.model.id, filed.model.name.say(buffer.of.language)


def _rules(buffer: Buffer) -> Iterator[tuple[str, str]]:
    for id, rule in () if buffer.scheme is None else buffer.scheme.model.rules.items():
        yield id, rule.name.say(buffer.of.language)


#: By key, the ids that it may hold, each with what it is called.
_KNOWN: Mapping[str, Callable[[Buffer], Iterator[tuple[str, str]]]] = {
    "employee": _staff,
    "by": _staff,
    "superior": _staff,
    "manager": _staff,
    "handler": _staff,
    "approved-by": _staff,
    "department": _departments,
    "part": _departments,
    "scheme": _schemes,
    "rule": _rules,
}


def _rows(buffer: Buffer, column: int) -> Iterator[Offer]:
    """The rows that have no marks yet, each laid out."""
    if buffer.scheme is None or buffer.record is None:
        return
    scheme, language = buffer.scheme.model, buffer.of.language
    there = buffer.record.model.marks
    for one in awaited(buffer.of.ground, buffer.record):
        row = scheme.indicators.get(one.id)
        if one.what == "mark" and row is not None and one.id not in there:
            marks = ", ".join(f"{id} = {to_be_written(scheme.raters[id])}" for id in one.raters)
            yield Offer(
                label=one.id,
                detail=f"{row.name.say(language)} · {row_bounds(row, language)}",
                text=f"{one.id} = {{ {marks} }}",
                column=column,
                is_wanted=True,
            )


def _raters(buffer: Buffer, written: str, column: int) -> Iterator[Offer]:
    """The raters who have no mark in a row yet."""
    name = _NAME.search(written)
    begun = "" if name is None else name[1]
    there = set(re.findall(r"([A-Za-z0-9_-]+)\s*=", written))
    scheme = buffer.scheme
    for id, rater in {} if scheme is None else scheme.model.raters.items():
        if id not in there and scheme is not None:
            yield Offer(
                label=id,
                detail=scheme.model.rater_name(id).say(buffer.of.language),
                text=f"{id} = {to_be_written(rater)}",
                column=column - len(begun),
                is_wanted=True,
            )


def _figures(buffer: Buffer) -> dict[str, str]:
    """The figures that the form and the pay ask for, with what each is called."""
    if buffer.scheme is None or buffer.record is None:
        return {}
    policy = buffer.of.ground.policy(buffer.scheme.model.id, buffer.record.model.month)
    asked = figures_asked(buffer.scheme.model, None if policy is None else policy.model)
    return {id: name.say(buffer.of.language) for id, (name, _) in asked.items()}


def _lacking_figures(buffer: Buffer, column: int) -> Iterator[Offer]:
    there = {} if buffer.record is None else buffer.record.model.metrics
    for id, name in _figures(buffer).items():
        if id not in there:
            yield Offer(label=id, detail=name, text=f"{id} = …", column=column, is_wanted=True)


#: By table, what a record may still lack in it.
_LACKING: Mapping[str, Callable[[Buffer, int], Iterator[Offer]]] = {
    "marks": _rows,
    "metrics": _lacking_figures,
}


# Where the rule stands.


def definition(buffer: Buffer, line: int, column: int) -> Place | None:
    """Where what stands at a place is defined: a row in its scheme, somebody in their own file."""
    keys = buffer.keys_at(line, column)
    row, ground = _indicator(buffer, keys), buffer.of.ground
    if row is not None and buffer.scheme is not None:
        filed = buffer.scheme
        placed = filed.model.placed_indicators(filed.at())
        source = next((at for one, at in placed if one.id == row.id), filed.at())
        return ground.documents.place(source)
    document = buffer.document
    value = None if document is None or not keys else document.value(keys)
    if not isinstance(value, str):
        return None
    known = _KNOWN.get(str(keys[-1]))
    if known is _staff and value in ground.staff:
        return Place(ground.staff[value].path)
    if known is _departments and value in ground.department_by_id:
        return ground.documents.place(ground.department_at(value))
    if known is _schemes and buffer.scheme is not None:
        return Place(buffer.scheme.path)
    return next((Place(one.path) for one in ground.schemes if one.model.id == value), None)


# What would mend it.


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """A remedy that is plain: what it mends, and what is to stand in which place."""

    code: str
    said: str
    place: Place
    text: str


def mendings(buffers: Buffers, path: str, first: int, last: int) -> list[Mending]:
    """What would mend the issues on some lines of a file."""
    return [
        Mending(
            code=one.code,
            said=worded(one, buffers.language).help,
            place=one.fix[0],
            text=one.fix[1],
        )
        for one in buffers.loaded.issues
        if one.at.path == path and first <= one.at.line <= last and one.fix is not None
    ]
