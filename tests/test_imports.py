"""Which module may know which: the layers, and the one module behind which a library lives."""

import ast
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import get_args

import pytest

import kpisite

PACKAGE = Path(kpisite.__file__).parent

#: From the ground up.  A module imports from its own layer and from those below it.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("kpisite", "kpisite.core.*"),
    ("kpisite.fonts", "kpisite.fonts.build"),
    ("kpisite.disk.*", "kpisite.history.*", "kpisite.paper.*"),
    ("kpisite.read.*",),
    ("kpisite.language.*",),
    ("kpisite.edit.*",),
    ("kpisite.check.*",),
    ("kpisite.score.*",),
    ("kpisite.outcomes.*",),
    ("kpisite.words",),
    ("kpisite.pages.*",),
    ("kpisite.publish",),
    ("kpisite.write.*",),
    ("kpisite.tables.*",),
    ("kpisite.source",),
    ("kpisite.packaged",),
    ("kpisite.look",),
    ("kpisite.archive.*",),
    ("kpisite.examine.*", "kpisite.audit.*", "kpisite.blame"),
    ("kpisite.products.*",),
    ("kpisite.sign.*",),
    ("kpisite.verify.*",),
    ("kpisite.preservation.*",),
    ("kpisite.site",),
    ("kpisite.desk.*",),
    ("kpisite.serve.*",),
    ("kpisite.lsp.*",),
    ("kpisite.cli.*",),
    ("kpisite.__main__",),
)

#: A library, and the modules that alone may import it.
BEHIND: dict[str, tuple[str, ...]] = {
    "click": ("kpisite.cli.*",),
    "rich": ("kpisite.cli.progress",),
    "wcwidth": ("kpisite.cli.*", "kpisite.write.workbook"),
    "tomli_w": (
        "kpisite.cli.closing",
        "kpisite.pages.attachments",
        "kpisite.archive.copy",
        "kpisite.preservation.retention",
    ),
    "jinja2": ("kpisite.write.compiled", "kpisite.write.template"),
    "weasyprint": (
        "kpisite.write.declared",
        "kpisite.write.memoized",
        "kpisite.write.pdf",
        "kpisite.write.room",
        "kpisite.write.styles",
        "kpisite.write.tags",
        "kpisite.write.whole_fonts",
    ),
    "tinyhtml5": ("kpisite.write.memoized",),
    "cffi": ("kpisite.write.declared",),
    "_cffi_backend": ("kpisite.write.text_libraries",),
    "pydyf": ("kpisite.write.fields", "kpisite.write.structure", "kpisite.write.tags"),
    "pikepdf": (
        "kpisite.write.archival",
        "kpisite.write.bundle",
        "kpisite.paper.pdf",
    ),
    "segno": ("kpisite.write.code",),
    "xlsxwriter": ("kpisite.write.workbook",),
    "markdown": ("kpisite.pages.prose",),
    "nh3": ("kpisite.pages.prose",),
    "markupsafe": (
        "kpisite.pages.*",
        "kpisite.write.code",
        "kpisite.write.html",
        "kpisite.write.template",
    ),
    "babel": ("kpisite.core.currency",),
    "toml_rs": ("kpisite.read.toml", "kpisite.core.catalogue"),
    "lark": ("kpisite.core.formula.parsing",),
    "pydantic": ("kpisite.language.*", "kpisite.check.*"),
    "pydantic_core": ("kpisite.language.*", "kpisite.check.*"),
    "fontTools": ("kpisite.fonts", "kpisite.fonts.build"),
    "multiprocessing": (
        "kpisite.core.spread",
        "kpisite.write.printer",
        "kpisite.write.workers",
        "kpisite.core.worker",
    ),
    "concurrent": ("kpisite.core.spread", "kpisite.lsp.server", "kpisite.serve.engine"),
    # Nothing else answers anybody; and this, at loopback addresses only.
    "http": ("kpisite.serve.server",),
    "socket": ("kpisite.serve.server",),
    "socketserver": ("kpisite.serve.server",),
    "pygls": ("kpisite.lsp.server",),
    "lsprotocol": ("kpisite.lsp.server",),
    "watchfiles": ("kpisite.serve.watch",),
    "pyhanko": ("kpisite.sign.*", "kpisite.verify.changes", "kpisite.verify.signatures"),
    "pyhanko_certvalidator": ("kpisite.sign.*", "kpisite.verify.signatures"),
    "asn1crypto": (
        "kpisite.sign.*",
        "kpisite.verify.*",
        "kpisite.cli.verify",
        "kpisite.cli.key_options",
    ),
    "cryptography": ("kpisite.sign.demo", "kpisite.verify.container"),
    # pyHanko is called so.  It asks a time-stamp server where one is named, and nobody else does.
    "asyncio": ("kpisite.sign.*", "kpisite.verify.signatures", "kpisite.lsp.server"),
    "uharfbuzz": ("kpisite.sign.stamp",),
    "ctypes": (
        "kpisite.core.worker",
        "kpisite.products.output",
        "kpisite.write.pdf",
        "kpisite.write.whole_fonts",
    ),
    "shutil": ("kpisite.disk.files", "kpisite.history.git"),
    "tempfile": ("kpisite.disk.scratch",),
    "sqlite3": ("kpisite.disk.cache",),
    "argparse": ("kpisite.fonts.build",),
    "python_calamine": ("kpisite.tables.reading",),
    "subprocess": ("kpisite.history.git",),
    "zxingcpp": ("kpisite.paper.scan",),
    "PIL": ("kpisite.paper.scan",),
    "pypdfium2": ("kpisite.paper.scan",),
}

