"""What respondents are asked about a row, and what is asked of how many of them."""

from decimal import Decimal

from pydantic import Field

from kpisite.core.immutable import immutable
from kpisite.language.base import Id, Model, Words
from kpisite.language.share import Weight


class Question(Model):
    """A question, the heading it stands under, and its weight."""

    id: Id
    name: Words
    group: Words | None = None
    weight: Weight | None = Field(default=None, description="All alike where none has one")


@immutable
class Questionnaire:
    """Questions that are answered from `low` to `high`, by no fewer than `least` respondents."""

    questions: tuple[Question, ...]
    low: Decimal
    high: Decimal
    least: int
