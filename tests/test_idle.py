"""What cannot be reached, and what changes nothing: bounds, edges, counts, steps, conditions."""

import pytest

from tests.small_forms import CARE, form, issues, site, staff

MARK = "marks.care = { boss = 8 }"
TEN = CARE.replace('method = "bands"', 'points = 10\nmethod = "bands"').replace("0-100", "0-10")
SECTION = (
    '[[part]]\nid = "work"\nname = "w"\n[[part.section]]\nid = "s"\nname = "s"\n'
    + "BOUNDS\n"
    + TEN.replace("[[part.indicator]]", "[[part.section.indicator]]")
)
PART = '[[part]]\nid = "work"\nname = "w"\n' + "BOUNDS\n" + TEN


@pytest.mark.parametrize("rows", [PART, SECTION])
@pytest.mark.parametrize(
    ("bounds", "codes"),
    [
        ("cap = 10\n", []),
        ("cap = 11\n", ["out-of-reach"]),
        ("cap = 9\n", ["cap-below-full"]),
        ("floor = 0\n", []),
        ("floor = 4\n", []),
        ("floor = 10\n", ["floor-at-full"]),
        ("floor = -1\n", ["floor-idle"]),
    ],
)
def test_bounds_of_a_part_or_section_that_its_rows_cannot_meet_are_reported(rows, bounds, codes):
    assert issues(site(form(rows.replace("BOUNDS", bounds), 10), {"A": MARK})) == codes


def test_a_part_on_top_of_the_form_may_have_a_cap_below_its_rows_and_a_scaled_one_before_it():
    extra = PART.replace("BOUNDS", "") + (
        PART.replace("work", "more")
        .replace("care", "praise")
        .replace("BOUNDS", 'role = "extra"\ncap = 3')
    )
    marks = {"A": MARK + "\nmarks.praise = { boss = 8 }"}
    assert issues(site(form(extra, 10), marks)) == []
    for cap, codes in ((10, []), (11, ["out-of-reach"])):
        scaled = PART.replace("BOUNDS", f"scaled = true\npoints = 50\ncap = {cap}")
        assert issues(site(form(scaled, 50), {"A": MARK})) == codes


def ledger(more: str, *rules: str) -> str:
    return (
        '[[part.indicator]]\nid = "ledger"\nname = "l"\npoints = 10\nmethod = "tally"\n'
        f"{more}\nrule = [{', '.join(rules)}]\n"
    )


def rule(points: str, more: str = "") -> str:
    return f'{{ id = "r{len(points)}", name = "r", points = {points}{more} }}'


LATE, LATE_ONCE, PRAISE_ONCE = rule("-2"), rule("-2", ", most = 4"), rule("1", ", most = 3")


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (ledger("cap = 12", LATE), ["out-of-reach"]),
        (ledger("cap = 12", LATE, PRAISE_ONCE), []),
        (ledger("cap = 13", LATE, PRAISE_ONCE), []),
        (ledger("cap = 14", LATE, PRAISE_ONCE), ["out-of-reach"]),
        (ledger("start = 5\ncap = 8", LATE, rule("1")), ["cap-below-full"]),
        (ledger("start = 5", LATE, PRAISE_ONCE), ["points-unreachable"]),
        (ledger("start = 7", LATE, PRAISE_ONCE), []),
        (ledger("floor = 6", LATE_ONCE), []),
        (ledger("floor = 5", LATE_ONCE), ["floor-idle"]),
        (ledger("floor = -5", LATE), []),
        (ledger("floor = 10", LATE), ["floor-at-full"]),
        (ledger("", rule("-5", ", most = 4")), ["most-below-one"]),
        (ledger("", rule("[-5, -1]", ", most = 4")), ["most-below-one"]),
        (ledger("", rule("-5", ", most = 5")), []),
    ],
)
def test_bounds_of_a_tally_that_its_events_cannot_meet_are_reported(text, codes):
    assert issues(site(form(text, 10), {"A": ""})) == codes


