"""Whether the records still say what a form says: three levels, tried on the states of the site in
which it may have been printed.

A form names the last commit of its record.  The rest of what shows on it (the form's wording, a
name, whether the month is closed) may be of a later commit, in which the record was the same; so
each of these is a candidate, and the form is held against the one that fits best.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from kpisite.core.month import Month
from kpisite.history.commits import UNKNOWN, Commit, Revision
from kpisite.verify.levels import (
    attached,
    bytes_level,
    known_levels,
    read_off,
    record_level,
    said_by,
    total_level,
)
from kpisite.verify.paper import Paper
from kpisite.verify.past import Past
from kpisite.verify.report import Finding, Level, Printing, Verdict, broken, holds, undecided
from kpisite.write.pdf import Job

if TYPE_CHECKING:
    from kpisite.verify.state import State

#: So many states of the site are tried before the best of them is taken.
MOST_TRIED = 8
Moment = Callable[[], datetime | None]
_LEVELS = (Level.RECORD, Level.TOTAL, Level.BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What became of the three levels, the later commits that changed the record, and where the
    print is from that the form was held against; `commit` where the state at one is known to give
    that print."""

    levels: Mapping[Level, Finding]
    remarks: tuple[Finding, ...] = ()
    printing: Printing = Printing.NONE
    commit: str = ""

    @property
    def score(self) -> tuple[int, ...]:
        """The more, the better it fits: what holds, then what is not broken."""
        verdicts = [self.levels[one].verdict for one in _LEVELS]
        return (verdicts.count(Verdict.HOLDS), -verdicts.count(Verdict.BROKEN))

    @property
    def is_whole(self) -> bool:
        """Whether all three hold."""
        return all(self.levels[one].verdict is Verdict.HOLDS for one in _LEVELS)


def _all(finding: Finding, *remarks: Finding) -> Proof:
    return Proof(levels=dict.fromkeys(_LEVELS, finding), remarks=remarks)


def proved(paper: Paper, past: Past, signed_at: Moment) -> Proof:
    """The three levels of a form; `signed_at` says when it was first signed, where it was."""
    facts = paper.facts
    if paper.kind:
        return _all(undecided(f"verify-{paper.kind}"))
    if not facts:
        return _all(broken("verify-no-facts"))
    if past.issue:
        return _all(undecided(f"verify-{past.issue}"))
    best: Proof | None = None
    for commit, revision, remarks in _candidates(paper, past, signed_at):
        proof = _known(paper, past, commit.id, remarks)
        if proof is None:
            proof = _held_against(paper, past, past.at(commit.id), revision, remarks)
        if best is None or proof.score > best.score:
            best = proof
        if best.is_whole:
            break
    assert best is not None
    is_unknown = any(one.code == "verify-other-history" for one in best.remarks)
    if is_unknown and past.is_cut_off:  # the commit may well be among those that are left out
        return _all(undecided("verify-shallow"))
    return replace(best, remarks=(*best.remarks, *_closed_since(paper, past, best)))


def _closed_since(paper: Paper, past: Past, proof: Proof) -> Iterator[Finding]:
    """That the form shows an earlier version of a record that has not changed: it was printed, and
    maybe signed, before the month was closed.  That takes nothing from it."""
    if proof.levels[Level.TOTAL].verdict is not Verdict.HOLDS:
        return
    if any(one.code == "verify-changed-since" for one in proof.remarks):
        return
    if proof.commit == past.newest.id:
        return  # as it is printed now
    state, facts = past.at(past.newest.id), paper.facts
    result = state.result(facts["appraisee"], str(facts.get("part", "")), _month(facts))
    now = "" if result is None else state.version_of(result)
    there = facts["version"]
    if now and now != there:
        code = "verify-before-closing" if (there, now) == ("open", "closed") else "verify-version"
        yield holds(code, there=there, now=now)


def _month(facts: Mapping[str, Any]) -> Month:
    return Month.parse(facts["month"])


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


def _known(paper: Paper, past: Past, commit: str, remarks: tuple[Finding, ...]) -> Proof | None:
    """What is known of the form, where a build or somebody who verified it held it against the site
    as it stood at the commit: then it holds.  None where that is to be found out."""
    if any(one.code == "verify-other-history" for one in remarks):
        return None
    known = past.known(commit, paper.content)
    levels = known and known_levels(paper, past, known.content, commit[:12])
    if not known or not levels:
        return None
    if known.has_todays_pay:
        remarks = (*remarks, undecided("verify-todays-pay"))
    return Proof(levels=levels, remarks=remarks, printing=Printing.KNOWN, commit=commit)


def _held_against(
    paper: Paper, past: Past, state: "State", revision: Revision, remarks: tuple[Finding, ...]
) -> Proof:
    """The form held against the site as it stood, which is examined while the form is printed."""
    facts = paper.facts
    commit = state.commit[:12]
    qualifier, month = str(facts.get("part", "")), _month(facts)
    result = state.result(facts["appraisee"], qualifier, month)
    if result is None and state.is_sound:
        return _all(broken("verify-no-record", commit=commit))
    made = None if result is None else state.jobs(result, revision)
    if result is None or made is None:
        return _all(undecided("verify-unsound", commit=commit))
    if state.has_todays_pay:
        remarks = (*remarks, undecided("verify-todays-pay"))
    jobs = [job for job in made if _is_of(job, facts)]
    job = next((one for one in jobs if attached(one) == dict(paper.attachments)), None)
    job = jobs[0] if job is None and jobs else job
    print_of = None if job is None else state.begin_to_print(job, paper.content)
    is_sound = state.is_sound
    found = None if print_of is None else state.printed(print_of)
    if not is_sound:
        return _all(undecided("verify-unsound", commit=commit))
    if job is None or found is None:
        return _all(broken("verify-no-copy", commit=commit), *remarks)
    printed, path = found.content, result.card.record.path
    levels = {
        Level.RECORD: record_level(paper, job, path, commit),
        Level.TOTAL: total_level(paper, job, commit),
        Level.BYTES: bytes_level(paper, past, printed, job, commit),
    }
    if levels[Level.BYTES].verdict is not Verdict.HOLDS:
        levels[Level.TOTAL], more = read_off(paper, printed, levels[Level.TOTAL])
        remarks = (*remarks, *more)
    if remarks and remarks[0].code == "verify-other-history":
        # What the form claims of its revision was believed so far, as nothing here denies it.
        held = dict.fromkeys((Level.RECORD, Level.BYTES), remarks[0])
        levels |= {one: why for one, why in held.items() if levels[one].verdict is Verdict.HOLDS}
    proof = Proof(levels=levels, remarks=remarks, printing=found.printing)
    if proof.is_whole:
        past.keep(state.commit, found.key)
    return proof


def _is_of(job: Job, facts: Mapping[str, Any]) -> bool:
    said = said_by(job)
    keys = ("appraisee", "month", "part", "copy")
    return all(said[key] == facts.get(key, "") for key in keys)
