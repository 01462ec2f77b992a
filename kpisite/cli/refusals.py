"""What signing refuses, in words, and where its library is missing."""

from importlib.util import find_spec

import click

from kpisite.cli.site import stop
from kpisite.cli.spoken import said, spoken
from kpisite.cli.status import MISUSED
from kpisite.sign.form import Refused
from kpisite.words import page_words

#: What `pip install 'kpisite[sign]'` brings.
LIBRARIES = ("pyhanko", "uharfbuzz")


def refused_in_words(refused: Refused) -> str:
    """Why a form or a key was refused, and what to do about it."""
    comma = page_words(spoken())["list-comma"]
    facts = {
        name: comma.join(map(str, fact)) if isinstance(fact, tuple) else fact
        for name, fact in refused.facts.items()
    }
    return said(refused.code, **facts)


def require_library() -> None:
    """Ends the command where the libraries of signing are not installed."""
    if not all(find_spec(one) for one in LIBRARIES):
        click.echo(said("sign-no-library"), err=True)
        stop(MISUSED)
