"""One of several levels, each worth fixed points (F01, F11, F13, F15)."""

from collections.abc import Iterator
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from kpisite.core.captions import caption
from kpisite.core.exact import CONTEXT, plain
from kpisite.core.formula import Constant, Operand, Product
from kpisite.core.issue import Fact, Issue, Source, nearest
from kpisite.core.text import NO_TEXT, Text
from kpisite.core.working import Kind, Unit, Working, derive
from kpisite.language.base import Id, Model, NotNegative, Words
from kpisite.language.clause import Clause, Names, clause
from kpisite.language.methods.base import Marked
from kpisite.language.methods.marking import Choice, Issues, OneOf
from kpisite.language.methods.sheet import mark_working
from kpisite.language.record import Mark, Record
from kpisite.language.share import Portion


class Level(Model):
    """A level: its points, or its share of the indicator's, and what it takes to be there."""

    id: Id | None = None
    points: NotNegative | None = None
    share: Portion | None = None
    name: Words | None = None
    text: Words | None = None

    @model_validator(mode="after")
    def _states_one_yield(self) -> "Level":
        if (self.share is None) == (self.points is None):
            raise PydanticCustomError("level-yield", "either a share or points")
        return self


class Levels(Marked):
    """The rater chooses one level; the mark is its id or, for levels in points, its points."""

    says = caption("says-levels")

    method: Literal["levels"]
    levels: Annotated[tuple[Level, ...], Field(min_length=2)]

    def points_of(self, level: Level) -> Decimal:
        """What a level is worth."""
        if level.points is not None:
            return level.points
        return CONTEXT.multiply(level.share or Decimal(0), self.points)

    @cached_property
    def marking(self) -> OneOf:
        """One of the levels."""
        return OneOf(
            choices=tuple(
                Choice(id=one.id, points=self.points_of(one), name=one.name) for one in self.levels
            )
        )

    def clauses(self, names: Names) -> Iterator[Clause]:
        """The levels."""
        for level in self.levels:
            yield clause(level.name, level.text, points=plain(self.points_of(level)))

    def level_of(self, mark: Mark) -> Level | None:
        """The level that a mark names by its id or states by its points."""
        choices = zip(self.marking.choices, self.levels, strict=True)
        return next((level for choice, level in choices if choice.is_meant_by(mark)), None)

    def scheme_issues(self, at: Source) -> Iterator[Issue]:
        """Levels worth the same or called the same, and a best one that is not the full points."""
        columns: dict[str, list[str | None]] = {
            "points": [plain(self.points_of(level)) for level in self.levels],
            "id": [level.id for level in self.levels],
        }
        for key, values in columns.items():
            for index, value in enumerate(values):
                if value is not None and value in values[:index]:
                    facts = {"id": value}
                    also = (at.at("levels", values.index(value)),)
                    here = at.at("levels", index, key)
                    yield Issue(code="duplicate-id", at=here, facts=facts, also=also)
        top = max(self.points_of(level) for level in self.levels)
        if top != self.points:
            yield Issue(
                code="points-unreachable",
                at=at.at("levels"),
                facts={"indicator": self.name, "top": top, "points": self.points},
            )

    def mark_issues(self, mark: Mark, record: Record) -> Issues:
        """A mark that is no level."""
        if self.level_of(mark) is None:
            reported = plain(mark) if isinstance(mark, Decimal) else str(mark)
            points = tuple(plain(self.points_of(level)) for level in self.levels)
            ids = tuple(level.id for level in self.levels if level.id is not None)
            levels = (*(f'"{id}"' for id in ids), *points)
            facts: dict[str, Fact] = {"mark": reported, "levels": levels}
            if isinstance(mark, Decimal) and mark > self.points:
                facts["most"] = self.points
            yield "mark-no-level", facts | {"meant": nearest(reported, ids)}

    def meaning(self, mark: Mark, record: Record) -> Text:
        """The level's name and what it takes."""
        level = self.level_of(mark)
        return NO_TEXT if level is None else level.text or level.name or NO_TEXT

    def marked(self, rater: str, label: Text, mark: Mark, at: Source) -> Working:
        """The level's points; a share is multiplied out."""
        level = self.level_of(mark)
        assert level is not None
        if level.share is None:
            points = self.points_of(level)
            return mark_working(rater, label, points, at, most=self.points)
        share = Working(
            id=f"{rater}-share",
            kind=Kind.FIGURE,
            label=level.name or label,
            value=level.share,
            unit=Unit.SHARE,
            sources=(at,),
        )
        formula = Product((Operand(0), Constant(self.points)))
        return derive(
            rater, Kind.MARK, label, formula, (share,), most=self.points, rater=rater,
            sources=(at,),
        )  # fmt: skip
