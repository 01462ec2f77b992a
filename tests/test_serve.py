"""The preview, asked over HTTP: who is answered and with what, and what follows a save."""

import gc
import os
import shutil
import signal
import socket
import weakref
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kpisite.check.book import Book
from kpisite.examine.load import Loaded
from kpisite.pages.selection import Selection
from kpisite.serve import watch
from kpisite.serve.preview import Preview
from kpisite.site import Site
from tests.conftest import SOUND
from tests.lively_site import EDITS, lively_site, put
from tests.served import Served, serving
from tests.sites import built, edit, run, write
from tests.trees import files_in

RECORD = "records/2026-10/CS017.toml"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A server of the small sound site, which nobody edits."""
    with serving(write(SOUND, tmp_path_factory.mktemp("served"))) as found:
        found.wait(lambda state: state["built"])
        yield found


def test_every_file_of_a_build_is_served_byte_for_byte(server: Served, tmp_path: Path) -> None:
    output = files_in(built(write(SOUND, tmp_path)))
    output.pop(".kpisite-output")
    answers = {place: server.site(place) for place in output}
    assert {place: one.content for place, one in answers.items()} == output
    assert {one.status for one in answers.values()} == {200}
    assert server.site("hr/").content == output["hr/index.html"]
    types = {
        place.rpartition(".")[2]: one.headers["content-type"] for place, one in answers.items()
    }
    assert types["html"] == "text/html; charset=utf-8"
    assert types["pdf"] == "application/pdf"
    assert not (Path(tmp_path) / "site").exists()


def test_nothing_is_built_where_the_site_stands(tmp_path: Path) -> None:
    root = write(SOUND, tmp_path)
    with serving(root) as server:
        server.wait(lambda state: state["built"])
        assert server.site("employees/CS017/2026-10.pdf").content.startswith(b"%PDF")
    assert sorted(one.name for one in root.iterdir()) == [".kpisite", "kpisite.toml", "records"]


def test_pages_are_sent_with_the_headers_of_the_web_servers_configuration(server: Served) -> None:
    page, bar = server.site("hr/index.html").headers, server.ask(server.path).headers
    for headers in (page, bar):
        assert headers["cache-control"] == "private, no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-robots-tag"] == "noindex, nofollow, noarchive"
    assert page["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "base-uri 'none'; frame-ancestors 'self'; form-action 'none'"
    )
    assert "script-src 'self'" in bar["content-security-policy"]
    assert "frame-ancestors 'none'" in bar["content-security-policy"]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.:{port}",
             "localhost:{port}|evil.example", "[::1]:{port}, evil.example", "", "0.0.0.0:{port}"],
)  # fmt: skip
def test_a_name_that_is_not_this_machines_is_refused(server: Served, host: str) -> None:
    named = host.format(port=server.port)
    assert server.ask(server.path, host=named or " ").status == 403


@pytest.mark.parametrize("host", ["localhost:{port}", "LOCALHOST:{port}", "[::1]:{port}"])
def test_this_machines_own_names_are_answered(server: Served, host: str) -> None:
    assert server.ask(server.path, host=host.format(port=server.port)).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "no-cors", "Sec_Fetch_Dest": "image"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "iframe"},
    ],
)
def test_a_page_of_another_site_is_refused(server: Served, headers: dict[str, str]) -> None:
    for path in (server.path, f"{server.path}events", f"{server.path}site/hr/index.html"):
        assert server.ask(path, **headers).status == 403


def test_without_the_secret_nothing_is_answered(server: Served) -> None:
    other = "0" * (len(server.path) - 2)
    for path in ("/", "/site/hr/index.html", f"/{other}/", f"/{other}/site/hr/index.html",
                 server.path.rstrip("/"), server.path.upper(), "/favicon.ico", "//", "/bar.js",
                 f"{server.path[:-2]}/", f"http://evil.example{server.path}"):  # fmt: skip
        answer = server.ask(path)
        assert answer.status == 404, path
        assert b"CS017" not in answer.content


def test_what_is_in_no_tree_is_not_there(server: Served) -> None:
    for place in (
        "", "hr", "employees/", "managers/", "hr/../payroll/index.html", "../kpisite.toml",
        "..%2f..%2fkpisite.toml", "hr/%2e%2e/payroll/index.html", "hr/./index.html", "kpisite.toml",
        "//etc/passwd", "hr/index.html/", "hr\\index.html", "hr/index.html%00", "hr/bar.js",
        "CS017/2026-10.html", ".kpisite-output",
    ):  # fmt: skip
        assert server.site(place).status == 404, place
    assert server.ask(f"{server.path}nothing").status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "X"])
def test_nothing_but_reading_is_answered(server: Served, method: str) -> None:
    answer = server.ask(server.path, method=method)
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD"


def test_a_head_is_an_answer_without_its_content(server: Served) -> None:
    whole, head = server.site("hr/index.html"), server.site("hr/index.html", method="HEAD")
    assert head.content == b""
    assert head.headers["content-length"] == str(len(whole.content))
    assert server.ask(f"{server.path}events", method="HEAD").content == b""


def test_every_audience_is_on_the_bar(server: Served) -> None:
    state = server.wait(lambda state: state["built"])
    assert [one["folder"] for one in state["audiences"]] == [
        "hr", "payroll", "employees/CS017", "managers/service",
    ]  # fmt: skip
    assert [(one["group"], one["name"]) for one in state["audiences"]] == [
        ("", "人力资源"), ("", "薪资"), ("员工", "李娜 CS017"), ("主管", "客户服务部"),
    ]  # fmt: skip


# What follows a save.


def test_a_save_brings_a_new_page_and_a_fault_leaves_the_last_whole_one(tmp_path: Path) -> None:
    root, page = write(SOUND, tmp_path), "employees/CS017/2026-10.html"
    with serving(root, "--language", "en") as server:
        server.wait(lambda state: state["built"] == 1)
        first = server.site(page).content
        edit(root, RECORD, "supervisor = 8", "supervisor = 81")
        state = server.wait(lambda state: state["errors"])
        (issue,) = state["errors"]
        assert issue["place"] == f"{RECORD}:8:26: error[mark-too-high]"
        assert issue["line"] == ["discipline = { self = 9, ", "supervisor", " = 81 }"]
        assert issue["help"].startswith("help: ")
        assert state["built"] == 1
        assert server.site(page).content == first
        edit(root, RECORD, "supervisor = 81", "supervisor = 7")
        state = server.wait(lambda state: state["built"] == 2)
        assert state["errors"] == []
        assert server.site(page).content != first
        code, written = server.end()
    assert code == 0
    assert f"{RECORD}:8:26: error[mark-too-high]" in written
    assert "Traceback" not in written


def test_saves_by_rename_and_in_a_burst_end_with_the_last(tmp_path: Path) -> None:
    root = write(SOUND, tmp_path)
    place = root / RECORD
    with serving(root, "--no-pdf") as server:
        server.wait(lambda state: state["built"])
        text = place.read_text()
        for mark in (1, 2, 3, 4, 5, 6, 7):
            aside = place.with_name(".CS017.toml.swp")
            aside.write_text(text.replace("supervisor = 8", f"supervisor = {mark}"))
            os.replace(aside, place)
        expected = Site.find(root).trees(Site.find(root).check(), Selection(pdf=False))
        page = "employees/CS017/2026-10.html"
        server.wait(lambda _: server.site(page).content == expected.file(page))


def test_a_site_that_loses_its_file_or_its_records_is_followed(tmp_path: Path) -> None:
    root = write(SOUND, tmp_path / "site")
    with serving(root, "--no-pdf") as server:
        server.wait(lambda state: state["built"] == 1)
        os.replace(root / "kpisite.toml", tmp_path / "kpisite.toml")
        state = server.wait(lambda state: state["errors"])
        assert state["errors"][0]["place"].startswith("kpisite.toml:")
        os.replace(tmp_path / "kpisite.toml", root / "kpisite.toml")
        server.wait(lambda state: state["built"] == 2)
        os.replace(root / "records", tmp_path / "records")
        server.wait(lambda state: state["errors"])
        shutil.copytree(tmp_path / "records", root / "records")
        built = server.wait(lambda state: not state["errors"])["built"]
        edit(root, RECORD, "supervisor = 8", "supervisor = 7")
        server.wait(lambda state: state["built"] > built)


def test_what_other_programs_write_beside_the_records_changes_nothing(tmp_path: Path) -> None:
    root = write(SOUND, tmp_path)
    with serving(root, "--no-pdf") as server:
        server.wait(lambda state: state["built"] == 1)
        (root / RECORD).touch()
        (root / "records/.CS017.toml.swp").write_text("x")
        (root / "output").mkdir()
        before = server.site("hr/index.html").content
        edit(root, "kpisite.toml", "澄湖电子商务有限公司", "澄湖")
        state = server.wait(
            lambda state: state["built"] > 1 and server.site("hr/index.html").content != before
        )
        assert state["built"] == 2


def test_a_save_while_the_site_is_read_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, shown = write(SOUND, tmp_path), list[str]()
    check = Site.check

    def saved_meanwhile(site: Site, **more: Any) -> Loaded:
        loaded = check(site, **more)
        if "supervisor = 8" in (root / RECORD).read_text():
            edit(root, RECORD, "supervisor = 8", "supervisor = 7")
            assert preview.outdate()
            assert not preview.outdate()
        return loaded

    def describe(state: Loaded | Exception) -> dict[str, Any]:
        assert isinstance(state, Loaded)
        shown.append(state.results[0].card.total.shown)
        return {}

    monkeypatch.setattr(Site, "check", saved_meanwhile)
    preview = Preview(Site.find(root), Selection(pdf=False), describe)
    preview.refresh()
    assert shown == [check(Site.find(root)).results[0].card.total.shown]
    preview.refresh()
    assert len(shown) == 1


def test_of_states_that_are_gone_nothing_is_kept(tmp_path: Path) -> None:
    root, books = write(SOUND, tmp_path), list[weakref.ref[Book]]()

    def describe(state: Loaded | Exception) -> dict[str, Any]:
        assert isinstance(state, Loaded)
        books.append(weakref.ref(state.book))
        return {}

    preview = Preview(Site.find(root), Selection(), describe)
    for number in range(12):
        company = SOUND["kpisite.toml"].replace("澄湖", str(number // 2))
        mark = SOUND[RECORD].replace("supervisor = 8", f"supervisor = {number % 3}")
        write({"kpisite.toml": company, RECORD: mark}, root)
        preview.refresh()
        for place in ("employees/CS017/2026-10.html", "hr/index.html", "payroll/2026-10.xlsx"):
            preview.file(place)
        preview.form("hr/service/2026-10/CS017.pdf")
    gc.collect()
    assert len(books) == 12
    assert [one for one in books[:-1] if one() is not None] == []
    assert books[-1]() is not None


def test_a_failing_disk_is_shown_and_lived_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_site: Site, **_: Any) -> Loaded:
        raise OSError(5, "Input/output error", "records")

    seen = list[Loaded | Exception]()

    def describe(state: Loaded | Exception) -> dict[str, Any]:
        seen.append(state)
        return {}

    preview = Preview(Site.find(write(SOUND, tmp_path)), Selection(pdf=False), describe)
    preview.refresh()
    page = preview.file("hr/index.html")
    edit(tmp_path, RECORD, "supervisor = 8", "supervisor = 7")
    monkeypatch.setattr(Site, "check", failing)
    preview.refresh()
    assert isinstance(seen[-1], OSError)
    assert preview.file("hr/index.html") == page != b""


# How it begins and ends.


def test_it_takes_the_next_free_port_and_refuses_one_that_is_taken(tmp_path: Path) -> None:
    root = write(SOUND, tmp_path)
    with serving(root) as first, serving(root) as second:
        assert first.port != second.port
        assert first.path != second.path
        ran = run("serve", "--port", str(first.port), at=root)
    assert ran.code == 2
    assert str(first.port) in ran.errors


def test_it_answers_at_no_address_that_others_can_reach(server: Served) -> None:
    with socket.socket() as other:
        assert other.connect_ex(("127.0.0.2", server.port or 0)) != 0


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6")
def test_the_other_loopback_address_is_used_where_it_is_asked_for(tmp_path: Path) -> None:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no ::1")
    with serving(write(SOUND, tmp_path), "--address", "::1", "--no-pdf") as server:
        assert server.url.startswith("http://[::1]:")
        assert server.ask(server.path, host=f"[::1]:{server.port}").status == 200


@pytest.mark.parametrize("signals", [(signal.SIGINT, signal.SIGINT), (signal.SIGTERM,)])
def test_it_ends_quietly_while_windows_are_open(signals: tuple[int, ...], tmp_path: Path) -> None:
    with serving(write(SOUND, tmp_path)) as server:
        listening = server.states()
        next(state for state in listening if state["built"])
        server.site("employees/CS017/2026-10.pdf")
        code, written = server.end(*signals)
        listening.close()
    assert code == 0
    assert "Traceback" not in written
    assert written.rstrip().endswith("预览已结束。")


def test_without_the_library_the_command_says_how_to_bring_it(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "has_library", lambda: False)
    ran = site.run("serve")
    assert ran.code == 2
    assert "pip install 'kpisite[serve]'" in ran.errors


def test_outside_of_a_site_there_is_nothing_to_serve(tmp_path: Path) -> None:
    assert run("serve", at=tmp_path).code == 2


def test_after_every_save_the_pages_are_those_of_a_clean_build(tmp_path: Path) -> None:
    chance = Random(5)
    files, site, clean = lively_site(), tmp_path / "site", tmp_path / "clean"
    write(files, site)
    preview = Preview(Site(site), Selection(pdf=False), lambda _: {})
    for _ in range(6):
        before, sound = dict(files), dict(files)
        for one in chance.sample(EDITS, 3):
            one(sound, chance)
        put(sound, before, site)
        preview.refresh()
        shutil.rmtree(clean, ignore_errors=True)
        write(sound, clean)
        if run("build", "--no-pdf", at=clean).code == 0:
            found = files_in(clean / "output")
            del found[".kpisite-output"]
            assert {place: preview.file(place) for place in found} == found
        files = sound
