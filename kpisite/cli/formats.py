"""Faults as people and machines read them: one function a format, listed in `FORMATS`."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from hashlib import sha256
from itertools import groupby
from typing import Any
from urllib.parse import quote

from kpisite import __version__
from kpisite.cli.report import IssueReport, ReportedIssue, excerpt
from kpisite.core.catalogue import message_language
from kpisite.core.issue import Place
from kpisite.core.text import Language
from kpisite.words import issue_codes, page_words, worded_in_general


def text(report: IssueReport, language: Language) -> str:
    """For people: the place, the line with a caret under the words meant, and the remedy."""
    words = page_words(message_language(language))
    blocks = [_block(issue, words) for issue in report.found]
    counts = words["check-counts"].format(errors=report.errors, warnings=report.warnings)
    return "\n\n".join([*blocks, counts if report.found else words["check-clean"]]) + "\n"


def _block(issue: ReportedIssue, words: Mapping[str, str]) -> str:
    place, wording = issue.place, issue.wording
    severity = words[f"severity-{wording.severity}"]
    head = f"{place.path}:{place.line}:{place.column}: {severity}[{issue.code}]: "
    parts = [head + wording.message]
    if issue.line.strip():
        number = str(place.line)
        line, caret = _underlined(issue.line, place.column, place.end)
        parts += [f"  {number} | {line}", f"  {' ' * len(number)} | {caret}"]
    also = words["also"]
    parts += [f"{also}: {other.path}:{other.line}:{other.column}" for other in issue.also]
    return "\n".join([*parts, f"{words['help']}: {wording.help}"])


def _underlined(line: str, column: int, end: int) -> tuple[str, str]:
    """The line, cut where it is long, and carets under its columns from `column` to `end`, two for
    a Chinese character."""
    from wcwidth import wcswidth

    before, meant, after = excerpt(line, column, end)
    caret = " " * max(wcswidth(before), 0) + "^" * max(wcswidth(meant), 1)
    return f"{before}{meant}{after}", caret


def as_json(report: IssueReport, language: Language) -> str:
    """A list of objects, one an issue."""
    listed = [
        {
            "code": issue.code,
            "severity": issue.wording.severity,
            "path": issue.place.path,
            "line": issue.place.line,
            "column": issue.place.column,
            "message": issue.wording.message,
            "help": issue.wording.help,
            "also": [
                {"path": other.path, "line": other.line, "column": other.column}
                for other in issue.also
            ],
            "fix": None if issue.fix is None else _fix(*issue.fix),
        }
        for issue in report.found
    ]
    return _dumped(listed)


def _fix(place: Place, text: str) -> dict[str, Any]:
    return {
        "line": place.line,
        "column": place.column,
        "end_column": max(place.end, place.column),
        "text": text,
    }


def github(report: IssueReport, language: Language) -> str:
    """Workflow commands, which GitHub shows beside the lines of a change."""
    return "".join(
        f"::{issue.wording.severity} file={_escaped(issue.place.path, ':,')},"
        f"line={issue.place.line},col={issue.place.column},"
        f"endColumn={max(issue.place.end, issue.place.column)},title={issue.code}::"
        f"{_escaped(_in_two_lines(issue), '')}\n"
        for issue in report.found
    )


def _in_two_lines(issue: ReportedIssue) -> str:
    return f"{issue.wording.message}\n{issue.wording.help}"


def _escaped(text: str, more: str) -> str:
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def gitlab(report: IssueReport, language: Language) -> str:
    """A Code Quality report."""
    found = report.found
    listed = [
        {
            "description": f"{issue.wording.message} {issue.wording.help}",
            "check_name": issue.code,
            "fingerprint": fingerprint,
            "severity": "major" if issue.wording.severity == "error" else "minor",
            "location": {"path": issue.place.path, "lines": {"begin": issue.place.line}},
        }
        for issue, fingerprint in zip(found, _fingerprints(found), strict=True)
    ]
    return _dumped(listed)


def _fingerprints(found: list[ReportedIssue]) -> list[str]:
    """A mark for each issue that stays though lines above it come and go; no two are alike."""
    seen: Counter[tuple[str, ...]] = Counter()
    marks = []
    for issue in found:
        parts = (issue.place.path, issue.code, issue.line.strip(), issue.wording.message)
        seen[parts] += 1
        marks.append(sha256("\0".join((*parts, str(seen[parts]))).encode()).hexdigest())
    return marks


def sarif(report: IssueReport, language: Language) -> str:
    """SARIF 2.1.0, which code hosts and editors read."""
    found = report.found
    codes = issue_codes()
    general = [worded_in_general(code, language) for code in codes]
    rules = [
        {
            "id": code,
            "shortDescription": {"text": wording.message},
            "fullDescription": {"text": wording.message},
            "help": {"text": wording.help},
            "defaultConfiguration": {"level": wording.severity},
        }
        for code, wording in zip(codes, general, strict=True)
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
                        "ruleId": issue.code,
                        "ruleIndex": codes.index(issue.code),
                        "level": issue.wording.severity,
                        "message": {"text": _in_two_lines(issue)},
                        "locations": [_location(issue.place)],
                        "relatedLocations": [_location(other) for other in issue.also],
                        "partialFingerprints": {"kpisite/v1": fingerprint},
                        **({} if issue.fix is None else {"fixes": [_sarif_fix(issue)]}),
                    }
                    for issue, fingerprint in zip(found, _fingerprints(found), strict=True)
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


def _sarif_fix(issue: ReportedIssue) -> dict[str, Any]:
    assert issue.fix is not None
    place, text = issue.fix
    replacement = {"deletedRegion": _region(place), "insertedContent": {"text": text}}
    change = {"artifactLocation": {"uri": quote(place.path)}, "replacements": [replacement]}
    return {"description": {"text": issue.wording.help}, "artifactChanges": [change]}


def junit(report: IssueReport, language: Language) -> str:
    """JUnit XML: a test case a file, which fails with its errors and says its warnings."""
    from xml.etree import ElementTree  # late: no other format asks for it

    words = page_words(language)
    suite = ElementTree.Element("testsuite", name="kpisite check")
    failures = 0
    for path, group in groupby(report.found, key=lambda issue: issue.place.path):
        case = ElementTree.SubElement(suite, "testcase", classname="kpisite", name=path)
        several = list(group)
        errors = [one for one in several if one.wording.severity == "error"]
        if errors:
            failures += 1
            failure = ElementTree.SubElement(case, "failure", message=errors[0].wording.message)
            failure.text = "\n\n".join(_block(one, words) for one in errors)
        warnings = [one for one in several if one.wording.severity == "warning"]
        if warnings:
            output = ElementTree.SubElement(case, "system-out")
            output.text = "\n\n".join(_block(one, words) for one in warnings)
    if not report.found:
        ElementTree.SubElement(suite, "testcase", classname="kpisite", name="check")
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    ElementTree.indent(suite)
    written = ElementTree.tostring(suite, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{written}\n'


def _dumped(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


FORMATS: dict[str, Callable[[IssueReport, Language], str]] = {
    "text": text,
    "json": as_json,
    "github": github,
    "gitlab": gitlab,
    "sarif": sarif,
    "junit": junit,
}
