"""Every form that ships: the records filled in on it come to what was computed by hand."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpisite.outcomes.results import Result
from tests.sites import ROOT

TABLES = sorted((ROOT / "tests/expected").glob("*.csv"))
SCHEMES = sorted((ROOT / "records/schemes").glob("*.toml"))

#: A form is not shown to work by fewer records than this.
FEWEST_RECORDS = 5


def _rows(table: Path) -> Iterator[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        yield from (row for row in csv.DictReader(file) if "total" in row)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
def test_records_come_to_what_was_computed_by_hand(
    table: Path, scored: dict[tuple[str, str], Result]
) -> None:
    computed, stated = {}, {}
    for row in _rows(table):
        key = row["employee"], row["month"]
        assert key not in stated, f"{key} stands twice"
        stated[key] = row["total"], row["grade"]
        result = scored[key]
        grade = "" if result.grade is None else result.grade.name.zh
        computed[key] = result.card.total.shown, grade
    assert computed == stated


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.stem)
def test_every_form_is_filled_in_and_computed_by_hand(
    scheme: Path, scored: dict[tuple[str, str], Result]
) -> None:
    keys = {(row["employee"], row["month"]) for table in TABLES for row in _rows(table)}
    used = Counter(result.card.scheme.path for key, result in scored.items() if key in keys)
    assert used[f"records/schemes/{scheme.name}"] >= FEWEST_RECORDS
