"""`kpisite doctor`: what is missing on this machine, and how to get it."""

import json
import sys
from pathlib import Path

import click

from kpisite import __version__
from kpisite.cli.site import in_folder, in_language, started_in, stop
from kpisite.cli.spoken import command, spoken
from kpisite.cli.status import CLEAN, FOUND
from kpisite.core.text import Language
from kpisite.desk.doctor import Requirement, examined
from kpisite.site import NoSite, Site
from kpisite.words import command_words

#: What each of them is for, by its name.
WORDS = {
    "printing": "doctor-printing", "fonts": "doctor-fonts", "git": "doctor-git",
    "sign": "doctor-sign", "scan": "doctor-scan", "sheets": "doctor-sheets",
    "serve": "doctor-serve", "lsp": "doctor-lsp", "writing": "doctor-writing",
}  # fmt: skip
STATES = {
    "there": "doctor-there",
    "missing": "doctor-missing",
    "optional": "doctor-optional",
}


@command
@click.option("--json", "as_json", is_flag=True)
@in_language
@in_folder
def doctor(as_json: bool, language: Language | None, folder: Path | None) -> None:
    """Say what is missing on this machine, and how to get it."""
    try:
        root = Site.find(started_in(folder)).root
    except NoSite:
        root = None
    found = examined(root)
    python = ".".join(map(str, sys.version_info[:3]))
    if as_json:
        reported = {
            "kpisite": __version__,
            "python": python,
            "site": None if root is None else str(root),
            "findings": [
                {"name": one.name, "state": one.state, "detail": one.detail, "remedy": one.remedy}
                for one in found
            ],
        }
        click.echo(json.dumps(reported, ensure_ascii=False, indent=2).encode())
    else:
        words = command_words(language or spoken())
        click.echo(words["doctor-head"].format(version=__version__, python=python))
        for one in found:
            click.echo(_line(one, language or spoken()))
        click.echo(words["doctor-no-site" if root is None else "doctor-site"].format(folder=root))
    stop(FOUND if any(one.state == "missing" for one in found) else CLEAN)


def _line(one: Requirement, language: Language) -> str:
    words = command_words(language)
    said = words[WORDS[one.name]] + (f" ({one.detail})" if one.detail else "")
    line = f"{words[STATES[one.state]]}  {said}"
    if one.state != "there":
        line += "\n" + words["doctor-remedy"].format(remedy=one.remedy)
    return line
