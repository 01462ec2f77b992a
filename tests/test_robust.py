"""Whatever is in the files, `kpisite check` reports it and ends: no traceback, no exit 3, no
hiding.

Sound files are mutated as keyboards, editors and copy-and-paste do; each round puts dozens of the
results into one site.
"""

import json
import random
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kpisite.core.issue import Place
from kpisite.read.mending import MOST_BROKEN_LINES
from kpisite.read.parse import read_document

RECORDS = Path(__file__).parents[1] / "records"

#: What a figure, text or table may be replaced by.
VALUES = (
    "1e999999999", "-1e999999999", "nan", "-nan", "inf", "-inf", "-0", "-0.0", "0", "1e-400",
    "9" * 40, "9" * 5000, "0.00000000001", "true", '""', '" "', "[]", "{}", "[[]]", "[{}]",
    "2026-10-12", "2026-10-12T08:00:00Z", "08:00:00", "0000-01-01", "23:59:60", "9999-12-31",
    '"2026-10"', '"9999-12"', '"100%"', '"-5%"', '"1e9%"', '"nan%"', '"%"', '"3-4"', '"9-"',
    '"\\u0000"', '"\\ud800"', '"\\U0001F44D"', '"CS017"', '"none"', "[1, 2]", '["a", "a"]',
    "{ a = 1 }", "[-6, 6]", "{ zh = '' }", "CS017", "40%", "“x”", "1,000", "=", "",
)  # fmt: skip
#: What may be typed, or pasted, anywhere.
SLIPS = (
    '"', "'", '"""', "'''", "[", "]", "{", "}", "=", ",", "\n", "#", ".", "\\", "中", "“", "＝",
    "，", "\x00", "\x1b", "[[", "]]", "\t", "\r", "\r\n", " ", "\u3000", "\ufeff", "\u202e", "👍",
)  # fmt: skip


def mutated(text: str, chance: random.Random) -> str:
    """The text with one slip: a value, a line or a few characters replaced, lost or doubled."""
    lines = text.split("\n")
    entries = [index for index, line in enumerate(lines) if "=" in line] or [0]
    values = [*re.finditer(r'"[^"\n]*"|\b[0-9][0-9_.-]*\b', text)]
    match chance.randrange(6):
        case 0:
            index = chance.choice(entries)
            lines[index] = lines[index].partition("=")[0] + "= " + chance.choice(VALUES)
            return "\n".join(lines)
        case 1 if values:
            found = chance.choice(values)
            return text[: found.start()] + chance.choice(VALUES) + text[found.end() :]
        case 2:
            del lines[chance.randrange(len(lines))]
            return "\n".join(lines)
        case 3:
            lines.insert(chance.randrange(len(lines)), chance.choice(lines))
            return "\n".join(lines)
        case 4:
            return text[: chance.randrange(len(text) + 1)]
        case _:
            start = chance.randrange(len(text) + 1)
            end = start + chance.choice((0, 0, 1, 2, 5, 40))
            return text[:start] + chance.choice(SLIPS) * chance.choice((1, 1, 3)) + text[end:]


def is_toml(content: bytes) -> bool:
    try:
        tomllib.loads(content.decode())
    except (ValueError, RecursionError):
        return False
    return True


@pytest.mark.parametrize("seed", range(4))
def test_dozens_of_broken_files_are_all_reported_and_the_sound_ones_beside_them_checked(seed, site):
    chance = random.Random(seed)
    kinds = {
        "records/2026-10/B{}.toml": sorted(RECORDS.glob("2026-1*/*.toml")),
        "records/staff/B{}.toml": sorted(RECORDS.glob("staff/*.toml")),
        "records/pay/B{}.toml": sorted(RECORDS.glob("pay/*.toml")),
        "records/schemes/B{}.toml": sorted(RECORDS.glob("schemes/*.toml")),
        "records/policies/B{}.toml": sorted(RECORDS.glob("policies/*.toml")),
    }
    broken = {}
    for path, sources in kinds.items():
        for number in range(12):
            text = chance.choice(sources).read_text(encoding="utf-8")
            for _ in range(chance.choice((1, 1, 2, 4))):
                text = mutated(text, chance)
            broken[path.format(number)] = text.encode(errors="replace")
    site.write(broken).edit("records/2026-10/CS017.toml", "supervisor = 8", "supervisor = 11")

    ran = site.run("check", "--format", "json")
    assert ran.code == 1 and not ran.errors, ran.errors
    listed = json.loads(ran.output)
    reported = {one["path"] for one in listed}
    assert {path for path, content in broken.items() if not is_toml(content)} <= reported
    assert ("records/2026-10/CS017.toml", "mark-too-high") in {
        (one["path"], one["code"]) for one in listed
    }
    for format in ("text", "sarif", "junit"):
        ran = site.run("check", "--format", format, "--language", "en")
        assert ran.code == 1 and not ran.errors, ran.errors
        assert format != "text" or not set(ran.output) & {"\x00", "\x1b", "\r", "\u202e"}


