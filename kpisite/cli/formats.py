"""Faults as people and machines read them: one function a format, listed in `FORMATS`."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from typing import Any
from unicodedata import category
from urllib.parse import quote
from xml.etree import ElementTree

from kpisite import __version__
from kpisite.check.located import Located
from kpisite.core.issue import Fact, Issue, Place, Severity
from kpisite.core.text import Language
from kpisite.words import Told, in_general, issue_codes, page_words, tell


@dataclass(frozen=True, slots=True)
class Finding:
    """An issue with its place found and its words chosen."""

    code: str
    place: Place
    told: Told
    also: tuple[Place, ...]
    line: str
    """The line of the file that it points at, if that could be read."""
    fix: tuple[Place, str] | None = None
    """What to write in which place, where the remedy is that plain."""


#: So many findings a report has; after them more are a weight and no help.
MOST_REPORTED = 1000


@dataclass(frozen=True, slots=True)
class Report:
    """The findings that are shown, and how many errors and warnings there are in all."""

    found: list[Finding]
    errors: int
    warnings: int


def findings(issues: Iterable[Located], language: Language) -> Report:
    """The issues in the order of files and lines, each once."""
    found = {
        (issue.at, issue.code, told.message): Finding(
            issue.code, issue.at, told, issue.also, issue.line, issue.fix
        )
        for issue in issues
        for told in (_printable(tell(issue, language)),)
    }
    listed = [found[key] for key in sorted(found)]
    errors = sum(finding.told.severity == "error" for finding in listed)
    shown = _most_grave(listed)
    if len(shown) < len(listed):
        shown.append(_and_more(listed, errors, language))
    return Report(shown, errors, len(listed) - errors)


def _most_grave(listed: list[Finding]) -> list[Finding]:
    """The first of them in their order, warnings only where the errors leave room."""
    if len(listed) <= MOST_REPORTED:
        return listed
    by_gravity = sorted(range(len(listed)), key=lambda one: listed[one].told.severity != "error")
    return [listed[one] for one in sorted(by_gravity[:MOST_REPORTED])]


def _and_more(listed: list[Finding], errors: int, language: Language) -> Finding:
    """What a report ends with that leaves some out: how many, and how many there are in all."""
    last = listed[-1]
    facts: dict[str, Fact] = {
        "more": len(listed) - MOST_REPORTED,
        "errors": errors,
        "warnings": len(listed) - errors,
    }
    told = tell(Issue(code="and-more", at=last.place, facts=facts), language)
    severity: Severity = "error" if errors > MOST_REPORTED else "warning"
    return Finding("and-more", last.place, Told(severity, told.message, told.help), (), "")


def _printable(told: Told) -> Told:
    return Told(told.severity, _visible(told.message), _visible(told.help))


def _visible(text: str) -> str:
    """`text` without what would move the cursor, turn the line round or end it, sign for sign."""
    return text if text.isprintable() else "".join(map(_sign, text))


def _sign(character: str) -> str:
    if character.isprintable() or character == "\u3000":
        return character
    return " " if character == "\t" or category(character) == "Zs" else "�"


def text(report: Report, language: Language) -> str:
    """For people: the place, the line with a caret under the words meant, and the remedy."""
    words = page_words(language)
    told = [_told(finding, words) for finding in report.found]
    counts = words["check-counts"].format(errors=report.errors, warnings=report.warnings)
    return "\n\n".join([*told, counts if report.found else words["check-clean"]]) + "\n"


#: So much of a long line is shown, and so much of that before the caret.
_SHOWN, _BEFORE = 160, 60


def _told(finding: Finding, words: Mapping[str, str]) -> str:
    place, told = finding.place, finding.told
    severity = words[f"severity-{told.severity}"]
    head = f"{place.path}:{place.line}:{place.column}: {severity}[{finding.code}]: "
    parts = [head + told.message]
    if finding.line.strip():
        number = str(place.line)
        line, caret = _underlined(finding.line, place.column, place.end)
        parts += [f"  {number} | {line}", f"  {' ' * len(number)} | {caret}"]
    also = words["also"]
    parts += [f"{also}: {other.path}:{other.line}:{other.column}" for other in finding.also]
    return "\n".join([*parts, f"{words['help']}: {told.help}"])


def excerpt(line: str, column: int, end: int) -> tuple[str, str, str]:
    """The line, cut where it is long, in three: what is meant, from `column` to `end`, and what
    stands before and after it."""
    start = max(column - 1 - _BEFORE, 0) if len(line) > _SHOWN else 0
    shown = _visible(line[start : start + _SHOWN])
    before, meant = shown[: column - 1 - start], shown[column - 1 - start : end - start]
    after = shown[len(before) + len(meant) :]
    return (
        f"…{before}" if start else before,
        meant,
        f"{after}…" if start + _SHOWN < len(line) else after,
    )


def _underlined(line: str, column: int, end: int) -> tuple[str, str]:
    """The line, cut where it is long, and carets under its columns from `column` to `end`, two for
    a Chinese character."""
    from wcwidth import wcswidth

    before, meant, after = excerpt(line, column, end)
    caret = " " * max(wcswidth(before), 0) + "^" * max(wcswidth(meant), 1)
    return f"{before}{meant}{after}", caret


def as_json(report: Report, language: Language) -> str:
    """A list of objects, one an issue."""
    listed = [
        {
            "code": finding.code,
            "severity": finding.told.severity,
            "path": finding.place.path,
            "line": finding.place.line,
            "column": finding.place.column,
            "message": finding.told.message,
            "help": finding.told.help,
            "also": [
                {"path": other.path, "line": other.line, "column": other.column}
                for other in finding.also
            ],
            "fix": None if finding.fix is None else _fix(*finding.fix),
        }
        for finding in report.found
    ]
    return _dumped(listed)


def _fix(place: Place, text: str) -> dict[str, Any]:
    return {
        "line": place.line,
        "column": place.column,
        "end_column": max(place.end, place.column),
        "text": text,
    }


def github(report: Report, language: Language) -> str:
    """Workflow commands, which GitHub shows beside the lines of a change."""
    return "".join(
        f"::{finding.told.severity} file={_escaped(finding.place.path, ':,')},"
        f"line={finding.place.line},col={finding.place.column},"
        f"endColumn={max(finding.place.end, finding.place.column)},title={finding.code}::"
        f"{_escaped(_in_two_lines(finding), '')}\n"
        for finding in report.found
    )


def _in_two_lines(finding: Finding) -> str:
    return f"{finding.told.message}\n{finding.told.help}"


def _escaped(text: str, more: str) -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def gitlab(report: Report, language: Language) -> str:
    """A Code Quality report."""
    found = report.found
    listed = [
        {
            "description": f"{finding.told.message} {finding.told.help}",
            "check_name": finding.code,
            "fingerprint": fingerprint,
            "severity": "major" if finding.told.severity == "error" else "minor",
            "location": {"path": finding.place.path, "lines": {"begin": finding.place.line}},
        }
        for finding, fingerprint in zip(found, _fingerprints(found), strict=True)
    ]
    return _dumped(listed)


def _fingerprints(found: list[Finding]) -> list[str]:
    """A mark for each finding that stays though lines above it come and go; no two are alike."""
    seen: Counter[tuple[str, ...]] = Counter()
    marks = []
    for finding in found:
        parts = (finding.place.path, finding.code, finding.line.strip(), finding.told.message)
        seen[parts] += 1
        marks.append(sha256("\0".join((*parts, str(seen[parts]))).encode()).hexdigest())
    return marks


def sarif(report: Report, language: Language) -> str:
    """SARIF 2.1.0, which code hosts and editors read."""
    found = report.found
    codes = issue_codes()
    general = [in_general(code, language) for code in codes]
    rules = [
        {
            "id": code,
            "shortDescription": {"text": told.message},
            "fullDescription": {"text": told.message},
            "help": {"text": told.help},
            "defaultConfiguration": {"level": told.severity},
        }
        for code, told in zip(codes, general, strict=True)
    ]
    written = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "kpisite", "version": __version__, "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "properties": {"errors": report.errors, "warnings": report.warnings},
                "results": [
                    {
                        "ruleId": finding.code,
                        "ruleIndex": codes.index(finding.code),
                        "level": finding.told.severity,
                        "message": {"text": _in_two_lines(finding)},
                        "locations": [_location(finding.place)],
                        "relatedLocations": [_location(other) for other in finding.also],
                        "partialFingerprints": {"kpisite/v1": fingerprint},
                        **({} if finding.fix is None else {"fixes": [_sarif_fix(finding)]}),
                    }
                    for finding, fingerprint in zip(found, _fingerprints(found), strict=True)
                ],
            }
        ],
    }
    return _dumped(written)


def _location(place: Place) -> dict[str, Any]:
    artifact = {"uri": quote(place.path)}
    return {"physicalLocation": {"artifactLocation": artifact, "region": _region(place)}}


def _region(place: Place) -> dict[str, int]:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endColumn": max(place.end, place.column) + 1,
    }


def _sarif_fix(finding: Finding) -> dict[str, Any]:
    assert finding.fix is not None
    place, text = finding.fix
    replacement = {"deletedRegion": _region(place), "insertedContent": {"text": text}}
    change = {"artifactLocation": {"uri": quote(place.path)}, "replacements": [replacement]}
    return {"description": {"text": finding.told.help}, "artifactChanges": [change]}


def junit(report: Report, language: Language) -> str:
    """JUnit XML: a test case a file, which fails with its errors and says its warnings."""
    words = page_words(language)
    suite = ElementTree.Element("testsuite", name="kpisite check")
    failures = 0
    for path, group in groupby(report.found, key=lambda finding: finding.place.path):
        case = ElementTree.SubElement(suite, "testcase", classname="kpisite", name=path)
        several = list(group)
        errors = [one for one in several if one.told.severity == "error"]
        if errors:
            failures += 1
            failure = ElementTree.SubElement(case, "failure", message=errors[0].told.message)
            failure.text = "\n\n".join(_told(one, words) for one in errors)
        warnings = [one for one in several if one.told.severity == "warning"]
        if warnings:
            output = ElementTree.SubElement(case, "system-out")
            output.text = "\n\n".join(_told(one, words) for one in warnings)
    if not report.found:
        ElementTree.SubElement(suite, "testcase", classname="kpisite", name="check")
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    ElementTree.indent(suite)
    written = ElementTree.tostring(suite, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{written}\n'


def _dumped(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


FORMATS: dict[str, Callable[[Report, Language], str]] = {
    "text": text,
    "json": as_json,
    "github": github,
    "gitlab": gitlab,
    "sarif": sarif,
    "junit": junit,
}
