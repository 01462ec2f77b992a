"""The book: everything HR wrote, validated: the ground with all records on it."""

from dataclasses import dataclass

from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.roster import Roster
from kpisite.language.record import Record


@dataclass(frozen=True, kw_only=True)
class Book(Ground):
    """All files of a site as models.

    Records stand by month, then employee; among the documents and the unread files are theirs too.
    """

    records: tuple[Filed[Record], ...]
    roster: Roster
    """What the records are to one another."""
