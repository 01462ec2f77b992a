"""The printed form of a scorecard: everything that a signer needs, and nothing of the machine."""

import io
import re
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from kpisite.core.code import parse_code, site_digits
from kpisite.examine.load import site_theme
from kpisite.outcomes.results import Result, results
from kpisite.outcomes.seal import fingerprint, without_pay
from kpisite.pages.selection import Selection
from kpisite.products.jobs import jobs_of
from kpisite.score.scorecard import score
from kpisite.write.html import Renderer
from tests.sites import (
    PRINTED,
    PRINTED_MONTHS,
    ROOT,
    book_of,
    built,
    pay,
    person,
    plan_of,
    record,
    sample_book,
    sample_results,
    shared,
    small_site,
    write,
)
from tests.trees import digest, files_in, pdf_text

CARDS = [("CS003", "2026-07"), ("CS017", "2026-10"), ("PS003", "2026-10")]


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def without_spaces(text: str) -> str:
    return re.sub(r"\s+", "", text)


#: The lists that are printed besides.
LIST = re.compile(r"/(summary|grades|payroll-[\d-]+)\.pdf$")


def test_there_is_a_form_for_everybody_who_may_read_the_page(forms: Path) -> None:
    found = {path for path in files_in(forms) if path.endswith(".pdf") and not LIST.search(path)}
    assert found == {path[:-4] + "pdf" for path in files_in(forms) if is_card(path)}
    readers = ("employees/", "managers/", "hr/", "audiences/general-manager/")
    assert len(found) == len(readers) * len(PRINTED) * len(PRINTED_MONTHS)
    assert all(path.startswith(readers) for path in found)
    assert not [path for path in found if path.startswith("payroll/")]


def is_card(path: str) -> bool:
    """Whether a page is a scorecard, in a person's own tree or in that of several people."""
    found = re.search(r"(\d\d/[A-Z]+\d+|^employees/\w+/\d{4}-\d\d)\.html$", path)
    return found is not None and not path.startswith("payroll/")


@pytest.mark.parametrize(("employee", "month"), CARDS)
def test_a_form_holds_every_row_mark_total_grade_wage_and_signature(
    forms: Path, scored: dict[tuple[str, str], Result], employee: str, month: str
) -> None:
    content = (forms / f"employees/{employee}/{month}.pdf").read_bytes()
    text, flat = pdf_text(content), without_spaces(pdf_text(content, "-raw"))
    result = scored[employee, month]
    assert result.wage is not None
    assert result.grade is not None
    year, number = month.split("-")
    assert without_spaces(f"{result.card.appraisee.name.zh}　{year} 年 {int(number)} 月") in flat
    for working in result.card.total.walk():
        assert without_spaces(working.label.zh) in flat, working.id
    for indicator in result.card.total.walk():
        marks = [part.shown for part in indicator.parts if part.rater]
        if marks:
            figures = [str(indicator.most), *marks, str(indicator.value)]
            assert re.search(rf"{indicator.label.zh}.*\s" + r"\s+".join(figures), text)
            assert without_spaces(indicator.rule) in flat or len(set(marks)) == 1
    assert result.card.total.shown in text.split()
    assert result.grade.name.zh in text
    assert result.wage.shown in text.split()
    for part in filter(lambda one: one.value, result.wage.parts):
        assert re.search(rf"{part.label.zh}.*\s{re.escape(part.shown)}\n", text), part.id
    for note in result.record.notes.values():
        assert without_spaces(note) in flat
    for indicator_id in result.record.marks:
        assert without_spaces(result.record.note_on(indicator_id)) in flat
    for signature in result.card.scheme.model.signers:
        assert signature.name.zh in text
    assert re.search(r"指纹 ?([0-9a-f]{4} ?){3}", one_line(text))


