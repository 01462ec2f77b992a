"""The validator's complaints as faults that HR understands."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import get_args

from pydantic_core import ErrorDetails

from kpisite.check.kinds import FileKind
from kpisite.check.rewrite import rewritten
from kpisite.core.exact import percent, plain
from kpisite.core.issue import Fact, Fix, Issue, Key, Keys, Source, nearest
from kpisite.language.base import Model, models_in
from kpisite.read.document import Document


def missing_name(detail: ErrorDetails) -> str:
    """The key that is missing, where that is the complaint."""
    if detail["type"] == "union_tag_not_found":
        return "method"
    return str(detail["loc"][-1]) if detail["type"] == "missing" else ""


def shape_issue(
    document: Document, kind: FileKind, detail: ErrorDetails, keys: Keys, missing: str
) -> Issue:
    """The fault at `keys` of the document; `missing` is the key that is not there, if one is."""
    at = Source(document.path, keys)
    facts: dict[str, Fact] = {"value": written(detail["input"])}
    context = detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            key = _short(str(keys[-1]))
            known = sorted(_known_keys(kind.model, detail["loc"]))
            facts = {"key": key, "meant": nearest(key, known), "known": tuple(known)}
            return Issue(code="unknown-key", at=at, facts=facts)
        case "missing" | "union_tag_not_found":
            return Issue(code="missing-key", at=at, facts={"key": missing})
        case "union_tag_invalid":
            tags = tuple(tag.strip(" '") for tag in str(context["expected_tags"]).split(","))
            tag = _short(str(context["tag"]))
            facts = {"value": f'"{tag}"', "choices": tags, "meant": nearest(tag, tags)}
            return Issue(code="wrong-choice", at=at.at("method"), facts=facts)
        case "literal_error":
            choices = tuple(
                choice.strip(" '")
                for choice in str(context["expected"]).replace(" or ", ",").split(",")
            )
            facts |= {
                "choices": choices,
                "meant": nearest(written(detail["input"]).strip('"'), choices),
            }
            return Issue(code="wrong-choice", at=at, facts=facts)
        case "string_pattern_mismatch":
            return Issue(code="not-an-id", at=at, facts=facts)
        case "invalid_key" | "string_type" if detail["loc"] and detail["loc"][-1] == "[key]":
            return Issue(code="not-an-id", at=at, facts=facts)
        case "one-appraisee" if "employee" not in document.data:
            return Issue(code="missing-key", at=at, facts={"key": "employee"})
        case (
            "heavy-text"
            | "one-appraisee"
            | "rater-weight"
            | "points-idle"
            | "severity"
            | "step-edges"
            | "step-yield"
            | "level-yield"
            | "liability-yield"
            | "window-order"
            | "figure-origin"
            | "figure-fold"
            | "figure-earlier"
            | "figure-start"
            | "axis-edges"
            | "condition-bounds"
            | "limit-bound"
            | "award-amount"
            | "not-a-currency" as code
        ):
            # What a bonus gives is positive; a deduction takes, and a tally counts both ways.
            gives = keys[:1] == ("bonus",)
            facts["example"] = "[2, 6]" if gives else "[-6, -2]"
            return Issue(code=code, at=at, facts=facts | context)
        case "too_short":
            return Issue(code="empty", at=at, facts={"key": str(keys[-1]) if keys else ""})
        case "string_too_long":
            facts["most"] = int(context["max_length"])
            return Issue(code="too-long", at=at, facts=facts)
        case "greater_than" | "greater_than_equal" | "less_than" | "less_than_equal" as bound:
            sign = {"greater_than": ">", "greater_than_equal": "≥", "less_than": "<"}.get(
                bound, "≤"
            )
            limit = next(iter(context.values()))
            is_share = isinstance(detail["input"], str)
            facts["bound"] = f"{sign} {percent(Decimal(limit)) if is_share else limit}"
            return Issue(code="out-of-range", at=at, facts=facts)
        case other:
            expected = EXPECTED.get(other, other)
            fix = _fix(document, at, expected, detail["input"])
            if expected == "table" and len(keys) == 2:
                expected = _TABLES.get(str(keys[0]), expected)
            return Issue(code="wrong-type", at=at, facts=facts | {"expected": expected}, fix=fix)


#: What is written under a name of these tables, which `faults.toml` shows by an example.
_TABLES = {"marks": "marks", "raters": "rater", "rated": "rated"}


def _fix(document: Document, at: Source, expected: str, value: object) -> Fix | None:
    """The value as it was meant; one section under a name that stands for many, with brackets."""
    if expected != "list":
        meant = rewritten(expected, value)
        return Fix(at, meant) if meant else None
    place = document.place(at.keys)
    header = document.lines[place.line - 1].strip()
    if not isinstance(value, Mapping) or _ONE_SECTION.fullmatch(header) is None:
        return None
    return Fix(place, f"[{header}]")


_ONE_SECTION = re.compile(r"\[[A-Za-z0-9_.-]+\]")


#: The validator's error types that mean a value of another kind was expected, and which.
EXPECTED = {
    "text": "text",
    "number": "number",
    "amount": "amount",
    "number-range": "number-range",
    "share": "share",
    "month": "month",
    "date": "date",
    "empty": "filled",
    "span": "span",
    "string_type": "string",
    "int_type": "integer",
    "bool_type": "boolean",
    "bool_parsing": "boolean",
    "model_type": "table",
    "model_attributes_type": "table",
    "dict_type": "table",
    "tuple_type": "list",
    "departments": "departments",
    "figure-value": "figure-value",
    "table-cells": "table-cells",
}


def written(value: object) -> str:
    """A value as it stands in the file, shortened to what fits in a message."""
    match value:
        case bool():
            text = str(value).lower()
        case Decimal() if value.is_finite() and abs(value.adjusted()) < 30:
            text = plain(value)
        case str():
            text = f'"{value[:40]}"'
        case Mapping():
            text = "{ " + ", ".join(str(key) for key in value) + " }"
        case list() | tuple():
            text = f"[{len(value)}]"
        case _:
            text = str(value)
    return _short(text)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _known_keys(model: type[Model], loc: tuple[Key, ...]) -> set[str]:
    """The keys that may stand where the unknown key at the end of `loc` stands."""
    candidates = {model}
    for step in loc[:-1]:
        if isinstance(step, int):
            continue
        below = {
            inner
            for candidate in candidates
            for field in candidate.model_fields.values()
            if field.alias == step
            for inner in models_in(field.annotation)
        }
        tagged = {
            candidate
            for candidate in candidates
            if "method" in candidate.model_fields
            and step in get_args(candidate.model_fields["method"].annotation)
        }
        candidates = tagged or below or candidates
    return {
        field.alias or name
        for candidate in candidates
        for name, field in candidate.model_fields.items()
    }
