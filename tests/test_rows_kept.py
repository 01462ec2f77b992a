"""What is kept of each record alone is a line, which is written again as it was where the record
and what it asked for are as they were."""

from pathlib import Path

from kpisite.check.located import Located
from kpisite.core.issue import Place
from kpisite.disk.cache import RUNS, Store
from kpisite.examine.rows import BODIES, AsLines, Bodies, KeptMonth, KeptRecord, Row, Score
from tests.sites import edit, run, small_site, write

A2 = "records/2026-10/A2.toml"


def kept(site: Path, name: str) -> list[bytes]:
    store = Store(site, RUNS)
    content = store.get(name) or b""
    store.close()
    return content.split(b"\n")


def test_a_changed_mark_changes_one_line_of_its_month(tmp_path: Path) -> None:
    site = write(small_site(), tmp_path / "site")
    assert run("check", at=site).code == 0
    before, others = kept(site, "records 2026-10"), kept(site, "records 2026-09")
    desk, store = kept(site, "records 2026-10 desk"), kept(site, "records 2026-10 store")
    edit(site, A2, "79999.99", "79999.98")
    assert run("check", at=site).code == 0
    after = kept(site, "records 2026-10")
    assert len(before) == len(after) > 5 and kept(site, "records 2026-09") == others
    changed = [new for old, new in zip(before[3:], after[3:], strict=True) if old != new]
    assert [one.decode().split(" ")[-1] for one in changed] == [A2]
    assert kept(site, "records 2026-10 store") == store
    now = kept(site, "records 2026-10 desk")
    (other,) = (new for old, new in zip(desk[1:], now[1:], strict=True) if old != new)
    assert other.startswith(A2.encode() + b"\t")


def placed(site: Path) -> list[list[bytes]]:
    """The paths and placings of a department's month."""
    return [one.split(b"\t")[:2] for one in kept(site, "records 2026-10 desk")[1:]]


def test_what_the_store_has_lost_of_records_is_found_again(tmp_path: Path) -> None:
    site = write(small_site(), tmp_path / "site")
    assert run("check", at=site).code == 0
    there = placed(site)
    store = Store(site, RUNS)
    store.drop("records 2026-10 desk")
    store.close()
    edit(site, A2, "79999.99", "79999.98")
    assert run("check", at=site).code == 0
    edit(site, A2, "79999.98", "79999.99")
    assert run("check", at=site).code == 0
    assert placed(site) == there and len(there) >= 2


def test_of_a_department_that_is_no_more_no_records_are_kept(tmp_path: Path) -> None:
    site = write(small_site(), tmp_path / "site")
    assert run("check", at=site).code == 0
    assert len(kept(site, "records 2026-10 store")) == 2
    staff, core = site / "records/staff", site / "records/departments.toml"
    for one in ("B1", "M2"):
        text = (staff / f"{one}.toml").read_text(encoding="utf-8")
        (staff / f"{one}.toml").write_text(text.replace('"store"', '"desk"'), encoding="utf-8")
    core.write_text(core.read_text(encoding="utf-8") + "# another core\n", encoding="utf-8")
    assert run("check", at=site).code == 0
    assert kept(site, "records 2026-10 store") == [b""]


def test_what_is_wrong_in_a_record_is_said_again_when_another_is_changed(tmp_path: Path) -> None:
    site = write(small_site(), tmp_path / "site")
    note = '\n[notes]\nsupervisor = "TODO"\n'
    own = (site / A2).read_text(encoding="utf-8")
    other = next(
        one for one in sorted((site / "records/2026-10").glob("A*")) if one.name != "A2.toml"
    )
    other.write_text(other.read_text(encoding="utf-8") + "\nunheard-of = 1\n", encoding="utf-8")
    run("check", at=site)
    (site / A2).write_text(own + note, encoding="utf-8")
    again = run("check", at=site)
    (site / ".kpisite").rename(tmp_path / "aside")
    assert "unheard-of" in again.output
    assert again.output == run("check", at=site).output


def test_a_row_is_read_as_it_was_written() -> None:
    issue = Located(code="stray-file", at=Place("x"), line="", facts={}, also=(), fix=None)
    for one, score in (
        (KeptRecord(digest="d", asked=("a b", "c"), answers="e"), Score(looks_around=True)),
        (KeptRecord(digest="d", asked=(), answers="", issues=(issue,)), Score(looks_back=True)),
    ):
        rows = {"records/2026-10/a b.toml": Row.of(one, score)}
        bodies = {path: row.body for path, row in rows.items()}
        assert BODIES.from_bytes(BODIES.as_bytes(bodies)) == bodies
        lines = AsLines(lambda *_, of=bodies: Bodies(lambda: of, lambda _: (b"", b"")))
        content = lines.as_bytes(KeptMonth(ground="g", departments={"": "k"}, rows=rows))
        (read,) = lines.from_bytes(content).rows.values()
        assert (read.asked, read.answers, read.issues) == (one.asked, one.answers, one.issues)
        assert (read.looks_around, read.looks_back) == (score.looks_around, score.looks_back)
        assert lines.as_bytes(lines.from_bytes(content)) == content
