"""Points with a sign: what takes them is below zero everywhere; what cannot move them is told."""

import pytest

from kpisite.cli.explain import drawn
from kpisite.pages.scorecard import scorecard_facts
from kpisite.pages.workbook import scorecard_workbook
from tests.small_forms import CARE, cards, form, issues, only, read, row, site

MARK = "marks.care = { boss = 90 }\n"
QUARREL = '[[event]]\nrule = "quarrel"\ndate = 2026-10-12\n'


def tally(rules: str, points: int = 10, more: str = "") -> str:
    """A form of marks and of a ledger of `points`."""
    return (
        CARE.replace("0-100", f"0-{100 - points}").replace(
            'method = "bands"', f'points = {100 - points}\nmethod = "bands"'
        )
        + f'\n[[part.indicator]]\nid = "ledger"\nname = "纪律"\npoints = {points}\n'
        + f'method = "tally"\n{more}rule = [{rules}]\n'
    )


def rule(id: str, points: str, more: str = "") -> str:
    return f'{{ id = "{id}", name = "{id}", points = {points}{more} }}'


TAKES, GIVES = rule("late", "-2"), rule("quarrel", "10")


@pytest.mark.parametrize(
    ("rules", "more", "codes"),
    [
        (GIVES, "", ["rule-at-cap"]),
        (f"{TAKES}, {GIVES}", "", ["rule-at-cap"]),
        (f"{TAKES}, {rule('quarrel', '[2, 6]')}", "", ["rule-at-cap"]),
        (f"{TAKES}, {rule('quarrel', '10', ', makes-up = true')}", "", []),
        (rule("quarrel", "10", ", makes-up = true"), "", ["rule-at-cap"]),
        (f"{TAKES}, {GIVES}", 'cap = "none"\n', []),
        (f"{TAKES}, {GIVES}", "cap = 20\n", []),
        (TAKES, "", []),
        (f"{TAKES}, {GIVES}", "start = 0\n", ["rule-at-floor"]),
        (f"{TAKES}, {GIVES}", 'start = 0\nfloor = "none"\n', []),
        (f"{TAKES}, {GIVES}", "start = 5\n", []),
        (f"{rule('late', '-2', ', makes-up = true')}, {GIVES}", "start = 0\n", []),
        (rule("late", "0"), "", ["points-idle"]),
        (rule("late", "[0, 0]"), "", ["points-idle"]),
        (rule("late", "[-2, 0]"), "", []),
    ],
)
def test_a_rule_that_only_moves_points_where_the_bound_forbids_is_reported(rules, more, codes):
    assert issues(site(form(tally(rules, more=more)), {"A": MARK})) == codes


@pytest.mark.parametrize("key", ["deduction", "bonus", "liability"])
def test_points_of_nothing_are_reported(key):
    more = 'event = "x"\n' if key == "liability" else ""
    text = f'\n[[{key}]]\nid = "quarrel"\nname = "x"\npoints = 0\n{more}'
    assert issues(site(form(CARE + text), {"A": MARK})) == ["points-idle"]


@pytest.mark.parametrize(
    ("points", "event", "taken"),
    [
        ("5", "", -5),
        ("-5", "", -5),
        ("[2, 6]", "points = 4\n", -4),
        ("[2, 6]", "points = -4\n", -4),
        ("[-6, -2]", "points = 4\n", -4),
        ("[-6, -2]", "points = -4\n", -4),
        ("5", "count = 3\n", -15),
    ],
)
def test_a_deduction_is_written_with_or_without_its_minus_and_shown_with_it(points, event, taken):
    text = f'\n[[deduction]]\nid = "quarrel"\nname = "吵架"\npoints = {points}\n'
    card = only(form(CARE + text), MARK + QUARREL + event)
    assert row(card.total, "quarrel").value == taken
    assert card.total.value == 90 + taken
    assert row(card.total, "quarrel").parts[0].value == taken


@pytest.mark.parametrize("points", ["1", "7", "-1", "-7"])
def test_a_severity_out_of_range_is_reported_whatever_its_sign(points):
    text = '\n[[deduction]]\nid = "quarrel"\nname = "吵架"\npoints = [2, 6]\n'
    says = MARK + QUARREL + f"points = {points}\n"
    assert issues(site(form(CARE + text), {"A": says})) == ["severity-outside"]


def test_a_bonus_below_zero_is_reported():
    text = '\n[[bonus]]\nid = "quarrel"\nname = "x"\npoints = [-3, -1]\n'
    assert issues(site(form(CARE + text), {"A": MARK})) == ["points-sign"]


