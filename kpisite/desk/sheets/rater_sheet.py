"""The workbook in which somebody marks: what it is, a sheet for each form, tasks and events.

Each cell to be typed in stands in a row and under a column that bear a key in a hidden column and
row, and a hidden sheet says for every pair of keys which value of which record that is and what
stood there.  So rows may be sorted, moved and put in between, and what comes back is held against
what was there (`kpisite.desk.sheets.back`).
"""

from dataclasses import dataclass

from kpisite.check.book import Book
from kpisite.core.issue import Keys
from kpisite.core.text import Language
from kpisite.desk.asked import Share, Slot
from kpisite.desk.hands import Hand, HandKind
from kpisite.desk.sheets.events import event_sheet
from kpisite.desk.sheets.first import first_sheet
from kpisite.desk.sheets.form import FormSheet
from kpisite.desk.sheets.ids import IDS, LISTS, VERSION
from kpisite.desk.sheets.tasks import task_sheet
from kpisite.desk.sheets.within import SheetBook
from kpisite.pages.cells import Workbook

#: What the hidden sheet says of whose sheet it is.
KINDS: dict[HandKind, str] = {"own": "yes", "raters": "no", "peers": "peers"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The workbook of a hand, and all that may be typed in it, by what each value is known by."""

    workbook: Workbook
    slots: dict[tuple[str, Keys, str], Slot]


def rater_sheet(book: Book, hand: Hand, language: Language, *, is_each: bool = False) -> Made:
    """The workbook in which `hand` marks; `is_each` where everybody appraised has one apart."""
    within = SheetBook(book, hand, language, is_each=is_each)
    groups: dict[str, list[Share]] = {}
    for share in hand.shares:
        filed = book.scheme_of(share.record)
        groups.setdefault("" if filed is None else filed.path, []).append(share)
    within.names |= {within.word("sheet-first").lower(), IDS, LISTS}
    forms = [FormSheet(within, shares) for shares in groups.values()]
    sheets = [form.sheet() for form in forms]
    sheets += [*task_sheet(within), *event_sheet(within)]
    waiting = {id: (form.name, cells) for form in forms for id, cells in form.waiting.items()}
    first = first_sheet(within, waiting)
    about = [
        ("kpisite-sheet", VERSION),
        ("month", str(hand.month)),
        ("hand", hand.id),
        ("own", KINDS[hand.kind]),
        ("language", language),
    ]
    title = f"{hand.month} {hand.name}".strip()
    hidden = within.ids.sheets(about)
    return Made(
        workbook=Workbook(title=title, sheets=(first, *sheets, *hidden)),
        slots=within.ids.slots,
    )
