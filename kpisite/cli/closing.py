"""What closing a month and sealing it anew write: the key, `closed.toml`, the list of months."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click
import tomli_w

from kpisite.check.closing_checks import digest_of
from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.check.kinds import CLOSINGS_FILE, SEAL_FILE
from kpisite.cli.site import saving
from kpisite.core.month import Month
from kpisite.disk.files import PRIVATE_FILE, new_key, save_in_site
from kpisite.language.closing import Closed
from kpisite.language.staff import Seal
from kpisite.outcomes.after import sealed_with_key
from kpisite.outcomes.results import Result
from kpisite.outcomes.seal import rests_on_pay_files
from kpisite.read.parse import read_document
from kpisite.words import page_words


def closed_text(closed: Closed) -> str:
    """What `closed.toml` says."""
    cards = {
        name: {key: one for key, one in card.model_dump().items() if key != "pay" or one}
        for name, card in closed.card.items()
    }
    data = {"month": str(closed.month), "on": closed.on, "card": cards}
    return f"#:schema ../.schema/closed.json\n\n{tomli_w.dumps(data)}"


def with_key(root: Path, book: Ground, results: Sequence[Result]) -> Ground:
    """The book with the key that seals wages, which is made where any of the wages needs it and
    there is none; a usage error where the pay files are elsewhere, as the key then is."""
    needs = any(one.wage is not None and rests_on_pay_files(one) for one in results)
    if book.seal_key is not None or not needs:
        return book
    words = page_words(book.site.model.language)
    if any(sealed_with_key(book)):
        raise click.UsageError(words["seal-key-lost"].format(path=SEAL_FILE))
    if not book.has_pay:
        raise click.UsageError(words["seal-no-pay"])
    if SEAL_FILE in book.unread:
        raise click.UsageError(words["seal-unread"].format(path=SEAL_FILE))
    key = new_key()
    text = f'#:schema ../.schema/seal.json\n\nkey = "{key}"\n'
    with saving(words):
        save_in_site(root, SEAL_FILE, text, over=False, mode=PRIVATE_FILE)
    click.echo(words["seal-key-made"].format(path=SEAL_FILE), err=True)
    return replace(book, seal=Filed(SEAL_FILE, Seal(key=key)))


def list_as_closed(root: Path, book: Ground, closed: Mapping[Month, str]) -> None:
    """Lists months as closed, each with the digest of what its `closed.toml` says."""
    listed = dict(book.closings.model.month)
    for month, text in closed.items():
        document, _ = read_document("closed.toml", text.encode())
        assert document is not None
        listed[str(month)] = digest_of(document)
    data = {"month": dict(sorted(listed.items()))}
    content = f"#:schema .schema/closings.json\n\n{tomli_w.dumps(data)}"
    save_in_site(root, CLOSINGS_FILE, content, over=True)
