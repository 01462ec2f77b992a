"""Files that people wrote, changed by the program: what is not asked for stays, byte for byte."""

import tomllib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpisite.core.issue import Keys
from kpisite.edit.change import CannotEdit, Change, Edit, edited, write
from kpisite.edit.text import add, drop, put
from kpisite.edit.written import HeadedTable

RECORD = """\
#:schema ../.schema/record.json

employee = "CS017" # 李娜
month    = '2026-10'

# by hand
[marks]
discipline  = { self =  5, supervisor =  4 }
judgement   = { self = 9, note = "a # is no comment" }   # kept
# cooperation = { self = …, supervisor = … }  # 工作协调，0–10

[metrics]
sales = 130_000

[[event]]
rule = "late"
date = 2026-10-12 # 考勤表

# the answer to come
"""
ORDER = ("employee", "month", "rated", "marks", "metrics", "event", "answer")


def test_a_value_is_exchanged_where_it_stands() -> None:
    after = put(RECORD, ("marks", "discipline", "supervisor"), 5)
    assert after == RECORD.replace("supervisor =  4", "supervisor =  5")
    after = put(RECORD, ("month",), "2026-11")
    assert after == RECORD.replace("'2026-10'", "'2026-11'"), "in the quotes that were there"
    after = put(RECORD, ("month",), "it's")
    assert after == RECORD.replace("'2026-10'", '"it\'s"'), "unless these cannot hold it"


def test_an_entry_more_in_braces_stands_behind_the_last() -> None:
    after = put(RECORD, ("marks", "judgement", "supervisor"), Decimal("8.50"))
    assert after == RECORD.replace('comment" }', 'comment", supervisor = 8.5 }')
    assert put("a = {}\n", ("a", "b"), 1) == "a = { b = 1 }\n"
    assert put("a = { b = 1, }\n", ("a", "c"), 2) == "a = { b = 1, c = 2, }\n"
    assert put("a = {\n  b = 1, # x\n}\n", ("a", "c"), 2) == "a = {\n  b = 1, c = 2, # x\n}\n"


def test_a_line_laid_out_gives_its_place_and_keeps_what_it_says() -> None:
    after = put(RECORD, ("marks", "cooperation"), {"self": 8, "supervisor": 10})
    laid_out = "# cooperation = { self = …, supervisor = … }  # 工作协调，0–10"
    assert after == RECORD.replace(
        laid_out, "cooperation = { self = 8, supervisor = 10 }  # 工作协调，0–10"
    )
    after = put(RECORD, ("marks", "cooperation", "self"), 8)
    assert after == RECORD.replace(laid_out, "cooperation = { self = 8 }  # 工作协调，0–10")


def test_what_somebody_commented_out_is_no_line_laid_out() -> None:
    text = "[marks]\n# care = { self = 3 }\nzeal = { self = 1 }\n"
    assert put(text, ("marks", "care"), {"self": 4}) == text + "care = { self = 4 }\n"


def test_a_line_more_stands_behind_the_last_of_its_table() -> None:
    after = put(RECORD, ("metrics", "plan"), 80000)
    assert after == RECORD.replace("130_000\n", "130_000\nplan  = 80000\n")
    after = put(RECORD, ("marks", "zeal"), {"self": 1})
    assert after == RECORD.replace("  # kept\n", "  # kept\nzeal        = { self = 1 }\n")


def test_a_table_more_stands_where_the_order_has_it() -> None:
    after = put(RECORD, ("rated",), HeadedTable(self={"on": date(2026, 11, 3)}), ORDER)
    assert after == RECORD.replace(
        "# by hand\n", "[rated]\nself = { on = 2026-11-03 }\n\n# by hand\n"
    )
    after = put(RECORD, ("answer",), HeadedTable(state="refused", on=date(2026, 11, 9)), ORDER)
    assert after == f'{RECORD}\n[answer]\nstate = "refused"\non    = 2026-11-09\n'