def test_a_deduction_and_a_distance_whose_most_is_below_one_time_are_reported():
    late = '\n[[deduction]]\nid = "late"\nname = "x"\npoints = 5\nmost = {most}\n'
    for most, codes in ((4, ["most-below-one"]), (5, [])):
        assert issues(site(form(TEN + late.format(most=most), 10), {"A": MARK})) == codes
        bonus = late.replace("deduction", "bonus").format(most=most)
        assert issues(site(form(TEN + bonus, 10), {"A": MARK})) == codes
        away = (
            '[[part.indicator]]\nid = "d"\nname = "d"\npoints = 10\nmethod = "distance"\n'
            'metric = "n"\ntarget = 1\nworse = "below"\nevery = 1\n'
            f"loses = 5\nmost-lost = {most}\n"
        )
        assert issues(site(form(away, 10), {"A": "metrics.n = 1"})) == codes


def checklist(counts: str) -> str:
    return (
        '[[part.indicator]]\nid = "care"\nname = "c"\npoints = 10\nmethod = "checklist"\n'
        'duties = [{ id = "a", name = "a" }, { id = "b", name = "b" }]\n' + f"counts = [{counts}]\n"
    )


def benchmarks(counts: str) -> str:
    return (
        '[[part.indicator]]\nid = "care"\nname = "c"\npoints = 10\nmethod = "benchmarks"\n'
        'benchmarks = [{ metric = "n", name = "n", against = 1 }, '
        '{ metric = "m", name = "m", against = 1 }]\n' + f"counts = [{counts}]\n"
    )


@pytest.mark.parametrize("method", [checklist, benchmarks])
@pytest.mark.parametrize(
    ("counts", "codes"),
    [
        ("{ from = 2, points = 10 }, { points = 0 }", []),
        ("{ from = 1, points = 10 }", []),
        ("{ from = 3, points = 12 }, { from = 2, points = 10 }", ["count-beyond"]),
        ("{ from = 2, points = 10 }, { points = 10 }", ["steps-alike"]),
        ("{ points = 10 }", ["steps-alike"]),
    ],
)
def test_lines_for_more_than_there_are_and_lines_all_alike_are_reported(method, counts, codes):
    says = "marks.care = { boss = 1 }" if method is checklist else "metrics = { n = 1, m = 2 }"
    assert issues(site(form(method(counts), 10), {"A": says})) == codes


@pytest.mark.parametrize(
    ("steps", "codes"),
    [
        ('{ from = 2, share = "100%" }, { share = "0%" }', []),
        ('{ from = 2, share = "100%" }', []),
        ('{ from = 2, share = "100%" }, { points = 10 }', ["steps-alike"]),
        ('{ share = "100%" }', ["steps-alike"]),
        ("{ from = 2, points = 0 }", ["steps-alike"]),
    ],
)
def test_steps_that_all_give_the_same_are_reported(steps, codes):
    text = (
        '[[part.indicator]]\nid = "n"\nname = "n"\npoints = 10\nmethod = "steps"\nmetric = "n"\n'
        f"steps = [{steps}]\n"
    )
    assert issues(site(form(text, 10), {"A": "metrics.n = 1"})) == codes


@pytest.mark.parametrize(
    ("points", "step", "bands", "codes"),
    [
        ("10", "0.1", '{ points = "0-10" }', []),
        ("10", "3", '{ points = "0-10" }', ["step-uneven"]),
        ("2.5", "1", '{ points = "0-2.5" }', ["step-uneven"]),
        ("2.5", "0.5", '{ points = "0-2.5" }', []),
        ("10", "1", '{ points = "9-10" }, { points = "8.5" }, { points = "0-8" }',
         ["band-between-steps"]),
        ("10", "0.5", '{ points = "9-10" }, { points = "8.5" }, { points = "0-8" }', []),
        ("10", "1", '{ points = "8.5-10" }, { points = "0-8" }', []),
    ],
)  # fmt: skip
def test_a_step_by_which_no_full_points_or_band_can_be_given_is_reported(
    points, step, bands, codes
):
    text = (
        f'[[part.indicator]]\nid = "care"\nname = "c"\npoints = {points}\nstep = {step}\n'
        f'method = "bands"\nbands = [{bands}]\n'
    )
    assert issues(site(form(text, points), {"A": "marks.care = { boss = 0 }"})) == codes


