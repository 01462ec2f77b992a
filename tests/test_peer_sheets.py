"""Sheets of those who mark beside one another: colleagues who see nobody else's marks, and raters
of one row of whom one writes why."""

import json
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from kpisite.tables.grid import Raw
from kpisite.tables.reading import grids
from kpisite.tables.values import text_of
from tests.conftest import Site
from tests.sites import Ran
from tests.test_import_again import codes, taken
from tests.typed_sheets import sheets_of, typed

FORM = "客服月度考核"
RECORD = "records/2026-11/CS017.toml"
ANN, BEN, CID = "CS018", "CS019", "CS020"


def with_people(site: Site, *ids: str) -> Site:
    """The site with more people on the same post."""
    staff, pay = (site.read(f"records/{one}/CS017.toml") for one in ("staff", "pay"))
    for id in ids:
        name = f"同事{id[-2:]}"
        site.write({
            f"records/staff/{id}.toml": staff.replace("CS017", id).replace("李娜", name),
            f"records/pay/{id}.toml": pay.replace("CS017", id),
        })  # fmt: skip
    return site


@pytest.fixture
def peers(site: Site) -> Site:
    """November laid out, with a form on which three colleagues mark; October is gone."""
    with_people(site, ANN, BEN, CID)
    site.edit(
        "records/schemes/agent.toml",
        'raters = { self = "40%", supervisor = "60%" }',
        'raters = { supervisor = "60%", peer = { weight = "40%", peers = true, least = 3 } }',
    )
    site.write({"records/2026-10/CS017.toml": None, "records/2026-10/month.toml": None})
    assert site.run("new", "2026-11").code == 0
    return site


def peer_sheet(site: Site, id: str) -> Path:
    (path,) = (one for one in sheets_of(site.root, "2026-11") if f"-{id}-" in one.name)
    return path


def shown(path: Path) -> list[Sequence[Raw]]:
    (form,) = (one for one in grids("x", path.read_bytes()) if one.name == FORM)
    return list(form.rows)


def test_colleagues_mark_in_sheets_of_their_own_and_see_nobody_elses_marks(peers: Site) -> None:
    ran = peers.run("sheet", "2026-11", "--peers")
    assert ran.code == 0, ran.errors
    names = [one.name for one in sheets_of(peers.root, "2026-11")]
    assert len(names) == 4 and all(one.endswith("-互评.xlsx") for one in names)
    assert not any("CS001" in one for one in names), "the superior marks as the superior"
    cell = (FORM, "discipline", "CS017:peer")
    for id, mark in ((ANN, 7), (BEN, 8), (CID, 9)):
        path = peer_sheet(peers, id)
        path.write_bytes(typed(path.read_bytes(), {cell: mark}))
        ran = peers.run("import", str(path), "--on", "2026-12-04", "--write")
        assert ran.code == 0, ran.errors
    now = tomllib.loads(peers.read(RECORD))
    assert now["marks"] == {"discipline": {"peer": {ANN: 7, BEN: 8, CID: 9}}}
    assert set(now["rated"]["peer"]) == {"on"}, "nobody is named"
    peers.run("sheet", "2026-11", "--peers", "--force")
    rows = shown(peer_sheet(peers, ANN))
    (row,) = (one for one in rows if one[0] == "discipline")
    at = [text_of(one) for one in rows[0]].index("CS017:peer")
    assert text_of(row[at]) == "7"
    text = " ".join(str(text_of(cell)) for line in rows for cell in line)
    assert "CS018:peer" not in text, "nobody marks themselves"
    assert text_of(row[at]) != "8" and "自评" not in text


def test_a_mark_corrected_in_the_same_sheet_is_asked_about_and_goes_over(peers: Site) -> None:
    assert peers.run("sheet", "2026-11", "--peers").code == 0
    path = peer_sheet(peers, ANN)

    def sent(mark: int, *more: str) -> Ran:
        path.write_bytes(typed(path.read_bytes(), {(FORM, "discipline", "CS017:peer"): mark}))
        return peers.run("import", str(path), "--on", "2026-12-04", "--write", *more)

    assert sent(7).code == 0
    ran = sent(6, "--json")
    assert codes(ran) == ["sheet-changed-meanwhile"]
    assert "--over" in json.loads(ran.output)[0]["help"]
    assert sent(6, "--over").code == 0
    assert tomllib.loads(peers.read(RECORD))["marks"] == {"discipline": {"peer": {ANN: 6}}}


def test_marks_of_peers_come_by_a_table_too(peers: Site) -> None:
    mapping = 'into = "records"\n[columns]\n"被评人" = "name"\n"评分人" = "by"\n'
    mapping += '"纪律性" = "marks.discipline.peer"\n'
    heads = ("被评人", "评分人", "纪律性")
    rows = [("李娜", ANN, 7), ("李娜", "同事19", 8), ("李娜", CID, 9)]
    ran = taken(peers, heads, *rows, mapping=mapping)
    assert ran.code == 0, ran.errors
    marks = tomllib.loads(peers.read(RECORD))["marks"]
    assert marks == {"discipline": {"peer": {ANN: 7, BEN: 8, CID: 9}}}
    ran = taken(peers, heads, ("李娜", "李娜", 10), mapping=mapping, options=("--json",))
    assert codes(ran) == ["import-no-peer"]


def test_of_two_raters_one_writes_why_and_the_other_does_not_see_it(site: Site) -> None:
    with_people(site, ANN)
    site.edit("records/schemes/agent.toml", 'self = "40%"', 'expert = "40%"')
    site.write({"records/2026-10/CS017.toml": None, "records/2026-10/month.toml": None})
    assert site.run("new", "2026-11").code == 0
    site.edit(RECORD, "[marks]", '[rated.expert]\nby = "CS018"\n\n[marks]')
    site.edit(
        RECORD,
        "# discipline = { expert = …, supervisor = … }",
        'discipline = { supervisor = 8, note = "只有上级看得到" }',
    )
    ran = site.run("sheet", "2026-11")
    assert ran.code == 0, ran.errors
    texts = {}
    for path in sheets_of(site.root, "2026-11"):
        said = " ".join(str(text_of(cell)) for row in shown(path) for cell in row)
        texts["CS018" if "-CS018-" in path.name else "CS001"] = said
    assert "只有上级看得到" in texts["CS001"] and "只有上级看得到" not in texts["CS018"]
    assert "CS017:expert" in texts["CS018"] and "CS017:note" not in texts["CS018"]
