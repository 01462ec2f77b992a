"""`kpisite init`: a site that works at once, small or on any form that comes with kpisite."""

import zipfile
from pathlib import Path

import pytest

from kpisite.core.month import Month
from kpisite.core.text import LANGUAGES
from kpisite.desk.start import NoShipped, shipped_schemes, site_on, small_site
from kpisite.examine.load import examine, examine_files
from kpisite.packaged import packaged_samples
from kpisite.read.file import File
from tests.sites import ROOT, run

SAMPLES = packaged_samples()


def issues(files: dict[str, bytes]) -> list[str]:
    loaded = examine_files(
        lambda: [File(path, one) for path, one in files.items() if path.endswith(".toml")],
        lambda _name: None,
    )
    return [one.code for one in loaded.issues]


@pytest.mark.parametrize("language, said", [("zh", "接下来"), ("en", "Next:"), ("ja", "Next:")])
def test_a_small_site_checks_clean_and_is_built_at_once(
    tmp_path: Path, language: str, said: str
) -> None:
    place = tmp_path / "公司 one"
    ran = run("init", place, "--language", language, "--month", "2026-10")
    assert ran.code == 0, ran.errors
    assert said in ran.output and ran.output.count(f'kpisite -C "{place}"') == 3
    assert run("check", at=place).code == 0 and examine(place).issues == []
    assert run("build", "--no-pdf", at=place).code == 0
    assert (place / "output/hr/index.html").is_file()
    explained = run("explain", "A002", "2026-10", at=place)
    # 17 + 18 + 26, and 30 for 98.5% in time, and 1 for praise
    assert "92.0 / 100" in explained.output
    assert run("new", "2026-11", at=place).code == 0
    ignored = (place / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/output/", "/export-*/", "/*.xlsx", "/*.pdf"} <= {*ignored}, "none with pay in git"


@pytest.mark.parametrize("month", ["2026-11", "2026-12", "2027-02", "2025-01"])
def test_the_month_of_the_small_site_may_be_any(month: str) -> None:
    for language in LANGUAGES:
        files = small_site(SAMPLES, language, Month.parse(month))
        assert issues(files) == []
        assert f"records/{month}/A002.toml" in files


@pytest.mark.parametrize("id", sorted(shipped_schemes(SAMPLES)))
def test_every_form_that_comes_with_kpisite_makes_a_site(id: str) -> None:
    for month in ("2026-11", "2025-03"):
        files, due = site_on(SAMPLES, id, "zh", Month.parse(month), lambda: "5ea1" * 16)
        assert set(issues(files)) <= {"month-waits"}
        assert any(path.startswith(f"records/{due}/A0") for path in files) or (
            f"records/{due}/service.toml" in files
        )
        assert f"records/schemes/{id}.toml" in files
    assert files[f"records/schemes/{id}.toml"].decode().count("\n") == (
        SAMPLES[f"schemes/{id}.toml"].decode().count("\n")
    )


def test_a_form_is_taken_by_the_number_of_the_paper_with_its_policy(tmp_path: Path) -> None:
    ran = run("init", tmp_path / "site", "--from", "F02", "--month", "2026-10")
    assert ran.code == 0, ran.errors
    policy = (tmp_path / "site/records/policies/customer-service.toml").read_bytes()
    assert policy == (ROOT / "records/policies/customer-service.toml").read_bytes()
    assert run("build", "--no-pdf", at=tmp_path / "site").code == 0


def test_a_policy_of_several_forms_names_those_alone_that_are_there() -> None:
    key = "5ea1" * 16
    files, month = site_on(SAMPLES, "pre-sales-quarterly", "en", Month(2026, 11), lambda: key)
    assert month == Month(2026, 9), "the last that ends a quarter"
    policy = files["records/policies/pre-sales-income.toml"].decode()
    assert 'schemes = ["pre-sales-quarterly"]' in policy
    assert key in files["records/pay/seal.toml"].decode()


def test_a_folder_that_holds_anything_is_refused(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("x", encoding="utf-8")
    ran = run("init", tmp_path, "--language", "en")
    assert ran.code == 2 and "not empty" in ran.errors
    assert [one.name for one in tmp_path.iterdir()] == ["note.txt"]
    ran = run("init", tmp_path / "note.txt")
    assert ran.code == 2
    (tmp_path / "mine/.git").mkdir(parents=True)
    assert run("init", tmp_path / "mine").code == 0


def test_an_unknown_form_is_wrong_usage(tmp_path: Path) -> None:
    ran = run("init", tmp_path / "site", "--from", "F99", "--language", "en")
    assert ran.code == 2 and "kpisite init --list" in ran.errors
    assert not (tmp_path / "site").exists()
    with pytest.raises(NoShipped):
        site_on(SAMPLES, "none", "zh", Month(2026, 10), str)
    listed = run("init", "--list", "--language", "en")
    assert "F02  cs-agent" in listed.output and len(listed.output.splitlines()) == len(
        list((ROOT / "records/schemes").glob("*.toml"))
    )


def test_the_forms_travel_in_the_package(tmp_path: Path) -> None:
    from hatchling.builders.wheel import WheelBuilder

    (built,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(built) as wheel:
        packed = {
            name.removeprefix("kpisite/samples/"): wheel.read(name)
            for name in wheel.namelist()
            if name.startswith("kpisite/samples/")
        }
    for_forges = {name for name in packed if name.startswith("ci/")}
    assert for_forges == {"ci/github.yml", "ci/gitlab.yml"}
    assert {name: one for name, one in packed.items() if name not in for_forges} == SAMPLES
