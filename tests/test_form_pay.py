"""What people on the forms that ship are paid: each component as it was reckoned by hand."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from kpisite.load import load
from kpisite.outcomes.results import Result, results
from kpisite.score.scorecard import score

ROOT = Path(__file__).parents[1]


def _header(table: Path) -> list[str]:
    return table.read_text(encoding="utf-8").partition("\n")[0].split(",")


#: Tables with a wage, whose columns before it are called by the components' ids.
TABLES = [
    table for table in sorted((ROOT / "tests/expected").glob("F*.csv")) if "wage" in _header(table)
]


@pytest.fixture(scope="module")
def scored() -> dict[tuple[str, str], Result]:
    book, _ = load(ROOT)
    return {
        (result.appraisee_id, str(result.month)): result for result in results(book, score(book))
    }


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
def test_pay_comes_to_what_was_reckoned_by_hand(
    table: Path, scored: dict[tuple[str, str], Result]
) -> None:
    columns = _header(table)[4:-1]
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        wage = scored[row["employee"], row["month"]].wage
        assert wage is not None
        paid = {part.id: part.value for part in wage.parts} | {"wage": wage.value}
        assert {id: paid[id] for id in columns} == {id: Decimal(row[id]) for id in columns}, row
