"""Building: what changed shows, nothing else does, and a site is there whole or not at all."""

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

import kpisite.cli.build
import kpisite.products.build
import kpisite.products.output
import kpisite.products.work
import kpisite.write.pdf
from kpisite.disk.staging import MARKER, Staging
from kpisite.disk.update import Update
from kpisite.write.html import Renderer
from kpisite.write.pdf import Job
from tests.sites import (
    POLICY,
    ROOT,
    SITE,
    built,
    edit,
    in_a_process,
    person,
    record,
    run,
    small_site,
    write,
)
from tests.trees import broken_links, digest, files_in, trees, words_of


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The small company."""
    return write(small_site(), tmp_path / "site")


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms that take no time to print and say what they were printed from."""

    def print_all(jobs: Iterable[Job], **_: object) -> Iterator[tuple[str, bytes]]:
        for job in jobs:
            yield job.key, f"%PDF\n{words_of(job.html)}\n%%EOF".encode()

    monkeypatch.setattr(kpisite.products.work, "print_all", print_all)
    monkeypatch.setattr(kpisite.write.pdf, "missing_libraries", lambda: None)


def left_over(site: Path) -> list[str]:
    """What a build may leave beside its output: nothing but the store of printed forms."""
    return sorted(
        one.name
        for one in site.iterdir()
        if one.name not in ("kpisite.toml", "records", "output", "themes", ".kpisite")
    )


# What changed shows.


def test_a_changed_mark_changes_the_number_and_its_working_on_the_page(site: Path) -> None:
    card = built(site, "--no-pdf") / "employees/A2/2026-10.html"
    before = words_of(card.read_text(encoding="utf-8"))
    assert "50 × 40% + 40 × 60% = 44" in before
    assert "68.0" in before
    edit(site, "records/2026-10/A2.toml", "supervisor = 40", "supervisor = 60")
    card = built(site, "--no-pdf") / "employees/A2/2026-10.html"
    after = words_of(card.read_text(encoding="utf-8"))
    assert "50 × 40% + 60 × 60% = 56" in after
    assert "80.0" in after
    assert "68.0" not in after


@pytest.mark.usefixtures("press")
def test_only_what_changed_is_printed_anew(site: Path) -> None:
    # Forms: 4 with pay in two trees and 4 without in one. Lists: of 3 months of departments in two
    # trees, with pay and without; of the pay of 2 months and a year; of grades, 5 and 2 alike.
    assert "28 份 PDF（新生成 19 份）" in run("build", at=site).output
    assert "新生成 0 份" in run("build", at=site).output
    edit(site, "records/2026-10/A2.toml", "supervisor = 40", "supervisor = 60")
    # Both copies of the form and of the department's list, and the month's pay, which has totals.
    assert "新生成 5 份" in run("build", at=site).output
    edit(site, "records/pay/A1.toml", "123.45", "124.45")
    # The copies with pay of the form and of the department's list, and the pay of month and year.
    assert "新生成 4 份" in run("build", at=site).output


# Same inputs, same bytes.


def test_the_same_records_give_the_same_bytes_whatever_is_around_them(
    site: Path, tmp_path: Path
) -> None:
    first = digest(built(site, "--employee", "A2"))
    files = small_site()
    other = write(files, tmp_path / "another folder 另", sorted(files, reverse=True))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    environment = os.environ | {
        "LANG": "tr_TR.UTF-8", "LC_ALL": "C", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "7",
        "HOME": "/nonexistent", "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1", "COLUMNS": "40",
    }  # fmt: skip
    ran = in_a_process(
        "build", "-C", other, "--employee=A2", "--workers=2", cwd=elsewhere, env=environment
    )
    assert ran.returncode == 0, ran.stderr
    assert digest(other / "output") == first


