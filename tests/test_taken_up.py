"""Whatever stands in a file counts once: what nothing takes up, or two things do, is a fault."""

from textwrap import dedent

import pytest

from tests.marked_months import FORM, PAID, SALARY_OF_A, month_of, months, policy, says
from tests.small_forms import Files, form, found, issues, only, site, staff

SURVEY = form(
    """
    [[part.indicator]]
    id = "team"
    name = "协作"
    method = "survey"
    questions = [{ id = "q", name = "配合" }]
    low = 0
    least = 2
    """
)
TASKS = form(
    """
    [[part.indicator]]
    id = "plan"
    name = "计划"
    points = 50
    method = "tasks"

    [[part.indicator]]
    id = "project"
    name = "项目"
    points = 50
    method = "tasks"
    """
)


def answers(*of: str) -> str:
    return "".join(
        f'[[survey]]\nof = "{one}"\nby = "{index}"\nanswers = {{ q = {mark} }}\n'
        for index, (one, mark) in enumerate(zip(of, (9, 1), strict=True))
    )


def task(id: str, mark: int, of: str = "") -> str:
    named = f'of = "{of}"\n' if of else ""
    return (
        f'[[task]]\nid = "{id}"\nname = "{id}"\nweight = "100%"\n{named}'
        f"marks = {{ boss = {mark} }}\n"
    )


def test_an_answer_to_no_question_is_not_dropped() -> None:
    # (9 + 1) / 2 of 10, of 100: 50; with the second dropped it would be 90.
    assert only(SURVEY, answers("team", "team")).total.value == 50
    assert issues(site(SURVEY, {"A": answers("team", "taem")})) == ["unknown-indicator"]
    assert issues(site(SURVEY, {"A": answers("team", "x")})) == ["unknown-indicator"]
    assert issues(site(FORM, {"A": says(80) + answers("team", "team")})) == ["entry-not-asked"] * 2


def test_a_task_counts_in_one_row() -> None:
    # 80 of 100, of 50: 40; 60 of 100, of 50: 30.
    assert only(TASKS, task("a", 80, "plan") + task("b", 60, "project")).total.value == 70
    assert issues(site(TASKS, {"A": task("a", 80)})) == ["task-without-of"]
    assert issues(site(TASKS, {"A": task("a", 80, "plan") + task("b", 60, "pro")})) == [
        "unknown-indicator"
    ]
    assert issues(site(FORM, {"A": says(80) + task("a", 80)})) == ["entry-not-asked"]


def paying(month: str, more: str = "") -> Files:
    line = f'[[line]]\nmonth = "{month}"\nname = "补发"\namount = 1_800.55\n{more}'
    other = '[[pay]]\nid = "other"\nname = "其他"\nmethod = "other"\n'
    return site(
        FORM, month_of(80), policy(other), {"records/pay/A.toml": f'employee = "A"\n{line}'}
    )


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        ("2026-10", []),
        ("2025-10", ["pay-line-unpaid"]),
        ("2026-09", ["pay-line-unpaid"]),
        ("2026-11", ["pay-line-early"]),
    ],
)
def test_a_line_of_pay_is_paid_or_a_fault(month: str, expected: list[str]) -> None:
    assert issues(paying(month)) == expected


def test_a_line_waits_for_a_record_that_is_missing() -> None:
    files = paying("2026-10")
    files["records/pay/B.toml"] = files["records/pay/A.toml"].replace('"A"', '"B"')
    files["records/staff/B.toml"] = staff("B")
    assert issues(files) == ["record-missing"]
    files["records/2026-10/month.toml"] = 'month = "2026-10"\nexcused = { B = "借调" }\n'
    assert issues(files) == ["pay-line-unpaid"]


AGAIN = '[[line]]\nmonth = "2026-10"\nname = "补发"\namount = 1_800.55\n'


def test_a_line_of_pay_written_twice_is_a_fault_and_two_that_differ_are_two() -> None:
    # 1,800.55 twice: 3,601.10.
    assert issues(paying("2026-10", AGAIN)) == ["entry-twice"]
    once = found(paying("2026-10"))["2026-10/A"].wage
    twice = found(paying("2026-10", f'{AGAIN}reason = "九月"\n'))["2026-10/A"].wage
    assert once is not None and twice is not None
    assert twice.value == 2 * once.value


def component(id: str, method: str) -> str:
    return f'[[pay]]\nid = "{id}"\nname = "{id}"\nmethod = "{method}"\n'


