"""Who marks on a form and who signs it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kpisite.core.captions import caption
from kpisite.core.exact import ONE, total
from kpisite.language.base import Flag, Id, Model, Words, number_in
from kpisite.language.figures.model import Drop
from kpisite.language.record import Mark
from kpisite.language.share import Weight


class Rater(Model):
    """Whose marks a form takes, and how they count.

    With a `weight` the marks are blended; `in-turn` raters review one after the other, and the
    last review that is there is the result; `shown` marks stand on the form and count for
    nothing.  `peers` give several marks, of which only the mean is shown, from at least `least`;
    `drop` leaves the highest and the lowest of them out.  `votes` are counted for each answer, as
    `{ 100 = 3, 80 = 4 }`.
    """

    weight: Weight | None = None
    role: Literal["counted", "in-turn", "shown"] = "counted"
    name: Words | None = None
    peers: Flag = False
    votes: Flag = Field(default=False, description="A mark is how many gave each answer")
    drop: Drop | None = Field(default=None, description="Of several marks")
    least: Annotated[int, Field(ge=1, strict=True)] = 3

    @property
    def is_several(self) -> bool:
        """Whether it stands for several people, none of whom is named."""
        return self.peers or self.votes

    def count_of(self, mark: Mark) -> Decimal:
        """How many people gave a mark."""
        if not isinstance(mark, Mapping):
            return ONE
        return total(mark.values()) if self.votes else Decimal(len(mark))

    def is_enough(self, mark: Mark) -> bool:
        """Whether a mark may count: anybody's own, or those of enough people."""
        return not self.is_several or self.count_of(mark) >= self.least

    def each(self, mark: Mark) -> tuple[Mark, ...]:
        """The single marks in what stands under the rater: one, each peer's, or each answer."""
        if not self.is_several or not isinstance(mark, Mapping):
            return (mark,)
        return tuple(map(_answer, mark)) if self.votes else tuple(mark.values())

    @model_validator(mode="after")
    def _weighs_if_counted(self) -> "Rater":
        if (self.weight is None) == (self.role == "counted"):
            raise PydanticCustomError("rater-weight", "a weight where the mark is counted")
        return self


def _answer(written: str) -> Mark:
    """The mark that an answer of a vote states: points, or the name of a level."""
    try:
        return number_in(written)
    except PydanticCustomError:
        return written


def written_rater(value: Any) -> Any:
    """A bare percentage or fraction is a weight, and so is what only looks like one; any other
    bare text is a role."""
    if isinstance(value, str):
        is_weight = any(sign in "%％/" or sign.isdigit() for sign in value)
        return {"weight": value} if is_weight else {"role": value}
    return value if isinstance(value, dict | list | bool) else {"weight": value}


#: What the usual raters are called on a form that does not name them itself.
RATER_NAMES = {
    "self": caption("self"),
    "supervisor": caption("supervisor"),
    "manager": caption("manager"),
    "general-manager": caption("general-manager"),
    "peer": caption("peers"),
    "customer": caption("customers"),
}


#: The rater, and signer, who is the person appraised.
APPRAISEE = "self"
#: What the line of that person is called on a form that does not name it.
APPRAISEE_NAME = caption("appraisee")


class Signature(Model):
    """A line to sign on, and the rater whose name and day stand under it; `self` is the person
    appraised, who may sign without having marked."""

    name: Words
    rater: Id | None = None


def written_signature(value: Any) -> Any:
    """A bare text is a line that no rater of the form signs."""
    return value if isinstance(value, dict) and "name" in value else {"name": value}
