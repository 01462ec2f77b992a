"""Of a list of many each line is kept as it was written: where one is another, that one alone is
made anew, and what readers find is what a clean build makes."""

import shutil
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kpisite.core.money import Money
from kpisite.core.text import Text
from kpisite.disk.cache import RUNS, Store
from kpisite.examine.kept import LINES
from kpisite.language.serial import Serial
from kpisite.outcomes.brief import Amount
from kpisite.packaged import packaged_theme
from kpisite.pages import pay, pay_sums
from kpisite.pages.paid import Leading, Paid
from kpisite.pages.pay import OF_YEAR, PayTable, pay_sheet
from kpisite.pages.pay_sums import sums_of
from kpisite.pages.remembered import NO_MEMORY, TEXTS, Lines, Section
from tests.sites import book_of, edit, run, small_site, write
from tests.trees import digest

T = TypeVar("T")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whose lines of wages are made, an entry a list: a month's and a year's."""
    found: list[str] = []
    pay_line = pay._pay_line

    def noted(table: PayTable, section: str, name: str, paid: Paid) -> pay.WageLine:
        found.append(paid.employee)
        return pay_line(table, section, name, paid)

    monkeypatch.setattr(pay, "_pay_line", noted)
    return found


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: list[str]) -> Path:
    """A site that is built, in which lists are long ones from their first line."""
    monkeypatch.setattr("kpisite.write.long_sheet.LONG", 1)
    site = write(small_site(), tmp_path / "site")
    built(site)
    assert sorted(made) == ["A1", "A1", "A1", "A2", "A2", "B1", "B1"]
    made.clear()
    return site


def with_theme(site: Path, **templates: str) -> None:
    """Gives the site a theme that sets these in its own way."""
    files = {f"{name.replace('_', '-')}.html": text for name, text in templates.items()}
    files["theme.toml"] = 'extends = "default"\n'
    write({f"themes/house/{name}": text for name, text in files.items()}, site)
    edit(site, "kpisite.toml", 'company = "小店"\n', 'company = "小店"\ntheme = "house"\n')


def ours(template: str) -> str:
    files = packaged_theme("default")
    assert files is not None
    return files[template]


def built(site: Path) -> None:
    assert run("build", "--no-pdf", at=site).code == 0


def is_as_a_clean_build(site: Path) -> bool:
    """Whether a build that finds neither an output nor a store makes the same."""
    clean = site.parent / "clean"
    shutil.copytree(site, clean, ignore=shutil.ignore_patterns("output", ".kpisite"))
    built(clean)
    return digest(clean / "output") == digest(site / "output")


def test_where_a_wage_is_another_that_line_is_made_and_no_other(
    site: Path, made: list[str]
) -> None:
    edit(site, "records/2026-10/A2.toml", "79999.99", "60000")
    built(site)
    assert made == ["A2", "A2"]
    assert is_as_a_clean_build(site)


def test_who_leaves_a_list_is_gone_and_the_others_move_up(site: Path, made: list[str]) -> None:
    (site / "records/2026-10/A2.toml").unlink()
    write({"records/2026-10/month.toml": 'month = "2026-10"\n\n[excused]\nA2 = "病假"\n'}, site)
    built(site)
    assert made == ["A1"]  # who has a place among one fewer
    assert is_as_a_clean_build(site)


def test_where_a_column_comes_every_line_is_another() -> None:
    a, b = paid("A", post=1000), paid("B", post=2000, bonus=30)
    (line,) = pay_sheet(table(a), "zh").lines
    assert line.amounts == ("1,000.00",)
    alone, among = pay_sheet(table(a), "zh").lines, pay_sheet(table(a, b), "zh").lines
    assert [one.amounts for one in among] == [("1,000.00", ""), ("2,000.00", "30.00")]
    assert keys(alone)["A"] != keys(among)["A"]
    assert keys(alone) == keys(pay_sheet(table(a), "zh").lines)


def keys(lines: Lines[pay.WageLine]) -> dict[str, str]:
    """The key of each line and, under no name, of all."""
    one = lines.sections["shop"]
    return {"": one.key, **one.line_keys()}


def paid(employee: str, **amounts: int) -> Paid:
    return Paid(
        policy="records/policies/rules.toml",
        employee=employee,
        name=employee,
        before=(Leading(text="店"), Leading(text="表"), Leading(number=Decimal(1))),
        amounts=tuple(
            Amount(id=id, label=Text(zh=id), value=Decimal(value)) for id, value in amounts.items()
        ),
        value=Decimal(sum(amounts.values())),
        hidden=(),
    )


def table(*people: Paid) -> PayTable:
    policy = book_of(small_site()).policy_at("records/policies/rules.toml")
    assert policy is not None
    by_id = {one.employee: one for one in people}
    return PayTable(
        policy=policy,
        before=OF_YEAR,
        lines=Lines(
            share="payroll",
            sections={
                "shop": Section(
                    key="as it was", line_keys=lambda: dict.fromkeys(by_id, "as it was")
                )
            },
            find=lambda _, name: by_id[name],
            memory=NO_MEMORY,
        ),
        added=sums_of(by_id),
        rows_of=lambda _section, _name: (),
        sum_name="合计",
        in_all_name="实发",
        money=Money(),
    )


class _Dictionary:
    """A memory that holds what it is given."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[str, Any]] = {}

    def known(self, name: str, key: str, kind: Serial[T], find: Callable[[T | None], T]) -> T:
        before, value = self.held.get(name, ("", None))
        if name not in self.held or before != key:
            self.held[name] = key, find(value)
        found: T = self.held[name][1]
        return found

    def forget_rest(self, share: str) -> None:
        raise NotImplementedError


