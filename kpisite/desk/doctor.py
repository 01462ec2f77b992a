"""What this machine has of what kpisite can use, and how to get the rest."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from kpisite.fonts import FURTHER
from kpisite.history.git import has_git
from kpisite.write.pdf import missing_libraries

#: There; not there, though it is needed; or not there, which takes away no more than it is for.
State = Literal["there", "missing", "optional"]

#: The extras of the package, with the modules that each brings.
EXTRAS = {
    "sign": ("pyhanko", "uharfbuzz"),
    "scan": ("zxingcpp", "PIL", "pypdfium2"),
    "sheets": ("python_calamine",),
    "serve": ("watchfiles",),
    "lsp": ("pygls",),
}
#: What is printed with.
PACKAGES = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One thing that may be there: what it is called, what about it, and how to get it."""

    name: str
    state: State
    detail: str = ""
    remedy: str = ""


def examined(root: Path | None) -> tuple[Requirement, ...]:
    """Everything on this machine, and whether the site at `root` may be written to."""
    return tuple(requirement for look in LOOKS for requirement in look(root))


def _printing(_root: Path | None) -> Iterator[Requirement]:
    missing = missing_libraries()
    yield Requirement(
        name="printing",
        state="there" if missing is None else "missing",
        detail=missing or "",
        remedy=f"sudo apt-get install {PACKAGES}",
    )


def _fonts(_root: Path | None) -> Iterator[Requirement]:
    for package in dict.fromkeys(one.package for one in FURTHER):
        is_there = all(one.file.is_file() for one in FURTHER if one.package == package)
        yield Requirement(
            name="fonts",
            state="there" if is_there else "optional",
            detail=package,
            remedy=f"sudo apt-get install {package}",
        )


def _git(_root: Path | None) -> Iterator[Requirement]:
    state: State = "there" if has_git() else "optional"
    yield Requirement(name="git", state=state, remedy="sudo apt-get install git")


def _extras(_root: Path | None) -> Iterator[Requirement]:
    for extra, modules in EXTRAS.items():
        is_there = all(find_spec(module) is not None for module in modules)
        yield Requirement(
            name=extra,
            state="there" if is_there else "optional",
            remedy=f'pip install "kpisite[{extra}]"',
        )


def _writing(root: Path | None) -> Iterator[Requirement]:
    for folder in () if root is None else (root, root / "records", root / "output"):
        if folder.is_dir():
            may = os.access(folder, os.W_OK | os.X_OK)
            yield Requirement(
                name="writing",
                state="there" if may else "missing",
                detail=str(folder),
                remedy=f"chmod u+wx {folder}",
            )


LOOKS: tuple[Callable[[Path | None], Iterator[Requirement]], ...] = (
    _printing, _fonts, _git, _extras, _writing,
)  # fmt: skip
