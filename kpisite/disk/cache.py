"""What is kept from one build to the next and may be thrown away at any time.

It lies in the site's `.kpisite/`, for the eyes of its owner alone: it holds what the forms hold.
"""

import os
import sqlite3
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from hashlib import sha256
from hmac import compare_digest, digest
from pathlib import Path

from kpisite.core.system import HAS_OWNERS, user
from kpisite.disk.files import PRIVATE_FOLDER, delete, is_folder, write_new
from kpisite.disk.secret import own_secret

#: The folder within a site, and the stores in it.
CACHE = ".kpisite"
FORMS = "forms.sqlite"
RUNS = "runs.sqlite"
EDITOR = "editor.sqlite"
#: Where older versions kept each form as a file.
BEFORE = "pdf"
#: Beside a store while it is written; SQLite reads them when it opens it.
SIDECARS = ("", "-journal", "-wal", "-shm")

_SCHEMA = "CREATE TABLE piece (key TEXT PRIMARY KEY, seal BLOB, content BLOB, mark TEXT)"
_INDEX = "CREATE INDEX by_mark ON piece (mark) WHERE mark IS NOT NULL"
_SETTINGS = (
    "PRAGMA trusted_schema = OFF",
    "PRAGMA synchronous = OFF",  # a power cut costs the store, which is then made anew
    "PRAGMA secure_delete = ON",
    "PRAGMA auto_vacuum = INCREMENTAL",
)


