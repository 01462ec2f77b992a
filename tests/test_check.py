"""`kpisite check` as people and machines read it: places, carets, formats, exit codes."""

import json
import re
from xml.etree import ElementTree

import pytest

RECORD = "records/2026-10/CS017.toml"
STAFF = "records/staff/CS017.toml"
SCHEME = "records/schemes/agent.toml"
POLICY = "records/policies/service.toml"
DEPARTMENTS = "records/departments.toml"


def reported(site, *arguments):
    """The code, path and line of every fault."""
    ran = site.run("check", "--format", "json", *arguments)
    return [(one["code"], one["path"], one["line"]) for one in json.loads(ran.output)]


# --- where


@pytest.mark.parametrize(
    ("line", "column", "shown", "caret"),
    [
        ('name   = "李娜" 客服', 15, 'name   = "李娜" 客服', " " * 16 + "^^^^"),
        ('name\t=\t"李娜" x', 13, 'name = "李娜" x', " " * 14 + "^"),
        ("name   ＝ “李娜”", 8, "name   ＝ “李娜”", " " * 7 + "^^"),
        ('name   = "é\u0301李" x', 16, 'name   = "é\u0301李" x', " " * 15 + "^"),
        ('name   = "\x1b[31m李"', 11, 'name   = "�[31m李"', " " * 10 + "^"),
    ],
)
def test_the_caret_stands_under_the_words_meant(line, column, shown, caret, site):
    site.edit(STAFF, 'name   = "李娜"', line)
    place, source, under, _help = site.run("check").output.split("\n\n")[0].split("\n")
    assert place.startswith(f"{STAFF}:2:{column}: 错误[")
    assert source == f"  2 | {shown}"
    assert under == f"    | {caret}"
    listed = json.loads(site.run("check", "--format", "json").output)
    assert listed[0]["column"] == column, "in characters, whatever their width"


def test_of_a_line_without_end_only_the_part_around_the_caret_is_shown(site):
    site.edit(STAFF, 'name   = "李娜"', 'name   = "' + "李" * 5000 + '" x # ' + "后" * 5000)
    _, source, under, _ = site.run("check").output.split("\n\n")[0].split("\n")
    assert len(source) < 200
    assert source.startswith("  2 | …李") and source.endswith("后…")
    assert source.index('" x') == source.index("李李李李") + 58
    assert under.endswith(" ^") and len(under) == len("    | …") + 58 * 2 + 3


def test_a_conflict_names_the_other_place_too(site):
    site.edit(RECORD, 'source = "考勤表"', 'source = "考勤表"\nsource = "打卡"')
    output = site.run("check", "--language", "en").output
    assert f"{RECORD}:17:1: error[duplicate-key]: `source` is written twice" in output
    assert f"{RECORD}:16:1" in output
    listed = json.loads(site.run("check", "--format", "json").output)
    assert listed[0]["also"] == [{"path": RECORD, "line": 16, "column": 1}]


def test_places_below_an_element_that_did_not_fit_are_those_in_the_file(site):
    """An event that is left out moves no other's line."""
    event = '\n[[event]]\nrule   = "late"\ndate   = {date}\nsource = "考勤表"\n'
    extra = event.format(date='"later"') + event.format(date="2026-09-30")
    site.write({RECORD: site.read(RECORD) + extra})
    assert reported(site) == [("wrong-type", RECORD, 20), ("event-outside-month", RECORD, 25)]


def test_an_entry_may_be_called_as_the_parser_calls_its_own(site):
    site.edit(RECORD, "[marks]\n", "[marks]\nvalue = { self = 9, key_line = 8 }\n")
    assert reported(site) == [("unknown-indicator", RECORD, 8)]


# --- all at once