def test_an_element_more_stands_behind_the_others() -> None:
    after = add(RECORD, ("event",), {"rule": "praise", "date": date(2026, 10, 20)}, ORDER)
    assert after == RECORD.replace(
        "# 考勤表\n", '# 考勤表\n\n[[event]]\nrule = "praise"\ndate = 2026-10-20\n'
    )
    assert add("a = 1\n", ("x",), {"b": 2}) == "a = 1\n\n[[x]]\nb = 2\n"
    assert add("x = [{ b = 1 }]\n", ("x",), {"b": 2}) == "x = [{ b = 1 }, { b = 2 }]\n"
    assert add("x = []\n", ("x",), {"b": 2}) == "x = [{ b = 2 }]\n"


def test_a_table_below_an_element_stands_with_it() -> None:
    text = '[[appeal]]\non = 2026-11-08\n\n[[appeal]]\non = 2026-11-09\n\n[answer]\nstate = "x"\n'
    first = put(text, ("appeal", 0, "ruling"), HeadedTable(outcome="upheld"))
    assert first == text.replace("11-08\n", '11-08\n\n[appeal.ruling]\noutcome = "upheld"\n')
    assert tomllib.loads(first)["appeal"][0]["ruling"] == {"outcome": "upheld"}


def test_a_name_made_by_dots_gets_its_neighbour() -> None:
    text = "marks.care.boss = 8 # x\nother = 1\n"
    assert put(text, ("marks", "care", "self"), 7) == (
        "marks.care.boss = 8 # x\nmarks.care.self = 7\nother = 1\n"
    )


def test_a_table_that_only_tables_below_it_make_gets_a_header() -> None:
    text = "[a.b] # x\nc = 1\n"
    assert put(text, ("a", "d"), 2) == "[a]\nd = 2\n\n[a.b] # x\nc = 1\n"


def test_an_entry_is_taken_out_with_its_line() -> None:
    assert drop(RECORD, ("metrics", "sales")) == RECORD.replace("sales = 130_000\n", "")
    assert drop(RECORD, ("metrics", "plan")) == RECORD


def test_an_entry_between_brackets_goes_with_its_comma() -> None:
    text = 'a = { x = 1, y = "p, q", z = 3 }\ne = [{ r = 1 }, { r = 2 }]\n'
    expected: dict[Keys, str] = {
        ("a", "x"): 'a = { y = "p, q", z = 3 }',
        ("a", "y"): "a = { x = 1, z = 3 }",
        ("a", "z"): 'a = { x = 1, y = "p, q" }',
        ("e", 0): "e = [ { r = 2 }]",
        ("e", 1): "e = [{ r = 1 }]",
    }
    for keys, after in expected.items():
        assert after in drop(text, keys), keys
    assert drop("a = { x = 1 } # x\n", ("a", "x")) == "a = {} # x\n"


def test_an_element_goes_with_its_lines_and_comments_of_others_stay() -> None:
    gone = drop(RECORD, ("event", 0))
    assert gone == RECORD.replace('\n[[event]]\nrule = "late"\ndate = 2026-10-12 # 考勤表\n', "")
    edits = [Edit(keys=("event", 0), is_gone=True), Edit(keys=("metrics", "sales"), is_gone=True)]
    change = edited("records/2026-10/CS017.toml", RECORD.encode(), edits)
    assert "event" not in tomllib.loads(change.after.decode())
    assert "# the answer to come" in change.after.decode()


def test_a_table_under_a_header_is_exchanged_entry_by_entry() -> None:
    text = '[answer]\nstate = "refused" # so\nwitness = "M"\n'
    after = put(text, ("answer",), HeadedTable(state="acknowledged", on=date(2026, 11, 9)))
    assert after == '[answer]\nstate = "acknowledged" # so\non    = 2026-11-09\n'


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("is_ended", [True, False])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_the_end_and_the_mark_stay(ending: str, is_ended: bool, mark: bytes) -> None:
    def file(text: str) -> bytes:
        text = text.replace("\n", ending)
        return mark + (text if is_ended else text.removesuffix(ending)).encode()

    steps = [Edit(keys=("metrics", "plan"), value=8), Edit(keys=("zeal",), value="x")]
    text = "a = 1\n\n[metrics]\nsales = 3 # so\n"
    change = edited("records/2026-10/A.toml", file(text), steps)
    wanted = 'a = 1\nzeal = "x"\n\n[metrics]\nsales = 3 # so\nplan  = 8\n'
    assert change.after == file(wanted)


