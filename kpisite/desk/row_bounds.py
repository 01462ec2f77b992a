"""What a rater may write in a row, in words."""

from functools import partial

from kpisite.core.exact import ONE, plain
from kpisite.core.text import Language
from kpisite.language.methods import Indicator, Measured
from kpisite.language.methods.bands import Bands
from kpisite.language.methods.checklist import Checklist
from kpisite.language.methods.levels import Levels
from kpisite.language.methods.metric_bands import MetricBands
from kpisite.words import command_words


def row_bounds(row: Indicator, language: Language) -> str:
    """What a rater may write in the row."""
    word = partial(word_of, language)
    if isinstance(row, Measured):
        return word("new-reviewed", most=plain(row.points))
    if isinstance(row, Levels):
        levels = (
            plain(row.points_of(one))
            if one.id is None
            else f'"{one.id}" = {plain(row.points_of(one))}'
            for one in row.levels
        )
        return word("new-list").join(levels)
    if isinstance(row, Checklist):
        duties = ", ".join(f'"{one.id}"' for one in row.duties)
        return word("new-checklist", duties=f"[{duties}]", most=len(row.duties))
    low, high = "0", plain(row.most)
    if isinstance(row, Bands | MetricBands):
        low = plain(min(one.low for one in row.bands))
    step = "" if row.step == ONE else word("new-step", step=plain(row.step))
    picked = word("new-picked") if isinstance(row, MetricBands) else ""
    return f"{low}–{high}{step}{picked}"


def word_of(language: Language, key: str, **facts: object) -> str:
    """A word of the catalogue."""
    return command_words(language)[key].format(**facts)
