"""Pay in any currency: its places, its rounding, its name at the head of every column."""

import subprocess
import sys
from decimal import Decimal
from typing import Any

import pytest
from babel.core import get_global
from babel.numbers import format_decimal, format_percent
from hypothesis import given
from hypothesis import strategies as st

from kpisite.core.currency import is_currency, places_of, unit_of
from kpisite.core.exact import RoundingMode, money, total
from kpisite.core.money import Money
from kpisite.core.text import LANGUAGES
from kpisite.outcomes.pools import shares
from kpisite.pages.cells import number_format
from tests.sites import checked, run
from tests.small_forms import CARE, form, found, read, site

POLICY = """
id = "rules"
name = "制度"
from = "2026-01"
schemes = ["form"]
part-month = "calendar-days"

[[pay]]
id = "merit"
name = "绩效工资"
method = "proportion"
amount = {amount}
"""


def paid(amount: object, mark: object, money: str, of_policy: str = "") -> str:
    """What somebody with that mark is paid of `amount`, on a site with that `[money]`."""
    policy = POLICY.format(amount=amount) + (f"\n[money]\n{of_policy}\n" if of_policy else "")
    files = site(form(CARE), {"A": f"marks.care = {{ boss = {mark} }}"}, policy)
    files["kpisite.toml"] += f"\n[money]\n{money}\n" if money else ""
    wage = found(files)["2026-10/A"].wage
    assert wage is not None
    assert wage.value == total(line.value for line in wage.parts)
    return wage.shown


@pytest.mark.parametrize(
    ("money", "expected"),
    [
        ("", "2,803.05"),
        ('currency = "JPY"', "2,803"),
        ('currency = "USD"', "2,803.05"),
        ('currency = "EUR"\nrounding = "up"', "2,803.06"),
        ('currency = "EUR"\nrounding = "down"\nplaces = 1', "2,803.0"),
        ('currency = "KWD"', "2,803.053"),
        ('currency = "XAF"\nplaces = 0\nrounding = "up"', "2,804"),
    ],
)
def test_an_amount_is_rounded_once_to_the_places_of_its_currency(money: str, expected: str) -> None:
    assert paid(3333, 84.1, money) == expected  # 3,333 × 84.1 ÷ 100 = 2,803.053


def test_half_even_takes_a_tie_to_the_even_digit() -> None:
    rule = 'currency = "JPY"\nrounding = "half-even"'
    assert paid(25, 10, rule) == "2"  # 2.5
    assert paid(35, 10, rule) == "4"  # 3.5
    assert paid(25, 10, 'currency = "JPY"') == "3"


def test_a_workbook_prints_the_places_of_the_currency() -> None:
    policy = POLICY.format(amount=3333) + '[money]\ncurrency = "JPY"\n'
    wage = found(site(form(CARE), {"A": "marks.care = { boss = 84.1 }"}, policy))["2026-10/A"].wage
    assert wage is not None
    assert {number_format(one) for one in (wage, *wage.parts)} == {"#,##0"}


def test_a_policy_may_pay_in_a_currency_of_its_own() -> None:
    assert paid(3333, 84.1, "", of_policy='currency = "JPY"') == "2,803"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("元", "CNY"), ("RMB", "CNY"), ("cny", "CNY"), ("EURO", "EUR"), ("XYZW", ""), ("", "")],
)
def test_a_code_that_is_none_is_a_fault_whose_remedy_works(written: str, meant: str) -> None:
    files = site(form(CARE), {}, POLICY.format(amount=1))
    files["kpisite.toml"] += f'[money]\ncurrency = "{written}"\n'
    (issue,) = [one for one in checked(files)[2] if one.code == "not-a-currency"]
    assert issue.facts["meant"] == meant
    if meant:
        files["kpisite.toml"] = files["kpisite.toml"].replace(f'"{written}"', f'"{meant}"')
        assert "not-a-currency" not in read(files)[2]


