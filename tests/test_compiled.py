"""Templates are compiled once: in a process, and the program's own in all of them."""

import sys
from pathlib import Path

import pytest

from kpisite.disk.own_code import own_text
from kpisite.write import compiled
from kpisite.write.template import Environment, environment_of

CALM = own_text("themes/default/rule.html") or ""


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which code is kept, by a process that holds none yet."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(compiled, "_held", {})
    return tmp_path


def files_in(folder: Path) -> list[str]:
    return sorted(one.name.split(".")[0] for one in folder.rglob("rule.*"))


def compiles(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the templates that are compiled from now on."""
    names: list[str] = []
    how = Environment.compile

    def compile(self: Environment, source: str, name: str, *rest: object) -> object:
        names.append(name)
        return how(self, source, name, *rest)  # type: ignore[call-overload]

    monkeypatch.setattr(Environment, "compile", compile)
    return names


def test_a_template_of_the_program_is_compiled_once_for_all_processes(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = compiles(monkeypatch)
    environment_of({"rule.html": CALM}).get_template("rule.html")
    environment_of({"rule.html": CALM}).get_template("rule.html")
    assert (names, files_in(kept)) == (["rule.html"], ["rule"])
    monkeypatch.setattr(compiled, "_held", {})  # a new process
    environment_of({"rule.html": CALM}).get_template("rule.html")
    (place,) = kept.rglob("rule.*")
    place.unlink()  # what was read is held
    environment_of({"rule.html": CALM}).get_template("rule.html")
    assert names == ["rule.html"]


def test_a_sites_own_template_is_never_kept_as_code(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = compiles(monkeypatch)
    files = {"rule.html": f"{CALM}<p>ours", "mine.html": "<p>{{ 6 * 7 }}"}
    for _ in range(2):
        environment = environment_of(files)
        assert environment.get_template("mine.html").render() == "<p>42"
        environment.get_template("rule.html")
    assert (names, files_in(kept)) == (["mine.html", "rule.html"], [])


def test_code_of_another_text_or_another_compiler_is_not_used(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment_of({"rule.html": CALM}).get_template("rule.html")
    names = compiles(monkeypatch)
    monkeypatch.setattr(compiled, "_held", {})
    environment_of({"rule.html": f"{CALM} "}).get_template("rule.html")
    assert names == ["rule.html"]
    monkeypatch.setattr(compiled, "_held", {})
    monkeypatch.setattr(compiled, "_compiler", lambda: "newer")
    environment_of({"rule.html": CALM}).get_template("rule.html")
    assert names == ["rule.html"] * 2


def test_a_damaged_file_or_a_folder_that_cannot_be_written_costs_time_alone(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment_of({"rule.html": CALM}).get_template("rule.html")
    (place,) = kept.rglob("rule.*")
    for content in (b"", b"what is this", place.read_bytes()[:-40]):
        place.write_bytes(content)
        monkeypatch.setattr(compiled, "_held", {})
        names = compiles(monkeypatch)
        environment_of({"rule.html": CALM}).get_template("rule.html")
        assert names == ["rule.html"]
    monkeypatch.setattr(sys, "pycache_prefix", str(place))  # a file, where a folder should be
    monkeypatch.setattr(compiled, "_held", {})
    environment_of({"rule.html": CALM}).get_template("rule.html")


def test_what_leaves_pythons_own_code_unwritten_leaves_this_unwritten(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    environment_of({"rule.html": CALM}).get_template("rule.html")
    assert files_in(kept) == []
