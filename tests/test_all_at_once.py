"""Every fault at once: an error in one file hides none that can be known without mending it, be it
found only when all is scored; and none is reported that goes away when another is mended."""

from collections.abc import Callable, Mapping
from itertools import combinations
from pathlib import Path

import pytest

from kpisite.site import Site
from tests.sites import POLICY, SCHEME, person, record, small_site, write

Files = Mapping[str, str]
Reported = set[tuple[str, str]]


def sound() -> dict[str, str]:
    """The small company, whose store has a form and a policy of its own, and a head without."""
    files = small_site()
    pick = SCHEME.replace('"form"', '"pick"').replace("月度考核", "拣货考核")
    rules = POLICY.replace('"rules"', '"pick-rules"').replace('["form"]', '["pick"]')
    return files | {
        "records/schemes/pick.toml": pick.lstrip(),
        "records/policies/pick.toml": rules.lstrip().replace("pick-rules", "pick"),
        "records/staff/M3.toml": person("M3", "高远", "desk"),
        "records/staff/B1.toml": person("B1", "程砚", "store", "M2", "pick"),
        "records/2026-09/B1.toml": record("B1", "2026-09", care=(60, 60), speed=(40, 40)),
        "records/2026-09/month.toml": 'month = "2026-09"\n\n[excused]\nA2 = "培训"\n',
    }


def edited(path: str, old: str, new: str) -> Callable[[Files], dict[str, str]]:
    def edit(files: Files) -> dict[str, str]:
        assert old in files[path], path
        return {**files, path: files[path].replace(old, new, 1)}

    return edit


def added(path: str, text: str) -> Callable[[Files], dict[str, str]]:
    return lambda files: {**files, path: text}


#: By the code that each gives: what is found in reading, in fitting, between files of the ground,
#: in a record, and only in results.
FAULTS: dict[str, Callable[[Files], dict[str, str]]] = {
    "unclosed-quote": added(
        "records/schemes/new.toml", SCHEME.replace('"form"', '"new"').replace('考核"', "考核")
    ),
    "wrong-type": edited("records/schemes/pick.toml", "points = 40", "points = 'many'"),
    "unknown-department": edited("records/staff/M3.toml", '"desk"', '"dusk"'),
    "grades-order": edited("records/policies/pick.toml", "from = 60", "from = 95"),
    "mark-too-high": edited("records/2026-10/B1.toml", "self = 60", "self = 61"),
    "unknown-employee": edited("records/2026-09/month.toml", "A2", 'A9 = "外派"\nA2'),
    "plan-not-positive": edited("records/2026-10/A2.toml", "plan = 80000", "plan = 0"),
    "expected-differs": edited("records/2026-09/A1.toml", "month =", "expect = 1\nmonth ="),
}
FOUND_LAST = {"plan-not-positive", "expected-differs"}
#: What bears on everybody of the desk: a month's own file.
OF_ALL = {"unknown-employee"}


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Files], Reported]:
    def find(files: Files) -> Reported:
        site = Site(write(files, tmp_path_factory.mktemp("site")))
        return {(one.code, one.at.path) for one in site.check().issues}

    return find


def with_faults(*codes: str) -> dict[str, str]:
    files = sound()
    for code in codes:
        files = FAULTS[code](files)
    return files


def test_faults_of_reading_fitting_checks_and_results_are_reported_in_one_run(
    reported: Callable[[Files], Reported],
) -> None:
    assert reported(sound()) == set()
    codes = FAULTS.keys() - OF_ALL
    assert {code for code, _ in reported(with_faults(*codes))} == codes


@pytest.mark.parametrize("pair", [*combinations(FAULTS, 2)], ids="+".join)
def test_two_faults_give_those_of_each_and_hide_none_that_rests_on_neither(
    pair: tuple[str, str], reported: Callable[[Files], Reported]
) -> None:
    one, other = (reported(with_faults(code)) for code in pair)
    assert {code for code, _ in one | other} == set(pair)
    together = reported(with_faults(*pair))
    assert together <= one | other
    if not (OF_ALL & set(pair) and FOUND_LAST & set(pair)):
        assert together == one | other
