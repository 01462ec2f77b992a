"""Whether the records still say what a form says: three levels, tried on the states of the site in
which it may have been printed.

A form names the last commit of its record.  The rest of what shows on it (the form's wording, a
name, whether the month is closed) may be of a later commit, in which the record was the same; so
each of these is a candidate, and the form is held against the one that fits best.
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from kpisite import fonts
from kpisite.core.month import Month
from kpisite.history import UNKNOWN, Commit, Revision
from kpisite.jobs import made_by
from kpisite.outcomes.results import Result
from kpisite.scan import has_libraries, words_of
from kpisite.verify.changes import Since
from kpisite.verify.paper import Paper
from kpisite.verify.past import Past, State
from kpisite.verify.report import Finding, Level, Verdict, broken, holds, undecided
from kpisite.write.pdf import Job

#: So many states of the site are tried before the best of them is taken.
MOST_TRIED = 8
MOST_KEYS_NAMED = 5
Moment = Callable[[], datetime | None]
_LEVELS = (Level.RECORD, Level.TOTAL, Level.BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What became of the three levels, and the later commits that changed the record."""

    levels: Mapping[Level, Finding]
    remarks: tuple[Finding, ...] = ()

    @property
    def score(self) -> tuple[int, ...]:
        """The more, the better it fits: what holds, then what is not broken."""
        verdicts = [self.levels[one].verdict for one in _LEVELS]
        return (verdicts.count(Verdict.HOLDS), -verdicts.count(Verdict.BROKEN))


def _all(finding: Finding, *remarks: Finding) -> Proof:
    return Proof(levels=dict.fromkeys(_LEVELS, finding), remarks=remarks)


def proved(paper: Paper, past: Past, signed_at: Moment) -> Proof:
    """The three levels of a form; `signed_at` says when it was first signed, where it was."""
    facts = paper.facts
    if paper.kind:
        return _all(undecided(f"verify-{paper.kind}"))
    if not facts:
        return _all(broken("verify-no-facts"))
    if past.trouble:
        return _all(undecided(f"verify-{past.trouble}"))
    best: Proof | None = None
    for commit, revision, remarks in _candidates(paper, past, signed_at):
        proof = _held_against(paper, past, past.at(commit.id), revision, remarks)
        if best is None or proof.score > best.score:
            best = proof
        if best.score == (len(_LEVELS), 0):
            break
    assert best is not None
    is_unknown = any(one.code == "verify-other-history" for one in best.remarks)
    if is_unknown and past.is_cut_off:  # the commit may well be among those that are left out
        return _all(undecided("verify-shallow"))
    return best


def _candidates(
    paper: Paper, past: Past, signed_at: Moment
) -> Iterator[tuple[Commit, Revision, tuple[Finding, ...]]]:
    """The commits at which the form may have been printed, the most probable first, and with what
    revision of the record."""
    named = paper.facts["revision"]
    line = past.line
    changes = past.changes_of(past.record_path(paper.facts))
    at = next((index for index, one in enumerate(changes) if one.id == named), None)
    if at is not None:
        later = changes[:at]
        remarks = _changed_since(later)
        revision = Revision(named, changes[at].day)
        for commit in _ordered(_between(line, named, later), signed_at):
            yield commit, revision, remarks
        return
    # A form that names no commit, or one that is not on the line: any state of the record may fit.
    given = UNKNOWN
    if named == "uncommitted":
        given = Revision(is_uncommitted=True)
    elif named:
        given = Revision(named, str(paper.facts.get("revised", "")))
    elsewhere = undecided("verify-other-history", commit=named[:12])
    for commit in list(dict.fromkeys([past.newest, *changes]))[:MOST_TRIED]:
        yield commit, given, (elsewhere,) if given.commit else ()


def _changed_since(later: list[Commit]) -> tuple[Finding, ...]:
    if not later:
        return ()
    days = ", ".join(dict.fromkeys(one.day for one in reversed(later)))
    return (holds("verify-changed-since", commit=later[0].id[:12], days=days),)