@pytest.mark.parametrize("seed", range(3))
def test_one_mistake_in_the_files_that_all_others_rest_on(seed, site):
    """The form, the policy, the departments, the staff: what breaks there reaches every check."""
    chance = random.Random(seed)
    for path in ("records/schemes/agent.toml", "records/policies/service.toml",
                 "records/departments.toml", "records/staff/CS017.toml", "kpisite.toml",
                 "records/2026-10/CS017.toml", "records/2026-10/month.toml"):  # fmt: skip
        sound = site.read(path)
        for _ in range(12):
            site.write({path: mutated(sound, chance).encode(errors="replace")})
            ran = site.run("check")
            assert ran.code in (0, 1) and not ran.errors, (path, site.read(path), ran.errors)
        site.write({path: sound})


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.one_of(
            st.sampled_from(SLIPS),
            st.sampled_from(VALUES),
            st.sampled_from(("a = ", "[a]\n", "[[a.b]]\n", '"x"', "{ b = 1 }", "# 说明\n", "\n")),
            st.text(max_size=5),
        ),
        max_size=30,
    ).map("".join)
)
def test_any_text_gives_a_document_or_issues_that_stand_in_it(text):
    """And what a file that has no issues says is what the standard library reads in it."""
    content = text.encode(errors="replace")
    document, issues = read_document("x.toml", content)
    lines = re.split("\r\n|\r|\n", content.decode().removeprefix("\ufeff"))
    for issue in issues:
        assert isinstance(issue.at, Place)
        assert 1 <= issue.at.line <= len(lines)
        assert 1 <= issue.at.column <= len(lines[issue.at.line - 1]) + 2
        assert issue.at.end >= issue.at.column
    assert document is not None or issues
    assert len(issues) <= MOST_BROKEN_LINES + 2


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 200_000,
        'a = """\nb = 1\n' + "[" * 200_000,
        "a = " + "{b=" * 100_000,
        ".".join("a" * 100_000) + " = 1",
        "[" + ".".join("a" * 100_000) + "]",
        'a = "' + '\\"' * 100_000,
        "a" + " " * 300_000 + "b",
        "a = {\n" * 50_000,
        "a = 1\n" * 20_000,
        "x y\n" * 20_000,
        "a = " + "9" * 200_000,
        "\x00" * 200_000,
        "a" * 200_000,
        "a" * 100_000 + " b" * 50_000 + " = 1",
        "[[event]]\n" * 10_000,
        "event = [" + "1," * 30_000 + "]",
        "".join(f"a{number} = 1\n" for number in range(10_000)),
    ],
    ids=lambda text: text[:12],
)
def test_a_file_made_to_be_slow_or_deep_ends(text, site):
    site.write({"records/2026-10/CS017.toml": text.encode()[: 1024 * 1024]})
    ran = site.run("check")
    assert ran.code == 1 and not ran.errors, ran.errors[-500:]
    assert "records/2026-10/CS017.toml:" in ran.output


def test_an_empty_file_is_reported_by_what_it_lacks(site):
    for path in ("records/staff/CS001.toml", "records/2026-10/CS017.toml", "kpisite.toml"):
        sound = site.read(path)
        ran = site.write({path: b""}).run("check", "--format", "json")
        assert {one["code"] for one in json.loads(ran.output)} >= {"missing-key"}
        site.write({path: sound})