def test_a_deduction_and_a_tally_show_their_points_alike_on_page_in_explain_and_in_cells():
    deduction = form(CARE + '\n[[deduction]]\nid = "quarrel"\nname = "吵架"\npoints = 5\n')
    ledger = form(tally(rule("quarrel", "-5")))
    for scheme in (deduction, ledger):
        book, (result,), _ = read(site(scheme, {"A": MARK + QUARREL}))
        page = scorecard_facts(book, result, "zh")
        shown = [one.value for one in page.rows if one.label == "吵架"]
        shown += [leaf.value for one in page.rows for leaf in (one.work.leaves if one.work else ())]
        assert "5" not in shown and {"−5"} <= set(shown)
        lines = list(drawn(result, book, "zh"))
        event = next(line for line in lines if "2026-10-12" in line)
        assert "−5" in event
        cells = [
            cell.value
            for sheet in scorecard_workbook(book, result, "zh").sheets
            for line in sheet.lines
            for cell in line.cells
        ]
        assert -5 in cells and (5 in cells) == (scheme is ledger)  # the ledger's row itself
    assert only(deduction, MARK + QUARREL).total.calculation == "90 − 5 = 85.0"


@pytest.mark.parametrize("stated", ["5", "-5"])
def test_a_paper_form_may_state_a_deduction_with_or_without_its_minus(stated):
    scheme = form(CARE + '\n[[deduction]]\nid = "quarrel"\nname = "x"\npoints = 5\n')
    says = f"expect = {{ quarrel = {stated} }}\n"
    assert issues(site(scheme, {"A": says + MARK + QUARREL})) == []
    wrong = says.replace("5", "4")
    assert issues(site(scheme, {"A": wrong + MARK + QUARREL})) == ["expected-differs"]


@pytest.mark.parametrize("points", ["3", "-3"])
def test_a_liability_takes_points_with_or_without_its_minus(points):
    scheme = form(
        CARE + '\n[[deduction]]\nid = "quarrel"\nname = "x"\npoints = 1\n'
        f'\n[[liability]]\nid = "bound"\nname = "连带"\nevent = "quarrel"\npoints = {points}\n'
    )
    more = {
        "records/staff/A.toml": (
            'id = "A"\nname = "A"\njoined = 2024-01-01\n\n[[post]]\nfrom = 2024-01-01\n'
            'department = "desk"\ntitle = "x"\nscheme = "form"\nsuperior = "B"\n'
        )
    }
    made = cards(scheme, {"A": MARK + QUARREL + "count = 2\n", "B": MARK}, more)
    assert row(made["B"].total, "bound").value == -6
    assert made["B"].total.value == 84


@pytest.mark.parametrize(
    ("mark", "total", "shown"), [(40, 95, "40.0"), (96, 95, "95.0"), (96, 0, "0.0"), (0, 0, "0.0")]
)
def test_a_veto_lowers_and_never_raises(mark, total, shown):
    veto = f'\n[[veto]]\nid = "quarrel"\nname = "x"\ntotal = {total}\n'
    card = only(form(CARE + veto), f"marks.care = {{ boss = {mark} }}\n" + QUARREL)
    assert card.total.shown == shown


def test_of_several_vetoes_and_the_total_the_lowest_holds():
    vetoes = "".join(
        f'\n[[veto]]\nid = "{id}"\nname = "x"\ntotal = {total}\n'
        for id, total in (("quarrel", 60), ("leak", 30))
    )
    both = QUARREL + QUARREL.replace("quarrel", "leak")
    for mark, shown in ((90, "30.0"), (20, "20.0")):
        card = only(form(CARE + vetoes), f"marks.care = {{ boss = {mark} }}\n" + both)
        assert card.total.shown == shown


def test_the_total_without_a_veto_is_reported_in_full():
    veto = '\n[[veto]]\nid = "quarrel"\nname = "x"\ntotal = 60\n'
    scheme = form(CARE.replace("0.1", "0.01") + veto)
    card = only(scheme, "marks.care = { boss = 84.45 }\n" + QUARREL)
    assert row(card.total, "unvetoed").shown == "84.45"
    assert card.total.calculation == "84.45 > 60 → 60"


@pytest.mark.parametrize(
    ("key", "total", "codes"),
    [
        ("veto", "120", ["veto-outside"]),
        ("veto", "100", ["veto-outside"]),
        ("veto", "-1", ["veto-outside"]),
        ("veto", "0", []),
        ("veto", "99.9", []),
        ("liability", "100", ["veto-outside"]),
        ("liability", "-1", ["veto-outside"]),
        ("liability", "60", []),
    ],
)
def test_a_veto_lies_from_the_floor_up_and_below_the_full_points(key, total, codes):
    more = 'event = "quarrel"\n' if key == "liability" else ""
    text = f'\n[[{key}]]\nid = "v"\nname = "x"\ntotal = {total}\n{more}'
    event = '\n[[deduction]]\nid = "quarrel"\nname = "x"\npoints = 1\n'
    assert issues(site(form(CARE + text + event), {"A": MARK})) == codes