def test_a_file_broken_in_five_ways_reports_all_five(site):
    site.write(
        {
            RECORD: """\
employee = "CS017
month    ＝ "2026-10"

[rated
supervisor = { by = CS001, on = 2026-11-04 }

[marks]
discipline = { self = 9, supervisor = 11 }

[metrics]
conversion = 36%

[[event]]
rule   = "late"
date   = 2026-09-12
source = "考勤表"
"""
        }
    )
    assert reported(site) == [
        ("unclosed-quote", RECORD, 1),
        ("full-width", RECORD, 2),
        ("unclosed-bracket", RECORD, 4),
        ("missing-quote", RECORD, 5),
        ("mark-too-high", RECORD, 8),
        ("missing-quote", RECORD, 11),
        ("event-outside-month", RECORD, 15),
    ]


def test_a_form_with_a_wrong_value_still_reports_what_else_is_wrong_with_it(site):
    site.edit(SCHEME, 'raters = { self = "40%"', 'raters = { self = "50%"')
    site.edit(SCHEME, "points = 20", 'points = "20"')
    site.edit(SCHEME, '{ points = "0-5", text', '{ points = "0-4", text')
    assert reported(site) == [
        ("rater-weights", SCHEME, 5),
        ("bands-gap", SCHEME, 16),
        ("wrong-type", SCHEME, 21),
    ]


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        (SCHEME, '[[part]]\nid   = "work"', '[[part]\nid   = "work"', "unclosed-bracket"),
        (SCHEME, 'metric = "conversion"', "metric =", "missing-value"),
        (SCHEME, '\n[[part.indicator]]\nid     = "c', '\n[part.x]\nid     = "c', "unknown-key"),
        (SCHEME, 'raters = {', 'raters = ', "after-value"),
        (POLICY, 'schemes = ["agent"]', 'schemes = ["agent"', "unclosed-bracket"),
        (POLICY, "from   = 18", "from   = 18分", "bad-number"),
        (STAFF, 'department = "service"', "department = service", "missing-quote"),
        (STAFF, '[[post]]', '[post]', "wrong-type"),
        (STAFF, 'scheme     = "agent"', 'schema     = "agent"', "unknown-key"),
        (STAFF, 'id     = "CS017"', 'id     = "CS071"', "name-mismatch"),
        (STAFF, "joined = 2026-01-05", "joined = 2026/01/05", "bad-date"),
        (DEPARTMENTS, 'id      = "service"', 'id      = "客服"', "not-an-id"),
        (DEPARTMENTS, 'name    = "客户服务部"', 'name    = """客户服务部', "unclosed-quote"),
        (RECORD, 'conversion = "36%"', 'conversion = "36"', "wrong-type"),
        (RECORD, "discipline = {", "discipline = [", "unclosed-bracket"),
        (RECORD, "[metrics]", "[metrics", "unclosed-bracket"),
        (RECORD, "supervisor = 8 }", "supervisor = 8", "unclosed-bracket"),
        (RECORD, 'employee = "CS017"', 'employe  = "CS017"', "unknown-key"),
        ("kpisite.toml", 'company  = "', 'company  = ', "missing-quote"),
    ],
)  # fmt: skip
def test_one_mistake_is_reported_once_and_nothing_that_only_follows_from_it(
    path, old, new, expected, site
):
    site.edit(path, old, new)
    assert [(one, where) for one, where, _ in reported(site)] == [(expected, path)]


@pytest.mark.parametrize(
    "path",
    ["kpisite.toml", DEPARTMENTS, STAFF, "records/pay/CS017.toml", SCHEME, POLICY, RECORD],
)
def test_any_sign_left_out_is_reported_once_and_on_its_line(path, site):
    """Each quote, bracket, comma and equals sign of the file in turn."""
    sound = site.read(path)
    for found in re.finditer(r'["\[\]{},=]', sound):
        site.write({path: sound[: found.start()] + sound[found.end() :]})
        line = sound.count("\n", 0, found.start()) + 1
        assert [(where, number) for _, where, number in reported(site)] == [(path, line)], (
            sound.split("\n")[line - 1], found[0],
        )  # fmt: skip


