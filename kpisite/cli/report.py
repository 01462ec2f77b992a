"""Issues in the words in which people and machines are shown them."""

from collections.abc import Iterable
from unicodedata import category

from kpisite.check.located import Located
from kpisite.core.immutable import immutable
from kpisite.core.issue import Fact, Issue, Place, Severity
from kpisite.core.text import Language
from kpisite.words import Wording, worded

#: So much of a long line is shown, and so much of that before the caret.
_SHOWN, _BEFORE = 160, 60


@immutable(kw_only=False)
class ReportedIssue:
    """An issue with its place found and its words chosen."""

    code: str
    place: Place
    wording: Wording
    also: tuple[Place, ...]
    line: str
    """The line of the file that it points at, if that could be read."""
    fix: tuple[Place, str] | None = None
    """What to write in which place, where the remedy is that plain."""


#: So many issues a report has; after them more are a weight and no help.
MOST_REPORTED = 1000


@immutable(kw_only=False)
class IssueReport:
    """The issues that are shown, and how many errors and warnings there are in all."""

    found: list[ReportedIssue]
    errors: int
    warnings: int


def report_of(issues: Iterable[Located], language: Language) -> IssueReport:
    """The issues in the order of files and lines, each once."""
    found = {
        (issue.at, issue.code, wording.message): ReportedIssue(
            issue.code, issue.at, wording, issue.also, issue.line, issue.fix
        )
        for issue in issues
        for wording in (_printable(worded(issue, language)),)
    }
    listed = [found[key] for key in sorted(found)]
    errors = sum(issue.wording.severity == "error" for issue in listed)
    shown = _most_grave(listed)
    if len(shown) < len(listed):
        shown.append(_and_more(listed, errors, language))
    return IssueReport(shown, errors, len(listed) - errors)


def _most_grave(listed: list[ReportedIssue]) -> list[ReportedIssue]:
    """The first of them in their order, warnings only where the errors leave room."""
    if len(listed) <= MOST_REPORTED:
        return listed
    by_gravity = sorted(range(len(listed)), key=lambda one: listed[one].wording.severity != "error")
    return [listed[one] for one in sorted(by_gravity[:MOST_REPORTED])]


def _and_more(listed: list[ReportedIssue], errors: int, language: Language) -> ReportedIssue:
    """What a report ends with that leaves some out: how many, and how many there are in all."""
    last = listed[-1]
    facts: dict[str, Fact] = {
        "more": len(listed) - MOST_REPORTED,
        "errors": errors,
        "warnings": len(listed) - errors,
    }
    wording = worded(Issue(code="and-more", at=last.place, facts=facts), language)
    severity: Severity = "error" if errors > MOST_REPORTED else "warning"
    return ReportedIssue(
        "and-more", last.place, Wording(severity, wording.message, wording.help), (), ""
    )


def _printable(wording: Wording) -> Wording:
    return Wording(wording.severity, _visible(wording.message), _visible(wording.help))


def _visible(text: str) -> str:
    """`text` without what would move the cursor, turn the line round or end it, sign for sign."""
    return text if text.isprintable() else "".join(map(_sign, text))


def _sign(character: str) -> str:
    if character.isprintable() or character == "\u3000":
        return character
    return " " if character == "\t" or category(character) == "Zs" else "�"


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