def test_the_step_of_a_row_that_is_computed_matters_where_raters_may_correct_it():
    text = ledger("step = 3", LATE)
    assert issues(site(form(text, 10), {"A": ""})) == []
    assert issues(site(form(text + "reviewed = true\n", 10), {"A": ""})) == ["step-uneven"]


GRADES = (
    'id = "rules"\nname = "r"\nfrom = "2026-01"\nschemes = ["form"]\n'
    '[[grade]]\nid = "a"\nname = "a"\nfrom = 9\n{a}'
    '[[grade]]\nid = "b"\nname = "b"\nfrom = 6\n{b}'
    '[[grade]]\nid = "c"\nname = "c"\n{c}'
)


def grades(more: str = "", **each: str) -> str:
    return GRADES.format(**{id: each.get(id, "") for id in "abc"}) + more


@pytest.mark.parametrize(
    ("states", "codes"),
    [
        ("first = true\nlast = true", ["condition-never"]),
        ('grades = ["b", "c"]\nat-least = "a"', ["condition-never"]),
        ('grades = ["b", "c"]\nat-least = "b"', []),
        ('events = ["late"]\nnone-of = ["late"]', ["condition-never"]),
        ('events = ["late", "lost"]\nnone-of = ["late"]', []),
        ('last = true\nlast-in = ["n"]', []),
        ("last = true\nmonths = 2\nin-all = 3", ["months-idle"]),
        ("last = true\nin-all = 3", []),
    ],
)
def test_conditions_that_exclude_each_other_are_reported(states, codes):
    text = TEN + (
        '\n[[deduction]]\nid = "late"\nname = "x"\npoints = 1\n'
        '\n[[deduction]]\nid = "lost"\nname = "x"\npoints = 1\n'
    )
    pay = (
        '[[pay]]\nid = "p"\nname = "p"\nmethod = "per-unit"\nmetric = "n"\neach = 1\n'
        f'[[review]]\nid = "talk"\nname = "t"\n{states}\n'
    )
    says = {"A": MARK + "\nmetrics.n = 1"}
    assert issues(site(form(text, 10), says, grades(pay))) == codes


@pytest.mark.parametrize(
    ("a", "b", "c", "codes"),
    [
        ("20%", "70%", "10%", []),
        ("1/3", "1/3", "1/3", []),
        ("20%", "70%", "10.1%", ["suggested-sum"]),
    ],
)
def test_suggested_shares_of_more_than_everybody_are_reported(a, b, c, codes):
    policy = grades(
        **{id: f'suggested = "{one}"\n' for id, one in zip("abc", (a, b, c), strict=True)}
    )
    assert issues(site(form(TEN, 10), {"A": MARK}, policy)) == codes


@pytest.mark.parametrize(
    ("pay", "codes"),
    [
        ('method = "per-unit"\nmetric = "n"\neach = 0', ["amount-idle"]),
        ('method = "per-unit"\nmetric = "n"\neach = -1', []),
        ('method = "tiers"\ntiers = [{ rate = "0%" }]', ["amount-idle"]),
        ('method = "tiers"\ntiers = [{ rate = "1%" }]', []),
        ('method = "tiers"\ntiers = [{ rate = "1%" }, { from = "100%", rate = "1%" }]',
         ["steps-alike"]),
        ('method = "tiers"\ntiers = [{ rate = "0%" }, { from = "100%", rate = "1%" }]', []),
        ('method = "by-grade"\ncolumn = "bonus"', ["amount-idle"]),
        ('method = "by-grade"\ncolumn = "salary"', []),
    ],
)  # fmt: skip
def test_pay_of_nothing_whatever_the_month_brings_is_reported(pay, codes):
    if "tiers" in pay:
        pay += '\nactual = "n"\nplan = "m"\nactual-name = "n"\nplan-name = "m"'
    money = {"a": "salary = 0\nbonus = 0\n", "b": "salary = 0\nbonus = 0\n"}
    policy = grades(
        f'[[pay]]\nid = "p"\nname = "p"\n{pay}\n', **money, c="salary = 10\nbonus = 0\n"
    )
    says = MARK + ("\nmetrics = { n = 1, m = 1 }" if "metric" in pay or "tiers" in pay else "")
    says = says if "tiers" in pay else says.replace(", m = 1", "")
    assert issues(site(form(TEN, 10), {"A": says}, policy)) == codes