#: Libraries that nothing imports: what would reach out of the folder, and what runs text as code.
NOWHERE = (
    "ssl", "http.client", "urllib.request", "requests", "httpx",
    "pickle", "shelve", "marshal", "webbrowser", "random", "secrets", "uuid", "locale",
)  # fmt: skip

#: Modules that may touch the disk, beyond reading files of the package itself.
TOUCH_THE_DISK = (
    "kpisite.disk.root", "kpisite.core.system",
    "kpisite.source", "kpisite.packaged", "kpisite.products.output",
    "kpisite.disk.files", "kpisite.disk.staging", "kpisite.disk.update", "kpisite.disk.cache",
    "kpisite.disk.own_code", "kpisite.disk.scratch", "kpisite.disk.secret",
    "kpisite.archive.folder", "kpisite.fonts.build",
    "kpisite.audit.finding",
)  # fmt: skip
#: `pdf` writes a fonts.conf into a temporary folder, for Fontconfig can be told in no other way;
#: what `archival`, `bundle`, `scan`, `reading` and `kpisite.paper.pdf` open are bytes in memory;
#: `text` looks which languages the package has words of; `declared` writes a module anew.
WRITE_BESIDES = (
    "kpisite.write.pdf", "kpisite.write.archival", "kpisite.write.bundle", "kpisite.paper.scan",
    "kpisite.paper.pdf", "kpisite.audit.reading", "kpisite.core.text", "kpisite.write.declared",
)  # fmt: skip

#: Calls and attributes that read or write files, whatever they are called on.
OF_THE_DISK = {
    "open", "mkdir", "makedirs", "unlink", "rmdir", "rmtree", "remove", "rename", "replace_file",
    "write_text", "write_bytes", "touch", "symlink_to", "link", "copyfile", "copytree", "scandir",
    "iterdir", "rglob", "glob", "chmod", "utime",
}  # fmt: skip

