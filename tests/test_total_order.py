"""How a total is added up: parts within their bounds, times factors, plus extras, and so on."""

from decimal import Decimal

import pytest

from tests.small_forms import cards, form, only, row, staff

LEDGER = """
id = "ledger"
name = "台账"
points = 100
start = 50
method = "tally"
floor = "none"
cap = "none"

[[HEAD.rule]]
id = "late"
name = "迟到"
points = -10

[[HEAD.rule]]
id = "good"
name = "好"
points = 10
"""


def tally(within: str) -> str:
    """A row of 100 points that starts at 50 and moves by ten each time, as far as it may."""
    return f"[[{within}.indicator]]" + LEDGER.replace("HEAD", f"{within}.indicator")


def events(rule: str, count: int) -> str:
    return f'[[event]]\nrule = "{rule}"\ndate = 2026-10-08\ncount = {count}\n'


@pytest.mark.parametrize(
    ("bounds", "says", "part"),
    [
        ("", events("late", 7), -20),
        ("floor = 0", events("late", 7), 0),
        ("floor = 30", events("late", 1), 40),
        ("floor = 30", events("late", 2), 30),
        ("floor = 30", events("late", 3), 30),
        ("cap = 100", events("good", 4), 90),
        ("cap = 100", events("good", 5), 100),
        ("cap = 100", events("good", 6), 100),
        ("floor = 30\ncap = 100", events("good", 9), 100),
        ("floor = 30\ncap = 100", events("late", 9), 30),
    ],
)
def test_a_part_stays_within_its_floor_and_cap(bounds: str, says: str, part: int) -> None:
    head = f'[[part]]\nid = "work"\nname = "工作"\n{bounds}\n\n'
    total = only(form(head + tally("part"), top="floor = -500\n"), says).total
    assert row(total, "work").value == part == total.value


SECTIONS = """
[[part]]
id = "work"
name = "工作"

[[part.section]]
id = "daily"
name = "日常"
"""


@pytest.mark.parametrize(
    ("bounds", "says", "section"),
    [
        ("", events("good", 6), 110),
        ("cap = 100", events("good", 4), 90),
        ("cap = 100", events("good", 6), 100),
        ("", events("late", 6), -10),
        ("floor = 20", events("late", 2), 30),
        ("floor = 20", events("late", 4), 20),
    ],
)
def test_a_section_stays_within_its_floor_and_cap(bounds: str, says: str, section: int) -> None:
    rows = f"{SECTIONS}{bounds}\n\n{tally('part.section')}"
    total = only(form(rows, top="floor = -500\n"), says).total
    assert row(total, "daily").value == section == row(total, "work").value == total.value


def part(id: str, role: str = "", points: int = 100) -> str:
    line = f'role = "{role}"\n' if role else ""
    row = f'points = {points}\nmethod = "bands"\nbands = [{{ points = "0-{points}" }}]\n'
    return (
        f'[[part]]\nid = "{id}"\nname = "{id}"\n{line}\n'
        f'[[part.indicator]]\nid = "{id}-row"\nname = "{id}"\n{row}'
    )


RULES = """
[[deduction]]
id = "late"
name = "迟到"
points = 3

[[bonus]]
id = "praise"
name = "表扬"
points = 2
"""
MARKS = "marks = { a-row = { boss = 80 }, f-row = { boss = 9 }, x-row = { boss = 5 } }\n"


@pytest.mark.parametrize(
    ("says", "total"),
    [
        ("", "77"),  # 80 × 9 ÷ 10 + 5; with the extra under the factor it were 76.5
        (events("late", 1), "74"),
        (events("praise", 2), "81"),
        (events("late", 2) + events("praise", 1), "73"),
    ],
)
@pytest.mark.parametrize("order", ["afx", "xfa", "fxa"])
def test_the_factor_takes_the_parts_alone_and_extras_are_added_after_it(
    says: str, total: str, order: str
) -> None:
    parts = {"a": part("a"), "f": part("f", "factor", 10), "x": part("x", "extra", 10)}
    scheme = form("\n".join(parts[id] for id in order) + RULES)
    assert only(scheme, MARKS + says).total.value == Decimal(total)


INCIDENT = """
[[incident]]
id = "quarrel"
name = "争吵"
"""


def test_an_incident_stays_in_sight_and_counts_for_nothing() -> None:
    total = only(form(part("a") + INCIDENT), "marks.a-row = { boss = 80 }\n" + events("quarrel", 2))
    shown = row(total.total, "quarrel")
    assert (shown.value, shown.counts, total.total.value) == (0, False, 80)
    assert row(total.total, "a").counts


def test_a_part_that_is_shown_counts_for_nothing() -> None:
    total = only(form(part("a") + part("s", "shown")), MARKS_SHOWN).total
    assert (total.value, row(total, "s").value) == (80, 60)
    assert (row(total, "a").counts, row(total, "s").counts) == (True, False)


MARKS_SHOWN = "marks = { a-row = { boss = 80 }, s-row = { boss = 60 } }\n"


@pytest.mark.parametrize(("effect", "total"), [("points = -10", 60), ("total = 50", 50)])
def test_what_happens_among_reports_takes_points_or_lowers_the_total(
    effect: str, total: int
) -> None:
    liability = f'\n[[liability]]\nid = "joint"\nname = "连带"\nevent = "quarrel"\n{effect}\n'
    mark = "marks.a-row = { boss = 80 }\n"
    reported = {"A": mark + events("quarrel", 2), "B": mark, "C": mark}
    reports = {"records/staff/A.toml": staff("A", superior="B")}
    found = cards(form(part("a") + INCIDENT + liability), reported, reports)
    assert {id: one.total.value for id, one in found.items()} == {"A": 80, "B": total, "C": 80}
