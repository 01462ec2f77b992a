"""`kpisite publish`: who may open what, as a web server is told; nginx with a sign-in is run.

With passwords nginx is run by test_nginx.py, on the file that this command writes for the sample.
"""

import http.client
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kpisite.publish import POLICY
from tests.sites import SITE, built, run, small_site, write
from tests.test_nginx import AROUND

AUDIENCE = """
[[audience]]
id = "council"
name = "工会"
departments = "all"
readers = ["M2"]
"""
HEADER = "X-Auth-Request-User"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write(small_site(site=SITE + AUDIENCE), tmp_path_factory.mktemp("publish"))
    built(folder, "--no-pdf")
    return folder


def published(site: Path, *arguments: str) -> str:
    ran = run("publish", *arguments, at=site)
    assert ran.code == 0, ran.errors
    return ran.output


class Asked(BaseHTTPRequestHandler):
    """A sign-in service: whoever has the cookie `user=ID` is that user."""

    def do_GET(self) -> None:
        found = re.search(r"user=([\w-]*)", self.headers.get("Cookie", ""))
        self.send_response(202 if found else 401)
        self.send_header(HEADER, found[1] if found else self.headers.get(HEADER, ""))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The socket of an nginx that asks such a service."""
    service = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    text = published(site, "nginx", "--sign-in", "oauth2-proxy", "--hr", "M1")
    with tempfile.TemporaryDirectory(prefix="nginx-") as name:
        folder = Path(name)
        for before, after in (
            ("listen              443 ssl;", f"listen unix:{folder}/socket;"),
            ("ssl_certificate     /etc/ssl/kpisite.pem;", ""),
            ("ssl_certificate_key /etc/ssl/private/kpisite.key;", ""),
            ("root              /srv/kpisite/output;", f"root {site}/output;"),
            ("127.0.0.1:4180", f"127.0.0.1:{service.server_port}"),
        ):
            assert before in text, before
            text = text.replace(before, after)
        (folder / "site.conf").write_text(text)
        (folder / "nginx.conf").write_text(AROUND.format(folder=folder))
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        process = subprocess.Popen(
            [nginx, "-p", name, "-e", f"{name}/errors", "-c", f"{name}/nginx.conf"]
        )
        try:
            while True:
                try:
                    connected(f"{name}/socket").close()
                    break
                except OSError:
                    assert process.poll() is None, (folder / "errors").read_text()
                    time.sleep(0.05)
            yield f"{name}/socket"
        finally:
            process.terminate()
            process.wait()
            service.shutdown()


def connected(path: str) -> socket.socket:
    found = socket.socket(socket.AF_UNIX)
    found.connect(path)
    return found


def ask(
    address: str, path: str, user: str | None = None, **headers: str
) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("site")
    connection.sock = connected(address)
    more = {} if user is None else {"Cookie": f"user={user}"}
    connection.request("GET", path, headers={**more, **headers})
    answer = connection.getresponse()
    answer.read()
    return answer


@pytest.mark.parametrize(
    ("user", "path", "status"),
    [
        ("A1", "/employees/A1/index.html", 200),
        ("A1", "/employees/A2/index.html", 403),
        ("A1", "/hr/index.html", 403),
        ("A1", "/employees/A1/../A2/index.html", 403),
        ("a1", "/employees/A1/index.html", 403),
        ("", "/employees/A1/index.html", 403),
        ("M1", "/managers/desk/index.html", 200),
        ("M1", "/managers/store/index.html", 403),
        ("M1", "/hr/index.html", 200),
        ("M2", "/audiences/council/index.html", 200),
        ("M1", "/audiences/council/index.html", 403),
        ("M1", "/.kpisite-output", 404),
    ],
)
def test_a_reader_opens_the_own_trees_alone(
    address: str, user: str, path: str, status: int
) -> None:
    assert ask(address, path, user).status == status


def test_nobody_signs_in_by_writing_a_header(address: str) -> None:
    for name in (HEADER, "Remote-User", "X-Forwarded-User", "X-Remote-User"):
        assert ask(address, "/employees/A1/index.html", **{name: "A1"}).status == 302
        assert ask(address, "/employees/A1/index.html", "A2", **{name: "A1"}).status == 403


def test_whoever_is_not_signed_in_is_sent_to_sign_in(address: str) -> None:
    answer = ask(address, "/employees/A1/index.html")
    assert answer.status == 302
    assert answer.headers["Location"].startswith("/oauth2/start?rd=")


def test_nothing_is_kept_found_or_loaded_from_elsewhere(address: str) -> None:
    headers = ask(address, "/employees/A1/index.html", "A1").headers
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Robots-Tag"].startswith("noindex")
    assert headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY


def test_caddy_is_told_the_same_readers(site: Path) -> None:
    text = published(site, "caddy", "--hr", "M1", "--payroll", "M2")
    told = re.findall(r'startsWith\("/([\w/-]+)/"\) && \((.*)\)`', text)
    readers = {
        folder: set(re.findall(r'"(\w+)"', condition.replace("{header.X-Auth-Request-User}", "")))
        for folder, condition in told
    }
    assert readers == {
        "managers/desk": {"M1"},
        "managers/store": {"M2"},
        "hr": {"M1"},
        "payroll": {"M2"},
        "audiences/council": {"M2"},
    }
    assert text.index("request_header -X-Auth-Request-User") < text.index("forward_auth")
    assert text.index("@written-oddly") < text.index("@own")
    assert f'Content-Security-Policy "{POLICY}"' in text


@pytest.mark.parametrize(
    "arguments",
    [
        ("nginx", "--host", "a b"),
        ("nginx", "--root", "/srv; }"),
        ("nginx", "--root", "srv"),
        ("nginx", "--hr", "NOBODY"),
        ("caddy", "--sign-in", "passwords"),
    ],
)
def test_what_would_break_the_configuration_is_refused(
    site: Path, arguments: tuple[str, ...]
) -> None:
    ran = run("publish", *arguments, at=site)
    assert (ran.code, ran.output) == (2, "")
