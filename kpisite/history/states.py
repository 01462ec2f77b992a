"""The files of a site as they stood at a commit, read into memory without a checkout."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kpisite.history.git import answers, blobs, path_of

#: What of a site's folder is read by a build, and looked for in history.
OF_THE_SITE = ("kpisite.toml", "records", "themes")


def site_at(root: Path, commit: str, *, largest: int) -> dict[str, bytes | None]:
    """Every file of the site as it stood at `commit`, read into memory; None in place of what is
    larger than `largest` bytes, or no plain file."""
    return files_at(root, commit, None, largest=largest)


def files_at(
    root: Path, commit: str, wanted: Collection[str] | None, *, largest: int
) -> dict[str, bytes | None]:
    """Those of its files that are wanted, as `site_at` gives them."""
    if wanted is not None and not wanted:
        return {}
    found = [
        (path, entry)
        for path, entry in listed(root, commit)
        if entry.kind == "blob" and (wanted is None or path in wanted)
    ]
    chosen = [(path, entry) for path, entry in found if entry.is_file and entry.size <= largest]
    contents = blobs(root, [entry.id for _, entry in chosen])
    site: dict[str, bytes | None] = dict.fromkeys(path for path, _ in found)
    site.update((path, content) for (path, _), content in zip(chosen, contents, strict=True))
    return site


def ids_at(root: Path, commit: str, *, largest: int) -> dict[str, str]:
    """By what git knows the content of every file of the site at `commit`; nothing in place of what
    is larger than `largest` bytes, or no plain file."""
    return {
        path: entry.id if entry.is_file and entry.size <= largest else ""
        for path, entry in listed(root, commit)
        if entry.kind == "blob"
    }


def file_at(root: Path, commit: str, path: str) -> bytes | None:
    """The file at `path` as it stood at `commit`; None where there was none."""
    found = [entry for name, entry in listed(root, commit, (path,)) if name == path]
    if not found or not found[0].is_file:
        return None
    return blobs(root, [found[0].id])[0]


@dataclass(frozen=True, slots=True)
class _Entry:
    mode: str
    kind: str
    id: str
    size: int

    @property
    def is_file(self) -> bool:
        return self.mode.startswith("100")


def listed(
    root: Path, commit: str, paths: Sequence[str] = OF_THE_SITE
) -> Iterator[tuple[str, _Entry]]:
    """What git has at some paths of the site at a commit, by path."""
    with answers(root, "ls-tree", "-r", "-z", "-l", commit, "--", *paths) as entries:
        for entry in entries:
            about, _, path = entry.partition(b"\t")
            mode, kind, id, size = about.decode().split()
            yield path_of(path), _Entry(mode, kind, id, 0 if size == "-" else int(size))
