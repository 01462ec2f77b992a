"""What a record is called among those of its month: `CS017`, or `CS017@store` beside it.

Somebody may have several records of one month.  The one of the month itself goes by the id alone;
each of the others by a `qualifier` behind it, in file names, seals, codes and paths alike.
"""

import re
from typing import TYPE_CHECKING

_RECORD = re.compile(
    r"records/[12][0-9]{3}-(?:0[1-9]|1[0-2])/"
    r"(?!(?:month|closed|amendments)\.toml)[^/@]+(?:@[^/]+)?\.toml"
)


def is_record(path: str) -> bool:
    """Whether the file at `path` is a record, and none of the other files of a month.

    >>> is_record("records/2026-10/CS017@store.toml"), is_record("records/2026-10/month.toml")
    (True, False)
    """
    return _RECORD.fullmatch(path) is not None


def month_of(path: str) -> str:
    """The month that the record at `path` stands under.

    >>> month_of("records/2026-10/CS017.toml")
    '2026-10'
    """
    return path.split("/")[1]


def appraisee_of(path: str) -> str:
    """The id of the appraisee whose record stands at `path`.

    >>> appraisee_of("records/2026-10/CS017@store.toml")
    'CS017'
    """
    return path.rpartition("/")[2].removesuffix(".toml").partition("@")[0]


def address_of(id: str, qualifier: str | None) -> str:
    """What a record is called in its month's folder, and so on the command line.

    >>> address_of("CS017", None), address_of("CS017", "store")
    ('CS017', 'CS017@store')
    """
    return f"{id}@{qualifier}" if qualifier else id


def name_in_month(id: str, qualifier: str | None) -> str:
    """What a scorecard is called among those of a closed month, and its page in a folder of pages.

    >>> name_in_month("CS017", None), name_in_month("CS017", "store")
    ('CS017', 'CS017-store')
    """
    return f"{id}-{qualifier}" if qualifier else id


class Qualified:
    """A record, or what became of it, with what tells it from the others of its person's month."""

    __slots__ = ()
    if TYPE_CHECKING:  # a field of some, computed by others

        @property
        def part(self) -> str | None:
            """The department of a part of the month; None where the record is none of a part."""

        @property
        def one_off(self) -> str | None:
            """The id of the form of a one-off appraisal; None where the record is none of one."""

    @property
    def qualifier(self) -> str | None:
        """What tells it from the record of the month itself; None for that one."""
        return self.one_off or self.part

    @property
    def is_of_month(self) -> bool:
        """Whether it is of the month itself: neither of a part of it nor of a one-off appraisal."""
        return self.qualifier is None

    @property
    def order(self) -> str:
        """By what those of a person's month are put in order, that of the month itself first."""
        return self.qualifier or ""
