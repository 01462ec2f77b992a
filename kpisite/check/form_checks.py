"""The checks of what a record fills in against its form: marks, figures, events, notes."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from kpisite.check.entry import Entry
from kpisite.check.known import (
    unknown,
    without_follow_on,
)
from kpisite.check.mark_scale import scale_once
from kpisite.check.rewrite import number
from kpisite.check.shape import Filed
from kpisite.check.shape_issues import written
from kpisite.check.taken_up import astray
from kpisite.core.captions import listed
from kpisite.core.exact import ZERO
from kpisite.core.issue import Fact, Fix, Issue, Keys, Source, nearest
from kpisite.language.adjustment import Incident, Veto
from kpisite.language.methods import (
    EventRule,
    Indicator,
    Marked,
    Measured,
    Planned,
)
from kpisite.language.methods.events import unwritten
from kpisite.language.rater import Rater
from kpisite.language.record import NOTE, Event, Mark, Record, Task
from kpisite.language.scheme import Scheme

#: What is no fault as long as the marks and figures of a month may still come.
STILL_TO_COME = (
    "mark-missing", "peers-too-few", "metric-missing", "survey-too-few", "tasks-missing",
)  # fmt: skip


def form_issues(
    filed: Filed[Record], scheme: Scheme, sound: set[tuple[str, str]], *, waits: bool
) -> Iterator[Issue]:
    """What is filled in that the form does not ask for, and what it asks for in vain; nothing is
    asked for in vain where the month `waits`.

    `sound` are the marks on this form in which nothing was found before (`Ground.sound_marks`);
    more join them.
    """
    issues = scale_once(filed.model, _row_issues(filed, scheme, sound))
    yield from (one for one in issues if not (waits and one.code in STILL_TO_COME))
    yield from _event_issues(filed, scheme)
    yield from _note_issues(filed, scheme)


def issues_of_whole_rows(filed: Filed[Record], form: Filed[Scheme]) -> Iterator[Issue]:
    """What is wrong in the marks on a form of which something could not be read or did not fit:
    those on rows that are whole, which have their bounds whatever the rest comes to.  What may be
    missing, or of a name that is lost, nobody knows."""
    if form.is_whole(("raters",)):
        whole = (
            indicator
            for indicator, at in form.model.placed_indicators(Source(form.path))
            if form.is_whole(form.in_file(at.keys))
        )
        of_rows = (issue for one in whole for issue in _given_issues(filed, form.model, one))
        yield from scale_once(filed.model, of_rows)


def _row_issues(
    filed: Filed[Record], scheme: Scheme, sound: set[tuple[str, str]]
) -> Iterator[Issue]:
    record = filed.model
    known = scheme.indicators
    for id in record.marks:
        if id not in known:
            yield unknown("indicator", id, known, filed.at("marks", id))
    doubtful: set[str] = set()
    for issue, rows in astray(filed, scheme):
        yield issue
        doubtful |= rows
    for indicator in known.values():
        cache_key = indicator.cache_key(record)
        if cache_key is None or filed.left_out:
            yield from _indicator_issues(filed, scheme, indicator, doubtful)
        elif cache_key not in sound:
            issues = list(_indicator_issues(filed, scheme, indicator, doubtful))
            yield from issues
            if not issues:
                sound.add(cache_key)


def _indicator_issues(
    filed: Filed[Record], scheme: Scheme, indicator: Indicator, doubtful: Collection[str]
) -> Iterator[Issue]:
    """What is wrong in a row; in a doubtful one nobody knows yet which entries it counts."""
    record = filed.model
    yield from _marks_issues(filed, scheme, indicator)
    if isinstance(indicator, Marked | Measured):
        yield from _metrics_missing(filed, scheme, indicator)
    if indicator.id in doubtful:
        return
    yield from without_follow_on(filed, indicator.still_to_come(record, Source(filed.path)))
    if isinstance(indicator, Measured):
        yield from without_follow_on(filed, indicator.record_issues(record, Source(filed.path)))
    if isinstance(indicator, Planned):
        yield from without_follow_on(filed, indicator.record_issues(record, Source(filed.path)))
        for index, task in indicator.rows(record):
            at = filed.at("task", index)
            keys = ("task", index, "marks")
            yield from _missing_marks(scheme, indicator, task.marks, at, filed, keys)
            yield from _task_issues(filed, scheme, indicator, task, at.at("marks"))


def _task_issues(
    filed: Filed[Record], scheme: Scheme, indicator: Planned, task: Task, at: Source
) -> Iterator[Issue]:
    """Marks of a task out of bounds, each peer's by itself, and raters that the form lacks."""
    for rater, mark in task.marks.items():
        if rater not in scheme.raters:
            yield unknown("rater", rater, scheme.raters, at.at(rater))
            continue
        about: dict[str, Fact] = {"indicator": task.name, "rater": scheme.rater_name(rater)}
        for one in _each(scheme, rater, mark):
            yield from without_follow_on(
                filed,
                (
                    Issue(code=code, at=at.at(rater), facts=about | facts)
                    for code, facts in indicator.mark_issues(one, filed.model)
                ),
            )


