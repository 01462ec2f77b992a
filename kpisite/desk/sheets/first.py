"""The first sheet, which explains: what this is, until when, and who is still to be marked."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from kpisite.desk.asked import Share
from kpisite.desk.hands import HandKind
from kpisite.desk.sheets.ids import DAY_COLUMN, DAY_ROW
from kpisite.desk.sheets.within import SheetBook, Waiting, label_of
from kpisite.pages.cells import LONGEST_FORMULA, Cell, Input, Look, SheetRow, Worksheet
from kpisite.words import month_in_words

#: What a sheet is called, by who marks in it.
TITLES: dict[HandKind, str] = {
    "raters": "sheet-title",
    "own": "sheet-title-own",
    "peers": "sheet-title-peers",
}


def first_sheet(within: SheetBook, waiting: dict[str, tuple[str, list[Waiting]]]) -> Worksheet:
    """The sheet that explains: what this is, until when, and who is still to be marked."""
    hand, word = within.hand, within.word
    month = month_in_words(hand.month, within.language)
    title = word(TITLES[hand.kind], month=month)
    who = f"{hand.name} {hand.id}".strip() if hand.id else word("sheet-nobody")
    company = within.book.site.model.company.say(within.language)
    lines = [
        SheetRow(cells=(Cell(), Cell(), Cell(value=DAY_COLUMN)), height=15),
        SheetRow(cells=(Cell(), Cell(value=title, look=Look.TITLE, across=5)), height=34),
        SheetRow(cells=(Cell(), Cell(value=company, look=Look.COMPANY, across=5))),
        _fact(word("sheet-who"), Cell(value=who, across=4)),
        _fact(word("sheet-window"), Cell(value=_window(within), across=4)),
        _day_line(within),
        SheetRow(),
        SheetRow(cells=(Cell(), Cell(value=word("sheet-how"), look=Look.PART, across=5))),
    ]
    for number, key in enumerate(HOW, 1):
        cell = Cell(value=f"{number}. {word(key)}", across=5)
        lines.append(SheetRow(cells=(Cell(), cell)))
    lines += [
        SheetRow(),
        SheetRow(cells=(Cell(), *_legend(within))),
        SheetRow(),
    ]
    heads = ("sheet-person", "sheet-post", "sheet-form", "sheet-left", "sheet-go")
    named = (Cell(value=word(head), look=Look.HEAD) for head in heads)
    lines.append(SheetRow(cells=(Cell(), *named)))
    for share in hand.shares:
        lines.append(_person_line(within, share, *waiting[share.address]))
    return Worksheet(
        name=word("sheet-first"),
        widths=(0, 20, 18, 26, 10, 24),
        lines=tuple(lines),
        hidden_rows=1,
        is_locked=True,
    )


#: How a sheet is filled in, in order.
HOW = ("sheet-how-yellow", "sheet-how-locked", "sheet-how-empty", "sheet-how-back")


def _fact(label: str, cell: Cell) -> SheetRow:
    return SheetRow(cells=(Cell(), Cell(value=label, look=Look.FACT), cell))


def _day_line(within: SheetBook) -> SheetRow:
    """The day on which the marks were given, once for all."""
    word = within.word
    input = Input(kind="day", help=word("sheet-on-help"), is_optional=True)
    day = Cell(look=Look.INPUT, input=input)
    within.ids.lines.append((word("sheet-first"), DAY_ROW, DAY_COLUMN, "", "day", ""))
    said = Cell(value=word("sheet-on-help"), look=Look.SMALL, across=3)
    return SheetRow(
        cells=(Cell(value=DAY_ROW), Cell(value=word("sheet-on"), look=Look.FACT), day, said)
    )


def _window(within: SheetBook) -> str:
    """The days on which marks are to be given, as far as the policies say."""
    following = within.hand.month.plus(1)
    found = []
    for share in within.hand.shares:
        policy = within.book.policy(share.scheme.id, within.hand.month)
        window = None if policy is None else policy.model.window
        if window is not None:
            found.append((f"{following}-{window.from_:02}", f"{following}-{window.to:02}"))
    spans = sorted(set(found))
    return within.word("new-list").join(f"{first} – {last}" for first, last in spans) or "–"


def _legend(within: SheetBook) -> Iterator[Cell]:
    word = within.word
    yield Cell(value=word("sheet-legend"), look=Look.FACT)
    yield Cell(value=word("sheet-legend-empty"), look=Look.TO_FILL_IN)
    yield Cell(value=word("sheet-legend-done"), look=Look.INPUT)
    yield Cell(value=word("sheet-legend-locked"), look=Look.LOCKED, across=2)


def _person_line(within: SheetBook, share: Share, sheet: str, cells: Sequence[Waiting]) -> SheetRow:
    """A person, and how many cells are left to fill in, which goes down as they are."""
    post = within.book.post_of(share.record)
    empty = "+".join(f'({one}="")' for one, _ in cells)
    left = Decimal(sum(is_empty for _, is_empty in cells))
    return SheetRow(
        cells=(
            Cell(),
            Cell(value=label_of(share, within.language)),
            Cell(value="" if post is None else within.say(post.title)),
            Cell(value=within.say(share.scheme.name)),
            Cell(value=left, formula=empty if len(empty) < LONGEST_FORMULA else ""),
            Cell(value=f"→ {sheet}", link=f"'{sheet}'!B4"),
        )
    )
