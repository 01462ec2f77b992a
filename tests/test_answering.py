"""`kpisite answer`, `rule` and `amend`: what was typed by hand, written, checked, and no other sign
of the files touched."""

import json
import tomllib
from collections.abc import Mapping

import pytest

from kpisite.examine.load import Loaded
from kpisite.site import Site as KpiSite
from tests.conftest import Site

AGENT = "records/2026-10/CS017.toml"
HR = {
    f"records/staff/{id}.toml": f'id = "{id}"\nname = "{name}"\njoined = 2020-01-01\n\n[[post]]\n'
    f'from = 2020-01-01\ndepartment = "service"\ntitle = "人事"\n'
    for id, name in (("HR001", "赵敏"), ("HR002", "钱进"))
}
ON = ("--on", "2026-11-09")


@pytest.fixture
def site(site: Site) -> Site:
    """The small site with two people of HR, and a comment in its record."""
    site.write({**HR, "records/pay/CS017.toml": None})
    return site.edit(AGENT, "[metrics]", "# by hand\n[metrics]")


def errors(site: Site) -> str:
    ran = site.run("check")
    return ran.output if ran.code else ""


def test_an_answer_is_written_with_its_fingerprint_and_holds(site: Site) -> None:
    before = site.read(AGENT)
    ran = site.run("answer", "CS017", "2026-10", "acknowledged", *ON)
    assert (ran.code, ran.output) == (0, f"已写入 {AGENT}\n"), ran.errors
    head, _, answer = site.read(AGENT).partition("\n[answer]\n")
    assert head == before, "nothing else is touched"
    written = tomllib.loads(answer)
    assert written["state"] == "acknowledged" and str(written["on"]) == "2026-11-09"
    assert len(written["content"].replace(" ", "")) == 24
    assert errors(site) == "" and "answer-stale" not in site.run("check").output
    again = site.run("answer", "CS017", "2026-10", "acknowledged", *ON)
    assert "没有改动" in again.output
    site.edit(AGENT, "supervisor = 8", "supervisor = 7")
    stale = site.run("check").output
    assert "answer-stale" in stale
    assert "`kpisite answer CS017 2026-10 acknowledged`" in stale, "a remedy to run as it stands"
    assert site.run("answer", "CS017", "2026-10", "objected", *ON, "--words", "少一分").code == 0
    text = site.read(AGENT)
    assert text.count("[answer]") == 1 and 'text    = "少一分"' in text
    assert "answer-stale" not in site.run("check").output


def test_a_refusal_without_a_witness_is_not_written(site: Site) -> None:
    before = site.read(AGENT)
    ran = site.run("answer", "CS017", "2026-10", "refused", *ON)
    assert ran.code == 1 and "witness-missing" in ran.errors and "没有写入" in ran.errors
    assert site.read(AGENT) == before
    assert site.run("answer", "CS017", "2026-10", "refused", "--witness", "HR001", *ON).code == 0
    assert site.run("answer", "CS017", "2026-10", "refused", "--witness", "NOBODY").code == 1
    early = site.run("answer", "CS017", "2026-10", "lapsed", "--on", "2026-11-07")
    assert early.code == 1 and "lapsed-too-early" in early.errors


def test_an_answer_is_shown_first_where_that_is_asked_for(site: Site) -> None:
    before = site.read(AGENT)
    ran = site.run("answer", "CS017", "2026-10", "acknowledged", *ON, "--dry-run")
    assert ran.code == 0 and "+[answer]\n" in ran.output and site.read(AGENT) == before


def test_what_was_written_is_reported_to_machines(site: Site) -> None:
    ran = site.run("answer", "CS017", "2026-10", "acknowledged", *ON, "--dry-run", "--json")
    assert json.loads(ran.output) == {"written": False, "files": [AGENT]}
    ran = site.run("answer", "CS017", "2026-10", "acknowledged", *ON, "--json")
    assert json.loads(ran.output) == {"written": True, "files": [AGENT]}
    ran = site.run("answer", "CS017", "2026-10", "acknowledged", *ON, "--json")
    assert json.loads(ran.output) == {"written": True, "files": []}


