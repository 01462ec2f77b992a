"""Every command on every console: what it cannot show is shown otherwise, and nothing ends in a
traceback; what machines read is UTF-8 wherever it is written."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.repositories import commit, git
from tests.sites import edit, record, small_site, write
from tests.trees import files_in

#: The environments, and in which encoding a person there reads.  Python takes C for UTF-8.
CONSOLES: dict[str, tuple[Mapping[str, str], str]] = {
    "POSIX": ({"LC_ALL": "POSIX"}, "utf-8"),
    "C as it was": ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, "utf-8"),
    "gbk for Python": ({"PYTHONIOENCODING": "gbk"}, "gbk"),
    "gbk": ({"LC_ALL": "zh_CN.GBK"}, "gbk"),
}


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the locale of a Chinese office of old, which no machine of ours has."""
    folder = tmp_path_factory.mktemp("locales")
    made = subprocess.run(
        ["localedef", "-i", "zh_CN", "-f", "GBK", str(folder / "zh_CN.GBK")],
        capture_output=True,
        check=False,
    )
    assert (folder / "zh_CN.GBK").is_dir(), made.stderr
    return folder


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The small company, in a folder with a Chinese name, with a deduction and rare signs."""
    folder = write(small_site(), tmp_path / "公司")
    scheme = "records/schemes/form.toml"
    more = '\n[[deduction]]\nid = "late"\nname = "迟到 − 早退"\npoints = 5\n'
    (folder / scheme).write_text((folder / scheme).read_text("utf-8") + more, "utf-8")
    text = record("A1", "2026-10", note="好 — “很好” ≈ 优") + (
        '\n[[event]]\nrule = "late"\ndate = 2026-10-12\nreason = "−5 – ・ é €"\n'
    )
    (folder / "records/2026-10/A1.toml").write_text(text, "utf-8")
    return folder


def ran(
    site: Path, console: str, locales: Path, *arguments: str | Path
) -> subprocess.CompletedProcess[bytes]:
    """The command as a process of its own, without a home, on a console.

    Whatever of ours would read or write a file by the locale's encoding ends it.
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LC_", "LANG", "PYTHONIO", "PYTHONUTF8", "HOME", "XDG"))
    }
    environment |= {"LOCPATH": str(locales), **CONSOLES[console][0]}
    strict = [] if "--pdf" in arguments else ["-X", "warn_default_encoding"]
    strict += ["-W", "error::EncodingWarning"] if strict else []
    line = [sys.executable, *strict, "-m", "kpisite", "-C", site, *arguments]
    return subprocess.run(
        [str(one) for one in line if one != "--pdf"], capture_output=True, check=False,
        env=environment,
    )  # fmt: skip


@pytest.mark.parametrize("console", CONSOLES)
def test_every_command_writes_what_the_console_can_show(
    console: str, site: Path, locales: Path
) -> None:
    encoding = CONSOLES[console][1]
    for arguments in (
        ["explain", "A1", "2026-10", "--language=en"],
        ["build", "--no-pdf", "--month=2026-10"],
        ["build", "--employee=无此人"],
        ["export", "--workbook", "A1", "2026-10"],
        ["close", "2026-09", "--on=2026-10-10", "--despite-open"],
    ):
        done = ran(site, console, locales, *arguments)
        shown = done.stdout.decode(encoding) + done.stderr.decode(encoding)
        assert "Traceback" not in shown, (arguments, shown)
        assert done.returncode == (2 if "--employee=无此人" in arguments else 0), (arguments, shown)
    done = ran(site, console, locales, "explain", "A1", "2026-10")
    shown = done.stdout.decode(encoding)
    minus = "−" if encoding == "utf-8" else "-"
    assert f"{minus}5" in shown
    assert "细心" in shown


@pytest.mark.parametrize("console", CONSOLES)
def test_faults_are_reported_on_every_console_and_to_machines_in_utf_8(
    console: str, site: Path, locales: Path
) -> None:
    encoding = CONSOLES[console][1]
    edit(site, "records/2026-10/A1.toml", 'reason = "−5', 'resaon = "− ł 𬭎 −5')
    text = ran(site, console, locales, "check")
    assert (text.returncode, text.stderr) == (1, b"")
    shown = text.stdout.decode(encoding)
    assert "resaon" in shown
    assert ("𬭎" in shown) == (encoding == "utf-8")
    if encoding != "utf-8":
        assert "- \\u0142 \\U0002cb4e -5" in shown
    for format in ("json", "sarif"):
        written = ran(site, console, locales, "check", "--format", format)
        assert written.returncode == 1
        assert "“resaon”" in written.stdout.decode("utf-8"), format
    refused = ran(site, console, locales, "build", "--no-pdf")
    assert "resaon" in refused.stderr.decode(encoding)


@pytest.mark.parametrize("console", ["C as it was", "gbk"])
def test_json_is_utf_8_and_pages_are_the_same_bytes(
    console: str, site: Path, locales: Path
) -> None:
    data = json.loads(ran(site, console, locales, "explain", "A1", "2026-10", "--json").stdout)
    assert "迟到 − 早退" in json.dumps(data, ensure_ascii=False)
    schema = ran(site, console, locales, "schema", "record").stdout
    assert json.loads(schema)["type"] == "object"
    for place, where in (("here", console), ("there", "POSIX")):
        done = ran(site, where, locales, "build", "--no-pdf", "--output", site.parent / place)
        assert done.returncode == 0, done.stderr
    assert files_in(site.parent / "here") == files_in(site.parent / "there")


def test_forms_are_printed_under_an_old_locale_and_without_a_home(
    site: Path, locales: Path
) -> None:
    done = ran(site, "gbk", locales, "build", "--pdf", "--employee=A1", "--month=2026-10")
    assert (done.returncode, (site / "output/employees/A1/2026-10.pdf").is_file()) == (0, True)
    again = ran(site, "POSIX", locales, "build", "--pdf", "--employee=A1", "--month=2026-10",
                "--output", site.parent / "again")  # fmt: skip
    assert again.returncode == 0
    assert files_in(site / "output") == files_in(site.parent / "again")


@pytest.mark.parametrize("console", ["gbk for Python", "gbk"])
def test_a_comparison_is_for_the_console_and_as_markdown_for_machines(
    console: str, site: Path, locales: Path, tmp_path: Path
) -> None:
    git(site, "init", "-q")
    commit(site, {".gitignore": "output\n.kpisite\n"}, "2026-11-03")
    edit(site, "records/2026-10/A1.toml", "speed = { self = 30", "speed = { self = 29")
    text = ran(site, console, locales, "diff").stdout.decode("gbk")
    assert "→ 文件夹" in text and "速度" in text
    markdown = ran(site, console, locales, "diff", "--format", "markdown").stdout
    assert "文件夹" in markdown.decode("utf-8")
