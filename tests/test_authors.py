"""Who wrote each value of a record, when, and what stood there before: as git remembers it."""

import json
from pathlib import Path

import pytest

from kpisite.blame import authors_of
from kpisite.disk.cache import RUNS, Store
from kpisite.examine.kept import NOTHING_KEPT, Kept
from kpisite.history.authors import Authors, Story, Wrote, carried, story_of
from kpisite.history.commits import history_of
from kpisite.read.toml import parsed
from kpisite.source import scan
from tests.repositories import commit, git
from tests.sites import built, edit, run, small_site

RECORD = "records/2026-09/A1.toml"
CARE = ("marks", "care", "supervisor")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The small company, committed by its clerk."""
    root = tmp_path / "site"
    root.mkdir()
    git(root, "init", "-q")
    commit(root, small_site() | {".gitignore": "output\n"}, "2026-10-03", author="张人事")
    return root


def mark(site: Path, care: int, day: str, author: str) -> str:
    """Has somebody commit another mark of the supervisor's."""
    text = (site / RECORD).read_text(encoding="utf-8")
    before = parsed(text)["marks"]["care"]["supervisor"]
    edit(site, RECORD, f"supervisor = {before} }}\nspeed", f"supervisor = {care} }}\nspeed")
    return commit(site, {}, day, author=author)


def known(site: Path, kept: Kept = NOTHING_KEPT) -> Authors:
    working = {file.path: file for file in scan(site)}
    return authors_of(site, history_of(site), kept, working)


def wrote(site: Path, path: str = RECORD, keys: tuple[str, ...] = CARE) -> tuple[str, str, object]:
    """Author, day, and what was there before."""
    value = parsed((site / path).read_text(encoding="utf-8"))
    for key in keys:
        value = value[key]
    found = known(site).at(path, keys, value)
    assert found is not None
    return found[0].author, found[0].day, found[1]


def test_a_value_is_by_whoever_wrote_it_and_says_what_it_was(site: Path) -> None:
    mark(site, 44, "2026-10-04", "周敏")
    assert wrote(site) == ("周敏", "2026-10-04", "40")
    assert wrote(site, keys=("marks", "care", "self")) == ("张人事", "2026-10-03", None)
    mark(site, 45, "2026-10-05", "丁岚")
    assert wrote(site) == ("丁岚", "2026-10-05", "44")


def test_another_layout_and_order_and_comments_are_no_change(site: Path) -> None:
    data = parsed((site / RECORD).read_text(encoding="utf-8"))
    assert data["marks"] == {
        "care": {"self": 50, "supervisor": 40},
        "speed": {"self": 30, "supervisor": 20},
    }
    again = (
        '# 另一种写法\nmonth = "2026-09"\nemployee = "A1"\n[metrics]\nplan = 80_000\n'
        "sales = 70000.0\n[marks.speed]\nsupervisor = 20\nself = 30\n"
        "[marks.care]\nself = 50.0\nsupervisor = 41\n"
    )
    commit(site, {RECORD: again}, "2026-10-06", author="排版")
    assert wrote(site) == ("排版", "2026-10-06", "40")
    for keys in (("marks", "care", "self"), ("marks", "speed"), ("metrics", "sales"), ("month",)):
        assert wrote(site, keys=keys) == ("张人事", "2026-10-03", None)


def test_entries_of_a_list_keep_their_authors_where_others_come_and_go() -> None:
    first, second = Wrote(commit="a", author="甲"), Wrote(commit="b", author="乙")
    late, absent = {"kind": "late", "on": "3"}, {"kind": "absent", "on": "5"}
    before, after = {"event": [late]}, {"event": [absent, late]}
    story = story_of(carried(before, carried({}, {}, before, lambda _: 0), after, lambda _: 1))
    authors = Authors(commits=(first, second), stories={"x": story})
    assert authors.at("x", ("event", 0), absent) == (second, None)
    assert authors.at("x", ("event", 1), late) == (first, None)