class Store:
    """What is kept from one run to the next, each piece under a key that says what it was made of.

    Nothing in it is believed: a piece is taken only where the seal beside it is one of key and
    content by this user's own secret, which no store from elsewhere bears; and a store that is
    damaged, of another shape, a link, a folder or another user's is deleted and begun anew.  A disk
    that cannot keep it only costs time in the next run.  Where a user can have no secret, the seal
    is a bare digest, which anybody can make: `is_authentic` says which.
    """

    def __init__(self, site: Path, name: str) -> None:
        self._folder = site / CACHE
        self._name = name
        self._connection: sqlite3.Connection | None = None
        self._is_tried = False
        self._process = os.getpid()
        self._forsaken: sqlite3.Connection | None = None

    @property
    def is_authentic(self) -> bool:
        """Whether what it gives was put there by a run of this user's on this machine."""
        return self._secret is not None

    def get(self, key: str) -> bytes | None:
        """The piece kept under `key`, where it is the one that was put there."""
        rows = self._run("SELECT seal, content FROM piece WHERE key = ?", key)
        if not rows:
            return None
        seal, content = rows[0]
        if not (isinstance(seal, bytes) and isinstance(content, bytes)) or not compare_digest(
            seal, self._seal(key, content)
        ):
            self.drop(key)
            return None
        return content

    def put(self, key: str, content: bytes, mark: str | None = None) -> bool:
        """Keeps a piece, and says whether there was where; `mark` is what `marked` finds it by."""
        seal = self._seal(key, content)
        self._run("INSERT OR REPLACE INTO piece VALUES (?, ?, ?, ?)", key, seal, content, mark)
        return self._connection is not None

    def marked(self, mark: str) -> list[str]:
        """The keys of the pieces that seem to have that mark, which is not believed."""
        return [str(key) for (key,) in self._run("SELECT key FROM piece WHERE mark = ?", mark)]

    def drop(self, key: str) -> None:
        """Forgets a piece."""
        self._run("DELETE FROM piece WHERE key = ?", key)

    def names(self, beginning: str = "") -> list[str]:
        """The keys of all that is kept, or of what begins so."""
        asked = "SELECT key FROM piece WHERE key >= ? AND key < ?"
        return [str(key) for (key,) in self._run(asked, beginning, f"{beginning}\U0010ffff")]

    def make_room(self, beginning: str, most: int) -> None:
        """Forgets all that begins so where that is so much already, so that it is not kept without
        end."""
        several = self.names(beginning)
        for name in several if len(several) >= most else ():
            self.drop(name)

    def shrink(self) -> None:
        """Gives back to the disk what forgotten pieces took."""
        self._run("PRAGMA incremental_vacuum")

    @contextmanager
    def together(self) -> Iterator[None]:
        """Keeps all that is put within the block at once, or, where it fails, nothing of it."""
        self._run("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._run("ROLLBACK")
            raise
        self._run("COMMIT")

    def close(self) -> None:
        """Ends the use of the store; the next call opens it again."""
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection, self._is_tried = None, False

    @cached_property
    def _secret(self) -> bytes | None:
        return own_secret()

    def _seal(self, key: str, content: bytes) -> bytes:
        sealed = f"{self._name}\0{key}\0".encode() + content
        if self._secret is None:
            return sha256(sealed).digest()
        return digest(self._secret, sealed, "sha256")

    def _run(self, statement: str, *values: str | bytes | None) -> list[tuple[object, ...]]:
        """The rows of a statement; none where there is no store, or none any more."""
        try:
            connection = self._opened()
            return [] if connection is None else connection.execute(statement, values).fetchall()
        except sqlite3.OperationalError:  # full, locked, read-only: this build does without
            self.close()
            self._is_tried = True
            return []
        except (sqlite3.Error, OverflowError, UnicodeDecodeError):
            self._begin_anew()
            return []

    def _opened(self) -> sqlite3.Connection | None:
        if self._process != os.getpid():  # forked: what was opened before is for the other alone
            self._process, self._forsaken = os.getpid(), self._connection
            self._connection, self._is_tried = None, False
        if not self._is_tried:
            self._is_tried = True
            _delete_older(self._folder)
            if _is_private(self._folder):
                self._connection = _connection(self._folder / self._name)
        return self._connection

    def _begin_anew(self) -> None:
        self.close()
        _delete_store(self._folder / self._name)


class FormCache(Store):
    """Printed forms from one build to the next, each under a digest of all that it was made of."""

    def __init__(self, site: Path) -> None:
        super().__init__(site, FORMS)
        self._used: set[str] = set()

    def get(self, key: str) -> bytes | None:
        """The form kept under `key`, where it is the one that was put there."""
        self._used.add(key)
        return super().get(key)

    def put(self, key: str, content: bytes, mark: str | None = None) -> bool:
        """Keeps a form, by its bytes too."""
        return super().put(key, content, mark or mark_of(content))

    def forget(self, keys: Iterable[str]) -> None:
        """Deletes forms that nobody will ask for again."""
        for key in keys:
            self.drop(key)
        self.shrink()

    def forget_the_rest(self) -> None:
        """Deletes every form that the build before this call had no use for."""
        for key in self.names():
            if key not in self._used:
                self.drop(key)
        self.shrink()


def mark_of(form: bytes) -> str:
    """What a form is found by when nothing is known but its bytes."""
    return sha256(form).hexdigest()


def _is_private(folder: Path) -> bool:
    """Makes the folder where it is not there; whether it is a real one, ours and only ours."""
    try:
        with suppress(FileExistsError):
            folder.mkdir(PRIVATE_FOLDER)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != user():
            return False
        folder.chmod(PRIVATE_FOLDER)
        with suppress(FileExistsError):
            write_new(str(folder / ".gitignore"), b"*\n")
    except OSError:
        return False
    return True


def _connection(place: Path) -> sqlite3.Connection | None:
    """The store at `place`, begun anew where what is there is none of ours; None where none can be
    had."""
    for _ in range(2):
        if not all(_is_clean(Path(f"{place}{end}")) for end in SIDECARS) and not _delete_store(
            place
        ):
            return None
        try:
            with suppress(FileExistsError):
                write_new(str(place), b"", mode=0o600)
            connection = sqlite3.connect(place, timeout=2, isolation_level=None)
            if _has_our_shape(connection):
                return connection
            connection.close()
        except (OSError, sqlite3.OperationalError):
            return None
        except sqlite3.Error:
            pass
        if not _delete_store(place):
            return None
    return None


def _is_clean(file: Path) -> bool:
    """Whether there is nothing, or an ordinary file of ours that nobody else may write."""
    try:
        found = file.lstat()
    except FileNotFoundError:
        return True
    is_ours = found.st_uid == user() and found.st_nlink == 1
    is_shut = not found.st_mode & 0o077 or not HAS_OWNERS
    return stat.S_ISREG(found.st_mode) and is_ours and is_shut


def _has_our_shape(connection: sqlite3.Connection) -> bool:
    """Whether a store holds our table and nothing besides; an empty one is given it."""
    for setting in _SETTINGS:
        connection.execute(setting)
    read = "SELECT sql FROM sqlite_master"
    if not connection.execute(read).fetchall():
        connection.execute(_SCHEMA)
        connection.execute(_INDEX)
    return connection.execute(read).fetchall() == [(_SCHEMA,), (None,), (_INDEX,)]


def _delete_store(place: Path) -> bool:
    return sum(delete(Path(f"{place}{end}")) for end in SIDECARS) == len(SIDECARS)


def _delete_older(folder: Path) -> None:
    """Deletes the forms of an older version, which nothing would use any more."""
    if is_folder(folder):
        delete(folder / BEFORE)
