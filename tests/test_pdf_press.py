"""Printing: what a person finds in the PDF, and what the machine may not have to do with it."""

import io
import logging
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Iterator
from dataclasses import replace
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pikepdf
import pytest
from fontTools.ttLib import TTFont
from PIL import Image
from pypdf import PdfReader

from kpisite import fonts
from kpisite.core.attachment import Attachment
from kpisite.pages.charts import bar_chart
from kpisite.write.pdf import Job, Press, PrintError, WorkerLost, missing_libraries
from kpisite.write.workers import print_all

ROOT = Path(__file__).parents[1]
STYLESHEET = (ROOT / "kpisite/themes/default/print.css").read_text(encoding="utf-8")
FORM = (ROOT / "tests/samples/press.html").read_text(encoding="utf-8")
RARE = "㛃𬭎䶮𠅤"
LAST_ROW = re.search(r'    <tr><th scope="row">总结与建议.*\n', FORM)


@cache
def press() -> Press:
    return Press(STYLESHEET)


def printed(html: str, **facts: str) -> bytes:
    known = {"title": "考核表", "author": "澄湖", "language": "zh-CN", "fingerprint": "7c1e 90ab"}
    return press().pdf(html, **{**known, **facts})  # type: ignore[arg-type]


def short(body: str) -> str:
    return f'<!doctype html><html lang="zh-CN"><body>{body}</body></html>'


def with_more_rows(number: int) -> str:
    assert LAST_ROW
    return FORM.replace(LAST_ROW[0], LAST_ROW[0] * (number + 1))


def read_by(command: str, pdf: bytes, *options: str) -> str:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        line = [command, *options, file.name, *(["-"] if command == "pdftotext" else [])]
        return subprocess.run(line, capture_output=True, check=True, text=True).stdout


def pages(pdf: bytes) -> list[str]:
    return read_by("pdftotext", pdf, "-layout").split("\f")[:-1]


def in_another_process(code: str, **environment: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        check=True,
        text=True,
    ).stdout


def test_a_page_gives_the_same_bytes_again_and_after_other_pages() -> None:
    first = printed(FORM)
    printed(short(f"<h1>{RARE}</h1>"))
    assert printed(FORM) == first


def test_a_page_gives_the_same_bytes_in_another_process_place_and_language(tmp_path: Path) -> None:
    code = """if True:
        from hashlib import sha256
        from tests.test_pdf_press import FORM, printed
        print(sha256(printed(FORM)).hexdigest())
    """
    configured = tmp_path / "fonts.conf"
    configured.write_text("<fontconfig><dir>/usr/share/fonts</dir></fontconfig>", encoding="utf-8")
    here = in_another_process(code, PYTHONHASHSEED="1")
    there = in_another_process(
        code,
        PYTHONHASHSEED="2",
        TZ="Asia/Tokyo",
        LC_ALL="ja_JP.UTF-8",
        FONTCONFIG_FILE=str(configured),
        HOME="/nonexistent",
    )
    assert here == there


def test_a_file_says_whose_it_is_and_which_record_it_shows_but_not_when_it_was_made() -> None:
    pdf = printed(
        short('<meta name="dcterms.created" content="2026-11-04"><p>表</p>'),
        title="李娜 2026 年 10 月",
        author="澄湖电子商务",
        fingerprint="7c1e 90ab 42d3",
    )
    said = read_by("pdfinfo", pdf)
    assert re.search(r"Title: +李娜 2026 年 10 月\n", said)
    assert re.search(r"Author: +澄湖电子商务\n", said)
    assert "Date" not in said
    with tempfile.TemporaryFile() as file:
        file.write(pdf)
        trailer: Any = PdfReader(file).trailer
        assert trailer["/ID"][0] == "7c1e 90ab 42d3"
        assert trailer["/Root"]["/Lang"] == "zh-CN"


def test_a_screen_reader_finds_headings_tables_and_row_heads() -> None:
    structure = read_by("pdfinfo", printed(FORM), "-struct-text")
    assert re.search(r'H1 .*\n +"客服月度绩效考核表"', structure)
    assert re.search(r'TH:\n +/Scope /Row\n +"处理投诉及售后"', structure)
    assert re.search(r'TH:\n +/Scope /Column\n +"满分"', structure)


def test_a_picture_is_a_figure_that_says_what_it_shows() -> None:
    drawn = bar_chart("等级分布", [("优", "75", "3"), ("良", "25", "1")])
    assert drawn is not None
    with pikepdf.open(io.BytesIO(printed(short(f"<div>{drawn.svg}</div>")))) as file:
        figures = [
            str(one.Alt)
            for one in file.objects
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/Figure"
        ]
    assert figures == ["等级分布: 优 3, 良 1"]


def test_rare_names_can_be_searched_for_and_copied() -> None:
    text = "".join(pages(printed(short(f"<h1>李{RARE}</h1><p>{RARE} Wałęsa Nguyễn ℃ ￥ ①</p>"))))
    assert f"李{RARE}" in text
    assert f"{RARE} Wałęsa Nguyễn ℃ ￥ ①" in text


