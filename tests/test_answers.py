"""Where nothing has changed, a command says again what it said, and looks at nothing else."""

import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kpisite.cli.start import ANSWERED
from tests.lively_site import lively_site
from tests.sites import Ran, in_a_process, run, write
from tests.trees import digest

BUILD = ("build", "--no-pdf")
COMMANDS = (BUILD, ("check",), ("check", "--format", "json"), ("check", "--strict"))


pytestmark = pytest.mark.usefixtures("shared_look")


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that was built, to be copied."""
    place = write(lively_site(), tmp_path_factory.mktemp("answers") / "site")
    run(*BUILD, at=place)
    return place


@pytest.fixture
def site(built_once: Path, tmp_path: Path) -> Path:
    """A site that was built and checked; in its copy all commands answer anew."""
    place = Path(shutil.copytree(built_once, tmp_path / "site"))
    for words in COMMANDS:
        run(*words, at=place)
    return place


def without_seconds(ran: Ran) -> tuple[int, str, str]:
    """What was said, besides how long it took and how far it had come."""
    progress = ("网页 ", "pages ")
    errors = [line for line in ran.errors.splitlines() if not line.startswith(progress)]
    return ran.code, re.sub(r"\d+\.\d 秒", "秒", ran.output), "\n".join(errors)


@pytest.mark.parametrize("words", COMMANDS)
def test_what_is_answered_again_is_what_was_answered(site: Path, words: tuple[str, ...]) -> None:
    (site / ".kpisite").rename(site / "aside")
    afresh = run(*words, at=site)
    again = run(*words, at=site)
    assert without_seconds(again) == without_seconds(afresh)


@pytest.mark.parametrize("words", COMMANDS)
def test_where_nothing_has_changed_no_file_is_read_as_a_form(
    site: Path, words: tuple[str, ...]
) -> None:
    line = ["-C", str(site), *words]
    in_a_process(*line)
    ran = in_a_process(*line, env={**os.environ, "PYTHONPROFILEIMPORTTIME": "1"})
    assert "kpisite.products.answers" in ran.stderr
    assert "pydantic" not in ran.stderr and "kpisite.examine.load" not in ran.stderr


def append(site: Path, path: str, text: str) -> None:
    with (site / path).open("a", encoding="utf-8") as file:
        file.write(text)


def change_a_record(site: Path) -> None:
    place = next(site.glob("records/2026-*/[!m]*.toml"))
    append(site, place.relative_to(site).as_posix(), "\nunknown = 1\n")


def put_a_stray_file(site: Path) -> None:
    (site / "records/notes.txt").write_text("?", encoding="utf-8")


def bring_a_theme(site: Path) -> None:
    write({"themes/own/theme.toml": 'extends = "nothing"\n'}, site)


def name_a_theme(site: Path) -> None:
    append(site, "kpisite.toml", 'theme = "own"\n')


def delete_a_page(site: Path) -> None:
    next((site / "output").rglob("*.html")).unlink()


def put_a_page(site: Path) -> None:
    (site / "output/more.html").write_text("?", encoding="utf-8")


def delete_the_output(site: Path) -> None:
    (site / "output").rename(site / "gone")


def close_the_output(site: Path) -> None:
    (site / "output").chmod(0o755)


CHANGES: tuple[Callable[[Path], None], ...] = (
    change_a_record, put_a_stray_file, bring_a_theme, name_a_theme, delete_a_page, put_a_page,
    delete_the_output, close_the_output,
)  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize("change", CHANGES)
def test_an_answer_holds_no_longer_than_what_it_rests_on(
    site: Path, change: Callable[[Path], None], words: tuple[str, ...]
) -> None:
    change(site)
    ran, output = run(*words, at=site), site / "output"
    found = digest(output) if output.exists() else {}
    (site / ".kpisite").rename(site / "aside")
    afresh = run(*words, at=site)
    assert without_seconds(ran) == without_seconds(afresh)
    assert found == (digest(output) if output.exists() else {})


def test_only_commands_that_exist_are_answered_again() -> None:
    assert {words[0] for words in COMMANDS} == set(ANSWERED)


def test_an_interrupt_while_the_command_is_imported_ends_it_without_a_trace(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted:
        @staticmethod
        def find_spec(name: str, *_: object) -> None:
            if name == "kpisite.cli.main":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "kpisite.cli.main")
    monkeypatch.setattr(sys, "meta_path", [Interrupted, *sys.meta_path])
    change_a_record(site)
    assert run("check", at=site).code == 130
