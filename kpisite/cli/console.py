"""The console, which may not have every sign: what it lacks is shown by another, never refused.

A console in China may speak GBK, which knows neither the minus sign nor rare names; Python would
end the program at the first of them.  What machines read is written as UTF-8 bytes elsewhere, and
does not come through here.
"""

import codecs
import io
import sys

#: Signs of ours, and what stands for each of them on a console that lacks it; as wide, where that
#: can be, so that columns stay columns.
_STAND_INS = {
    "−": "-", "–": "-", "—": "-", "×": "x", "÷": "/", "≈": "~", "≠": "!=", "≤": "<=", "≥": ">=",
    "·": ".", "…": "...", "→": "->", "├": "|", "└": "`", "│": "|", "“": '"', "”": '"', "‘": "'",
    "’": "'", "「": '"', "」": '"', "：": ":", "，": ",", "；": ";", "（": "(", "）": ")",
    "¥": "CNY ", "€": "EUR ", "\u00a0": " ", "\u202f": " ", "�": "?",
}  # fmt: skip


def stand_ins(error: UnicodeError) -> tuple[str, int]:
    r"""What takes the place of the signs that cannot be encoded: another sign, or `\U00020bb7`."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    shown = (_STAND_INS.get(sign) or _escaped(sign) for sign in lacking)
    return "".join(shown), error.end


def _escaped(sign: str) -> str:
    return sign.encode("ascii", "backslashreplace").decode()


codecs.register_error("kpisite-console", stand_ins)


def make_fit() -> None:
    """Lets standard output and standard error take every text, whatever their encoding."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="kpisite-console")
