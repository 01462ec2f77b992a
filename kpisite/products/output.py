"""The folder that readers see, brought up to date: the old site or the new one, never half of each.

A site is built in a folder aside (`Staging`) and then exchanged with the old one in a single step.
Where the folder itself can be neither moved nor replaced, as the volume of a container, it stays,
and the trees in it are exchanged one by one: each is complete in itself, so that no reader meets
a link to nothing; a build that is killed in that moment leaves some trees new and some old, and
the next one brings all up to date.

The mode of the folder is its owner's word on who may read.  A new one is for its owner alone; to
one that is there, files and folders within are fitted in every build.
"""

import ctypes
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kpisite.core.system import O_CLOEXEC, O_DIRECTORY, OPENS_FOLDERS, user
from kpisite.disk.cache import CACHE
from kpisite.disk.files import PRIVATE_FILE, PRIVATE_FOLDER, is_file, is_folder, write_new
from kpisite.disk.root import SITE_FILE
from kpisite.disk.staging import IGNORE, MARKER, Staging, aside, asides, claimed, lock, prepared
from kpisite.disk.update import Update, finish_updates, put_in_place
from kpisite.source import RECORDS, THEMES

#: The folders of a site that are not for building into.
OF_THE_SITE = (RECORDS, THEMES, CACHE, ".git")
#: What the top of a volume has of its own.
NOBODYS = ("lost+found",)
#: Within a folder aside: the trees that were taken out of the old site.
TAKEN_OUT = ".old"

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


class Unfit(Exception):
    """A place that no site can be built into; `why` is a word of the catalogue."""

    def __init__(self, why: str, target: Path) -> None:
        super().__init__(why, target)
        self.why = why
        self.target = target


def refuse_unfit(root: Path, target: Path, archive: Path) -> None:
    """Unfit where a site built into `target` would replace the records of the site at `root`, or
    lie among them, or replace another site's, or touch the archive.

    Folders are compared as the disk knows them, not by name.
    """
    above = [place for place in (target, *target.parents) if os.path.lexists(place)]
    if any(_is_same(target, place) for place in (root, *root.parents)):
        raise Unfit("output-holds-site", target)
    if any(_is_same(target, place) for place in (archive, *archive.parents)) or any(
        _is_same(place, archive) for place in above
    ):
        raise Unfit("output-in-archive", target)
    if target == archive or archive in target.parents or target in archive.parents:
        raise Unfit("output-in-archive", target)
    for place in above:
        if any(_is_same(place, root / own) for own in OF_THE_SITE):
            raise Unfit("output-in-records", target)
    nearest = next((place for place in above if os.path.lexists(place / SITE_FILE)), None)
    if nearest is not None and not _is_same(nearest, root):
        raise Unfit("output-in-other-site", target)


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


@contextmanager
def staged(target: Path) -> Iterator[Staging]:
    """A folder to build into that takes the place of `target` when the block ends well, and is
    gone when it does not.

    Unfit where `target` is a link or holds what kpisite did not build, Busy where another build is
    writing it.
    """
    if target.is_symlink():
        raise Unfit("output-link", target)
    if os.path.lexists(target) and not _is_replaceable(target):
        raise Unfit("not-ours", target)
    target.parent.mkdir(parents=True, exist_ok=True)
    home = _home(target)
    with claimed(target, home) as folder:
        staging = prepared(folder, target)
        yield staging
        (folder / IGNORE).unlink()
        if home == target:
            staging.mark(target)
            _swap_trees(folder, target)
        else:
            staging.mark(folder)
            staging.fit(str(folder))
            _swap(folder, target)
        _hide(folder)
    staging.remarks += [("left-behind", place) for place in asides(target)]


@contextmanager
def updated(target: Path) -> Iterator[Update]:
    """A folder for the few files that are to change in `target`, which they do when the block ends
    well; nothing changes when it does not.

    Unfit, or Busy, as `staged` raises it; FileNotFoundError where no site of ours stands there.
    """
    if target.is_symlink():
        raise Unfit("output-link", target)
    if not is_folder(target) or not is_file(target / MARKER):
        raise FileNotFoundError(target)
    finish_updates(target)
    with claimed(target, _home(target)) as folder:
        made = prepared(folder, target)
        update = Update(
            folder=folder, old=target, mode=made.mode, owner=made.owner, is_ours=made.is_ours,
            remarks=made.remarks,
        )  # fmt: skip
        yield update
        put_in_place(update, target)
    update.remarks += [("left-behind", place) for place in asides(target)]


def can_be_updated(target: Path) -> bool:
    """Whether single files in a site that is built are ours to exchange."""
    found = target.lstat()
    return user() in (0, found.st_uid) and found.st_mode & stat.S_IRWXU == stat.S_IRWXU


