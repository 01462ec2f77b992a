"""The configuration in the docs, run on a real nginx before the sample company's output.

Every reader opens every page of the trees that are theirs, and no other; without the right password
nothing is answered but that one is wanted.
"""

import http.client
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.sites import ROOT, sample_book, sample_site
from tests.trees import files_in

CONFIGURATION = (ROOT / "docs/nginx.conf").read_text(encoding="utf-8")

#: Each reader of the configuration and the trees that they may open.
READERS = {
    "CS017": ("employees/CS017",),
    "CS001": ("employees/CS001", "managers/customer-service"),
    "PS001": ("employees/PS001", "managers/pre-sales"),
    "HR001": ("employees/HR001", "managers/human-resources", "hr"),
    "HR002": ("employees/HR002", "payroll"),
    "GM001": ("employees/GM001", "managers/general-office", "audiences/general-manager"),
    "CC002": ("employees/CC002", "audiences/works-council"),
    "CS005": ("employees/CS005", "audiences/works-council"),
}
#: Names that somebody may have, and that open nothing.
OTHERS = (
    "cs017", "hr", "payroll", "managers", "customer-service", "CS001 managers", "gm001",
    "works-council", "audiences",
)  # fmt: skip

AROUND = """\
worker_processes 1;
master_process off;
daemon off;
pid {folder}/pid;
error_log {folder}/errors;
events {{ worker_connections 64; }}
http {{
    default_type application/octet-stream;
    types {{ text/html html; text/css css; application/pdf pdf; }}
    access_log off;
    keepalive_requests 1000000;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


class Server:
    """One nginx, asked for addresses exactly as they are written."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: http.client.HTTPConnection | None = None

    def ask(self, address: str, user: str | None = None, **more: str) -> http.client.HTTPResponse:
        """The answer to a request by `user`, whose password is the name, or by nobody."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection("site")
            self._connection.sock = self.connect()
        headers = {} if user is None else {"Authorization": f"Basic {_basic(user, user)}"}
        if "password" in more and user is not None:
            headers["Authorization"] = f"Basic {_basic(user, more['password'])}"
        self._connection.putrequest(more.get("method", "GET"), address, skip_accept_encoding=True)
        for name, value in headers.items():
            self._connection.putheader(name, value)
        self._connection.endheaders()
        answer = self._connection.getresponse()
        answer.content = answer.read()  # type: ignore[attr-defined]
        if answer.will_close:
            self._connection.close()
            self._connection = None
        return answer

    def status(self, address: str, user: str | None = None, **more: str) -> int:
        return self.ask(address, user, **more).status

    def connect(self) -> socket.socket:
        found = socket.socket(socket.AF_UNIX)
        found.connect(self._path)
        return found


def _basic(user: str, password: str) -> str:
    return b64encode(f"{user}:{password}".encode()).decode()


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company's output where a test may add to it."""
    place = tmp_path_factory.mktemp("nginx") / "output"
    shutil.copytree(sample_site(tmp_path_factory) / "output", place, copy_function=os.link)
    return place


@pytest.fixture(scope="module")
def server(output: Path) -> Iterator[Server]:
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    with tempfile.TemporaryDirectory(prefix="nginx-") as name:
        folder = Path(name)
        (folder / "site.conf").write_text(as_here(CONFIGURATION, folder, output))
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
        users = (*READERS, *OTHERS)
        (folder / "htpasswd").write_text("".join(f"{one}:{{PLAIN}}{one}\n" for one in users))
        process = subprocess.Popen(
            [nginx, "-p", name, "-e", f"{name}/errors", "-c", f"{name}/nginx.conf"]
        )
        try:
            found = Server(f"{name}/socket")
            wait_for(found, process, folder)
            yield found
        finally:
            process.terminate()
            process.wait(10)


def as_here(text: str, folder: Path, output: Path) -> str:
    """The configuration with this machine's socket and paths in it, and all else as it is."""
    for before, after in (
        ("listen              443 ssl;", f"listen unix:{folder}/socket;"),
        ("ssl_certificate     /etc/ssl/kpisite.pem;", ""),
        ("ssl_certificate_key /etc/ssl/private/kpisite.key;", ""),
        ("root              /srv/kpisite/output;", f"root {output};"),
        ("auth_basic_user_file /etc/nginx/kpisite.htpasswd;",
         f"auth_basic_user_file {folder}/htpasswd;"),
    ):  # fmt: skip
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


