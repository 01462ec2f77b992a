"""What a method does, and the same written with figures as methods.md has it: both come to the
same, to the last digit, wherever the edges lie."""

import sys
from collections.abc import Mapping
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from kpisite.language.components import COMPONENTS, Component
from kpisite.language.methods import METHODS, Indicator
from tests.small_forms import Files, read

sys.path.append(str(Path(__file__).parents[1] / "docs"))
DOCS = import_module("making.methods")
Method = type[Indicator | Component]

#: Each method that can be written with figures, with the records that both are tried on.
TRIALS: list[tuple[Method, str]] = [
    (model, record)
    for part, table in (("indicator", METHODS), ("pay", COMPONENTS))
    for model in table
    if "use" in (written := DOCS.BY_FIGURES[part].get(DOCS._name(model), {}))
    for record in ("", *written.get("trials", ()))
]


def example(model: Method, record: str) -> Mapping[str, Any]:
    """The example of the docs, with another record where one is stated."""
    part = "pay" if issubclass(model, Component) else "indicator"
    stated: Mapping[str, Any] = DOCS.EXAMPLES[part][DOCS._name(model)]
    return {**stated, "record": record} if record else stated


def files(model: Method, example: Mapping[str, Any]) -> Files:
    """The site of the docs; what the record says of marks stands in it once."""
    found: Files = dict(DOCS.site_around(model, example))
    marks, path = DOCS.EXAMPLES["around"]["marks"], "records/2026-10/A01.toml"
    record = example.get("record", "")
    if "= {" in record and marks in found[path]:  # such a line may stand only above the tables
        head, rest = found[path].replace(marks, "").removesuffix(record), marks
        found[path] = head + record + "\n" + ("" if record.startswith("marks") else rest)
    return found


def come_to(found: Files) -> Decimal:
    """The wage of A01, or the total where nothing is paid."""
    _, results, _codes = read(found)
    one = next(one for one in results if one.appraisee_id == "A01")
    return one.card.total.value if one.wage is None else one.wage.value


@pytest.mark.parametrize(
    ("model", "record"), TRIALS, ids=[f"{DOCS._name(one)}-{record}" for one, record in TRIALS]
)
def test_a_method_and_the_same_by_figures_come_to_the_same(model: Method, record: str) -> None:
    stated = example(model, record)
    by_figures = DOCS.with_figures(model, stated)
    assert come_to(files(model, by_figures)) == come_to(files(model, stated))


def test_of_every_method_it_is_said_how_it_is_written_with_figures() -> None:
    for part, table in (("indicator", METHODS), ("pay", COMPONENTS)):
        named = {DOCS._name(one) for one in table} - DOCS.OF_FIGURES
        assert named == set(DOCS.BY_FIGURES[part])
    assert len({model for model, _ in TRIALS}) >= 10