def test_a_file_that_somebody_saves_meanwhile_is_left_to_them(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_with = KpiSite.check_with

    def saved_meanwhile(self: KpiSite, changed: Mapping[str, bytes]) -> Loaded:
        site.edit(AGENT, "# by hand", "# by another hand")
        return check_with(self, changed)

    monkeypatch.setattr(KpiSite, "check_with", saved_meanwhile)
    ran = site.run("answer", "CS017", "2026-10", "acknowledged", *ON)
    assert ran.code == 1 and "刚刚被别的程序改过" in ran.errors
    assert "[answer]" not in site.read(AGENT) and "# by another hand" in site.read(AGENT)


def test_what_cannot_be_answered_is_wrong_usage(site: Site) -> None:
    site.run("new", "2026-11")
    ran = site.run("answer", "CS017", "2026-11", "acknowledged")
    assert ran.code == 2 and "暂定" in ran.errors
    assert site.run("answer", "CS099", "2026-10", "acknowledged").code == 2


APPEAL = '\n[[appeal]]\non      = 2026-11-10 # by mail\nreason  = "漏记"\nhandler = "HR001"\n'


def test_a_ruling_stands_below_the_appeal_and_sets_the_total(site: Site) -> None:
    site.write({AGENT: site.read(AGENT) + APPEAL})
    before = site.read(AGENT)
    ran = site.run(
        "rule", "CS017", "2026-10", "upheld", "--total", "29.5", "--why", "考勤表为证",
        "--on", "2026-11-12",
    )  # fmt: skip
    assert ran.code == 0, ran.errors
    assert site.read(AGENT) == before + (
        "\n[appeal.ruling]\non      = 2026-11-12\n"
        'outcome = "upheld"\nreasons = "考勤表为证"\ntotal   = 29.5\n'
    )
    assert "29.5 / 30" in site.run("explain", "CS017", "2026-10").output
    again = site.run("rule", "CS017", "2026-10", "dismissed", "--why", "x")
    assert again.code == 2 and "没有待裁决" in again.errors


@pytest.mark.parametrize(
    "arguments, code",
    [
        (("--total", "31", "--why", "x", "--on", "2026-11-12"), "ruling-above-full"),
        (("--total", "29", "--why", "x", "--on", "2026-11-01"), "ruling-too-early"),
    ],
)
def test_a_ruling_that_cannot_be_is_not_written(
    site: Site, arguments: tuple[str, ...], code: str
) -> None:
    site.write({AGENT: site.read(AGENT) + APPEAL})
    before = site.read(AGENT)
    ran = site.run("rule", "CS017", "2026-10", "upheld", *arguments)
    assert code in ran.errors
    if ran.code:
        assert site.read(AGENT) == before
    for total in ("NaN", "1E2", "十"):
        ran = site.run("rule", "CS017", "2026-10", "upheld", "--why", "x", "--total", total)
        assert ran.code == 2


def test_an_objection_becomes_an_appeal_when_it_is_ruled_on(site: Site) -> None:
    site.run("answer", "CS017", "2026-10", "objected", "--words", "漏记加班", *ON)
    ruled = ("rule", "CS017", "2026-10", "dismissed", "--why", "有据", "--on", "2026-11-12")
    refused = site.run(*ruled).errors
    assert "--handler" in refused and "--about" not in refused, "what it is about was written"
    own = site.run(*ruled, "--handler", "CS001")
    assert own.code == 1 and "handler-rated" in own.errors
    assert site.run(*ruled, "--handler", "HR001").code == 0
    appeal = tomllib.loads(site.read(AGENT))["appeal"]
    assert [one["reason"] for one in appeal] == ["漏记加班"]
    assert appeal[0]["ruling"]["outcome"] == "dismissed" and errors(site) == ""


def closed(site: Site) -> Site:
    ran = site.run("close", "2026-10", "--on", "2026-11-20", "--despite-open")
    assert ran.code == 0, ran.errors
    return site.edit(AGENT, "supervisor = 8", "supervisor = 9")


AMEND = ("amend", "2026-10", "--why", "漏看录音", "--on", "2026-11-25")


def test_a_closed_month_that_changed_is_amended_in_a_line(site: Site) -> None:
    assert "closed-changed" in errors(closed(site))
    ran = site.run(*AMEND, "--all", "--by", "HR002", "--approved-by", "HR001")
    assert ran.code == 0 and "1 条更正（CS017）" in ran.output, ran.errors
    assert errors(site) == ""
    text = site.read("records/2026-10/amendments.toml")
    assert text.startswith('#:schema ../.schema/amendments.json\n\nmonth = "2026-10"\n\n[[amend')
    (entry,) = tomllib.loads(text)["amendment"]
    assert entry["what"] == "27.4 及格 → 28.0 及格" and entry["approved"] == "HR001"
    site.edit(AGENT, "supervisor = 9", "supervisor = 10")
    second = site.run(*AMEND, "CS017", "--by", "HR002", "--approved-by", "HR001", "--what", "又改")
    assert second.code == 0 and errors(site) == ""
    assert site.read("records/2026-10/amendments.toml").startswith(text)
    nothing = site.run(*AMEND, "--all", "--by", "HR002", "--approved-by", "HR001")
    assert nothing.code == 2 and "没有要更正的" in nothing.errors


def test_nobody_approves_a_change_of_their_own(site: Site) -> None:
    closed(site)
    ran = site.run(*AMEND, "--all", "--by", "HR002", "--approved-by", "HR002")
    assert ran.code == 1 and "amendment-own-approval" in ran.errors
    assert not (site.root / "records/2026-10/amendments.toml").exists()
    shown = site.run(*AMEND, "--all", "--by", "HR002", "--approved-by", "HR001", "--dry-run")
    assert "+[[amendment]]\n" in shown.output
    assert not (site.root / "records/2026-10/amendments.toml").exists()


def test_a_record_taken_out_of_a_closed_month_is_amended_too(site: Site) -> None:
    closed(site).write({AGENT: None})
    site.write({"records/2026-10/month.toml": 'month = "2026-10"\n'})
    assert "closed-gone" in errors(site)
    ran = site.run(*AMEND, "CS017", "--by", "HR002", "--approved-by", "HR001")
    assert ran.code == 0, ran.errors
    (entry,) = tomllib.loads(site.read("records/2026-10/amendments.toml"))["amendment"]
    assert entry["digest"] == "0" * 32 and "pay" not in entry and "closed-gone" not in errors(site)


def test_a_ruling_in_a_closed_month_is_written_and_asks_for_an_amendment(site: Site) -> None:
    site.write({AGENT: site.read(AGENT) + APPEAL})
    ran = site.run("close", "2026-10", "--on", "2026-11-20", "--despite-open")
    assert ran.code == 0, ran.errors
    ran = site.run(
        "rule", "CS017", "2026-10", "upheld", "--total", "30", "--why", "x", "--on", "2026-11-22"
    )
    assert ran.code == 0 and "closed-changed" in ran.errors
    assert site.run(*AMEND, "--all", "--by", "HR002", "--approved-by", "HR001").code == 0
    assert errors(site) == ""


@pytest.mark.parametrize("people", [(), ("--all", "CS017"), ("CS099",)])
def test_whom_an_amendment_is_for_is_said_once(site: Site, people: tuple[str, ...]) -> None:
    closed(site)
    ran = site.run(*AMEND, *people, "--by", "HR002", "--approved-by", "HR001")
    assert ran.code == 2
