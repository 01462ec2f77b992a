"""Warnings that HR has looked at and accepts, with a reason, in the file that they are about."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from kpisite.check.located import Located
from kpisite.core.immutable import immutable
from kpisite.core.issue import Fact, Place, nearest
from kpisite.language.serial import Serial
from kpisite.read.document import Document
from kpisite.words import has_errors, issue_codes, severity_of

KEY = "accept"


@immutable
class Waiver:
    """An entry by which a file accepts its warnings of a code, or those about one entry of it; and
    where that stands."""

    code: str
    entry: str | None
    at: Place
    """Where its code stands."""
    value_at: Place | None
    line: str

    def takes(self, issue: Located) -> bool:
        """Whether it accepts an issue of its file; an error is never accepted."""
        is_meant = self.entry is None or self.entry in issue.names
        return issue.code == self.code and is_meant and severity_of(issue.code) != "error"


#: How the waivers of a file are kept from one run to the next.
WAIVER = Serial(Waiver)


def waivers(document: Document) -> Iterator[Waiver]:
    """The entries that fit; what is wrong with one that does not is reported by its model."""
    entries = document.data.get(KEY)
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        if isinstance(entry, Mapping) and isinstance(entry.get("code"), str):
            about, keys = entry.get("entry"), (KEY, index, "code")
            at = document.place(keys)
            yield Waiver(
                code=entry["code"],
                entry=about if isinstance(about, str | None) else "",
                at=at,
                value_at=document.value_place(keys),
                line=document.line_at(at.line),
            )


def accept(given: Iterable[Waiver], issues: list[Located]) -> tuple[list[Located], list[Located]]:
    """The warnings that are accepted, and all that is left to report: the other issues, and
    acceptances of nothing.

    While there is an error, not every check has run, so that nobody knows yet which acceptance is
    idle.
    """
    by_path: defaultdict[str, list[int]] = defaultdict(list)
    for index, issue in enumerate(issues):
        by_path[issue.at.path].append(index)
    taken: dict[int, Located] = {}
    idle: list[Located] = []
    for waiver in given:
        of_file = by_path[waiver.at.path]
        accepted = {index: issues[index] for index in of_file if waiver.takes(issues[index])}
        taken |= accepted
        if not accepted:
            found = {issues[index].code for index in of_file}
            idle += _idle(waiver, found, has_errors(issues))
    left = [issue for index, issue in enumerate(issues) if index not in taken]
    return list(taken.values()), left + idle


def _idle(waiver: Waiver, found: set[str], is_unsound: bool) -> Iterator[Located]:
    """An acceptance that takes nothing: of no code, of an error, or of a warning that is not among
    those found in its file."""
    fix: tuple[Place, str] | None = None
    warnings = tuple(one for one in issue_codes() if severity_of(one) == "warning")
    facts: dict[str, Fact] = {"code": waiver.code}
    if waiver.code in warnings:
        if is_unsound:
            return
        code = "accept-idle"
    elif waiver.code in issue_codes():
        code = "accept-error"
    else:
        code = "unknown-code"
        meant = nearest(waiver.code, found.intersection(warnings))
        facts |= {"id": waiver.code, "meant": meant, "known": warnings}
        if meant and waiver.value_at is not None:
            fix = waiver.value_at, f'"{meant}"'
    yield Located(code=code, at=waiver.at, facts=facts, line=waiver.line, fix=fix)
