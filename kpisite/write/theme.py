"""A theme: its files laid over those of the themes that it extends, and what is wrong in them.

A theme comes with the records and is held to the same care: it is read from its own folder only, by
names that are ids, and what cannot be used in it is a fault of its file and line before anything is
built.  Jinja2 is imported only for a theme that the site itself brings.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from kpisite.core.digest import digest
from kpisite.core.immutable import immutable
from kpisite.core.issue import Issue, Outcome, Place, Source, nearest
from kpisite.read.file import File
from kpisite.read.parse import read_document

#: What no theme can do without, whatever else it holds.
NEEDED = (
    "style.css", "print.css", "answer.html", "blank.html", "card.html", "company.html",
    "department.html", "form.html", "grades.html", "months.html", "notes.html", "pay.html",
    "payroll-months.html", "payroll.html", "person.html", "print.html", "paper-department.html",
    "paper-grades.html", "paper-payroll.html", "policy.html", "rule.html", "rules.html",
    "scheme.html",
)  # fmt: skip

#: What a theme needs besides for a site that declares an audience which reads sums alone; the trial
#: of the theme reports it where it is missing.
NEEDED_FOR_SUMS = ("sums.html",)

#: What a theme adds to the end of a style sheet that it otherwise takes as it is.
MORE = {"style-more.css": "style.css", "print-more.css": "print.css"}

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
#: A comment; but what stands in a text, or behind a backslash, begins none.
_CSS_COMMENT = re.compile(
    r"""\\.|"(?:[^"\\\n]|\\.)*+"?|'(?:[^'\\\n]|\\.)*+'?|(?P<comment>/\*.*?(?:\*/|\Z))""",
    re.DOTALL,
)
_CSS_ESCAPE = re.compile(r"\\(?:([0-9a-fA-F]{1,6})[ \t\n]?|(.))")
#: What makes a browser or the press fetch something.
_CSS_LOADS = re.compile(r"@import\b|\b(?:url|src|image|image-set|cross-fade)\s*\(", re.IGNORECASE)


@immutable
class Theme:
    """The files by name; `is_own` tells whether any of them comes from the site, and `paths` where
    in it."""

    files: Mapping[str, str]
    is_own: bool
    paths: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """A digest of all that it says."""
        return digest(*(f"{name}\n{text}" for name, text in sorted(self.files.items())))


def theme_of(
    name: str,
    at: Source,
    own: Callable[[str], Sequence[File] | None],
    packaged: Callable[[str], Mapping[str, str] | None],
) -> Outcome[Theme | None]:
    """The theme called `name`, which is named `at` a place; None where one is not there.

    `own` gives the files of a theme that the site has, `packaged` those of one of ours.
    """
    layers: list[Mapping[str, str]] = []
    paths: dict[str, str] = {}
    issues: list[Issue] = []
    seen: list[str] = []
    following: str = name
    named_at: Source | Place = at
    while following:
        if following in seen:
            issues.append(Issue(code="theme-circle", at=named_at, facts={"name": following}))
            break
        seen.append(following)
        files = own(following)
        if files is None:
            ours = packaged(following)
            if ours is None:
                meant = nearest(following, ["default"])
                facts = {"name": following, "meant": meant}
                return None, [*issues, Issue(code="no-theme", at=named_at, facts=facts)]
            layers.append(ours)
            break
        folder = f"themes/{following}"
        texts, more = _texts(folder, files)
        layers.append(texts)
        paths = {text: f"{folder}/{text}" for text in texts} | paths
        issues += more
        following, named_at, more = _extended(f"{folder}/theme.toml", texts)
        issues += more
    laid = _laid(reversed(layers))
    is_own = len(layers) > 1 or own(name) is not None
    if is_own and not issues:
        issues += _incomplete(f"themes/{name}", laid)
    return Theme(files=laid, is_own=is_own, paths=paths), issues


def _laid(layers: Iterable[Mapping[str, str]]) -> dict[str, str]:
    r"""The files of several themes, each laid over those before it.

    >>> _laid([{"style.css": "a {}"}, {"style-more.css": "b {}"}])
    {'style.css': 'a {}\nb {}'}
    """
    laid: dict[str, str] = {}
    for layer in layers:
        laid |= {name: text for name, text in layer.items() if name not in MORE}
        for more, sheet in MORE.items():
            if more in layer and sheet in laid:
                laid[sheet] = f"{laid[sheet].rstrip()}\n{layer[more]}"
    return laid


def _texts(folder: str, files: Sequence[File]) -> Outcome[Mapping[str, str]]:
    """The files as texts by their path in the theme, and each fault of one taken alone."""
    texts: dict[str, str] = {}
    issues: list[Issue] = []
    for file in files:
        name = file.path.removeprefix(f"{folder}/")
        if file.content is None:
            issues.append(Issue(code=file.issue, at=Place(file.path), facts={"most": 1024}))
            continue
        try:
            texts[name] = file.content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            issues.append(Issue(code="not-utf8", at=Place(file.path), facts={"meant": ""}))
            continue
        issues += _issues_of(file.path, name, texts[name])
    return texts, issues


def _issues_of(path: str, name: str, text: str) -> Iterator[Issue]:
    if name.endswith(".css"):
        line = line_that_loads(text)
        if line is not None:
            yield Issue(code="theme-loads", at=Place(path, line))
    elif name.endswith(".html"):
        from kpisite.write.template import template_issue

        found = template_issue(name, text)
        if found is not None:
            line, detail = found
            yield Issue(code="theme-template", at=Place(path, line), facts={"detail": detail})


def line_that_loads(css: str) -> int | None:
    r"""The first line of a style sheet by which something would be fetched.

    >>> line_that_loads("p { color: red }"), line_that_loads("p {\n background: \\75 rl(x) }")
    (None, 2)
    """
    plain = _CSS_COMMENT.sub(_without_comment, css)
    lines = plain.split("\n")
    for number, line in enumerate(lines, 1):
        if _CSS_LOADS.search(_CSS_ESCAPE.sub(_unescaped, line)):
            return number
    joined = _CSS_LOADS.search(_CSS_ESCAPE.sub(_unescaped, plain))
    return None if joined is None else 1


def _without_comment(found: re.Match[str]) -> str:
    """Blanks for a comment, line by line; all else as it is."""
    return re.sub(r"[^\n]", " ", found[0]) if found["comment"] else found[0]


def _unescaped(found: re.Match[str]) -> str:
    if found[1] is None:
        return found[2]
    point = int(found[1], 16)
    return chr(point) if 0 < point < 0x110000 else "\ufffd"


def _extended(path: str, texts: Mapping[str, str]) -> tuple[str, Place, list[Issue]]:
    """The name of the theme that this one extends, or nothing, where it says so, and what is wrong
    in `theme.toml`."""
    document, issues = read_document(path, texts.get("theme.toml", "").encode())
    if document is None or "extends" not in document.data:
        return "", Place(path), issues
    name = document.data["extends"]
    place = document.place(("extends",))
    if not isinstance(name, str) or not _ID.fullmatch(name):
        facts = {"value": f'"{name}"' if isinstance(name, str) else str(name)[:40]}
        return "", place, [*issues, Issue(code="not-an-id", at=place, facts=facts)]
    return name, place, issues


def _incomplete(folder: str, laid: Mapping[str, str]) -> Iterator[Issue]:
    missing = tuple(name for name in NEEDED if name not in laid)
    if missing:
        at = Place(f"{folder}/theme.toml")
        yield Issue(code="theme-incomplete", at=at, facts={"files": missing})
