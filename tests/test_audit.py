"""`kpisite audit` finds in a finished tree whatever belongs to somebody else, wherever it hides."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from kpisite.audit.owning import ids_in
from kpisite.audit.reading import said_in
from tests.sites import built, run, small_site, write

RECORD = "records/2026-10/A2.toml"
NOTE = "这一句只写给白露一个人看"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    files = small_site()
    files[RECORD] += f'\n[notes]\nsupervisor = "{NOTE}"\n'
    site = write(files, tmp_path_factory.mktemp("audit"))
    built(site, "--no-pdf")
    return site


@pytest.fixture
def site(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "site"))


def found(site: Path) -> list[tuple[str, str, str]]:
    ran = run("audit", "--json", at=site)
    told = json.loads(ran.output)
    assert ran.code == (1 if told else 0), ran.errors
    return [(one["place"], one["kind"], one["what"]) for one in told]


def test_a_tree_as_it_is_built_holds_nothing_of_others(site: Path) -> None:
    assert found(site) == []
    ran = run("audit", at=site)
    assert (ran.code, ran.output) == (0, "看了 7 个文件夹，没有发现属于别人的内容。\n")


def test_the_sample_company_holds_nothing_of_others(sample: Path) -> None:
    assert found(sample) == []


def test_printed_forms_with_all_that_they_carry_hold_nothing_of_others(forms: Path) -> None:
    assert found(forms.parent) == []


OWN = "employees/A1/2026-10.html"
MANAGER = "managers/desk/2026-10/A1.html"


def into(place: str, text: str) -> Callable[[Path], None]:
    """Puts a text into a page, or writes a file with it."""

    def plant(output: Path) -> None:
        file = output / place
        before = file.read_text(encoding="utf-8") if file.exists() else ""
        file.write_text(before + text, encoding="utf-8")

    return plant


def workbook(place: str, text: str) -> Callable[[Path], None]:
    def plant(output: Path) -> None:
        with xlsxwriter.Workbook(str(output / place)) as book:
            book.add_worksheet().write_comment(0, 0, text)

    return plant


def link(output: Path) -> None:
    (output / "employees/A1/all.html").symlink_to(output / "hr/index.html")


@pytest.mark.parametrize(
    ("plant", "expected"),
    [
        (into(OWN, "<p>A2</p>"), (OWN, "person", "A2")),
        (into(OWN, "<!-- 白 露 -->"), (OWN, "name", "白露 A2")),
        (into(OWN, '<img alt="&#30333;&#38706;">'), (OWN, "name", "白露 A2")),
        (into(OWN, f"<svg><desc>{NOTE}</desc></svg>"), (OWN, "words", "A2")),
        (into("employees/A1/search.json", r'{"n": "\u767d\u9732"}'),
         ("employees/A1/search.json", "name", "白露 A2")),
        (into("employees/A1/A2.css", ""), ("employees/A1/A2.css", "person", "A2")),
        (workbook("employees/A1/x.xlsx", "白露"), ("employees/A1/x.xlsx", "name", "白露 A2")),
        (into(OWN, '<a href="../../hr/index.html">x</a>'),
         (OWN, "outside", "../../hr/index.html")),
        (into(OWN, '<img src="//example.org/x.png">'), (OWN, "outside", "//example.org/x.png")),
        (into("employees/A1/x.bin", "?"), ("employees/A1/x.bin", "unread", "")),
        (into("index.html", "<p>"), ("index.html", "nobodys", "")),
        (link, ("employees/A1/all.html", "outside", "")),
        # What the desk sold is in a record that its manager reads; the wage is not.
        (into(MANAGER, "<td>3,183.45</td>"), (MANAGER, "amount", "3183.45 A1")),
        (into("managers/store/index.html", "<p>安然</p>"),
         ("managers/store/index.html", "name", "安然 A1")),
    ],
)  # fmt: skip
def test_what_belongs_to_somebody_else_is_found(
    site: Path, plant: Callable[[Path], None], expected: tuple[str, str, str]
) -> None:
    plant(site / "output")
    assert expected in found(site)


def test_the_form_of_another_is_found_by_its_words(forms: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(forms.parent, tmp_path / "site"))
    stolen = "employees/CS003/2026-10.pdf"
    shutil.copy(site / "output/employees/CS017/2026-10.pdf", site / "output" / stolen)
    kinds = {(kind, what.partition(" ")[0]) for place, kind, what in found(site) if place == stolen}
    assert {("person", "CS017"), ("name", "李娜")} <= kinds


def test_a_name_that_the_own_record_tells_may_stand_on_the_own_page(tmp_path: Path) -> None:
    site = write(small_site(), tmp_path)
    place = site / "records/2026-10/A1.toml"
    place.write_text(place.read_text() + '\n[notes]\nsupervisor = "与白露一起带新人"\n')
    built(site, "--no-pdf")
    assert found(site) == []


def test_without_an_output_there_is_nothing_to_audit(tmp_path: Path) -> None:
    ran = run("audit", at=write(small_site(), tmp_path))
    assert ran.code == 2
    assert "kpisite build" in ran.errors


def test_a_size_of_paper_is_nobodys_id() -> None:
    said = said_in("hr/style.css", b"@page { size: A4 landscape } .A4 {} /* B1 */")
    assert ids_in(said, ["A4", "B1"]) == {"A4", "B1"}
    said = said_in("hr/style.css", b"@page { size: A4 landscape } /* B1 */")
    assert ids_in(said, ["A4", "B1"]) == {"B1"}