def wait_for(server: Server, process: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(200):
        try:
            server.connect().close()
            return
        except OSError:
            assert process.poll() is None, (folder / "errors").read_text()
            time.sleep(0.05)
    raise AssertionError((folder / "errors").read_text())


def address(path: str) -> str:
    return "/" + quote(path)


def test_each_reader_opens_every_page_of_their_trees_and_none_of_the_others(
    server: Server, output: Path
) -> None:
    files = {path: content for path, content in files_in(output).items() if path[0] != "."}
    assert len(files) > 500
    for user, trees in READERS.items():
        seen = set()
        for path, content in files.items():
            answer = server.ask(address(path), user)
            if path.startswith(tuple(f"{tree}/" for tree in trees)):
                assert (answer.status, answer.content) == (200, content), (user, path)  # type: ignore[attr-defined]
                seen.add(path.rpartition("/")[0])
            else:
                assert answer.status == 403, (user, path)
        assert {tree for tree in trees if (output / tree).is_dir()} <= seen, user


def test_nothing_is_answered_without_the_right_password(server: Server, output: Path) -> None:
    for path in ["", "hr", "nowhere", ".git/config", *files_in(output)]:
        for answer in (
            server.ask(address(path)),
            server.ask(address(path), "HR001", password="guessed"),
            server.ask(address(path), "HR003"),
        ):
            assert answer.status == 401, path
            assert answer.headers["WWW-Authenticate"] == 'Basic realm="kpisite"'
            assert b"index" not in answer.content  # type: ignore[attr-defined]


def test_a_folder_opens_at_its_first_page(server: Server, output: Path) -> None:
    for user, folder in (("CS017", "employees/CS017"), ("CS001", "managers/customer-service"),
                         ("HR001", "hr"), ("HR002", "payroll"),
                         ("GM001", "audiences/general-manager"),
                         ("CS005", "audiences/works-council")):  # fmt: skip
        answer = server.ask(f"/{folder}/", user)
        assert (answer.status, answer.content) == (  # type: ignore[attr-defined]
            200,
            (output / folder / "index.html").read_bytes(),
        )
        assert answer.headers["Content-Type"] == "text/html"
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; ")
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"


@pytest.mark.parametrize("user", OTHERS)
def test_a_name_in_other_letters_or_of_a_folder_opens_nothing(
    server: Server, output: Path, user: str
) -> None:
    for path in files_in(output):
        assert server.status(address(path), user) in (403, 404), path


@pytest.mark.parametrize(
    "path",
    [
        "/", "/index.html", "/employees/", "/managers/", "/employees", "/hr", "/nowhere",
        "/audiences/", "/audiences/works-council", "/Audiences/works-council/index.html",
        "/.kpisite-output", "/employees/CS017/.htaccess", "/employees/.git/config",
        "/.git/config", "/employees/CS017/..", "/employees/CS017/../../.kpisite-output",
        "/Employees/CS017/index.html", "/EMPLOYEES/CS017/index.html",
        "/employees/CS017/no-such-page.html", "/records/pay/CS017.toml",
        "/employees/CS017/%2e%2e/%2e%2e/%2e%2e/kpisite.toml",
    ],
)  # fmt: skip
def test_what_is_no_page_of_a_tree_is_not_there_for_anybody(server: Server, path: str) -> None:
    for user in READERS:
        status = server.status(path, user)
        is_others = path.startswith("/employees/CS017/no") and user != "CS017"
        assert status == (403 if is_others else 400 if "%2e%2e/%2e%2e/%2e%2e" in path else 404)


@pytest.mark.parametrize(
    "path",
    [
        "/employees/CS017/../CS018/index.html", "/employees/CS017/%2e%2e/CS018/index.html",
        "/employees/CS017/..%2fCS018/index.html", "/employees/CS017%2f..%2fCS018/index.html",
        "//employees//CS018//index.html", "/employees/CS018/./index.html",
        "/employees/CS017/../../hr/index.html", "/hr/", "/payroll/",
        "/hr/index.html?x=/employees/CS017/",
        "/employees/CS018/#/employees/CS017/", "/employees/CS01%38/", "/employees/cs017/",
        "/managers/customer-service/", "/h%72/", "/hr/%69ndex.html",
        "/audiences/general-manager/", "/audiences/works-council/../general-manager/",
    ],
)  # fmt: skip
def test_no_way_of_writing_an_address_leads_into_anothers_tree(server: Server, path: str) -> None:
    assert server.status(path, "CS017") == 403


def test_a_backslash_a_null_or_a_semicolon_leads_nowhere(server: Server) -> None:
    for path in ("/employees/CS017/..\\CS018\\index.html", "/employees/CS017/%00../CS018/",
                 "/employees/CS017/..;/CS018/index.html", "/employees/CS017/%5c..%5cCS018/",
                 "/employees/CS017/index.html%00", "/employees/CS017/index.html/"):  # fmt: skip
        assert server.status(path, "CS017") in (400, 404), path


def test_a_link_in_the_output_is_not_followed(server: Server, output: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("secret")
    link = output / "employees/CS017/link.html"
    link.symlink_to(tmp_path / "secret.html")
    try:
        assert server.status("/employees/CS017/link.html", "CS017") == 403
    finally:
        link.unlink()


def test_pages_can_be_read_and_nothing_be_sent(server: Server) -> None:
    assert server.status("/employees/CS017/", "CS017", method="HEAD") == 200
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"):
        assert server.status("/employees/CS017/", "CS017", method=method) == 405, method
        assert server.status("/employees/CS017/", method=method) == 401, method


def test_whom_the_sample_site_names_as_readers_may_read_by_the_file_and_nobody_else() -> None:
    readers = {
        (reader, f"audiences/{one.id}")
        for one in sample_book().site.model.audience
        for reader in one.readers
    }
    named = re.findall(r'"~\^(\w+) (audiences/[\w-]+)\$"', CONFIGURATION)
    assert readers and set(named) == readers and len(named) == len(readers)


def test_the_docs_show_who_reads_what_as_the_file_has_it() -> None:
    privacy = (ROOT / "docs/privacy.md").read_text(encoding="utf-8")
    shown = re.search(r"```nginx\n(.*?)```", privacy, re.DOTALL)
    assert shown is not None
    lines = [" ".join(line.split()) for line in shown[1].splitlines() if line.strip()]
    assert lines
    assert not set(lines) - {" ".join(line.split()) for line in CONFIGURATION.splitlines()}
