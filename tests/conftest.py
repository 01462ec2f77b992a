"""Sites as HR would write them, and the command line run over them.

def test_a_mark_above_the_full_points_is_an_error(site):
    site.edit("records/2026-10/CS017.toml", "supervisor = 8", "supervisor = 11")
    ran = site.run("check")
    assert ran.code == 1 and "mark-too-high" in ran.output
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from kpisite.outcomes.results import Result
from tests.sites import Ran, edit, run, sample_forms, sample_scorecards, sample_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# How long a law takes says more of the machine than of the law, and is asserted nowhere.
settings.register_profile("kpisite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kpisite")

#: A sound site, as small as one can be that has every kind of file: one department, its manager,
#: one appraisee, a form with a row that is marked and a row that is measured.
SOUND = {
    "kpisite.toml": """\
company  = "澄湖电子商务有限公司"
language = "zh"
""",
    "records/departments.toml": """\
[[department]]
id      = "service"
name    = "客户服务部"
manager = "CS001"
""",
    "records/staff/CS001.toml": """\
id     = "CS001"
name   = "王敏"
joined = 2025-03-01

[[post]]
from       = 2025-03-01
department = "service"
title      = "客服主管"
""",
    "records/staff/CS017.toml": """\
id     = "CS017"
name   = "李娜"
joined = 2026-01-05

[[post]]
from       = 2026-01-05
department = "service"
title      = "客服专员"
scheme     = "agent"
superior   = "CS001"
""",
    "records/pay/CS017.toml": """\
employee = "CS017"

[[salary]]
from   = "2026-01"
amount = 3_000
""",
    "records/schemes/agent.toml": """\
id     = "agent"
name   = "客服月度考核"
from   = "2026-01"
points = 30
raters = { self = "40%", supervisor = "60%" }

[[part]]
id   = "work"
name = "工作考核"

[[part.indicator]]
id     = "discipline"
name   = "纪律性"
points = 10
method = "bands"
bands  = [{ points = "6-10", text = "好" }, { points = "0-5", text = "差" }]

[[part.indicator]]
id     = "conversion"
name   = "转化率"
points = 20
method = "steps"
metric = "conversion"
steps  = [{ from = "35%", share = "100%" }, { from = "25%", share = "50%" }]

[[deduction]]
id       = "late"
name     = "迟到"
points   = 1
evidence = true
""",
    "records/policies/service.toml": """\
id      = "service"
name    = "客服绩效管理办法"
from    = "2026-01"
schemes = ["agent"]
window  = { from = 3, to = 6 }
part-month = "calendar-days"

[[grade]]
id     = "pass"
name   = "及格"
from   = 18
salary = 1_500

[[grade]]
id     = "fail"
name   = "不及格"
salary = 1_200

[[pay]]
id     = "post-salary"
name   = "岗位工资"
method = "by-grade"
column = "salary"
""",
    "records/2026-10/month.toml": """\
month = "2026-10"
note  = "双十一备战"
""",
    "records/2026-10/CS017.toml": """\
employee = "CS017"
month    = "2026-10"

[rated]
supervisor = { by = "CS001", on = 2026-11-04 }

[marks]
discipline = { self = 9, supervisor = 8 }

[metrics]
conversion = "36%"

[[event]]
rule   = "late"
date   = 2026-10-12
source = "考勤表"
""",
}


class Site:
    """A site's folder, its files as texts by their path in it, and `kpisite` started there."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def write(self, files: Mapping[str, str | bytes | None]) -> "Site":
        """Adds or replaces files, byte for byte; None takes one away."""
        for path, content in files.items():
            place = self.root / path
            if content is None:
                place.unlink()
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content.encode() if isinstance(content, str) else content)
        return self

    def read(self, path: str) -> str:
        """A file's text."""
        return (self.root / path).read_bytes().decode()

    def edit(self, path: str, old: str, new: str) -> "Site":
        """Replaces a passage of a file that stands there once."""
        edit(self.root, path, old, new)
        return self

    def run(self, *arguments: str) -> Ran:
        """Runs the command line in this process, as though started in the site's folder."""
        return run(*arguments, at=self.root)


def pytest_configure(config: pytest.Config) -> None:
    """What users have of their own is not touched, and the workers of a run are one user."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        folder = tempfile.mkdtemp(prefix="kpisite-user-")
        config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
        os.environ["XDG_STATE_HOME"] = folder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """LibreOffice first: a worker that came to it last would keep the other waiting."""
    items.sort(key=lambda item: item.get_closest_marker("office") is None)


@pytest.fixture(scope="session", autouse=True)
def lone_look() -> Iterator[None]:
    """A command run in this process looks at a site's files alone: to fork a process that has all
    tests in it, for each of ten thousand commands, took most of the time of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kpisite.look.processors", lambda: 1)
        yield


@pytest.fixture
def shared_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has others help it look, as on any machine of several processors."""
    monkeypatch.setattr("kpisite.look.processors", lambda: 3)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A small sound site to break or to build."""
    return Site(tmp_path / "site").write(SOUND)


@pytest.fixture
def empty_site(tmp_path: Path) -> Site:
    """A folder with no files yet, to be made into a site of one's own."""
    return Site(tmp_path / "site")


@pytest.fixture(name="run")
def run_anywhere() -> Any:
    """`run("--help")`: the command line in this process, in no site in particular."""
    return run


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company with all its pages in `output`; not to be changed."""
    return sample_site(tmp_path_factory)


@pytest.fixture(scope="session")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output of a few people and months of the sample company, printed; not to be changed."""
    return sample_forms(tmp_path_factory)


@pytest.fixture
def scored() -> dict[tuple[str, str], Result]:
    """The whole months of the sample company, by person and month."""
    return sample_scorecards()


@pytest.fixture(scope="module")  # its loop would be in the way of what runs one of its own
def browser() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb"]
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=options)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: "Browser", sample: Path) -> Iterator[Any]:
    """Opens a page of the sample company, or of the output folder `root`, in a window."""
    from tests.visits import DESK, Visit

    visits = []

    def open_(path: str, width: int = DESK, root: Path | None = None) -> Visit:
        visits.append(Visit(browser, (root or sample / "output") / path, width))
        return visits[-1]

    yield open_
    for one in visits:
        one.leave()
