"""The JSON Schemas: valid, up to date, with words for every key, and of one mind with `check`."""

import datetime
import json
import re
import subprocess
import sys
import tomllib
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest

from kpisite.check.kinds import KINDS, MAPPING_KIND, kind_of
from kpisite.check.schemas import schemas
from kpisite.words import key_words

ROOT = Path(__file__).parents[1]
SCHEMAS = schemas(key_words())
ALL = [kind.name for kind in (*KINDS, MAPPING_KIND)]
TOMBI = Path(sys.executable).parent / "tombi"


@pytest.mark.parametrize("kind", ALL)
def test_each_kind_of_file_has_a_valid_schema_that_is_printed_on_demand(kind, run):
    ran = run("schema", kind)
    printed = json.loads(ran.output)
    assert ran.code == 0 and printed == SCHEMAS[kind]
    jsonschema.Draft7Validator.check_schema(printed)


@pytest.mark.parametrize("kind", ALL)
def test_the_schemas_in_the_repository_are_up_to_date(kind):
    """If this fails, run `kpisite schema --write`."""
    written = (ROOT / "records/.schema" / f"{kind}.json").read_text(encoding="utf-8")
    assert json.loads(written) == SCHEMAS[kind]
    assert {file.stem for file in (ROOT / "records/.schema").iterdir()} == SCHEMAS.keys()


@pytest.mark.parametrize("kind", ALL)
def test_an_editor_shows_for_every_key_what_it_means_in_both_languages(kind):
    schema = SCHEMAS[kind]
    for name, table in ("", schema), *schema.get("$defs", {}).items():
        for key, entry in table["properties"].items():
            if key == "method":
                continue
            assert re.fullmatch(r"[^\n]+\n[^\n]+", entry["description"]), f"{name}.{key}"
            assert "](" not in entry["description"], "a link is of no use in an editor"


@pytest.mark.parametrize("kind", ALL)
def test_a_default_stands_as_one_writes_it(kind):
    schema = SCHEMAS[kind]
    below = {"$defs": schema.get("$defs", {})}
    for table in (schema, *below["$defs"].values()):
        for entry in table["properties"].values():
            if entry.get("default") is not None:
                jsonschema.Draft7Validator(entry | below).validate(entry["default"])
    assert SCHEMAS["scheme"]["properties"]["points"]["default"] == 100


def as_json(value):
    """TOML data as a JSON Schema sees it."""
    match value:
        case dict():
            return {key: as_json(inner) for key, inner in value.items()}
        case list():
            return [as_json(inner) for inner in value]
        case Decimal():
            return float(value)
        case datetime.date():
            return value.isoformat()
    return value


def test_every_file_of_the_sample_company_fits_the_schema_of_its_kind():
    validators = {name: jsonschema.Draft7Validator(schema) for name, schema in SCHEMAS.items()}
    seen = set()
    for file in (ROOT / "kpisite.toml", *(ROOT / "records").rglob("*.toml")):
        kind = kind_of(file.relative_to(ROOT).as_posix())
        data = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
        assert kind is not None, file
        seen.add(kind.name)
        issues = [error.message for error in validators[kind.name].iter_errors(as_json(data))]
        assert not issues, (file, issues[:3])
    assert seen >= SCHEMAS.keys() - {"closed", "amendments", "company", "mapping"}


def tombi(folder, *paths):
    """The exit code, the file, line and rule of all that is underlined, and the whole output."""
    command = [TOMBI, "lint", "--offline", "--diagnostics-format", "github", *paths]
    ran = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    output = ran.stdout + ran.stderr
    found = re.findall(r"::error file=([^,]+),line=([0-9]+),.*?title=tombi \(([a-z-]+)\)", output)
    places = [
        (Path(file).relative_to(folder).as_posix(), int(line), rule) for file, line, rule in found
    ]
    return ran.returncode, places, output


def test_the_editors_language_server_finds_nothing_in_the_sample_company():
    code, found, output = tombi(ROOT, "kpisite.toml", "records")
    assert code == 0 and not found, output


def test_every_file_of_the_sample_company_names_its_schema():
    for file in (ROOT / "kpisite.toml", *(ROOT / "records").rglob("*.toml")):
        first = file.read_text(encoding="utf-8").partition("\n")[0]
        named = re.fullmatch(r"#:schema (\S+)", first)
        kind = kind_of(file.relative_to(ROOT).as_posix())
        assert named and kind, f"{file} has no #:schema line"
        schema = (file.parent / named[1]).resolve()
        assert schema == ROOT / "records/.schema" / f"{kind.name}.json", file


@pytest.fixture
def edited(site):
    """The small site as an editor has it open: schemas written, each file naming its own."""
    assert site.run("schema", "--write").code == 0
    for file in sorted(site.root.rglob("*.toml")):
        path = file.relative_to(site.root).as_posix()
        kind = kind_of(path)
        assert kind is not None
        way = "../" * path.count("/") + f"records/.schema/{kind.name}.json"
        site.write({path: f"#:schema {way}\n{site.read(path)}"})
    return site


def test_the_editors_language_server_finds_nothing_in_a_sound_site(edited):
    code, found, output = tombi(edited.root, ".")
    assert code == 0 and not found, output


def test_the_editors_language_server_underlines_what_check_would_report(edited):
    edited.edit("records/2026-10/CS017.toml", "[marks]", "[mraks]")
    edited.edit("records/staff/CS017.toml", "joined = 2026-01-05", 'joined = "2026-01-05"')
    edited.edit("records/schemes/agent.toml", "points = 20", 'points = "20"')
    edited.edit("records/policies/service.toml", '"by-grade"', '"by-grad"')
    edited.edit("records/pay/CS017.toml", "3_000", "-3_000")
    edited.edit("records/departments.toml", 'name    = "客户服务部"\n', "")
    code, found, output = tombi(edited.root, ".")
    assert code == 1
    assert {path for path, _, _ in found} == {
        "records/2026-10/CS017.toml",
        "records/staff/CS017.toml",
        "records/schemes/agent.toml",
        "records/policies/service.toml",
        "records/pay/CS017.toml",
        "records/departments.toml",
    }, output
    assert ("records/2026-10/CS017.toml", 8, "key-not-allowed") in found
    reported = {one["path"] for one in json.loads(edited.run("check", "--format", "json").output)}
    assert {path for path, _, _ in found} <= reported
