"""What is sent: an archive for each reader, with a manifest by which it is checked.

The same pages give the same bytes: names in order, one time for all, no owner.
"""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

#: The earliest that a ZIP archive can say.
ONE_TIME = (1980, 1, 1, 0, 0, 0)
#: To be read and written by its owner, as an ordinary file.
MODE = 0o100600
MANIFEST = "SHA256SUMS"


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files, by their paths, as one archive."""
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted(files):
            entry = ZipInfo(path, ONE_TIME)
            entry.create_system, entry.external_attr = 3, MODE << 16
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, files[path])
    return made.getvalue()


def manifest(digests: Mapping[str, str]) -> bytes:
    r"""A line for each file, as `sha256sum -c` reads it.

    >>> manifest({"b": "1" * 64, "a": "2" * 64}).decode().split("\n")[0][-4:]
    '2  a'
    """
    lines = (f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
    return "".join(lines).encode()


def digest_of(content: bytes) -> str:
    """As a manifest has it."""
    return sha256(content).hexdigest()


def archives(trees: Mapping[str, Mapping[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """An archive for each tree, by its folder: `employees/CS017` is `employees-CS017.zip`, and
    unpacks into a folder `CS017`."""
    for folder, files in sorted(trees.items()):
        name = folder.rpartition("/")[2]
        yield (
            f"{folder.replace('/', '-')}.zip",
            zipped({f"{name}/{path}": content for path, content in files.items()}),
        )
