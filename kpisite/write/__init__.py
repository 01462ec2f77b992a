"""Pages to bytes: one module for each kind of file."""

from hashlib import sha256
from pathlib import Path


def printing_code(folder: Path = Path(__file__).parent) -> str:
    """A digest of the modules here, by which a printed form that was kept is known to be one that
    the same code would print."""
    sources = sorted(folder.glob("*.py"))
    return sha256(b"\0".join(one.read_bytes() for one in sources)).hexdigest()
