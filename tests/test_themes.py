"""A theme shows, and can do nothing else: no code, no files, nothing from elsewhere, no loop.

What is wrong with one is a fault of its file and line in `check`; what only comes up when there is
something to show stops the build in a line, and nothing is written.
"""

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import kpisite.write.template
import kpisite.write.trial
from kpisite.examine.load import examine
from kpisite.packaged import packaged_theme
from kpisite.pages.page import SetPage
from kpisite.pages.page_plan import PagePlan
from kpisite.write.theme import NEEDED, NEEDED_FOR_SUMS, line_that_loads
from tests.sites import ROOT, edit, pages_of, plan_of, run, small_site, write

HOUSE = "themes/house/"


def themed(folder: Path, files: dict[str, str]) -> Path:
    """The small company with a theme `house` that extends ours."""
    site = write(small_site(), folder)
    edit(site, "kpisite.toml", 'company = "小店"\n', 'company = "小店"\ntheme = "house"\n')
    files = {"theme.toml": 'extends = "default"\n'} | files
    return write({HOUSE + name: text for name, text in files.items()}, site)


def reported(site: Path) -> list[tuple[str, str, int]]:
    ran = run("check", "--format", "json", at=site)
    assert ran.code in (0, 1) and not ran.errors, ran.errors
    return [(one["code"], one["path"], one["line"]) for one in json.loads(ran.output)]


#: Ways out of a template, some of them plain to see and some put together when it runs.
SEEN = (
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ ''['__class__'].__mro__ }}",
    "{{ page._facts }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}",
    "{% if %}",
    "{{ company }",
    "{% include %}",
    "{{ w.total | no_such_filter }}",
    "(" * 5 + "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
)
RUN = (
    "{{ cycler | attr('__in' ~ 'it__') }}",
    "{{ cycler[company[:0] ~ '__init__'] }}",
    "{{ '{0.__class__.__mro__}'.format(1) }}",
    "{{ ('{0.__cla' ~ 'ss__}') | format(1) | length / 0 }}",
    "{{ {'a': 1}.update({'b': 2}) }}",
    "{{ page.facts.clear() }}",
    "{{ 'a' * 1000000000 }}",
    "{{ [1] * 1000000000 }}",
    "{{ company | center(99999999999) }}",
    "{{ company.ljust(99999999999) }}",
    "{{ [1] | batch(99999999999, 0) | list }}",
    "{% set n = namespace(x='a' * 1000) %}{% for i in range(40) %}{% set n.x = n.x ~ n.x %}"
    "{% endfor %}{{ n.x }}",
    "{{ 9 ** 9999999 }}",
    "{{ '%0999999999d' % 1 }}",
    "{% for x in range(999999999) %}{% endfor %}",
    "{% for x in range(99999) %}{% for y in range(99999) %}{% endfor %}{% endfor %}",
    "{% macro more() %}{{ more() }}{% endmacro %}{{ more() }}",
    "{% include 'grades.html' %}",
    "{% include '../../records/pay/A1.toml' %}",
    "{{ 1 / 0 }}",
    "{{ [1, 'a'] | sort }}",
    "{{ lipsum() }}",
)


@pytest.mark.parametrize("text", SEEN)
def test_a_template_that_reaches_out_or_cannot_be_read_is_a_fault(
    text: str, tmp_path: Path
) -> None:
    site = themed(tmp_path, {"grades.html": f"<p>\n{text}\n</p>"})
    [(code, path, line)] = reported(site)
    assert (code, path) == ("theme-template", HOUSE + "grades.html")
    assert line in (1, 2, 3)
    ran = run("build", "--no-pdf", at=site)
    assert (ran.code, (site / "output").exists()) == (1, False)


