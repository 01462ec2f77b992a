"""Whose pay a number made of several people's would give away, and that no such number is shown."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.sites import built, run, write
from tests.small_forms import CARE, Files, form, found, issues, site, staff
from tests.trees import whole

CANARY = 98_765

POLICY = """
id = "rules"
name = "办法"
from = "2026-01"
schemes = ["form"]

[[figure]]
id = "among"
{fold}

[[figure]]
id = "due"
is = "among × 2"

[[pay]]
id = "due"
name = "津贴"
method = "figure"
figure = "due"
"""
SPLIT = """
id = "rules"
name = "办法"
from = "2026-01"
schemes = ["form"]

[[figure]]
id = "amount"
is = "1000"

[[figure]]
id = "key"
is = "base-salary"

[[pay]]
id = "bonus"
name = "奖金"
method = "split"
amount = "amount"
by = "key"
"""
LIMIT = """
[[figure]]
id = "highest"
max = "base-salary"
over = "department"

[[limit]]
id = "budget"
figure = "highest"
at-most = 100
"""
RECORD = "marks.care = { boss = 80 }\n"


def pays(*folds: str) -> str:
    """A policy that pays by a fold, and by further ones."""
    first, *others = folds
    more = "".join(
        f'[[figure]]\nid = "more-{n}"\n{fold}\n[[pay]]\nid = "more-{n}"\nname = "其他{n}"\n'
        f'method = "figure"\nfigure = "more-{n}"\n'
        for n, fold in enumerate(others)
    )
    return POLICY.format(fold=first) + more


def company(policy: str, *salaries: int, **more: int) -> Files:
    """People of one department with these salaries, and others of a second with `more`."""
    paid = {chr(ord("A") + n): one for n, one in enumerate(salaries)} | more
    files: dict[str, str | None] = {
        f"records/pay/{id}.toml": (
            f'employee = "{id}"\nsalary = [{{ from = "2026-01", amount = {one} }}]\n'
        )
        for id, one in paid.items()
    }
    files |= {f"records/staff/{id}.toml": staff(id, department="store") for id in more}
    files["records/departments.toml"] = "".join(
        f'[[department]]\nid = "{id}"\nname = "{id}"\nmanager = "M"\n' for id in ("desk", "store")
    )
    return site(form(CARE), dict.fromkeys(paid, RECORD), policy, files)


def wages(files: Files) -> Mapping[str, object]:
    return {name.split("/")[1]: one.wage.value for name, one in found(files).items() if one.wage}


FIVE = (5000, 6000, 7000, 8000, CANARY)
SUM = 'sum = "base-salary"\nover = "department"'


@pytest.mark.parametrize(
    ("fold", "expected"),
    [
        (SUM, []),
        (SUM.replace("sum", "mean"), []),
        (SUM.replace("sum", "count"), []),
        (SUM.replace("sum", "max"), ["figure-of-one"]),
        (SUM.replace("sum", "min"), ["figure-of-one"]),
        (SUM + "\ndrop = { highest = 1 }", ["figure-of-one"]),
        (SUM + "\nwhere = { total = { from = 80 } }", ["figure-of-one"]),
        ('count = "total"\nover = "department"\nwhere = { total = { from = 80 } }', []),
        (
            'count = "total"\nover = "department"\nwhere = { base-salary = { from = 9000 } }',
            ["figure-of-one"],
        ),
        (
            'mean = "total"\nover = "department"\nwhere = { base-salary = { from = 9000 } }',
            ["figure-of-one"],
        ),
    ],
)
def test_a_fold_of_pay_that_says_what_one_is_paid_is_an_error(
    fold: str, expected: list[str]
) -> None:
    assert issues(company(pays(fold), *FIVE)) == expected


@pytest.mark.parametrize(("people", "expected"), [(1, 0), (2, 1), (3, 1), (4, 0), (5, 0)])
def test_a_sum_is_of_nobody_else_or_of_three(people: int, expected: int) -> None:
    files = company(pays(SUM), *FIVE[:people])
    assert issues(files) == ["pay-given-away"] * expected
    if not expected:
        assert wages(files)["A"] == sum(FIVE[:people]) * 2


def test_whoever_has_nothing_hides_nobody() -> None:
    assert issues(company(pays(SUM), *FIVE[:3], 0)) == ["pay-given-away"]


@pytest.mark.parametrize(("people", "expected"), [(3, ["pay-given-away"]), (4, [])])
def test_the_keys_of_a_split_are_pay_too(people: int, expected: list[str]) -> None:
    assert issues(company(SPLIT, *FIVE[:people])) == expected


def test_two_sums_tell_what_one_has_who_is_in_one_of_them() -> None:
    both = pays(SUM, SUM.replace('"department"', '"company"'))
    assert issues(company(both, *FIVE, X=9000)) == ["pay-given-away"]
    assert issues(company(both, *FIVE, X=9000, Y=9100, Z=9200, W=9300)) == []


def test_a_manager_knows_the_pay_of_the_department() -> None:
    """Of all in the company less those of the department one is left."""
    policy = pays(SUM.replace('"department"', '"company"'))
    files = company(policy, *FIVE, X=9000)
    assert issues(files) == []
    seen = files | {"kpisite.toml": 'company = "小店"\n[managers]\npay = true\n'}
    assert issues(seen) == ["pay-given-away"]
    told = 'company = "小店"\n[[audience]]\nid = "head"\nname = "总监"\ndepartments = ["desk"]\n'
    assert issues(files | {"kpisite.toml": told + "cards = true\npay = true\n"}) == [
        "pay-given-away"
    ]
    assert issues(files | {"kpisite.toml": told + "cards = true\n"}) == []


def test_a_limit_shows_nobody_what_it_compares() -> None:
    codes = issues(company(pays('sum = "total"\nover = "department"') + LIMIT, *FIVE))
    assert codes == ["limit-impossible", "limit-warning"]


@pytest.mark.parametrize("fold", [SUM, SUM.replace("sum", "max"), SUM.replace("sum", "min")])
@pytest.mark.parametrize("people", [2, 3, 5])
def test_nobodys_pay_is_in_anothers_tree(fold: str, people: int, tmp_path: Path) -> None:
    own = '[[figure]]\nid = "own"\nis = "base-salary"\n[[pay]]\nid = "own"\nname = "基本工资"\n'
    policy = pays(fold) + own + 'method = "figure"\nfigure = "own"\n'
    files = company(policy, CANARY, *FIVE[: people - 1])
    write(files, tmp_path)
    if run("check", at=tmp_path).code:
        assert run("build", "--no-pdf", at=tmp_path).code == 1
        assert not (tmp_path / "output").exists()
        return
    output = built(tmp_path, "--no-pdf")
    for id in "BCDE"[: people - 1]:
        said = whole(output / "employees" / id).replace(",", "")
        assert str(CANARY) not in said
    assert str(CANARY) in whole(output / "employees/A").replace(",", "")


def test_a_site_without_its_pay_files_is_checked_and_built(tmp_path: Path) -> None:
    samples = Path(__file__).parents[1] / "samples/forms"
    write(
        {
            path.relative_to(samples).as_posix(): path.read_text(encoding="utf-8")
            for path in samples.rglob("*.toml")
            if "pay" not in path.relative_to(samples).parts
        },
        tmp_path,
    )
    ran = run("check", at=tmp_path)
    assert ran.code == 0, ran.output
    assert run("build", "--no-pdf", "--audience", "managers", at=tmp_path).code == 0


def test_what_is_split_by_pay_waits_for_the_pay_files() -> None:
    files = company(SPLIT, *FIVE)
    closed = {path: text for path, text in files.items() if not path.startswith("records/pay/")}
    assert issues(closed) == ["pay-folder-missing"]
