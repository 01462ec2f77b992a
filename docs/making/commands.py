"""commands.md: what each command says of itself, in both languages."""

from collections.abc import Iterator

import click

from kpisite.cli.main import kpisite
from kpisite.cli.spoken import speak
from kpisite.core.catalogue import message_language
from kpisite.core.text import LANGUAGES

HEAD = """\
# 命令 · Commands

<!-- Written by `make docs` from the commands' own help. -->

每个命令加 `--help` 也会显示以下内容；`-C DIR` 表示如同在 DIR 中运行。
提示、说明和错误用站点的语言，即 `kpisite.toml` 中的 `language`；
加 `--language zh` 或 `--language en` 则以它为准。
不在任何站点中运行时，看环境变量 `LC_ALL`、`LC_MESSAGES`、`LANG` 中第一个写了的：
以 `zh` 开头为中文，否则为英文。

What each command says with `--help`. Messages, help and errors are in the site's language, the
`language` in `kpisite.toml`; `--language zh` or `--language en` goes before it. Outside any site
the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set decides: Chinese if it
begins with `zh`, else English.
"""


def commands() -> str:
    """commands.md: a heading and the help of every command, in the order of their names."""
    parts = [HEAD]
    for name, command in sorted(kpisite.commands.items()):
        parts += _sections("##", name, command)
    return "\n".join(parts)


def _sections(level: str, name: str, command: click.Command) -> Iterator[str]:
    """The help of a command, and of those within it."""
    helps = "\n".join(
        _help(name, command, language)
        for language in LANGUAGES
        if message_language(language) == language
    )
    yield f"{level} kpisite {name}\n\n{helps}"
    if isinstance(command, click.Group):
        for inner, one in sorted(command.commands.items()):
            yield from _sections(f"{level}#", f"{name} {inner}", one)


def _help(name: str, command: click.Command, language: str) -> str:
    speak(language)
    context = click.Context(command, info_name=f"kpisite {name}", terminal_width=88)
    text = "\n".join(line.rstrip() for line in command.get_help(context).split("\n"))
    return f"```text\n{text}\n```\n"
