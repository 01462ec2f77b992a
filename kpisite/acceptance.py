"""Warnings that HR has looked at and accepts, with a reason, in the file that they are about."""

from collections.abc import Iterator, Mapping
from typing import Any

from kpisite.core.fault import Fact, Issue, Outcome, Source, nearest
from kpisite.read.document import Document, Documents
from kpisite.words import fault_codes, has_errors, severity_of

KEY = "accept"


def accept(documents: Documents, issues: list[Issue]) -> Outcome[list[Issue]]:
    """The warnings that are accepted, and all that is left to tell: the other issues, and
    acceptances of nothing.

    An error is never accepted.  While there is one, not every check has run, so that nobody knows
    yet which acceptance is idle.
    """
    taken: list[Issue] = []
    left = list(issues)
    found: list[Issue] = []
    for document in documents:
        for at, entry in _acceptances(document):
            accepted = [one for one in issues if _takes(document, entry, one)]
            taken += [one for one in accepted if one not in taken]
            left = [one for one in left if one not in accepted]
            if not accepted:
                found += _idle(at, str(entry["code"]), issues)
    return taken, left + found


def _acceptances(document: Document) -> Iterator[tuple[Source, Mapping[str, Any]]]:
    """The entries that fit; what is wrong with one that does not is told by its model."""
    entries = document.data.get(KEY)
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, Mapping) and isinstance(entry.get("code"), str):
            yield Source(document.path, (KEY, index)), entry


def _takes(document: Document, entry: Mapping[str, Any], issue: Issue) -> bool:
    if issue.at.path != document.path or issue.code != entry["code"]:
        return False
    if severity_of(issue.code) == "error":
        return False
    return "entry" not in entry or entry["entry"] in _names_of(document, issue)


def _names_of(document: Document, issue: Issue) -> Iterator[object]:
    """What the entry of an issue is called, and those around it: their keys and ids."""
    keys = issue.at.keys if isinstance(issue.at, Source) else ()
    for depth, key in enumerate(keys, 1):
        yield key
        around = document.value(keys[:depth])
        if isinstance(around, Mapping):
            yield around.get("id")


def _idle(at: Source, code: str, issues: list[Issue]) -> Iterator[Issue]:
    """An acceptance that takes nothing: of no code, of an error, or of a warning that is not
    there."""
    warnings = tuple(one for one in fault_codes() if severity_of(one) == "warning")
    of_file = {one.code for one in issues if one.at.path == at.path}
    facts: dict[str, Fact] = {"code": code}
    if code in warnings:
        if not has_errors(issues):
            yield Issue(code="accept-idle", at=at.at("code"), facts=facts)
    elif code in fault_codes():
        yield Issue(code="accept-error", at=at.at("code"), facts=facts)
    else:
        meant = nearest(code, of_file.intersection(warnings))
        facts |= {"id": code, "meant": meant, "known": warnings}
        yield Issue(code="unknown-code", at=at.at("code"), facts=facts)
