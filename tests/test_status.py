"""`kpisite status`: what is still to come of a month, through whom, and for how long."""

import json
from typing import Any

import pytest
from wcwidth import wcswidth

from tests.conftest import Site

AGENT = "records/2026-10/CS017.toml"


def waiting(site: Site, month: str = "2026-11") -> Site:
    assert site.run("new", month).code == 0
    return site


def kinds(site: Site, *arguments: str) -> list[tuple[str, str, str | None, int | None]]:
    reported = json.loads(site.run("status", *arguments, "--json").output)
    return [
        (one["kind"], one["appraisee"], one["asked"], one["days_left"])
        for one in reported["pending"]
    ]


def test_what_a_laid_out_month_waits_for_is_listed_by_manager(site: Site) -> None:
    ran = waiting(site).run("status", "2026-11", "--on", "2026-12-05")
    assert ran.code == 1
    assert ran.output == (
        "2026 年 11 月：1 人还缺 3 项\n"
        "\n"
        "王敏 CS001：3 项\n"
        "  李娜 CS017  自评：纪律性  还有 1 天，到 2026-12-06\n"
        "              上级：纪律性  还有 1 天，到 2026-12-06\n"
        "              数据：转化率  还有 1 天，到 2026-12-06\n"
    )


def test_columns_stand_below_one_another_under_chinese(site: Site) -> None:
    staff = site.read("records/staff/CS017.toml").replace("CS017", "CS018")
    site.write({"records/staff/CS018.toml": staff.replace("李娜", "迪丽努尔·艾山")})
    site.write(
        {"records/pay/CS018.toml": site.read("records/pay/CS017.toml").replace("017", "018")}
    )
    ran = waiting(site).run("status", "2026-11", "--on", "2026-12-05")
    lines = [line for line in ran.output.splitlines() if "还有" in line]
    assert len(lines) == 6
    assert len({wcswidth(line.partition("还有")[0]) for line in lines}) == 1


def test_a_message_can_be_pasted_into_a_chat(site: Site) -> None:
    ran = waiting(site).run("status", "2026-11", "--message", "--on", "2026-12-08")
    assert ran.output == (
        "王敏，您好：2026 年 11 月的考核还缺以下 3 项，请补齐，谢谢。\n"
        "1. 李娜：自评：纪律性；上级：纪律性；数据：转化率（过期 2 天）\n"
    )
    english = site.run("status", "2026-11", "--message", "--on", "2026-12-06", "--language", "en")
    assert english.output.splitlines()[1].endswith("(due today)")


def test_a_record_that_is_not_there_is_missed(site: Site) -> None:
    assert kinds(site, "2026-11", "--on", "2026-12-01") == [("record", "CS017", "CS001", 5)]
    excused = 'month = "2026-11"\n[excused]\nCS017 = "脱产"\n'
    site.write({"records/2026-11/month.toml": excused})
    ran = site.run("status", "2026-11")
    assert (ran.code, ran.output) == (0, "2026 年 11 月：都齐了。\n")


def test_an_answer_and_a_ruling_are_waited_for_until_they_are_there(site: Site) -> None:
    assert kinds(site, "--on", "2026-11-08") == [("answer", "CS017", "CS001", 3)]
    appeal = '\n[[appeal]]\non = 2026-11-08\nreason = "漏记"\nhandler = "HR001"\n'
    hr = site.read("records/staff/CS001.toml").replace("CS001", "HR001")
    site.write({"records/staff/HR001.toml": hr, AGENT: site.read(AGENT) + appeal})
    assert [one[:3] for one in kinds(site, "--on", "2026-11-08")] == [
        ("answer", "CS017", "CS001"),
        ("ruling", "CS017", "HR001"),
    ]
    assert [one[0] for one in kinds(site, "--for", "HR001")] == ["ruling"]


def test_a_plan_is_waited_for_where_the_grade_asks_for_one(site: Site) -> None:
    site.edit("records/policies/service.toml", "window ", 'plan-for = ["pass"]\nwindow ')
    assert [one[0] for one in kinds(site)] == ["answer", "plan"]


def test_signatures_are_waited_for_where_forms_are_archived(site: Site) -> None:
    (site.root / "archive").mkdir()
    found = kinds(site)
    assert [one[0] for one in found] == ["answer", "signature"]


def test_a_mark_is_asked_of_whoever_the_record_names(site: Site) -> None:
    site.edit(AGENT, ", supervisor = 8", "")
    site.edit(AGENT, 'by = "CS001"', 'by = "HR001"')
    hr = site.read("records/staff/CS001.toml").replace("CS001", "HR001")
    site.write({"records/staff/HR001.toml": hr})
    site.edit("records/2026-10/month.toml", "note", 'missing = "provisional"\nnote')
    assert [one[:3] for one in kinds(site)] == [("mark", "CS017", "HR001")]


def test_errors_leave_out_what_rests_on_totals_and_it_says_so(site: Site) -> None:
    site.edit(AGENT, "supervisor = 8", "supervisor = 11")
    ran = site.run("status")
    assert ran.code == 1 and "有错误" in ran.errors and "答复" not in ran.output
    reported: dict[str, Any] = json.loads(site.run("status", "--json").output)
    assert reported["complete"] is False


@pytest.mark.parametrize("arguments", [("--for", "NOBODY"), ("2026-13",)])
def test_an_unknown_name_or_month_is_wrong_usage(site: Site, arguments: tuple[str, ...]) -> None:
    assert site.run("status", *arguments).code == 2
