"""`--json` for the commands that have no data of their own to print: what they say, line by line,
which files they wrote, and with which status they ended."""

import io
import json
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import wraps
from pathlib import Path
from typing import Any

import click

from kpisite.cli.spoken import spoken
from kpisite.cli.status import CLEAN

#: The shape of the JSON; another number where what it says changes its meaning.
FORMAT = 1
_NOTED = "kpisite.noted"


def is_asked() -> bool:
    """Whether the command was asked for data, and not for lines."""
    return _NOTED in click.get_current_context().meta


def note(**facts: Any) -> None:
    """Says as data, beside the lines for people, what a command did; lists are added to."""
    context = click.get_current_context(silent=True)
    if context is None:
        return
    noted = context.meta.setdefault(_NOTED, {})
    for key, value in facts.items():
        noted[key] = [*noted.get(key, []), *value] if isinstance(value, list) else value


def note_file(path: Path) -> None:
    """Says as data that a file was written."""
    note(files=[str(path)])


def with_json(function: Callable[..., Any]) -> Callable[..., Any]:
    """Gives a command the option `--json`: its lines as data, when it has ended."""

    @click.option("--json", "lines_as_json", is_flag=True)
    @wraps(function)
    def run(*arguments: Any, lines_as_json: bool, **named: Any) -> Any:
        if not lines_as_json:
            return function(*arguments, **named)
        click.get_current_context().meta[_NOTED] = {}
        said = io.StringIO()
        code: Any = CLEAN
        try:
            with redirect_stdout(said):
                function(*arguments, **named)
        except SystemExit as end:
            code = end.code or CLEAN
        data = {
            "format": FORMAT,
            "language": spoken(),
            "exit": code,
            "lines": said.getvalue().splitlines(),
            "files": [],
            **click.get_current_context().meta.get(_NOTED, {}),
        }
        click.echo(json.dumps(data, ensure_ascii=False, indent=2).encode())
        sys.exit(code)

    return run
