"""What tells one content from another, in few digits."""

from hashlib import sha256

#: So many hexadecimal digits tell one content from another.
DIGITS = 32


def digest(*parts: str) -> str:
    """A digest of several texts, none of which can run into the next.

    >>> digest("ab", "c") == digest("a", "bc")
    False
    """
    said = "".join([f"{len(part)} {part}\n" for part in parts])
    return sha256(said.encode("utf-8", "surrogateescape")).hexdigest()[:DIGITS]
