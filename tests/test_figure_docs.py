"""The examples of `docs/figures.md` come to what stands there."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from tests.sites import run, write
from tests.small_forms import CARE, form, found, row, site, staff

DOCS = (Path(__file__).parents[1] / "docs/figures.md").read_text("utf-8")
BLOCKS = re.findall(r"^```toml\n(.*?)^```$", DOCS, re.DOTALL | re.MULTILINE)
HEAD = 'id = "rules"\nname = "办法"\nfrom = "2026-01"\nschemes = ["form"]\n'


def example(id: str) -> str:
    """The one block of the page that begins with an entry of that id."""
    (block,) = (one for one in BLOCKS if re.match(rf'\[\[\w+\]\].*\nid +\= "{id}"', one))
    return str(block)


def given(*ids: str, unit: str = "") -> str:
    return "".join(f'[[figure]]\nid = "{id}"\nfrom = "record"\n{unit}' for id in ids)


def paid(policy: str, says: str) -> Decimal:
    """What the last line of the policy pays for one record."""
    records = {"A": f"marks.care = {{ boss = 95 }}\n{says}"}
    wage = found(site(form(CARE), records, HEAD + policy))["2026-10/A"].wage
    assert wage is not None
    return wage.parts[-1].value


def due(figure: str) -> str:
    return (
        f'[[figure]]\nid = "due"\nis = "{figure}"\n'
        '[[pay]]\nid = "due"\nname = "津贴"\nmethod = "figure"\nfigure = "due"\n'
    )


@pytest.mark.parametrize(
    ("completion", "expected"),
    [("70%", 60), ("80%", 60), ("95%", 75), ("100%", 80), ("120%", 100), ("150%", 100)],
)
def test_what_lies_between_two_points_is_on_the_line(completion: str, expected: int) -> None:
    policy = given("completion", unit='unit = "percent"\n') + example("marks") + due("marks")
    assert paid(policy, f'metrics.completion = "{completion}"\n') == expected


@pytest.mark.parametrize(("salary", "expected"), [(7500, 0), (6000, 180), (4900, 294)])
def test_a_raise_goes_by_the_own_range(salary: int, expected: int) -> None:
    policy = given("salary", "range-high", "range-low") + example("raise") + due("salary × raise")
    says = f"metrics = {{ salary = {salary}, range-high = 7500, range-low = 5000 }}\n"
    assert paid(policy, says) == expected


def test_months_with_a_grade_are_counted() -> None:
    grades = 'grade = [{ id = "a", name = "优", from = 90 }, { id = "b", name = "良" }]\n'
    assert paid(grades + example("times-a") + due("times-a × 100"), "") == 100


def test_a_row_of_the_form_is_paid_by_an_id_of_the_policy() -> None:
    policy = example("service-bonus")
    scheme = form(CARE.replace('"care"', '"service"'))
    files = site(scheme, {"A": "marks.service = { boss = 95 }\n"}, HEAD + policy)
    wage = found(files)["2026-10/A"].wage
    assert wage is not None and wage.value == 95 * 50


def test_a_persons_form_takes_a_figure_of_the_department() -> None:
    (departments,) = (one for one in BLOCKS if one.startswith("# records/departments.toml"))
    rows = (
        '[[figure]]\nid = "coefficient"\nfrom = "department"\n'
        '[[figure]]\nid = "result"\nis = "coefficient × 100"\n'
        '[[part]]\nid = "work"\nname = "工作"\n[[part.indicator]]\nid = "points"\nname = "得分"\n'
        'points = 110\nmethod = "figure"\nfigure = "result"\n'
    )
    files = site(form(rows, 110), {"A": ""}, more={"records/departments.toml": departments})
    assert row(found(files)["2026-10/A"].card.total, "points").value == 110


def test_what_is_left_over_is_carried_forward(tmp_path: Path) -> None:
    files = site("", {})
    files["records/staff/A01.toml"] = staff("A01", scheme="points")
    blocks = [
        one for one in BLOCKS if one.startswith(("# records/2026-", "# records/schemes/points"))
    ]
    for block in blocks[-3:]:
        files[block.split("\n")[0].removeprefix("# ")] = block
    del files["records/schemes/form.toml"]
    (shown,) = re.findall(r"```text\n(总分 +92.*?)```", DOCS, re.DOTALL)
    output = run("explain", "A01", "2026-10", at=write(files, tmp_path)).output
    assert shown in output
