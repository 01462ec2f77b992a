"""What all scorecards on one form have in common: its words, and the rows that are alike."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import cached_property

from kpisite.core.exact import percent
from kpisite.core.text import Language, Text
from kpisite.language.scheme import Scheme
from kpisite.pages.row import Row
from kpisite.words import page_words

#: So many rows are kept for those of other records that are alike.
MOST_ROWS_KEPT = 10_000


class FormWords:
    """What all scorecards on one form have in common, put into words once.

    What parts and sections come to are few figures and people many, so that most such rows of a
    month have been written before: they are kept by all that they depend on.
    """

    def __init__(self, scheme: Scheme, language: Language) -> None:
        self.scheme = scheme
        self.language: Language = language
        self.words = page_words(language)
        self._rows: dict[tuple[object, ...], Row] = {}

    def say(self, text: Text) -> str:
        """The text in the language of the pages."""
        return text.say(self.language)

    @cached_property
    def caption(self) -> str:
        """Who marks with which share, and how it is rounded."""
        comma = self.words["comma"]
        shares = comma.join(
            f"{self.say(self.scheme.rater_name(id))} {percent(weight)}"
            for id, weight in self.scheme.counted_raters.items()
        )
        reviewers = self.words["list-comma"].join(
            self.say(self.scheme.rater_name(id)) for id in self.scheme.reviewers
        )
        if reviewers:
            shares = self.words["in-turn"].format(raters=reviewers)
        places = self.scheme.rounding.total
        rounding = self.words["rounded" if places else "rounded-whole"].format(places=places)
        return self.words["dot"].join(part for part in (shares, rounding) if part)

    @cached_property
    def raters(self) -> tuple[str, ...]:
        """The raters with a column: all of them, or none on a form that is computed throughout."""
        takes_marks = any(indicator.is_filled_in for indicator in self.scheme.indicators.values())
        return tuple(self.scheme.raters) if takes_marks else ()

    @cached_property
    def weights(self) -> Mapping[str, Decimal]:
        """What the form's rows and parts count for, where they are weighted."""
        weights = {part.id: part.weight for part in self.scheme.part}
        weights |= {row.id: row.weight for row in self.scheme.indicators.values()}
        return {id: weight for id, weight in weights.items() if weight is not None}

    @cached_property
    def factors(self) -> frozenset[str]:
        """The parts that multiply what the others come to."""
        return frozenset(part.id for part in self.scheme.part if part.role == "factor")

    @cached_property
    def figures(self) -> frozenset[str]:
        """The figures and tables that the form computes."""
        return frozenset(one.id for one in (*self.scheme.figure, *self.scheme.table))

    def row(self, cache_key: tuple[object, ...], make: Callable[[], Row]) -> Row:
        """The row that is made of just this."""
        known = self._rows.get(cache_key)
        if known is not None:
            return known
        row = make()
        if len(self._rows) < MOST_ROWS_KEPT:
            self._rows[cache_key] = row
        return row
