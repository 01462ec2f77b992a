"""Forms of other sizes: what no total of theirs can reach is told, and one wrong scale once."""

import pytest

from tests.small_forms import CARE, cards, form, issues, read, row, site

TEN = CARE.replace('method = "bands"', 'points = 10\nmethod = "bands"').replace("0-100", "0-10")
MARK = {"A": "marks.care = { boss = 8.4 }"}
BONUS = '\n[[bonus]]\nid = "praise"\nname = "x"\npoints = 1\n'


def policy(*grades: object, pay: str = "") -> str:
    rows = "".join(
        f'[[grade]]\nid = "g{index}"\nname = "g{index}"\n'
        + ("" if edge is None else f"from = {edge}\n")
        for index, edge in enumerate(grades)
    )
    return f'id = "rules"\nname = "r"\nfrom = "2026-01"\nschemes = ["form"]\n{rows}{pay}'


def merit(more: str) -> str:
    return f'[[pay]]\nid = "x"\nname = "x"\nmethod = "proportion"\namount = 100\n{more}\n'


@pytest.mark.parametrize(
    ("rules", "top", "codes"),
    [
        (policy(90, 80, 60, None), "", ["out-of-reach"]),  # three grades, one fault
        (policy(9, 8, None), "", []),
        (policy(10, 8, None), "", []),
        (policy("10.1", 8, None), "", ["out-of-reach"]),
        (policy("10.1", 8, None), BONUS, []),  # a bonus without a most has no bound
        (policy("11.1", 8, None), BONUS + "most = 1\n", ["out-of-reach"]),
        (policy(11, 8, None), BONUS + "most = 1\n", []),
        (policy(pay=merit("threshold = 80")), "", ["out-of-reach"]),
        (policy(pay=merit("threshold = 8")), "", []),
        (policy(pay=merit("of = 100")), "", ["out-of-reach"]),
        (policy(pay=merit("of = 10")), "", []),
        (policy(pay=merit("of = 9")), "", []),
    ],
)
def test_grades_and_pay_on_another_scale_than_the_form_are_reported_once(rules, top, codes):
    assert issues(site(form(TEN + top, 10), MARK, rules)) == codes


@pytest.mark.parametrize(
    ("top", "bonus", "codes"),
    [
        ("cap = 10\n", "", []),
        ("cap = 12\n", "", ["out-of-reach"]),
        ("cap = 12\n", BONUS, []),
        ("cap = 9\n", "", ["cap-below-full"]),
        ("floor = 10\n", "", ["floor-at-full"]),
        ("floor = 6\n", "", []),
    ],
)
def test_bounds_that_a_total_cannot_meet_are_reported(top, bonus, codes):
    assert issues(site(form(TEN + bonus, 10, top=top), MARK)) == codes


def test_rows_of_one_wrong_scale_are_one_fault():
    levels = "levels = [{ points = 4 }, { points = 3 }, { points = 2 }, { points = 1 }]"
    rows = "".join(
        f'[[part.indicator]]\nid = "r{n}"\nname = "第 {n} 项"\nmethod = "levels"\n{levels}\n'
        for n in range(22)
    )
    marks = "".join(f"marks.r{n} = {{ boss = 4 }}\n" for n in range(22))
    assert issues(site(form(rows, 2200), {"A": marks})) == ["points-unreachable"]
    mended = rows.replace('method = "levels"', 'points = 4\nmethod = "levels"')
    assert issues(site(form(mended, 88), {"A": marks})) == []


def test_a_form_that_does_not_add_up_is_reported_and_not_its_grades_besides():
    assert issues(site(form(TEN, 100), MARK, policy(90, 60, None))) == ["points-sum"]


def test_a_tally_or_a_ratio_without_a_cap_bounds_nothing():
    ratio = (
        '\n[[part.indicator]]\nid = "r"\nname = "r"\nmethod = "ratio"\nactual = "n"\ntarget = 1\n'
    )
    says = {"A": "metrics.n = 2"}
    assert issues(site(form(ratio), says, policy(150, None))) == ["out-of-reach"]
    assert issues(site(form(ratio + 'cap = "none"\n'), says, policy(150, None))) == []
    assert issues(site(form(ratio + 'cap = "150%"\n'), says, policy(150, None))) == []
    assert read(site(form(ratio + 'cap = "150%"\n'), says))[1][0].card.total.shown == "150.0"


