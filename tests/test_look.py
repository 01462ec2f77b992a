"""A look that several processes share sees what one sees that is taken alone."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpisite import look
from kpisite.check.kinds import RECORD_KIND, kind_of
from kpisite.core.address import is_record
from kpisite.core.beside import Beside, Queue
from kpisite.core.system import end_at_once
from kpisite.look import Look, SharedLook
from kpisite.read.file import File
from kpisite.read.folder import Files
from tests.lively_site import lively_site
from tests.sites import write


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site in which not all is as it should be."""
    place = tmp_path / "site"
    odd = {
        "records/2026-10/empty.toml": "",
        "records/2026-10/long.toml": "# " + "x" * 40_000,
        "records/2026-10/notes.txt": "?",
        "records/2026-13/CS017.toml": 'employee = "CS017"\n',
    }
    write({**lively_site(), **odd}, place)
    (place / "records/2026-10/link.toml").symlink_to("/etc/passwd")
    (place / "records/nothing").mkdir()
    return place


def seen(one: Look) -> list[tuple[str, bytes | None, str, str, str]]:
    return [(it.path, it.content, it.issue, it.meant, it.digest) for it in one.files]


def test_a_shared_look_sees_every_file_as_one_taken_alone(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look, "WORTH_HELP", 0)
    monkeypatch.setattr(look, "processors", lambda: 3)
    alone, as_before = Look(site), dict(SharedLook(site, {}).digests)
    for before in ({}, as_before, *({**as_before, name: "another"} for name in as_before)):
        shared = SharedLook(site, before)
        assert not (shared.is_other and before == as_before)
        assert (seen(shared), shared.digest) == (seen(alone), alone.digest)
        assert shared.code == alone.code
        assert shared.digests == as_before


def test_where_another_process_is_lost_the_files_are_looked_at_once_more(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(look, "processors", lambda: 2)
    monkeypatch.setattr(SharedLook, "_help", lambda *_, **__: end_at_once())
    assert seen(SharedLook(site, {})) == seen(Look(site))


def test_each_number_of_a_queue_is_given_out_once() -> None:
    queue = Queue(2_000)
    others = [Beside.begin(lambda: " ".join(map(str, queue)).encode()) for _ in range(3)]
    own = list(queue)
    found = [int(one) for it in others if it is not None for one in it.said().split()]
    assert sorted([*own, *found]) == list(range(2_000))


def test_files_say_the_same_in_whatever_order_they_were_found() -> None:
    files = [
        File(f"records/{at}.toml", at.encode()) for at in ("staff/b", "staff/a", "x", "2026-10/a")
    ]
    assert Files.of(files).digest == Files.of(files[::-1]).digest
    parts = [Files.of(files[:1]), Files.of(files[1:])]
    assert Files.joined(parts).digest == Files.of(files).digest


NAMES = st.sampled_from(
    (
        "month",
        "closed",
        "amendments",
        "monthly",
        "CS017",
        "CS017@store",
        "a@",
        "@a",
        "a@b@c",
        "李娜",
    )
)
FOLDERS = st.sampled_from(("records/2026-10", "records/2026-13", "records/staff", "records", "x"))


@given(FOLDERS, NAMES, st.sampled_from((".toml", ".TOML", ".txt", "")))
def test_a_path_is_that_of_a_record_where_its_kind_says_so(
    folder: str, name: str, end: str
) -> None:
    path = f"{folder}/{name}{end}"
    assert is_record(path) == (kind_of(path) is RECORD_KIND)


def test_what_nobody_asked_for_leaves_no_process_and_no_file_open() -> None:
    before = os.listdir("/proc/self/fd")
    beside = Beside.begin(lambda: bytes(1 << 20))  # more than a pipe takes
    assert beside is not None
    process = beside.process
    del beside
    assert os.listdir("/proc/self/fd") == before
    with pytest.raises(ChildProcessError):
        os.waitpid(process, os.WNOHANG)


def test_files_are_told_apart_by_where_each_begins_and_what_it_is_called() -> None:
    def digest_of(**contents: bytes | None) -> str:
        return Files.of(
            File(f"records/x/{name}.toml", one) for name, one in contents.items()
        ).digest

    told = [
        digest_of(a=b"xy", b=b"z"),
        digest_of(a=b"x", b=b"yz"),
        digest_of(a=b"xyz", b=b""),
        digest_of(a=b"xyz", b=None),
        digest_of(a=b"xyz"),
        digest_of(b=b"xy", c=b"z"),
    ]
    assert len(set(told)) == len(told) and digest_of(b=b"z", a=b"xy") == told[0]
