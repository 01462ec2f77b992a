"""From a site's folder to its checked book: the first three stages in one call."""

from pathlib import Path

from kpisite import disk
from kpisite.check.assemble import check
from kpisite.check.book import Book
from kpisite.core.fault import Outcome
from kpisite.core.memory import uncollected
from kpisite.outcomes.after import AFTER_CHECKS, wants_results
from kpisite.outcomes.results import results
from kpisite.read.site import read_site
from kpisite.score.scorecard import score
from kpisite.words import has_errors


def load(root: Path) -> Outcome[Book]:
    """The book of the site at `root`, and everything wrong in it."""
    with uncollected():
        return _load(root)


def _load(root: Path) -> Outcome[Book]:
    files = disk.scan(root)
    documents, issues = read_site(files)
    unread = frozenset(file.path for file in files if documents.get(file.path) is None)
    book, faults = check(documents, unread)
    issues += faults
    if wants_results(book) and not has_errors(issues):
        found = results(book, score(book))
        for after_check in AFTER_CHECKS:
            issues += after_check(book, found)
    return book, issues
