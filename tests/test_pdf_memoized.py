"""What is kept from page to page while printing changes no byte, and is known to hold for the
WeasyPrint that is installed."""

import pickle
import subprocess
import sys
from functools import cache
from hashlib import sha256

import weasyprint

from kpisite.core.text import LANGUAGES
from kpisite.write import declared
from kpisite.write.pdf import MEMOIZED, Press
from tests.test_every_print import jobs
from tests.test_pdf_press import FORM, STYLESHEET, short

#: A theme may say all this; the forms' own style sheet says little of it.
ODD = """
@page { size: A5; margin: 1cm; @bottom-right { content: counter(page) } @footnote { margin: 2mm } }
@page wide { size: A4 landscape }
.wide { page: wide }
html { font: 10pt "Noto Sans SC" }
.part { margin-left: 20vw; width: 50%; border-radius: 3px; background: #eee }
.note { float: footnote }
.first::first-line { font-weight: 600 }
.first::first-letter { font-size: 20pt }
.item { display: list-item; margin-left: 2em }
.box { box-sizing: border-box; width: 30mm; padding: 2mm; border: 1mm solid; min-width: auto }
.under { text-decoration: underline; font-variant-numeric: tabular-nums }
.spread { text-align: justify; letter-spacing: 1pt; hyphens: auto }
td { border: 1px solid; height: 5% }
"""
SENTENCE = "Whoever is appraised reads every figure, and 每个数都看得明白，没有例外。 "
BODIES = (
    '<p class="part">a</p><p class="first">one two three</p><p class="item">b</p>',
    '<div class="wide"><p class="part">a</p></div>',
    '<p>text<span class="note">a note</span> goes on</p><ul><li>c</li><li>d</li></ul>',
    f'<p class="spread">{SENTENCE * 9}</p><p class="box under">{SENTENCE}</p>',
    f'<p class="spread" style="width: 40mm">{SENTENCE * 2}</p><p lang="en">{SENTENCE * 3}</p>',
    "<table><tr><th>e</th><td>f</td></tr><tr><td colspan=2>g</td></tr></table><p class=part>a",
    f"<style>.part {{ width: 20% }}</style><p class=part>a</p><p class=box>{SENTENCE}</p>",
    '<p class="under">a<br>b</p><pre>  c\td</pre><a href="https://example.org">e</a>',
)


@cache
def pages() -> list[tuple[str, str]]:
    """Style sheets and pages, each of which comes twice, among others."""
    forms = [job.html for language in LANGUAGES for job in jobs(language).values()]
    usual = [(STYLESHEET, html) for html in (FORM, *forms)]
    odd = [(sheet, short(body)) for sheet in (ODD, STYLESHEET) for body in BODIES]
    return [*usual, *odd, *reversed(odd), *usual]


def digests(found: list[tuple[str, str]]) -> list[str]:
    """What each page's bytes come to."""
    presses = {sheet: Press(sheet) for sheet in dict.fromkeys(sheet for sheet, _ in found)}
    facts = {"title": "考核表", "author": "澄湖", "language": "zh-CN", "fingerprint": "7c1e 90ab"}
    return [sha256(presses[sheet].pdf(html, **facts)).hexdigest() for sheet, html in found]  # type: ignore[arg-type]


PLAINLY = """
import pickle, sys
import kpisite.write.text_libraries
kpisite.write.text_libraries.DECLARATIONS = ""  # of nothing that anybody declares
import kpisite.write.pdf
kpisite.write.pdf.MEMOIZED = "none"
from tests.test_pdf_memoized import digests
print(*digests(pickle.load(sys.stdin.buffer)))
"""


def test_pages_have_the_bytes_that_weasyprint_alone_gives_them() -> None:
    once = list(dict.fromkeys(pages()))
    line = [sys.executable, "-c", PLAINLY]
    ran = subprocess.run(line, input=pickle.dumps(once), capture_output=True, check=True)
    alone = dict(zip(once, ran.stdout.decode().split(), strict=True))
    assert digests(pages()) == [alone[one] for one in pages()]


def test_what_is_kept_is_known_to_hold_for_the_weasyprint_that_is_installed() -> None:
    # With another one nothing is kept, and printing takes half as long again.  Where the test above
    # holds with this set to the new one, set it.
    assert weasyprint.__version__ == MEMOIZED


def test_the_declarations_are_those_of_the_weasyprint_that_is_installed() -> None:
    # Where they are others: python -m kpisite.write.declared
    assert declared.PLACE.read_text(encoding="utf-8") == declared.written()


def test_declarations_that_are_not_known_are_parsed() -> None:
    with declared.parsed_declarations():
        import cffi

        made = cffi.FFI()
        made.cdef("typedef struct { int one; } pair;")
    assert made.new("pair *", [3]).one == 3