def _between(line: list[Commit], named: str, later: list[Commit]) -> list[Commit]:
    """The commits from the one named up to the next that changed the record, newest first."""
    ids = [one.id for one in line]
    start = ids.index(later[-1].id) + 1 if later else 0
    return line[start : ids.index(named) + 1]


def _ordered(commits: list[Commit], signed_at: Moment) -> Iterator[Commit]:
    """The state before the record changed again, that of the record's own commit, that of the
    moment it was signed at, and then the others, the oldest first."""
    yield from commits[:1]
    moment = signed_at()
    then = [] if moment is None else [
        one for one in commits if one.second <= moment.timestamp()
    ][:1]  # fmt: skip
    chosen = [*commits[:1], *commits[-1:], *then, *reversed(commits)]
    yield from list(dict.fromkeys(chosen))[1:MOST_TRIED]


def _held_against(
    paper: Paper, past: Past, state: State, revision: Revision, remarks: tuple[Finding, ...]
) -> Proof:
    """The form held against the site as it stood, which is examined while the form is printed."""
    facts = paper.facts
    commit = state.commit[:12]
    part, month = str(facts.get("part", "")), Month.parse(facts["month"])
    result = state.result(facts["appraisee"], part, month)
    if result is None and state.is_sound:
        return _all(broken("verify-no-record", commit=commit))
    if result is None:
        return _all(undecided("verify-unsound", commit=commit))
    if state.has_todays_pay:
        remarks = (*remarks, undecided("verify-todays-pay"))
    jobs = [job for job in state.jobs(result, revision) if _is_of(job, facts)]
    job = next((one for one in jobs if _attached(one) == dict(paper.attachments)), None)
    job = jobs[0] if job is None and jobs else job
    ticket = None if job is None else state.begin_to_print(job)
    is_sound = state.is_sound
    printed = b"" if ticket is None else state.printed(ticket)
    if not is_sound:
        return _all(undecided("verify-unsound", commit=commit))
    if job is None:
        return _all(broken("verify-no-copy", commit=commit), *remarks)
    levels = {
        Level.RECORD: _record(paper, job, result, commit),
        Level.TOTAL: _total(paper, job, commit),
        Level.BYTES: _bytes(paper, past, printed, job, commit),
    }
    if levels[Level.BYTES].verdict is not Verdict.HOLDS:
        levels[Level.TOTAL], more = _read_off(paper, printed, levels[Level.TOTAL])
        remarks = (*remarks, *more)
    if remarks and remarks[0].code == "verify-other-history":
        # What the form claims of its revision was believed so far, as nothing here denies it.
        held = dict.fromkeys((Level.RECORD, Level.BYTES), remarks[0])
        levels |= {one: why for one, why in held.items() if levels[one].verdict is Verdict.HOLDS}
    return Proof(levels=levels, remarks=remarks)


def _attached(job: Job) -> dict[str, bytes]:
    return {one.name: one.content for one in job.attachments}


def _said(job: Job) -> dict[str, Any]:
    import json

    said: dict[str, Any] = json.loads(_attached(job)["kpisite.json"])
    return said


def _is_of(job: Job, facts: Mapping[str, Any]) -> bool:
    said = _said(job)
    keys = ("appraisee", "month", "part", "copy")
    return all(said[key] == facts.get(key, "") for key in keys)


def _record(paper: Paper, job: Job, result: Result, commit: str) -> Finding:
    """Whether the record in the form is, of what that copy shows, the one that git has."""
    there = _data(paper.attachments.get("record.toml"))
    if there is None:
        return broken("verify-record-missing")
    here = _data(_attached(job)["record.toml"])
    assert here is not None
    path = result.card.record.path
    if there == here:
        return holds("verify-record-holds", path=path, commit=commit)
    keys = ", ".join(list(_differences(there, here))[:MOST_KEYS_NAMED])
    return broken("verify-record-differs", path=path, commit=commit, keys=keys)


def _data(content: bytes | None) -> dict[str, Any] | None:
    try:
        return None if content is None else tomllib.loads(content.decode())
    except (ValueError, RecursionError):
        return {}


