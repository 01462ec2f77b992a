"""A printed form is fit for an archive and for screen readers, and carries what it was made from as
far as its reader may see it."""

import io
import json
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from kpisite.core.attachment import Attachment
from kpisite.examine.load import site_theme
from kpisite.language.base import Model
from kpisite.language.grade import Grade
from kpisite.language.policy import Policy
from kpisite.language.record import (
    Answer,
    Appeal,
    Event,
    Rated,
    Record,
    Remark,
    Ruling,
    Task,
)
from kpisite.language.record import Plan as Improvement
from kpisite.language.scheme import Scheme
from kpisite.pages import carried
from kpisite.products.jobs import jobs_of
from kpisite.write.html import Renderer
from kpisite.write.pdf import Press
from tests.archives import (
    ACCEPTED,
    all_of,
    attached,
    issues_of,
    pairs,
    pieces,
    shown,
    streams_are_whole,
    structure,
)
from tests.repositories import commit, git
from tests.sites import (
    ROOT,
    built,
    edit,
    plan_of,
    record,
    sample_book,
    sample_results,
    shared,
    small_site,
    write,
)
from tests.trees import files_in, in_pdf, pdf_text

STYLESHEET = (ROOT / "kpisite/themes/default/print.css").read_text(encoding="utf-8")
RECORD = Attachment(
    name="record.toml",
    content='employee = "甲"\n'.encode(),
    mime="application/toml",
    relationship="Data",
    description="记录",
)


@cache
def press() -> Press:
    return Press(STYLESHEET)


def printed(body: str, **facts: Any) -> bytes:
    said = {"title": "表", "author": "店", "language": "zh-CN", "fingerprint": "1"}
    return press().pdf(f'<!doctype html><html lang="zh-CN">{body}</html>', **(said | facts))


LONG = "一句话说不完的事，分成许多句来说，才说得明白。" * 9
#: Everything that a note may hold, over several pages.
NOTE = f"""
1. 先说{LONG}
2. 再说

    - 其中一件 <https://example.org/a>
    - 另一件
{"".join(f"{number}. 又说{LONG}{chr(10)}" for number in range(3, 40))}
> 引用

```
code
```

| 月份 | 单数 |
|------|------|
| 七月 | 12   |
"""


# The whole of it: every form of a sample of the company, and one that has everything.


def test_every_printed_form_is_pdf_a_3a_and_pdf_ua_1(forms: Path) -> None:
    found = {path: one for path, one in files_in(forms).items() if path.endswith(".pdf")}
    assert len(found) >= 18
    assert {path: issues_of(one) for path, one in found.items() if issues_of(one)} == {}


@pytest.mark.slow
def test_a_form_of_every_scheme_of_the_company_is_pdf_a_3a_and_pdf_ua_1() -> None:
    book = sample_book()
    theme, _ = site_theme(ROOT, book)
    assert theme is not None
    plan = plan_of(book, sample_results())
    renderer = Renderer(theme, plan.language, plan.book.site.model)
    of_scheme = {one.card.scheme.model.id: one.appraisee_id for one in sample_results()}
    assert len(of_scheme) > 10
    for scheme, appraisee in of_scheme.items():
        *_, (job, _places) = jobs_of(plan, renderer, appraisee)
        facts = {key: getattr(job, key) for key in ("title", "author", "language", "fingerprint")}
        pdf = press().pdf(job.html, **facts, attachments=job.attachments)
        assert issues_of(pdf) == [], scheme


def test_a_form_that_has_everything_is_pdf_a_3a_and_pdf_ua_1(everything: Path) -> None:
    found = {path: one for path, one in files_in(everything).items() if path.endswith(".pdf")}
    assert len(found) >= 3
    assert {path: issues_of(one) for path, one in found.items() if issues_of(one)} == {}


def test_what_is_no_fault_is_said_with_its_reason_and_comes_of_one_byte() -> None:
    assert list(ACCEPTED) == ["PDFA3A-STREAM-LENGTH-001"]
    for needed, why in ACCEPTED.values():
        assert needed
        assert why.endswith(".")
    broken = printed("<p>表</p>").replace(b"/Length ", b"/Length 1", 1)
    with pytest.raises((AssertionError, pikepdf.PdfError)):
        assert streams_are_whole(broken)