@pytest.mark.parametrize(("employee", "month"), CARDS)
def test_a_form_is_a4_numbers_its_pages_and_bears_the_pages_fingerprint(
    forms: Path, employee: str, month: str
) -> None:
    content = (forms / f"employees/{employee}/{month}.pdf").read_bytes()
    reader, html = PdfReader(io.BytesIO(content)), page_of(forms, employee, month)
    (fingerprint,) = re.findall(r'<span class="print">(.*?)</span>', html)
    pages = pdf_text(content).split("\f")[:-1]
    assert len(pages) == len(reader.pages)
    for number, (page, text) in enumerate(zip(reader.pages, pages, strict=True), 1):
        assert [round(float(side)) for side in page.mediabox] == [0, 0, 595, 842]
        assert without_spaces(f"第{number}页，共{len(pages)}页") in without_spaces(text)
        assert without_spaces(fingerprint) in without_spaces(text)
    assert fingerprint in str(reader.trailer["/ID"])


def page_of(forms: Path, employee: str, month: str) -> str:
    return (forms / f"employees/{employee}/{month}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(("employee", "month"), CARDS)
def test_the_code_in_the_foot_says_whose_form_of_which_month_it_is_and_its_fingerprint(
    forms: Path, scored: dict[tuple[str, str], Result], employee: str, month: str
) -> None:
    own = forms / f"employees/{employee}/{month}.pdf"
    manager = forms / f"managers/customer-service/{month}/{employee}.pdf"
    book = sample_book()
    content = fingerprint(book, scored[employee, month])
    for form, digits in ((own, content), (manager, without_pay(content))):
        for text in codes_on(form):
            code = parse_code(text)
            assert code is not None
            assert code.site == site_digits(book.site.model.company)
            assert (code.appraisee, str(code.month), code.qualifier) == (employee, month, "")
            assert code.fingerprint == digits.replace(" ", "")
            assert code.text == text


def codes_on(form: Path) -> list[str]:
    """What a scanner reads on each page, in black and white."""
    found = []
    for number in range(1, len(PdfReader(form).pages) + 1):
        place = f"{number}"
        line = ["pdftoppm", "-r", "150", "-mono", "-singlefile", "-f", place, "-l", place]
        page = subprocess.run([*line, str(form)], capture_output=True, check=True).stdout
        picture = Image.open(io.BytesIO(page)).convert("L")
        (code,) = zxingcpp.read_barcodes(picture)
        found.append(code.text)
    return found


@pytest.mark.parametrize("text", [
    "", "https://example.org", "kpisite:2:1a2b3c4d:CS017:2026-10:27b70f5e14ab",
    "kpisite:1:1a2b3c4d:CS017:2026-13:27b70f5e14ab", "kpisite:1:1a2b3c4d:CS017:2026-10:27b70f5e14a",
    "kpisite:1:1a2b3c4d:CS017:2026-10:a:b:27b70f5e14ab", "kpisite:1:XYZ:CS017:2026-10:27b70f5e14ab",
    "kpisite:1:1a2b3c4d:../x:2026-10:27b70f5e14ab", "kpisite:1:1a2b3c4d:A:2026-10:27b70f5e14ab\n",
])  # fmt: skip
def test_a_code_that_is_none_of_ours_is_not_taken_for_one(text: str) -> None:
    assert parse_code(text) is None


def test_the_boxes_to_sign_in_are_named_in_the_forms_order(
    forms: Path, scored: dict[tuple[str, str], Result]
) -> None:
    reader = PdfReader(forms / "employees/CS017/2026-10.pdf")
    signers = scored["CS017", "2026-10"].card.scheme.model.signers
    assert len(signers) == 3
    assert list(reader.named_destinations) == ["sign-1", "sign-2", "sign-3"]


def test_a_month_of_f02_fits_one_page(forms: Path) -> None:
    for employee, month in CARDS:
        content = (forms / f"employees/{employee}/{month}.pdf").read_bytes()
        assert len(PdfReader(io.BytesIO(content)).pages) == 1


def test_only_our_own_fonts_are_in_a_form_and_they_are_embedded(forms: Path) -> None:
    for employee, month in CARDS:
        ran = subprocess.run(
            ["pdffonts", str(forms / f"employees/{employee}/{month}.pdf")],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        lines = ran.stdout.splitlines()[2:]
        assert lines
        for line in lines:
            assert re.match(r"[A-Z]{6}\+Noto-Sans-SC(-Semi-Bold)? ", line)
            assert re.search(r" yes yes yes +\d+ +\d+$", line), "embedded, subset, to Unicode"


def test_a_form_says_what_it_is_and_is_tagged_for_screen_readers(forms: Path) -> None:
    reader = PdfReader(forms / "employees/CS017/2026-10.pdf")
    assert reader.metadata is not None
    assert reader.metadata.title == "李娜 · 2026 年 10 月 · 客服月度绩效考核"
    assert reader.metadata.author == "澄湖电子商务有限公司"
    assert reader.metadata.creation_date is None
    root = reader.root_object
    assert str(root["/Lang"]) == "zh-CN"
    assert str(root["/MarkInfo"]) == "{'/Marked': True}"
    assert "/StructTreeRoot" in root


def test_the_employee_and_hr_have_the_same_form_and_the_manager_one_without_amounts(
    forms: Path, scored: dict[tuple[str, str], Result]
) -> None:
    for employee, month in CARDS:
        own = (forms / f"employees/{employee}/{month}.pdf").read_bytes()
        assert own == (forms / f"hr/customer-service/{month}/{employee}.pdf").read_bytes()
        managers = forms / f"managers/customer-service/{month}/{employee}.pdf"
        text, result = pdf_text(managers.read_bytes()), scored[employee, month]
        assert result.wage is not None
        assert result.card.total.shown in text.split()
        assert not re.search(r"\d,\d{3}|工资|提成|元", text)
        assert not {part.shown for part in result.wage.parts if part.value} & set(text.split())


def test_the_same_forms_come_from_an_emptied_store_and_from_a_full_one(tmp_path: Path) -> None:
    site = write(small_site(), tmp_path)
    arguments = ("--employee=A2", "--audience=employees")
    first = digest(built(site, *arguments))
    assert digest(built(site, *arguments)) == first
    (site / ".kpisite/forms.sqlite").unlink()
    assert digest(built(site, *arguments)) == first


LONG = "一句话说不完的事，分成许多句来说，才说得明白。" * 12


#: Whatever somebody may paste into a note: an address, code, a table of many columns.
WIDE = f"""
https://example.org/{"a-very-long-address-" * 12}

```
{"code that somebody pasted and that has no break " * 5}
{"indented" * 30}
```

| {" | ".join(f"column {number}" for number in range(9))} |
|{" - |" * 9}
| {" | ".join("1,234,567" for _ in range(9))} |
"""


def test_nothing_runs_off_the_paper(tmp_path: Path) -> None:
    name = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Jones"
    files = {
        "records/2026-10/A1.toml": record("A1", "2026-10", note=WIDE, notes=WIDE),
        "records/staff/A1.toml": person("A1", name, "desk", "M1"),
        "records/pay/A1.toml": pay("A1", "2026-10", "9999999.99", "https://example.org/" * 9),
    }
    chosen = ("--employee=A1", "--month=2026-10", "--audience=employees")
    output = built(write(small_site() | files, tmp_path), *chosen)
    ran = subprocess.run(
        ["pdftotext", "-bbox", str(output / "employees/A1/2026-10.pdf"), "-"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    words = re.findall(r'xMin="([\d.]+)" .*xMax="([\d.]+)" .*>(.*)</word>', ran.stdout)
    assert len(words) > 100
    margin, width = 19 / 25.4 * 72 - 1, 210 / 25.4 * 72
    assert not [
        text for left, right, text in words
        if float(left) < margin or float(right) > width - margin
    ]  # fmt: skip


@pytest.fixture(scope="module")
def long_form(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A form of several pages, in text."""
    notes = "\n\n".join(f"{number}. {LONG}" for number in range(1, 13))
    files = {"records/2026-10/A1.toml": record("A1", "2026-10", notes=notes)}

    def make(site: Path) -> None:
        chosen = ("--employee=A1", "--month=2026-10", "--audience=employees")
        built(write(small_site() | files, site), *chosen)

    site = shared(tmp_path_factory, "long-form", make)
    return pdf_text((site / "output/employees/A1/2026-10.pdf").read_bytes())


def test_a_long_note_runs_over_pages_each_of_which_says_whose_it_is(long_form: str) -> None:
    pages = long_form.split("\f")[:-1]
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        flat = without_spaces(page)
        assert "安然2026年10月" in flat
        assert f"第{number}页，共{len(pages)}页" in flat
    assert without_spaces(long_form).count("才说得明白。") == 12 * 12


def test_a_note_longer_than_a_page_begins_under_its_heading(long_form: str) -> None:
    heads = [without_spaces(page) for page in long_form.split("\f") if "评语" in page]
    assert len(heads) == 1
    assert "一句话说不完" in heads[0].partition("评语")[2], "the heading stands alone"
    assert heads[0].startswith(without_spaces(long_form)[:20]), "it begins on the first page"


def test_the_signatures_stand_together_on_the_last_page(long_form: str) -> None:
    pages = [without_spaces(page) for page in long_form.split("\f")[:-1]]
    assert [page.count("日期") for page in pages] == [0] * (len(pages) - 1) + [2]
    assert "考核人" in pages[-1]
    assert "确认" in pages[-1]
    assert "才说得明白" in pages[-1].partition("确认")[0], "they stand alone"


EVENTS = 90
TALLY = """
id = "form"
name = "月度考核"
from = "2026-01"
raters = { supervisor = "100%" }
signatures = ["考核人"]

[[part]]
id = "work"
name = "工作"

[[part.indicator]]
id = "care"
name = "细心"
method = "tally"
rule = [{ id = "slip", name = "差错", points = -1, reason = true }]

[[veto]]
id = "leak"
name = "泄密"
total = 5
"""


@pytest.fixture(scope="module")
def of_events(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A form with more events in one row than a page holds, and a veto, in text."""
    events = "".join(
        f'\n[[event]]\nrule = "slip"\ndate = 2026-10-{1 + number % 28:02}\n'
        f'reason = "第 {number} 单发错"\n'
        for number in range(EVENTS)
    )
    veto = '\n[[event]]\nrule = "leak"\ndate = 2026-10-30\nreason = "把名单发给了外人"\n'
    files = small_site(scheme=TALLY, policy=NO_PAY)
    files = {path: text for path, text in files.items() if not OF_OTHERS.match(path)}
    files["records/2026-10/month.toml"] = 'month = "2026-10"\n[excused]\nA2 = "休"\nB1 = "休"\n'
    files["records/2026-10/A1.toml"] = f'employee = "A1"\nmonth = "2026-10"\n{events}{veto}'
    site = write(files, tmp_path_factory.mktemp("events"))
    output = built(site, "--employee=A1", "--audience=employees")
    return pdf_text((output / "employees/A1/2026-10.pdf").read_bytes())


NO_PAY = """
id = "rules"
name = "绩效办法"
from = "2026-01"
schemes = ["form"]
"""
OF_OTHERS = re.compile(r"records/(2026-|pay/)")


def test_ninety_events_of_a_row_run_over_pages_each_under_the_head_of_the_table(
    of_events: str,
) -> None:
    pages = of_events.split("\f")[:-1]
    assert len(pages) > 2
    with_events = [page for page in pages if "单发错" in page]
    assert all(re.search(r"指标 +计算过程 +满分 +得分", page) for page in with_events)
    assert "单发错" in pages[0], "the row begins where it stands"
    found = re.findall(r"第 (\d+) 单发错", of_events)
    assert sorted(map(int, found)) == list(range(EVENTS))


def test_a_veto_is_reported_at_the_top_with_its_day_and_below_with_its_evidence(
    of_events: str,
) -> None:
    first = without_spaces(of_events.split("\f", maxsplit=1)[0])
    assert "总分由下列事项所定：2026-10-30泄密" in first
    assert "把名单发给了外人" in without_spaces(of_events)
    assert "5.0满分100" in first


def test_who_signs_is_the_forms_own_word_and_the_person_where_it_says_nobody(
    of_events: str,
) -> None:
    last = without_spaces(of_events.split("\f")[-2])
    assert "考核人" in last
    assert "本人安然" in last


def test_a_form_has_boxes_to_answer_by_hand(forms: Path) -> None:
    text = without_spaces(pdf_text((forms / "employees/CS017/2026-10.pdf").read_bytes()))
    assert "确认异议拒签" in text
    assert "意见或理由" in text
    assert "见证人" in text


def test_a_form_says_of_which_department_and_version_it_is_and_whether_it_has_pay(
    forms: Path,
) -> None:
    place = "CS017/2026-10.pdf"
    own = pdf_text((forms / "employees" / place).read_bytes())
    closed = pdf_text((forms / "employees/CS017/2026-07.pdf").read_bytes())
    managers = forms / "managers/customer-service/2026-10/CS017.pdf"
    assert "客户服务部" in own.splitlines()[0]
    assert "含工资 · 机密" in own.splitlines()[0]
    assert "机密" not in pdf_text(managers.read_bytes())
    assert "未封账" in own
    assert "已封账" in closed


def filled_boxes(pdf: bytes) -> list[str]:
    """The answers whose boxes are black on paper, beside their words on one line."""
    ran = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True
    )
    found = re.findall(
        r'xMin="([\d.]+)" yMin="([\d.]+)" .*>(确认|异议|拒签)</word>', ran.stdout.decode()
    )
    lines = {top for _, top, word in found if word == "异议"}
    drawn = subprocess.run(
        ["pdftoppm", "-r", "144", "-gray", "-singlefile", "-"],
        input=pdf,
        capture_output=True,
        check=True,
    )
    image = Image.open(io.BytesIO(drawn.stdout))
    chosen = []
    for left, top, word in found:
        if top in lines:
            beside = int(float(left)) - 6, int(float(top)) + 8
            if image.getpixel((beside[0] * 2, beside[1] * 2)) == 0:
                chosen.append(word)
    return chosen


@pytest.mark.parametrize(
    ("state", "more", "box", "said"),
    [
        ("", "", [], ["待本人确认"]),
        ("acknowledged", "", ["确认"], ["2026-11-12本人已确认。"]),
        ("objected", 'text = "十月九日的扣分不对"', ["异议"], ["保留异议。", "十月九日的扣分不对"]),
        (
            "refused",
            'witness = "M2"\ntext = """不认这个分\n要申诉"""',
            ["拒签"],
            ["2026-11-12本人拒签。见证人方舟。", "不认这个分要申诉"],
        ),
        ("lapsed", "", [], ["2026-11-12逾期未确认。"]),
    ],
)
def test_an_answer_fills_its_box_and_stands_there_with_its_words_and_the_witness(
    state: str, more: str, box: list[str], said: list[str], tmp_path: Path
) -> None:
    files = small_site()
    place = "records/2026-10/A1.toml"
    if state:
        book = book_of(files)
        (result,) = (one for one in results(book, score(book)) if one.card.record.path == place)
        content = fingerprint(book, result)
        head = f'[answer]\nstate = "{state}"\non = 2026-11-12\ncontent = "{content}"\n'
        files[place] += f"\n{head}{more}\n"
    output = built(
        write(files, tmp_path), "--employee=A1", "--month=2026-10", "--audience=employees"
    )
    pdf = (output / "employees/A1/2026-10.pdf").read_bytes()
    text = without_spaces(pdf_text(pdf))
    assert filled_boxes(pdf) == box
    assert all(one in text for one in said)
    assert ("意见或理由" in text) == (not state), "there is a line to write on until it is answered"


ALIKE = """
id = "form"
name = "月度考核"
from = "2026-01"
raters = { self = { role = "shown" }, supervisor = "100%" }
signatures = ["考核人"]

[[part]]
id = "work"
name = "工作"

[[part.indicator]]
id = "care"
name = "细心"
points = 60
method = "bands"
bands = [{ points = "0-60" }]

[[part.indicator]]
id = "speed"
name = "速度"
points = 40
method = "bands"
bands = [{ points = "0-40" }]
"""


def test_what_every_row_would_say_is_said_once_at_the_head_of_the_table(tmp_path: Path) -> None:
    output = built(write(small_site(scheme=ALIKE), tmp_path), "--month=2026-10")
    text = without_spaces(pdf_text((output / "employees/A1/2026-10.pdf").read_bytes()))
    assert text.count("以上级为准") == 1
    assert text.index("以上级为准") < text.index("计算过程")


def test_a_departments_form_bears_its_name_and_not_its_id() -> None:
    book = sample_book()
    theme, _ = site_theme(ROOT, book)
    assert theme is not None
    found = [one for one in sample_results() if not one.is_person]
    plan = plan_of(book, sample_results(), Selection(months=frozenset([found[0].month])))
    renderer = Renderer(theme, plan.language, plan.book.site.model)
    for one in {one.appraisee_id for one in found}:
        for job, _ in jobs_of(plan, renderer, one):
            assert one not in re.sub(r"<[^>]*>", " ", job.html)


#: Three thousand characters.
VERBOSE = "一句话说不完的事分成许多句来说才说得明白也才写得下去。" * 120
SIXTY = "".join(
    f'\n[[part.indicator]]\nid = "i{number}"\nname = "第{number}项"\npoints = {number // 60 + 1}\n'
    f'method = "bands"\nbands = [{{ points = "0-{number // 60 + 1}" }}]\n'
    for number in range(1, 61)
)


@pytest.fixture(scope="module")
def verbose(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The pages, in text, of a form of sixty rows: long notes to a row and to all of it, a long
    plan, and a slip with a long reason."""
    head = TALLY[: TALLY.index("[[part.indicator]]")].replace("raters", "points = 100\nraters")
    tally = TALLY[TALLY.index("[[part.indicator]]") : TALLY.index("[[veto]]")]
    scheme = head + SIXTY + tally.replace('"tally"', '"tally"\npoints = 39')
    marks = "".join(f"i{number}.supervisor = 1\n" for number in range(1, 61))
    files = small_site(scheme=scheme, policy=NO_PAY)
    files = {path: text for path, text in files.items() if not OF_OTHERS.match(path)}
    files["records/2026-10/month.toml"] = 'month = "2026-10"\n[excused]\nA2 = "休"\nB1 = "休"\n'
    files["records/2026-10/A1.toml"] = (
        f'employee = "A1"\nmonth = "2026-10"\n[marks]\n{marks}i3.note = "记：{VERBOSE}"\n'
        f'[[event]]\nrule = "slip"\ndate = 2026-10-08\nreason = "因：{VERBOSE}"\n'
        f'[notes]\nsupervisor = "评：{VERBOSE}"\n'
        f'[[plan]]\nproblem = "难：{VERBOSE}"\nmeasure = "办"\nowner = "M1"\ndue = 2026-12-01\n'
    )
    site = write(files, tmp_path_factory.mktemp("verbose"))
    output = built(site, "--employee=A1", "--audience=employees")
    text = pdf_text((output / "employees/A1/2026-10.pdf").read_bytes())
    return [without_spaces(page) for page in text.split("\f")[:-1]]


def test_sixty_rows_and_long_texts_survive_whole_and_the_table_has_its_head_on_every_page(
    verbose: list[str],
) -> None:
    whole = "".join(verbose)
    assert whole.count("完") == 4 * 120
    assert all(f"第{number}项" in whole for number in range(1, 61))
    table = whole.index("计算过程"), whole.index("评语")
    of_table, done = [], 0
    for page in verbose:
        if table[0] - len(page) < done < table[1]:
            of_table.append(page)
        done += len(page)
    assert len(of_table) > 3
    assert all("指标计算过程满分上级得分" in page for page in of_table)
    assert "难：" in whole
    assert len(verbose) < 10, "no long text stands in a narrow column"


def test_a_row_with_a_long_text_begins_where_it_stands(verbose: list[str]) -> None:
    assert "第3项" in verbose[0]
    assert "记：一句话" in verbose[0]
