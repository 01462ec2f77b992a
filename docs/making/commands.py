"""commands.md: what each command says of itself."""

import click

from kpisite.cli.main import kpisite

HEAD = """\
# 命令 · Commands

<!-- Written by `make docs` from the commands' own help. -->

每个命令加 `--help` 也会显示以下内容；`-C DIR` 表示如同在 DIR 中运行。

What each command says with `--help`.
"""


def commands() -> str:
    """commands.md: a heading and the help of every command, in the order of their names."""
    parts = [HEAD]
    for name, command in sorted(kpisite.commands.items()):
        context = click.Context(command, info_name=f"kpisite {name}", terminal_width=88)
        help_text = "\n".join(line.rstrip() for line in command.get_help(context).split("\n"))
        parts.append(f"## kpisite {name}\n\n```text\n{help_text}\n```\n")
    return "\n".join(parts)