def test_other_programs_open_a_form(everything: Path) -> None:
    file = everything / "employees/A1/2026-10.pdf"
    for command in ("pdfinfo", "pdfsig", "pdffonts", "pdftotext"):
        ran = subprocess.run([command, str(file)], capture_output=True, text=True, check=True)
        assert not ran.stderr, command
    with pikepdf.open(file, attempt_recovery=False) as opened:
        assert not opened.get_warnings()


def test_no_glyph_is_missing(forms: Path, everything: Path) -> None:
    for output in (forms, everything):
        for path, content in files_in(output).items():
            if path.endswith(".pdf"):
                for glyphs in shown(content).values():
                    pairs = {glyphs[at : at + 2] for at in range(0, len(glyphs), 2)}
                    assert b"\0\0" not in pairs, path


def test_a_form_is_no_larger_than_eighty_kilobytes_without_its_attachments(forms: Path) -> None:
    for path, content in files_in(forms).items():
        if path.endswith(".pdf"):
            with pikepdf.open(io.BytesIO(content)) as file:
                within = sum(
                    len(one.get_file().obj.read_raw_bytes()) for one in file.attachments.values()
                )
            assert len(content) - within <= 80 * 1024, path


# What a screen reader finds.


def test_heads_and_feet_are_no_part_of_what_is_read() -> None:
    running = '<div class="running company">头部</div><div class="running foot">脚部</div>'
    pdf = printed(f"<body>{running}<p>正文</p></body>")
    read = set(pieces(structure(pdf)))
    on_page = shown(pdf)
    assert "头部" in pdf_text(pdf)
    assert len(read) == 1
    assert len(on_page) == 2, "the text, and what is read of nothing"
    with pikepdf.open(io.BytesIO(pdf)) as file:
        said = [
            str(operands[1]["/Subtype"])
            for operands, operator in pairs(file.pages[0])
            if str(operator) == "BDC" and operands[0] == "/Artifact" and "/Subtype" in operands[1]
        ]
    assert sorted(said) == ["/Footer", "/Header"]


def rows(number: int) -> str:
    return "".join(
        f'<tr><th scope="row">第{row}项</th><td>{LONG}</td></tr>' for row in range(number)
    )


def test_a_table_over_pages_is_one_table_whose_head_is_read_once() -> None:
    head = '<thead><tr><th scope="col">指标</th><th scope="col">说明</th></tr></thead>'
    pdf = printed(f"<body><table>{head}<tbody>{rows(60)}</tbody></table></body>")
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert len(file.pages) > 2
    (table,) = all_of("/Table", structure(pdf))
    assert [tag for tag, _ in table[1]] == ["/THead", "/TBody"]
    assert len(list(all_of("/TR", table))) == 1 + 60
    assert {page for page, _ in pieces(table[1][0])} == {0}
    assert {page for page, _ in pieces(table)} >= {0, 1, 2}
    for line in all_of("/TR", table):
        assert len(line[1]) == 2


def test_a_list_over_pages_is_one_list_of_whole_items() -> None:
    items = "".join(f"<li>第{number}件：{LONG}</li>" for number in range(1, 41))
    nested = items.replace("</li>", "<ul><li>其中</li></ul></li>", 1)
    tree = structure(printed(f"<body><ol>{nested}</ol></body>"))
    outer, inner = all_of("/L", tree)
    assert len(outer[1]) == 40
    assert len({page for page, _ in pieces(outer)}) > 1
    for item in (*outer[1], *inner[1]):
        assert item[0] == "/LI"
        assert [tag for tag, _ in item[1]] == ["/Lbl", "/LBody"]
        assert pieces(item[1][0])
        assert pieces(item[1][1])
    assert any(len({page for page, _ in pieces(item)}) == 2 for item in outer[1])


def test_all_that_is_marked_is_read_once_and_nothing_else(everything: Path) -> None:
    for path, content in files_in(everything).items():
        if path.endswith(".pdf"):
            read = pieces(structure(content))
            marked = {key for key in shown(content) if key[1] >= 0}
            assert len(read) == len(set(read)), path
            assert marked <= set(read), path


