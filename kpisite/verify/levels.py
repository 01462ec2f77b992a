"""The levels of a form held against what a build would print: record, total and bytes."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from kpisite import fonts
from kpisite.paper.scan import has_libraries, words_of
from kpisite.verify.changes import Since
from kpisite.verify.paper import Paper
from kpisite.verify.past import Past
from kpisite.verify.report import Finding, Level, Verdict, broken, holds, undecided
from kpisite.write.pdf import Job

MOST_KEYS_NAMED = 5


def attached(job: Job) -> dict[str, bytes]:
    """What a form carries, by name."""
    return {one.name: one.content for one in job.attachments}


def said_by(job: Job) -> dict[str, Any]:
    """What a form says that it is."""
    import json

    said: dict[str, Any] = json.loads(attached(job)["kpisite.json"])
    return said


def record_level(paper: Paper, job: Job, path: str, commit: str) -> Finding:
    """Whether the record in the form is, of what that copy shows, that which git has at `path`."""
    there = _data(paper.attachments.get("record.toml"))
    if there is None:
        return broken("verify-record-missing")
    here = _data(attached(job)["record.toml"])
    assert here is not None
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


def total_level(paper: Paper, job: Job, commit: str) -> Finding:
    """Whether scoring gives what the form says: total, grade, and the fingerprint of all else."""
    said, facts = said_by(job), paper.facts
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
        for name in {*attached(job), *paper.attachments} - {"kpisite.json", "record.toml"}
        if _parsed(name, attached(job).get(name)) != _parsed(name, paper.attachments.get(name))
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
    from kpisite.products.jobs import made_by

    named = facts.get("made-by")
    there = {"kpisite": facts["kpisite"], **(named if isinstance(named, dict) else {})}
    here = {"kpisite": __version__, **made_by(), **typefaces}
    return [
        f"{name} {there.get(name, '–')} → {here.get(name, '–')}"
        for name in dict.fromkeys([*here, *there])
        if there.get(name) != here.get(name)
    ]


def read_off(paper: Paper, printed: bytes, total: Finding) -> tuple[Finding, tuple[Finding, ...]]:
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


def known_levels(
    paper: Paper, past: Past, printed: bytes, commit: str
) -> Mapping[Level, Finding] | None:
    """The levels of a form of which it is known that the site gave it, as it was `printed`; None
    where more is in it than somebody's signing."""
    whole = begun_level(paper, past, printed, commit)
    if whole is None or whole.verdict is not Verdict.HOLDS:
        return None
    total = f"{paper.facts['total']} {paper.facts.get('grade', '')}".strip()
    path = past.record_path(paper.facts)
    return {
        Level.RECORD: holds("verify-record-holds", path=path, commit=commit),
        Level.TOTAL: holds("verify-total-holds", total=total, commit=commit),
        Level.BYTES: whole,
    }


def begun_level(paper: Paper, past: Past, printed: bytes, commit: str) -> Finding | None:
    """Whether nothing but signing was added to the bytes that a build prints; None where the file
    does not begin with them."""
    if paper.content == printed:
        return holds("verify-bytes-hold", commit=commit)
    if paper.content.startswith(printed):
        return _only_signed(paper, past, len(printed), commit)
    return None


def bytes_level(paper: Paper, past: Past, printed: bytes, job: Job, commit: str) -> Finding:
    """Whether the file begins with the bytes that a build prints, and ends there unless somebody
    signed it."""
    begun = begun_level(paper, past, printed, commit)
    if begun is not None:
        return begun
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
