"""Files that a command writes where somebody asks for them, and over none unasked."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from kpisite.cli.as_data import note_file
from kpisite.cli.site import saving
from kpisite.cli.spoken import said
from kpisite.core.text import Language
from kpisite.disk.files import save
from kpisite.disk.root import find_site
from kpisite.disk.staging import MARKER
from kpisite.products.output import OF_THE_SITE
from kpisite.site import OUTPUT
from kpisite.words import page_words

F = TypeVar("F", bound=Callable[..., Any])


def into(metavar: str) -> Callable[[F], F]:
    """Gives a command the options `--output` and `--force`."""

    def with_options(command: F) -> F:
        output = click.option("-o", "--output", type=click.Path(path_type=Path), metavar=metavar)
        return output(click.option("--force", is_flag=True)(command))

    return with_options


def refuse_in_site(paths: Sequence[Path]) -> None:
    """Stops where a file would come to lie among what people write or a build does: it would be
    read as a record, or be gone with the next build."""
    for path in paths:
        place = Path(os.path.realpath(path))
        root = find_site(place.parent)
        own = () if root is None else tuple(root / one for one in (*OF_THE_SITE, OUTPUT))
        for folder in (place, *place.parents):
            if folder in own or folder.name == ".git" or os.path.lexists(folder / MARKER):
                raise click.UsageError(said("file-in-site", path=path))


def refuse_to_replace(paths: Sequence[Path], language: Language, *, force: bool) -> None:
    """Stops, before anything is made, where a file is in the way or has no business."""
    refuse_in_site(paths)
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