def test_what_cannot_be_read_hides_nothing_in_other_files(site):
    site.write(
        {
            SCHEME: b"\xff",
            "records/staff/CS001.toml": "=",
            "records/2026-10/month.toml": 'month "2026-10"',
        }
    )
    site.edit(STAFF, "joined = 2026-01-05", "joined = 2026-02-05")
    assert {one for one, _, _ in reported(site)} == {
        "not-utf8", "bad-key", "missing-equals", "post-before-joined",
    }  # fmt: skip


# --- formats


@pytest.fixture
def faulty(site):
    """Errors, a warning, a conflict, and a name that needs escapes in an address."""
    site.edit(RECORD, "supervisor = 8", "supervisor = 11")
    site.edit(RECORD, "on = 2026-11-04", "on = 2026-11-02")
    site.edit(RECORD, 'source = "考勤表"', 'source = "考勤表"\nsource = "打卡"')
    return site.write({"records/2026-10/张 三.toml": 'month = "2026-10"\nx, y: 100%\n'})


def test_json_lists_every_fault_with_all_that_is_reported_of_it(faulty):
    ran = faulty.run("check", "--format", "json", "--language", "en")
    listed = json.loads(ran.output)
    assert [one["code"] for one in listed] == [
        "outside-window", "mark-too-high", "duplicate-key", "missing-key", "missing-equals",
    ]  # fmt: skip
    assert listed[1] == {
        "code": "mark-too-high",
        "severity": "error",
        "path": RECORD,
        "line": 8,
        "column": 26,
        "message": "the mark 11 of Supervisor for “纪律性” is above the full 10 points",
        "help": "write 10 points at most",
        "also": [],
        "fix": None,
    }
    assert listed[0]["severity"] == "warning"