def files_below(tree: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a tree that was built, by their paths in it, in order; no link is followed."""
    for folder, folders, names in os.walk(tree):
        folders[:] = sorted(one for one in folders if not (Path(folder) / one).is_symlink())
        for name in sorted(names):
            place = Path(folder) / name
            if not name.startswith(".") and not place.is_symlink():
                yield place.relative_to(tree).as_posix(), place.read_bytes()


def _hide(old: Path) -> None:
    """Keeps the old site from git and from other users, should it prove impossible to delete."""
    with suppress(OSError):
        old.chmod(PRIVATE_FOLDER)
        write_new(f"{old}/{IGNORE}", b"*\n", mode=PRIVATE_FILE)


def restore(target: Path) -> str:
    """Finishes what a build that was killed had begun to change, or puts back what it had moved out
    of the way and not yet replaced; what it did as a word of the catalogue, nothing for nothing.

    The latter can only be where the system cannot exchange two folders in one step.
    """
    if finish_updates(target):
        return "finished"
    is_back = False
    for place in () if target.is_symlink() else asides(target):
        old, _, number = place.name.removeprefix(f".{target.name}.").partition("-")
        with lock(aside(target, place.parent, number)) as is_free:
            if is_free is False:
                continue
            if place.parent == target:
                for tree in (place / TAKEN_OUT).glob("*"):
                    is_back |= _put_back(tree, target / tree.name)
            elif old == "old" and is_file(place / MARKER):
                is_back |= _put_back(place, target)
    return "restored" if is_back else ""


def _put_back(old: Path, place: Path) -> bool:
    if os.path.lexists(place):
        return False
    old.rename(place)
    return True


# Where it goes.


def _is_replaceable(target: Path) -> bool:
    if not is_folder(target):
        return False
    besides = {*NOBODYS, *(place.name for place in asides(target))}
    return is_file(target / MARKER) or all(one.name in besides for one in target.iterdir())


def _home(target: Path) -> Path:
    """The folder for the folder aside: beside `target`, or in it where it can only stay."""
    if not is_folder(target):
        return target.parent
    is_volume = _mount(target) != _mount(target.parent)
    is_shut = not os.access(target.parent, os.W_OK | os.X_OK)
    return target if is_volume or is_shut else target.parent


def _mount(folder: Path) -> tuple[int, str]:
    """What tells one mounted place from another: a folder can be moved in none but its own."""
    if not OPENS_FOLDERS:
        return folder.stat().st_dev, ""
    descriptor = os.open(folder, os.O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    try:
        facts = Path(f"/proc/self/fdinfo/{descriptor}").read_text(encoding="ascii").splitlines()
        mount = next((line for line in facts if line.startswith("mnt_id:")), "")
    except OSError:
        mount = ""  # not Linux: the number of the disk has to do
    finally:
        os.close(descriptor)
    return folder.stat().st_dev, mount


def _swap(folder: Path, target: Path) -> None:
    """Puts `folder` in the place of `target` in one step where the system can, so that there is
    never a moment without a whole site; `folder` then holds the old one."""
    if not os.path.lexists(target):
        folder.rename(target)
        return
    if _exchange(folder, target):
        return
    number = folder.name.rpartition("-")[2]
    old = aside(target, folder.parent, number, what="old")
    target.rename(old)
    try:
        folder.rename(target)
    except OSError:
        old.rename(target)
        raise
    with suppress(OSError):
        old.rename(folder)


def _swap_trees(folder: Path, target: Path) -> None:
    """Brings what stands in `target` up to date tree by tree; `folder` then holds the old ones.

    What is gone goes first: nobody keeps for a moment longer what was taken from them.
    """
    kept = (*NOBODYS, MARKER, folder.name, *(place.name for place in asides(target)))
    new = {one.name for one in folder.iterdir()} - {TAKEN_OUT}
    old = {one.name for one in target.iterdir()} - set(kept)
    for name in sorted(old):
        _make_movable(target / name)
    taken_out = folder / TAKEN_OUT
    taken_out.mkdir(PRIVATE_FOLDER)
    for name in sorted(old - new):
        (target / name).rename(taken_out / name)
    for name in sorted(new - {MARKER}):
        if name in old and not _exchange(folder / name, target / name):
            (target / name).rename(taken_out / name)
        if not os.path.lexists(target / name):
            (folder / name).rename(target / name)


def _make_movable(tree: Path) -> None:
    """Takes back a read-only mode, with which a folder cannot be moved; PermissionError, before
    anything was moved, where it is not ours."""
    if is_folder(tree) and not os.access(tree, os.W_OK):
        tree.chmod(PRIVATE_FOLDER)


def _exchange(one: Path, other: Path) -> bool:
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError, TypeError):
        return False
    done = rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE)
    return int(done) == 0
