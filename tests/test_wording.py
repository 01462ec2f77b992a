"""Chinese as an HR office on the mainland writes it, and one word for one thing."""

import re
from pathlib import Path

import pytest

from tests.sites import ROOT

#: What is not written, and what is written instead.
INSTEAD = {
    "「": "“",
    "」": "”",
    "怎么算的": "计算过程",
    "考核期限": "评分期限",
    "评分窗口": "评分期限",
    "修订": "更正",
    "关闭一个月": "封账",
    "关闭的月份": "已封账的月份",
    "样本公司": "示例公司",
    "演示公司": "示例公司",
    "新印": "新生成",
    "印出": "生成 PDF",
    "一个月怎么走": "月度考核流程",
    "平均给到": "平均得分率",
    "考核方案": "考核表",
    "会自己计算的工作簿": "带公式的 Excel 工作簿",
}

READ = sorted(
    path
    for pattern in (
        "kpisite/words/*.toml",
        "kpisite/themes/**/*.html",
        "docs/*.md",
        "docs/making/*",
        "README.zh.md",
        "records/README.md",
    )
    for path in ROOT.glob(pattern)
    if path.is_file()
)


@pytest.mark.parametrize("path", READ, ids=lambda path: path.name)
def test_what_people_read_has_one_word_for_one_thing(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    found = [
        f"{path.name}:{number}: {wrong} → {INSTEAD[wrong]}"
        for number, line in enumerate(lines, 1)
        for wrong in INSTEAD
        if wrong in line
    ]
    assert found == []


def test_no_count_takes_a_plural_in_what_the_command_line_says() -> None:
    """`1 scorecards` is no English."""
    files = (ROOT / f"kpisite/words/{name}.toml" for name in ("commands", "pages"))
    words = "".join(file.read_text(encoding="utf-8") for file in files)
    assert not re.search(
        r"\{(count|scorecards|pages|forms)\} (scorecards|pages|PDF|schemas)", words
    )