def test_several_workers_write_the_same_pages_as_one(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = digest(built(site, "--no-pdf"))
    monkeypatch.setattr(kpisite.products.work, "WORTH_A_FORK", 1)
    monkeypatch.setattr(kpisite.products.work, "PEOPLE_AT_A_TIME", 1)
    together = digest(built(site, "--no-pdf", "--workers", "2", "--output", "together"))
    assert together == alone


def test_building_over_an_older_site_gives_the_same_bytes_as_building_afresh(site: Path) -> None:
    edit(site, "records/2026-10/A2.toml", "supervisor = 40", "supervisor = 60")
    built(site, "--no-pdf")
    edit(site, "records/2026-10/A2.toml", "supervisor = 60", "supervisor = 40")
    over = digest(built(site, "--no-pdf"))
    assert over == digest(built(site, "--no-pdf", "--output", "afresh"))


# Whole or not at all.


class Broken(Exception):
    pass


def failing(*_: object, **__: object) -> Iterator[None]:
    raise Broken


@pytest.mark.usefixtures("press")
@pytest.mark.parametrize(
    ("owner", "name"),
    [
        (kpisite.products.build, "PagePlan"),
        (Renderer, "render"),
        (Staging, "write"),
        (kpisite.products.work, "print_all"),
        (kpisite.products.output, "_swap"),
    ],
)
def test_a_stage_that_fails_leaves_the_old_site_as_it_was(
    site: Path, monkeypatch: pytest.MonkeyPatch, owner: object, name: str
) -> None:
    before = digest(built(site, "--no-pdf"))
    edit(site, "records/2026-10/A2.toml", "supervisor = 40", "supervisor = 60")
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, failing)
        ran = run("build", at=site)
    assert ran.code == 3
    assert "Broken" in ran.errors
    assert digest(site / "output") == before
    assert left_over(site) == []
    assert digest(built(site, "--no-pdf")) != before


STOPPING = """
import os, signal, sys, time
from kpisite.disk.update import Update
from kpisite.disk.staging import Staging
from kpisite.disk.update import Update
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # whoever runs the tests may have them ignored
signal.signal(signal.SIGINT, signal.default_int_handler)
count, parent = 0, os.getpid()

def slowed(write):
    def slow(self, path, content):
        global count
        count += 1
        if {when}:
            os.write(1, b"halfway\\n")  # at one go: a worker beside this one may write as well
            time.sleep(60)
        return write(self, path, content)
    return slow

Staging.write, Update.write = slowed(Staging.write), slowed(Update.write)
import kpisite.products.build
kpisite.products.work.WORTH_A_FORK = {worth}
from kpisite.cli.main import main
main(["build", "-C", sys.argv[1], "--workers", "2", *sys.argv[2:]])
"""


def stopped_halfway(
    site: Path, *arguments: str, when: str = "count == 9", worth: int = 300
) -> subprocess.Popen[str]:
    """A build that has come halfway and will not go on."""
    code = STOPPING.format(when=when, worth=worth)
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(site), *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "halfway\n"
    return process


def test_a_build_that_is_killed_leaves_the_old_site_and_the_next_one_works(site: Path) -> None:
    before = digest(built(site, "--no-pdf"))
    edit(site, "records/2026-10/A2.toml", "supervisor = 40", "supervisor = 60")
    process = stopped_halfway(site, "--no-pdf")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert digest(site / "output") == before
    after = digest(built(site, "--no-pdf"))
    assert after != before
    assert left_over(site) == []
    assert after == digest(built(site, "--no-pdf", "--output", "afresh"))


def test_the_workers_of_a_build_that_is_killed_end_with_it(site: Path) -> None:
    process = stopped_halfway(site, "--no-pdf", worth=1, when="os.getpid() != parent")
    workers = children(process.pid)
    assert workers
    process.send_signal(signal.SIGKILL)
    process.wait()
    deadline = time.monotonic() + 5
    while any(is_running(worker) for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.02)
    alive = [worker for worker in workers if is_running(worker)]
    for worker in alive:
        os.kill(worker, signal.SIGKILL)
    assert alive == []


def children(parent: int) -> list[int]:
    return [
        int(status.parent.name)
        for status in Path("/proc").glob("[0-9]*/stat")
        if (fields := read(status).rpartition(")")[2].split()) and int(fields[1]) == parent
    ]


def is_running(process: int) -> bool:
    fields = read(Path(f"/proc/{process}/stat")).rpartition(")")[2].split()
    return bool(fields) and fields[0] not in "ZX"


def read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def test_a_second_build_at_the_same_time_is_told_so_and_does_no_harm(site: Path) -> None:
    before = digest(built(site, "--no-pdf"))
    edit(site, "records/2026-10/A2.toml", "supervisor = 40", "supervisor = 60")
    process = stopped_halfway(site, "--no-pdf")
    try:
        ran = run("build", "--no-pdf", at=site)
        assert (ran.code, ran.output) == (2, "")
        assert "另一个 kpisite build" in ran.errors
        assert digest(site / "output") == before
        assert built(site, "--no-pdf", "--output", "elsewhere").is_dir()
    finally:
        process.kill()
        process.communicate()
    assert digest(built(site, "--no-pdf")) == digest(site / "elsewhere")