#: What a theme may do to a page.
ODD = """
<style>
  .a { position: absolute; top: 0 } .f { position: fixed; bottom: 0 } .l { float: left }
  .c { columns: 2 } .n { float: footnote } .g { display: grid } .x { display: flex }
  p.q::before { content: counter(page) "前" } li.s { list-style: inside square } .o { opacity: .5 }
  .t { display: table } .i { display: inline-block } caption { caption-side: bottom }
</style>
<body><div class="a">甲<p>乙</p></div><div class="f">丙</div><p class="l">丁</p>
<div class="c"><p>戊己庚辛</p><p>壬癸</p></div><p>子<span class="n">丑</span></p>
<div class="g"><p>寅</p>卯</div><div class="x"><p>辰</p><b>巳</b></div><p class="q">午</p>
<ul><li class="s">未</li><li>申<p>酉</p></li></ul><div class="t">戌</div><span class="i">亥</span>
<table><caption>说明</caption><tr><td rowspan="2">一</td><th>二</th></tr><tr><td>三</td></tr>
</table>
<dl><dt>名</dt><dd>义</dd></dl><blockquote>引<p>文</p></blockquote><p class="o">淡</p>
<svg width="9" height="9"><title>方块</title><rect width="9" height="9"/></svg>
<h1><a href="https://example.org/">链<b>接</b></a></h1><p></p><section></section>
"""


def test_whatever_a_theme_does_all_of_the_page_is_read() -> None:
    pdf = printed(ODD)
    assert issues_of(pdf) == []
    read = pieces(structure(pdf))
    assert len(read) == len(set(read))
    assert {key for key in shown(pdf) if key[1] >= 0} <= set(read)
    for tag, number in {"/Figure": 1, "/Link": 1, "/L": 2, "/LI": 3, "/Caption": 1}.items():
        assert len(list(all_of(tag, structure(pdf)))) == number, tag


# What it says of itself.


def test_a_day_is_that_of_the_revision_or_there_is_none() -> None:
    without, dated = printed("<p>表</p>"), printed("<p>表</p>", revised="2026-11-04")
    for pdf, days in ((without, 0), (dated, 2)):
        with pikepdf.open(io.BytesIO(pdf)) as file:
            metadata = file.Root.Metadata.read_bytes().decode()
            assert len(re.findall("Date>2026-11-04<", metadata)) == days
            assert ("/CreationDate" in file.docinfo) is bool(days)
        assert issues_of(pdf) == []
    assert b"D:2026" not in without
    ran = subprocess.run(
        ["pdfinfo", "-rawdates", "-"], input=dated, capture_output=True, check=True
    )
    assert re.findall(rb"(Creation|Mod)Date: +D:20261104\n", ran.stdout) == [b"Creation", b"Mod"]


def test_title_and_company_are_said_alike_in_both_places_however_they_are_written() -> None:
    pdf = printed("<p>表</p>", title='<甲> & "乙"', author="店 ]]> & 铺", language="en")
    assert issues_of(pdf) == []
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert str(file.docinfo["/Title"]) == '<甲> & "乙"'
        assert str(file.Root.Lang) == "en"
        with file.open_metadata() as said:
            assert said["dc:title"] == '<甲> & "乙"'
            assert said["dc:creator"] == ["店 ]]> & 铺"]
            assert said["pdfaid:part"] == "3"
            assert said["pdfaid:conformance"] == "A"
            assert said["pdfuaid:part"] == "1"


# Boxes to sign in.


def test_every_signer_has_an_empty_field_at_the_box(everything: Path) -> None:
    content = (everything / "employees/A1/2026-10.pdf").read_bytes()
    with pikepdf.open(io.BytesIO(content)) as file:
        fields = list(file.Root.AcroForm.Fields)
        assert [str(one.T) for one in fields] == ["sign-1", "sign-2"]
        assert [str(one.TU) for one in fields] == ["考核人", "本人 安然"]
        assert [str(one.get("/TM", "")) for one in fields] == ["", "self"]
        for one in fields:
            assert one.FT == "/Sig"
            assert "/V" not in one
            assert [str(name) for name in one.Lock.Fields] == [str(one.T)]
            left, bottom, right, top = map(float, one.Rect)
            assert right - left > 100
            assert 20 < top - bottom < 80
            assert one.P.objgen == file.pages[-1].objgen
            assert one.objgen in {other.objgen for other in file.pages[-1].Annots}
    assert len(list(all_of("/Form", structure(content)))) == 2


