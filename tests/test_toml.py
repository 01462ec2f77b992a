r"""What a file says is what TOML says it says, and what is not TOML is told where it is.

The parser was held against toml-lang/toml-test (1.0.0 and 1.1.0, all 1,851 files): it takes each
valid file for the same values and rejects each invalid one.  What is here holds the same of the
standard library's parser, an independent one, on files like those that HR writes, and of the
places of slips, which the corpus does not look at.
"""

import datetime
import random
import tomllib
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import pytest
import tomli

from kpisite.core.issue import Place
from kpisite.read.mending import MOST_BROKEN_LINES
from kpisite.read.parse import read_document
from kpisite.read.statements import statements
from kpisite.read.tokens import is_left_open, tokens, too_deep

ROOT = Path(__file__).parents[1]
SAMPLES = sorted((ROOT / "records").rglob("*.toml"))


def read(text: str):
    """The data of a text without slips."""
    document, issues = read_document("x.toml", text.encode())
    assert document is not None and not issues, issues
    return document.data


def syntax_issues(text: str):
    """The code, line and column of every slip."""
    _, issues = read_document("x.toml", text.encode())
    found = []
    for issue in issues:
        assert isinstance(issue.at, Place)
        found.append((issue.code, issue.at.line, issue.at.column))
    return found


def is_same(one, other) -> bool:
    """Equal in value and in type, nan like nan, and keys in one order."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(is_same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    return bool(one == other or one != one)


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_a_record_is_read_as_the_standard_library_reads_it(file):
    text = file.read_text(encoding="utf-8")
    assert is_same(read(text), tomllib.loads(text, parse_float=Decimal))


VALID = {
    "strings": r'''
        a = "李娜 \" \\ \t \u674e \U0001F44D"
        b = 'C:\新建\n'
        c = """
        一行\
            同一行
          ""两个引号"" """
        d = """四个引号""""
        e = \'\'\'原样 \ """ \'\'\'
        "带引号的键" = 1
        'a.b' = 2
        "" = 3
    '''.replace(r"\'", "'"),
    "numbers": """
        a = [0, -0, +7, 1_000]
        b = [1.0, -0.01, 5e+22, 6.626e-34, 1_000.5, -0.0, 1e3]
        c = 126000000000000000000000
        d = [inf, -inf, nan]
    """,
    "dates": """
        day  = 2026-10-12
        leap = 2028-02-29
        at   = [08:30:00, 08:30:00.123456, 23:59:59]
        both = [2026-10-12T08:30:00, 2026-10-12 08:30:00, 2026-10-12t08:30:00.5]
        zone = [2026-10-12T08:30:00Z, 2026-10-12T08:30:00+08:00, 2026-10-12T08:30:00-11:30]
    """,
    "tables": """
        a.b.c = 1
        a.d   = { e = 1, f.g = 2, h = { } }
        [x.y]
        z = 1
        [x]
        w = 2
        [[part]]
        id = 1
        [[part.row]]
        id = 2
        [[part.row]]
        [part.row.more]
        deep = true
        [[part]]
        list = [
          1, # 说明
          [2, 3],
        ]
    """,
}


@pytest.mark.parametrize("text", VALID.values(), ids=VALID)
def test_every_kind_of_value_is_read_as_the_standard_library_reads_it(text):
    text = "\n".join(line.strip() for line in text.split("\n"))
    expected = tomllib.loads(text, parse_float=Decimal)
    assert is_same(read(text), expected)
    assert is_same(read(text.replace("\n", "\r\n")), expected)


def test_decimals_keep_every_digit_as_written():
    data = read("a = 4.10\nb = 0.1\nc = 1e3\nd = 0.30000000000000000000000001\n")
    assert [str(value) for value in data.values()] == [
        "4.10", "0.1", "1E+3", "0.30000000000000000000000001",
    ]  # fmt: skip


def test_what_toml_1_1_added_is_read():
    text = 'a = {\n  b = 1, # 说明\n  c = 2,\n}\nd = 08:30\ne = "\\e\\x41"\nf = 2026-10-12T08:30\n'
    assert read(text) == {
        "a": {"b": 1, "c": 2},
        "d": datetime.time(8, 30),
        "e": "\x1bA",
        "f": datetime.datetime(2026, 10, 12, 8, 30),
    }


@pytest.mark.parametrize(
    "text",
    [
        "a = 1\na = 2", "[a]\n[a]", "a = 1\n[a]", "[[a]]\n[a]", "a = []\n[[a]]", "a = {}\n[a.b]",
        "a.b = 1\na = 2", "a = {b = 1, b = 2}", "a", "= 1", "a =", "a = 1 b = 2", "[a", "a]", "[]",
        "[a.]", "a..b = 1", "[[a]", "a b = 1", "键 = 1", "a = [1 2]", "a = [1,, 2]", "a = [,]",
        "a = {b}", "a = {b = 1 c = 2}", "a = {,}", "a = 01", "a = 1.", "a = .5", "a = 1__0",
        "a = 1_", "a = 1e", "a = 0x", "a = 0b2", "a = ++1", "a = +0x1", "a = True", "a = yes",
        "a = 5%", "a = 1,000", 'a = "x', "a = 'x", 'a = """x', "a = '''x", 'a = "\\q"',
        'a = "\\u12"', 'a = "\\ud800"', 'a = "x\ny"', "a = 2026-13-01", "a = 2026-02-30",
        "a = 2026-1-1", "a = 0000-01-01", "a = 25:00:00", "a = 23:59:60", "a = 2026-10-12T",
        'a = "\x00"', "a = 1 # \x01", "a = “x”", "a = \u00a01", "a = 1\u2028", '"""a""" = 1',
    ],
    ids=repr,
)  # fmt: skip
def test_what_is_not_toml_is_rejected_with_a_place_in_the_file(text):
    with pytest.raises((tomllib.TOMLDecodeError, ValueError)):
        tomllib.loads(text)
    lines = text.split("\n")
    found = syntax_issues(text)
    assert found
    for _, line, column in found:
        assert 1 <= line <= len(lines) and 1 <= column <= len(lines[line - 1]) + 1


