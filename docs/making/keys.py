"""The tables of keys, of the models in kpisite/language, with the words of keys.toml."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from inspect import get_annotations
from typing import Any, get_args

from pydantic import TypeAdapter

from kpisite.check.kinds import KINDS, MAPPING_KIND
from kpisite.core.exact import LARGEST, percent, plain
from kpisite.language import share
from kpisite.language.base import Model
from kpisite.language.components import Component
from kpisite.language.methods import Indicator
from making import sources

KEYS: dict[str, Any] = sources.table("kpisite/words/keys.toml")
"""What each key means, by model and key."""

BASES = (Indicator, Component)


def models_below(model: type[Model], *, into_methods: bool) -> Iterator[type[Model]]:
    """`model` and each model in its fields, once; a method is entered, or stands for the base
    that it shares with the others."""
    seen: list[type[Model]] = []
    ahead = [model]
    while ahead:
        one = ahead.pop(0)
        if not into_methods:
            one = next((base for base in BASES if issubclass(one, base)), one)
        if one not in seen:
            seen.append(one)
            ahead += [inner for field in one.model_fields.values() for inner in _models_in(field)]
    return iter(seen)


def _models_in(field: Any) -> Iterator[type[Model]]:
    annotation = getattr(field, "annotation", field)
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


FILES = (*KINDS, MAPPING_KIND)
"""Every kind of file that people write."""

IN_FORMAT = {
    one.__name__: one for kind in FILES for one in models_below(kind.model, into_methods=False)
}
"""The models whose tables stand in format.md; all others stand in methods.md."""


def keys_table(model: type[Model], without: frozenset[str] = frozenset()) -> str:
    """A row a key: what to write, what holds where it is left out, and what it means."""
    schema = model.model_json_schema()
    rows = [
        f'<a id="keys-{model.__name__.lower()}"></a>\n',
        "| 键 key | 写什么 value | 不写则 if left out | 说明 meaning |",
        "| --- | --- | --- | --- |",
    ]
    fields = sorted(model.model_fields.items(), key=lambda one: one[0] == "accept")
    for name, field in fields:
        key = field.alias or name
        if key not in without:
            value = _value(schema["properties"][key], key)
            is_required = key in schema.get("required", ())
            left_out = "**必填 required**" if is_required else _default(field.default, value)
            words = "<br>".join(_words(model, key))
            rows.append(f"| `{key}` | {value} | {left_out} | {words} |")
    return "\n".join(rows) + "\n"


def _words(model: type[Model], key: str) -> list[str]:
    """The words of the model itself, or of the nearest model that it is made from."""
    for one in model.__mro__:
        if key in KEYS.get(one.__name__, {}):
            return list(KEYS[one.__name__][key])
    raise sources.Undocumented(f"{model.__name__}.{key}")


def must_match_the_code() -> None:
    """Stops where a key has no words, or where there are words for a key that is gone."""
    models = {one for kind in FILES for one in models_below(kind.model, into_methods=True)} | set(
        IN_FORMAT.values()
    )
    known = {
        (base.__name__, field.alias or name)
        for model in models
        for name, field in model.model_fields.items()
        for base in model.__mro__
        if name in get_annotations(base)
    } - {(model.__name__, "method") for model in models}
    reported = {(model, key) for model, keys in KEYS.items() for key in keys}
    if unlike := known ^ reported:
        names = sorted(f"{'+' if one in known else '-'} {one[0]}.{one[1]}" for one in unlike)
        lines = "\n".join(names)
        raise sources.Undocumented(
            f"kpisite/words/keys.toml lacks words (+) or has too many (-):\n{lines}"
        )


def _default(value: Any, written: str) -> str:
    match value:
        case Decimal() if "%" in written:
            return f'`"{percent(value)}"`'
        case bool():
            return f"`{str(value).lower()}`"
        case int() | Decimal():
            return f"`{plain(Decimal(value))}`"
        case str() if value:
            return f'`"{value}"`'
        case _:
            return "–"


def _value(schema: Mapping[str, Any], key: str) -> str:
    """What a person writes for a key, told from its JSON Schema."""
    reported = next((reported for reported, fits in VALUES if fits(schema)), None)
    if reported is not None:
        return reported + _bounds(schema)
    match schema:
        case {"anyOf": options} | {"oneOf": options}:
            values = (_value(one, key) for one in options if one.get("type") != "null")
            return " / ".join(dict.fromkeys(values))
        case {"$ref": ref}:
            return f"`[{key}]` → {_link(ref)}"
        case {"const": value}:
            return f'`"{value}"`'
        case {"enum": values}:
            return " / ".join(f'`"{value}"`' for value in values)
        case {"type": "array", "items": {"oneOf": _}}:
            return f"`[[{key}]]` → [methods.md](methods.md)"
        case {"type": "array", "items": items}:
            return _several(items, key, f"`[[{key}]]`")
        case {"patternProperties": dict(items)}:
            return _several(next(iter(items.values())), key, f"`[{key}]`")
        case {"type": "object"}:
            return f"`[{key}]`"
    raise sources.Undocumented(f"generate.py: how {key} is written: {schema}")


def _several(items: Mapping[str, Any], key: str, brackets: str) -> str:
    """Many of one thing: tables under a heading, or values in a list."""
    refs = [one["$ref"] for one in (items, *items.get("anyOf", ())) if "$ref" in one]
    if refs:
        return f"{brackets} → {_link(refs[-1])}"
    return brackets if "[[" not in brackets else f"`[ … ]`：{_value(items, key)}"


def _link(ref: str) -> str:
    name = ref.rpartition("/")[2]
    page = "format.md" if name in IN_FORMAT else "methods.md"
    return f"[{name}]({page}#keys-{name.lower()})"


def _bounds(schema: Mapping[str, Any]) -> str:
    signs = {"exclusiveMinimum": ">", "minimum": "≥", "maximum": "≤"}
    reported = [
        f"{sign} {schema[key]:g}"
        for key, sign in signs.items()
        if abs(schema.get(key, LARGEST)) < LARGEST
    ]
    return f" {', '.join(reported)}" if reported else ""


def _is_pattern(start: str) -> Any:
    return lambda schema: schema.get("pattern", "").startswith(start)


def _is_share(kind: Any) -> Any:
    """Fits the shares of one kind, which their pattern tells from the others."""
    drawn = TypeAdapter(kind).json_schema()
    return lambda schema: schema.get("pattern") == drawn["pattern"]


def _is_either(*keys: str) -> Any:
    """Fits a choice of just these, told by a type or the start of a pattern."""

    def fits(schema: Mapping[str, Any]) -> bool:
        options = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
        return len(options) == len(keys) and all(
            option.get("pattern", option.get("const", option.get("type", ""))).startswith(key)
            for option, key in zip(options, keys, strict=True)
        )

    return fits


LONGEST_PROSE = 20_000
VALUES = (
    ("编号 id", _is_pattern("^[A-Za-z0-9][")),
    ('`"2026-10"`', _is_pattern("^[12][0-9]{3}-")),
    ('`"40%"` > 0%, ≤ 100%', _is_share(share.Weight)),
    ('`"40%"` ≥ 0%, ≤ 100%', _is_share(share.Portion)),
    ('`"40%"` ≥ 0%, ≤ 1000%', _is_share(share.Yield)),
    ('`"40%"` > 0%, ≤ 1000%', _is_share(share.Rate)),
    ('`"40%"` ≥ 0%, ≤ 10000%', _is_share(share.Multiple)),
    ('`"120%"` / `"none"`', _is_share(share.Bound)),
    ("`2026-10-12`", lambda one: one.get("format") == "date"),
    ("`true` / `false`", lambda one: one.get("type") == "boolean"),
    ("整数 whole number", lambda one: one.get("type") == "integer"),
    ("数 number", lambda one: one.get("type") == "number"),
    ("数 number", _is_pattern("^-?[0-9]+")),
    ("Markdown", lambda one: one.get("maxLength") == LONGEST_PROSE),
    ("文字 text", lambda one: one.get("type") == "string" and "maxLength" in one),
    ("文字 text", lambda one: "zh" in str(one.get("anyOf")) and "$ref" not in str(one)),
    ('数或百分数 number or `"40%"`', _is_either("number", "^(-?[0-9]+(")),
    ('`"3-4"` / `5`', _is_either("^ *(", "number")),
    ('`"…"`', lambda one: one.get("type") == "string" and "enum" not in one and "const" not in one),
)
"""What a person writes, and which JSON Schema means it."""