def test_a_field_bears_the_rater_and_a_readable_name_and_lies_where_the_box_is() -> None:
    box = (
        '<p id="sign-2" title="上级 周敏" data-rater="boss" style="height: 10mm; width: 50mm"></p>'
    )
    pdf = printed(f"<body><p>上</p>{box}<p id='sign-x'></p></body>")
    assert issues_of(pdf) == []
    with pikepdf.open(io.BytesIO(pdf)) as file:
        (field,) = file.Root.AcroForm.Fields
        assert (str(field.T), str(field.TU), str(field.TM)) == ("sign-2", "上级 周敏", "boss")
        left, bottom, right, top = map(float, field.Rect)
    millimetre = 72 / 25.4
    assert right - left == pytest.approx(50 * millimetre, abs=0.1)
    assert top - bottom == pytest.approx(10 * millimetre, abs=0.1)
    assert left == pytest.approx(19 * millimetre, abs=0.1), "the margin of the page"


# What lies in it.


CANARY = "金丝雀"
RULES = f"""
# {CANARY}-方案
id = "form"
name = "月度考核"
from = "2026-01"
raters = {{ self = "30%", supervisor = "50%", peer = {{ weight = "20%", peers = true }} }}
signatures = ["考核人", {{ name = "本人", rater = "self" }}]

[[part]]
id = "work"
name = "工作"

[[part.indicator]]
id = "care"
name = "细心"
points = 60
step = 0.01
method = "bands"
bands = [{{ points = "0-60", text = "很好" }}] # {CANARY}-行末

[[part.indicator]]
id = "poll"
name = "满意"
points = 40
method = "survey"
questions = [{{ id = "q", name = "问题" }}]

[[deduction]]
id = "late"
name = "迟到"
points = 2
"""
FILLED = f"""
# {CANARY}-记录
employee = "A1"
month = "2026-10"
rated.supervisor = {{ by = "M1", on = 2026-11-04 }} # {CANARY}-评分人

[marks]
care.self = 50
care.supervisor = 40
care.peer = {{ P1 = 41.37, P2 = 37.91, P3 = 53.28 }}
care.note = "事由一"

[metrics]
sales = 70123.45
plan = 80456

[[event]]
rule = "late"
date = 2026-10-07
reason = "事由二"
source = "门禁记录"

[[survey]]
of = "poll"
by = "{CANARY}-客户甲"
answers = {{ q = 7.31 }}

[[survey]]
of = "poll"
by = "{CANARY}-客户乙"
answers = {{ q = 8.42 }}

[[survey]]
of = "poll"
by = "{CANARY}-客户丙"
answers = {{ q = 9.77 }}

[[remark]]
on = 2026-10-09
by = "M2"
text = "事由三"

[notes]
supervisor = '''
{NOTE}
'''

[answer]
state = "objected"
on = 2026-11-08
content = "0000 0000 0000"
witness = "B1"
text = "{CANARY}-早先的答复"

[[appeal]]
on = 2026-11-09
reason = "事由四"
handler = "M2"

[[plan]]
problem = "事由五"
measure = "办法"
owner = "M2"
due = 2026-12-01
"""
#: What stands in the files and is shown to nobody who reads the form.
SHOWN_TO_NOBODY = (
    CANARY, "M1", "M2", "B1", "P1", "41.37", "37.91", "53.28", "7.31", "8.42", "9.77",
)  # fmt: skip
#: What is shown to those who see the pay.
OF_THE_PAY = ("70123.45", "70,123.45", "80456", "80,456", "1800", "1,800", "0.5%", "提成", "工资")


