"""One document against the model of its kind: every issue reported, and what is left still read.

`shaped(document, kind)` gives the model and the issues.  Where entries do not fit, they are told
and left out, and the rest is read without them, so that the checks between files still run over
it; a file of which nothing can be made gives None.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kpisite.check.filed import Filed, is_within
from kpisite.check.kinds import FileKind
from kpisite.check.shape_issues import missing_name, shape_issue
from kpisite.core.issue import Issue, Key, Keys, Outcome, Source
from kpisite.language.figures.model import FOLDS
from kpisite.read.document import Document

#: Leaving out one entry may bring the next to light, but not for ever.
MOST_ROUNDS = 20
#: After so many faults in one file the rest is more noise than help.
MOST_ISSUES = 200
#: A file with so many is something else, put here by mistake.
HOPELESS = 5000
#: The faults of keys that do not fit together, each of which fits by itself.
TAKEN_TOGETHER = (
    "rater-weight", "step-edges", "step-yield", "level-yield", "liability-yield",
    "figure-origin", "figure-fold", "figure-earlier", "figure-start", "axis-edges",
    "condition-bounds", "limit-bound", "award-amount",
)  # fmt: skip


#: Of a fault that goes by a few keys alone, these: what else was left out hides it not.
_MATTERS: Mapping[str, frozenset[Key]] = {"figure-start": frozenset({"start", "over", *FOLDS})}


def shaped(document: Document, kind: FileKind) -> Outcome[Filed[Any] | None]:
    """The document as its kind's model, with what did not fit."""
    try:
        model = kind.model.model_validate(document.data)
    except ValidationError:
        return _Fitting(document, kind).fitted()
    return Filed(document.path, model, document.broken), []


class _Fitting:
    """A document's data while what does not fit is taken out of it, until the rest fits."""

    def __init__(self, document: Document, kind: FileKind) -> None:
        self._document = document
        self._kind = kind
        self._named = kind.keys_from_name(document.path)
        self._data: Any = deepcopy(document.data)
        self._issues: dict[Keys, Issue] = {}
        self._left_out = set(document.broken)
        self._defined: set[tuple[str, Keys]] = set()
        self._kept: dict[int, list[int]] = {}
        """By the identity of a list that lost elements: which of the file's it still has."""

    def fitted(self) -> Outcome[Filed[Any] | None]:
        """The model of what fits, and an issue for each entry that does not."""
        for _ in range(MOST_ROUNDS):
            try:
                model = self._kind.model.model_validate(self._data)
            except ValidationError as error:
                if not self._leave_out(error):
                    break
            else:
                kept = dict(self._kept_by_keys(self._data, ()))
                left_out = frozenset(self._left_out)
                filed = Filed(self._document.path, model, left_out, kept)
                return filed, list(self._issues.values())
        return None, list(self._issues.values())

    def _leave_out(self, error: ValidationError) -> bool:
        """Reports everything in `error` and takes it out; whether there is hope left."""
        details = error.errors(include_url=False)
        details.sort(key=lambda one: (one["type"] == "missing", str(one["loc"])))
        unfit: set[Keys] = set()
        hope = False
        for detail in details:
            keys = _keys_in(self._data, detail["loc"])
            name = missing_name(detail)
            if detail["type"] == "too_short" and self._had_elements(keys):
                if not _at(self._data, keys):
                    unfit.add(keys)
                    self._left_out.add(self._in_file(keys))
            elif detail["type"] == "one-appraisee":
                lost = next((key for key in ("department", "employee") if self._lost(key)), "")
                if not lost:
                    self._tell(detail, keys, "" if "employee" in self._data else "employee")
                hope = _appraisee_from_name(self._data, self._named, lost or "employee")
            elif name and not keys and name in self._named:
                self._tell(detail, keys, name)
                self._data[name] = self._named[name]
                hope = True
            else:
                self._tell(detail, keys, name)
                unfit.add(keys)
        unfit.discard(())
        if len(unfit) > HOPELESS:
            return False
        for keys in sorted(unfit, key=_by_index, reverse=True):
            hope = self._remove(keys) or hope
        return hope

    def _lost(self, key: str) -> bool:
        return (key,) in self._left_out

    def _tell(self, detail: ErrorDetails, keys: Keys, name: str) -> None:
        """Adds the issue of one entry that does not fit, unless it only follows from another."""
        if len(self._issues) >= MOST_ISSUES:
            return
        in_file = self._in_file(keys)
        reported = (*in_file, name) if name else in_file
        is_lost = self._is_broken(reported) or (bool(name) and is_within(reported, self._left_out))
        if is_lost and self._document.origin is not None:
            self._left_out |= {in_file} - {()}
        if reported in self._issues or is_lost or self._follows(detail, in_file):
            return
        issue = shape_issue(self._document, self._kind, detail, in_file, name)
        if self._is_reported_where_defined(issue, name):
            self._left_out |= {in_file} - {()}
            return
        self._issues[reported] = issue
        if detail["type"] != "extra_forbidden":
            self._left_out |= {in_file} - {()}
            return
        # A key too many takes nothing away, unless it is another misspelt, or a whole table.
        meant = str(issue.facts["meant"])
        if meant:
            there = (*in_file[:-1], meant)
            self._left_out.add(there)
            # `[[parts]]` makes a table of `part` out of the `[[part.indicator]]` below it.
            if there in self._issues and self._issues[there].code == "wrong-type":
                del self._issues[there]
        if isinstance(detail["input"], dict | list):
            self._left_out.add(in_file)

    def _is_reported_where_defined(self, issue: Issue, name: str) -> bool:
        """Whether the entry, or the lack of a key in it, is that of something written once for
        several, of which one was reported."""
        origin = self._document.origin
        if origin is None or not isinstance(issue.at, Source):
            return False
        keys = (*issue.at.keys, name) if name else issue.at.keys
        there = (issue.code, origin(keys))
        is_reported = origin(keys) != keys and there in self._defined
        self._defined.add(there)
        return is_reported

    def _is_broken(self, keys: Keys) -> bool:
        """Whether the entry could not be read where it stands, or where it is defined."""
        origin, broken = self._document.origin, self._document.broken
        return is_within(keys if origin is None else origin(keys), broken)

    def _follows(self, detail: ErrorDetails, in_file: Keys) -> bool:
        """Whether it is only the keys of an entry taken together that do not fit, of which one was
        left out."""
        matters, depth = _MATTERS.get(detail["type"]), len(in_file)
        return detail["type"] in TAKEN_TOGETHER and any(
            left[:depth] == in_file
            and (matters is None or len(left) == depth or left[depth] in matters)
            for left in self._left_out
        )

    def _had_elements(self, keys: Keys) -> bool:
        """Whether the list or table at `keys` is only too short because nothing in it fits."""
        elements, there = _at(self._data, keys), self._in_file(keys)
        return (
            bool(elements)
            or id(elements) in self._kept
            or any(left[: len(there)] == there for left in self._left_out)
        )

    def _in_file(self, keys: Keys) -> Keys:
        node: Any = self._data
        found: Keys = ()
        for key in keys:
            kept = self._kept.get(id(node)) if isinstance(key, int) else None
            found = (*found, key if kept is None else kept[int(key)])
            node = node[key]
        return found

    def _remove(self, keys: Keys) -> bool:
        """Takes the entry at `keys` out; whether it was still there."""
        node, last = _at(self._data, keys[:-1]), keys[-1]
        if isinstance(node, dict):
            return node.pop(last, _GONE) is not _GONE
        kept = self._kept.setdefault(id(node), list(range(len(node))))
        del node[last], kept[int(last)]
        return True

    def _kept_by_keys(self, node: Any, keys: Keys) -> Iterator[tuple[Keys, tuple[int, ...]]]:
        if id(node) in self._kept:
            yield keys, tuple(self._kept[id(node)])
        below = node.items() if isinstance(node, dict) else enumerate(node)
        for key, inner in below:
            if isinstance(inner, dict | list):
                yield from self._kept_by_keys(inner, (*keys, key))


