"""Files that a command writes where somebody asks for them, and over none unasked."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from kpisite.cli.as_data import note_file
from kpisite.cli.site import saving
from kpisite.core.text import Language
from kpisite.disk.files import save
from kpisite.words import page_words

F = TypeVar("F", bound=Callable[..., Any])


def into(metavar: str) -> Callable[[F], F]:
    """Gives a command the options `--output` and `--force`."""

    def with_options(command: F) -> F:
        output = click.option("-o", "--output", type=click.Path(path_type=Path), metavar=metavar)
        return output(click.option("--force", is_flag=True)(command))

    return with_options


def refuse_to_replace(paths: Sequence[Path], language: Language, *, force: bool) -> None:
    """Stops, before anything is made, where a file is in the way."""
    there = next((path for path in paths if os.path.lexists(path)), None)
    if there is not None and not force:
        raise click.UsageError(page_words(language)["file-there"].format(path=there))


def write(
    path: Path, content: bytes, language: Language, *, force: bool, is_silent: bool = False
) -> None:
    """Writes a file and says so unless that is to be silent; ends the command where it cannot be
    written."""
    words = page_words(language)
    with saving(words, path):
        save(path, content, over=force)
    note_file(path)
    if not is_silent:
        click.echo(words["file-written"].format(path=path))