def test_sarif_has_what_its_standard_asks_for(faulty):
    report = json.loads(faulty.run("check", "--format", "sarif").output)
    (run,) = report["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert report["version"] == "2.1.0" and run["columnKind"] == "unicodeCodePoints"
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert all(rule["shortDescription"]["text"] and rule["help"]["text"] for rule in rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning") and result["message"]["text"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert re.fullmatch(r"[A-Za-z0-9./%_-]+", physical["artifactLocation"]["uri"])
        region = physical["region"]
        assert region["startLine"] >= 1 and 1 <= region["startColumn"] < region["endColumn"]
    assert len({result["partialFingerprints"]["kpisite/v1"] for result in run["results"]}) == 5
    assert run["results"][-1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == (
        "records/2026-10/%E5%BC%A0%20%E4%B8%89.toml"
    )
    assert run["results"][2]["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 16


def test_junit_is_well_formed_and_counts_files(faulty):
    suite = ElementTree.fromstring(faulty.run("check", "--format", "junit").output.encode())
    assert suite.attrib == {"name": "kpisite check", "tests": "2", "failures": "2"}
    first, second = suite.findall("testcase")
    assert first.get("name") == RECORD and second.get("name") == "records/2026-10/张 三.toml"
    assert "错误[mark-too-high]" in (first.findtext("failure") or "")
    assert "警告[outside-window]" in (first.findtext("system-out") or "")


def test_junit_of_a_sound_site_has_one_test_that_passes(site):
    suite = ElementTree.fromstring(site.run("check", "--format", "junit").output.encode())
    assert suite.get("failures") == "0" and len(suite) == 1 and len(suite[0]) == 0


def test_gitlab_gets_the_fields_of_a_code_quality_report(faulty):
    listed = json.loads(faulty.run("check", "--format", "gitlab").output)
    assert len({one["fingerprint"] for one in listed}) == len(listed) == 5
    for one in listed:
        assert one.keys() == {"description", "check_name", "fingerprint", "severity", "location"}
        assert one["severity"] in ("major", "minor")
        assert one["location"]["path"] and one["location"]["lines"]["begin"] >= 1


def test_a_fingerprint_stays_when_lines_above_it_come_and_go(site):
    def fingerprints():
        listed = json.loads(site.run("check", "--format", "gitlab").output)
        return [one["fingerprint"] for one in listed]

    site.edit(RECORD, "supervisor = 8", "supervisor = 11")
    before = fingerprints()
    site.edit(RECORD, "[marks]", "# 十月评分\n\n[marks]")
    assert fingerprints() == before


def test_github_commands_are_a_line_each_and_escaped(faulty):
    output = faulty.run("check", "--format", "github", "--language", "en").output
    lines = output.splitlines()
    assert len(lines) == 5 and all(line.startswith(("::error ", "::warning ")) for line in lines)
    assert lines[-1] == (
        "::error file=records/2026-10/张 三.toml,line=2,col=2,endColumn=2,title=missing-equals::"
        "an equals sign is missing after `x`%0Awrite x = …; a remark begins with #, a long text "
        "stands between triple quotes"
    )
    assert (
        "60%25"
        in faulty.edit(SCHEME, 'supervisor = "60%"', "supervisor = 60%")
        .run("check", "--format", "github")
        .output
    )


def test_text_ends_with_the_counts(faulty):
    assert faulty.run("check").output.endswith("\n\n4 个错误，1 个警告。\n")
    assert (
        faulty.run("check", "--language", "en").output.splitlines()[-1] == "errors: 4, warnings: 1"
    )


@pytest.mark.parametrize("format", ["text", "json", "github", "gitlab", "sarif", "junit"])
def test_a_format_gives_the_same_bytes_every_time(format, faulty):
    arguments = ("check", "--format", format)
    assert faulty.run(*arguments).output == faulty.run(*arguments).output


# --- what is asked for, and the exit code


def test_exit_0_where_nothing_is_wrong_and_1_where_something_is(site):
    assert site.run("check").code == 0
    assert site.edit(RECORD, "supervisor = 8", "supervisor = 11").run("check").code == 1


def test_warnings_alone_exit_0_and_1_where_they_count(site):
    site.edit(RECORD, "on = 2026-11-04", "on = 2026-11-02")
    assert site.run("check").code == 0
    assert site.run("check", "--strict").code == 1


@pytest.mark.parametrize(
    "arguments",
    [("check", "--format", "xml"), ("check", "nowhere.toml"), ("check", "/etc/passwd"), ("chek",)],
)
def test_exit_2_where_the_command_is_used_wrongly(arguments, site):
    ran = site.run(*arguments)
    assert ran.code == 2 and ran.output == "" and "用法" in ran.errors


def test_exit_2_outside_a_site(run, tmp_path, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    ran = run("-C", str(tmp_path), "check")
    assert ran.code == 2 and "no kpisite.toml in" in ran.errors


def test_exit_3_where_the_fault_is_our_own(site, monkeypatch):
    def stage(*_, **__):
        raise ZeroDivisionError("a stage went wrong")

    monkeypatch.setattr("kpisite.examine.load.Examination", stage)
    ran = site.run("check")
    assert ran.code == 3 and ran.output == ""
    assert "ZeroDivisionError" in ran.errors and "不是记录有误" in ran.errors


def test_paths_narrow_what_is_reported_and_not_what_is_checked(site):
    site.edit(RECORD, "supervisor = 8", "supervisor = 11")
    site.edit(STAFF, "from       = 2026-01-05", "from       = 2026-01-01")
    assert [path for _, path, _ in reported(site)] == [RECORD, STAFF]
    assert [path for _, path, _ in reported(site, "records/2026-10")] == [RECORD]
    assert [path for _, path, _ in reported(site, STAFF)] == [STAFF]
    assert site.run("check", SCHEME).code == 0


def test_the_language_is_the_sites_own_unless_another_is_asked_for(site):
    site.edit(RECORD, "supervisor = 8", "supervisor = 11")
    assert "高于满分" in site.run("check").output
    assert "is above the full" in site.run("check", "--language", "en").output
    site.edit("kpisite.toml", '"zh"', '"en"')
    assert "is above the full" in site.run("check").output
