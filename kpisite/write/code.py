"""Codes on paper as drawings in a page: the one module that knows segno."""

from functools import lru_cache

from markupsafe import Markup

#: Every mask of the standard reads as well as another; to choose the best takes four times as long.
MASK = 3
#: Free space around the code, in its smallest squares.
QUIET = 2


@lru_cache(maxsize=64)
def qr(text: str) -> Markup:
    """`text` as a QR code of level M, one path in an SVG as wide as the page's style makes it.

    It needs no words of its own: what it says stands beside it.
    """
    import segno

    matrix = segno.make(text, error="m", micro=False, boost_error=False, mask=MASK).matrix
    size = len(matrix) + 2 * QUIET
    path = "".join(
        f"M{start + QUIET} {y + QUIET}h{length}v1h-{length}z"
        for y, row in enumerate(matrix)
        for start, length in _runs(bytes(row))
    )
    return Markup(
        f'<svg class="code" viewBox="0 0 {size} {size}" role="presentation" aria-hidden="true">'
        f'<path d="{path}"/></svg>'
    )


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Where dark squares follow one another in a row: the first of them, and how many."""
    runs: list[tuple[int, int]] = []
    for x, is_dark in enumerate(row):
        if is_dark and runs and sum(runs[-1]) == x:
            runs[-1] = runs[-1][0], runs[-1][1] + 1
        elif is_dark:
            runs.append((x, 1))
    return runs
