"""No text that HR may write stops a build: Markdown is bounded where it is checked.

What costs too much to set is a fault with its place; whatever passes is set and printed at once.
"""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpisite.core.markup import DEEPEST_TEXT, excess
from kpisite.pages.prose import prose
from tests.sites import quoted

RECORD = "records/2026-10/CS017.toml"
#: What makes Markdown or the press slow, or deep, by what of it is too much.
HEAVY = {
    "brackets": "[" * 201,
    "angles": "<a " * 101,
    "lines": "好\n" * 501,
    "signs": "*a " * 201,
    "cells": "|a" * 30 + "\n" + "|-" * 30 + "\n" + "|\n" * 30,
    "levels": "- + " * 40 + "x",
}
#: The same kinds as somebody may well write them.
WRITTEN = (
    "- [ ] 电话\n- [x] 邮件\n" * 40,
    "第一行\n" * 400,
    "客户 **很满意**，见 [工单](https://example.org/1)。\n\n" * 60,
    "| 项目 | 分 |\n|-|-|\n" + "| 甲 | 5 |\n" * 100,
    "- 一\n    - 二\n        - 三\n            1. 四\n",
    "> > > 转述\n\n* * * * * * * * * * * * *\n\n____________________\n",
    "<table><tr><td>甲</td></tr></table>\n" * 8,
    "                                                        居中的一行",
    "1 < 2 & 3 > 2, a_b_c, 2 * 3 * 4",
)


def reported(site):
    """The code, path and line of every fault."""
    ran = site.run("check", "--format", "json")
    assert ran.code in (0, 1) and not ran.errors, ran.errors
    return [(one["code"], one["path"], one["line"]) for one in json.loads(ran.output)]


@pytest.mark.parametrize("what", HEAVY)
def test_a_text_that_would_stop_the_build_is_a_fault_of_its_line(what, site):
    found = excess(HEAVY[what])
    assert found is not None and found.what == what
    text = f"\n[notes]\nsupervisor = {quoted(HEAVY[what])}\n"
    site.write({RECORD: site.read(RECORD) + text})
    assert reported(site) == [("heavy-text", RECORD, 19)]
    assert site.run("build", "--no-pdf").code == 1


@pytest.mark.parametrize("what", ["brackets", "levels"])
@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (RECORD, "supervisor = 8", "supervisor = 8, note = {}"),
        (RECORD, 'source = "考勤表"', 'source = "考勤表"\nreason = {}'),
        (RECORD, "[marks]", '[[remark]]\non = 2026-10-09\nby = "CS001"\ntext = {}\n[marks]'),
        (RECORD, "[marks]", '[[appeal]]\non = 2026-11-09\nhandler = "CS001"\nreason = {}\n[marks]'),
        ("records/2026-10/month.toml", '"双十一备战"', "{}"),
        ("records/schemes/agent.toml", 'text = "好"', "text = {}"),
        (
            "records/schemes/agent.toml",
            'name   = "转化率"',
            'name = "转化率"\ntext = {{ en = {} }}',
        ),
        ("records/policies/service.toml", 'name   = "及格"', 'name = "及格"\ntext = {}'),
        ("kpisite.toml", '"澄湖电子商务有限公司"', "{}"),
    ],
)
def test_every_text_that_is_set_has_the_same_bounds(what, path, before, after, site):
    written = after.replace("{}", quoted(HEAVY[what])).replace("{{", "{").replace("}}", "}")
    site.edit(path, before, written)
    assert ("heavy-text", path) in {(code, where) for code, where, _ in reported(site)}


def test_a_text_of_any_length_has_its_bound_in_each_language(site):
    site.edit(
        "records/schemes/agent.toml",
        'text = "好"',
        f'text = {{ zh = "好", en = "{"x" * 20_001}" }}',
    )
    assert [code for code, *_ in reported(site)] == ["too-long"]


def late(count: int, times: int = 1) -> str:
    """So many entries of coming late, each of so many times."""
    return "".join(
        f'\n[[event]]\nrule = "late"\ndate = 2026-10-{day % 28 + 1:02}\ncount = {times}\n'
        f'reason = "{day}"\nsource = "考勤表"\n'
        for day in range(count)
    )


def test_texts_and_entries_that_are_short_alone_are_bounded_together(site):
    record = site.read(RECORD)
    # An entry stands on two lines; one is there already.
    site.write({RECORD: record + late(749)})
    assert reported(site) == []
    site.write({RECORD: record + late(750)})
    assert reported(site) == [("too-much-to-print", RECORD, 13)]
    assert site.run("build", "--no-pdf").code == 1
    # As the remedy says: what is alike in one.
    site.write({RECORD: record + late(75, times=10)})
    assert reported(site) == []


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ("records/schemes/agent.toml", '[[part]]\nid = "w{}"\nname = "{}"\n'),
        ("records/policies/service.toml", '[[award]]\nid = "w{}"\nname = "{}"\n'),
    ],
)
def test_what_a_form_and_a_policy_put_on_everybodys_paper_is_bounded_likewise(path, written, site):
    more = "\n".join(written.format(one, "好" * 60) for one in range(501))
    site.write({path: f"{site.read(path)}\n{more}"})
    assert ("too-much-to-print", path) in {(code, where) for code, where, _ in reported(site)}


@pytest.mark.parametrize("text", WRITTEN)
def test_what_people_write_is_well_within_the_bounds(text):
    assert excess(text) is None


def test_reasons_that_are_light_alone_are_set_as_they_stand_when_they_are_heavy_together():
    assert str(prose("[a] " * 300)) == f"<p>{'[a] ' * 300}</p>"


PIECES = (
    "*", "**", "***", "_", "__", "`", "[", "](", ")", "a", " ", "\n", "\n\n", "    ", "\t", "- ",
    "+ ", "* ", "1. ", "> ", ">", "<em>", "<strong>", "</em>", "<ul>", "</ul>", "<li>", "<p>",
    "<table>", "<tr><td>", "<a href=x>", "<div>", "<blockquote>", "<code>", "<pre>", "|", "|-|-|\n",
    "\\", "!", "<", "&", '"', "# ", "<!--", "-->", "====\n", "---\n",
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=4, unique=True).flatmap(
        lambda few: st.lists(st.sampled_from(few), max_size=1500).map("".join)
    )
)
def test_whatever_passes_is_set_and_nests_no_deeper_than_the_press_can_follow(text):
    if excess(text) is None:
        assert depth(str(prose(text))) <= 70


def depth(html: str) -> int:
    level = deepest = 0
    for closing in re.findall(r"<(/?)(?!br|hr)[a-z]", html):
        level += -1 if closing else 1
        deepest = max(deepest, level)
    return deepest


def test_the_deepest_text_that_passes_can_be_printed(site):
    text = "- " * DEEPEST_TEXT + "***a **b *c** d* e***"
    assert excess(text) is None
    site.write({RECORD: site.read(RECORD) + f"\n[notes]\nsupervisor = {quoted(text)}\n"})
    ran = site.run("build")
    assert ran.code == 0, ran.errors


def test_no_attribute_but_an_address_comes_from_a_note():
    html = str(prose('[x](https://example.org "t") <p lang="en" title="y">z</p><td colspan="2">'))
    assert set(re.findall(r'([a-z]+)="', html)) == {"href", "rel"}