@pytest.mark.parametrize("text", RUN)
def test_a_template_that_tries_it_when_it_runs_stops_the_build_in_a_line(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kpisite.write.template, "MOST_SECONDS", 0.5)
    # As on a page that `check` did not try.
    monkeypatch.setattr(kpisite.write.trial, "examples", lambda plan: ())
    site = themed(tmp_path, {"grades.html": f"<p>\n{text}\n</p>"})
    ran = run("build", "--no-pdf", "--workers=1", at=site)
    assert ran.code == 2, (ran.output, ran.errors)
    assert "grades.html" in ran.errors
    assert "Traceback" not in ran.errors
    assert not (site / "output").exists()


@pytest.mark.parametrize("text", ["{{ nothing }}", *RUN])
def test_what_goes_wrong_when_a_template_runs_is_met_by_check(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kpisite.write.template, "MOST_SECONDS", 0.5)
    site = themed(tmp_path, {"grades.html": f"<p>\n{text}\n</p>"})
    assert reported(site) == [("theme-template", HOUSE + "grades.html", 2)]
    assert (run("build", "--no-pdf", at=site).code, (site / "output").exists()) == (1, False)


@pytest.mark.parametrize("name", [name for name in NEEDED if name.endswith(".html")])
def test_every_template_that_the_site_can_show_is_tried_by_check(name: str, tmp_path: Path) -> None:
    ours = packaged_theme("default")
    assert ours is not None
    site = themed(tmp_path, {name: ours[name] + "\n{{ 1 / 0 }}"})
    # Below `extends` nothing is shown, but what stands in a block.
    if "{% extends" in ours[name]:
        block = "{% block main %}"
        assert ours[name].count(block) == 1
        text = ours[name].replace(block, f"{block}\n{{{{ 1 / 0 }}}}")
        write({HOUSE + name: text}, site)
    assert [(code, path) for code, path, _ in reported(site)] == [("theme-template", HOUSE + name)]


def test_a_fault_in_a_layout_is_reported_once(tmp_path: Path) -> None:
    ours = packaged_theme("default")
    assert ours is not None
    broken = {"page.html": ours["page.html"] + "\n{{ nothing }}"}
    site = themed(tmp_path, broken)
    assert [one[:2] for one in reported(site)] == [("theme-template", HOUSE + "page.html")]


def test_a_fault_that_comes_up_in_our_template_is_reported_in_the_theme_that_extends_it(
    tmp_path: Path,
) -> None:
    # A piece that names what only its page is given.
    site = themed(tmp_path, {"page.html": "{% include 'card.html' %}"})
    assert {one[:2] for one in reported(site)} <= {
        ("theme-template", HOUSE + "theme.toml"),
        ("theme-template", HOUSE + "page.html"),
    }
    assert reported(site)


def test_a_theme_without_a_fault_has_none_in_check(tmp_path: Path) -> None:
    ours = packaged_theme("default")
    assert ours is not None
    assert reported(themed(tmp_path, dict(ours))) == []


def test_two_builds_with_one_theme_are_alike_for_it_has_no_dice(tmp_path: Path) -> None:
    site = themed(tmp_path, {"grades.html": "{{ [1, 2, 3] | random }}"})
    assert [code for code, *_ in reported(site)] == ["theme-template"]


@pytest.mark.parametrize(
    ("toml", "code", "line"),
    [
        ('extends = ".."', "not-an-id", 1),
        ('\nextends = "../../records"', "not-an-id", 2),
        ("extends = [1]", "not-an-id", 1),
        ("extends = 5", "not-an-id", 1),
        ('extends = "elsewhere"', "no-theme", 1),
        ('extends = "Default"', "no-theme", 1),
        ("extends = default", "missing-quote", 1),
        ("a = 1\nextends =", "missing-value", 2),
        ('extends = "house"', "theme-circle", 1),
        ("", "theme-incomplete", 1),
    ],
)
def test_what_is_wrong_in_theme_toml_is_reported_at_its_line(
    toml: str, code: str, line: int, tmp_path: Path
) -> None:
    site = themed(tmp_path, {"theme.toml": toml})
    assert reported(site)[0] == (code, HOUSE + "theme.toml", line)
    assert run("build", "--no-pdf", at=site).code == 1


