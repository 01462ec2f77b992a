"""What every scoring method has in common: its row on the form, and how it is asked."""

from collections.abc import Iterator
from decimal import Decimal
from typing import ClassVar

from pydantic import Field

from kpisite.core.fault import Fact, Issue, Source
from kpisite.core.text import NO_TEXT, Text
from kpisite.core.working import Kind, Unit, Working
from kpisite.language.base import Id, Model, Positive, Quantity, Share, Words
from kpisite.language.record import Mark, Record


class Indicator(Model):
    """A row of the form.  `points` is the most it gives on its own scale; a `weight` sets what
    that scale is worth in the part, where the part is weighted rather than added up."""

    #: Stands under the method's name in the documentation.
    says: ClassVar[Text]

    id: Id
    name: Words
    points: Positive = Decimal(100)
    weight: Share | None = None
    text: Words | None = Field(default=None, description="What is appraised, in Markdown")

    @property
    def most(self) -> Decimal:
        """The most this indicator can reach on its own scale."""
        return self.points

    def scheme_faults(self, at: Source) -> Iterator[Issue]:
        """What is wrong with the parameters taken together; `at` is the indicator's entry."""
        return iter(())


class Marked(Indicator):
    """An indicator for which every rater gives a mark."""

    def mark_faults(self, mark: Mark) -> Iterator[tuple[str, dict[str, Text | str | Decimal]]]:
        """Codes and facts of what is wrong with `mark`; nothing where it can be scored."""
        raise NotImplementedError

    def meaning(self, mark: Mark) -> Text:
        """What the form says of `mark` in words, such as the text of its band; or nothing."""
        return NO_TEXT

    def marked(self, rater: str, label: Text, mark: Mark, at: Source) -> Working:
        """The points that `mark`, free of faults, is worth in the hand of one rater."""
        raise NotImplementedError


class Measured(Indicator):
    """An indicator reckoned from figures and events, with no rater's mark."""

    def metrics(self) -> tuple[str, ...]:
        """The ids of the figures it needs."""
        return ()

    def record_faults(self, record: Record, at: Source) -> Iterator[Issue]:
        """What the record lacks or has wrong for this indicator; `at` is the record."""
        for metric in self.metrics():
            if metric not in record.metrics:
                facts: dict[str, Fact] = {"metric": metric, "indicator": self.name}
                yield Issue(code="metric-missing", at=at.at("metrics"), facts=facts)

    def measured(self, record: Record, at: Source) -> Working:
        """The indicator's working, from a record free of faults."""
        raise NotImplementedError


def metric_working(metric: str, label: Text, figure: Quantity, at: Source) -> Working:
    """A figure of the record as the leaf of a working."""
    return Working(
        id=metric,
        kind=Kind.FIGURE,
        label=label,
        value=figure.value,
        unit=Unit.SHARE if figure.is_percent else Unit.FIGURE,
        sources=(at.at("metrics", metric),),
    )