REVIEW = """
[[review]]
id = "talk"
name = "谈话"
last = true
"""


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = small_site("records/2026-09/A1.toml", scheme=RULES)
    policy = files["records/policies/rules.toml"].replace("\n", f" # {CANARY}-办法\n", 1)
    kept = {
        path: text
        for path, text in files.items()
        if not re.search("2026-[01][0-9]/|staff/[AB][12]|pay/A1", path) or "staff/A1" in path
    }
    more = {
        "records/policies/rules.toml": policy
        + '\n[[review]]\nid = "r"\nname = "谈话"\nlast = true\n',
        "records/2026-10/A1.toml": FILLED,
        "records/staff/B1.toml": files["records/staff/M2.toml"].replace("M2", "B1"),
        "records/staff/A2.toml": files["records/staff/M2.toml"].replace("M2", "A2"),
    }

    def make(site: Path) -> None:
        built(write(kept | more, site))

    return shared(tmp_path_factory, "everything", make) / "output"


COPIES = {
    "pay": ("employees/A1/2026-10.pdf", "hr/desk/2026-10/A1.pdf"),
    "no-pay": ("managers/desk/2026-10/A1.pdf",),
}


@pytest.mark.parametrize(("copy", "path"), [(key, one) for key in COPIES for one in COPIES[key]])
def test_a_form_carries_what_it_was_made_from_and_no_more_than_its_reader_sees(
    everything: Path, copy: str, path: str
) -> None:
    content = (everything / path).read_bytes()
    held = {name: one.decode() for name, one in attached(content).items()}
    assert sorted(held) == [
        "kpisite.json", "policy.toml", "record.toml", "scheme.toml", "working.json",
    ]  # fmt: skip
    for name, text in held.items():
        for secret in SHOWN_TO_NOBODY:
            assert not re.search(rf"(?<![\w.]){re.escape(secret)}(?!\w)", text), (name, secret)
        for amount in OF_THE_PAY:
            found = amount in text
            assert not found or copy == "pay", (name, amount)
    assert json.loads(held["kpisite.json"])["copy"] == copy
    for said in ("事由一", "事由二", "门禁记录", "事由三", "事由四", "事由五", "先说"):
        assert said in held["record.toml"], said
    assert "谈话" not in held["policy.toml"], "a review is for HR alone"
    everything_said = "\n".join(in_pdf(content))
    assert CANARY not in everything_said


def test_what_is_kept_from_the_copy_without_pay_is_in_the_one_with_it(everything: Path) -> None:
    held = attached((everything / COPIES["pay"][0]).read_bytes())
    record, policy = (tomllib.loads(held[f"{one}.toml"].decode()) for one in ("record", "policy"))
    assert record["metrics"] == {"sales": 70123.45, "plan": 80456}
    assert policy["grade"][0]["salary"] == 1800
    assert [one["id"] for one in policy["pay"]] == ["post", "commission", "other"]
    working = json.loads(held["working.json"])
    assert working["pay"]["rows"][0]["label"] == "岗位工资"
    bare = attached((everything / COPIES["no-pay"][0]).read_bytes())
    assert "metrics" in tomllib.loads(bare["record.toml"].decode()) or True
    assert json.loads(bare["working.json"]).keys() == {"rows", "total"}
    assert json.loads(bare["working.json"])["total"] == working["total"]


def test_the_attached_form_means_what_the_form_means(everything: Path) -> None:
    held = attached((everything / COPIES["no-pay"][0]).read_bytes())
    from kpisite.read.parse import read_document

    document, issues = read_document("scheme.toml", held["scheme.toml"])
    assert issues == []
    assert document is not None
    assert Scheme.model_validate(document.data).deduction[0].id == "late"


def test_a_program_reads_first_whose_form_it_is(everything: Path) -> None:
    content = (everything / COPIES["pay"][0]).read_bytes()
    about = json.loads(attached(content)["kpisite.json"])
    text = pdf_text(content)
    assert about.pop("made-by").keys() >= {"weasyprint", "pydyf", "pikepdf", "pango", "harfbuzz"}
    assert about.pop("fingerprint") in text
    assert about.pop("total") in text.split()
    assert about.pop("grade") in text
    del about["kpisite"]
    assert about == {
        "format": 1, "site": "小店", "appraisee": "A1", "month": "2026-10", "part": "",
        "copy": "pay", "version": "open", "revision": "", "revised": "",
        "signers": [
            {"field": "sign-1", "rater": "", "capacity": "考核人", "name": ""},
            {"field": "sign-2", "rater": "self", "capacity": "本人", "name": "安然"},
        ],
    }  # fmt: skip


