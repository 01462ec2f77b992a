"""faults.md: every fault code, from kpisite/words/faults.toml."""

import re
from collections.abc import Mapping
from typing import Any

from kpisite.words import severity_of
from making import sources

FAULTS_HEAD = """\
# 错误与警告 · Faults

<!-- Written by `make docs` from kpisite/words/faults.toml. -->

`kpisite check` 对每个问题都说明：在哪个文件的哪一行哪一列，代码是什么，错在哪里，怎么改。
错误（error）不改，什么也不生成；警告（warning）只作提醒，加 `--strict` 时也算错误。
下面按代码的字母顺序排列；‹尖括号› 里是实际的名称或数值。

For each fault `kpisite check` tells the file, line and column, a code, what is wrong, and how to
mend it. While there is an error nothing is built. A warning only warns, unless `--strict` is given.
The codes stand in alphabetical order; ‹angle quotes› hold the actual name or figure.
"""
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def faults() -> str:
    """faults.md: a heading for each code, so that it can be linked to."""
    table = sources.table("kpisite/words/faults.toml")
    del table["expected"]
    return "\n".join([FAULTS_HEAD, *(_fault(code, table[code]) for code in sorted(table))])


#: When the second remedy holds, where that is no slip of the fingers.
NEAR = {"no-glyph": "有字体包可装时 where a package has it"}


def _fault(code: str, entry: Mapping[str, Any]) -> str:
    severity = {"error": "错误 error", "warning": "警告 warning"}[severity_of(code)]
    rows = [(severity, "says"), ("改法 remedy", "help")]
    if "near" in entry["zh"]:
        rows.append((NEAR.get(code, "像是笔误时 if it looks like a slip"), "near"))
    if "none" in entry["zh"]:
        rows.append(("没有可列的时候 where there is none to list", "none"))
    lines = [f"## {code}\n", "| | 中文 | English |", "| --- | --- | --- |"]
    lines += [
        f"| {row} | {_named(entry['zh'][key])} | {_named(entry['en'][key])} |" for row, key in rows
    ]
    return "\n".join(lines) + "\n"


def _named(words: str) -> str:
    """A message as a table cell, its placeholders named rather than filled."""
    words = words.replace("{{", "\0").replace("}}", "\1")
    words = PLACEHOLDER.sub(r"‹\1›", words).replace("\0", "{").replace("\1", "}")
    return words.replace("|", "\\|")
