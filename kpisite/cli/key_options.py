"""The options that say with which key somebody signs, and the password, which is none of them."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kpisite.cli.copies import read_bounded
from kpisite.cli.spoken import said
from kpisite.disk.root import find_site, trusted
from kpisite.sign.form import Refused

if TYPE_CHECKING:
    from asn1crypto import x509

    from kpisite.sign.keys import Credential
    from kpisite.sign.signing import Signing

F = TypeVar("F", bound=Callable[..., Any])

#: Where a password may stand that nobody is there to type.
PASSWORD = "KPISITE_KEY_PASSWORD"
LEVELS = ("B-B", "B-T", "B-LTA")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyOptions:
    """What was said about the key, the time and whom to trust."""

    key: Path | None
    password_file: Path | None
    module: str | None
    token: str | None
    certificate: str | None
    trusted: tuple[Path, ...]
    timestamp: str
    level: str | None

    def roots(self, start: Path) -> "tuple[x509.Certificate, ...]":
        """The certificates to trust: those named, and those that the site keeps in `trust/`."""
        from kpisite.sign.keys import certificates

        site = find_site(start)
        files = [_read(start / path) for path in self.trusted]
        files += [] if site is None else trusted(site)
        return tuple(one for content in files for one in certificates(content))

    def require_sense(self, *, has_roots: bool) -> None:
        """A usage error where the options do not go together."""
        has_token = self.module and self.token and self.certificate
        if (self.key is None) == (self.module is None) or (self.module and not has_token):
            raise click.UsageError(said("sign-which-key"))
        level = self._level(has_roots)
        if level != "B-B" and not self.timestamp:
            raise click.UsageError(said("sign-needs-timestamp", level=level))
        if level == "B-LTA" and not has_roots:
            raise click.UsageError(said("sign-needs-trust"))

    def _level(self, has_roots: bool) -> str:
        if self.level is not None:
            return self.level
        return "B-B" if not self.timestamp else "B-LTA" if has_roots else "B-T"

    def signing(
        self, start: Path, at: datetime, roots: "tuple[x509.Certificate, ...]"
    ) -> "Signing":
        """The key made ready; refused where it does not open, or may not sign at the moment."""
        from kpisite.sign.keys import require_fit
        from kpisite.sign.signing import SignatureLevel, Signing

        key = self._credential(start)
        require_fit(key, at, roots)
        if not roots:
            click.echo(said("sign-unasked", name=key.name), err=True)
        level = SignatureLevel(self._level(bool(roots)))
        return Signing(key=key, level=level, timestamp=self.timestamp, roots=roots)

    def _credential(self, start: Path) -> "Credential":
        from kpisite.sign.keys import from_pkcs11, from_pkcs12, require_pkcs11

        if self.key is None:
            assert self.module is not None
            require_pkcs11()
            password = self._password(start)
            return from_pkcs11(self.module, self.token or "", self.certificate or "", password)
        content = _read(start / self.key)
        return from_pkcs12(content, self._password(start))

    def _password(self, start: Path) -> str:
        """The password: from the file that was named, from the environment, or asked for once."""
        if self.password_file is not None:
            lines = _read(start / self.password_file).decode(errors="replace").splitlines()
            return lines[0] if lines else ""
        given = os.environ.get(PASSWORD)
        if given is not None:
            return given
        if not sys.stdin.isatty():
            raise Refused("sign-no-terminal", variable=PASSWORD)
        asked: str = click.prompt(
            said("sign-password-prompt"), default="", show_default=False, hide_input=True, err=True
        )
        return asked


def _read(path: Path) -> bytes:
    try:
        return read_bounded(path)
    except Refused:
        raise Refused("sign-no-such-file", path=path) from None


def key_options(command: F) -> F:
    """Gives a command the options about the key, as `keys`."""

    @wraps(command)
    def with_keys(**options: Any) -> Any:
        own = {name: options.pop(name) for name in KeyOptions.__slots__}
        return command(keys=KeyOptions(**own), **options)

    decorated: Any = with_keys
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]


_PATH = click.Path(path_type=Path)

_OPTIONS = (
    click.option("--key", metavar="FILE", type=_PATH, envvar="KPISITE_KEY"),
    click.option("--password-file", metavar="FILE", type=_PATH),
    click.option("--pkcs11", "module", metavar="LIBRARY"),
    click.option("--token", metavar="LABEL"),
    click.option("--certificate", metavar="LABEL"),
    click.option(
        "--trust", "trusted", metavar="FILE", type=_PATH, multiple=True, envvar="KPISITE_TRUST"
    ),
    click.option("--timestamp", metavar="URL", default="", envvar="KPISITE_TIMESTAMP"),
    click.option("--level", type=click.Choice(LEVELS)),
)
