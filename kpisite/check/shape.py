"""One document against the model of its kind: every misfit told, and what is left still read.

`shaped(document, kind)` gives the model and the issues.  Where entries do not fit, they are told
and left out, and the rest is read without them, so that the checks between files still run over
it; a file of which nothing can be made gives None.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar, get_args

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kpisite.check.kinds import FileKind
from kpisite.core.exact import plain
from kpisite.core.fault import Fact, Issue, Key, Keys, Outcome, Source, nearest
from kpisite.language.base import Model
from kpisite.read.document import Document

M = TypeVar("M", bound=Model)

#: Leaving out one misfit may bring the next to light, but not for ever.
MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Filed(Generic[M]):
    """A model and the file it came from; `left_out` are the entries that did not fit."""

    path: str
    model: M
    left_out: frozenset[Keys] = frozenset()

    def at(self, *keys: Key) -> Source:
        """The entry at `keys` of this file."""
        return Source(self.path, keys)

    def lacks(self, *keys: Key) -> bool:
        """Whether the entry was written but could not be read, so that it is not missing."""
        return any(keys[: len(left)] == left for left in self.left_out)


def shaped(document: Document, kind: FileKind) -> Outcome[Filed[Any] | None]:
    """The document as its kind's model, with what did not fit."""
    unread = frozenset((key,) for key in document.broken)
    try:
        model = kind.model.model_validate(document.data)
    except ValidationError:
        return _shaped_with_faults(document, kind, unread)
    return Filed(document.path, model, unread), []


def _shaped_with_faults(
    document: Document, kind: FileKind, unread: frozenset[Keys]
) -> Outcome[Filed[Any] | None]:
    data: Any = deepcopy(document.data)
    issues: dict[Keys, Issue] = {}
    left_out = set(unread)
    for _ in range(MOST_ROUNDS):
        try:
            model = kind.model.model_validate(data)
        except ValidationError as error:
            if not _leave_out(error, document, kind, data, issues, left_out):
                break
        else:
            filed = Filed(document.path, model, frozenset(left_out))
            return filed, list(issues.values())
    return None, list(issues.values())


def _leave_out(
    error: ValidationError,
    document: Document,
    kind: FileKind,
    data: Any,
    issues: dict[Keys, Issue],
    left_out: set[Keys],
) -> bool:
    """Tells every misfit in `error` and takes it out of `data`; whether there is hope left."""
    from_name = kind.keys_from_name(document.path)
    hope = False
    for detail in sorted(error.errors(include_url=False), key=lambda one: str(one["loc"])):
        keys = _keys_in(data, detail["loc"])
        is_missing = detail["type"] in ("missing", "union_tag_not_found")
        name = str(detail["loc"][-1]) if is_missing else ""
        if detail["type"] == "union_tag_not_found":
            name = "method"
        told = (*keys, name) if is_missing else keys
        if told not in issues and not (is_missing and name in document.broken):
            issues[told] = _issue(document, kind, detail, keys, name)
        if is_missing and not keys and name in from_name:
            data[name] = from_name[name]
            hope = True
        elif detail["type"] == "one-appraisee":
            hope = _appraisee_from_name(data, from_name)
        elif keys:
            left_out.add(keys)
            hope = _remove(data, keys) or hope
    return hope


def _appraisee_from_name(data: Any, from_name: Mapping[str, str]) -> bool:
    """Lets a record that names no appraisee, or two, be read as that of its file's name."""
    data.pop("department", None)
    named = data.setdefault("employee", from_name.get("employee|department", ""))
    return bool(named)


def _keys_in(data: Any, loc: tuple[Key, ...]) -> Keys:
    """The part of a validator's location that names entries of the file.

    The validator also names the branch it took, such as the method of an indicator; that is no
    entry, and neither is the name of a missing key.
    """
    keys: list[Key] = []
    node: Any = data
    branch_taken = False
    for step in loc:
        if isinstance(node, Mapping) and not branch_taken and node.get("method") == step:
            branch_taken = True
            continue
        if (isinstance(node, Mapping) and step in node) or (
            isinstance(node, list | tuple) and isinstance(step, int) and step < len(node)
        ):
            node = node[step]
        else:
            continue
        branch_taken = False
        keys.append(step)
    return tuple(keys)


def _remove(data: Any, keys: Keys) -> bool:
    """Takes the entry at `keys` out; an element of a list goes with what it stands in."""
    node: Any = data
    for key in keys[:-1]:
        node = node[key]
    if isinstance(node, dict):
        return node.pop(keys[-1], _GONE) is not _GONE
    del node[keys[-1]]
    return True


_GONE = object()


def _issue(
    document: Document, kind: FileKind, detail: ErrorDetails, keys: Keys, missing: str
) -> Issue:
    at = Source(document.path, keys)
    facts: dict[str, Fact] = {"value": written(detail["input"])}
    context = detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            key = str(keys[-1])
            known = sorted(_known_keys(kind.model, detail["loc"]))
            facts = {"key": key, "meant": nearest(key, known), "known": tuple(known)}
            return Issue(code="unknown-key", at=at, facts=facts)
        case "missing" | "union_tag_not_found":
            return Issue(code="missing-key", at=at, facts={"key": missing})
        case "union_tag_invalid":
            tags = tuple(tag.strip(" '") for tag in str(context["expected_tags"]).split(","))
            facts = {"value": str(context["tag"]), "choices": tags}
            facts["meant"] = nearest(str(context["tag"]), tags)
            return Issue(code="wrong-choice", at=at.at("method"), facts=facts)
        case "literal_error":
            choices = tuple(
                choice.strip(" '")
                for choice in str(context["expected"]).replace(" or ", ",").split(",")
            )
            facts |= {"choices": choices, "meant": nearest(str(detail["input"]), choices)}
            return Issue(code="wrong-choice", at=at, facts=facts)
        case "string_pattern_mismatch":
            return Issue(code="not-an-id", at=at, facts=facts)
        case "invalid_key" | "string_type" if detail["loc"] and detail["loc"][-1] == "[key]":
            return Issue(code="not-an-id", at=at, facts=facts)
        case "one-appraisee" if "employee" not in document.data:
            return Issue(code="missing-key", at=at, facts={"key": "employee"})
        case (
            "one-appraisee"
            | "rater-weight"
            | "severity"
            | "step-edges"
            | "step-yield"
            | "window-order" as code
        ):
            return Issue(code=code, at=at, facts=facts)
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
            facts["bound"] = f"{sign} {limit}"
            return Issue(code="out-of-range", at=at, facts=facts)
        case other:
            facts["expected"] = EXPECTED.get(other, other)
            return Issue(code="wrong-type", at=at, facts=facts)


#: The validator's error types that mean a value of another kind was expected, and which.
EXPECTED = {
    "text": "text",
    "number": "number",
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
}


def written(value: object) -> str:
    """A value as it stands in the file, shortened to what fits in a message."""
    match value:
        case bool():
            text = str(value).lower()
        case Decimal() if value.is_finite() and abs(value.adjusted()) < 30:
            text = plain(value)
        case str():
            text = f'"{value}"'
        case Mapping():
            text = "{ " + ", ".join(str(key) for key in value) + " }"
        case list() | tuple():
            text = f"[{len(value)}]"
        case _:
            text = str(value)
    text = "".join(character if character.isprintable() else "�" for character in text)
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
            for inner in _models_in(field.annotation)
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


def _models_in(annotation: Any) -> Iterator[type[Model]]:
    if isinstance(annotation, type) and issubclass(annotation, Model):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)
