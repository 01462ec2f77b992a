"""Peers who are too few for their mean to count: the fault says so, and with `missing = "share"`
they stay in sight, without a word of who gave what."""

import pytest

from kpisite.core.working import Working
from tests.small_forms import CARE, form, found, issues, site

PEERS = '{ boss = "70%", peer = { weight = "30%", peers = true } }'
ALONE = '{ peer = { weight = "100%", peers = true } }'
TASKS = '[[part.indicator]]\nid = "plan"\nname = "计划"\nmethod = "tasks"\n'
TASK = (
    '[[task]]\nid = "t"\nname = "上线"\nweight = "100%"\n'
    "marks = { boss = 80, peer = { p1 = 13, p2 = 97 } }\n"
)
SHARE = 'missing = "share"\n'
TWO = "marks.care = { boss = 80, peer = { p1 = 13, p2 = 97 } }\n"


@pytest.mark.parametrize(
    ("scheme", "says", "expected"),
    [
        (form(CARE, raters=PEERS), TWO, ["peers-too-few"]),
        (form(CARE, raters=PEERS), "marks.care = { boss = 80, peer = 13 }", ["peers-too-few"]),
        (form(CARE, raters=PEERS), "marks.care = { boss = 80 }", ["mark-missing"]),
        (
            form(CARE, raters=PEERS),
            "marks.care = { peer = { p1 = 13, p2 = 97 } }",
            ["peers-too-few", "mark-missing"],
        ),
        (form(TASKS, raters=PEERS), TASK, ["peers-too-few"]),
        (form(CARE, raters=PEERS, top=SHARE), TWO, []),
        (form(CARE, raters=ALONE, top=SHARE), TWO.replace("boss = 80, ", ""), ["peers-too-few"]),
        (form(CARE, raters=PEERS), TWO.replace("97 }", "97, p3 = 40 }"), []),
    ],
)
def test_too_few_peers_are_not_called_missing(scheme: str, says: str, expected: list[str]) -> None:
    assert issues(site(scheme, {"A": says})) == expected


@pytest.mark.parametrize(("rows", "says"), [(CARE, TWO), (TASKS, TASK)])
def test_too_few_peers_stay_in_the_working_and_their_marks_do_not(rows: str, says: str) -> None:
    card = found(site(form(rows, raters=PEERS, top=SHARE), {"A": says}))["2026-10/A"].card
    assert card.total.value == 80
    few = [one for one in card.total.walk() if not one.counts]
    assert [(one.label.zh, one.shown) for one in few] == [("同事（2 人，不足 3 人，不计入）", "2")]
    assert not {"13", "97", "55"} & {one.shown for one in walked(card.total)}


def walked(total: Working) -> list[Working]:
    return list(total.walk())