#: What no stage may read: the clock, the environment, the locale.
OF_THE_MOMENT = {
    ("time", "time"), ("time", "localtime"), ("datetime", "now"), ("datetime", "today"),
    ("datetime", "utcnow"), ("date", "today"), ("os", "getcwd"), ("Path", "cwd"), ("Path", "home"),
    ("os", "environ"), ("os", "getenv"), ("os", "getlogin"), ("platform", "node"),
}  # fmt: skip
#: `pdf` shows Fontconfig its fonts by the environment, which also says where a user's secret is; a
#: month is closed on a day, a signature is given and a certificate judged at a moment; a password
#: must not stand on the command line.
#: `git` shows git the path and the home folder, and hides what would lead it elsewhere.
MAY_LOOK = {
    "kpisite.write.pdf": {("os", "environ")},
    "kpisite.disk.secret": {("os", "environ")},
    "kpisite.history.git": {("os", "environ")},
    "kpisite.cli.spoken": {("os", "environ")},
    "kpisite.cli.start": {("os", "environ"), ("Path", "cwd")},
    "kpisite.cli.archive": {("datetime", "now")},
    "kpisite.cli.archive_options": {("date", "today")},
    "kpisite.cli.close": {("date", "today")},
    "kpisite.cli.pending": {("date", "today")},
    "kpisite.cli.answer": {("date", "today")},
    "kpisite.cli.rule": {("date", "today")},
    "kpisite.cli.amend": {("date", "today")},
    "kpisite.cli.init": {("date", "today")},
    "kpisite.cli.import_files": {("date", "today")},
    "kpisite.cli.sign": {("datetime", "now")},
    "kpisite.cli.keys": {("datetime", "now")},
    "kpisite.cli.key_options": {("os", "environ")},
    "kpisite.cli.verify": {("datetime", "now")},
}


@cache
def modules() -> dict[str, Path]:
    found = {}
    for file in PACKAGE.rglob("*.py"):
        parts = ("kpisite", *file.relative_to(PACKAGE).with_suffix("").parts)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(modules()[module].read_text(encoding="utf-8"))


@cache
def imports(module: str) -> frozenset[str]:
    """Every module that `module` imports, anywhere in it, for types alone included."""
    found = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports stand in full"
            assert node.module is not None
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= inner & set(modules()) or {node.module}
    return frozenset(found)


def is_among(module: str, names: tuple[str, ...]) -> bool:
    return any(
        module == name.removesuffix(".*")
        or (name.endswith(".*") and module.startswith(name.removesuffix("*")))
        for name in names
    )


def layer(module: str) -> int:
    found = [number for number, names in enumerate(LAYERS) if is_among(module, names)]
    assert len(found) == 1, f"{module} stands in {len(found)} layers of the table; it needs one"
    return found[0]


def test_every_module_has_a_layer_and_imports_from_no_higher_one() -> None:
    upwards = [
        f"{module} imports {name}"
        for module in modules()
        for name in imports(module)
        if name in modules() and layer(name) > layer(module)
    ]
    assert upwards == []


#: The bases of all; every other method or component is known by what it says.
BASES = {"Indicator", "Component"}
#: Where rows are told apart by what their base alone can do: be marked, be measured, list tasks.
MAY_TELL_APART = {
    "kpisite.score.indicators": {"Marked", "Measured", "Planned"},
    "kpisite.desk.asked": {"Planned"},
    "kpisite.desk.layout": {"Planned"},
    "kpisite.desk.sheets.tasks": {"Planned"},
}


def test_only_methods_and_components_know_which_they_are() -> None:
    """Sheets, checks and pages ask what a method or a component says of itself (see
    `docs/architecture.md`), so that a new one is a class and not a change to each of them."""
    from kpisite.language.components import Component
    from kpisite.language.methods import Indicator

    rooms = ("kpisite.language.methods", "kpisite.language.components")
    within = tuple(f"{room}.*" for room in rooms)
    asked = set()
    for module in modules():
        for node in () if is_among(module, within) else ast.walk(tree(module)):
            if not isinstance(node, ast.ImportFrom) or not is_among(node.module or "", within):
                continue
            source = import_module(node.module or "")
            may = BASES | MAY_TELL_APART.get(module, set())
            for name in {alias.name for alias in node.names} - may:
                one = getattr(source, name)
                if isinstance(one, type) and issubclass(one, Indicator | Component):
                    asked.add(f"{module} imports {name}")
    assert asked == set()


#: `taken_up` has a table by what a component pays out (`gives_out`), of which two are called so.
MAY_GO_BY_NAME = (
    "kpisite.language.methods.*",
    "kpisite.language.components.*",
    "kpisite.check.taken_up",
)