def test_a_theme_that_is_not_there_is_reported_where_it_is_named(tmp_path: Path) -> None:
    site = write(small_site(), tmp_path)
    edit(site, "kpisite.toml", 'company = "小店"\n', 'company = "小店"\ntheme = "nope"\n')
    assert reported(site) == [("no-theme", "kpisite.toml", 2)]
    edit(site, "kpisite.toml", '"nope"', '".."')
    assert reported(site)[0] == ("not-an-id", "kpisite.toml", 2)


def test_a_file_of_a_theme_that_is_no_text_is_a_fault(tmp_path: Path) -> None:
    site = themed(tmp_path, {})
    (site / HOUSE / "style.css").write_bytes("颜色".encode("gbk"))
    (site / HOUSE / "card.html").mkdir()
    (site / HOUSE / "logo.png").write_bytes(b"\x89PNG")
    assert reported(site) == [("not-utf8", HOUSE + "style.css", 1)]


@pytest.mark.parametrize(
    ("css", "line"),
    [
        ("p { color: red }\n/* url(x) */\n.url { content: 'src' }", None),
        ("p {\n background: url(https://e.example/x.png) }", 2),
        ("p { background: URL( 'data:image/png;base64,AA' ) }", 1),
        ('\n\n@import "https://e.example/x.css";', 3),
        ("@IMPORT 'x.css';", 1),
        ("p { background: \\75 rl(x) }", 1),
        ("p { background: u\\72l(x) }", 1),
        ("@\\69mport 'x';", 1),
        ("@font-face { src: url(x.woff) }", 1),
        ("p { background: image-set('x.png' 1x) }", 1),
        ("p { background: u/* */rl(x) }", None),
        ('p::after { content: "/*" }\nq { background: url(x) }', 2),
        ("p::after { content: '\\'/*' }\nq { background: url(x) } /* */", 2),
        ('p { content: \\"; }\n/* url(x) */', None),
        ('p { content: "open\n/* url(x) */', None),
    ],
)
def test_a_style_sheet_loads_nothing(css: str, line: int | None, tmp_path: Path) -> None:
    assert line_that_loads(css) == line
    site = themed(tmp_path, {"print.css": css})
    expected = [] if line is None else [("theme-loads", HOUSE + "print.css", line)]
    assert reported(site) == expected


def test_our_own_style_sheets_and_templates_are_held_to_the_same() -> None:
    files = packaged_theme("default")
    assert files is not None
    for name, text in files.items():
        if name.endswith(".css"):
            assert line_that_loads(text) is None, name
        elif name.endswith(".html"):
            assert kpisite.write.template.template_issue(name, text) is None, name


def plan() -> PagePlan:
    loaded = examine(ROOT)
    return plan_of(loaded.book, loaded.results)


def test_every_template_that_a_page_names_is_needed_of_a_theme() -> None:
    every = pages_of(plan())
    assert {page.template for page in every if isinstance(page, SetPage)} <= {
        *NEEDED,
        *NEEDED_FOR_SUMS,
    }


#: What a template is given, all the way down: facts for showing, and the way to the page.
GIVEN = {
    "HtmlPage", "CardPage", "Link", "Audience", "Scope", "Layout", "frozenset", "Text", "Markup",
    "ScorecardFacts", "Signer", "Row", "Work", "Leaf", "Reply",
    "GradeFacts", "Scale", "Tick", "Note", "Afterwards", "Happening", "PlanLine", "Line", "Trend",
    "Table", "Filled", "Summary", "Need", "GradeTable", "GradeRow", "IncomeFacts", "FormFacts",
    "Changed", "Chart", "DepartmentFacts", "FormCode", "Lines", "ListPage", "Month", "Overview",
    "PayPeriod", "PaySheet", "Period", "PolicySum", "ScriptPage", "Share", "SignatureLine",
    "Consequence", "Criterion", "FigureRule", "Finding", "FindingKind", "FormRow", "Graded", "Grid",
    "PayRule", "PolicyRules", "RulePage", "SchemeRules", "Version",
    "Source", "Try", "WageLine", "WhatIf", "WithoutRecord",
}  # fmt: skip