def test_only_the_packaged_fonts_are_used_whatever_the_page_asks_for() -> None:
    pdf = printed(
        short('<p style="font-family: DejaVu Sans">a\ue000</p><ul><li>一<b>二</b></ul><i>三</i>')
    )
    used = [line.split()[0] for line in read_by("pdffonts", pdf).splitlines()[2:]]
    assert used
    assert all(re.fullmatch(r"[A-Z]{6}\+Noto-Sans-SC(-Semi-Bold|-Italic)*", name) for name in used)


def test_quotes_are_as_wide_as_those_of_the_pages_language() -> None:
    def widths(language: str) -> tuple[float, set[str]]:
        pdf = printed(short("<p>“a” it’s</p>").replace("zh-CN", language), language=language)
        word = re.search(
            r'xMin="([\d.]+)".*xMax="([\d.]+)".*“a”', read_by("pdftotext", pdf, "-bbox")
        )
        assert word is not None
        faces = [
            line.split()[0].partition("+")[2] for line in read_by("pdffonts", pdf).splitlines()[2:]
        ]
        return float(word[2]) - float(word[1]), set(faces)

    chinese, english, japanese = (widths(one) for one in ("zh-CN", "en", "ja"))
    assert chinese[0] > 20 and english[0] < 15 and japanese[0] < 15  # at ten points
    assert chinese[1] == {"Noto-Sans-SC"}
    assert english[1] == {"Noto-Sans-SC", "Latin-marks"}
    assert japanese[1] == {"Noto-Sans-JP"}


def test_a_character_without_a_glyph_is_named_once_where_it_first_comes_up() -> None:
    assert fonts.outside_ours(f"{RARE}\t☑很好👍☑\u2009−1.0\n👍") == ("☑", "👍")
    assert fonts.uncovered("\ue001好👍\ue000\ue001") == ("\ue001", "\ue000")
    assert fonts.outside_ours(FORM) == ()


def test_the_list_of_characters_is_what_every_font_has() -> None:
    listed = {
        character
        for line in fonts.COVERAGE.read_text(encoding="ascii").split()
        for first, last in [line.split("-")]
        for character in range(int(first, 16), int(last, 16) + 1)
    }
    for file in fonts.FILES.values():
        assert set(TTFont(file).getBestCmap()) == listed


def test_a_page_reads_no_file_and_asks_no_server(tmp_path: Path) -> None:
    asked: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    secret = tmp_path / "secret.svg"
    drawing = "<svg xmlns='http://www.w3.org/2000/svg'><text y='20'>secret</text></svg>"
    secret.write_text(drawing, encoding="utf-8")
    server = HTTPServer(("127.0.0.1", 0), Listening)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    addresses = [
        secret.as_uri(),
        f"http://127.0.0.1:{server.server_port}/secret.svg",
        f"data:image/svg+xml,{quote(drawing)}",
    ]
    try:
        for address in addresses:
            pdf = printed(
                short(
                    f'<link rel="attachment" href="{address}">'
                    f'<link rel="stylesheet" href="{address}">'
                    f"<style>@import url('{address}'); p {{ content: url('{address}') }}"
                    f" @font-face {{ font-family: f; src: url('{address}') }}</style>"
                    f'<p><img alt="picture" src="{address}"><object data="{address}"></object></p>'
                    f'<svg width="99" height="99"><image href="{address}"/></svg>'
                )
            )
            assert "secret" not in read_by("pdftotext", pdf)
            assert read_by("pdfdetach", pdf, "-list").startswith("0 ")
    finally:
        server.shutdown()
        server.server_close()
    assert asked == []


def test_a_month_form_fits_one_page() -> None:
    assert len(pages(printed(FORM))) == 1


def test_every_page_of_a_long_form_says_whose_it_is_which_page_and_what_the_columns_are() -> None:
    both = pages(printed(with_more_rows(30)))
    assert len(both) == 2
    for number, page in enumerate(both, start=1):
        assert re.search(r"澄湖电子商务有限公司 +李娜 +2026 年 10 月", page)
        assert re.search(rf"指纹 7c1e 90ab 42d3 55f0 +第 {number} 页，共 2 页", page)
        assert re.search(r"指标 +计算过程 +满分 +自评 +上级 +得分", page)


def test_what_takes_little_more_than_a_page_is_set_closer_and_takes_one() -> None:
    usual = Press(STYLESHEET.replace("@media compact", "@media none"))
    facts: dict[str, Any] = {
        "title": "表", "author": "澄湖", "language": "zh-CN", "fingerprint": "1",
    }  # fmt: skip
    sheets = {rows: with_more_rows(rows) for rows in (0, 7, 30)}
    took = {rows: len(pages(usual.pdf(html, **facts))) for rows, html in sheets.items()}
    takes = {rows: len(pages(printed(html))) for rows, html in sheets.items()}
    assert (took, takes) == ({0: 1, 7: 2, 30: 2}, {0: 1, 7: 1, 30: 2})
    for rows in (0, 30):
        assert usual.pdf(sheets[rows], **facts) == press().pdf(sheets[rows], **facts)