def test_nothing_else_goes_by_the_name_of_a_method_or_component() -> None:
    """What they say in words, too, they say themselves (`clauses`)."""
    from kpisite.language.components import COMPONENTS
    from kpisite.language.methods import METHODS

    by_name = {
        str(get_args(one.model_fields["method"].annotation)[0]) for one in (*METHODS, *COMPONENTS)
    }
    found = set()
    for module in modules():
        if is_among(module, MAY_GO_BY_NAME):
            continue
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.Dict):
                keys = {one.value for one in node.keys if isinstance(one, ast.Constant)}
                if len(keys & by_name) > 1 and keys <= by_name:
                    found.add(f"{module}: a table by {sorted(map(str, keys))}")
            is_read = isinstance(node, ast.Attribute) and node.attr == "method"
            if is_read or (isinstance(node, ast.Call) and _asks_for_method(node)):
                found.add(f"{module}: {ast.unparse(node)}")
    assert found == set()


def _asks_for_method(node: ast.Call) -> bool:
    """Whether it is `getattr(…, "method")`."""
    name = node.args[1] if ast.unparse(node.func) == "getattr" and len(node.args) > 1 else None
    return isinstance(name, ast.Constant) and name.value == "method"


def test_the_table_names_no_layer_that_is_not_there() -> None:
    for names in (*LAYERS, *BEHIND.values(), TOUCH_THE_DISK, WRITE_BESIDES, tuple(MAY_LOOK)):
        for name in names:
            assert any(is_among(module, (name,)) for module in modules()), name


def test_nothing_imports_in_a_circle() -> None:
    done: set[str] = set()

    def follow(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " → ".join((*way, module))
        if module not in done:
            for name in imports_at_start(module):
                follow(name, (*way, module))
            done.add(module)

    for module in modules():
        follow(module, ())


def imports_at_start(module: str) -> list[str]:
    """The modules of the package that are imported when `module` is."""
    found = []
    for node in tree(module).body:
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [name for name in inner if name in modules()] or [node.module]
        elif isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
    return sorted({name for name in found if name in modules() and name != module})


@pytest.mark.parametrize("library", sorted(BEHIND))
def test_a_library_lives_behind_its_modules(library: str) -> None:
    users = {module for module in modules() if uses(module, library)}
    assert users, f"nothing imports {library} any more"
    assert {module for module in users if not is_among(module, BEHIND[library])} == set()


def uses(module: str, library: str) -> bool:
    return any(name == library or name.startswith(f"{library}.") for name in imports(module))


@pytest.mark.parametrize("library", NOWHERE)
def test_no_module_reaches_out_or_runs_what_it_reads(library: str) -> None:
    assert [module for module in modules() if uses(module, library)] == []


def test_every_third_party_library_is_in_the_table() -> None:
    known = {*BEHIND, "kpisite"}
    for module in modules():
        for name in imports(module):
            top = name.partition(".")[0]
            assert top in known or top in sys.stdlib_module_names, f"{module} imports {top}"


def test_only_the_modules_of_the_disk_touch_it() -> None:
    for module in modules():
        called = {
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            for node in ast.walk(tree(module))
            if isinstance(node, ast.Call)
        }
        may = is_among(module, (*TOUCH_THE_DISK, *WRITE_BESIDES))
        assert may or called & OF_THE_DISK == set(), module


def test_no_stage_looks_at_the_clock_or_the_environment() -> None:
    for module in modules():
        looked = {
            (node.value.id, node.attr)
            for node in ast.walk(tree(module))
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        }
        assert looked & OF_THE_MOMENT <= MAY_LOOK.get(module, set()), module


def test_only_the_command_line_prints_and_exits() -> None:
    for module in modules():
        called = {
            node.func.id
            for node in ast.walk(tree(module))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        ended = any(
            isinstance(node, ast.Attribute)
            and ast.unparse(node)
            in ("sys.exit", "sys.stdout", "sys.stderr", "sys.argv", "os._exit")
            for node in ast.walk(tree(module))
        )
        assert called & {"input", "exit", "quit", "eval", "exec", "compile"} == set(), module
        if not is_among(module, ("kpisite.cli.*",)):
            assert "print" not in called, module
            assert not ended, module


def test_help_and_check_start_without_what_only_building_needs() -> None:
    import subprocess

    code = (
        "import sys; from kpisite.cli.main import kpisite;"
        "heavy = {'weasyprint', 'rich', 'xlsxwriter', 'markdown', 'nh3', 'fontTools', 'lark'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=PACKAGE.parent,
    )  # fmt: skip
    assert ran.stdout == "[]\n"