@pytest.mark.parametrize(
    "call",
    ['find("desk", "A1")', 'known("html", page, "desk")', 'written("html", page, page)',
     'placed("html", page, page)', 'in_short("html", page, page)',
     "each(page.title.upper)", "named(page.title.upper)"],
)  # fmt: skip
def test_a_template_shows_lines_and_cannot_say_what_is_kept_of_them(
    tmp_path: Path, call: str
) -> None:
    shown = "{% for line in sheets[0].lines %}{{ line.name }}{% endfor %}"
    site = themed(tmp_path, {"payroll.html": shown + "\n{{ sheets[0].lines." + call + " }}"})
    assert reported(site) == [("theme-template", HOUSE + "payroll.html", 2)]


def test_what_a_template_is_given_leads_to_no_record_and_no_result() -> None:
    seen: set[str] = set()
    for page in pages_of(plan()):
        if page.path.endswith(".html"):
            seen |= set(kinds_in(page, set()))
    assert seen - GIVEN == set()


def kinds_in(value: Any, met: set[int]) -> Iterator[str]:
    if value is None or type(value) in (str, int, bool) or id(value) in met:
        return
    met.add(id(value))
    if isinstance(value, tuple | list):
        for one in value:
            yield from kinds_in(one, met)
    elif isinstance(value, dict):
        for one in value.values():
            yield from kinds_in(one, met)
    else:
        yield type(value).__name__
        if dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                yield from kinds_in(getattr(value, field.name), met)


def test_a_sheet_of_more_is_added_to_that_of_the_theme_it_extends(tmp_path: Path) -> None:
    files = {"style-more.css": "b { color: red }", "print-more.css": "i { color: red }"}
    site = themed(tmp_path / "site", files)
    assert reported(site) == []
    assert run("build", "--no-pdf", at=site).code == 0
    default = packaged_theme("default")
    assert default is not None
    sheet = (site / "output/hr/style.css").read_text(encoding="utf-8")
    assert sheet == default["style.css"].rstrip() + "\nb { color: red }"
    assert not list((site / "output").rglob("*-more.css"))
    write({HOUSE + "style-more.css": "b {}\ni { background: url(x) }"}, site)
    assert reported(site) == [("theme-loads", HOUSE + "style-more.css", 2)]


def test_more_makes_no_sheet_where_there_is_none(tmp_path: Path) -> None:
    site = themed(tmp_path / "site", {"theme.toml": "", "style-more.css": "b {}"})
    assert ("theme-incomplete", HOUSE + "theme.toml", 1) in reported(site)
    ran = run("check", at=site)
    assert "style.css" in ran.output


def test_a_theme_may_have_the_pay_find_its_rules_in_the_context(tmp_path: Path) -> None:
    with_context = (
        '{% import "work.html" as unfolded with context %}\n'
        "<section>\n"
        "  <h2>{{ w.pay }}</h2>\n"
        "  {{ unfolded.pay(card.pay, card.wage_name, card.wage) }}\n"
        "</section>\n"
    )
    said = []
    for name, files in (("ours", {}), ("own", {"pay.html": with_context})):
        site = themed(tmp_path / name, files)
        assert run("build", "--no-pdf", at=site).code == 0
        pages = sorted((site / "output" / "employees").rglob("*.html"))
        said.append([one.read_text(encoding="utf-8") for one in pages])
    assert said[0] == said[1]
    assert any('<table class="pay">' in one and "#pay-" in one for one in said[0])
