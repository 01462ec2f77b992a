"""The words that readers see stand in the catalogue, and not among the code."""

import ast
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import kpisite
from kpisite.core.captions import _captions

PACKAGE = Path(kpisite.__file__).parent
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                if node.func.id == name:
                    yield f"{file.relative_to(PACKAGE)}:{node.lineno}", node


def test_no_text_is_written_among_the_code() -> None:
    """A `Text` made in code is of names and notes; of words it is a caption."""
    literals = [
        place
        for place, call in calls("Text")
        for one in ast.walk(call)
        if isinstance(one, ast.Constant) and CHINESE.search(str(one.value))
    ]
    assert literals == []


def test_every_caption_is_used_and_every_one_used_is_there() -> None:
    """Some are chosen by a word that HR writes: all of `within-…` by one `within-{…}`."""
    keys = [
        key
        for _, call in chain(calls("caption"), calls("remark"))
        for one in call.args[:1]
        for key in ([one.body, one.orelse] if isinstance(one, ast.IfExp) else [one])
    ]
    used = {one.value for one in keys if isinstance(one, ast.Constant)}
    chosen = [_chosen_by(one) for one in keys if isinstance(one, ast.JoinedStr)]
    there = set(_captions()) - {"list-comma", "clause-comma"}
    assert used <= there
    assert [one for one in there - used if not any(by.fullmatch(one) for by in chosen)] == []
    assert [by.pattern for by in chosen if not any(map(by.fullmatch, there - used))] == []


def _chosen_by(key: ast.JoinedStr) -> re.Pattern[str]:
    """What a key with some values in it may come to."""
    return re.compile(
        "".join(
            re.escape(str(one.value)) if isinstance(one, ast.Constant) else "[a-z-]+"
            for one in key.values
        )
    )


def test_both_languages_of_a_caption_hold_the_same_facts() -> None:
    for key, words in _captions().items():
        zh, en = (set(re.findall(r"\{(\w+)\}", words[language])) for language in ("zh", "en"))
        assert zh == en and words["zh"] and words["en"], key
