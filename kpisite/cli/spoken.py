"""The language of the command line: help, usage errors, and what click says by itself.

It is what `--language` says, or else the site's own, and where no site is found that of the
environment.  All words stand in `words/commands.toml`; a command's docstring is for those who read
the code.
"""

import os
import re
import sys
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import click

from kpisite.cli.arguments import folder_of, values
from kpisite.core.catalogue import message_language
from kpisite.core.text import LANGUAGES, Language
from kpisite.disk.root import find_site, site_file
from kpisite.words import click_words, command_words, refused_by_system

_spoken: list[Language] = ["zh"]

#: The line of `kpisite.toml`, which may be broken elsewhere.
_LANGUAGE = re.compile(rb"""^[ \t]*language[ \t]*=[ \t]*["']([a-z]{2})["']""", re.MULTILINE)


def spoken() -> Language:
    """The language that this run of the command line speaks."""
    return _spoken[-1]


def said(key: str, **facts: object) -> str:
    """The words for `key` of the command line; what the machine refused is among the facts as the
    error."""
    in_words = {
        name: refused_by_system(fact, spoken()) if isinstance(fact, OSError) else fact
        for name, fact in facts.items()
    }
    return command_words(spoken())[key].format(**in_words)


def speak(language: Language) -> None:
    """Has the command line speak `language`, and click with it.

    click asks gettext, which goes by the environment; its modules are given a function that goes
    by our catalogue.
    """
    _spoken[:] = [language]
    for module in _modules_of_click():
        for name, say in (("_", _one), ("ngettext", _one_or_many)):
            if hasattr(module, name):
                setattr(module, name, say)


def _modules_of_click() -> list[ModuleType]:
    return [module for name, module in sys.modules.items() if name.startswith("click.")]


def _one(message: str) -> str:
    return click_words(spoken()).get(message, message)


def _one_or_many(one: str, many: str, count: int) -> str:
    return _one(one if count == 1 else many)


def language_for(arguments: Sequence[str]) -> Language:
    """The language that the command line was asked for, or that of the site where it was called;
    where there is neither, Chinese if the environment is Chinese, and else English."""
    asked = values(arguments, "--language")
    if asked and asked[-1] in LANGUAGES:
        return message_language(asked[-1])
    try:
        root = find_site(folder_of(arguments))
        if root is not None:
            stated = _LANGUAGE.search(site_file(root))
            named = "zh" if stated is None else stated[1].decode()
            return message_language(named) if named in LANGUAGES else "zh"
    except OSError:
        pass  # What is wrong there the command itself will report.
    names = (os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next((name for name in names if name), "")
    return "zh" if locale.lower().startswith("zh") else "en"


class _Spoken(click.Command):
    """A command whose help stands in the catalogue, under its name and that of each option."""

    def get_help(self, ctx: click.Context) -> str:
        """The help in the language spoken."""
        self._say()
        return super().get_help(ctx)

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence of it."""
        self._say()
        return super().get_short_help_str(limit)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, which click words itself."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = said("--help")
        return option

    def _say(self) -> None:
        words, name = command_words(spoken()), self.name or ""
        self.help = words[name]
        self.epilog = f"\b\n{words['examples']}\n{words[f'{name} examples']}"
        for param in self.params:
            if isinstance(param, click.Option):
                option = max(param.opts, key=len)
                group = name.partition(" ")[0]
                keys = (f"{name} {option}", f"{group} {option}", option)
                param.help = next(words[key] for key in keys if key in words)


class Command(_Spoken):
    """One command."""


class Group(_Spoken, click.Group):
    """The group of them all."""


def command(function: Callable[..., Any]) -> Command:
    """Makes a command of `function`, under its name."""
    name = function.__name__
    return click.command(name.rstrip("_") if name.endswith("_") else None, cls=Command)(function)