def _differences(one: Any, other: Any, key: str = "") -> Iterator[str]:
    """The keys at which two tables differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted({*one, *other}):
            inner = f"{key}.{name}" if key else name
            yield from _differences(one.get(name), other.get(name), inner)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, (a, b) in enumerate(zip(one, other, strict=True), 1):
            yield from _differences(a, b, f"{key}[{index}]")
    elif one != other:
        yield key


def _total(paper: Paper, job: Job, commit: str) -> Finding:
    """Whether scoring gives what the form says: total, grade, and the fingerprint of all else."""
    said, facts = _said(job), paper.facts
    now = f"{said['total']} {said['grade']}".strip()
    there = f"{facts['total']} {facts.get('grade', '')}".strip()
    if now != there:
        return broken("verify-total-differs", there=there, now=now, commit=commit)
    if said["fingerprint"] != facts["fingerprint"]:
        return broken(
            "verify-fingerprint-differs", there=facts["fingerprint"], now=said["fingerprint"]
        )
    if said["version"] != facts["version"]:
        return broken("verify-version-differs", there=facts["version"], now=said["version"])
    changed = sorted(
        name
        for name in {*_attached(job), *paper.attachments} - {"kpisite.json", "record.toml"}
        if _parsed(name, _attached(job).get(name)) != _parsed(name, paper.attachments.get(name))
    )
    if changed and not _other_versions(facts, fonts.typefaces_for(job.html)):
        return broken("verify-attachment-differs", names=", ".join(changed))
    return holds("verify-total-holds", total=there, commit=commit)


def _parsed(name: str, content: bytes | None) -> object:
    return _data(content) if name.endswith(".toml") else content


def _other_versions(facts: Mapping[str, Any], typefaces: Mapping[str, str]) -> list[str]:
    """What the form was made by in another version than is here, the machine's `typefaces` for its
    rare characters included."""
    from kpisite import __version__

    named = facts.get("made-by")
    there = {"kpisite": facts["kpisite"], **(named if isinstance(named, dict) else {})}
    here = {"kpisite": __version__, **made_by(), **typefaces}
    return [
        f"{name} {there.get(name, '–')} → {here.get(name, '–')}"
        for name in dict.fromkeys([*here, *there])
        if there.get(name) != here.get(name)
    ]


def _read_off(paper: Paper, printed: bytes, total: Finding) -> tuple[Finding, tuple[Finding, ...]]:
    """What the words on the page say, where its bytes do not speak for themselves."""
    if not has_libraries():
        return total, ()
    there, here = words_of(paper.content), _words_printed(printed)
    if there == here:
        return total, (holds("verify-words-same"),)
    for one in ("total", "grade"):
        said = "".join(str(paper.facts.get(one, "")).split())
        if said and said not in there and total.verdict is Verdict.HOLDS:
            return broken("verify-total-not-printed", said=said), ()
    return total, (undecided("verify-words-differ"),)


_words_printed = lru_cache(maxsize=2)(words_of)


def _bytes(paper: Paper, past: Past, printed: bytes, job: Job, commit: str) -> Finding:
    """Whether the file begins with the bytes that a build prints, and ends there unless somebody
    signed it."""
    if paper.content == printed:
        return holds("verify-bytes-hold", commit=commit)
    if paper.content.startswith(printed):
        return _only_signed(paper, past, len(printed), commit)
    at = next(
        (at for at, (a, b) in enumerate(zip(paper.content, printed, strict=False)) if a != b),
        min(len(paper.content), len(printed)),
    )
    others = _other_versions(paper.facts, fonts.typefaces_for(job.html))
    if others:
        return undecided("verify-bytes-other-versions", versions=", ".join(others))
    return broken("verify-bytes-differ", at=at, commit=commit)


def _only_signed(paper: Paper, past: Past, length: int, commit: str) -> Finding:
    """What was added to the bytes of the build, before the first signature too, is signing."""
    found = past.since_print(paper.content, length) if paper.is_signed else Since.OTHER
    if found is Since.DESCRIPTION:
        return undecided("verify-bytes-description")
    if found is Since.OTHER:
        return broken("verify-bytes-added", at=length)
    return holds("verify-bytes-hold", commit=commit)
