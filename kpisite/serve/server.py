"""Answers browsers at a loopback address: the one module that knows sockets and HTTP.

Whoever may open a page here may read every salary, so there is one way in: an address of this very
machine under a path that nobody can guess.  A page of another site can neither be led here by a
name of its own (`Host`), nor ask from where it stands (`Origin`, `Sec-Fetch-Site`); another user of
the machine does not know the path.  What is answered is kept by no cache.
"""

import errno
import socket
import socketserver
import sys
from collections.abc import Callable, Mapping
from hmac import compare_digest
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

from kpisite.disk.files import new_key
from kpisite.packaged import packaged_shell
from kpisite.serve.engine import Engine
from kpisite.serve.preview import Preview
from kpisite.write.pdf import PrintError
from kpisite.write.printer import NoPress, Printer
from kpisite.write.template import ThemeError

#: The names that this machine has for itself.
NAMES = ("127.0.0.1", "localhost", "[::1]")
FIRST_PORT, PORTS_TRIED = 8000, 50
#: So many digits of the path are secret: 128 bits.
SECRET_DIGITS = 32
#: After so many seconds without news a window is told that there are none, or is found gone.
SILENCE = 15.0

TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "pdf": "application/pdf",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

#: With everything, as docs/nginx.conf sends them.
HEADERS = {
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
#: As docs/nginx.conf has it, but that the bar's own page may frame the page.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; "
    "frame-ancestors 'self'; form-action 'none'"
)
BAR_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)


