"""`2026-10/CS017.toml`: one appraisee's month, the form filled in."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from kpisite.language.base import (
    DIGITS,
    NUMBER_SCHEMA,
    WHOLE,
    Amount,
    Day,
    Id,
    Model,
    MonthOf,
    Name,
    Number,
    Prose,
    Words,
    Written,
    exact_number,
    number_in,
    settable,
)
from kpisite.language.figures.value import Value
from kpisite.language.file import FileModel
from kpisite.language.share import Weight

Mark = Decimal | str | tuple[str, ...] | Mapping[str, Decimal]
"""A rater's mark: points, the name of a level, the duties met, or points by peer."""

NOTE = "note"
"""The key beside the raters' marks under which anybody writes why."""


def _mark(value: Any) -> Mark:
    if type(value) is int:  # nearly every mark
        return exact_number(value)
    match value:
        case str() if value.strip():
            return settable(value)
        case list() if all(isinstance(item, str) for item in value):
            return tuple(value)
        case dict() if value:
            return {str(peer): exact_number(points) for peer, points in value.items()}
        case _:
            return exact_number(value)


RaterMark = Annotated[
    Mark,
    PlainValidator(_mark),
    WithJsonSchema(
        {
            "anyOf": [
                NUMBER_SCHEMA,
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}},
                {"type": "object", "additionalProperties": NUMBER_SCHEMA},
            ]
        }
    ),
]


def _expected(value: Any) -> Mapping[str, Decimal]:
    stated = value if isinstance(value, dict) else {"total": value}
    return {str(key): _stated(number) for key, number in stated.items()}


def _stated(value: Any) -> Decimal:
    """A number, or the one in a text: a total may be quoted to keep it as on the form, 87.40."""
    return number_in(value) if isinstance(value, str) else exact_number(value)


_EXPECTED = {"anyOf": [NUMBER_SCHEMA, {"type": "string", "pattern": f"^-?{DIGITS}$"}]}
Expected = Annotated[
    Mapping[str, Decimal],
    PlainValidator(_expected),
    WithJsonSchema(
        {"anyOf": [*_EXPECTED["anyOf"], {"type": "object", "additionalProperties": _EXPECTED}]}
    ),
]
"""What the paper form states: its total alone, or by part and indicator id."""


class Rated(Model):
    """Who marked in a rater's name, and on which day."""

    by: Id | None = None
    on: Day | None = None


class Event(Model):
    """A dated occurrence that a rule of the scheme counts."""

    told_apart: ClassVar = WHOLE

    rule: Id
    date: Day
    points: Number | None = Field(default=None, description="By severity, where the rule asks")
    count: Annotated[int, Field(ge=1, le=1000, strict=True)] = 1
    reason: Prose = ""
    source: Prose = ""
    imported: Annotated[str, Field(max_length=200)] = Field(default="", repr=False)


class Survey(Model):
    """One respondent's answers to the questions of a survey indicator."""

    told_apart: ClassVar = ("of", "by")

    of: Id
    by: Name
    answers: dict[Id, Number]


class Task(Model):
    """A task planned for the month, with its weight and, as raters see it, what came of it."""

    id: Id
    name: Words
    weight: Weight
    of: Id | None = Field(default=None, description="Which tasks indicator, where there are two")
    from_: Day | None = None
    to: Day | None = None
    expected: Prose = ""
    result: Prose = ""
    marks: dict[Id, RaterMark] = Field(default_factory=dict)


class Answer(Model):
    """What the person appraised says to the scorecard, on a day, before a witness if refused.

    It is bound by `content` to the fingerprint of what was answered: when the scorecard changes
    afterwards, the answer no longer holds.  Without an answer the scorecard is pending.
    """

    state: Literal["acknowledged", "objected", "refused", "lapsed"]
    on: Day
    content: Annotated[str, Field(pattern=r"^[0-9a-f]{4}( ?[0-9a-f]{4}){2}( ?[0-9a-f]{4}){0,3}$")]
    witness: Id | None = None
    text: Prose = ""


class Ruling(Model):
    """How an appeal ended, with reasons; a `total` takes the place of the one appealed against."""

    on: Day
    outcome: Literal["upheld", "dismissed"]
    reasons: Written
    total: Number | None = None


class Appeal(Model):
    """An appeal, handled by somebody who did not mark."""

    told_apart: ClassVar = WHOLE

    on: Day
    reason: Written
    handler: Id
    ruling: Ruling | None = None


class Remark(Model):
    """Something noted in the course of the month, on its day."""

    told_apart: ClassVar = WHOLE

    on: Day
    by: Id | None = None
    text: Written


class Plan(Model):
    """A line of an improvement plan: what is amiss, what is done about it, by whom, until when."""

    told_apart: ClassVar = WHOLE

    problem: Prose
    measure: Prose
    owner: Id
    due: Day
    result: Prose = ""


#: What is added to a record after it was scored, and is no part of what was scored.
AFTERWARDS = ("answer", "appeal", "plan", "expect", "accept")


class Record(FileModel):
    """One appraisee's month as HR writes it: the form filled in.

    The appraisee is an employee or, on a department's form, a department.  Somebody who moved
    within the month has a record for each department, the second naming it as `part`.  A record on
    a one-off form stands beside that of the month, in a file such as `CS017@probation.toml`.
    """

    employee: Id | None = None
    department: Id | None = None
    part: Id | None = Field(default=None, description="The department of this part of the month")
    month: MonthOf
    scheme: Id | None = Field(default=None, description="Where it is not the post's own form")
    rated: dict[Id, Rated] = Field(default_factory=dict)
    marks: dict[Id, dict[Id, RaterMark]] = Field(default_factory=dict)
    metrics: dict[Id, Amount] = Field(default_factory=dict)
    choices: dict[Id, Name] = Field(default_factory=dict)
    list_: dict[Id, tuple[dict[Id, Value], ...]] = Field(default_factory=dict)
    event: tuple[Event, ...] = ()
    survey: tuple[Survey, ...] = ()
    task: tuple[Task, ...] = ()
    expect: Expected | None = Field(default=None, description="The total of the paper form")
    remark: tuple[Remark, ...] = ()
    notes: dict[Id, Prose] = Field(default_factory=dict)
    answer: Answer | None = None
    appeal: tuple[Appeal, ...] = ()
    plan: tuple[Plan, ...] = ()

    @model_validator(mode="after")
    def _has_one_appraisee(self) -> "Record":
        if (self.employee is None) == (self.department is None):
            raise PydanticCustomError("one-appraisee", "an employee or a department")
        return self

    @property
    def appraisee(self) -> str:
        """The id of the employee or department appraised."""
        return self.employee or self.department or ""

    @property
    def ruled(self) -> int | None:
        """The index of the last appeal that was upheld with a total of its own."""
        upheld = [
            index
            for index, appeal in enumerate(self.appeal)
            if appeal.ruling is not None
            and appeal.ruling.outcome == "upheld"
            and appeal.ruling.total is not None
        ]
        return upheld[-1] if upheld else None

    def note_on(self, indicator: str) -> str:
        """What was written beside the marks of `indicator`."""
        note = self.marks.get(indicator, {}).get(NOTE, "")
        return note if isinstance(note, str) else ""