def test_a_reader_never_finds_a_page_missing_or_half_written(site: Path) -> None:
    output = built(site, "--no-pdf")
    pages = sorted(path for path in files_in(output) if path.endswith(".html"))
    stop, issues, rounds = threading.Event(), [], 0

    def walk() -> None:
        nonlocal rounds
        while not stop.is_set():
            for path in pages:
                try:
                    html = (output / path).read_text(encoding="utf-8")
                except OSError as error:
                    issues.append(f"{path}: {error}")
                else:
                    if not html.rstrip().endswith("</html>"):
                        issues.append(f"{path}: {len(html)} characters")
            rounds += 1

    reader = threading.Thread(target=walk)
    reader.start()
    try:
        for mark in range(41, 53):
            edit(
                site, "records/2026-10/A2.toml", f"supervisor = {mark - 1}", f"supervisor = {mark}"
            )
            built(site, "--no-pdf")
    finally:
        stop.set()
        reader.join()
    assert issues == []
    assert rounds > 3


def test_a_page_that_is_the_same_keeps_its_time_so_that_copying_sends_only_what_changed(
    site: Path,
) -> None:
    output = built(site, "--no-pdf")
    before = {path: (output / path).stat().st_mtime_ns for path in files_in(output)}
    edit(site, "records/2026-10/A2.toml", "supervisor = 40", "supervisor = 60")
    built(site, "--no-pdf")
    changed = {path for path, at in before.items() if (output / path).stat().st_mtime_ns != at}
    assert "employees/A2/2026-10.html" in changed
    assert not {path for path in changed if path.startswith(("employees/B1", "managers/store"))}
    assert "employees/A1/2026-09.html" not in changed


# Where it is built.


@pytest.mark.parametrize("content", ["notes.txt", "index.html", "sub/thing"])
def test_a_folder_that_kpisite_did_not_build_is_left_alone(site: Path, content: str) -> None:
    write({content: "mine"}, site / "output")
    ran = run("build", "--no-pdf", at=site)
    assert ran.code == 2
    assert "不是 kpisite 生成的" in ran.errors
    assert files_in(site / "output") == {content: b"mine"}
    assert run("build", "--no-pdf", "--output", ".", at=site).code == 2
    assert run("build", "--no-pdf", "--output", "kpisite.toml", at=site).code == 2
    assert (site / "records").is_dir()


def test_an_empty_folder_and_one_yet_to_be_made_are_built_into(site: Path) -> None:
    (site / "empty").mkdir()
    for name in ("empty", "new/and/deeper"):
        assert (built(site, "--no-pdf", "--output", name) / "hr/index.html").is_file()


# Where the disk fails.