AVERAGE = (
    '[[part.indicator]]\nid = "team"\nname = "t"\npoints = 10\nmethod = "department-average"\n'
    "least = 1\nsteps = [{{ from = {edge}, points = 10 }}, {{ points = 5 }}]\n"
)


@pytest.mark.parametrize(
    ("edge", "other", "codes"),
    [
        (20, 20, []),
        ("20.1", 20, ["out-of-reach"]),
        (90, 20, ["out-of-reach"]),
        (90, 100, []),  # the department also fills in a form of 100 points
        (101, 100, ["out-of-reach"]),
    ],
)
def test_an_edge_that_no_mean_of_the_department_comes_to_is_reported(edge, other, codes):
    scheme = form(TEN + AVERAGE.format(edge=edge), 20)
    colleague = form(CARE.replace("0-100", f"0-{other}").replace(
        'method = "bands"', f'points = {other}\nmethod = "bands"'), other
    ).replace('id = "form"', 'id = "other"')  # fmt: skip
    more = {
        "records/schemes/other.toml": colleague,
        "records/staff/B.toml": staff("B", scheme="other"),
        "records/2026-10/B.toml": 'employee = "B"\nmonth = "2026-10"\n' + MARK,
    }
    assert issues(site(scheme, {"A": MARK}, more=more)) == codes


@pytest.mark.parametrize(("of", "codes"), [(80, []), (100, []), (79, ["of-below-full"])])
def test_a_departments_total_is_taken_out_of_no_less_than_its_forms_points(of, codes):
    member = form(
        f'[[part.indicator]]\nid = "x"\nname = "x"\nmethod = "department-score"\nof = {of}\n'
    )
    desk = CARE.replace("0-100", "0-80").replace(
        'method = "bands"', 'points = 80\nmethod = "bands"'
    )
    more = {
        "records/schemes/desk.toml": form(desk, 80)
        .replace('id = "form"', 'id = "desk"\nappraises = "department"'),
        "records/2026-10/desk.toml": (
            'department = "desk"\nmonth = "2026-10"\nscheme = "desk"\n'
            "marks.care = { boss = 40 }\n"
        ),
    }  # fmt: skip
    assert issues(site(member, dict.fromkeys("AB", ""), more=more)) == codes


@pytest.mark.parametrize(
    ("per", "times", "codes"),
    [
        ("month", 12, []),
        ("quarter", 4, []),
        ("quarter", 5, ["in-all-beyond"]),
        ("year", 2, ["in-all-beyond"]),
    ],
)
def test_a_review_after_more_times_than_a_year_has_is_reported(per, times, codes):
    review = f'[[review]]\nid = "talk"\nname = "t"\nlast = true\nin-all = {times}\n'
    scheme = form(TEN, 10, top=f'per = "{per}"\n')
    assert issues(site(scheme, {"2026-12/A": MARK}, grades(review))) == codes


@pytest.mark.parametrize(
    ("low", "codes"), [(4, []), (5, ["answers-alike"]), (6, ["answers-alike"])]
)
def test_a_questionnaire_without_a_range_of_answers_is_reported(low, codes):
    text = (
        '[[part.indicator]]\nid = "q"\nname = "q"\npoints = 10\nmethod = "survey"\nleast = 0\n'
        f'low = {low}\nhigh = 5\nquestions = [{{ id = "a", name = "a" }}]\n'
    )
    assert issues(site(form(text, 10), {"A": ""})) == codes