def rows_of_ten(count: int) -> str:
    return "".join(TEN.replace("care", f"r{n}") for n in range(count))


def marked(*marks: object) -> dict[str, str]:
    return {"A": "".join(f"marks.r{n} = {{ boss = {one} }}\n" for n, one in enumerate(marks))}


@pytest.mark.parametrize(
    ("marks", "codes"),
    [
        ((92, 85, 90, 88), ["marks-other-scale"]),
        ((92, 85, 90, 8), ["marks-other-scale"]),
        ((92, 85, 8, 9), ["mark-too-high"] * 2),  # two slips
        ((92, 85, 90, 9, 9, 9), ["mark-too-high"] * 3),  # no more than half of the marks
        ((101, 85, 90, 88), ["mark-too-high"] * 4),  # on no scale that is usual
        ((92, 85, 90, -1), ["marks-other-scale", "mark-below-zero"]),
    ],
)
def test_marks_of_a_record_on_another_scale_are_one_fault(marks, codes):
    files = site(form(rows_of_ten(len(marks)), 10 * len(marks)), marked(*marks))
    assert sorted(issues(files)) == sorted(codes)


def test_tasks_and_peers_on_another_scale_are_counted_mark_by_mark():
    raters = '{ boss = { weight = "100%", peers = true } }'
    peers = {"A": "marks.care = { boss = { p1 = 90, p2 = 80, p3 = 85 } }"}
    assert issues(site(form(TEN, 10, raters=raters), peers)) == ["marks-other-scale"]
    tasks = '[[part.indicator]]\nid = "t"\nname = "t"\nmethod = "tasks"\n'
    task = '[[task]]\nid = "x{n}"\nname = "x"\nweight = "1/3"\nmarks = {{ boss = {mark} }}\n'
    written = "".join(task.format(n=n, mark=900 + n) for n in range(3))
    assert issues(site(form(tasks), {"A": written})) == ["mark-too-high"] * 3


TEAM = """
[[part.indicator]]
id = "team"
name = "团队"
points = 10
method = "department-average"
steps = [{ from = 90, points = 10 }, { points = 5 }]
"""


@pytest.mark.parametrize(
    ("marks", "mean", "before", "points"),
    [
        ((80, 80, 80), "90.00", None, 10),
        ((80, 80, "79.9"), "89.97", "89.966666…", 5),  # 269.9 ÷ 3
        ((80, 80, "79.99"), "90.00", "89.996666…", 10),  # 269.99 ÷ 3, and 90.00 has reached 90
    ],
)
def test_a_mean_is_rounded_once_and_its_working_says_so(marks, mean, before, points):
    fine = CARE.replace("0.1", "0.01").replace("0-100", "0-90")
    scheme = form(
        fine.replace('method = "bands"', 'points = 90\nmethod = "bands"') + TEAM,
        top="rounding = { total = 2 }\n",
    )
    says = {id: f"marks.care = {{ boss = {one} }}" for id, one in zip("ABC", marks, strict=True)}
    team = row(cards(scheme, says)["A"].total, "team")
    (average,) = team.parts
    assert (team.value, average.shown) == (points, mean)
    assert [one.shown for one in average.parts] == ([] if before is None else [before])


def test_a_departments_total_counts_as_its_form_shows_it():
    member = form(
        '[[part.indicator]]\nid = "x"\nname = "x"\nmethod = "department-score"\n',
        top="rounding = { total = 3 }\n",
    )
    desk = form(CARE.replace("0.1", "0.01")).replace(
        'id = "form"', 'id = "desk"\nappraises = "department"'
    )
    more = {
        "records/schemes/desk.toml": desk,
        "records/2026-10/desk.toml": (
            'department = "desk"\nmonth = "2026-10"\nscheme = "desk"\n'
            "marks.care = { boss = 88.35 }\n"
        ),
    }
    assert cards(member, {"A": ""}, more)["A"].total.shown == "88.400"
