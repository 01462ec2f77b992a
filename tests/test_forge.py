"""What a forge, a hook, a shell and other programs ask of kpisite."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import click
import pytest

from kpisite.cli.main import kpisite
from tests.repositories import commit, git
from tests.sites import ROOT, edit, in_a_process, run, small_site, write
from tests.test_docs import COMMANDS as ALL_COMMANDS

RECORD = "records/2026-10/A1.toml"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The small company, committed once."""
    root = tmp_path / "site"
    root.mkdir()
    git(root, "init", "-q")
    commit(root, small_site() | {".gitignore": "output\n"}, "2026-11-03")
    return root


# CI.


@pytest.mark.parametrize(
    ("forge", "place"), [("github", ".github/workflows/kpisite.yml"), ("gitlab", ".gitlab-ci.yml")]
)
def test_a_forges_file_is_written_once_and_is_ours_no_more(
    site: Path, forge: str, place: str
) -> None:
    found = json.loads(run("ci", forge, "--json", at=site).output)
    assert (found["exit"], found["files"]) == (0, [place])
    (site / place).write_text("mine", encoding="utf-8")
    assert run("ci", forge, at=site).code == 2
    assert (site / place).read_text(encoding="utf-8") == "mine"
    assert run("ci", forge, "--force", at=site).code == 0
    assert "kpisite check" in (site / place).read_text(encoding="utf-8")


def test_a_site_below_the_root_of_its_repository_is_told_what_to_do(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(small_site(), tmp_path / "hr")
    ran = run("ci", "github", at=tmp_path / "hr")
    assert ran.code == 2
    assert "-C" in ran.errors


def scripts(forge: str) -> list[str]:
    """The shell of a template, step by step."""
    lines = (ROOT / f"kpisite/samples/ci/{forge}.yml").read_text(encoding="utf-8").split("\n")
    found: list[str] = []
    for index, line in enumerate(lines):
        block = re.fullmatch(r"( *)(?:- )?(?:run: )?\|", line)
        single = re.fullmatch(r" *- (?:run: )?((?:kpisite|pip) .*)", line)
        if block:
            rest = lines[index + 1 :]
            depth = len(rest[0]) - len(rest[0].lstrip())
            body = []
            for one in rest:
                if one.strip() and len(one) - len(one.lstrip()) < depth:
                    break
                body.append(one)
            found.append(dedent("\n".join(body)))
        elif single:
            found.append(single[1])
    return found


@pytest.mark.parametrize("forge", ["github", "gitlab"])
def test_every_script_of_a_template_is_shell_and_every_command_in_it_is_one_of_ours(
    forge: str,
) -> None:
    found = scripts(forge)
    assert len(found) >= 6
    for script in found:
        ran = subprocess.run(
            ["bash", "-n"], input=script, text=True, capture_output=True, check=False
        )
        assert ran.returncode == 0, ran.stderr
    lines = [one for script in found for one in re.findall(r"(?m)^\s*kpisite (.*)$", script)]
    assert any(one.startswith("build") for one in lines)
    for line in lines:
        words = shlex.split(re.sub(r" > .*| \$seen", "", line))
        command = kpisite.commands[words[0]]
        command.make_context(words[0], words[1:], resilient_parsing=False)


def step(script: str, site: Path, tmp_path: Path, **environment: str) -> tuple[int, str]:
    """Runs a step as a forge does, with kpisite on the path."""
    tool = tmp_path / "bin/kpisite"
    tool.parent.mkdir(exist_ok=True)
    tool.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m kpisite "$@"\n', "utf-8")
    tool.chmod(0o755)
    known = {
        "PATH": f"{tool.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT),
        "RUNNER_TEMP": str(tmp_path), "HOME": str(tmp_path),
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": "HEAD^1",
    }  # fmt: skip
    ran = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script], cwd=site, env=known | environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return ran.returncode, ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("forge", "text"), [("github", "BODY"), ("gitlab", "CI_MERGE_REQUEST_DESCRIPTION")]
)
def test_a_request_is_commented_and_does_not_pass_before_it_is_acknowledged(
    site: Path, tmp_path: Path, forge: str, text: str
) -> None:
    edit(site, RECORD, "supervisor = 50", "supervisor = 45")
    commit(site, {}, "2026-11-05")
    told = next(one for one in scripts(forge) if "--format markdown" in one)
    asked = next(one for one in scripts(forge) if "--fail-on-change" in one)
    assert step(told, site, tmp_path)[0] == 0
    comment = next(one for one in (tmp_path / "diff.md", site / "diff.md") if one.exists())
    digest = re.search(r"`([0-9a-f]{12})`", comment.read_text(encoding="utf-8"))
    assert digest is not None
    code, said = step(asked, site, tmp_path, **{text: "looks fine; `touch x`; $(touch x)"})
    assert (code, digest[1] in said) == (1, True)
    code, said = step(asked, site, tmp_path, **{text: f"ok\r\nacknowledged: {digest[1]}\r\n"})
    assert (code, said) == (0, "")
    assert not (site / "x").exists()


# Owners.


def test_managers_own_their_peoples_records_and_hr_all(site: Path) -> None:
    ran = run("owners", "--hr", "@co/hr", at=site)
    assert ran.code == 0
    lines = [line for line in ran.output.split("\n") if line and not line.startswith("#")]
    assert lines[0] == "* @co/hr"
    assert "/records/*/A1.toml @co/hr @M1" in lines
    assert "/records/*/A1@*.toml @co/hr @M1" in lines
    assert "/records/*/B1.toml @co/hr @M2" in lines
    assert lines[-1] == "/records/policies/ @co/hr"
    assert "/records/pay/ @co/hr" in lines[-4:], "the last line that fits holds"
    found = json.loads(
        run("owners", "--hr", "hr@x.org", "--handle", "{id}@x.org", "--json", at=site).output
    )
    assert {"pattern": "/records/*/A2.toml", "owners": ["hr@x.org", "M1@x.org"]} in found["owners"]


