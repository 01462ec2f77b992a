"""What is kept of a result for pages and checks, written where it is made."""

from collections.abc import Mapping

from kpisite.check.ground import Ground
from kpisite.core.digest import digest
from kpisite.examine.cells import AFTERMATHS, BRIEFS, PAY_ROWS
from kpisite.outcomes.aftermath import aftermath_of
from kpisite.outcomes.brief import brief_of
from kpisite.outcomes.outline import Outline, outline_of, with_digests
from kpisite.outcomes.results import Result
from kpisite.pages.pay_rows import pay_row_of

Written = tuple[Outline, Mapping[str, bytes]]
"""A scorecard in outline, and by the name of each piece what is kept of it."""


def written(ground: Ground, result: Result, *, is_shown: bool) -> Written:
    """The result as it is kept: for checks alone, or, where it `is_shown`, for pages too."""
    aftermath = AFTERMATHS.one.as_bytes(aftermath_of(ground, result))
    outline = outline_of(result, digest(aftermath.decode()))
    if not is_shown:
        return outline, {AFTERMATHS.name: aftermath}
    brief, row = brief_of(ground, result), pay_row_of(result, ground.site.model.language)
    in_brief, pay_row = BRIEFS.one.as_bytes(brief), PAY_ROWS.one.as_bytes(row)
    outline = with_digests(outline, brief, digest(in_brief.decode()), digest(pay_row.decode()))
    return outline, {BRIEFS.name: in_brief, PAY_ROWS.name: pay_row, AFTERMATHS.name: aftermath}