def test_a_full_disk_is_reported_in_a_line_and_the_old_site_stays(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = digest(built(site, "--no-pdf"))
    edit(site, "records/2026-10/A2.toml", "supervisor = 40", "supervisor = 60")
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def write_nothing(self: Staging, path: str, content: bytes) -> bool:
        raise full

    for kind in (Staging, Update):
        monkeypatch.setattr(kind, "write", write_nothing)
    ran = run("build", "--no-pdf", at=site)
    assert ran.code == 2
    assert "磁盘已满" in ran.errors
    assert "Traceback" not in ran.errors
    assert digest(site / "output") == before
    assert left_over(site) == []


LIMITED = """
import resource, sys
sys.dont_write_bytecode = True  # half of a module would be found by whoever comes next
resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}))
from kpisite.cli.main import main
main(["build", "-C", sys.argv[1], *sys.argv[2:]])
"""


def test_a_disk_that_takes_only_a_part_of_a_page_fails_the_build(site: Path) -> None:
    before = digest(built(site, "--no-pdf"))
    edit(site, "records/2026-10/A2.toml", "supervisor = 40", "supervisor = 60")
    code = LIMITED.format(size=3000)
    ran = subprocess.run(
        [sys.executable, "-c", code, str(site), "--no-pdf"],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert ran.returncode == 2
    assert "文件太大" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert digest(site / "output") == before
    assert left_over(site) == []


@pytest.mark.parametrize("output", ["/proc/site", "kpisite.toml/site", "x" * 300, "/dev/null/site"])
def test_a_place_that_cannot_be_written_is_reported_in_a_line(site: Path, output: str) -> None:
    ran = run("build", "--no-pdf", "--output", output, at=site)
    assert ran.code == 2
    assert "Traceback" not in ran.errors
    assert output[:20] in ran.errors
    assert left_over(site) == []


@pytest.mark.usefixtures("press")
def test_a_store_that_cannot_be_kept_costs_only_time(site: Path) -> None:
    write({".kpisite": "a file in the way"}, site)
    assert "新生成 19 份" in run("build", at=site).output
    assert "新生成 19 份" in run("build", at=site).output


# What is selected.


def paths(output: Path, *suffixes: str) -> set[str]:
    return {path for path in files_in(output) if path.endswith(suffixes or (".html", ".pdf"))}


@pytest.mark.usefixtures("press")
def test_a_month_builds_that_month_alone(site: Path) -> None:
    found = paths(built(site, "--month", "2026-09"))
    assert "employees/A1/2026-09.html" in found
    assert "employees/A1/2026-09.pdf" in found
    assert not [path for path in found if "2026-10" in path or "A2" in path or "store" in path]


def test_an_employee_builds_that_person_for_everybody_who_may_read(site: Path) -> None:
    found = paths(built(site, "--employee", "A2", "--no-pdf"))
    assert {"employees/A2/2026-10.html", "managers/desk/2026-10/A2.html"} <= found
    assert "hr/desk/2026-10/A2.html" in found
    assert "payroll/2026-10.html" in found
    assert not [path for path in found if "A1" in path or "B1" in path or "store" in path]


def test_a_department_builds_its_people(site: Path) -> None:
    found = paths(built(site, "--department", "store", "--no-pdf"))
    assert "employees/B1/2026-10.html" in found
    assert not [path for path in found if "A1" in path or "A2" in path or "desk" in path]


@pytest.mark.usefixtures("press")
@pytest.mark.parametrize("audience", ["employees", "managers", "hr", "payroll"])
def test_an_audience_builds_those_trees_alone(site: Path, audience: str) -> None:
    whole = digest(built(site))
    output = built(site, "--audience", audience)
    assert {one.name for one in output.iterdir()} == {audience, MARKER}
    assert digest(output).items() <= whole.items()
    assert paths(output, ".pdf")


def test_several_selections_add_up_within_a_kind_and_narrow_between_kinds(site: Path) -> None:
    found = paths(built(site, "--employee=A1", "--employee=B1", "--month=2026-10", "--no-pdf"))
    cards = {path for path in found if path.startswith("employees/") and "/2026-" in path}
    assert cards == {"employees/A1/2026-10.html", "employees/B1/2026-10.html"}


def test_no_pdf_writes_none_and_links_to_none(site: Path) -> None:
    output = built(site, "--no-pdf")
    assert paths(output, ".pdf") == set()
    assert not [path for path, content in files_in(output).items() if b".pdf" in content]


@pytest.mark.usefixtures("press")
@pytest.mark.parametrize(
    "selection",
    [
        "--month=2026-09",
        "--month=2026-10",
        "--employee=A1",
        "--employee=B1",
        "--department=desk",
        "--audience=managers",
        "--audience=payroll",
        "--employee=A1 --month=2026-09 --audience=hr",
        "--no-pdf",
    ],
)
def test_every_link_within_a_selection_leads_to_something(site: Path, selection: str) -> None:
    assert broken_links(built(site, *selection.split())) == []


def test_every_link_of_the_sample_stays_in_its_own_tree_and_leads_to_something(
    sample: Path, forms: Path
) -> None:
    assert broken_links(sample / "output") == []
    assert broken_links(forms) == []


@pytest.mark.usefixtures("press")
def test_a_site_without_a_policy_has_no_link_to_grades(tmp_path: Path) -> None:
    site = write(small_site("records/policies/rules.toml", "records/pay/A1.toml"), tmp_path)
    for path in (site / "records").glob("2026-*/*.toml"):
        text = path.read_text(encoding="utf-8").partition("[metrics]")[0]
        path.write_text(text, encoding="utf-8")
    output = built(site)
    assert not list(output.rglob("grades.html"))
    assert broken_links(output) == []


@pytest.mark.usefixtures("press")
def test_a_site_without_records_builds_to_an_empty_one(tmp_path: Path) -> None:
    records = [path for path in small_site() if path.startswith("records/2026-")]
    output = built(write(small_site(*records), tmp_path))
    assert set(files_in(output)) == {MARKER}


@pytest.mark.parametrize(
    "selection", ["--month=2027-01", "--employee=M1", "--employee=B1 --department=desk"]
)
def test_a_selection_of_nothing_is_refused_and_the_old_site_stays(
    site: Path, selection: str
) -> None:
    before = digest(built(site, "--no-pdf"))
    ran = run("build", "--no-pdf", *selection.split(), at=site)
    assert ran.code == 2
    assert "没有一份考核" in ran.errors
    assert digest(site / "output") == before


@pytest.mark.parametrize(
    ("selection", "reported"),
    [
        ("--employee=A9", "A9"),
        ("--department=desks", "desks"),
        ("--month=2026-13", "2026-13"),
        ("--month=october", "october"),
        ("--audience=everybody", "everybody"),
        ("--workers=0", "0"),
    ],
)
def test_a_selection_that_names_nothing_is_wrong_usage(
    site: Path, selection: str, reported: str
) -> None:
    ran = run("build", "--no-pdf", selection, at=site)
    assert ran.code == 2
    assert reported in ran.errors
    assert not (site / "output").exists()


def test_a_selection_says_that_it_is_one(site: Path) -> None:
    assert "只有所选的部分" in run("build", "--no-pdf", "--month", "2026-10", at=site).output
    assert "只有所选的部分" not in run("build", "--no-pdf", at=site).output


# Faults in the records.


def test_an_error_writes_nothing_and_exits_with_one(site: Path) -> None:
    before = digest(built(site, "--no-pdf"))
    edit(site, "records/2026-10/A2.toml", "supervisor = 40", "supervisor = 61")
    ran = run("build", "--no-pdf", at=site)
    assert (ran.code, ran.output) == (1, "")
    assert "records/2026-10/A2.toml:5" in ran.errors
    assert "mark-too-high" in ran.errors
    assert "什么也没有写" in ran.errors
    assert digest(site / "output") == before


def test_a_warning_is_reported_and_the_site_built(site: Path) -> None:
    write({"records/strange.toml": "x = 1\n"}, site)
    ran = run("build", "--no-pdf", at=site)
    assert ran.code == 0
    assert "stray-file" in ran.errors
    assert (site / "output/hr/index.html").is_file()


# Where it is started.


def test_it_may_be_started_in_any_folder_of_the_site(site: Path) -> None:
    ran = in_a_process("build", "--no-pdf", cwd=site / "records/2026-10", env=anywhere())
    assert ran.returncode == 0, ran.stderr
    assert (site / "output/hr/index.html").is_file()
    assert not (site / "records/2026-10/output").exists()


def anywhere() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)}