@pytest.mark.parametrize("rows", range(1, 8))
def test_signatures_stay_together_and_under_their_heading(rows: int) -> None:
    (page,) = (page for page in pages(printed(with_more_rows(rows))) if "确认" in page)
    assert all(name in page for name in ("本人", "部门主管", "人力资源", "总经理"))
    assert page.count("日期") == 4


def test_the_stylesheet_asks_for_nothing_that_the_press_does_not_know(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING, "weasyprint"):
        Press(STYLESHEET).pdf(FORM, title="表", author="澄湖", language="zh", fingerprint="1")
    assert caplog.messages == []


def test_all_ink_is_black_for_printers_that_know_no_grey() -> None:
    drawn = subprocess.run(
        ["pdftoppm", "-r", "300", "-png", "-aa", "no", "-aaVector", "no", "-singlefile", "-"],
        input=printed(FORM), capture_output=True, check=True,
    )  # fmt: skip
    image = Image.open(io.BytesIO(drawn.stdout)).convert("L")
    assert {value for value, count in enumerate(image.histogram()) if count} == {0, 255}


def some_jobs(number: int) -> Iterator[Job]:
    for i in range(number):
        body = f"<h1>{RARE[i % len(RARE)]}</h1><p>{i}</p>"
        yield Job(
            key=f"{i}",
            html=short(body),
            title=f"{i}",
            author="澄湖",
            language="zh-CN",
            fingerprint=f"{i}",
            revised="2026-11-04",
            attachments=(carried(f"{i}"),),
        )


def carried(text: str) -> Attachment:
    facts = {"mime": "application/toml", "relationship": "Data", "description": "记录"}
    return Attachment(name="record.toml", content=text.encode(), **facts)


def test_workers_print_the_same_bytes_as_one_process_and_leave_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Not the folder that every program on the machine may make files in.
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    # Each of the two workers grows too large once at least.
    monkeypatch.setattr("kpisite.write.workers.FORMS_A_WORKER", 5)
    number = 2 * 5 + 10
    alone = dict(print_all(some_jobs(number), stylesheet=STYLESHEET, workers=1))
    backwards = reversed(list(some_jobs(number)))
    together = dict(print_all(backwards, stylesheet=STYLESHEET, workers=2))
    assert len(alone) == number
    assert together == alone
    assert multiprocessing.active_children() == []
    assert list(tmp_path.iterdir()) == []


def test_nothing_to_print_is_no_fault() -> None:
    assert list(print_all([], stylesheet=STYLESHEET, workers=2)) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_a_page_that_cannot_be_printed_is_named(
    workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Press, "pdf", printing_badly)
    jobs = [replace(job, html="1 / 0" if job.key == "5" else "") for job in some_jobs(9)]
    with pytest.raises(PrintError, match=r"(?s)^5: .*ZeroDivisionError") as caught:
        list(print_all(jobs, stylesheet="", workers=workers))
    assert caught.value.key == "5"
    assert multiprocessing.active_children() == []


def test_a_page_that_ends_its_process_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Press, "pdf", printing_badly)
    jobs = [replace(job, html="os._exit(7)" if job.key == "5" else "") for job in some_jobs(9)]
    with pytest.raises(WorkerLost, match=r"^5: 7$"):
        list(print_all(jobs, stylesheet="", workers=2))


def printing_badly(_: Press, html: str, **_facts: str) -> bytes:
    exec(html)
    return b"%PDF"


def test_somebody_who_stops_listening_leaves_no_process() -> None:
    printing = print_all(some_jobs(20), stylesheet=STYLESHEET, workers=2)
    next(printing)
    next(printing)
    assert isinstance(printing, Generator)
    printing.close()
    assert multiprocessing.active_children() == []


def test_web_pages_alone_need_no_weasyprint() -> None:
    code = "import sys, kpisite.write.pdf; print('weasyprint' in sys.modules)"
    assert in_another_process(code) == "False\n"


@pytest.mark.parametrize("library", ["libgobject-2.0", "libpango-1.0", "libharfbuzz-subset"])
def test_a_missing_system_library_is_named_in_one_line(library: str) -> None:
    code = f"""if True:
        from kpisite.write.declared import _Declared, ffi
        def without(self, name, flags=0):
            if f"lib{{name.removeprefix('lib')}}".startswith({library!r}):
                raise OSError(f"cannot load library '{{name}}': no such file.  Additionally, \\n")
            return ffi.dlopen(name, flags)
        _Declared.dlopen = without
        from kpisite.write.pdf import missing_libraries
        print(missing_libraries())
    """
    assert re.fullmatch(rf"cannot load library '{library}(-0)?'\n", in_another_process(code))


def test_this_machine_misses_no_library() -> None:
    assert missing_libraries() is None
