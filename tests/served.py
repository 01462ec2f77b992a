"""`kpisite serve` as a process of its own, asked as a browser would ask it."""

import http.client
import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

#: Nothing takes this long; a machine that does many things at once may.
PATIENCE = 90.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the server answered."""

    status: int
    headers: dict[str, str]
    content: bytes


class Served:
    """A running server: its address, and how to ask it."""

    def __init__(self, process: "subprocess.Popen[str]", url: str) -> None:
        self.process = process
        self.url = url
        parts = urlsplit(url)
        assert parts.hostname is not None
        self.name, self.port, self.path = parts.hostname, parts.port, parts.path

    def ask(self, path: str, method: str = "GET", host: str | None = None, **more: str) -> Answer:
        """The answer to a path as it is written, from the root of the server."""
        connection = http.client.HTTPConnection(self.name, self.port, timeout=PATIENCE)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for one in (host or f"127.0.0.1:{self.port}").split("|"):
                connection.putheader("Host", one)
            for name, value in more.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(status=answer.status, headers=headers, content=answer.read())
        finally:
            connection.close()

    def site(self, place: str, **more: str) -> Answer:
        """The answer to a place of the trees."""
        return self.ask(f"{self.path}site/{place}", **more)

    def states(self) -> Generator[dict[str, Any], None, None]:
        """What the bar is told, one after the other, for as long as one listens."""
        connection = http.client.HTTPConnection(self.name, self.port, timeout=PATIENCE)
        try:
            host = {"Host": f"127.0.0.1:{self.port}"}
            connection.request("GET", f"{self.path}events", headers=host)
            answer = connection.getresponse()
            assert answer.status == 200
            while line := answer.readline():
                if line.startswith(b"data: "):
                    yield json.loads(line.removeprefix(b"data: "))
        finally:
            connection.close()

    def wait(self, is_it: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
        """The first of what the bar is told that is what one waits for."""
        return next(state for state in self.states() if is_it(state))

    def end(self, *signals: int) -> tuple[int, str]:
        """Ends it as its user would; the exit code, and what it wrote since it began."""
        for one in signals or (signal.SIGINT,):
            self.process.send_signal(one)
        written, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, written


@contextmanager
def serving(root: Path, *arguments: str) -> Iterator[Served]:
    """The server of a site, once it has an address; it is ended where the block does not."""
    line = [sys.executable, "-m", "kpisite", "-C", str(root), "serve", *arguments]
    process = subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        found = re.search(r"http://\S+/", first)
        assert found, first + process.stdout.read()
        yield Served(process, found[0])
    finally:
        process.kill()
        process.communicate()
