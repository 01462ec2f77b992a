"""Records that fold earlier months are shared out over processes by whose they are, and come to
what they do in one process; those that look at others of their month besides stay in one."""

from collections.abc import Mapping

import pytest

import kpisite.examine.looking_back
from kpisite.check.ground import Ground
from kpisite.examine.examination import Examination
from kpisite.examine.kept import NOTHING_KEPT
from kpisite.language.figures.earlier import MonthBefore
from kpisite.outcomes.outline import Outline
from kpisite.read.file import File
from kpisite.score.card import Scorecard
from kpisite.score.handed import handed_on
from tests.lively_site import MONTHS, lively_site

LIVELY = {path: text.encode() for path, text in lively_site().items()}


def outlines(workers: int) -> Mapping[str, Outline]:
    files = [File(path, content) for path, content in LIVELY.items()]
    found = Examination(files, "", NOTHING_KEPT, workers).site_results
    return {one.path: one for one in found.outlines}


def test_people_who_look_back_are_scored_by_several_processes_to_the_same_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scored_here: list[str] = []

    def noted(ground: Ground, card: Scorecard) -> MonthBefore | None:
        scored_here.append(card.record.path)
        return handed_on(ground, card)

    monkeypatch.setattr("kpisite.examine.looking_back.handed_on", noted)
    monkeypatch.setattr(kpisite.examine.looking_back, "PEOPLE_A_PIECE", 1)
    alone = outlines(workers=1)
    look_back = {f"records/{month}/{id}.toml" for month in MONTHS for id in ("A1", "A2")}
    assert look_back <= set(scored_here)
    scored_here.clear()
    monkeypatch.setattr("kpisite.examine.run.WORTH_A_FORK", 1)
    assert outlines(workers=2) == alone
    assert not look_back & set(scored_here)
