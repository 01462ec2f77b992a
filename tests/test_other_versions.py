"""What another version of the program kept in a site is believed by none."""

from pathlib import Path

import pytest

from kpisite.core.questions import Questions
from kpisite.examine.base import Base
from tests.sites import run, small_site, write


def test_questions_that_another_version_noted_are_asked_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, note = write(small_site(), tmp_path), Questions.note
    with monkeypatch.context() as earlier:
        earlier.setattr(Questions, "note", lambda self, one: note(self, one.partition(" ")[0]))
        earlier.setattr(Base, "answer", lambda self, question: "something")
        assert run("check", at=site).code == 0
    assert (site / ".kpisite/runs.sqlite").is_file()
    place = site / "records/2026-10/A1.toml"
    place.write_text(place.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    ran = run("check", at=site)
    assert ran.code == 0, ran.errors
