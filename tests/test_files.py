"""Files that no text can stand for: other encodings, links, folders, names, sizes.

Each is told by its fault and hides nothing of the files beside it.
"""

import inspect
import json
import os
import sys

import pytest

from kpisite.check.id_checks import BESIDE_FORMS
from kpisite.read.file import File

RECORD = "records/2026-10/CS017.toml"
STAFF = "records/staff/CS017.toml"


def reported(site, *arguments):
    """The code, path, line and column of every fault."""
    ran = site.run("check", "--format", "json", *arguments)
    assert ran.code in (0, 1) and not ran.errors, ran.errors
    return [
        (one["code"], one["path"], one["line"], one["column"]) for one in json.loads(ran.output)
    ]


def as_saved(site, path, encoding):
    return site.write({path: site.read(path).encode(encoding)})


@pytest.mark.parametrize(
    ("encoding", "column", "named"),
    [("gbk", 11, "GBK"), ("utf-16", 1, "UTF-16"), ("utf-16-le", 1, "UTF-16")],
)
def test_a_file_in_another_encoding_is_named_with_the_place_and_the_way_out(
    encoding, column, named, site
):
    as_saved(site, STAFF, encoding)
    line = 2 if encoding == "gbk" else 1
    assert reported(site) == [("not-utf8", STAFF, line, column)]
    assert f"像是 {named}" in site.run("check").output


def test_a_file_that_is_no_text_at_all_is_reported_without_a_guess(site):
    site.write({RECORD: b"PK\x03\x04\x14\x00\xff\xff\xfe" * 20})
    assert reported(site) == [("not-utf8", RECORD, 1, 7)]
    assert "像是" not in site.run("check").output


def test_a_byte_order_mark_is_no_fault_and_moves_no_column(site):
    for path in (STAFF, RECORD):
        site.write({path: b"\xef\xbb\xbf" + site.read(path).encode()})
    assert reported(site) == []
    site.edit(RECORD, 'employee = "CS017"', 'employee = "CS017" "甲"')
    assert reported(site) == [("after-value", RECORD, 1, 20)]


def test_windows_line_ends_are_no_fault_and_move_no_place(site):
    site.edit(RECORD, "supervisor = 8", "supervisor = 11")
    before = reported(site)
    site.write({RECORD: site.read(RECORD).replace("\n", "\r\n")})
    assert reported(site) == before == [("mark-too-high", RECORD, 8, 26)]


def test_line_ends_of_old_computers_are_reported_once_and_the_file_is_read(site):
    site.edit(RECORD, "supervisor = 8", "supervisor = 11")
    site.write({RECORD: site.read(RECORD).replace("\n", "\r")})
    assert reported(site) == [("line-ends", RECORD, 1, 19), ("mark-too-high", RECORD, 8, 26)]


@pytest.mark.parametrize(
    ("written", "column"),
    [
        ('"考勤\x07表"', 13),
        ('"考勤\\u0007表"', 1),
        ('"考勤\u202e表"', 1),
        ('"考勤表" # \x1b[31m', 18),
    ],
)
def test_a_control_character_is_reported_in_the_text_or_in_the_remark(written, column, site):
    site.edit(RECORD, '"考勤表"', written)
    assert reported(site) == [("control-character", RECORD, 16, column)]
    for shown in site.run("check").output, site.run("check", "--format", "junit").output:
        assert not set(shown) & {"\x07", "\x1b", "\u202e"}


def test_a_department_list_that_is_missing_is_reported_once(site):
    site.write({"records/departments.toml": None})
    assert reported(site) == [("file-missing", "records/departments.toml", 1, 1)]


def test_a_file_of_fifty_megabytes_is_not_read(site):
    with (site.root / RECORD).open("r+b") as file:
        file.truncate(50 * 1024 * 1024)
    assert reported(site) == [("file-too-large", RECORD, 1, 1)]


def test_a_line_without_end_is_a_fault_before_anything_in_it_is_looked_for(site):
    site.edit(RECORD, "[marks]", "x = [" + "1，" * 200_000 + "]\n[marks]")
    assert reported(site) == [("line-too-long", RECORD, 7, 1)]


def test_the_longest_text_that_a_form_takes_fits_on_a_line(site):
    text = ("好" * 39 + "\\n") * 500
    assert len(text) > 20_000
    site.write({RECORD: site.read(RECORD) + f'\n[notes]\nsupervisor = "{text}"\n'})
    assert reported(site) == []


@pytest.mark.parametrize("dot", [".", "．"])
@pytest.mark.parametrize("end", ["]", ""])
def test_a_header_of_many_names_is_too_deep_however_its_dots_are_typed(dot, end, site):
    site.edit(RECORD, "[marks]", f"[{dot.join(['a'] * 20_000)}{end}\n[marks]")
    assert reported(site) == [("too-deep", RECORD, 7, 1)]