def test_of_mixed_line_ends_each_stays() -> None:
    change = edited("x.toml", b"a = 1\r\nb = 2\nc = 3\r\n", [Edit(keys=("b",), value=5)])
    assert change.after == b"a = 1\r\nb = 5\r\nc = 3\r\n"
    change = edited("x.toml", b"a = 1\nb = 2\nc = 3\r\n", [Edit(keys=("a",), value=5)])
    assert change.after == b"a = 5\nb = 2\nc = 3\r\n"


@pytest.mark.parametrize("content", [b"a = \n", "a = “1”\n".encode(), b"\xff", b"a = 1\na = 2\n"])
def test_a_file_with_faults_in_reading_is_not_touched(content: bytes) -> None:
    with pytest.raises(CannotEdit) as caught:
        edited("records/2026-10/A.toml", content, [Edit(keys=("b",), value=1)])
    assert caught.value.issues


def test_a_change_is_shown_as_a_diff() -> None:
    change = edited("records/x.toml", b"a = 1\n", [Edit(keys=("b",), value=2)])
    assert change.diff() == (
        "--- a/records/x.toml\n+++ b/records/x.toml\n@@ -1 +1,2 @@\n a = 1\n+b = 2\n"
    )
    new = edited("records/y.toml", None, [Edit(keys=("b",), value=2)])
    assert new.diff() == "--- /dev/null\n+++ b/records/y.toml\n@@ -0,0 +1 @@\n+b = 2\n"


def test_all_files_are_written_or_none(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"a = 1\n")
    (tmp_path / "folder.toml").mkdir()
    changes = [
        Change(path="a.toml", before=b"a = 1\n", after=b"a = 2\n"),
        Change(path="new.toml", before=None, after=b"b = 1\n"),
        Change(path="folder.toml", before=b"", after=b"c = 1\n"),
    ]
    with pytest.raises(OSError):
        write(tmp_path, changes)
    assert (tmp_path / "a.toml").read_bytes() == b"a = 1\n"
    assert not (tmp_path / "new.toml").exists()
    write(tmp_path, changes[:2])
    assert (tmp_path / "a.toml").read_bytes() == b"a = 2\n"
    assert (tmp_path / "new.toml").read_bytes() == b"b = 1\n"


def test_the_rights_of_a_file_stay(tmp_path: Path) -> None:
    file = tmp_path / "pay.toml"
    file.write_bytes(b"a = 1\n")
    file.chmod(0o600)
    write(tmp_path, [Change(path="pay.toml", before=b"a = 1\n", after=b"a = 2\n")])
    assert file.stat().st_mode & 0o777 == 0o600 and file.read_bytes() == b"a = 2\n"


# Laws.

NAMES = st.sampled_from(["a", "b-1", "c_2", "value", "点", "x y"])
TEXTS = st.text(st.sampled_from("ab\"\\\n\t#=[]{}'好é 　…"), max_size=8)
PLAIN = st.one_of(
    st.booleans(),
    st.integers(-(10**9), 10**9),
    st.decimals(-1000, 1000, places=2),
    st.dates(date(1990, 1, 1), date(2050, 1, 1)),
    TEXTS,
)
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=5,
)


