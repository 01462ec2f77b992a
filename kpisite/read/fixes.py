"""Where a machine writes what an issue's remedy says."""

import re
from collections.abc import Callable

from kpisite.core.issue import Fix, Issue, Place, Source
from kpisite.read.document import Document

DocumentAt = Callable[[str], Document | None]
"""Gives the document at a path, if it could be read."""


def fix_of(issue: Issue, document_at: DocumentAt) -> tuple[Place, str] | None:
    """The columns of a line and the text that belongs there, where the remedy is that plain: what
    the issue says itself, or the name that was most likely meant."""
    fix = issue.fix or _name_meant(issue)
    if fix is None:
        return None
    if isinstance(fix.at, Place):
        return fix.at, fix.text
    document = document_at(fix.at.path)
    if document is None:
        return None
    keys, text = fix.at.keys, fix.text
    if issue.fix is None and not fix.is_key:
        within = _put_in(document.value(keys), issue)
        if within is None:
            return None
        text = within
    place = document.place(keys) if fix.is_key else document.value_place(keys)
    return None if place is None else (place, text)


def _put_in(value: object, issue: Issue) -> str | None:
    """The text with the name that was meant, which it is or, a formula, has in it."""
    id, meant = issue.facts.get("id"), str(issue.facts["meant"])
    if not isinstance(value, str):
        return None
    if not isinstance(id, str) or not issue.code.endswith("-figure") or value == id:
        return f'"{meant}"'
    mended, count = re.subn(rf"(?<![\w-]){re.escape(id)}(?![\w-])", meant, value)
    is_plain = not {'"', "\\"} & set(mended) and mended.isprintable()
    return f'"{mended}"' if count and is_plain else None


def _name_meant(issue: Issue) -> Fix | None:
    meant, at = issue.facts.get("meant"), issue.at
    if not isinstance(meant, str) or not meant or isinstance(at, Place):
        return None
    if issue.code == "unknown-key" or at.keys[-1:] == (issue.facts.get("id"),):
        return Fix(at, meant, is_key=True)
    is_named = issue.code in ("wrong-choice", "mark-no-level") or issue.code.startswith("unknown-")
    return Fix(Source(at.path, at.keys), f'"{meant}"') if is_named else None
