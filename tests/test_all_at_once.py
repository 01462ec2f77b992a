"""Every fault at once: an error in one file hides none that can be known without mending it, be it
found only when all is scored; and none is reported that goes away when another is mended."""

from collections.abc import Callable, Mapping
from itertools import combinations

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
    "unknown-figure": edited(
        "records/policies/rules.toml",
        "[[pay]]",
        '[[gate]]\nid = "low"\nname = "门槛"\nif = { nowhere = { below = 5 } }\n'
        'grade-at-most = "low"\n\n[[pay]]',
    ),
    "mark-too-high": edited("records/2026-10/B1.toml", "self = 60", "self = 61"),
    "unknown-employee": edited("records/2026-09/month.toml", "A2", 'A9 = "外派"\nA2'),
    "plan-not-positive": edited("records/2026-10/A2.toml", "plan = 80000", "plan = 0"),
    "expected-differs": edited("records/2026-09/A1.toml", "month =", "expect = 1\nmonth ="),
}
FOUND_LAST = {"plan-not-positive", "expected-differs"}
#: What bears on everybody of the desk: a month's own file, and the policy's.
OF_ALL = {"unknown-employee", "unknown-figure"}


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


FIGURED = """\
id = "pick"
name = "拣货考核"
from = "2026-01"
raters = { supervisor = "100%" }

[[figure]]
id = "sales"
from = "record"

[[figure]]
id = "rate"
is = "sales ÷ (2 - 1)"

[[figure]]
id = "bonus"
is = "rate + 1"

[[table]]
id = "step"
rows = { figure = "sales", from = [10, 5] }
cells = [20, 10, 0]

[[figure]]
id = "result"
is = "bonus + step"

[[gate]]
id = "low"
name = "业绩门槛"
if = { sales = { below = 5 } }
at-most = 10

[[part]]
id = "work"
name = "工作"

[[part.indicator]]
id = "business"
name = "业绩"
points = 100
method = "figure"
figure = "result"
floor = 0
cap = 100
"""

#: Within one form: a name that nothing has, and what only shows where a figure is computed.
IN_FIGURES = {
    "unknown-figure": ("sales ÷ (2", "sails ÷ (2"),
    "divisor-always-zero": ("bonus + step", "bonus + step + 1 ÷ (2 - 2)"),
    "table-edges": ("[10, 5]", "[5, 10]"),
    "table-turns": ("[20, 10, 0]", "[20, 0, 10]"),
    "gate-outside": ("at-most = 10", "at-most = 100"),
}
#: What rests on the figure that asks for the unknown name, and so waits until that is mended.
RESTS_ON_IT = {"divisor-always-zero"}


def figured(*codes: str) -> dict[str, str]:
    form = FIGURED
    for code in codes:
        old, new = IN_FIGURES[code]
        assert old in form
        form = form.replace(old, new, 1)
    gone = ("records/2026-09/B1.toml", "records/2026-10/B1.toml")
    files = {path: text for path, text in sound().items() if path not in gone}
    return files | {"records/schemes/pick.toml": form}


@pytest.mark.parametrize("pair", [*combinations(IN_FIGURES, 2)], ids="+".join)
def test_within_a_form_figures_that_rest_on_no_faulty_one_are_looked_at(
    pair: tuple[str, str], reported: Callable[[Files], Reported]
) -> None:
    usual = reported(figured())
    one, other = (reported(figured(code)) - usual for code in pair)
    assert {code for code, _ in one} == {pair[0]} and {code for code, _ in other} == {pair[1]}
    together = reported(figured(*pair)) - usual
    assert together <= one | other
    if not ("unknown-figure" in pair and RESTS_ON_IT & set(pair)):
        assert together == one | other
