"""What the commands share that look at the site as it stood at a commit."""

import click

from kpisite.cli.site import stop
from kpisite.cli.spoken import said
from kpisite.cli.status import MISUSED
from kpisite.examine.load import Loaded, examine_files
from kpisite.history.git import GitRefuses
from kpisite.products.past import Past
from kpisite.site import Site


def past_or_stop(site: Site, revision: str) -> Past:
    """The files of a commit; the end, with a remedy, where git has none such."""
    try:
        return site.at(revision)
    except GitRefuses as refusal:
        why = said(f"history-{refusal.code}", revision=revision, reason=refusal.reason)
        click.echo(why, err=True)
        stop(MISUSED)


def examined_past(past: Past) -> Loaded:
    """All that is wrong in the site of a commit, and what was read of it."""
    return examine_files(lambda: past.files, past.find_theme)
