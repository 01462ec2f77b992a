"""Codes on paper: the one module that knows segno.

A page has an empty box where a code is to stand, and what draws it is put there when the page is
made: as an SVG in the page, its hundreds of squares would take a tenth of the time of a form.
"""

from functools import lru_cache

from markupsafe import Markup

#: Every mask of the standard reads as well as another; to choose the best takes four times as long.
MASK = 3
#: Free space around the code, in its smallest squares.
QUIET = 2


def qr(text: str) -> Markup:
    """The place of `text` as a QR code on a printed page, as wide as the page's style makes it.

    It needs no words of its own: what it says stands beside it.
    """
    return Markup('<div class="code" data-code="{}"></div>').format(text)


def drawn(text: str, left: float, top: float, width: float) -> bytes:
    """What draws `text` as a QR code of level M, with its corner there on a page that is measured
    from the top, and that it is no part of what is read."""
    size, squares = _squares(text)
    step = width / size
    place = " ".join(f"{one:.4f}" for one in (step, 0, 0, step, left, top))
    return f"/Artifact BMC q {place} cm 0 0 0 rg {squares} f Q EMC".encode()


@lru_cache(maxsize=64)
def _squares(text: str) -> tuple[int, str]:
    """How many squares the code is wide with the space around it, and a path around all that are
    dark."""
    import segno

    matrix = segno.make(text, error="m", micro=False, boost_error=False, mask=MASK).matrix
    path = " ".join(
        f"{start + QUIET} {y + QUIET} {length} 1 re"
        for y, row in enumerate(matrix)
        for start, length in _runs(bytes(row))
    )
    return len(matrix) + 2 * QUIET, path


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Where dark squares follow one another in a row: the first of them, and how many."""
    runs: list[tuple[int, int]] = []
    for x, is_dark in enumerate(row):
        if is_dark and runs and sum(runs[-1]) == x:
            runs[-1] = runs[-1][0], runs[-1][1] + 1
        elif is_dark:
            runs.append((x, 1))
    return runs