def _note_issues(filed: Filed[Record], scheme: Scheme) -> Iterator[Issue]:
    """Notes by nobody that the form knows, and in none of its boxes."""
    known = {*scheme.raters, *scheme.notes}
    for id in filed.model.notes:
        if id not in known:
            yield unknown("note", id, known, filed.at("notes", id))


def without_misspelt(
    filed: Filed[Record], scheme: Scheme, figures: frozenset[str]
) -> Filed[Record]:
    """The record as lacking whatever an unknown name in it most likely means, so that a mistake in
    a name is reported once, and not as something missing too; `figures` are those that are asked
    for."""
    record = filed.model
    known = scheme.indicators
    meant: set[Keys] = {("metrics", nearest(id, figures)) for id in record.metrics.keys() - figures}
    meant |= {("marks", nearest(id, known)) for id in record.marks.keys() - known.keys()}
    meant |= {
        ("marks", id, nearest(rater, scheme.raters))
        for id, marks in record.marks.items()
        for rater in marks.keys() - scheme.raters.keys() - {NOTE}
    }
    meant = {keys for keys in meant if keys[-1]}
    return replace(filed, left_out=filed.left_out | meant) if meant else filed


def _metrics_missing(
    filed: Filed[Record], scheme: Scheme, indicator: Marked | Measured
) -> Iterator[Issue]:
    for metric in scheme.written_metrics(indicator):
        if metric not in filed.model.metrics and not filed.is_left_out("metrics", metric):
            facts: dict[str, Fact] = {"metric": metric, "indicator": indicator.name}
            yield Issue(code="metric-missing", at=filed.at("metrics"), facts=facts)


def _marks_issues(filed: Filed[Record], scheme: Scheme, indicator: Indicator) -> Iterator[Issue]:
    """What is wrong in the marks of a row, and those that it lacks."""
    yield from _given_issues(filed, scheme, indicator)
    if isinstance(indicator, Marked):
        marks, keys = filed.model.marks.get(indicator.id, {}), ("marks", indicator.id)
        at = filed.at(*keys) if marks else filed.at("marks")
        yield from _missing_marks(scheme, indicator, marks, at, filed, keys)


def _given_issues(filed: Filed[Record], scheme: Scheme, indicator: Indicator) -> Iterator[Issue]:
    """What is wrong in the marks that are given for a row."""
    marks = filed.model.marks.get(indicator.id, {})
    given = {rater: mark for rater, mark in marks.items() if rater != NOTE}
    if given and not indicator.takes_marks:
        facts: dict[str, Fact] = {"indicator": indicator.name}
        at = filed.at("marks", indicator.id)
        yield Issue(code="mark-not-asked", at=at, facts=facts)
        return
    for rater, mark in given.items():
        if rater not in scheme.raters:
            here = filed.at("marks", indicator.id, rater)
            yield unknown("rater", rater, scheme.raters, here)
            continue
        yield from _votes_issues(scheme, indicator, rater, mark, filed)
        for one in _each(scheme, rater, mark):
            for code, facts in indicator.mark_issues(one, filed.model):
                here = filed.at("marks", indicator.id, rater)
                about: dict[str, Fact] = {
                    "indicator": indicator.name,
                    "rater": scheme.rater_name(rater),
                }
                if not isinstance(one, Decimal):
                    about["mark"] = written(one)
                fix = _number_meant(indicator, one, filed.model, here) if one is mark else None
                yield Issue(code=code, at=here, facts=facts | about, fix=fix)


