"""`check` scores whatever it finds no error in: it cannot be clean where the build is not, and no
value that passes it can break what comes after."""

import re
from collections.abc import Mapping
from random import Random

import pytest

from kpisite.examine.load import examine
from tests.marked_months import FORM, months, policy, says
from tests.random_records import EVERY_METHOD, forms_of, random_site
from tests.sites import ROOT
from tests.small_forms import read, site

#: What is legal somewhere and an edge nearly everywhere.
VALUES = (
    "0", "-1", "1", "0.5", "100", "0.0000000001", "999999999999999", "-999999999999999", '"0%"',
    '"1%"', '"100%"', '"-5%"', '"1000%"', '"1/3"', "true", "false", '"none"', '"share"', '"shown"',
    '"factor"', '"provisional"', '"in-turn"', '"quarter"', '"year"', '"either"', "{}", "[]",
)  # fmt: skip
_VALUE = re.compile(r'(?<==)\s*("[^"\n]*"|-?[0-9][0-9_.]*|true|false)(?=\s*(?:[,}\]\n]|$))')

TIERS = """
[[pay]]
id = "line"
name = "提成"
method = "tiers"
actual = "sales"
plan = "plan"
actual-name = "实际"
plan-name = "计划"
tiers = [{ rate = "0%" }, { from = "100%", rate = "1%" }]
"""


def test_what_only_scoring_finds_is_found_by_check(tmp_path) -> None:
    # Nothing is closed, answered, expected or shared out here: only the wage shows it.
    files = site(FORM, months({"2026-10": {"A": says(80, sales=9, plan=0)}}), policy(TIERS))
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert [one.code for one in examine(tmp_path).issues] == ["plan-not-positive"]


def _one_form(chance: Random) -> Mapping[str, str]:
    """A few random records on the forms of one policy of the sample."""
    forms = forms_of(ROOT)
    path = chance.choice([one for one in forms if "/policies/" in one])
    named = re.search(r"^schemes *= *\[([^\]]*)\]", forms[path], re.MULTILINE)
    assert named is not None
    schemes = tuple(f"records/schemes/{id}" for id in re.findall(r'"([^"]+)"', named[1]))
    chosen = {one: forms[one] for one in forms if one == path or one.startswith(schemes)}
    return random_site(chosen, count=8, seed=chance.randrange(99)).files()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_passes_check_can_be_scored(seed: int) -> None:
    chance = Random(seed)
    files = _one_form(chance)
    rules = [one for one in files if "/schemes/" in one or "/policies/" in one]
    records = [one for one in files if one.startswith("records/20")]
    scored = 0
    for _ in range(60):
        path = chance.choice(rules if chance.random() < 0.7 else records)
        found = chance.choice([*_VALUE.finditer(files[path])])
        text = (
            f"{files[path][: found.start(1)]}{chance.choice(VALUES)}{files[path][found.end(1) :]}"
        )
        _, results, _ = read({**files, path: text})
        scored += bool(results)
    assert scored


@pytest.mark.parametrize("value", ["0", "-1"])
def test_zero_or_less_is_a_fault_or_is_scored(value: str) -> None:
    files = random_site(EVERY_METHOD, count=1, seed=1).files()
    rules = [one for one in files if "/schemes/" in one]
    places = [(path, found) for path in rules for found in _VALUE.finditer(files[path])]
    places = Random(1).sample(places, 25)
    for path in (one for one in files if one.startswith("records/20")):
        begin = files[path].find("[metrics]")
        end = files[path].find("\n[", begin + 1)
        if begin >= 0:
            places += [(path, one) for one in _VALUE.finditer(files[path], begin, end)]
    scored = 0
    for path, found in places:
        written = f'"{value}%"' if found[1].endswith('%"') else value
        text = files[path][: found.start(1)] + written + files[path][found.end(1) :]
        _, results, _ = read({**files, path: text})
        scored += bool(results)
    assert scored
