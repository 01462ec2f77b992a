"""What people on the forms that ship are paid: each component as it was computed by hand."""

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from kpisite.outcomes.results import Result
from tests.sites import ROOT


def _header(table: Path) -> list[str]:
    return table.read_text(encoding="utf-8").partition("\n")[0].split(",")


#: Tables with a wage, whose columns before it are called by the components' ids.
TABLES = [
    table for table in sorted((ROOT / "tests/expected").glob("F*.csv")) if "wage" in _header(table)
]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
def test_pay_comes_to_what_was_computed_by_hand(
    table: Path, scored: dict[tuple[str, str], Result]
) -> None:
    columns = [name for name in _header(table)[4:] if not name.startswith("by_hand")]
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        wage = scored[row["employee"], row["month"]].wage
        if not row["wage"]:
            assert wage is None, row
            continue
        assert wage is not None, row
        assert columns == [*(part.id for part in wage.parts), "wage"]
        paid = {part.id: part.value for part in wage.parts} | {"wage": wage.value}
        assert paid == {id: Decimal(row[id]) for id in columns}, row


def test_a_departments_shares_of_a_pool_add_up_to_it(
    scored: dict[tuple[str, str], Result],
) -> None:
    reported = {
        (row["employee"], row["month"])
        for table in TABLES
        if "pool" in _header(table)
        for row in csv.DictReader(table.open(encoding="utf-8", newline=""))
    }
    pools: dict[tuple[str, str], Decimal] = {}
    shared: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for (person, month), result in scored.items():
        for part in () if result.wage is None else result.wage.parts:
            if part.id == "pool":
                assert (person, month) in reported
                (share,) = part.parts
                name = (result.card.scheme.model.id, month)
                pools[name] = next(one.value for one in share.walk() if one.id == "pool")
                shared[name] += part.value
    assert len(pools) == 4
    assert pools == shared
