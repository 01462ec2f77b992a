"""One file at a time: written whole or not at all."""

from pathlib import Path


def save_text(path: Path, text: str) -> None:
    """Writes `text` as UTF-8 with bare line ends, making the folders it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def save(path: Path, content: bytes, *, over: bool) -> None:
    """Writes one file that somebody asked for, making the folders it needs; FileExistsError where
    it is there and may not be written over."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not over:
        with path.open("xb") as file:
            file.write(content)
        return
    aside = path.with_name(f".{path.name}.new")
    aside.write_bytes(content)
    aside.replace(path)