@pytest.mark.parametrize("method", ["salary", "by-grade", "awards", "pool", "share-of", "other"])
def test_the_same_money_is_not_paid_by_two_components(method: str) -> None:
    award = '[[award]]\nid = "prize"\nname = "奖"\namount = 200\nfirst = true\n'
    pool = "[pool]\nper-point = 10\n"
    rate = 'rate = "10%"\n' if method == "share-of" else ""
    stated = {"awards": award, "pool": pool}.get(method, "")
    more = {"records/pay/A.toml": SALARY_OF_A}
    once = site(FORM, month_of(80), policy(stated + component("a", method) + rate), more)
    assert issues(once) == []
    both = component("a", method) + rate + component("b", method) + rate
    twice = site(FORM, month_of(80), policy(stated + both), more)
    assert issues(twice) == ["paid-twice"]


def test_an_award_is_paid_and_a_line_for_awards_pays_some() -> None:
    prize = '[[award]]\nid = "prize"\nname = "奖"\namount = 200\nfirst = true\n'
    assert issues(site(FORM, month_of(80), policy(prize + PAID))) == []
    assert issues(site(FORM, month_of(80), policy(PAID))) == ["nothing-to-pay"]
    post = component("post", "by-grade")
    assert issues(site(FORM, month_of(80), policy(prize + post))) == ["never-paid"]
    assert issues(site(FORM, month_of(80), policy(prize))) == [], "no wage is computed here at all"


@pytest.mark.parametrize("table", ["award", "review"])
def test_what_would_be_everybodys_states_a_condition(table: str) -> None:
    head = f'[[{table}]]\nid = "x"\nname = "x"\n' + "amount = 9\n" * (table == "award")
    paid = PAID if table == "award" else ""
    for condition, expected in (
        ("", ["condition-missing"]),
        ("first = false\n", ["condition-missing"]),
        ("last = true\n", []),
        ('at-least = "fail"\n', []),  # what the remedy says
        ('none-of = ["late"]\n', []),
    ):
        assert issues(site(FORM, month_of(80), policy(head + condition + paid))) == expected


# Twins.


def twice(entry: str, other: str | None = None) -> str:
    return dedent(entry) + dedent(entry if other is None else other)


EVENT = '[[event]]\nrule = "late"\ndate = 2026-10-08\n'
REMARK = '[[remark]]\non = 2026-10-08\ntext = "好"\n'


@pytest.mark.parametrize(
    ("says_", "expected"),
    [
        (EVENT, []),
        (twice(EVENT), ["entry-twice"]),
        (twice(EVENT, EVENT + "count = 2\n"), []),
        (twice(EVENT, EVENT + 'reason = "又一次"\n'), []),
        (twice(REMARK), ["entry-twice"]),
    ],
)
def test_an_entry_written_out_twice_would_count_twice(says_: str, expected: list[str]) -> None:
    assert issues(site(FORM, {"A": says(80) + says_})) == expected


def test_one_respondent_answers_once() -> None:
    both = answers("team", "team").replace('by = "1"', 'by = "0"')
    assert issues(site(SURVEY, {"A": both})) == ["entry-twice"]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (component("base", "salary") + component("base", "by-grade"), ["duplicate-id"]),
        (component("base", "salary") + component("Base", "by-grade"), ["id-case"]),
        (
            PAID + 2 * '[[award]]\nid = "p"\nname = "p"\namount = 9\nfirst = true\n',
            ["duplicate-id"],
        ),
        (2 * '[[review]]\nid = "p"\nname = "p"\nlast = true\n', ["duplicate-id"]),
    ],
)
def test_ids_stand_once_in_every_list_of_a_policy(rules: str, expected: list[str]) -> None:
    more = {"records/pay/A.toml": SALARY_OF_A}
    assert issues(site(FORM, month_of(80), policy(rules), more)) == expected


def test_grades_and_questions_have_ids_of_their_own() -> None:
    twins = policy().replace('id = "pass"', 'id = "top"')
    assert issues(site(FORM, month_of(80), twins)) == ["duplicate-id"]
    asked = SURVEY.replace('name = "配合" }', 'name = "配合" }, { id = "q", name = "及时" }')
    assert issues(site(asked, {"A": answers("team", "team")})) == ["duplicate-id"]


def test_months_that_have_no_twins_have_no_faults() -> None:
    reported = months({"2026-09": {"A": 80, "B": 80}, "2026-10": {"A": 80, "B": 80}})
    assert issues(site(FORM, reported, policy())) == []
