"""`kpisite seal`: makes the key that seals wages, and seals anew what was sealed without it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

import click

from kpisite.check.filed import Filed
from kpisite.check.ground import Ground
from kpisite.cli.as_data import with_json
from kpisite.cli.closing import closed_text, list_as_closed, with_key
from kpisite.cli.site import in_folder, in_language, opened, saving, sound
from kpisite.cli.spoken import command
from kpisite.core.month import Month
from kpisite.core.text import Language
from kpisite.disk.files import save_in_site
from kpisite.language.closing import Amendment, Amendments, ClosedCard
from kpisite.outcomes.after import amendments, holds_formerly
from kpisite.outcomes.results import Result
from kpisite.outcomes.seal import KEYED, pay_seal, rests_on_pay_files
from kpisite.outcomes.seal import seal as marks_seal
from kpisite.words import page_words


@command
@with_json
@in_language
@in_folder
def seal(language: Language | None, folder: Path | None) -> None:
    """Make the key that seals wages, and seal anew the closed months that were sealed without."""
    site = opened(folder)
    root, loaded = site.root, sound(site, language)
    words = page_words(language or loaded.ground.site.model.language)
    book = with_key(root, loaded.ground, loaded.results)
    anew = {
        month: _sealed_anew(book, month, [one for one in loaded.results if one.month == month])
        for month in sorted(book.closed)
    }
    anew = {month: texts for month, texts in anew.items() if texts}
    with saving(words):
        for texts in anew.values():
            for path, text in texts.items():
                save_in_site(root, path, text, over=True)
        if anew:
            closed = {month: book.closed[month].path for month in anew}
            written = {month: anew[month].get(path) for month, path in closed.items()}
            list_as_closed(root, book, {month: text for month, text in written.items() if text})
    for month in anew:
        click.echo(words["sealed-anew"].format(month=month))
    if not anew:
        click.echo(words["sealed-already"])


def _sealed_anew(book: Ground, month: Month, results: Sequence[Result]) -> dict[str, str]:
    """The files of a closed month that have seals of the former kind, with those of the present
    kind in their place.

    A seal of what is no more, of before an amendment, cannot be made anew; that of a wage, on which
    salaries can be tried, is then taken out.
    """
    closed, filed = book.closed[month], book.amendments.get(month)
    now = {one.name_in_month: one for one in results}
    cards = dict(closed.model.card)
    entries = list(() if filed is None else filed.model.amendment)
    for name in {*cards, *(one.appraisee for one in entries)}:
        result, card = now.get(name), cards.get(name)
        own = [index for index, one in enumerate(entries) if one.appraisee == name]
        if result is None or rests_on_pay_files(result):
            cards |= {} if card is None else {name: _bared(card)}
            entries = [_bared(one) if index in own else one for index, one in enumerate(entries)]
        if result is None:
            continue
        sealed = {"digest": marks_seal(result), "pay": pay_seal(book, result) or ""}
        if card is not None and holds_formerly(book, result, card.digest, card.pay):
            cards[name] = card.model_copy(update=sealed)
        elif own:
            last = amendments(book, month)[name]
            pay = last.pay or ("" if card is None else card.pay)
            if holds_formerly(book, result, last.digest, pay):
                entries[own[-1]] = last.model_copy(update=sealed)
    texts = {}
    if cards != closed.model.card:
        texts[closed.path] = closed_text(closed.model.model_copy(update={"card": cards}))
    if filed is not None and tuple(entries) != filed.model.amendment:
        texts[filed.path] = _amended(book, filed, entries)
    return texts


_Sealed = TypeVar("_Sealed", ClosedCard, Amendment)


def _bared(one: _Sealed) -> _Sealed:
    """The same without a seal of the wage that was made without the key."""
    return one if one.pay.startswith(KEYED) else one.model_copy(update={"pay": ""})


def _amended(book: Ground, filed: Filed[Amendments], entries: Sequence[Amendment]) -> str:
    """The file of amendments with other seals, and every other sign in it as HR wrote it."""
    document = book.documents.get(filed.path)
    assert document is not None
    lines = list(document.lines)
    for index, (old, new) in enumerate(zip(filed.model.amendment, entries, strict=True)):
        at = ("amendment", index)
        digest = document.line((*at, "digest")) - 1
        lines[digest] = lines[digest].replace(old.digest, new.digest)
        if old.pay:
            pay = document.line((*at, "pay")) - 1
            lines[pay] = lines[pay].replace(f'"{old.pay}"', f'"{new.pay}"')
        elif new.pay:
            between = "\n" if lines[digest].lstrip().startswith("digest") else ", "
            quoted = f'"{new.digest}"'
            lines[digest] = lines[digest].replace(quoted, f'{quoted}{between}pay = "{new.pay}"')
    return "\n".join(lines)
