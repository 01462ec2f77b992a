"""Templates are laid out for people, and their pages carry none of that."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as some

from kpisite.core.text import Text
from kpisite.language.site import SiteFile
from kpisite.pages.audience import built_in
from kpisite.pages.page import HtmlPage
from kpisite.write.compact import Compactor
from kpisite.write.html import Renderer
from kpisite.write.template import ThemeError
from kpisite.write.theme import Theme
from tests.sites import ROOT

THEME = ROOT / "kpisite/themes/default"


@pytest.mark.parametrize("template", sorted(THEME.glob("*.html")), ids=lambda one: one.name)
def test_no_line_of_a_template_is_too_long_to_read(template: Path) -> None:
    lines = template.read_text(encoding="utf-8").splitlines()
    assert [number for number, line in enumerate(lines, 1) if len(line) > 120] == []


def rendered(template: str, **facts: object) -> str:
    theme = Theme(files={"x.html": template}, is_own=True)
    page = HtmlPage(
        audience=built_in("employees", "A"), path="x", template="x.html", title="x", facts=facts
    )
    return Renderer(theme, "zh", SiteFile(company=Text(zh="小店"))).render(page)


@pytest.mark.parametrize(
    ("template", "page"),
    [
        ("<table>\n  <tr>\n    <td>1</td>\n  </tr>\n</table>\n",
         "<table><tr><td>1</td></tr></table>"),
        ("<p>\n  one\n  <b>two</b>\n  three\n</p>", "<p>one\n<b>two</b>\nthree</p>"),
        ("<p>\n  {{ one }}\n  {{ two }}\n</p>", "<p>1\n2</p>"),
        ("<td>{{ one }}\n  <b>2</b></td>", "<td>1\n<b>2</b></td>"),
        ("<ul>\n  {% for x in several %}\n    <li>{{ x }}</li>\n  {% endfor %}\n</ul>",
         "<ul><li>a</li><li>b</li></ul>"),
        ("<p>{{ one }}{% if one %}\n  <i>2</i>{% endif %}</p>", "<p>1\n<i>2</i></p>"),
        ("{# why #}\n  <p>1</p>\n", "<p>1</p>"),
        ('<a href="x"\n   {% if one %}rel="{{ one }}"{% endif %}\n   id="y">z</a>',
         '<a href="x" rel="1" id="y">z</a>'),
        ("<pre>\n a\n  b</pre>\n<p>c</p>", "<pre>\n a\n  b</pre><p>c</p>"),
        ("<p>1</p>\n　<p>2</p>", "<p>1</p>　<p>2</p>"),
        ("<p>a &lt; b\n  and c</p>", "<p>a &lt; b\nand c</p>"),
    ],
)  # fmt: skip
def test_breaks_say_what_they_say_to_a_browser_and_no_more(template: str, page: str) -> None:
    assert rendered(template, one="1", two="2", several=["a", "b"]) == page


def test_a_fault_has_the_line_that_people_see() -> None:
    with pytest.raises(ThemeError) as caught:
        rendered("<ul>\n\n  <li>1</li>\n  {{ nothing }}\n</ul>")
    assert caught.value.line == 4


@given(
    some.lists(some.sampled_from(["<p>", "</p>", "<b>", "</b>", "a", " ", "\n", "\n  ", "<pre>"]))
)
@example(["<p>", "\n", "a", "\n", "</p>"])
def test_a_piece_says_the_same_however_it_is_cut(pieces: list[str]) -> None:
    """No word is lost, and none is joined to another."""
    made = Compactor().piece("".join(pieces))
    assert made.replace("\n", "").replace(" ", "") == (
        "".join(pieces).replace("\n", "").replace(" ", "")
    )
    plain = "".join(pieces).replace("<b>", "").replace("</b>", "")
    words = plain.replace("<p>", " ").replace("</p>", " ").replace("<pre>", " ").split()
    shown = made.replace("<b>", "").replace("</b>", "")
    assert shown.replace("<p>", " ").replace("</p>", " ").replace("<pre>", " ").split() == words