def test_an_output_folder_is_named_from_where_one_is(site: Path, tmp_path: Path) -> None:
    (site / "work").mkdir()
    ran = in_a_process("build", "--no-pdf", "--output", "look", cwd=site / "work", env=anywhere())
    assert ran.returncode == 0, ran.stderr
    assert (site / "work/look/hr/index.html").is_file()


@pytest.mark.parametrize("line", ["-C {site} build --no-pdf", "build -C {site} --no-pdf"])
def test_it_can_be_told_to_work_as_though_started_elsewhere(site: Path, line: str) -> None:
    assert run(*line.format(site=site).split()).code == 0
    assert (site / "output/hr/index.html").is_file()


def test_outside_a_site_it_says_where_it_looked(tmp_path: Path) -> None:
    ran = run("build", at=tmp_path)
    assert ran.code == 2
    assert "kpisite.toml" in ran.errors
    assert str(tmp_path) in ran.errors


# Themes.


def test_a_theme_of_ones_own_changes_what_it_has_and_takes_the_rest(site: Path) -> None:
    edit(site, "kpisite.toml", 'company = "小店"\n', 'company = "小店"\ntheme = "ours"\n')
    write(
        {
            "themes/ours/theme.toml": 'extends = "default"\n',
            "themes/ours/grades.html": '{% extends "page.html" %}{% block main %}本店{% endblock %}',  # noqa: E501
        },
        site,
    )
    output = built(site, "--no-pdf", "--month", "2026-09")
    assert "本店" in (output / "hr/grades.html").read_text(encoding="utf-8")
    default = (ROOT / "kpisite/themes/default/style.css").read_bytes()
    assert (output / "hr/style.css").read_bytes() == default


@pytest.mark.parametrize(
    ("theme", "files", "reported"),
    [
        ("ours", {"theme.toml": 'extends = "default"', "card.html": "{{ nothing }}"}, "nothing"),
        (
            "ours",
            {"theme.toml": 'extends = "default"', "card.html": "\n{{ 1 / 0 }}"},
            "card.html:2",
        ),
    ],
)
def test_a_theme_that_cannot_be_used_is_reported_in_a_line(
    site: Path, theme: str, files: dict[str, str], reported: str
) -> None:
    edit(site, "kpisite.toml", 'company = "小店"\n', f'company = "小店"\ntheme = "{theme}"\n')
    write({f"themes/{theme}/{name}": text for name, text in files.items()}, site)
    ran = run("build", "--no-pdf", at=site)
    assert ran.code == 1, ran.errors
    assert reported in ran.errors
    assert "Traceback" not in ran.errors
    assert not (site / "output").exists()


