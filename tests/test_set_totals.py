"""What sets a total, whatever else was reached: on page, print and `explain` it stands with its day
and its evidence, and nothing says how far it is to the next grade."""

import re
from pathlib import Path

import pytest

from kpisite.outcomes.results import Result
from tests.marked_months import APPEAL, BY_GRADE, moved, policy, says
from tests.sites import built, run, write
from tests.small_forms import CARE, Files, form, found, record, site, staff

SCHEME = form(
    CARE,
    top="""
    [[veto]]
    id = "fraud"
    name = "虚报业绩"
    total = 40

    [[incident]]
    id = "complaint"
    name = "客户投诉"

    [[liability]]
    id = "joint"
    name = "连带责任"
    event = "complaint"
    total = 50
    """,
)


def event(rule: str, day: int, more: str = "") -> str:
    return f'[[event]]\nrule = "{rule}"\ndate = 2026-10-{day:02}\n{more}'


FRAUD = event("fraud", 19, 'reason = "补录成交"\nsource = "核对单"\n')
EARLIER = event("fraud", 12, 'source = "抽查表"\n')


def files(*events: str, more: Files | None = None) -> Files:
    return site(SCHEME, {"2026-10/A": says(95) + "".join(events)}, policy(BY_GRADE), more or {})


def only(reported: Files) -> Result:
    return found(reported)["2026-10/A"]


def test_a_veto_stands_on_its_events_by_day_with_reason_and_evidence() -> None:
    total = only(files(FRAUD, EARLIER)).card.total
    veto = total.parts[0]
    assert (veto.label.zh, veto.value) == ("虚报业绩", 40)
    assert [(one.label.zh, one.note) for one in veto.parts] == [
        ("2026-10-12 虚报业绩", "抽查表"),
        ("2026-10-19 虚报业绩", "补录成交 核对单"),
    ]


def test_no_next_grade_is_in_reach_where_a_veto_holds() -> None:
    assert only(files()).to_next is None, "95 is the highest grade already"
    free = only(site(SCHEME, {"2026-10/A": says(85)}, policy(BY_GRADE)))
    assert free.to_next == 5
    held = only(files(FRAUD))
    assert (held.to_next, held.next_grade) == (None, None)
    assert [one.id for one in held.card.set_by] == ["fraud"]


def test_a_ruling_after_a_veto_is_what_counts() -> None:
    result = only(
        files(
            FRAUD,
            APPEAL.replace("91.5", "85"),
            more={"records/staff/H.toml": staff("H", superior="")},
        )
    )
    assert (result.card.total.value, result.card.set_by, result.to_next) == (85, (), 5)


def test_a_veto_holds_in_a_month_of_two_posts() -> None:
    reported = moved("2026-10", "2026-10-16", 90, 80, BY_GRADE)
    reported["records/schemes/form.toml"] = SCHEME
    reported["records/2026-10/A.toml"] = record("A", says(80) + FRAUD)
    result = found(reported)["2026-10/A"]
    assert [one.id for one in result.card.set_by] == ["fraud"]
    assert result.to_next is None


@pytest.fixture
def pages(tmp_path: Path) -> str:
    """A's own page, and the text of the printed form."""
    boss = staff("B").replace('superior = "M"', 'superior = "A"')
    reported = files(FRAUD, EARLIER, more={"records/staff/B.toml": boss})
    complaint = event("complaint", 21, 'count = 2\nsource = "工单 881"\n')
    reported["records/2026-10/B.toml"] = record("B", says(70) + complaint)
    output = built(write({path: text for path, text in reported.items() if text}, tmp_path))
    page = (output / "employees/A/2026-10.html").read_text(encoding="utf-8")
    page += (output / "employees/B/2026-10.html").read_text(encoding="utf-8")
    for form_of in ("A", "B"):
        ran = run_pdftotext(output / f"employees/{form_of}/2026-10.pdf")
        page += "\n=====\n" + ran
    return page


def run_pdftotext(path: Path) -> str:
    import subprocess

    ran = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    return ran.stdout.decode()


def test_day_and_evidence_are_on_the_page_and_on_the_print(pages: str) -> None:
    html, print_a, print_b = pages.split("\n=====\n")
    assert (
        "总分由下列事项所定：2026-10-12 虚报业绩、2026-10-19 虚报业绩、2026-10-21 连带责任。"
        in html
    )
    assert "还差" not in html.split("员工B")[0] and "最高等级" not in html
    for said in ("2026-10-19 虚报业绩", "补录成交 核对单", "抽查表", "工单 881"):
        assert said in html
    flat = re.sub(r"\s+", "", print_a)
    for said in ("2026-10-19虚报业绩", "补录成交核对单", "抽查表", "2026-10-21连带责任×2"):
        assert said in flat, flat
    assert "还差" not in flat
    assert "2026-10-21客户投诉×2·工单881" in re.sub(r"\s+", "", print_b).replace("•", "·").replace(
        "・", "·"
    )
    assert "工单" not in print_a, "what happened below says how often and when, not to whom"


def test_explain_draws_the_day_the_evidence_and_the_line(tmp_path: Path) -> None:
    reported = {path: text for path, text in files(FRAUD).items() if text}
    drawn = run("explain", "A", "2026-10", at=write(reported, tmp_path)).output
    assert re.search(r"└ 2026-10-19 虚报业绩 .*2026-10/A.toml:\d+  “补录成交 核对单”", drawn)
