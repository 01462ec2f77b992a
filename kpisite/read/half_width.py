"""Signs that a Chinese keyboard types in the place of those that TOML knows, and odd spaces."""

import re

from kpisite.read.tokens import is_string, tokens

#: What each of the signs stands for.
FULL_WIDTH = {
    "“": '"', "”": '"', "‘": "'", "’": "'", "【": "[", "】": "]", "。": ".", "、": ",",
    "—": "-", "–": "-", "−": "-",
} | {chr(point): chr(point - 0xFEE0) for point in range(0xFF01, 0xFF5F)}  # fmt: skip
#: Those of them that close or open a text.
QUOTES = "“”‘’＂＇"
_IN_HALF_WIDTH = str.maketrans(FULL_WIDTH)
#: Spaces that no keyboard shows, and marks of no width; they come with text pasted from elsewhere.
_ODD_SPACE = re.compile(r"[\u00a0\u1680\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff]")


def first_odd_sign(line: str) -> tuple[int, str] | None:
    """The column of the first sign outside texts and comments that was typed in full width, or of
    a space that is none; and that character.

    >>> first_odd_sign("marks ＝ 5  # ＝")
    (7, '＝')
    """
    for token, start in tokens(line):
        if is_string(token) or token.startswith("#"):
            continue
        for index, character in enumerate(token, start):
            if character in FULL_WIDTH or _ODD_SPACE.match(character):
                return index + 1, character
    return None


def in_half_width(line: str) -> str:
    """The line as it was meant; what stands in texts and comments stays."""
    return "".join(
        token
        if is_string(token) or token.startswith("#")
        else _ODD_SPACE.sub(" ", token.translate(_IN_HALF_WIDTH))
        for token, _ in tokens(line)
    )
