"""The small types that all files are made of: names, texts, numbers, shares, months."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, get_args
from unicodedata import category

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from kpisite.core.exact import HUNDRED, LARGEST, MOST_PLACES, percent, plain, quotient
from kpisite.core.immutable import immutable
from kpisite.core.markup import LONGEST_TEXT, excess
from kpisite.core.month import Month
from kpisite.core.text import FURTHER, LANGUAGES, Text


def _key(field: str) -> str:
    """The key that HR writes for a field: `from_` is `from`, `post_level` is `post-level`."""
    return field.rstrip("_").replace("_", "-")


#: What tells entries apart that are no two the same.
WHOLE = ("*",)


class Model(BaseModel):
    """A table of a file: its keys are fixed, and it does not change once read."""

    #: The fields by which the entries of a list are told apart; an entry without them may stand
    #: twice.
    told_apart: ClassVar[tuple[str, ...]] = ("id",)
    #: Whether its id names it throughout the file, and not within its list alone.
    named_in_file: ClassVar[bool] = False

    model_config = ConfigDict(
        frozen=True,
        defer_build=True,
        extra="forbid",
        alias_generator=_key,
        populate_by_name=True,
        arbitrary_types_allowed=True,
    )


def name_beside(one: Model, id: str) -> Text | None:
    """What a table calls the figure `id` that a key of it names: `actual-name` beside `actual`."""
    for key in type(one).model_fields:
        if key.endswith("_name") and getattr(one, key.removesuffix("_name"), None) == id:
            name: Text | None = getattr(one, key)
            return name
    return None


def data_of(value: Any, *, with_texts: bool = True) -> Any:
    """A value of a model as plain data, the same for equal numbers and without what is as by
    default, so that a key that is new here changes nothing of what was written before it.

    Without texts it says what a file means to the calculation, however that is worded.
    """
    if value is None or type(value) in (str, int, bool):
        return value
    if type(value) is Decimal:
        return plain(value)
    if isinstance(value, tuple | list):
        return [data_of(one, with_texts=with_texts) for one in value]
    if isinstance(value, Text):
        return value.written if with_texts else None
    if isinstance(value, BaseModel):
        given = {
            key: one
            for key, default in _defaults(type(value)).items()
            if (one := getattr(value, key)) != default
        }
        return data_of(given, with_texts=with_texts)
    if isinstance(value, Mapping):
        data = {str(key): data_of(one, with_texts=with_texts) for key, one in value.items()}
        return data if with_texts else {key: one for key, one in data.items() if one is not None}
    if is_dataclass(value) and not isinstance(value, Month):
        parts = (getattr(value, one.name) for one in fields(value))
        return [data_of(one, with_texts=with_texts) for one in parts]
    return value if isinstance(value, str | int) else str(value)


@cache
def _defaults(model: type[BaseModel]) -> Mapping[str, Any]:
    """By key what a model says where a file does not."""
    return {
        key: field.get_default(call_default_factory=True)
        for key, field in model.model_fields.items()
    }


#: Letters and signs that leave no ink, though they count as neither spaces nor marks.
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def is_visible(text: str) -> bool:
    """Whether anybody can see anything of `text`: spaces, controls, and marks that only change a
    letter before them are nothing by themselves.

    >>> is_visible("李娜"), is_visible("\u3000"), is_visible("\u3164"), is_visible("\ufe0f")
    (True, False, False, False)
    """
    return any(category(sign)[0] not in "ZCM" and sign not in _FILLERS for sign in text)


def settable(text: str) -> str:
    """The text, in which no Markdown is more than can be set and printed."""
    found = excess(text)
    if found is None:
        return text
    if found.what == "characters":
        raise PydanticCustomError("string_too_long", "shorter", {"max_length": found.most})
    context = {"expected": found.what, "found": found.found, "most": found.most}
    raise PydanticCustomError("heavy-text", "less Markdown", context)


def _text(value: Any) -> Text:
    if isinstance(value, Text):
        return value
    if isinstance(value, str) and is_visible(value):
        return Text(zh=settable(value), en=value)
    if isinstance(value, Mapping) and value and set(value) <= set(LANGUAGES):
        if all(isinstance(said, str) and is_visible(said) for said in value.values()):
            said = {language: settable(one) for language, one in value.items()}
            others = tuple((one, said[one]) for one in FURTHER if one in said)
            return Text(said.get("zh", ""), said.get("en", ""), others)
    raise PydanticCustomError("text", "a text, or a table of texts by language")


def exact_number(value: Any) -> Decimal:
    """The decimal that a TOML number states, within the bounds of what can be printed."""
    if type(value) is int and -_LARGEST < value < _LARGEST:  # nearly every mark
        return _SMALL[value] if 0 <= value < len(_SMALL) else Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("number", "a number")
    number = Decimal(value)
    if not number.is_finite() or abs(number) >= LARGEST:
        raise PydanticCustomError("number-range", "a number within bounds")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -MOST_PLACES:
        raise PydanticCustomError("number-range", "a number with fewer decimal places")
    return number


#: A number in a text, as the schemas state it too: ASCII digits, with neither sign of plus, nor
#: underscores, nor an exponent.  What a text may hold is held to what TOML itself shows as digits,
#: so that nothing is read that a person would not.
DIGITS = r"[0-9]+(?:\.[0-9]+)?"
_NUMBER = re.compile(rf"-?{DIGITS}")
PERCENTAGE = re.compile(rf"(-?{DIGITS}) *%")


def number_in(text: str) -> Decimal:
    """The decimal that a text of digits states, such as "87.4"."""
    if _NUMBER.fullmatch(text) is None:
        raise PydanticCustomError("number", "a number")
    return exact_number(Decimal(text))


def percentage_of(value: Any) -> Decimal:
    """The share that a percentage in quotes states: `"40%"` is 0.4."""
    found = PERCENTAGE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("share", "a percentage in quotes")
    return quotient(exact_number(Decimal(found[1])), HUNDRED)


def _month(value: Any) -> Month:
    if isinstance(value, str):
        try:
            return Month.parse(value)
        except ValueError:
            pass
    raise PydanticCustomError("month", "a month in quotes")


def _day(value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise PydanticCustomError("date", "a date without quotes")


def _written(value: str) -> str:
    if not is_visible(value):
        raise PydanticCustomError("empty", "some text")
    return value


@immutable(kw_only=False)
class Quantity:
    """A figure of a record or scheme, and whether it was written as a percentage.

    `"37.5%"` is the number 0.375 and shows as 37.5%; `126_000` is itself.
    """

    value: Decimal
    is_percent: bool = False

    @property
    def text(self) -> str:
        """It as people read it."""
        return percent(self.value) if self.is_percent else plain(self.value)


def _quantity(value: Any) -> Quantity:
    if isinstance(value, Quantity):
        return value
    if isinstance(value, str) and value.endswith("%"):
        return Quantity(percentage_of(value), is_percent=True)
    if isinstance(value, str):
        raise PydanticCustomError("amount", "a number or a percentage in quotes")
    return Quantity(exact_number(value))


_PERCENT_SCHEMA = {"type": "string", "pattern": f"^-?{DIGITS} *%$", "examples": ["40%"]}


_LARGEST = int(LARGEST)
#: The marks that most rows can have, one for all.
_SMALL = tuple(map(Decimal, range(101)))
_IN_RANGE = {"exclusiveMinimum": -_LARGEST, "exclusiveMaximum": _LARGEST}
NUMBER_SCHEMA = {"type": "number"} | _IN_RANGE

Flag = Annotated[bool, Field(strict=True)]
Number = Annotated[Decimal, PlainValidator(exact_number), WithJsonSchema(NUMBER_SCHEMA)]
Positive = Annotated[
    Decimal,
    PlainValidator(exact_number),
    Field(gt=0),
    WithJsonSchema(NUMBER_SCHEMA | {"exclusiveMinimum": 0}),
]
NotNegative = Annotated[
    Decimal,
    PlainValidator(exact_number),
    Field(ge=0),
    WithJsonSchema({"type": "number", "minimum": 0, "exclusiveMaximum": _LARGEST}),
]
Amount = Annotated[
    Quantity,
    PlainValidator(_quantity),
    WithJsonSchema({"anyOf": [NUMBER_SCHEMA, _PERCENT_SCHEMA]}),
]
Words = Annotated[
    Text,
    PlainValidator(_text),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT},
                {
                    "type": "object",
                    "properties": {
                        language: {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}
                        for language in LANGUAGES
                    },
                    "additionalProperties": False,
                    "minProperties": 1,
                },
            ]
        }
    ),
]
#: A language that the catalogue has.
if TYPE_CHECKING:
    LanguageOf = str
else:
    LanguageOf = Literal[LANGUAGES]

ID = "[A-Za-z0-9][A-Za-z0-9_-]{0,39}"
Id = Annotated[str, Field(strict=True, pattern=f"^{ID}$")]
Name = Annotated[str, Field(strict=True, max_length=60), AfterValidator(_written)]
Prose = Annotated[str, Field(strict=True, max_length=LONGEST_TEXT), AfterValidator(settable)]
Written = Annotated[Prose, Field(min_length=1), AfterValidator(_written)]
MonthOf = Annotated[
    Month,
    PlainValidator(_month),
    WithJsonSchema({"type": "string", "pattern": r"^[12][0-9]{3}-(0[1-9]|1[0-2])$"}),
]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]


def models_in(annotation: Any) -> Iterator[type[Model]]:
    """The models that a value of the annotation may hold."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for argument in get_args(annotation):
        yield from models_in(argument)
