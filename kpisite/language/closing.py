"""`closed.toml` and `amendments.toml`: what scorecards were when their month was closed, and every
change to them since."""

from typing import Annotated, ClassVar

from pydantic import Field

from kpisite.language.base import (
    WHOLE,
    Day,
    Id,
    Model,
    MonthOf,
    Written,
)
from kpisite.language.file import FileModel

ClosedMonth = Annotated[str, Field(strict=True, pattern=r"^[12][0-9]{3}-(0[1-9]|1[0-2])$")]
ClosedDigest = Annotated[str, Field(strict=True, pattern=r"^[0-9a-f]{32}$")]
PaySeal = Annotated[str, Field(pattern=r"^((hmac:)?[0-9a-f]{32}([+][0-9a-f]{32})?)?$")]
"""Digits of a wage; behind `hmac:` where they were made with the key among the pay files, and
before `+` where they are of more than others see than payroll and HR, of which are those behind."""


class ClosedCard(Model):
    """What a scorecard was when its month was closed: digests of its numbers and, apart, of the
    wage, which somebody without the pay files cannot compute."""

    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    pay: PaySeal = ""
    total: Annotated[str, Field(max_length=30)]
    grade: Annotated[str, Field(max_length=60)] = ""


class Closed(Model):
    """`closed.toml`, which `kpisite close` writes: what every scorecard of the month rested on."""

    month: MonthOf
    on: Day
    card: dict[str, ClosedCard]


class Closings(Model):
    """`records/closed.toml`, to which `kpisite close` adds a line: every month that was closed, and
    the digest of its own `closed.toml`, so that neither can change or vanish alone."""

    month: dict[ClosedMonth, ClosedDigest]


class Amendment(Model):
    """A change to a scorecard of a closed month: whose, by whom, why, what, and who approved."""

    told_apart: ClassVar = WHOLE

    appraisee: Id
    on: Day
    by: Id
    approved: Id
    why: Annotated[Written, Field(max_length=2_000)]
    what: Annotated[Written, Field(max_length=2_000)]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
    pay: PaySeal = ""


#: The digest by which an amendment says that a scorecard was taken out of a closed month.
REMOVED = "0" * 32


class Amendments(FileModel):
    """`amendments.toml`: every change to a closed month, the latest for an appraisee last."""

    month: MonthOf
    amendment: Annotated[tuple[Amendment, ...], Field(min_length=1)]