def test_what_a_merge_brought_in_is_by_whoever_wrote_it_there(site: Path) -> None:
    git(site, "checkout", "-q", "-b", "desk")
    mark(site, 41, "2026-10-04", "周敏")
    mark(site, 42, "2026-10-05", "丁岚")
    commit(site, {"records/2026-09/B1.toml": 'employee = "B1"\n'}, "2026-10-06", author="方舟")
    git(site, "checkout", "-q", "main")
    edit(site, RECORD, "sales = 70000", "sales = 70001")
    commit(site, {}, "2026-10-05", author="财务")
    git(site, "merge", "-q", "--no-ff", "-m", "m", "desk", day="2026-10-07", author="张人事")
    assert wrote(site) == ("丁岚", "2026-10-05", "40"), "was: what had been published"
    assert wrote(site, keys=("metrics", "sales")) == ("财务", "2026-10-05", "70000")
    assert wrote(site, "records/2026-09/B1.toml", ("employee",))[0] == "方舟"
    assert wrote(site, keys=("marks", "speed"))[0] == "张人事"


def test_what_a_merge_made_itself_is_the_merges(site: Path) -> None:
    git(site, "checkout", "-q", "-b", "desk")
    mark(site, 41, "2026-10-04", "周敏")
    git(site, "checkout", "-q", "main")
    git(site, "merge", "-q", "--no-ff", "--no-commit", "desk")
    edit(site, RECORD, "supervisor = 41", "supervisor = 49")
    commit(site, {}, "2026-10-07", author="张人事")
    assert wrote(site) == ("张人事", "2026-10-07", "40")


def test_a_file_that_is_renamed_keeps_its_authors_whatever_it_is_called(site: Path) -> None:
    mark(site, 44, "2026-10-04", "周敏")
    for index, name in enumerate(('员工 "甲" 的.toml', "A 1'.toml", "A1.toml")):
        old = next((site / "records/2026-09").glob("*A*1*.toml"), None)
        old = old or next((site / "records/2026-09").glob("员工*.toml"))
        old.rename(site / "records/2026-09" / name)
        commit(site, {}, f"2026-10-1{index}", author="搬家")
        assert wrote(site, f"records/2026-09/{name}") == ("周敏", "2026-10-04", "40")


def test_what_is_not_committed_is_said_to_be_so(site: Path) -> None:
    edit(site, RECORD, "supervisor = 40", "supervisor = 43")
    (site / "records/2026-09/new.toml").write_text("note = 1\n", encoding="utf-8")
    assert wrote(site) == ("", "", "40")
    assert wrote(site, keys=("marks", "care", "self"))[0] == "张人事"
    assert wrote(site, "records/2026-09/new.toml", ("note",)) == ("", "", None)


def test_where_history_is_cut_off_nobody_is_named_for_what_is_older(
    site: Path, tmp_path: Path
) -> None:
    mark(site, 44, "2026-10-04", "周敏")
    mark(site, 45, "2026-10-05", "丁岚")
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "2", site.as_uri(), str(clone))
    authors = known(clone)
    assert authors.at(RECORD, CARE, 45) == (authors.commits[-1], "44")
    assert authors.commits[-1].author == "丁岚"
    assert authors.at(RECORD, ("marks", "care", "self"), 50) is None
    ran = run("explain", "A1", "2026-09", at=clone)
    assert "git fetch --unshallow" in ran.errors
    assert "git fetch --unshallow" in run("build", "--no-pdf", at=clone).errors
    git(clone, "fetch", "-q", "--unshallow")
    assert wrote(clone, keys=("marks", "care", "self"))[0] == "张人事"
    assert "git fetch" not in run("build", "--no-pdf", at=clone).errors


def test_what_is_kept_and_read_on_is_what_one_pass_finds(site: Path) -> None:
    kept = Kept(Store(site, RUNS))
    known(site, kept)
    mark(site, 44, "2026-10-04", "周敏")
    known(site, kept)
    git(site, "checkout", "-q", "-b", "desk")
    mark(site, 46, "2026-10-06", "丁岚")
    git(site, "checkout", "-q", "main")
    commit(site, {"records/2026-10/B2.toml": "a = 1\n"}, "2026-10-05")
    known(site, kept)
    git(site, "merge", "-q", "--no-ff", "-m", "m", "desk", day="2026-10-07")
    bit_by_bit, at_once = known(site, kept), known(site)
    assert as_told(bit_by_bit, site) == as_told(at_once, site)
    git(site, "reset", "-q", "--hard", "HEAD~1")
    mark(site, 47, "2026-10-08", "周敏")
    assert as_told(known(site, kept), site) == as_told(known(site), site)


