"""`kpisite doctor`: what is missing on this machine, and how to get it."""

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from kpisite.desk import doctor
from kpisite.desk.doctor import EXTRAS, examined
from tests.conftest import Site
from tests.sites import ROOT, in_a_process, run


def test_a_machine_that_has_all_is_well(site: Site) -> None:
    ran = site.run("doctor")
    assert ran.code == 0 and "缺  " not in ran.output and str(site.root) in ran.output


def test_what_is_needed_and_missing_is_reported_with_its_remedy(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "missing_libraries", lambda: "cannot load library 'libpango'")
    ran = site.run("doctor", "--language", "en")
    assert ran.code == 1
    assert "missing   the system libraries" in ran.output and "libpango'" in ran.output
    assert "sudo apt-get install libpango-1.0-0" in ran.output
    reported = json.loads(site.run("doctor", "--json").output)
    assert reported["findings"][0]["state"] == "missing" and reported["site"] == str(site.root)


def test_what_is_optional_and_missing_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "find_spec", lambda _name: None)
    monkeypatch.setattr(doctor, "has_git", lambda: False)
    ran = run("doctor", "--language", "en", at=tmp_path)
    assert ran.code == 0 and 'pip install "kpisite[sign]"' in ran.output
    assert "optional  git" in ran.output and "kpisite init" in ran.output


def test_a_site_that_may_not_be_written_to_is_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda _path, _mode: False)
    found = [one for one in examined(tmp_path) if one.name == "writing"]
    assert [one.state for one in found] == ["missing"] and str(tmp_path) in found[0].remedy


def test_the_shell_completes_commands_and_choices() -> None:
    def completed(words: str, at: int) -> str:
        asked = {"_KPISITE_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(at)}
        return in_a_process(env={**os.environ, **asked}).stdout

    assert completed("kpisite ans", 1) == "plain,answer\n"
    assert completed("kpisite answer A 2026-10 ack", 4) == "plain,acknowledged\n"


def test_every_extra_of_the_package_is_looked_for() -> None:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert set(project["project"]["optional-dependencies"]) == set(EXTRAS)