def test_a_large_file_with_many_broken_lines_is_read_a_few_times_only(site):
    site.write({RECORD: "".join(f"key-{number} = x\n" for number in range(70_000))})
    assert [line for _, _, line, _ in reported(site)] == [1, 2, 3, 4, 5]


def test_a_report_ends_with_how_many_more_there_are(site):
    site.edit(RECORD, "supervisor = 8", "supervisor = 11")
    site.write({f"records/2026-10/z{number:04}.txt": "" for number in range(1_100)})
    found = reported(site)
    assert len(found) == 1_001
    assert found[-1] == ("and-more", "records/2026-10/z1099.txt", 1, 1)
    assert ("mark-too-high", RECORD, 8, 26) in found, "errors come before warnings"
    text = site.run("check").output
    assert "还有 101 个问题没有列出；共有错误 1 个，警告 1100 个" in text
    assert text.endswith("1 个错误，1100 个警告。\n")
    for format in ("json", "github", "gitlab", "sarif", "junit"):
        written = site.run("check", "--format", format).output
        assert "还有 101 个问题没有列出；共有错误 1 个，警告 1100 个" in written, format
        assert written.count("z1098.txt") == 0, format
    [run] = json.loads(site.run("check", "--format", "sarif").output)["runs"]
    assert run["properties"] == {"errors": 1, "warnings": 1_100}
    assert len(run["results"]) == 1_001


def test_links_that_lead_out_of_the_site_are_not_followed(site, tmp_path):
    secret = tmp_path / "secret.toml"
    secret.write_text('employee = "CS001"\n')
    (site.root / "records/pay/CS001.toml").symlink_to(secret)
    (site.root / "records/2026-11").symlink_to(tmp_path)
    assert reported(site) == [
        ("outside-site", "records/2026-11", 1, 1),
        ("outside-site", "records/pay/CS001.toml", 1, 1),
    ]


def test_a_theme_holds_no_links_wherever_they_lead(site, tmp_path):
    (tmp_path / "secret.css").write_text("secret")
    site.edit("kpisite.toml", 'language = "zh"', 'theme = "house"')
    site.write({"themes/house/theme.toml": 'extends = "default"\n'})
    house = site.root / "themes/house"
    (house / "print.css").symlink_to(site.root / "records/pay/CS017.toml")
    (house / "style.css").symlink_to(tmp_path / "secret.css")
    (house / "templates").symlink_to(site.root / "records")
    assert set(reported(site)) == {
        ("theme-link", "themes/house/print.css", 1, 1),
        ("outside-site", "themes/house/style.css", 1, 1),
        ("theme-link", "themes/house/templates", 1, 1),
    }
    house.rename(site.root / "themes/real")
    house.symlink_to(site.root / "themes/real")
    assert reported(site) == [("theme-link", "themes/house", 1, 1)]
    (site.root / "themes").rename(tmp_path / "themes")
    (site.root / "themes").symlink_to(tmp_path / "themes")
    assert reported(site) == [("outside-site", "themes", 1, 1)]


def test_records_that_are_a_link_out_of_the_site_are_not_read(site, tmp_path):
    (site.root / "records").rename(tmp_path / "elsewhere")
    (site.root / "records").symlink_to(tmp_path / "elsewhere")
    assert ("outside-site", "records", 1, 1) in reported(site)


def test_a_link_within_the_site_is_read_and_one_that_goes_round_in_a_circle_is_not(site):
    staff = site.root / "records/staff"
    (staff / "CS017.toml").rename(site.root / "kept.toml")
    (staff / "CS017.toml").symlink_to("../../kept.toml")
    assert reported(site) == []
    (staff / "CS018.toml").symlink_to("CS018.toml")
    (staff / "round").symlink_to("round")
    assert reported(site) == [
        ("outside-site", "records/staff/CS018.toml", 1, 1),
        ("stray-file", "records/staff/round", 1, 1),
    ]


def test_what_is_no_ordinary_file_is_not_opened(site):
    os.mkfifo(site.root / "records/2026-10/CS001.toml")
    (site.root / "records/2026-10/CS002.toml").mkdir()
    assert reported(site) == [
        ("file-unreadable", "records/2026-10/CS001.toml", 1, 1),
        ("file-unreadable", "records/2026-10/CS002.toml", 1, 1),
    ]