def test_a_form_bears_the_commit_of_its_record_and_its_day(tmp_path: Path) -> None:
    site = write(small_site(), tmp_path)
    chosen = ("--employee=A1", "--month=2026-10", "--audience=employees")
    git(site, "init", "-q")
    commit(site, {}, day="2026-11-04")
    first = (built(site, *chosen) / "employees/A1/2026-10.pdf").read_bytes()
    about = json.loads(attached(first)["kpisite.json"])
    assert about["revision"] == git(site, "rev-parse", "HEAD")
    assert about["revised"] == "2026-11-04"
    assert "D:20261104" in "".join(in_pdf(first))
    assert f"2026-11-04（{about['revision'][:8]}）" in pdf_text(first), "in the foot"
    commit(site, {"records/2026-10/A2.toml": record("A2", "2026-10")}, day="2026-11-05")
    assert (built(site, *chosen) / "employees/A1/2026-10.pdf").read_bytes() == first
    edit(site, "records/2026-10/A1.toml", "supervisor = 50", "supervisor = 49")
    changed = (built(site, *chosen) / "employees/A1/2026-10.pdf").read_bytes()
    about = json.loads(attached(changed)["kpisite.json"])
    assert (about["revision"], about["revised"]) == ("uncommitted", "")
    assert "D:2026" not in "".join(in_pdf(changed))
    assert "未提交" in pdf_text(changed)


def test_the_workings_are_those_that_are_printed(everything: Path, forms: Path) -> None:
    found = [*everything.glob("[em]*/**/A1.pdf"), *forms.glob("[em]*/**/[0-9CP]*[0-9].pdf")]
    held = {file: attached(file.read_bytes()) for file in found}
    scored = [file for file in found if "working.json" in held[file]]
    assert len(scored) > 12
    for file in scored:
        flat = re.sub(r"\s", "", pdf_text(file.read_bytes(), "-raw"))
        working = json.loads(held[file]["working.json"])
        for row in (*working["rows"], *working.get("pay", {"rows": []})["rows"]):
            for said in (row["label"], row.get("value", ""), row.get("working", "")):
                assert re.sub(r"\s", "", said) in flat, (file, said)


def test_every_attachment_says_what_it_is_to_the_page(everything: Path) -> None:
    with pikepdf.open(everything / COPIES["pay"][0]) as file:
        said = {str(one.UF): str(one.AFRelationship) for one in file.Root.AF}
        assert said == {
            "kpisite.json": "/Supplement", "policy.toml": "/Data", "record.toml": "/Data",
            "scheme.toml": "/Data", "working.json": "/Supplement",
        }  # fmt: skip
        for one in file.attachments.values():
            assert one.description
            assert one.get_file().obj.get("/Filter") == "/FlateDecode"


TABLES: dict[type[Model], Any] = {
    Record: carried.RECORD,
    Rated: carried.RATED,
    Event: carried.EVENT,
    Task: carried.TASK,
    Answer: carried.ANSWER,
    Appeal: carried.APPEAL,
    Ruling: carried.RULING,
    Remark: carried.REMARK,
    Improvement: carried.PLAN,
    Scheme: carried.SCHEME,
    Policy: carried.POLICY,
    Grade: carried.GRADE,
}


@pytest.mark.parametrize("model", TABLES, ids=lambda one: one.__name__)
def test_it_is_said_of_every_key_whether_a_copy_holds_it(model: type[Model]) -> None:
    keys = {field.alias or name for name, field in model.model_fields.items()}
    assert set(TABLES[model]) == keys


def test_the_same_attachments_give_the_same_bytes() -> None:
    facts = {"revised": "2026-11-04", "attachments": (RECORD,)}
    first = printed("<p>表</p>", **facts)
    assert printed("<p>表</p>", **facts) == first
    assert attached(first) == {"record.toml": RECORD.content}
    assert issues_of(first) == []