def test_of_a_section_that_is_as_it_was_no_line_is_looked_at() -> None:
    memory, looked_at = _Dictionary(), list[str]()

    def line_keys(section: str) -> dict[str, str]:
        looked_at.append(section)
        return {f"{number} {section}": "as it was" for number in (2, 1)}

    def listed(**keys: str) -> list[str]:
        lines = Lines(
            share="a",
            sections={
                name: Section(key=key, line_keys=partial(line_keys, name))
                for name, key in keys.items()
            },
            find=lambda _, name: name,
            memory=memory,
        )
        return lines.written("upper", TEXTS, str.upper)

    assert listed(x="1", y="1") == ["1 X", "1 Y", "2 X", "2 Y"]
    assert looked_at == ["x", "y"]
    assert listed(x="1", y="2") == ["1 X", "1 Y", "2 X", "2 Y"]
    assert looked_at == ["x", "y", "y"]


AMOUNTS = some.dictionaries(some.sampled_from("xyz"), some.integers(0, 9))


@given(
    some.dictionaries(
        some.text("abcdef", min_size=1, max_size=2),
        some.tuples(
            some.sampled_from("pq"),
            some.dictionaries(some.sampled_from("xyz"), some.integers(0, 9)),
        ),
        min_size=1,
    )
)
def test_what_groups_add_up_to_is_what_all_of_them_do(
    people: dict[str, tuple[str, dict[str, int]]],
) -> None:
    every = {id: paid(id, **amounts) for id, (_, amounts) in people.items()}
    groups = [
        {id: every[id] for id, (group, _) in people.items() if group == name} for name in "pq"
    ]
    together = pay_sums.together([sums_of(one) for one in groups if one])
    assert together == sums_of(every)
    assert list(together.names) == list(
        {amount.id: "" for _, one in sorted(every.items()) for amount in one.amounts}
    )


def test_what_was_kept_for_a_list_that_is_gone_is_forgotten(site: Path) -> None:
    assert kept(site, "payroll payroll_month 2026-09 ")
    assert kept(site, "hr company_month 2026-09 ")
    shutil.rmtree(site / "records/2026-09")
    built(site)
    assert not kept(site, "payroll payroll_month 2026-09 ")
    assert not kept(site, "hr company_month 2026-09 ")
    assert kept(site, "payroll payroll_month 2026-10 ")
    assert is_as_a_clean_build(site)


def test_where_everybody_of_a_group_leaves_a_list_its_lines_are_forgotten(site: Path) -> None:
    assert groups_kept(site) == {"desk", "store"}
    (site / "records/2026-10/B1.toml").unlink()
    write({"records/2026-10/month.toml": 'month = "2026-10"\n\n[excused]\nB1 = "病假"\n'}, site)
    built(site)
    assert groups_kept(site) == {"desk"}
    assert is_as_a_clean_build(site)


def groups_kept(site: Path) -> set[str]:
    """Of whose groups lines of the wages of October are kept."""
    names = kept(site, "payroll payroll_month 2026-10 ")
    return {name.rpartition(" ")[2] for name in names} - {"before", "sums"}


def kept(site: Path, beginning: str) -> list[str]:
    """The names of what is kept for lists."""
    return Store(site, RUNS).names(f"{LINES} {beginning}")


def test_where_the_theme_sets_lines_otherwise_every_line_is_set_anew(site: Path) -> None:
    line = ours("payroll-line.html")
    with_theme(site, payroll_line=line.replace("<tr>", '<tr class="mine">'))
    built(site)
    page = (site / "output/payroll/2026-10.html").read_text("utf-8")
    assert page.count('<tr class="mine">') == 3
    assert is_as_a_clean_build(site)


def test_a_theme_may_set_the_lines_in_the_template_of_the_page(site: Path) -> None:
    """As all did when there was no template for lines."""
    looped = "{% for line in sheet.lines %}" + ours("payroll-line.html") + "{% endfor %}"
    whole = ours("payroll.html").replace("{{ rows[loop.index0] }}", looped)
    before = digest(site / "output/payroll")
    with_theme(site, payroll=whole)
    built(site)
    assert digest(site / "output/payroll") == before
