"""Where kpisite takes a quick way for what is common, it gives what the thorough way gives."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpisite.pages import prose
from kpisite.read.document import Document
from kpisite.read.parse import read_document

ROOT = Path(__file__).parents[1]
RECORDS = sorted((ROOT / "records").rglob("*.toml"))

LINES = (
    "[marks]", "[[line]]", "[line.inner]", "[a.b]", "[[event]]", "[metrics] # figures", "",
    "# a remark", "  # [marks]", 'name = "李娜"', "a = 1", "b = { self = 5, supervisor = 4 }",
    "c.d = 2", '"e" = 3', "f = [", "  1,", "  2", "]", 'g = "[marks]"', "h = '''", "i = 5", "'''",
    'j = """', "k = 6", '"""', 'l = "a # b"', "m = 7 # why", "n = [1, 2]", "o = { p = [", "] }",
    "q = [{ r = 1 },", "{ r = 2 }]", "  s = 8", "\tt = 9",
)  # fmt: skip


def every_entry(node: object, keys: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(node, dict):
        below = list(node.items())
    elif isinstance(node, list):
        below = list(enumerate(node))
    else:
        return [keys]
    return [keys, *(one for key, value in below for one in every_entry(value, (*keys, key)))]


def read(text: str) -> Document:
    document, _ = read_document("records/2026-10/CS017.toml", text.encode())
    return document or Document("", "", {}, "")


@pytest.mark.parametrize("file", RECORDS, ids=lambda file: str(file.relative_to(ROOT)))
def test_an_entry_of_the_sample_has_the_line_that_the_parser_gives_it(file: Path) -> None:
    document = read(file.read_text(encoding="utf-8"))
    for keys in every_entry(document.data):
        assert document.line(keys) == document.place(keys).line, keys


@settings(deadline=None)
@given(st.lists(st.sampled_from(LINES), max_size=12))
def test_an_entry_of_any_file_has_the_line_that_the_parser_gives_it(lines: list[str]) -> None:
    document = read("\n".join(lines))
    for keys in every_entry(document.data):
        assert document.line(keys) == document.place(keys).line, keys


@settings(deadline=None)
@given(st.from_regex(prose._BARE_LINE, fullmatch=True))
def test_a_bare_line_is_set_as_markdown_would_set_it(text: str) -> None:
    assert prose._converter()(text) == f"<p>{text}</p>"


@pytest.mark.parametrize(
    "text", ["1. first", "- a", "# a", "a *b*", "a_b_", "a <b>", "a & b", "a\nb"]
)
def test_a_line_that_may_mean_more_is_left_to_markdown(text: str) -> None:
    assert not re.fullmatch(prose._BARE_LINE, text)
