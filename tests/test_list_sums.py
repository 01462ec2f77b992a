"""Columns of lists whose rows have to add up, such as the weights of key results."""

import pytest

from tests.small_forms import form, issues, only, site

ROWS = """
[[list]]
id = "result"
name = "关键结果"
columns = [
  {{ id = "weight", name = "权重", unit = "percent", {column} }},
  {{ id = "reached", name = "达成", unit = "percent" }},
]
{list}

[[figure]]
id = "weighted"
name = "加权达成"
of = "result"
is = "weight × reached"
unit = "percent"

[[figure]]
id = "objective"
name = "目标达成"
sum = "weighted"
over = "result"

[[part]]
id = "work"
name = "工作"

[[part.indicator]]
id = "results"
name = "关键结果"
points = 100
method = "figure"
figure = "objective"
"""
DUE = 'adds-up-to = "100%"'
WAITS = {"records/2026-10/month.toml": 'month = "2026-10"\nmissing = "provisional"\n'}


def weighed(column: str = DUE, list: str = "") -> str:
    return form(ROWS.format(column=column, list=list))


def rows(*weights: str) -> str:
    return "".join(f'[[list.result]]\nweight = "{one}"\nreached = "50%"\n' for one in weights)


def test_weights_of_rows_come_to_what_the_form_says() -> None:
    assert only(weighed(), rows("60%", "40%")).total.value == 50
    assert issues(site(weighed(), {"A": rows("60%", "40%")})) == []


@pytest.mark.parametrize("weights", [("60%", "30%"), ("60%", "50%"), ("33.3%", "33.3%", "33.3%")])
def test_weights_that_do_not_add_up_are_a_fault(weights: tuple[str, ...]) -> None:
    assert issues(site(weighed(), {"A": rows(*weights)})) == ["column-sum"]


def test_another_sum_may_be_stated() -> None:
    assert issues(site(weighed('adds-up-to = "120%"'), {"A": rows("60%", "60%")})) == []


def test_no_row_has_nothing_to_add_up() -> None:
    assert issues(site(weighed(list="least = 0"), {"A": ""})) == []


def test_what_is_wrong_in_a_row_is_no_fault_of_the_sum_besides() -> None:
    says = rows("60%") + '[[list.result]]\nreached = "50%"\n'
    assert issues(site(weighed(), {"A": says})) == ["column-missing"]
    says = rows("60%") + '[[list.result]]\nweight = 40\nreached = "50%"\n'
    assert issues(site(weighed(), {"A": says})) == ["figure-percent"]


def test_a_default_counts_in_the_sum() -> None:
    says = rows("60%") + '[[list.result]]\nreached = "50%"\n'
    assert issues(site(weighed(f'{DUE}, default = "40%"'), {"A": says})) == []


def test_while_a_month_waits_rows_may_still_come_and_too_many_are_a_fault() -> None:
    files = site(weighed(), {"A": rows("60%")}, more=WAITS)
    assert issues(files) == ["month-waits"]
    assert "column-sum" in issues(site(weighed(), {"A": rows("60%", "50%")}, more=WAITS))


@pytest.mark.parametrize(
    ("column", "list", "code"),
    [
        ("adds-up-to = 100", "", "figure-percent"),
        (f'{DUE}, high = "40%"', "least = 0\nmost = 2", "column-sum-unreachable"),
        (f'{DUE}, low = "40%"', "least = 3", "column-sum-unreachable"),
    ],
)
def test_a_sum_that_no_record_could_keep_to_is_a_fault_of_the_form(
    column: str, list: str, code: str
) -> None:
    assert code in issues(site(weighed(column, list), {}))
