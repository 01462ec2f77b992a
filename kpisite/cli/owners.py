"""`kpisite owners`: who has to look at a change of which file, for the forge."""

import json
import re
from pathlib import Path

import click

from kpisite.cli.site import MonthType, in_folder, in_language, opened, started_in
from kpisite.cli.spoken import command, said
from kpisite.cli.to_file import into, refuse_to_replace, write
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.desk.owners import owners as owners_of
from kpisite.history.commits import way_from_top
from kpisite.history.git import GitRefuses

#: Whom a forge knows: a user or a team, or an address.
_NAME = re.compile(r"@[^@\s,;#]+|[^@\s,;#]+@[^@\s,;#]+")
#: A space that is no part of a path.
_ENTRY = re.compile(r"(?<!\\) ")


@command
@click.option("--hr", metavar="NAME", required=True)
@click.option("--handle", metavar="PATTERN", default="@{id}", show_default=True)
@click.option("--month", type=MonthType())
@click.option("--json", "as_json", is_flag=True)
@into("FILE")
@in_language
@in_folder
def owners(
    hr: str,
    handle: str,
    month: Month | None,
    as_json: bool,
    output: Path | None,
    force: bool,
    language: Language | None,
    folder: Path | None,
) -> None:
    """Print the CODEOWNERS of the site: NAME owns all files, and who manages a department the
    records of its people besides."""
    site = opened(folder)
    book = site.check().book
    language = language or book.site.model.language
    month = month or max((one.month for one in book.roster.records), default=None)
    if month is None:
        raise click.UsageError(said("status-no-record"))
    if "{id}" not in handle:
        raise click.UsageError(said("owners-handle"))
    for name in (*(hr.split() or ("",)), handle.replace("{id}", "id")):
        if _NAME.fullmatch(name) is None:
            raise click.UsageError(said("owners-hr", name=name))
    try:
        prefix = way_from_top(site.root)
    except GitRefuses:
        prefix = ""
    lines = [said("owners-head", month=month), *owners_of(book, month, hr, handle, prefix)]
    if as_json:
        entries = [_ENTRY.split(one) for one in lines if not one.startswith("#")]
        data = {"format": 1, "owners": [{"pattern": one[0], "owners": one[1:]} for one in entries]}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2).encode())
        return
    content = "".join(f"{line}\n" for line in lines).encode()
    if output is None:
        click.echo(content, nl=False)
        return
    path = started_in(folder) / output
    refuse_to_replace([path], language, force=force)
    write(path, content, language, force=force)
