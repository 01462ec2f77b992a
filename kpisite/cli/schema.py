"""`kpisite schema`: JSON Schema for every kind of file, by which editors complete and underline."""

import json
from pathlib import Path

import click

from kpisite.check.kinds import KINDS, MAPPING_KIND, SCHEMA_FOLDER
from kpisite.check.schemas import schemas
from kpisite.cli.site import in_folder, opened
from kpisite.cli.spoken import command, said
from kpisite.disk.files import save_in_site
from kpisite.words import key_words

#: The kinds that have one: of the files of a site, and of those beside tables.
NAMES = [kind.name for kind in (*KINDS, MAPPING_KIND)]


@command
@click.argument(
    "kind", required=False, type=click.Choice([kind.name for kind in (*KINDS, MAPPING_KIND)])
)
@click.option("--write", is_flag=True)
@click.option("--json", "as_json", is_flag=True)
@in_folder
def schema(kind: str | None, write: bool, as_json: bool, folder: Path | None) -> None:
    """Print the JSON Schema of one KIND of file, or of all, or write them into the site."""
    all_schemas = schemas(key_words())
    if write:
        root = opened(folder).root
        for name, one in all_schemas.items():
            save_in_site(root, f"{SCHEMA_FOLDER}/{name}.json", _dumped(one), over=True)
        if as_json:
            files = [f"{SCHEMA_FOLDER}/{name}.json" for name in all_schemas]
            click.echo(_dumped({"format": 1, "files": files}).encode(), nl=False)
            return
        click.echo(said("schemas-written", count=len(all_schemas), folder=root / SCHEMA_FOLDER))
        return
    click.echo(_dumped(all_schemas[kind] if kind else all_schemas).encode(), nl=False)


def _dumped(schema: object) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
