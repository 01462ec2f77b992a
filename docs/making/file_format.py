"""format.md: the tables between its `<!-- keys: … -->` marks; the rest is written by hand."""

import re

from making import sources
from making.keys import IN_FORMAT, keys_table

TABLE = re.compile(r"<!-- keys: (\w+) -->\n.*?<!-- end -->\n", re.DOTALL)


def file_format() -> str:
    """format.md with its tables set anew; each model of a file has one."""
    text = sources.page("format.md")
    if unlike := set(TABLE.findall(text)) ^ set(IN_FORMAT):
        raise sources.Undocumented(
            f"format.md and the code differ in the tables of {sorted(unlike)}"
        )
    return TABLE.sub(
        lambda found: f"<!-- keys: {found[1]} -->\n{keys_table(IN_FORMAT[found[1]])}<!-- end -->\n",
        text,
    )
