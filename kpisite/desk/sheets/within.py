"""What all sheets of a rater's workbook share: whose it is, its words, its ids and its cells."""

from kpisite.check.book import Book
from kpisite.core.exact import plain
from kpisite.core.text import Language, Text
from kpisite.desk.asked import MET, NOT_MET, Share, Slot
from kpisite.desk.hands import Hand
from kpisite.desk.sheets.ids import Ids
from kpisite.pages.cells import Cell, Input, Look
from kpisite.words import command_words

#: So long may the name of a sheet be.
LONGEST_NAME = 31
#: A cell of another sheet, and whether it is empty.
Waiting = tuple[str, bool]


class SheetBook:
    """A workbook being laid out."""

    def __init__(
        self, book: Book, hand: Hand, language: Language, *, is_each: bool = False
    ) -> None:
        self.book, self.hand, self.language, self.is_each = book, hand, language, is_each
        self.words = command_words(language)
        self.ids = Ids()
        self.people = {label_of(one, language): one for one in hand.shares}
        self.names: set[str] = set()

    def say(self, text: Text) -> str:
        """A text in one line."""
        return " ".join(text.say(self.language).split())

    def word(self, key: str, **facts: object) -> str:
        """A word of the catalogue."""
        return self.words[key].format(**facts)

    def name(self, wanted: str) -> str:
        """A name for a sheet, as Excel takes it and no other has it."""
        bare = "".join("-" if sign in "[]:*?/\\'" else sign for sign in wanted).strip()
        tried, number = bare[:LONGEST_NAME], 1
        while tried.lower() in self.names:
            number += 1
            tried = f"{bare[: LONGEST_NAME - 4]} {number}"
        self.names.add(tried.lower())
        return tried

    def cell(self, sheet: str, row: str, column: str, slot: Slot, indent: int = 0) -> Cell:
        """The cell for a value, entered among the ids."""
        self.ids.put(sheet, row, column, slot)
        look = Look.INPUT_TEXT if slot.kind == "text" else Look.INPUT
        format = "0.00%" if slot.kind == "percent" else "General"
        return Cell(value=slot.shown, look=look, input=self.input(slot), format=format)

    def input(self, slot: Slot) -> Input:
        """What may be typed for a value."""
        if slot.kind == "text":
            return Input(kind="text")
        if slot.kind in ("level", "duty"):
            labels = tuple(one.label for one in slot.options) or (MET, NOT_MET)
            return Input(kind="choice", listed=self.ids.listed(labels), help=self.bounds(slot))
        return Input(
            kind="number",
            choices=slot.choices,
            low=slot.low,
            high=slot.high,
            step=slot.step,
            help=self.bounds(slot),
        )

    def bounds(self, slot: Slot) -> str:
        """What may stand there, in words."""
        if slot.kind == "duty":
            return self.word("sheet-duty", met=MET, unmet=NOT_MET)
        if slot.kind == "level":
            return self.word("sheet-choose")
        if slot.kind in ("figure", "percent"):
            return self.word("sheet-percent" if slot.kind == "percent" else "sheet-figure")
        if slot.low is None or slot.high is None:
            return ""
        step = ""
        if slot.step is not None and slot.step != 1:
            step = self.word("new-step", step=plain(slot.step))
        return f"{plain(slot.low)}–{plain(slot.high)}{step}"


def label_of(share: Share, language: Language) -> str:
    """Whom a row or a column is about: the name and the id."""
    name = " ".join(share.name.say(language).split())
    return f"{name} {share.address}"
