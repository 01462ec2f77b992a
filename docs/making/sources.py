"""Where the docs and what they are made from stand."""

import tomllib
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[1]
ROOT = DOCS.parent


class Undocumented(Exception):
    """Something that the code has and the docs say nothing about, or the other way round."""


def page(name: str) -> str:
    """A page of docs/ as it is."""
    return (DOCS / name).read_text(encoding="utf-8")


def table(path: str) -> dict[str, Any]:
    """A TOML file of the repository."""
    return tomllib.loads((ROOT / path).read_text(encoding="utf-8"))