def _at(data: Any, keys: Keys) -> Any:
    for key in keys:
        data = data[key]
    return data


_GONE = object()


def _by_index(keys: Keys) -> tuple[tuple[bool, int, str], ...]:
    """Sorts keys and indices among one another, so that the last of a list comes last."""
    return tuple((True, key, "") if isinstance(key, int) else (False, 0, key) for key in keys)


def _appraisee_from_name(data: Any, named: Mapping[str, str], key: str) -> bool:
    """Lets a record that names no appraisee, or two, be read as that of its file's name: an
    employee's, where nothing says that it is a department's."""
    data.pop("department", None)
    return bool(data.setdefault(key, named.get("employee|department", "")))


def _keys_in(data: Any, loc: tuple[Key, ...]) -> Keys:
    """The part of a validator's location that names entries of the file.

    The validator also names the branch it took, such as the method of an indicator; that is no
    entry, and neither is the name of a missing key.
    """
    keys: list[Key] = []
    node: Any = data
    branch_taken = False
    for step in loc:
        is_branch = not branch_taken and len(keys) > 1 and keys[-2] in _WITH_METHODS
        if is_branch and isinstance(keys[-1], int) and node.get("method") == step:
            branch_taken = True
            continue
        inner = _below(node, step)
        if inner is None:
            continue
        node = inner
        branch_taken = False
        keys.append(step)
    return tuple(keys)


#: The lists whose elements say by which method they are read.
_WITH_METHODS = ("indicator", "pay")


def _below(node: Any, step: Key) -> Any:
    if isinstance(node, Mapping):
        return node.get(step)
    if isinstance(node, list | tuple) and isinstance(step, int) and step < len(node):
        return node[step]
    return None
