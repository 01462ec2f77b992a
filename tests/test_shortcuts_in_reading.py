"""What is read by a shortcut is read as without it, in files that are broken anywhere."""

import re
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from kpisite.read import statements as cut
from kpisite.read import tokens

NEVER = re.compile(r"(?!)")
PIECES = (
    "rule", "a-b", "好", '"q"', " ", "\t", "=", "==", "：", '"late"', '"a\\"', '"', "'", '"""',
    "2026-10-12", "5", "36%", "+1", "a.b", ".", ",", "[", "]", "[[", "]]", "{", "}", "#", "\r",
    "\n", "\nx = 1\n", '\nx = "好"\n', "\n[t]\n", "\n[[t]]\n", "\n[[t]\n", "\n[t.u]\n", "\n[ t ]\n",
)  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_plain_lines_make_the_statements_that_they_make_token_by_token(text: str) -> None:
    quick = cut.statements(text)
    with patch.object(cut, "_PLAIN_ENTRY", NEVER), patch.object(cut, "_PLAIN_HEADER", NEVER):
        assert cut.statements(text) == quick


SIGNS = (
    "[",
    "]",
    "{",
    "}",
    ".",
    "=",
    ",",
    "\n",
    "[.]",
    "[[.]]",
    "{=}",
    "." * 7,
    "." * 45,
    "[" * 39,
)


@given(st.lists(st.sampled_from(SIGNS), max_size=60).map("".join))
def test_signs_that_are_closed_at_once_hide_no_depth(text: str) -> None:
    quick = tokens.too_deep(text)
    with patch.object(tokens, "_SHALLOW", NEVER):
        assert tokens.too_deep(text) == quick
