"""Every fault has a smallest broken sample, and each sample has its faults and no other.

A sample is `tests/faults/CODE.toml`: a sentence, then the files that differ from the sound site of
`conftest.py`, each after a line `# file: PATH`; `# without: PATH, …` takes files away.  The line
that is wrong says so at its end, `# error: [CODE]` or `# warning: [CODE]`.
"""

import ast
import json
import re
import string
import tomllib
from pathlib import Path

import pytest

from kpisite.core.issue import Issue, Source
from kpisite.words import worded

FAULTS = Path(__file__).parent / "faults"
PACKAGE = Path(__file__).parents[1] / "kpisite"
WORDS = tomllib.loads((PACKAGE / "words/faults.toml").read_text(encoding="utf-8"))
CODES = sorted(WORDS.keys() - {"expected"})

#: Faults that no text can hold; `test_files.py` makes their samples.
IN_CODE = {
    "and-more",
    "control-character",
    "file-missing",
    "file-name",
    "file-too-large",
    "file-unreadable",
    "line-ends",
    "line-too-long",
    "not-utf8",
    "outside-site",
    "theme-link",
}

#: Faults of workbooks and CSV files, whose samples the tests of these make.
IN_TABLES = {
    code
    for code in CODES
    if code.startswith(("table-", "cell-", "sheet-", "import-"))
    and not (FAULTS / f"{code}.toml").exists()
}
IN_CODE |= IN_TABLES
TABLE_TESTS = (
    "test_import.py",
    "test_import_again.py",
    "test_one_offs.py",
    "test_peer_sheets.py",
    "test_sheets.py",
    "test_tables.py",
)

MARKER = re.compile(r"# (error|warning): \[([a-z0-9-]+)\]")


def sample(code: str) -> tuple[dict[str, str | None], set[tuple[str, str, str, int]]]:
    """The files of a sample, and the severity, code, path and line of what is marked in them."""
    head, *sections = (FAULTS / f"{code}.toml").read_text(encoding="utf-8").split("# file: ")
    without = re.search(r"^# without: (.*)$", head, re.MULTILINE)
    files: dict[str, str | None] = dict.fromkeys(without[1].split(", ") if without else ())
    marked = set()
    for section in sections:
        path, _, text = section.partition("\n")
        files[path] = text.rstrip("\n") + "\n"
        for number, line in enumerate(text.split("\n"), 1):
            marked |= {(*marker, path, number) for marker in MARKER.findall(line)}
    return files, marked


@pytest.mark.parametrize("code", [code for code in CODES if code not in IN_CODE])
def test_a_sample_has_the_faults_that_are_marked_in_it_and_no_other(code, site):
    files, marked = sample(code)
    ran = site.write(files).run("check", "--format", "json")
    reported = {
        (one["severity"], one["code"], one["path"], one["line"]) for one in json.loads(ran.output)
    }
    assert reported == marked
    assert code in {one for _, one, _, _ in marked}
    assert ran.code == any(severity == "error" for severity, *_ in marked)


def test_the_sound_site_is_sound(site):
    ran = site.run("check")
    assert (ran.code, ran.output, ran.errors) == (0, "没有发现问题。\n", "")


def test_every_fault_has_a_sample_and_no_sample_is_left_over():
    assert sorted({file.stem for file in FAULTS.iterdir()} | IN_CODE) == CODES


def test_faults_that_no_text_can_hold_are_made_in_code():
    made = (Path(__file__).parent / "test_files.py").read_text(encoding="utf-8")
    assert [code for code in IN_CODE - IN_TABLES if f'("{code}", ' not in made] == []
    made = "".join(
        (Path(__file__).parent / name).read_text(encoding="utf-8") for name in TABLE_TESTS
    )
    assert [code for code in IN_TABLES if f'"{code}"' not in made] == []


@pytest.mark.parametrize("code", CODES)
def test_every_fault_has_words_in_both_languages_about_the_same_facts(code):
    entry = dict(WORDS[code])
    assert entry.pop("severity", "warning") == "warning", "an error says nothing of its severity"
    assert entry.keys() == {"zh", "en"}
    assert entry["zh"].keys() == entry["en"].keys() >= {"says", "help"}
    for words in entry["zh"]:
        assert named(entry["zh"][words]) == named(entry["en"][words]), words
    assert all(text.strip() for language in entry.values() for text in language.values())


def named(text: str) -> set[str]:
    """The facts that a text names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", [code for code in CODES if code not in IN_CODE])
def test_the_words_of_a_fault_are_filled_in(code, language, site):
    files, _ = sample(code)
    reported = json.loads(
        site.write(files).run("check", "--format", "json", "--language", language).output
    )
    for one in reported:
        assert one["message"].strip() and one["help"].strip()
        for text in (one["message"], one["help"]):
            assert not re.search(r"\{[a-z_]+\}|\bNone\b|Text\(|Decimal\(", text), text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("code", CODES)
def test_a_remedy_that_lists_names_reads_well_with_none_one_and_many(code, language):
    """No sentence ends in a colon with nothing behind it; names stand in remedies alone."""
    assert "known" not in named(WORDS[code][language]["says"])
    if "known" not in named(WORDS[code][language]["help"]):
        return
    facts = dict.fromkeys(set().union(*map(named, WORDS[code][language].values())), "x")
    for known in ((), ("ab",), ("ab", "cd", "ef")):
        issue = Issue(code=code, at=Source("x"), facts=facts | {"known": known, "meant": ""})
        help = worded(issue, language).help
        assert not re.search(r"[:：]\s*($|[;；,，。.])", help), help
        assert all(name in help for name in known)
    one = worded(Issue(code=code, at=Source("x"), facts=facts | {"known": ("ab",)}), language).help
    assert not re.search(r"\b(are|ones)\b[^?]*: ab", one), one


def test_what_nobody_asks_for_is_answered_with_what_to_do(site):
    """The form asks for no figure at all."""
    site.write({"records/company.toml": '[[figure]]\nid = "bonus"\nfrom = "2026-01"\nis = 1\n'})
    (issue,) = json.loads(site.run("check", "--format", "json", "--language", "en").output)
    assert issue["code"] == "unknown-metric"
    assert "ask for no figure here: take this out" in issue["help"]


def test_every_code_that_the_source_can_report_has_words():
    """A code is a literal in `Issue(code=…)`, in `SyntaxIssue(…)`, before the facts that a method
    yields, or an `issue` of a file; codes that are put together have samples."""
    reported = {
        node.value
        for file in PACKAGE.rglob("*.py")
        for node in literals_that_are_codes(ast.parse(file.read_text(encoding="utf-8")))
    }
    assert reported <= set(CODES)
    assert len(reported) > 80


def literals_that_are_codes(tree: ast.Module):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id == "Issue":
                found = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
            elif node.func.id == "SyntaxIssue":
                found = node.args[:1]
            elif node.func.id == "File":
                found = node.args[2:3]
            else:
                continue
        elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):
            first, *rest = node.value.elts
            found = [first] if any(isinstance(one, ast.Dict) for one in rest) else []
        else:
            continue
        yield from (
            one for one in found if isinstance(one, ast.Constant) and isinstance(one.value, str)
        )
