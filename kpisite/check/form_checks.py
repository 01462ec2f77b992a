"""The checks of what a record fills in against its form: marks, figures, events, notes."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from kpisite.check.awaited import written_metrics
from kpisite.check.entry import Entry
from kpisite.check.filed import Filed
from kpisite.check.known import (
    unknown,
    without_follow_on,
)
from kpisite.check.mark_checks import given_issues, missing_marks, task_issues
from kpisite.check.mark_scale import scale_once
from kpisite.check.taken_up import astray
from kpisite.core.issue import Fact, Issue, Keys, Source, nearest
from kpisite.language.adjustment import Incident, Veto
from kpisite.language.methods import (
    EventRule,
    Indicator,
)
from kpisite.language.methods.events import unwritten
from kpisite.language.record import NOTE, Event, Record
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
        of_rows = (issue for one in whole for issue in given_issues(filed, form.model, one))
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
    record, at = filed.model, Source(filed.path)
    yield from given_issues(filed, scheme, indicator)
    yield from _metrics_missing(filed, scheme, indicator)
    if indicator.id in doubtful:
        return
    yield from without_follow_on(filed, indicator.still_to_come(record, at))
    yield from without_follow_on(filed, indicator.record_issues(record, at))
    for asked in indicator.asked(record):
        yield from missing_marks(filed, scheme, indicator, asked)
        if indicator.rated == "tasks":
            yield from task_issues(filed, scheme, indicator, asked)


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


def _metrics_missing(filed: Filed[Record], scheme: Scheme, indicator: Indicator) -> Iterator[Issue]:
    for metric in written_metrics(scheme, indicator):
        if metric not in filed.model.metrics and not filed.is_left_out("metrics", metric):
            facts: dict[str, Fact] = {"metric": metric, "indicator": indicator.name}
            yield Issue(code="metric-missing", at=filed.at("metrics"), facts=facts)


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
