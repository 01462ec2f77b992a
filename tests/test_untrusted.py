"""What people write into records is text, whatever it looks like: on the page and in the PDF."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
import tinyhtml5  # type: ignore[import-untyped]
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject
from python_calamine import CalamineWorkbook

from kpisite.pages.prose import prose
from kpisite.write.table import csv_bytes
from tests.sites import (
    DEPARTMENTS,
    POLICY,
    SCHEME,
    SITE,
    built,
    pay,
    person,
    record,
    shared,
    small_site,
    write,
)
from tests.small_forms import issues
from tests.trees import files_in, pdf_text, words_of

#: What somebody might try in a name, a title, a reason or a note.
ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "{{ 7*7 }}",
    "{% raw %}{{ config }}",
    "</style><b>x</b>",
    "</title><b>x</b>",
    "<svg onload=alert(3)>",
    "'--><!--",
    "&lt;i&gt;",
    "{0.__class__}",
    "%s%n",
    "<a href=javascript:alert(4)>x</a>",
)

#: The same in Markdown, where some tags may stand and addresses lead somewhere.
PROSE = """
# heading

<script>alert(1)</script> <SCRIPT SRC=//evil.example/x.js></SCRIPT>
<img src=x onerror=alert(2)> ![picture](data:image/svg+xml;base64,PHN2Zz4=) ![far](http://evil.example/p.png)

[one](javascript:alert(1)) [two](JaVaScRiPt:alert(2)) [three](&#106;avascript:alert(3))
[four](data:text/html,<script>1</script>) [five](vbscript:x) [six](file:///etc/passwd)
[seven](//evil.example/x) [eight](../../hr/index.html) [nine](#main) [ten](/etc/passwd)
[good](https://example.org/a?b=1&c=2) [post](mailto:hr@example.org)

<style>body { display: none }</style> <link rel=stylesheet href=//evil.example/x.css>
<iframe src=//evil.example></iframe> <object data=x></object> <form action=x><input name=y></form>
<svg><script>alert(5)</script></svg> <math><mtext></mtext></math> <meta http-equiv=refresh>
<p style="position: fixed" onclick="alert(6)" id="main" class="total">styled</p>
<details open ontoggle=alert(7)><summary>more</summary></details> <base href=//evil.example>
{{ 7*7 }} {% include "x" %} ${7*7} `{{ code }}` **bold**

| a | b |
| - | - |
| <script>1</script> | {{ 1 }} |
"""


def one_line(number: int) -> str:
    """Some of the attacks, short enough for a name."""
    return ATTACKS[number % len(ATTACKS)][:58]


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company, with an attack in every text that a record, a form or the site has."""
    everything = " ".join(ATTACKS)
    scheme = SCHEME.replace('"月度考核"', q(everything)).replace('"工作"', q(one_line(0)))
    scheme = scheme.replace('"细心"', q(everything)).replace('"很好"', q(everything))
    scheme = scheme.replace('"考核人"', q(everything)).replace('"本人"', q(one_line(1)))
    policy = POLICY.replace('"绩效办法"', q(everything)).replace('"良"', q(one_line(0)))
    policy = policy.replace('"提成"', q(everything)).replace('"实际销售额"', q(one_line(2)))
    files = {
        "records/staff/A1.toml": person("A1", one_line(0), "desk", "M1").replace(
            '"专员"', q(everything)
        ),
        "records/staff/A2.toml": person("A2", one_line(1), "desk", "M1"),
        "records/staff/M1.toml": person("M1", one_line(6), "desk"),
        "records/pay/A1.toml": pay("A1", "2026-10", "12.34", everything).replace(
            '"补贴"', q(everything)
        ),
        "records/2026-10/month.toml": f"month = '2026-10'\nnote = {q(everything)}\n",
        "records/2026-10/A1.toml": record("A1", "2026-10", note=PROSE, notes=PROSE),
        "records/2026-10/A2.toml": record("A2", "2026-10", note=everything, notes=everything),
    }
    departments = DEPARTMENTS.replace('"客服部"', q(everything))
    site = SITE.replace('"小店"', q(everything))
    changed = small_site(scheme=scheme, policy=policy, departments=departments, site=site)

    def make(folder: Path) -> None:
        built(write(changed | files, folder), "--department", "desk", "--month", "2026-10")

    return shared(tmp_path_factory, "untrusted", make) / "output"


def q(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def html_files(output: Path) -> dict[str, str]:
    return {
        path: content.decode()
        for path, content in files_in(output).items()
        if path.endswith(".html")
    }


#: The elements and attributes that pages are made of.
ELEMENTS = {
    "html", "head", "meta", "title", "link", "body", "a", "header", "span", "nav", "main", "div",
    "h1", "h2", "h3", "p", "svg", "line", "text", "circle", "rect", "polyline", "table", "caption",
    "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td", "details", "summary", "dl",
    "dt", "dd", "section", "blockquote", "br", "footer", "ul", "ol", "li", "b", "strong", "em",
    "code", "pre", "hr", "abbr", "time", "article", "aside", "small", "script", "label", "input",
    "output", "button", "figure", "figcaption", "path", "g",
}  # fmt: skip
#: Our own script, which every page loads, and what a page gives it to read.
SCRIPT = re.compile(
    r'<script src="(\.\./)*script\.js" defer></script>'
    r'|<script type="application/json" id="what-if">([^<]*)</script>'
)
LOADS = "default-src 'none'; script-src 'self'; "


def test_no_element_or_attribute_comes_from_what_people_wrote(output: Path) -> None:
    pages = html_files(output)
    assert len(pages) > 8
    for path, html in pages.items():
        for element in tinyhtml5.parse(html, namespace_html_elements=False).iter():
            name = str(element.tag).rpartition("}")[2]
            if not isinstance(element.tag, str):
                continue
            assert name in ELEMENTS or is_title_in_svg(name), (path, name)
            for attribute, value in element.attrib.items():
                assert not attribute.startswith(("on", "style", "srcdoc", "formaction")), path
                if attribute in ("href", "src", "xlink:href", "action", "data"):
                    assert re.match(r"(https?|mailto):|[\w./#-]*$", value), (path, value)
                    assert not re.match(r"(https?|mailto):", value) or value in GOOD, value


GOOD = {"https://example.org/a?b=1&c=2", "mailto:hr@example.org"}


def is_title_in_svg(name: str) -> bool:
    return name == "title"


def test_every_attack_is_there_to_read_as_it_was_written(output: Path) -> None:
    card = html_files(output)["employees/A2/2026-10.html"]
    seen = re.sub(r"\s+", " ", words_of(card))
    for attack in ATTACKS:
        assert re.sub(r"\s+", " ", attack) in seen, attack
    assert "49" not in re.findall(r"\b49\b", words_of(card))


def test_a_page_has_one_heading_and_one_main_part_whatever_a_note_says(output: Path) -> None:
    for path, html in html_files(output).items():
        assert html.count("<h1") == 1, path
        assert html.count('id="main"') == 1, path
        assert html.count("<iframe") == html.count("<form") == 0, path
        scripts = list(SCRIPT.finditer(html))
        assert html.count("<script") == len(scripts) <= 2, path
        assert all(json.loads(one[2]) for one in scripts if one[2] is not None), path


def test_no_picture_or_sheet_comes_from_elsewhere(output: Path) -> None:
    for path, html in html_files(output).items():
        assert not re.search(r"<(img|link|object|embed|base)\b(?![^>]*style\.css)", html), path
        assert "evil.example" not in re.sub(r">[^<]*<", "><", html), path
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
        assert policy is not None and unescape(policy[1]).startswith(LOADS), path


def actions(pdf: bytes) -> Iterator[DictionaryObject]:
    """Every dictionary of a PDF file, with those in arrays."""
    reader = PdfReader(io.BytesIO(pdf))
    for number in range(1, len(reader.xref_objStm) + sum(map(len, reader.xref.values())) + 2):
        try:
            found = reader.get_object(IndirectObject(number, 0, reader))
        except Exception:
            continue
        yield from dictionaries(found)


def dictionaries(found: PdfObject | None) -> Iterator[DictionaryObject]:
    if isinstance(found, DictionaryObject):
        yield found
        for value in found.values():
            yield from dictionaries(value)
    elif isinstance(found, ArrayObject):
        for value in found:
            yield from dictionaries(value)


#: What a form carries for those who verify it.
ATTACHED = {"kpisite.json", "record.toml", "scheme.toml", "policy.toml", "working.json"}


def test_the_form_acts_on_nothing_and_leads_nowhere_but_to_whole_addresses(output: Path) -> None:
    forms = {path: content for path, content in files_in(output).items() if path.endswith(".pdf")}
    assert forms
    addresses = set()
    for path, content in forms.items():
        reader = PdfReader(io.BytesIO(content))
        root = reader.root_object
        assert "/OpenAction" not in root, path
        assert "/AA" not in root, path
        assert set(reader.attachments) <= ATTACHED, path
        seen = 0
        for found in actions(content):
            seen += 1
            assert found.get("/S") not in ("/JavaScript", "/Launch", "/GoToR", "/SubmitForm"), path
            assert not {"/JS", "/JavaScript", "/XFA", "/AA"} & set(found), path
            if "/URI" in found and found.get("/S") == "/URI":
                addresses.add(str(found["/URI"]))
        assert seen > 20
        assert b"/JavaScript" not in content
    assert addresses == GOOD


def test_the_form_prints_what_was_written(output: Path) -> None:
    text = re.sub(r"\s+", "", pdf_text((output / "employees/A2/2026-10.pdf").read_bytes()))
    for attack in ATTACKS:
        assert re.sub(r"\s+", "", attack) in text, attack
    prose_ = re.sub(r"\s+", "", pdf_text((output / "employees/A1/2026-10.pdf").read_bytes()))
    assert "{{7*7}}" in prose_
    assert "alert(5)" not in prose_


def test_what_the_file_says_of_itself_is_text_too(output: Path) -> None:
    for path, content in files_in(output).items():
        if path.endswith("A1/2026-10.pdf"):
            reader = PdfReader(io.BytesIO(content))
            assert reader.metadata is not None
            assert one_line(0) in str(reader.metadata.title)
            assert reader.xmp_metadata is not None
            assert one_line(0) in str(reader.xmp_metadata.dc_title)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
def test_a_name_is_no_formula_in_the_files_for_payroll(tmp_path: Path, sign: str) -> None:
    name = f'{sign}HYPERLINK("http://evil.example","x")'
    files = {"records/staff/A1.toml": person("A1", name, "desk", "M1")}
    site = write(small_site() | files, tmp_path)
    payroll = built(site, "--no-pdf", "--employee=A1", "--month=2026-10") / "payroll"
    with (payroll / "payroll-2026-10.csv").open(encoding="utf-8-sig", newline="") as file:
        fields = [field for row in csv.reader(file) for field in row]
    assert f"'{name}" in fields
    assert not [field for field in fields if field.startswith(sign) and len(field) > 1]
    with zipfile.ZipFile(payroll / "payroll-2026-10.xlsx") as parts:
        for part in parts.namelist():
            text = parts.read(part).decode()
            assert "HYPERLINK" not in "".join(re.findall(r"<f>.*?</f>", text))
            assert "evil.example" not in text or part.endswith(("sharedStrings.xml", "core.xml"))


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("a;=1+1", "a;'=1+1"),
        ("a\t=1+1", "a\t'=1+1"),
        ("a| @x", "a| '@x"),
        ("a\n＝1", "a\n'＝1"),
        (" =1", " '=1"),
        ("客服-一组", "客服-一组"),
        ("a;b", "a;b"),
        ("a=1;2", "a=1;2"),
        # Ids that would come out as 17, 100000, a day, a truth value.
        ("00017", "'00017"),
        ("1E5", "'1E5"),
        ("20e3", "'20e3"),
        ("1-2", "'1-2"),
        ("2026-10", "'2026-10"),
        ("MAR1", "'MAR1"),
        ("1-mar", "'1-mar"),
        ("SEPT2", "'SEPT2"),
        ("1234567890123456", "'1234567890123456"),
        ("TRUE", "'TRUE"),
        # And those that stay as they are.
        ("CS017", "CS017"),
        ("17", "17"),
        ("0", "0"),
        ("E5", "E5"),
        ("1A-2", "1A-2"),
        ("MARY", "MARY"),
        ("123456789012345", "123456789012345"),
    ],
)
def test_a_text_is_no_formula_wherever_a_spreadsheet_may_split_it(text: str, field: str) -> None:
    written = csv_bytes([(text,)]).decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(written, newline=""))) == [field]


@pytest.mark.parametrize("name", ["\u3164", "\ufe0f", "\u0301", "\u2800\u3000"])
def test_a_name_that_nobody_can_see_is_none(name: str) -> None:
    small, path = small_site(), "records/2026-10/A1.toml"
    titled = person("A1", "安然", "desk", "M1").replace("专员", name)
    asked = f'{small[path]}\n[[remark]]\non = 2026-10-20\ntext = "{name}"\n'
    for files in (
        {"records/staff/A1.toml": person("A1", name, "desk", "M1")},
        {"records/staff/A1.toml": titled},
        {path: asked},
    ):
        assert set(issues(small | files)) - {"control-character", "no-glyph"} == {"wrong-type"}


def test_a_sign_without_ink_in_a_name_is_reported() -> None:
    files = {"records/staff/A1.toml": person("A1", "安\u3164然", "desk", "M1")}
    assert "control-character" in issues(small_site() | files)


def test_two_policies_alike_in_their_first_31_characters_have_a_sheet_each(tmp_path: Path) -> None:
    files = small_site()
    long = "policy-of-the-customer-service-desk"
    files["records/policies/rules.toml"] = POLICY.replace('["form"]', '["other"]')
    files["records/schemes/other.toml"] = SCHEME.replace('id = "form"', 'id = "other"')
    files["records/staff/B1.toml"] = person("B1", "白露", "store", "M2", scheme="other")
    for id, scheme in ((f"{long}-1", "form"), (f"{long}-2", "other")):
        policy = POLICY.replace('id = "rules"', f'id = "{id}"').replace('["form"]', f'["{scheme}"]')
        files[f"records/policies/{id}.toml"] = policy
    del files["records/policies/rules.toml"]
    payroll = built(write(files, tmp_path), "--no-pdf") / "payroll"
    book = CalamineWorkbook.from_path(str(payroll / "payroll-2026-10.xlsx"))
    assert book.sheet_names == [long[:31], long[:29] + "~2"]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("   \n", ""),
        ("好", "<p>好</p>"),
        ("a\nb", "<p>a<br>\nb</p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("<b>x</b>", "<p>x</p>"),
        ("**重** *轻*", "<p><strong>重</strong> <em>轻</em></p>"),
        ("[x](javascript:1)", '<p><a rel="noopener noreferrer nofollow">x</a></p>'),
        ("[x](//e.example)", '<p><a rel="noopener noreferrer nofollow">x</a></p>'),
        ("![x](http://e.example/p.png)", "<p></p>"),
        ("<script>1</script>好", "<p>好</p>"),
        ("<p onclick=1>x</p>", "<p>x</p>"),
    ],
)
def test_a_note_becomes_plain_html(text: str, html: str) -> None:
    assert str(prose(text)).strip() == html


def test_a_note_may_link_to_the_web_but_lends_no_name_to_it() -> None:
    html = str(prose("[x](https://example.org/?a=1&b=2)"))
    assert 'href="https://example.org/?a=1&amp;b=2"' in html
    assert 'rel="noopener noreferrer nofollow"' in html


def test_marks_of_markdown_in_one_note_do_not_reach_the_next(output: Path) -> None:
    html = str(prose("<!-- open")) + str(prose("<p>未关"))
    for element in tinyhtml5.parse(html, namespace_html_elements=False).iter():
        assert isinstance(element.tag, str)
    assert "未关</p>" in html