@pytest.mark.parametrize(
    "text",
    [
        'a = "客服" x', "a = 1\nb = '李娜' 2", 'a\t=\t"李娜"\tx', 'a = "👍" x', 'a = "e\u0301" x',
        'a = "一"\nb = "二"\nc = "三" 三', "a = [1, 2, “三”]", 'a = { b = "中", c }',
        'a = ["中", "文" "字"]', "名 = 1", 'a = "中"\n[表', 'a = "客服" # 说明\nb = 部门',
        'a = "中\\q"', 'a = "中\x07"', "a = '中' = 1", 'a = "中"\r\nb = "中" x',
    ],
    ids=repr,
)  # fmt: skip
def test_a_mistake_beside_chinese_stands_where_another_parser_sees_it(text):
    """Columns are characters in both; ours may stand at the beginning of the word at fault."""
    with pytest.raises(tomli.TOMLDecodeError) as caught:
        tomli.loads(text)
    (_, line, column), *_ = syntax_issues(text)
    other = caught.value
    assert line == other.lineno
    between = text.replace("\r\n", "\n").split("\n")[line - 1][column - 1 : other.colno - 1]
    assert column <= other.colno and " " not in between.strip(), (column, other.colno)


# --- slips, and what is read in spite of them


@pytest.mark.parametrize(
    ("text", "expected", "rest"),
    [
        ("a = [1, 2\nb = 3", [("unclosed-bracket", 1, 5)], {"b": 3}),
        ("a = {x = 1\nb = 3", [("unclosed-bracket", 1, 5)], {"b": 3}),
        ("a = [\n  1,\n  2\n\n[b]\nc = 1", [("unclosed-bracket", 1, 5)], {"b": {"c": 1}}),
        ('a = """\n很好\n继续\nb = 1', [("unclosed-quote", 1, 5)], {"b": 1}),
        ('a = "x\nb = ["y]\nc = 1', [("unclosed-quote", 1, 5), ("unclosed-quote", 2, 6)], {"c": 1}),
        ("[a\nb = 1\n[c]\nd = 2", [("unclosed-bracket", 1, 1)], {"a": {"b": 1}, "c": {"d": 2}}),
        ("【a】\nb ＝ “x”", [("full-width", 1, 1), ("full-width", 2, 3)], {"a": {"b": "x"}}),
        ("[a]\nb = 1\n[a]\nc = 2\nd =", [("duplicate-key", 3, 2), ("missing-value", 5, 4)],
         {"a": {"b": 1}}),
        ("a = [\n  {x = 1},\n  {x = },\n  {x = 3},\n]", [("missing-value", 3, 8)],
         {"a": [{"x": 1}, {"x": 3}]}),
        ("[中 文]\nb = 1\n[c]\nd = 2", [("bad-key", 1, 2)], {"c": {"d": 2}}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_mistake_costs_one_entry_and_the_rest_is_read(text, expected, rest):
    document, _ = read_document("x.toml", text.encode())
    assert sorted(syntax_issues(text)) == sorted(expected)
    assert document is not None and document.data == rest


def test_after_fifty_broken_lines_a_file_is_given_up():
    document, issues = read_document("x.toml", b"x y\n" * 500)
    assert document is None and len(issues) == MOST_BROKEN_LINES


def test_statements_know_their_tables_through_arrays_and_mistakes():
    text = (
        "a = 1\n[[part]]\n[[part.row]]\nb = [1,\n[part.x]\nc = 1\n[[part]]\n[[part.row]]\nd = 1\n"
    )
    assert [(one.first, one.keys) for one in statements(text)] == [
        (1, ("a",)),
        (2, ("part", 0)),
        (3, ("part", 0, "row", 0)),
        (4, ("part", 0, "row", 0, "b")),
        (5, ("part", 0, "x")),
        (6, ("part", 0, "x", "c")),
        (7, ("part", 1)),
        (8, ("part", 1, "row", 0)),
        (9, ("part", 1, "row", 0, "d")),
    ]


# --- tokens


@pytest.mark.parametrize("file", SAMPLES[::9], ids=lambda file: file.stem)
def test_tokens_together_are_the_text(file):
    text = file.read_text(encoding="utf-8")
    chance = random.Random(file.name)
    for _ in range(20):
        start = chance.randrange(len(text))
        text = text[:start] + chance.choice(('"', "'", '"""', "\\", "#", "[", "中")) + text[start:]
        assert "".join(token for token, _ in tokens(text)) == text


@pytest.mark.parametrize(
    ("token", "is_open"),
    [('""', False), ('"x"', False), ('"x', True), ('"', True), ('"x\\"', True), ("'x\\'", False),
     ('""""""', False), ('"""x""""', False), ('"""x', True), ("'''x''", True)],
)  # fmt: skip
def test_a_string_is_left_open_or_closed(token, is_open):
    assert is_left_open(token) == is_open


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a = " + "[" * 50, None),
        ("a = 1\nb = " + "[" * 51, 2),
        ("a = '" + "[" * 1000 + "'", None),
        ('a = """\n' + "[" * 1000 + '\n"""\nb = ' + "{a=" * 51, 4),
        ("a = 1 # " + "[" * 1000, None),
        (".".join("a" * 51) + " = 1", None),
        (".".join("a" * 52) + " = 1", 1),
        ("a = [" + "1.5, " * 1000 + "]", None),
        ("a = [[1]]\n" * 1000, None),
    ],
    ids=range(9),
)
def test_depth_is_counted_outside_texts_and_remarks(text, line):
    assert too_deep(text) == line


def test_the_parser_is_the_very_release_whose_words_are_known() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (pinned,) = [one for one in project["dependencies"] if one.startswith("toml-rs")]
    assert pinned == f"toml-rs=={version('toml-rs')}"
