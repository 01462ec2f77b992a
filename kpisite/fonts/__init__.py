"""The fonts that every PDF is set in, and the characters that they can draw.

Noto Sans SC in two weights travels with the package, complete, because a form must look the same
wherever it is printed, and a colleague called 㛃 or 𬭎 must find the name in it. How the files were
made, and from what, is told in `kpisite.fonts.build`.
"""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
FAMILY = "Noto Sans SC"
FILES = {400: FOLDER / "NotoSansSC-Regular.ttf", 600: FOLDER / "NotoSansSC-SemiBold.ttf"}
COVERAGE = FOLDER / "coverage.txt"


def uncovered(text: str) -> tuple[str, ...]:
    r"""The characters of `text` that no packaged font can draw, each once, as they come up.

    They would be printed as empty boxes, and mostly they are emoji. Line ends and tabs are no
    characters to draw.

    >>> uncovered("李㛃：很好 👍👍 ☑\n")
    ('👍', '☑')
    """
    return tuple(dict.fromkeys(_compile_uncovered().findall(text)))


@cache
def _compile_uncovered() -> re.Pattern[str]:
    covered = (
        "-".join(f"\\U{int(end, 16):08X}" for end in line.split("-"))
        for line in COVERAGE.read_text(encoding="ascii").split()
    )
    return re.compile(f"[^\\n\\r\\t{''.join(covered)}]")