def test_every_currency_has_places_and_a_name_in_every_language() -> None:
    codes = sorted(get_global("all_currencies"))
    assert len(codes) > 300
    for code in codes:
        assert is_currency(code) and 0 <= places_of(code) <= 4
        assert all(unit_of(code).say(language) for language in LANGUAGES)
    assert (places_of("CNY"), unit_of("CNY").zh) == (2, "元")


@pytest.mark.parametrize("language", LANGUAGES)
def test_amounts_are_written_as_every_language_of_the_catalogue_writes_them(language: str) -> None:
    """A language that groups or points otherwise needs more than words."""
    for amount in ("0", "12.5", "1234.56", "-1234567.8"):
        value = Decimal(amount)
        said = format_decimal(value, "#,##0.00", locale=language)
        assert money(value) == said.replace("-", "−")
        assert format_percent(Decimal("0.125"), "#,##0.0%", locale=language) == "12.5%"


def test_a_site_that_pays_in_yuan_never_loads_babel() -> None:
    loads = "import sys; from kpisite.language.money import MoneyRules as M; "
    asks = "M().money.unit; M(currency='CNY').money.unit; print('babel' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", loads + asks], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "False\n"


@given(
    amount=st.decimals(0, 10_000, places=3),
    count=st.integers(1, 7),
    places=st.integers(0, 4),
    rounding=st.sampled_from(["half-up", "half-even", "up", "down"]),
)
def test_parts_of_any_currency_add_up_to_the_amount(
    amount: Decimal, count: int, places: int, rounding: RoundingMode
) -> None:
    money = Money("XXX", places, rounding)
    parts = shares(amount, count, money)
    assert total(parts) == money.round(amount)
    assert max(parts) - min(parts) <= money.smallest


PAGES = {
    "CNY": ("本月工资（元）", "2,803.05"),
    "JPY": ("本月工资（日元）", "2,803"),
    "USD": ("本月工资（美元）", "2,803.05"),
    "EUR": ("本月工资（欧元）", "2,803.05"),
}


@pytest.mark.parametrize("currency", PAGES)
def test_every_page_and_workbook_names_the_currency_and_no_other(
    currency: str, tmp_path: Any
) -> None:
    head, amount = PAGES[currency]
    files = site(form(CARE), {"A": "marks.care = { boss = 84.1 }"}, POLICY.format(amount=3333))
    files["kpisite.toml"] += f'[money]\ncurrency = "{currency}"\n[managers]\npay = true\n'
    text = built(files, tmp_path)
    assert head in text and f">{amount}<" in text
    others = {unit for unit, _ in PAGES.values()} - {head}
    assert not [one for one in others if one in text]
    assert currency == "CNY" or "（元）" not in text


def test_pay_in_two_currencies_is_never_added_up(tmp_path: Any) -> None:
    second = form(CARE).replace('id = "form"', 'id = "second"')
    files = site(
        form(CARE),
        {"A": "marks.care = { boss = 84.1 }", "B": "marks.care = { boss = 84.1 }"},
        POLICY.format(amount=3333),
        more={
            "records/schemes/second.toml": second,
            "records/policies/more.toml": POLICY.format(amount=3333).replace('"rules"', '"more"')
            .replace('"form"', '"second"') + '[money]\ncurrency = "JPY"\n',
        },
    )  # fmt: skip
    files["records/staff/B.toml"] = files["records/staff/B.toml"].replace('"form"', '"second"')
    text = built(files, tmp_path)
    assert "2,803.05 + JPY 2,803" in text
    assert "5,606" not in text


def built(files: dict[str, str], folder: Any) -> str:
    """The text of all pages of a built site."""
    for path, content in files.items():
        there = folder / "site" / path
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_text(content, encoding="utf-8")
    assert run("-C", str(folder / "site"), "build", "--no-pdf").code == 0
    pages = sorted((folder / "site" / "output").rglob("*.html"))
    return "".join(page.read_text(encoding="utf-8") for page in pages)
