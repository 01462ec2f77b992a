"""A printed form as verifying reads it: what it says that it is, its attachments, its fields."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kpisite.paper.pdf import (
    Field,
    SignatureLine,
    attachments_of,
    facts_in,
    fields_of,
    lines_in,
    opened,
)

#: What a form must say of itself, each a text.
_NEEDED = ("appraisee", "month", "copy", "fingerprint", "version", "revision", "total", "kpisite")
#: What states nothing of anybody, so that there is nothing to prove of it: as `copy`.
STATES_NOTHING = ("blank", "list", "bundle")

_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What a file holds besides its pages; `facts` is empty where it is no form of kpisite's, and
    `kind` says of which other kind it says that it is (`blank`, `list`, `bundle`)."""

    content: bytes = field(repr=False)
    facts: Mapping[str, Any]
    kind: str
    attachments: Mapping[str, bytes] = field(repr=False)
    fields: Sequence[Field]

    @property
    def is_signed(self) -> bool:
        """Whether anybody has signed, or the file says anywhere that somebody has."""
        return any(one.is_signed for one in self.fields) or b"/ByteRange" in self.content

    @property
    def lines(self) -> Mapping[str, SignatureLine]:
        """Whom the lines to sign on are for, by field."""
        return lines_in(self.facts)


def read_paper(content: bytes) -> Paper:
    """The form in a file; Unreadable where it is no PDF, cut short, locked, or too large."""
    with opened(content) as pdf:
        attachments = attachments_of(pdf)
        fields = tuple(fields_of(pdf))
    said = facts_in(attachments)
    return Paper(
        content=content,
        facts=said if _are_of_a_form(said) else {},
        kind=_kind(said, attachments, fields),
        attachments=attachments,
        fields=fields,
    )


def _kind(
    said: Mapping[str, Any], attachments: Mapping[str, bytes], fields: Sequence[Field]
) -> str:
    """What else than a form it is: such a thing carries nothing else, and has no line to sign."""
    kind = said.get("copy")
    is_bare = len(attachments) == 1 and not fields
    return str(kind) if is_bare and kind in STATES_NOTHING else ""


def _are_of_a_form(said: Mapping[str, Any]) -> bool:
    if not all(isinstance(said.get(key), str) for key in _NEEDED):
        return False
    names = (said["appraisee"], said.get("part", "") or "-")
    if not all(isinstance(one, str) and _NAME.fullmatch(one) for one in names):
        return False
    return bool(_MONTH.fullmatch(said["month"]))
