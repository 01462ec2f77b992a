"""The command line speaks the site's language: help, usage errors, progress, faults."""

import ast
import errno
import os
import re
from pathlib import Path

import click
import pytest

from kpisite.cli.main import COMMANDS, kpisite
from kpisite.cli.spoken import language_for, speak
from kpisite.words import click_words, command_words, refused_by_system
from tests.sites import ROOT
from tests.test_docs import COMMANDS as ALL_COMMANDS

CLI = ROOT / "kpisite/cli"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: How words begin of which the code has the rest in a table or gets it from git.
DYNAMIC = (
    "stage-", "system-", "archive-class-", "archive-line-", "verify-", "diff-", "history-",
    "audit-",
)  # fmt: skip
#: What only somebody who writes a command wrongly is told, and what no command of ours asks for.
NOT_OURS = (
    "Could not determine name", "No options defined", "Arguments take exactly one", "Name '{name}'",
    "Boolean option {decl!r}",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _chinese_afterwards(monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    yield
    speak("zh")


# --- which language


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LC_MESSAGES": "zh_TW", "LANG": "de_DE"}, "zh"),
    ],
)
def test_outside_a_site_the_environment_decides(environment, expected, monkeypatch, tmp_path):
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language_for(["-C", str(tmp_path), "check"]) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('company = "店"\n', "zh"),
        ('language = "en"\n', "en"),
        ("company = 店\nlanguage = 'en'\n", "en"),
        ('language = "zh"\n', "zh"),
    ],
)
def test_in_a_site_the_site_does_broken_or_not(text, expected, monkeypatch, tmp_path):
    monkeypatch.setenv("LANG", "de_DE")
    (tmp_path / "kpisite.toml").write_text(text, encoding="utf-8")
    (tmp_path / "records").mkdir()
    assert language_for(["-C", str(tmp_path), "check"]) == expected
    assert language_for([f"-C{tmp_path}", "check"]) == expected
    assert language_for(["check", "-C", str(tmp_path / "records")]) == expected
    for asked in ("zh", "en"):
        assert language_for(["check", "-C", str(tmp_path), "--language", asked]) == asked
        assert language_for(["check", f"--language={asked}", "-C", str(tmp_path)]) == asked


# --- what is said


@pytest.mark.parametrize(
    ("arguments", "chinese", "english"),
    [
        (("--help",), "显示本说明。", "Show this message and exit."),
        (("build", "--help"), "不生成 PDF。", "Write no PDF."),
        (("chek",), "没有命令 'chek'。", "No such command 'chek'."),
        (("check", "--stric"), "没有选项 '--stric'。", "No such option '--stric'."),
        (
            ("check", "--format", "xml"),
            "'--format' 的值不对：不能写 'xml'；可选：",
            "is not one of",
        ),
        (("explain", "CS017"), "缺少参数 'MONTH'", "Missing argument 'MONTH'"),
        (("explain", "X", "2026-10"), "2026-10 没有 X 的记录", "there is no record of X for"),
        (("explain", "X", "2026-13"), "不是月份，应写成 2026-10", "is not a month such as"),
        (("check", "nowhere"), "没有 nowhere", "there is no nowhere"),
        (("check", "/etc/passwd"), "不在站点", "does not lie in the site"),
        (("build", "--employee", "X"), "没有员工 'X'", "there is no employee 'X'"),
        (("build", "--department", "X"), "没有部门 'X'；有 ", "department 'X'; there are "),
        (("export", "CS017", "2026-10"), "请写明导出什么", "say what to write"),
        (
            ("close", "2026-10", "--on", "5"),
            "'5' 不是日期，应写成 2026-11-04",
            "'5' is not a day such as 2026-11-04",
        ),
        (("build", "--workers", "0"), "0 不在 x>=1 的范围内", "is not in the range x>=1"),
    ],
)
def test_help_and_wrong_use_are_said_in_the_sites_language(arguments, chinese, english, site):
    for language, words in (("zh", chinese), ("en", english)):
        site.write({"kpisite.toml": f'company = "店"\nlanguage = "{language}"\n'})
        ran = site.run(*arguments)
        said = ran.output + ran.errors
        assert words in said
        if language == "en":
            assert not CHINESE.search(said.replace("店", ""))
        else:
            assert not re.search(r"\b(Usage|Error|Options|Commands|Examples|Show|Try)\b", said)


