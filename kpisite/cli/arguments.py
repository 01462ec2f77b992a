"""What can be said of the words of a command line before they are parsed."""

from collections.abc import Sequence
from pathlib import Path


def parted(named: Sequence[str]) -> tuple[str, ...]:
    """Ids that are named one by one, or several together, parted by commas, each once.

    >>> parted(["A003,A004", "A003"])
    ('A003', 'A004')
    """
    return tuple(dict.fromkeys(id.strip() for one in named for id in one.split(",")))


def values(arguments: Sequence[str], option: str) -> list[str]:
    """What follows `option`, apart or in one word, as often as it is there.

    >>> values(["-C", "a", "check", "-Cb"], "-C")
    ['a', 'b']
    """
    found = []
    for index, word in enumerate(arguments):
        if word == option and index + 1 < len(arguments):
            found.append(arguments[index + 1])
        elif word.startswith(f"{option}=") and option.startswith("--"):
            found.append(word.partition("=")[2])
        elif word.startswith(option) and word != option and not option.startswith("--"):
            found.append(word.removeprefix(option))
    return found


def folder_of(arguments: Sequence[str]) -> Path:
    """The folder that the command line is to work in, as `-C` says."""
    return Path().joinpath(*values(arguments, "-C"))