class PortTaken(Exception):
    """The port that was asked for, or every one that was tried, is another program's."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.port = port


class Server(ThreadingHTTPServer):
    """A preview at an address of this machine."""

    daemon_threads = True
    block_on_close = False

    def __init__(
        self,
        address: str,
        port: int | None,
        engine: Engine,
        preview: Preview,
        words: Mapping[str, str],
        failed: Callable[[BaseException], None],
    ) -> None:
        """At the first free port from 8000 on, where none is asked for; PortTaken where there is
        none.  `failed` is told of what should not have happened."""
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.engine, self.preview, self.printer = engine, preview, Printer()
        self.words, self.failed = words, failed
        self.secret = new_key()[:SECRET_DIGITS]
        self.shell = packaged_shell()
        tried = range(FIRST_PORT, FIRST_PORT + PORTS_TRIED) if port is None else (port,)
        for one in tried:
            try:
                super().__init__((address, one), Handler)
                break
            except OSError as error:
                if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    raise
        else:
            raise PortTaken(tried[0])
        shown = f"[{address}]" if ":" in address else address
        self.origins = tuple(f"http://{name}:{self.server_port}" for name in NAMES)
        self.url = f"http://{shown}:{self.server_port}/{self.secret}/"

    def server_bind(self) -> None:
        """As HTTPServer does it, without asking a name server for our own name."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def begin(self) -> None:
        """Answers from other threads, until the process ends."""
        Thread(target=self.serve_forever, daemon=True).start()

    def end(self) -> None:
        """Lets go of the port, and of what is being printed."""
        self.socket.close()
        self.printer.end()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle of an answer is no fault."""
        error = sys.exc_info()[1]
        if error is not None and not isinstance(error, ConnectionError | TimeoutError):
            self.failed(error)


class Handler(BaseHTTPRequestHandler):
    """One browser's requests."""

    protocol_version = "HTTP/1.1"
    server_version, sys_version = "kpisite", ""
    timeout = 60
    server: Server

    def do_GET(self) -> None:
        """Answers what may be asked, and refuses all else."""
        refusal = self._refusal()
        if refusal is not None:
            self._say(*refusal)
            return
        _, _, path = self._path().removeprefix("/").partition("/")
        if path == "events":
            self._tell_events()
        elif path in self.server.shell or not path:
            name = path or "bar.html"
            self._send(HTTPStatus.OK, self.server.shell[name], name, BAR_POLICY)
        elif path.startswith("site/"):
            self._send_place(path.removeprefix("site/"))
        else:
            self._say(HTTPStatus.NOT_FOUND, "serve-not-there")

    def do_HEAD(self) -> None:
        """The same without what was asked for."""
        self.do_GET()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuses what is neither GET nor HEAD, or is no request."""
        self.close_connection = True  # what else was sent with it is not read
        is_method = code == HTTPStatus.NOT_IMPLEMENTED
        status = HTTPStatus.METHOD_NOT_ALLOWED if is_method else HTTPStatus(code)
        self._say(status, "serve-refused")

    def _path(self) -> str:
        return unquote(urlsplit(self.path).path, errors="replace")

    def _refusal(self) -> tuple[HTTPStatus, str] | None:
        """Why a request is not answered, whatever it asks for."""
        headers, origins = self.headers, self.server.origins
        hosts = headers.get_all("Host", [])
        if len(hosts) != 1 or f"http://{hosts[0].lower()}" not in origins:
            return HTTPStatus.FORBIDDEN, "serve-refused"
        if any(one not in origins for one in headers.get_all("Origin", [])):
            return HTTPStatus.FORBIDDEN, "serve-refused"
        is_opened = (headers.get("Sec-Fetch-Mode"), headers.get("Sec-Fetch-Dest")) == (
            "navigate", "document",
        )  # fmt: skip
        if headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin") and not is_opened:
            return HTTPStatus.FORBIDDEN, "serve-refused"
        secret, slash, _ = self._path().removeprefix("/").partition("/")
        if not slash or not self.path.startswith("/"):
            return HTTPStatus.NOT_FOUND, "serve-no-way-in"
        if not compare_digest(secret.encode(errors="replace"), self.server.secret.encode()):
            return HTTPStatus.NOT_FOUND, "serve-no-way-in"
        return None

    def _send_place(self, place: str) -> None:
        """A file of the trees, or of a folder of theirs the first page."""
        place += "index.html" if place.endswith("/") else ""
        engine, preview = self.server.engine, self.server.preview
        try:
            content = engine.ask(lambda: preview.file(place))
            if content is None:
                content = self._printed(place)
        except NoPress as lacking:
            self._say(HTTPStatus.SERVICE_UNAVAILABLE, "serve-no-press", missing=lacking.missing)
        except (ThemeError, PrintError) as error:
            self.server.failed(error)
            self._say(HTTPStatus.INTERNAL_SERVER_ERROR, "serve-failed", what=str(error))
        except Exception as error:
            self.server.failed(error)
            self._say(HTTPStatus.INTERNAL_SERVER_ERROR, "serve-failed", what=type(error).__name__)
        else:
            if content is None:
                self._say(HTTPStatus.NOT_FOUND, "serve-not-there")
            else:
                self._send(HTTPStatus.OK, content, place, PAGE_POLICY)

    def _printed(self, place: str) -> bytes | None:
        engine, preview, printer = self.server.engine, self.server.preview, self.server.printer
        form = engine.ask(lambda: preview.form(place))
        if form is None or form.kept is not None or self.command == "HEAD":
            return None if form is None else form.kept or b""
        engine.ask(printer.make_ready)
        preview.board.printing(1)
        try:
            content = printer.print(form.stylesheet, form.job)
        finally:
            preview.board.printing(-1)
        engine.post(lambda: preview.keep(form, content))
        return content

    def _tell_events(self) -> None:
        """What is on the board, and whatever comes on it, for as long as the window is open."""
        self._begin(HTTPStatus.OK, "text/event-stream; charset=utf-8", BAR_POLICY, None)
        number = 0
        while self.command == "GET":
            number, facts = self.server.preview.board.after(number, SILENCE)
            self.wfile.write(f"data: {facts}\n\n".encode() if facts else b":\n\n")

    def _say(self, status: HTTPStatus, key: str, **facts: str) -> None:
        """A page of one sentence."""
        words = self.server.words
        text = escape(words[key].format(**facts))
        page = f'<!doctype html><html lang="{words["lang"]}"><meta charset="utf-8"><p>{text}</p>\n'
        self._send(status, page.encode(), "said.html", PAGE_POLICY)

    def _send(self, status: HTTPStatus, content: bytes, name: str, policy: str) -> None:
        kind = TYPES[name.rpartition(".")[2]]
        self._begin(status, kind, policy, len(content))
        if self.command != "HEAD":
            self.wfile.write(content)

    def _begin(self, status: HTTPStatus, kind: str, policy: str, length: int | None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Security-Policy", policy)
        if status is HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "GET, HEAD")
        if length is None:
            self.close_connection = True
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what was asked for names people."""