def test_faults_progress_and_counts_are_said_in_the_sites_language(site):
    built = site.run("build", "--no-pdf")
    assert "网页 " in built.errors
    assert "没有生成 PDF" in built.output and "0 份 PDF" not in built.output
    site.edit("records/2026-10/CS017.toml", "supervisor = 8", "supervisor = 7")
    built = site.run("build", "--no-pdf", "--language", "en")
    assert "pages " in built.errors
    assert "Scorecards: 1, " in built.output and "no PDF files" in built.output
    site.edit("records/2026-10/CS017.toml", "supervisor = 7", "supervisor = 11")
    zh, en = (site.run("check", "--language", language).output for language in ("zh", "en"))
    assert "8:26: 错误[mark-too-high]: " in zh and "\n改法: " in zh
    assert "8:26: error[mark-too-high]: " in en and "\nhelp: " in en


# --- the catalogue


@pytest.mark.parametrize("name", ["kpisite", *ALL_COMMANDS])
def test_every_command_and_option_has_its_words_in_both_languages(name):
    command = kpisite if name == "kpisite" else ALL_COMMANDS[name]
    for language in ("zh", "en"):
        speak(language)
        text = command.get_help(click.Context(command, info_name=name))
        assert bool(CHINESE.search(text)) == (language == "zh")
        assert f"kpisite {name}" in text or name == "kpisite"


def test_click_says_nothing_that_has_no_chinese():
    """All that its modules for commands, options and their values pass to gettext."""
    folder = Path(click.__file__).parent
    said = set()
    for name in ("core", "decorators", "exceptions", "formatting", "parser", "types"):
        for node in ast.walk(ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("_", "ngettext"):
                words = [one.value for one in node.args if isinstance(one, ast.Constant)]
                said |= {one for one in words if isinstance(one, str)}
    said = {one for one in said if not one.startswith(NOT_OURS)}
    chinese = click_words("zh")
    assert said - chinese.keys() == set()
    for one in said:
        fields = re.findall(r"\{\w+(?:![a-z])?\}|%\(\w+\)s", one)
        assert sorted(re.findall(r"\{\w+(?:![a-z])?\}|%\(\w+\)s", chinese[one])) == sorted(fields)


def test_no_module_of_the_command_line_has_words_of_its_own():
    """A text with a blank in it stands in the catalogue, unless it is a docstring."""
    found = []
    for file in sorted(CLI.glob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                docstrings.add(id(node.value))
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                is_words = re.search(r"[a-z]{2,} [a-z]{2,}", node.value)
                if is_words and id(node) not in docstrings:
                    found.append((file.name, node.value))
    assert [one for one in found if one[1] not in OF_MACHINES] == []


#: What is no word to people: a command to copy, a name that others read.
OF_MACHINES = (
    "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "kpisite check",
    '<?xml version="1.0" encoding="utf-8"?>\n',
)


#: Why a PDF is not read, as `kpisite.paper.pdf` says it: each command that reads one has its own
#: words.
UNREADABLE = ("not-pdf", "truncated", "too-large", "encrypted", "bomb", "damaged")


def test_the_catalogue_of_the_command_line_has_no_word_too_many():
    source = "\n".join(file.read_text(encoding="utf-8") for file in CLI.parent.rglob("*.py"))
    names = {"kpisite", *COMMANDS}
    for key in command_words("en"):
        of_command = key.partition(" ")[0] in names
        option = key.rpartition(" ")[2]
        is_used = (
            f'"{key}"' in source
            or key in ("examples", "no-employee", "no-department", "--version", "--help")
            or key.startswith(DYNAMIC)
            or key.partition("-")[2] in UNREADABLE
            or (of_command and (option.startswith("-") is False or f'"{option}"' in source))
        )
        assert is_used, key


def test_a_day_is_asked_for_as_people_write_one(site) -> None:
    words = {"zh": "不是日期，应写成 2026-11-04", "en": "is not a day such as 2026-11-04"}
    for language, said in words.items():
        site.write({"kpisite.toml": f'company = "X"\nlanguage = "{language}"\n'})
        ran = site.run("close", "2026-10", "--on", "20.11.")
        assert ran.code == 2 and said in ran.errors
        assert "--on YYYY-MM-DD" in site.run("close", "--help").output


def test_what_the_machine_refuses_is_said_in_words_of_ours() -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "x")
    said = {one: refused_by_system(full, one) for one in ("zh", "en", "ja")}
    assert said == {"zh": "磁盘已满", "en": "the disk is full", "ja": "the disk is full"}
    rare = OSError(errno.EDOM, os.strerror(errno.EDOM))
    assert refused_by_system(rare, "zh") == os.strerror(errno.EDOM)
    assert refused_by_system(OSError(errno.EACCES, "file-too-large"), "zh") == "file-too-large"
    assert refused_by_system(MemoryError(), "zh") == "内存不够"


def test_every_word_for_what_the_machine_refuses_is_for_something_that_it_may() -> None:
    keys = [key for key in command_words("en") if key.startswith("system-")]
    assert keys and all(hasattr(errno, key.removeprefix("system-")) for key in keys)
