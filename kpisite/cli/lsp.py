"""`kpisite lsp`: the site in an editor that speaks the Language Server Protocol."""

from importlib.util import find_spec

import click

from kpisite.cli.as_data import with_json
from kpisite.cli.site import stop
from kpisite.cli.spoken import command, said
from kpisite.cli.status import CLEAN, MISUSED


@command
@click.option("--check", "is_trial", is_flag=True)
@with_json
def lsp(is_trial: bool) -> None:
    """Answer an editor on standard input and output, until it ends."""
    if find_spec("pygls") is None:
        click.echo(said("lsp-no-library"), err=True)
        stop(MISUSED)
    from kpisite.lsp.server import make_server

    server = make_server()
    if is_trial:
        click.echo(said("lsp-there"))
        stop(CLEAN)
    server.start_io()