def _votes_issues(
    scheme: Scheme, indicator: Indicator, rater: str, mark: Mark, filed: Filed[Record]
) -> Iterator[Issue]:
    """Votes of which there are less than none, or that are not whole."""
    if not scheme.raters[rater].votes or not isinstance(mark, Mapping):
        return
    for answer, count in mark.items():
        if count < ZERO or count != count.to_integral_value():
            facts: dict[str, Fact] = {
                "indicator": indicator.name,
                "rater": scheme.rater_name(rater),
                "answer": answer,
                "count": count,
            }
            at = filed.at("marks", indicator.id, rater)
            yield Issue(code="votes-count", at=at, facts=facts)


def _number_meant(indicator: Indicator, mark: Mark, record: Record, at: Source) -> Fix | None:
    """The points that a mark in quotes, or typed in full width, states, where they may be given."""
    digits = number(mark)
    if not digits or any(True for _ in indicator.mark_issues(Decimal(digits), record)):
        return None
    return Fix(at, digits)


def _each(scheme: Scheme, rater: str, mark: Mark) -> tuple[Mark, ...]:
    """The single marks in what stands under a rater: one, each peer's, or each answer."""
    return scheme.raters[rater].each(mark)


def _missing_marks(
    scheme: Scheme,
    indicator: Indicator,
    marks: Mapping[str, Mark],
    at: Source,
    filed: Filed[Record],
    keys: Keys,
) -> Iterator[Issue]:
    """Marks that the form cannot do without, by what its `missing` says."""
    missing = scheme.missing_raters(marks)
    some_are_there = len(missing) < len(scheme.counted_raters)
    if scheme.missing == "provisional" or (scheme.missing == "share" and some_are_there):
        return
    missing = tuple(id for id in missing if not filed.is_left_out(*keys, id))
    for id in missing:
        if id in marks:
            yield _too_few(scheme, indicator, id, marks[id], Source(filed.path, (*keys, id)))
    missing = tuple(id for id in missing if id not in marks)
    if missing:
        names = [scheme.rater_name(id) for id in missing]
        entries = ", ".join(f"{id} = {to_be_written(scheme.raters[id])}" for id in missing)
        has_line = bool(set(marks) - {NOTE})
        facts: dict[str, Fact] = {
            "indicator": indicator.name,
            "rater": listed(names),
            "entries": entries if has_line else f"{keys[-1]} = {{ {entries} }}",
            "meant": str(keys[-1]) if has_line else "",
        }
        yield Issue(code="mark-missing", at=at, facts=facts)


def _too_few(scheme: Scheme, indicator: Indicator, id: str, mark: Mark, at: Source) -> Issue:
    """Peers who marked, but not as many as must be for their mean to count."""
    facts: dict[str, Fact] = {
        "indicator": indicator.name,
        "rater": scheme.rater_name(id),
        "entry": f"{id} = {to_be_written(scheme.raters[id])}",
        "count": scheme.raters[id].count_of(mark),
        "least": Decimal(scheme.raters[id].least),
    }
    return Issue(code="peers-too-few", at=at, facts=facts)


def to_be_written(rater: Rater) -> str:
    """An ellipsis for a mark; for peers a table of as many as there must be."""
    if rater.votes:
        return '{ "…" = … }'
    if not rater.peers:
        return "…"
    return "{ " + ", ".join(f"p{count} = …" for count in range(1, rater.least + 1)) + " }"


def _event_issues(filed: Filed[Record], scheme: Scheme) -> Iterator[Issue]:
    for index, event in enumerate(filed.model.event):
        at = Source(filed.path, ("event", index))
        rule = scheme.rules.get(event.rule)
        issues: Iterable[Issue] = ()
        if isinstance(rule, EventRule):
            issues = rule.event_issues(event, at)
        elif rule is not None:
            issues = (*unwritten(rule, event, at), *_idle_points(rule, event, at))
        yield from without_follow_on(filed, issues)


def _idle_points(rule: Veto | Incident, event: Event, at: Source) -> Iterator[Issue]:
    """Points that an event states, though its rule moves none."""
    if event.points is not None:
        yield Issue(code="event-points-idle", at=at.at("points"), facts={"rule": rule.name})


def department_asked(entry: Entry) -> str | None:
    """The department whose total the record's form counts; None where it counts none."""
    scheme, post = entry.scheme, entry.post
    if scheme is None or post is None:
        return None
    return post.department if "department" in scheme.model.looks_at else None
