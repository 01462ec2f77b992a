"""How far a command has come, on standard error."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from kpisite.cli.spoken import said
from kpisite.products.work import Progress


@contextmanager
def progress_shown() -> Iterator[Progress]:
    """How far a long command has come: a bar on a terminal, a line for every tenth elsewhere."""
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as Bar

        with Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=Console(stderr=True),
            transient=True,
        ) as bar:
            tasks = {}

            def draw(stage: str, done: int, total: int) -> None:
                if stage not in tasks:
                    tasks[stage] = bar.add_task(said(f"stage-{stage}"), total=total)
                bar.update(tasks[stage], completed=done)

            yield draw
        return
    reported: dict[str, int] = {}

    def tell(stage: str, done: int, total: int) -> None:
        tenth = done * 10 // max(total, 1)
        if tenth > reported.get(stage, 0):
            reported[stage] = tenth
            click.echo(f"{said(f'stage-{stage}')} {done}/{total}", err=True)

    yield tell