def _key(name: str) -> str:
    return name if name.isascii() and " " not in name else f'"{name}"'


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file as a person may write it: comments, odd spaces, tables, lists of tables, braces."""
    from kpisite.edit.written import written

    lines: list[str] = []

    def entries() -> None:
        for name in draw(st.lists(NAMES, max_size=3, unique=True)):
            if draw(st.booleans()):
                lines.append(f"# {draw(st.sampled_from(['why', 'old = 1', 'x = …']))} {len(lines)}")
            space = " " * draw(st.integers(0, 2))
            note = draw(st.sampled_from(["", f" # note {len(lines)}"]))
            lines.append(f"{_key(name)}{space}={space}{written(draw(VALUES))}{note}")
            if draw(st.booleans()):
                lines.append("")

    entries()
    for table in draw(st.lists(st.sampled_from(["t", "u.v", "w"]), max_size=3, unique=True)):
        lines.append(f"[{table}] # table {len(lines)}")
        entries()
    for _ in range(draw(st.integers(0, 2))):
        lines.append("[[list]]")
        entries()
    text = "\n".join(lines)
    return text + "\n" if draw(st.booleans()) else text


def _ways(data: Any, around: Keys = ()) -> Iterator[tuple[Keys, Any]]:
    pairs = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in pairs:
        yield (*around, key), value
        if isinstance(value, dict | list):
            yield from _ways(value, (*around, key))


def _loaded(content: bytes) -> Any:
    return tomllib.loads(content.decode(), parse_float=Decimal)


def _comments(content: bytes) -> list[str]:
    return sorted(
        line[line.rindex("#") :] for line in content.decode().splitlines() if "# " in line
    )


@settings(max_examples=50, deadline=None)
@given(files(), st.data())
def test_to_set_what_is_there_changes_no_byte(text: str, data: st.DataObject) -> None:
    ways = list(_ways(_loaded(text.encode())))
    if ways:
        keys, value = data.draw(st.sampled_from(ways))
        change = edited("x.toml", text.encode(), [Edit(keys=keys, value=value)])
        assert change.after == text.encode() and not change.is_any


@settings(max_examples=50, deadline=None)
@given(files(), st.data(), st.sampled_from(["\n", "\r\n"]))
def test_an_edit_sets_its_key_and_leaves_all_else(
    text: str, data: st.DataObject, ending: str
) -> None:
    before = text.replace("\n", ending).encode()
    tables = [(), *(keys for keys, one in _ways(_loaded(before)) if isinstance(one, dict))]
    keys = (*data.draw(st.sampled_from(tables)), data.draw(NAMES))
    value = data.draw(VALUES)
    change = edited("x.toml", before, [Edit(keys=keys, value=value)])
    was, now = dict(_ways(_loaded(before))), dict(_ways(_loaded(change.after)))
    assert _at(_loaded(change.after), keys) == value
    for way, one in was.items():
        if way[: len(keys)] != keys and way != keys[: len(way)]:
            assert now[way] == one
    assert len(now) >= len([way for way in was if way[: len(keys)] != keys])
    assert _lines_kept(before, change.after)
    if b"\r\n" in before:
        assert change.after.count(b"\n") == change.after.count(b"\r\n")


def _at(data: Any, keys: Keys) -> Any:
    for key in keys:
        data = data[key]
    return data


def _lines_kept(before: bytes, after: bytes) -> bool:
    """Whether all lines but the one that changed, and the comments of that too, are there still."""
    left = after.splitlines()
    lost = []
    for line in before.splitlines():
        if line in left:
            left.remove(line)
        else:
            lost.append(line)
    notes = [line[line.rindex(b" # note") :] for line in lost if b" # note" in line]
    return len(lost) <= 1 and all(any(one.endswith(note) for one in left) for note in notes)


@settings(max_examples=50, deadline=None)
@given(files(), st.dictionaries(NAMES, VALUES, min_size=1, max_size=3))
def test_an_element_is_added_and_all_else_is_left(text: str, entries: dict[str, Any]) -> None:
    before = text.encode()
    was = _loaded(before)
    change = edited("x.toml", before, [Edit(keys=("list",), value=entries, is_new=True)])
    assert _loaded(change.after) == {**was, "list": [*was.get("list", []), entries]}
    assert {*before.splitlines()} <= {*change.after.splitlines(), b""}
