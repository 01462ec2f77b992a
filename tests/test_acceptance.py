"""Warnings that are accepted, each in its own file and with a reason."""

import json

import pytest

from tests.sites import run, small_site, write

LATE = "on = 2026-11-09"
RECORD = "records/2026-10/CS017.toml"
ACCEPT = '\n[[accept]]\ncode   = "outside-window"\nreason = "病假"\n'


@pytest.fixture
def late(site):
    """A site of one warning: the supervisor marked three days late."""
    site.edit(RECORD, "on = 2026-11-04", LATE)
    assert reported(site) == ["outside-window"]
    return site


def reported(site):
    return [one["code"] for one in json.loads(site.run("check", "--format", "json").output)]


def test_a_warning_that_is_accepted_is_silent_and_counted(late):
    late.write({RECORD: late.read(RECORD) + ACCEPT})
    ran = late.run("check", "--strict")
    assert (ran.code, ran.output) == (
        0, "没有发现问题。\n另有 1 个警告已注明理由，予以接受。\n",
    )  # fmt: skip
    assert late.run("check", "--language", "en").output == (
        "Nothing to mend.\nwarnings accepted with a reason: 1\n"
    )
    assert late.run("check", "records/staff").output == "没有发现问题。\n"
    assert late.run("build", "--no-pdf").errors.count("outside-window") == 0


@pytest.mark.parametrize(("entry", "expected"), [
    ("supervisor", []),
    ("rated", []),
    ("self", ["outside-window", "accept-idle"]),
])  # fmt: skip
def test_it_may_hold_for_one_entry_alone(entry, expected, late):
    late.write({RECORD: late.read(RECORD) + ACCEPT + f'entry  = "{entry}"\n'})
    assert reported(late) == expected


def test_it_holds_in_its_own_file_alone(late):
    late.write({"records/2026-10/month.toml": 'month = "2026-10"\n' + ACCEPT})
    assert sorted(reported(late)) == ["accept-idle", "outside-window"]


def test_an_error_cannot_be_accepted(late):
    accepted = ACCEPT.replace("outside-window", "mark-too-high")
    late.write({RECORD: late.read(RECORD) + accepted})
    late.edit(RECORD, "supervisor = 8", "supervisor = 11")
    assert sorted(reported(late)) == ["accept-error", "mark-too-high", "outside-window"]


def test_a_code_misspelt_is_reported_with_the_warning_of_the_file(late):
    late.write({RECORD: late.read(RECORD) + ACCEPT.replace("window", "windows")})
    (_, issue) = json.loads(late.run("check", "--format", "json").output)
    assert (issue["code"], issue["fix"]["text"]) == ("unknown-code", '"outside-window"')


def test_a_reason_is_asked_for(late):
    sound = late.read(RECORD)
    late.write({RECORD: sound + ACCEPT.replace('reason = "病假"\n', "")})
    assert "missing-key" in reported(late)
    late.write({RECORD: sound + ACCEPT.replace("病假", " ")})
    assert "wrong-type" in reported(late)


def test_nobody_knows_what_is_idle_while_there_are_errors(site):
    """Checks that rest on results do not run then."""
    site.write({RECORD: site.read(RECORD) + ACCEPT.replace("outside-window", "legal-fine")})
    assert reported(site) == ["accept-idle"]
    site.edit(RECORD, "supervisor = 8", "supervisor = 11")
    assert reported(site) == ["mark-too-high"]


def test_what_is_answered_and_closed_holds_on_though_a_warning_is_accepted(tmp_path):
    """In the record and in the scheme."""
    site = write(small_site(), tmp_path)
    assert run("close", "2026-09", "--despite-open", at=site).code == 0
    page = answered(site)
    for path in ("records/2026-09/A1.toml", "records/schemes/form.toml"):
        place = site / path
        place.write_text(place.read_text() + ACCEPT, encoding="utf-8")
    codes = [one["code"] for one in json.loads(run("check", "--format", "json", at=site).output)]
    assert codes == ["accept-idle", "accept-idle"]
    assert answered(site) == page


def answered(site):
    """The fingerprint that an answer is told it should have named."""
    place = site / "records/2026-10/A1.toml"
    text = place.read_text(encoding="utf-8")
    answer = '\n[answer]\nstate = "acknowledged"\non = 2026-11-20\ncontent = "0000 0000 0000"\n'
    place.write_text(text + answer, encoding="utf-8")
    (stale,) = [
        one
        for one in json.loads(run("check", "--format", "json", at=site).output)
        if one["code"] == "answer-stale"
    ]
    place.write_text(text, encoding="utf-8")
    return stale["message"]