def test_a_manager_does_not_own_their_own_record(site: Path) -> None:
    path = "records/staff/M1.toml"
    text = (site / path).read_text(encoding="utf-8")
    (site / path).write_text(text + 'scheme = "form"\nsuperior = "M2"\n', encoding="utf-8")
    output = run("owners", "--hr", "@hr", "--month", "2026-10", at=site).output
    assert "/records/*/M1.toml @hr @M2" in output


def test_the_manager_before_owns_the_part_of_a_month_in_their_department(site: Path) -> None:
    path = "records/staff/A1.toml"
    text = (site / path).read_text(encoding="utf-8")
    before, post = text.split("[[post]]")
    moved = post.replace("desk", "store").replace("M1", "M2")
    moved = re.sub(r"from = \S+", "from = 2026-10-16", moved)
    (site / path).write_text(f"{before}[[post]]{post}\n[[post]]{moved}", encoding="utf-8")
    output = run("owners", "--hr", "@hr", "--month", "2026-10", at=site).output
    lines = output.split("\n")
    assert "/records/*/A1.toml @hr @M2" in lines
    part = "/records/*/A1@desk.toml @hr @M1 @M2"
    assert lines.index(part) > lines.index("/records/*/A1@*.toml @hr @M2"), "the last line holds"


@pytest.mark.parametrize("name", ["hr", "公司/人事", "", "@", "@hr hr"])
def test_a_name_that_no_forge_knows_is_refused(site: Path, name: str) -> None:
    ran = run("owners", "--hr", name, at=site)
    assert ran.code == 2 and "@" in ran.errors
    assert run("owners", "--hr", "@hr", "--handle", "{id}", at=site).code == 2


def test_owners_of_a_site_below_the_root_say_so(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(small_site(), tmp_path / "人事 部")
    output = run("owners", "--hr", "@hr", at=tmp_path / "人事 部").output
    assert "\n/人事\\ 部/ @hr\n" in output
    assert "/人事\\ 部/records/*/A1.toml @hr @M1" in output


# Hooks.


def test_the_hooks_that_a_site_can_use_are_commands(site: Path) -> None:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    entries = re.findall(r"(?m)^  entry: kpisite (.*)$", text)
    assert entries == ["check", "diff"]
    for entry in entries:
        assert run(*entry.split(), at=site).code == 0
    pattern = re.findall(r"(?m)^  files: (.*)$", text)[0]
    for path in ("kpisite.toml", "records/2026-10/A1.toml", "人事/records/staff/A1.toml"):
        assert re.search(pattern, path)
    assert not re.search(pattern, "docs/kpisite.toml.md")


# The shell.


def test_the_shell_completes_commands_options_and_choices(tmp_path: Path) -> None:
    """In bash itself, by what docs/editors.md says."""
    (tmp_path / "kpisite").write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m kpisite "$@"\n', encoding="utf-8"
    )
    (tmp_path / "kpisite").chmod(0o755)
    text = (ROOT / "docs/editors.md").read_text(encoding="utf-8")
    line = 'eval "$(_KPISITE_COMPLETE=bash_source kpisite)"'
    assert line in text
    script = line + "".join(
        f'\nCOMP_WORDS=({words}); COMP_CWORD={words.count(" ")}; COMPREPLY=()\n'
        '_kpisite_completion kpisite; echo "${COMPREPLY[*]}"'
        for words in ('kpisite dif', 'kpisite diff --fail', 'kpisite ci g')
    )  # fmt: skip
    ran = subprocess.run(
        ["bash", "-c", script], capture_output=True, text=True, check=False,
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert ran.stdout.split("\n")[:3] == ["diff", "--fail-on-change", "github gitlab"], ran.stderr


# Data.


@pytest.mark.parametrize("name", sorted(ALL_COMMANDS))
def test_every_command_has_json(name: str) -> None:
    command: click.Command = kpisite
    for word in name.split():
        assert isinstance(command, click.Group)
        command = command.commands[word]
    if not isinstance(command, click.Group):
        assert any("--json" in one.opts for one in command.params), name


def test_a_command_without_data_of_its_own_says_its_lines_as_data(site: Path) -> None:
    found = json.loads(run("build", "--no-pdf", "--json", at=site).output)
    assert (found["exit"], found["scorecards"], found["forms"]) == (0, 4, 0)
    assert found["output"] == str(site / "output")
    assert found["pages"]["hr"] > 0
    assert len(found["lines"]) > 3
    found = json.loads(run("build", "--no-pdf", "--json", "--language", "en", at=site).output)
    assert found["language"] == "en"
    edit(site, RECORD, "supervisor = 50", "supervisor = 500")
    ran = run("build", "--no-pdf", "--json", at=site)
    assert (ran.code, json.loads(ran.output)["exit"]) == (1, 1)
    assert "mark-too-high" in ran.errors
    assert json.loads(run("check", "--json", at=site).output)[0]["code"] == "mark-too-high"


def test_what_is_written_as_data_is_utf8_on_every_terminal(site: Path) -> None:
    ran = in_a_process(
        "build", "--no-pdf", "--json", cwd=site,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "张" in ran.stdout or "份" in ran.stdout
