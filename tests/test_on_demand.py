"""Pages that are made when they are asked for: byte for byte those that a build writes."""

from pathlib import Path

from kpisite.pages.selection import Selection
from kpisite.site import Site
from kpisite.write.pdf import Press, print_one
from tests.conftest import SOUND
from tests.sites import write
from tests.trees import files_in


def test_every_file_of_the_sample_company_is_made_alone_as_a_build_makes_it(sample: Path) -> None:
    site = Site.find(sample)
    trees = site.trees(site.check(), Selection(pdf=False))
    found = files_in(sample / "output")
    assert len(found) > 1000
    differ = [place for place, content in found.items() if trees.file(place) != content]
    assert differ == [".kpisite-output"]


def test_what_no_build_writes_is_not_there(sample: Path) -> None:
    site = Site.find(sample)
    trees = site.trees(site.check(), Selection(pdf=False))
    for place in (
        "", "hr", "hr/", "/hr/index.html", "hr/../payroll/index.html", "hr//index.html",
        "employees/index.html", "employees/CS017/../CS003/2026-10.html", "kpisite.toml",
        "employees/CS017/2026-10.pdf", "employees/CS001/style.css/", "managers/2026-10/CS017.html",
        "hr/index", "hr/index.HTML", "HR/index.html", "employees/CS017/2025-01.html",
    ):  # fmt: skip
        assert trees.file(place) is None, place


def test_a_printed_form_is_that_of_a_build(tmp_path: Path) -> None:
    site = Site.find(write(SOUND, tmp_path))
    loaded = site.check()
    site.build(loaded, tmp_path / "output", workers=1)
    trees = site.trees(loaded)
    press = Press(trees.theme.files["print.css"])
    printed = {}
    for place, content in files_in(tmp_path / "output").items():
        job = trees.job(place, site.history())
        assert (job is None) == (not place.endswith(".pdf")), place
        if job is not None:
            assert trees.file(place) is None
            if job not in printed:
                printed[job] = print_one(press, job)
            assert printed[job] == content, place
    assert len(printed) > 2
