"""What is in the trees that a build gives out: files, what they say, and where links lead."""

import hashlib
import io
import re
import subprocess
import zipfile
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path
from typing import cast

from pypdf import PdfReader


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file below `folder` by its path from there."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def digest(folder: Path) -> dict[str, str]:
    """A digest of every file below `folder`, to compare whole trees by."""
    return {path: hashlib.sha256(content).hexdigest() for path, content in files_in(folder).items()}


def trees(output: Path) -> dict[str, Path]:
    """The tree of every audience, by its path in the output folder."""
    found = [output / "hr", output / "payroll"]
    for folder in ("employees", "managers", "audiences"):
        found += (output / folder).glob("*")
    return {tree.relative_to(output).as_posix(): tree for tree in found if tree.is_dir()}


def words_of(html: str) -> str:
    """What a reader sees of a page: its text, without tags."""
    return unescape(re.sub(r"<[^>]*>", " ", html))


def pdf_text(content: bytes, order: str = "-layout") -> str:
    """The text of a PDF file as `pdftotext` finds it, line by line or (`-raw`) cell by cell."""
    line = ["pdftotext", order, "-", "-"]
    return subprocess.run(line, input=content, capture_output=True, check=True).stdout.decode()


@cache
def whole(tree: Path) -> str:
    """All that a tree says, for those who look closely too: names of files, source, metadata."""
    return "\n".join(f"{path}\n{said(path, content)}" for path, content in files_in(tree).items())


def said(path: str, content: bytes) -> str:
    """All that a file says."""
    if path.endswith(".pdf"):
        return "\n".join(in_pdf(content))
    if path.endswith(".xlsx"):
        return "\n".join(in_workbook(content))
    return content.decode()


def in_pdf(content: bytes) -> Iterator[str]:
    yield pdf_text(content)
    reader = PdfReader(io.BytesIO(content))
    yield str(reader.metadata)
    yield str(reader.trailer)
    assert reader.xmp_metadata is not None
    yield reader.xmp_metadata.stream.get_data().decode()
    for name, files in reader.attachments.items():
        yield name
        yield from (file.decode(errors="replace") for file in files)
    for number in range(1, cast(int, reader.trailer["/Size"])):
        yield str(reader.get_object(number))


def in_workbook(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        for part in parts.infolist():
            yield f"{part.filename} {part.comment!r} {part.extra!r}"
            yield unescape(parts.read(part).decode())


REFERENCE = re.compile(r"""\s(?:href|src|srcset|data|action)=["']([^"']*)""")


def broken_links(output: Path) -> list[str]:
    """Every reference of every page that leads out of its own tree, or to nothing in it."""
    broken = []
    for tree in trees(output).values():
        for page in sorted(tree.rglob("*.html")):
            html = page.read_text(encoding="utf-8")
            for reference in re.findall(REFERENCE, html):
                path, _, fragment = unescape(reference).partition("#")
                place = (page.parent / path).resolve() if path else page
                is_sound = (
                    ":" not in path
                    and not path.startswith(("/", "?"))
                    and place.is_relative_to(tree.resolve())
                    and place.is_file()
                    and (not fragment or f'id="{fragment}"' in place.read_text(encoding="utf-8"))
                )
                if not is_sound:
                    broken.append(f"{page.relative_to(output)}: {reference}")
    return broken


def without_store(site: Path) -> dict[str, bytes]:
    """Every file of a site but what is kept from one run to the next."""
    return {path: one for path, one in files_in(site).items() if not path.startswith(".kpisite/")}
