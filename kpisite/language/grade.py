"""A row of the grade table (考核结果应用表, F03)."""

from pydantic import Field

from kpisite.language.base import Id, Model, NotNegative, Number, Words
from kpisite.language.share import Portion


class Grade(Model):
    """What a total of `from` or more means, and what follows from it.

    The grade is that of the rounded total that is shown, so no score falls between two grades.
    """

    id: Id
    name: Words
    from_: Number | None = Field(default=None, description="None: whatever lies below the others")
    training: Words | None = None
    promotion: Words | None = None
    level: Words | None = Field(default=None, description="The post level it leads to")
    salary: NotNegative | None = None
    bonus: NotNegative | None = None
    suggested: Portion | None = Field(
        default=None, description="Advice on how many should have it; nobody is forced into it"
    )
    text: Words | None = Field(default=None, description="What the grade means, in a sentence")
