"""`kpisite publish`: the configuration of a web server, made from who may read which tree."""

from pathlib import Path
from re import fullmatch
from typing import cast, get_args

import click

from kpisite.cli.as_data import with_json
from kpisite.cli.site import in_folder, in_language, known, opened, sound, started_in
from kpisite.cli.spoken import command, said
from kpisite.cli.to_file import into, refuse_to_replace, write
from kpisite.core.text import Language
from kpisite.publish import SERVERS, Place, SignIn, readers


@command
@click.argument("server", type=click.Choice(tuple(SERVERS)))
@click.option("--hr", metavar="ID", multiple=True)
@click.option("--payroll", metavar="ID", multiple=True)
@click.option("--host", metavar="NAME", default=Place().host)
@click.option("--root", metavar="PATH", default=Place().root)
@click.option("--sign-in", type=click.Choice(get_args(SignIn)), default=None)
@into("FILE")
@with_json
@in_language
@in_folder
def publish(
    server: str,
    hr: tuple[str, ...],
    payroll: tuple[str, ...],
    host: str,
    root: str,
    sign_in: str | None,
    output: Path | None,
    force: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Write the configuration of SERVER, in which each reader opens their own trees alone."""
    if server == "caddy" and sign_in == "passwords":
        raise click.UsageError(said("publish-caddy"))
    loaded = sound(opened(folder), language)
    known("no-employee", (*hr, *payroll), loaded.ground.staff)
    how = cast("SignIn", sign_in or ("oauth2-proxy" if server == "caddy" else "passwords"))
    _refuse_what_breaks(host, root)
    place = Place(host=host, root=root, sign_in=how)
    text = SERVERS[server](readers(loaded.ground, hr, payroll), place)
    if output is None:
        click.echo(text, nl=False)
        return
    path = started_in(folder) / output
    language = language or loaded.ground.site.model.language
    refuse_to_replace([path], language, force=force)
    write(path, text.encode(), language, force=force)


def _refuse_what_breaks(host: str, root: str) -> None:
    """Names that a configuration would not take for one word."""
    if fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", host) is None:
        raise click.UsageError(said("publish-host", host=host))
    if fullmatch(r"/[^\s\"'\\;{}$#]*", root) is None:
        raise click.UsageError(said("publish-root", root=root))
