"""A file that a printed form carries within it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file within a PDF, and what it is to the page: `Data` that it was made from, or a
    `Supplement` to it."""

    name: str
    content: bytes
    mime: str
    relationship: str
    description: str