def test_a_file_that_may_not_be_read_is_reported_and_its_owner_not_called_unknown(
    site, monkeypatch
):
    opened, staff = os.open, os.stat(site.root / "records/staff")

    def forbidden(path, *arguments, dir_fd=None):
        if dir_fd and path == "CS017.toml" and os.path.samestat(os.fstat(dir_fd), staff):
            raise PermissionError(13, "Permission denied")
        return opened(path, *arguments, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", forbidden)
    assert reported(site) == [("file-unreadable", STAFF, 1, 1)]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems forbid such names")
def test_a_name_that_cannot_be_shown_is_reported_in_escapes(site):
    folder = os.fsencode(site.root / "records/2026-10")
    for name in (b"CS\n018.toml", b"CS\xff018.toml", b"CS\x1b[31m.toml"):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(b'employee = "CS018"\n')
    assert reported(site) == [
        ("file-name", r"records/2026-10/CS\x0a018.toml", 1, 1),
        ("file-name", r"records/2026-10/CS\x1b[31m.toml", 1, 1),
        ("file-name", r"records/2026-10/CS\xff018.toml", 1, 1),
    ]
    assert site.run("check").output.count("\n") == 3 * 3 + 1, "no name breaks its line"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems forbid such names")
def test_no_file_is_read_in_a_folder_whose_name_cannot_be_shown(site):
    folder = os.path.join(os.fsencode(site.root / "records"), b"2026-\xff")
    os.mkdir(folder)
    with open(os.path.join(folder, b"CS017.toml"), "wb") as file:
        file.write(b'employee = "CS017"\n')
    assert reported(site) == [("file-name", r"records/2026-\xff/CS017.toml", 1, 1)]


def test_files_are_told_apart_by_what_they_hold_or_why_they_hold_nothing():
    held = {File("a", content).digest for content in (b"", b"x", b"y")}
    unread = {File("a", None, why).digest for why in ("file-unreadable", "file-name")}
    assert len(held | unread) == 5
    assert File("a", b"x").digest == File("b", b"x").digest


def test_a_chinese_name_is_reported_by_what_the_file_says(site):
    site.write({"records/staff/李娜.toml": site.read(STAFF), STAFF: None})
    assert reported(site) == [("name-mismatch", "records/staff/李娜.toml", 1, 1)]


def test_folders_nested_beyond_all_measure_end_in_no_traceback(site):
    # As deep as calls may nest, were that less than it is: 1,500 folders end in one another like
    # 400, but when a run is killed among them nothing that goes down by calls can clear them away.
    (site.root / "records" / "/".join(["d"] * 400)).mkdir(parents=True)
    most = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 300)
    try:
        assert [code for code, *_ in reported(site)] == ["stray-file"]
    finally:
        sys.setrecursionlimit(most)


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("records/2026-10/CS018.tom", "records/2026-10/CS018.toml"),
        ("records/2026-10/CS018.toml.txt", "records/2026-10/CS018.toml"),
        ("records/2026-10/.CS018.toml", "records/2026-10/CS018.toml"),
        ("records/2026-10/CS018.toml.bak", "records/2026-10/CS018.toml"),
        ("records/schemes/agent.tml", "records/schemes/agent.toml"),
        ("records/2026-10/CS018.xlsx", ""),
        ("records/2026-10/CS018", ""),
        ("records/2026-1O/CS018.csv", ""),
    ],
)
def test_what_is_read_by_nobody_is_reported_with_the_name_that_was_meant(path, meant, site):
    site.write({path: site.read(RECORD).replace("CS017", "CS018")})
    assert reported(site) == [("stray-file", path, 1, 1)]
    assert (f"改名为 {meant}" in site.run("check").output) is bool(meant)
    assert site.run("check", "--strict").code == 1


def test_a_misnamed_file_hides_no_fault_of_others(site):
    site.write({"records/schemes/agent.toml.bak": "", "records/policies/notes.txt": ""})
    site.write({"records/schemes/agent.toml": None})
    codes = {code for code, *_ in reported(site)}
    assert codes == {"stray-file", "unknown-scheme"}


def test_an_empty_folder_of_no_kind_is_reported(site):
    for folder in ("records/2026-1O", "records/Staff", "records/2026-11", "records/pay"):
        (site.root / folder).mkdir(exist_ok=True)
    assert reported(site) == [
        ("stray-file", "records/2026-1O", 1, 1),
        ("stray-file", "records/Staff", 1, 1),
    ]


def test_what_other_programs_and_people_put_there_is_passed_over(site):
    names = [".git/config", ".gitignore", ".DS_Store", "Thumbs.db", "README.md", "2026-10/~$a.xlsx"]
    site.write({f"records/{name}": "x" for name in names})
    assert reported(site) == []


def test_what_stands_beside_the_forms_of_a_month_is_nobodys_id(site):
    assert site.run("build").code == 0
    for tree in ("hr", "managers"):
        beside = {one.stem for one in (site.root / f"output/{tree}/service/2026-10").iterdir()}
        assert beside == {"CS017", *BESIDE_FORMS}
    for id in (*BESIDE_FORMS, "Summary"):
        taken = site.read("records/staff/CS001.toml").replace("CS001", id)
        site.write({f"records/staff/{id}.toml": taken})
        assert "reserved-id" in site.run("check").output
        (site.root / f"records/staff/{id}.toml").unlink()
