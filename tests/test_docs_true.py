"""What the hand-written docs say holds: examples check, commands answer as told, links lead on."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kpisite.cli.main import kpisite
from tests.sites import ROOT, copy_sample, write

PAGES = (
    "README.md",
    "README.zh.md",
    *(f"docs/{one.name}" for one in sorted(ROOT.glob("docs/*.md"))),
)
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
#: The path that a whole file of an example names in its second line.
WHOLE = re.compile(r"#:schema \S+\n# (\S+\.toml)\n")
#: Where the docs let a reader build, which tests that run at once must not share.
LOOK = "/tmp/look"
#: In the READMEs the mark that the reader changes, before the first transcript and the second.
EDITS = [("supervisor =  4 }", "supervisor =  6 }"), ("supervisor =  6 }", "supervisor =  5 }")]


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return [body for name, body in FENCED.findall(text(page)) if name == language]


def whole_files(page: str) -> dict[str, str]:
    """The examples of a page that are whole files, by their path."""
    return {
        found[1]: body for body in blocks(page, "toml") if (found := WHOLE.match(body)) is not None
    }


def said_by(command: str, site: Path) -> str:
    """What a reader sees who types `command` in the site's folder; /tmp/look is a folder in it."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ran = subprocess.run(
        ["bash", "-c", command.replace(LOOK, f"{site}/look")],
        cwd=site,
        env=os.environ | {"PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
        text=True,
    )
    return as_written(ran.stdout, site)


def as_written(said: str, site: Path) -> str:
    """The answer as the docs give it: in the folder that they name, and always as quick."""
    said = re.sub(r"^(?:pages|forms) \d+/\d+\n", "", said, flags=re.MULTILINE)
    said = re.sub(r"\d+\.\d( s\.| 秒。)", r"2.0\1", said)
    return said.replace(f"{site}/look", LOOK)


def transcripts(page: str) -> Iterator[tuple[str, str]]:
    """Each command that a page shows with its answer, and what it shows of that."""
    for block in blocks(page, "console"):
        for shown in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, answer = shown.partition("\n")
            if answer or command.startswith("sed "):
                yield command, answer


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """The sample company in a folder of its own."""
    return copy_sample(tmp_path)


def test_the_whole_files_of_the_format_are_a_sound_site(tmp_path: Path) -> None:
    files = whole_files("docs/format.md")
    write(files, tmp_path)
    assert len(files) == 13
    assert said_by("kpisite check --strict --language en", tmp_path) == "Nothing to mend.\n"
    assert "CS017" in said_by("kpisite explain CS017 2026-10", tmp_path)
    once = said_by("kpisite explain CS017@probation 2026-10 --language zh", tmp_path)
    assert "76.0" in once and "按期转正" in once


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_the_five_minutes_of_the_readme_go_as_they_are_reported(page: str, sample: Path) -> None:
    record = sample / "records/2026-10/CS017.toml"
    shown = list(transcripts(page))
    assert [command.split()[1] for command, _ in shown] == [
        "check",
        "check",
        "explain",
        "build",
    ]
    for number, (command, answer) in enumerate(shown):
        if number < len(EDITS):
            lines = record.read_text(encoding="utf-8").split("\n")
            lines[10] = lines[10].replace(*EDITS[number])
            record.write_text("\n".join(lines), encoding="utf-8")
            if number == 0:
                assert lines[10] in text(page)
        assert said_by(command, sample).strip() == answer.strip()


@pytest.mark.parametrize("page", ["docs/writing-a-scheme.md", "docs/writing-a-scheme.zh.md"])
def test_the_form_of_the_guide_checks_and_explains_as_reported(page: str, sample: Path) -> None:
    write(whole_files(page), sample)
    shown = list(transcripts(page))
    assert len(shown) == 4
    for command, answer in shown:
        assert said_by(command, sample).strip() == answer.strip()


@pytest.mark.parametrize("page", ["docs/a-month.md", "docs/a-month.zh.md"])
def test_a_month_is_closed_and_amended_as_the_guide_says(page: str, sample: Path) -> None:
    said_by("kpisite close 2026-08 --on 2026-09-15 --despite-open", sample)
    (edit, _), (command, issue), (again, sound) = transcripts(page)
    said_by(edit, sample)
    assert said_by(command, sample).strip() == issue.strip()
    write(whole_files(page), sample)
    assert said_by(again, sample).strip() == sound.strip()


def test_the_total_that_the_guide_expects_is_the_total(sample: Path) -> None:
    page = "docs/writing-a-scheme.md"
    files = whole_files(page)
    record = "records/2026-10/PS002.toml"
    (expect,) = [body for body in blocks(page, "toml") if body.startswith("expect")]
    write(files | {record: expect + files[record]}, sample)
    command = "kpisite check records/schemes/pre-sales.toml records/2026-10 --language en"
    assert said_by(command, sample) == "Nothing to mend.\n"


@pytest.mark.parametrize("guide", ["docs/writing-a-scheme", "docs/a-month"])
def test_the_guide_says_the_same_in_both_languages(guide: str) -> None:
    english, chinese = f"{guide}.md", f"{guide}.zh.md"
    assert blocks(english, "toml") == blocks(chinese, "toml")
    levels = [re.findall(r"^#+", text(page), re.MULTILINE) for page in (english, chinese)]
    assert levels[0] == levels[1]


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_every_command_stands_in_the_readme(page: str) -> None:
    table = re.findall(r"^\| `kpisite (\w+)", text(page), re.MULTILINE)
    assert sorted(set(table)) == sorted(kpisite.commands)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    prose = FENCED.sub("", text(page))
    for link in LINK.findall(prose):
        if re.match(r"\w+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = ((ROOT / page).parent / path).resolve() if path else ROOT / page
        assert target.exists(), f"{page}: {link}"
        if anchor:
            assert anchor in anchors(target), f"{page}: {link}"


def anchors(page: Path) -> set[str]:
    """What may stand behind # in a link to a page: its headings and its marked places."""
    body = FENCED.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", body, re.MULTILINE)
    slugs = {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }
    return slugs | set(re.findall(r'<a id="([^"]+)"', body))