def as_told(authors: Authors, site: Path) -> dict[str, object]:
    return {path: authors.at(path, (), parsed((site / path).read_text(encoding="utf-8")))
            for path in authors.stories}  # fmt: skip


def test_the_numbers_of_commits_do_not_matter_to_what_pages_rest_on() -> None:
    one, two = Wrote(commit="a"), Wrote(commit="b")
    first = Authors(commits=(one, two), stories={"x": Story(0)})
    second = Authors(commits=(one,), stories={"x": Story(0)})
    other = Authors(commits=(two,), stories={"x": Story(0)})
    assert first.digest_of("x") == second.digest_of("x") != other.digest_of("x")
    assert first.digest_of("y") == ""


def test_hr_and_managers_see_it_under_the_number_and_nobody_else(site: Path) -> None:
    mark(site, 44, "2026-10-04", "周敏")
    output = built(site, "--no-pdf")
    for place in ("hr/desk/2026-09/A1.html", "managers/desk/2026-09/A1.html"):
        assert "上级 44：周敏 2026-10-04，原为 40" in (output / place).read_text(encoding="utf-8")
    others = [file for file in output.rglob("*.html") if file.parts[-4:-3] != ("hr",)]
    seen = [file for file in others if "周敏" in file.read_text(encoding="utf-8")]
    assert {file.relative_to(output).parts[0] for file in seen} == {"managers"}
    assert (output / "employees/A1/2026-09.html").exists()


def test_a_page_is_made_again_when_somebody_else_wrote_its_figures(site: Path) -> None:
    mark(site, 44, "2026-10-04", "周敏")
    page = built(site, "--no-pdf") / "hr/desk/2026-09/A1.html"
    before = page.read_bytes()
    git(site, "commit", "-q", "--amend", "--no-edit", "--author=丁岚 <d@example.org>")
    built(site, "--no-pdf")
    after = page.read_bytes().decode()
    assert "丁岚 2026-10-04" in after
    assert "周敏" not in after
    assert "周敏" in before.decode()
    whole = built(site, "--no-pdf", "--output", "anew") / "hr/desk/2026-09/A1.html"
    assert whole.read_bytes().decode() == after


def test_explain_says_it_too_in_words_and_as_data(site: Path) -> None:
    id = mark(site, 44, "2026-10-04", "周敏")
    line = next(
        one
        for one in run("explain", "A1", "2026-09", at=site).output.split("\n")
        if "44 / 60" in one
    )
    assert line.endswith("A1.toml:5  (周敏 2026-10-04，原为 40)")
    found = json.loads(run("explain", "A1", "2026-09", "--json", at=site).output)
    care = found["working"]["parts"][0]["parts"][0]["parts"]
    assert [one["sources"] for one in care if one["value"] == "44"] == [
        [
            {
                "file": RECORD,
                "line": 5,
                "commit": id,
                "author": "周敏",
                "day": "2026-10-04",
                "was": "40",
            }
        ]
    ]


def test_whoever_is_named_nowhere_is_not_named_by_a_commit(site: Path) -> None:
    scheme = (site / "records/schemes/form.toml").read_text(encoding="utf-8")
    scheme = scheme.replace(
        'raters = { self = "40%", supervisor = "60%" }',
        'raters = { self = "40%", peer = { weight = "60%", peers = true } }',
    )
    files = {"records/schemes/form.toml": scheme}
    for path in sorted(site.glob("records/2026-*/[AB]*.toml")):
        text = path.read_text(encoding="utf-8")
        for mark in ("40", "50", "60", "20"):
            text = text.replace(
                f"supervisor = {mark} }}", f"peer = {{ A = {mark}, B = {mark}, C = {mark} }} }}"
            )
        files[str(path.relative_to(site))] = text.replace("A = 40, B = 40", "A = 38, B = 39")
    commit(site, files, "2026-10-05", author="同事甲")
    output = built(site, "--no-pdf")
    page = (output / "hr/desk/2026-09/A1.html").read_text(encoding="utf-8")
    assert "张人事 2026-10-03" in page
    assert "同事甲" not in page


def test_a_name_cannot_break_a_page(site: Path) -> None:
    mark(site, 44, "2026-10-04", "Ann & \u202eZhou")
    text = (built(site, "--no-pdf") / "hr/desk/2026-09/A1.html").read_text(encoding="utf-8")
    assert "上级 44：Ann &amp; Zhou 2026-10-04" in text
