"""What is kept of each record alone is a line, which is written again as it was where the record
and what it asked for are as they were."""

from pathlib import Path

from kpisite.check.located import Located
from kpisite.core.issue import Place
from kpisite.disk.cache import RUNS, Store
from kpisite.examine.rows import MONTH, KeptMonth, KeptRecord, Row, Score
from tests.sites import edit, run, small_site, write

A2 = "records/2026-10/A2.toml"


def lines(site: Path, month: str) -> list[bytes]:
    store = Store(site, RUNS)
    content = store.get(f"records {month}") or b""
    store.close()
    return content.split(b"\n")[2:]


def test_a_changed_mark_changes_one_line_of_its_month(tmp_path: Path) -> None:
    site = write(small_site(), tmp_path / "site")
    assert run("check", at=site).code == 0
    before, others = lines(site, "2026-10"), lines(site, "2026-09")
    edit(site, A2, "79999.99", "79999.98")
    assert run("check", at=site).code == 0
    after = lines(site, "2026-10")
    assert len(before) == len(after) > 2 and lines(site, "2026-09") == others
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert [Row.read(line)[0] for line in changed] == [A2]


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
        content = MONTH.as_bytes(KeptMonth(ground="g", rows=rows))
        (read,) = MONTH.from_bytes(content).rows.values()
        assert (read.asked, read.answers, read.issues) == (one.asked, one.answers, one.issues)
        assert (read.looks_around, read.looks_back) == (score.looks_around, score.looks_back)
        assert MONTH.as_bytes(MONTH.from_bytes(content)) == content
