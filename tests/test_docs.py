"""What can be listed stands in the docs: commands, options, exit codes, files, templates."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from kpisite.check.kinds import KINDS
from kpisite.cli.main import kpisite
from kpisite.cli.spoken import speak
from kpisite.cli.status import CLEAN, FOUND, MISUSED, OUR_MISTAKE
from kpisite.core.text import LANGUAGES
from tests.sites import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
README = ROOT / "README.md"
FENCED = re.compile(r"^ *```(\w*)[^\n]*\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)


def docs() -> str:
    return "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


def with_inner() -> Iterator[tuple[str, click.Command]]:
    """Every command by its whole name, and those within it."""
    for name, command in kpisite.commands.items():
        yield name, command
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", one) for inner, one in command.commands.items())


COMMANDS = dict(with_inner())


def options(command: click.Command) -> Iterator[str]:
    """The long name of every option, or the short one where there is no other."""
    for parameter in command.params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            long = [name for name in parameter.opts if name.startswith("--")]
            yield (long or parameter.opts)[0]


def test_every_command_stands_in_the_docs() -> None:
    text = docs()
    missing = [name for name in COMMANDS if not re.search(rf"kpisite {name}\b", text)]
    assert missing == []


def test_every_option_stands_in_the_docs() -> None:
    text = docs()
    wanted = {
        f"kpisite {name} {option}": option
        for name, command in COMMANDS.items()
        for option in options(command)
    }
    missing = [
        line for line, option in wanted.items()
        if not re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text)
    ]  # fmt: skip
    assert missing == []


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_says_what_it_does_and_shows_how(name: str) -> None:
    command = COMMANDS[name]
    for language in LANGUAGES:
        speak(language)
        command.get_help(click.Context(command))
        assert command.help
    assert f"kpisite {name}" in (command.epilog or "")
    for option in (one for one in command.params if isinstance(one, click.Option)):
        assert option.help, option.opts


def test_no_command_or_option_in_the_docs_is_gone() -> None:
    known = {name for name, _ in kpisite.commands.items()}
    known_options = {"--help", "--version", "-h", "-C"} | {
        name
        for command in COMMANDS.values()
        for parameter in command.params
        for name in parameter.opts
    }
    gone = set()
    for language, block in FENCED.findall(docs()):
        if language in ("", "console", "sh", "bash", "shell", "text"):
            for line in re.findall(r"^\s*(?:\$ )?kpisite ([^\n#|>]*)", block, re.MULTILINE):
                words = line.split()
                gone |= {words[0]} - known if words and words[0].isalpha() else set()
                gone |= {one.partition("=")[0] for one in words if one[0] == "-"} - known_options
    assert gone == set()


def test_every_exit_code_is_reported() -> None:
    codes = "".join(rf".{{0,200}}?\b{code}\b" for code in (CLEAN, FOUND, MISUSED, OUR_MISTAKE))
    assert re.search(rf"exit code{codes}", README.read_text(encoding="utf-8"), re.DOTALL)


def test_every_kind_of_file_is_reported() -> None:
    text = docs()
    folders = {
        "site": "kpisite.toml", "departments": "departments.toml", "employee": "staff/",
        "pay": "pay/", "scheme": "schemes/", "policy": "policies/", "month": "month.toml",
    }  # fmt: skip
    missing = [kind.name for kind in KINDS if folders.get(kind.name, kind.name) not in text]
    assert missing == []


def test_every_template_of_the_theme_is_reported() -> None:
    text = (ROOT / "docs/themes.md").read_text(encoding="utf-8")
    theme = ROOT / "kpisite/themes/default"
    assert [
        file.name for file in sorted(theme.iterdir()) if file.is_file() and file.name not in text
    ] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_toml_example_can_be_read(page: Path) -> None:
    broken = []
    text = page.read_text(encoding="utf-8")
    for language, block in FENCED.findall(text):
        if language == "toml":
            try:
                tomllib.loads(block)
            except tomllib.TOMLDecodeError as error:
                broken.append(f"{error}\n{block}")
    assert broken == []
    assert text.count("```") % 2 == 0


def test_the_readme_shows_the_way_in_and_where_to_read_on() -> None:
    text = README.read_text(encoding="utf-8")
    for word in ("make site", "kpisite check", "kpisite build", "output/"):
        assert word in text, word
    linked = set(re.findall(r"\]\((docs/[\w.-]+\.md)\)", text))
    pages = {page.relative_to(ROOT).as_posix() for page in PAGES if page != README}
    assert {page for page in pages - linked if not page.endswith(".zh.md")} == set()
