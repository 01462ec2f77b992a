"""The lines of entries in an ordinary file, found without the parser.

Pages name the line of every number, and the parser takes ten times as long to tell places as to
read.  A record is almost always made of lines that can mean only one thing, and for these a look at
each is enough; where the first other line begins, so does the parser's work.
"""

import re
from collections.abc import Iterator

from kpisite.core.issue import Keys

_ORDINARY = re.compile(
    r"""
      \s* (?: \# .* )?
    | (?P<key> [A-Za-z0-9_-]+ ) [ \t]* = (?P<value> [^#]* )
    | \[ (?P<table> [A-Za-z0-9_-]+ ) \] \s*
    | \[\[ (?P<list> [A-Za-z0-9_-]+ ) \]\] \s*
    """,
    re.VERBOSE,
)
_GOES_ON = ("[", "{", ",")


def position_after(before: str) -> tuple[int, int]:
    """The line and column of what follows `before`."""
    return before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1


def lines_of_entries(text: str) -> Iterator[tuple[Keys, int]]:
    r"""The keys of TOML that can be read, each with the line on which all of its value stands too,
    down to the first line that is more than a comment, a bare header, or a key and its value.

    >>> dict(lines_of_entries('[marks]\ndiscipline = { self = 5 }\n'))
    {('marks', 'discipline'): 2}
    """
    table: Keys = ()
    elements: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        found = _ORDINARY.fullmatch(line)
        if found is None:
            return
        key, value, name, listed = found.groups()
        if key is not None:
            if value.rstrip().endswith(_GOES_ON) or '"""' in value or "'''" in value:
                return
            yield (*table, key), number
        elif name is not None:
            table = (name,)
        elif listed is not None:
            elements[listed] = elements.get(listed, -1) + 1
            table = (listed, elements[listed])
