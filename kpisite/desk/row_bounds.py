"""What a rater may write in a row, in words."""

from functools import partial

from kpisite.core.exact import ONE, plain
from kpisite.core.text import Language
from kpisite.language.methods import Indicator
from kpisite.language.methods.marking import Choice, InPoints, OneOf, Ticks
from kpisite.words import command_words


def row_bounds(row: Indicator, language: Language) -> str:
    """What a rater may write in the row."""
    word = partial(word_of, language)
    if row.rated == "nothing":
        return word("new-reviewed", most=plain(row.most))
    match row.marking:
        case OneOf(choices=choices):
            return word("new-list").join(map(_choice, choices))
        case Ticks(items=items):
            ids = ", ".join(f'"{one.id}"' for one in items)
            return word("new-checklist", duties=f"[{ids}]", most=len(items))
        case InPoints() as marking:
            step = "" if marking.step == ONE else word("new-step", step=plain(marking.step))
            picked = word("new-picked") if marking.is_picked else ""
            return f"{plain(marking.low)}–{plain(marking.most)}{step}{picked}"


def _choice(one: Choice) -> str:
    points = plain(one.points)
    return points if one.id is None else f'"{one.id}" = {points}'


def word_of(language: Language, key: str, **facts: object) -> str:
    """A word of the catalogue."""
    return command_words(language)[key].format(**facts)