# Without the system's libraries.


def test_missing_libraries_are_reported_with_their_remedy_and_pages_need_none(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kpisite.write.pdf, "missing_libraries", lambda: "没有 libpango-1.0")
    ran = run("build", at=site)
    assert (ran.code, ran.output) == (2, "")
    (line,) = ran.errors.splitlines()
    assert "没有 libpango-1.0" in line
    assert "apt-get install libpango-1.0-0" in line
    assert "--no-pdf" in line
    assert not (site / "output").exists()
    assert run("build", "--no-pdf", at=site).code == 0


WITHOUT_PANGO = """
import sys
from kpisite.write import declared

class Without:
    def __init__(self, ffi):
        self._ffi = ffi

    def __getattr__(self, name):
        return getattr(self._ffi, name)

    def dlopen(self, name, flags=0):
        if "pango" in str(name):
            raise OSError(f"cannot load library '{name}': {name}: cannot open shared object file")
        return self._ffi.dlopen(name, flags)

declared.ffi = Without(declared.ffi)
from kpisite.cli.main import main
main(sys.argv[1:])
"""


def test_a_machine_without_pango_builds_pages_and_says_what_forms_need(site: Path) -> None:
    def start(*arguments: str) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-c", WITHOUT_PANGO, "build", "-C", str(site), *arguments]
        return subprocess.run(line, capture_output=True, text=True, check=False, cwd=ROOT)

    ran = start()
    assert (ran.returncode, ran.stdout) == (2, "")
    (line,) = ran.stderr.splitlines()
    assert "pango" in line
    assert "apt-get install" in line
    assert start("--no-pdf").returncode == 0


# Odds and ends.


def test_the_languages_of_site_and_messages_are_apart(tmp_path: Path) -> None:
    site = write(small_site(site=dedent(SITE) + 'language = "en"\n'), tmp_path)
    ran = run("build", "--no-pdf", "--language", "zh", at=site)
    assert "份考核" in ran.output
    html = (site / "output/employees/A1/2026-10.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in html
    assert "October 2026" in html


@pytest.mark.usefixtures("press")
def test_a_provisional_month_has_no_grade_and_no_wage(tmp_path: Path) -> None:
    waiting = small_site()["records/schemes/form.toml"].replace(
        'from = "2026-01"\n', 'from = "2026-01"\nmissing = "provisional"\n', 1
    )
    half = record("A2", "2026-10").replace(", supervisor = 20", "")
    site = write(small_site(scheme=waiting) | {"records/2026-10/A2.toml": half}, tmp_path)
    output = built(site)
    assert broken_links(output) == []
    html = (output / "employees/A2/2026-10.html").read_text(encoding="utf-8")
    assert "暂定" in html
    assert "本月工资" not in html
    assert "A2" not in words_of((output / "payroll/2026-10.html").read_text(encoding="utf-8"))


def test_somebody_on_two_forms_has_a_sheet_of_each_month(tmp_path: Path) -> None:
    other = small_site()["records/schemes/form.toml"].replace('id = "form"', 'id = "other"', 1)
    policy = POLICY.replace('["form"]', '["form", "other"]')
    files = {
        "records/schemes/other.toml": other,
        "records/staff/A2.toml": person("A2", "白露", "desk", "M1", scheme="other"),
    }
    output = built(write(small_site(policy=policy) | files, tmp_path), "--no-pdf")
    html = (output / "managers/desk/2026-10/index.html").read_text(encoding="utf-8")
    assert html.count('<table class="people">') == 2
    assert broken_links(output) == []


def test_every_tree_has_an_index_and_a_style_of_its_own(site: Path) -> None:
    for tree in trees(built(site, "--no-pdf")).values():
        assert (tree / "index.html").is_file()
        assert (tree / "style.css").is_file()


@pytest.mark.usefixtures("press")
def test_progress_goes_to_standard_error_alone(site: Path) -> None:
    ran = run("build", at=site)
    assert ran.errors.splitlines()[-1].startswith(("网页", "PDF"))
    assert "PDF 3/3" in ran.errors
    assert "PDF 3/3" not in ran.output
