"""Configurations of web servers, made from who may read which tree."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Literal

from kpisite.check.ground import Ground
from kpisite.pages.audience import declared

#: What a page may load: its style sheet, its scripts and its pictures, from its own server alone.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none';"
    " frame-ancestors 'none'; form-action 'none'"
)
#: How a server knows who asks: by passwords in a file, or by asking a sign-in service beside it.
SignIn = Literal["passwords", "oauth2-proxy"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where things stand on the server."""

    host: str = "kpi.example.com"
    root: str = "/srv/kpisite/output"
    sign_in: SignIn = "passwords"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """Who may open which tree besides their own, as pairs of an id and a folder."""

    pairs: tuple[tuple[str, str], ...] = field(default=())

    def of_tree(self) -> Mapping[str, tuple[str, ...]]:
        """The readers of each folder."""
        folders = dict.fromkeys(folder for _, folder in self.pairs)
        return {f: tuple(id for id, folder in self.pairs if folder == f) for f in folders}


def readers(ground: Ground, hr: Sequence[str], payroll: Sequence[str]) -> Readers:
    """The managers of departments, those named for HR and payroll, and the readers that the site
    declares."""
    return Readers(pairs=tuple(_pairs(ground, hr, payroll)))


def _pairs(ground: Ground, hr: Sequence[str], payroll: Sequence[str]) -> Iterator[tuple[str, str]]:
    for department in ground.departments.model.department:
        if department.manager is not None:
            yield department.manager, f"managers/{department.id}"
    yield from ((id, "hr") for id in hr)
    yield from ((id, "payroll") for id in payroll)
    for one in ground.site.model.audience:
        yield from ((id, declared(one).folder) for id in one.readers)


def nginx(who: Readers, place: Place) -> str:
    """The whole configuration for nginx."""
    steps, _, locations = _template(f"nginx-{place.sign_in}.part").partition("---\n")
    lines = [f'    "~^{id} {folder}$"'.ljust(46) + " 1;" for id, folder in who.pairs]
    return _filled(
        "nginx.conf",
        place,
        steps=steps,
        readers="\n".join(lines),
        locations=locations.rstrip("\n"),
        user="$remote_user" if place.sign_in == "passwords" else "$kpisite_user",
    )


def caddy(who: Readers, place: Place) -> str:
    """The whole configuration for Caddy, which asks oauth2-proxy who it is."""
    blocks = []
    for folder, ids in who.of_tree().items():
        name = folder.replace("/", "-")
        any_of = " || ".join(f'{{header.X-Auth-Request-User}} == "{id}"' for id in ids)
        blocks.append(f'\t\t@{name} expression `{{path}}.startsWith("/{folder}/") && ({any_of})`')
        blocks.append(f"\t\thandle @{name} {{\n\t\t\tfile_server\n\t\t}}")
    return _filled("Caddyfile", place, readers="\n".join(blocks))


def _filled(name: str, place: Place, **more: str) -> str:
    text = _template(name)
    facts = {"policy": POLICY, "host": place.host, "root": place.root, **more}
    for key, value in facts.items():
        text = text.replace(f"@@{key}@@", value)
    return text


def _template(name: str) -> str:
    return (files(__name__) / name).read_text(encoding="utf-8")


#: What a server is called, and what makes its configuration.
SERVERS: Mapping[str, Callable[[Readers, Place], str]] = {"nginx": nginx, "caddy": caddy}
