"""The JSON Schema of every kind of file, by which editors complete, explain and underline."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from pydantic.fields import FieldInfo

from kpisite.check.kinds import KINDS, MAPPING_KIND
from kpisite.core.captions import caption
from kpisite.core.exact import percent
from kpisite.core.text import Text
from kpisite.language.base import Model, models_in

KeyWords = Mapping[str, Mapping[str, Text]]
"""What each key means, by model and key."""


def schemas(words: KeyWords) -> dict[str, dict[str, Any]]:
    """The schemas by the name of the kind; `words` stand beside the keys, in both languages."""
    return {kind.name: _schema(kind.name, kind.model, words) for kind in (*KINDS, MAPPING_KIND)}


def _schema(name: str, model: type[Model], words: KeyWords) -> dict[str, Any]:
    drawn = model.model_json_schema()
    models = {one.__name__: one for one in _models_below(model)}
    for title, table in (*drawn.get("$defs", {}).items(), (model.__name__, drawn)):
        _explain(table, models[title], words)
    if name in DEFINING:
        _let_entries_be_alike(drawn)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": f"kpisite:{name}",
        **drawn,
    }


#: The kinds of files in which something may be written once and named (`read/likeness.py`).
DEFINING = ("scheme", "policy")


def _let_entries_be_alike(drawn: dict[str, Any]) -> None:
    """Lets a file define what several entries share, and an entry with `like` leave out what it
    has from there."""
    shared = {"type": "object", "additionalProperties": {"type": "object"}}
    drawn["properties"]["define"] = {**shared, "description": _both(DEFINE_WORDS)}
    for table in drawn["$defs"].values():
        if "properties" in table:
            table["properties"]["like"] = {"type": "string", "description": _both(LIKE_WORDS)}
            needed = table.pop("required", None)
            if needed:
                table["anyOf"] = [{"required": needed}, {"required": ["like"]}]
    _loosen(drawn)


def _loosen(node: Any) -> None:
    """Which method an entry has may stand where it is defined."""
    if isinstance(node, dict):
        if "discriminator" in node:
            del node["discriminator"]
            node["anyOf"] = node.pop("oneOf")
        for inner in node.values():
            _loosen(inner)
    elif isinstance(node, list):
        for inner in node:
            _loosen(inner)


DEFINE_WORDS = caption("define")
LIKE_WORDS = caption("like")


def _models_below(model: type[Model]) -> Iterator[type[Model]]:
    yield model
    for field in model.model_fields.values():
        for inner in models_in(field.annotation):
            yield from _models_below(inner)


def _explain(table: dict[str, Any], model: type[Model], words: KeyWords) -> None:
    """Puts into a model's schema the words of its keys, and bounds and defaults as they are
    written."""
    says = getattr(model, "says", None)
    if isinstance(says, Text):
        table["description"] = _both(says)
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    for key, entry in table["properties"].items():
        entry.pop("title", None)
        said = _said_of(key, model, words)
        if said is not None:
            entry["description"] = _both(said)
        if "$ref" in entry:
            # Beside a reference nothing else is looked at.
            entry["allOf"] = [{"$ref": entry.pop("$ref")}]
        if entry.get("type") == "number":
            entry.update(_bounds(fields[key]))
        if isinstance(entry.get("default"), str):
            entry["default"] = _as_written(entry["default"], entry)


def _said_of(key: str, model: type[Model], words: KeyWords) -> Text | None:
    """The words of the model itself, or of the nearest model that it is made from."""
    found = (words.get(one.__name__, {}).get(key) for one in model.__mro__)
    return next((said for said in found if said is not None), None)


def _bounds(field: FieldInfo) -> dict[str, Any]:
    """The bounds of a number, which the validator knows and its schema does not."""
    stated = (
        (name, getattr(one, bound, None)) for one in field.metadata for bound, name in _BOUNDS
    )
    return {name: limit for name, limit in stated if limit is not None}


_BOUNDS = (
    ("ge", "minimum"),
    ("gt", "exclusiveMinimum"),
    ("le", "maximum"),
    ("lt", "exclusiveMaximum"),
)


def _both(text: Text) -> str:
    """The text in both languages, a line each, without the links of the documentation."""
    return _LINK.sub(r"\1", f"{text.zh}\n{text.en}")


_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def _as_written(default: str, entry: Mapping[str, Any]) -> Any:
    """A default as it would stand in a file: a number, a percentage in quotes, or the text."""
    kinds = (entry, *entry.get("anyOf", ()))
    if _NUMBER.fullmatch(default) is None:
        return default
    if any(kind.get("type") in ("number", "integer") for kind in kinds):
        number = Decimal(default)
        return int(number) if number == number.to_integral_value() else float(number)
    return percent(Decimal(default))
