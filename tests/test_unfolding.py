"""What unfolds under a number on a page: all that `explain` draws, however deep, with one minus."""

from collections.abc import Iterator

from kpisite.cli.explain import drawn
from kpisite.core.working import Kind, Working
from kpisite.outcomes.seal import fingerprint
from kpisite.pages.scorecard import scorecard_facts
from tests.marked_months import HEAD, policy
from tests.small_forms import CARE, form, read, site

#: A rate from a table, whose cell names a table, whose cell names a table.
POLICY = f"""{HEAD}
[[figure]]
id = "lights"
name = "本季轻伤"
is = "absent-days + 3"

[[table]]
id = "light-rate"
name = "奖扣比例"
rows = {{ figure = "lights", to = [0, 1] }}
cells = ["25%", "12.5%", "-15%"]

[[table]]
id = "serious-rate"
name = "重伤后的比例"
rows = {{ figure = "month", to = [9, 11] }}
cells = [0, "light-rate", 1]

[[table]]
id = "rate"
name = "兑现比例"
rows = {{ figure = "total", from = [60] }}
cells = ["serious-rate", "-100%"]

[[figure]]
id = "reward"
name = "安全奖"
is = "1_000 × rate"

[[pay]]
id = "base"
name = "底数"
method = "figure"
figure = "full-reward"

[[figure]]
id = "full-reward"
name = "安全奖的三倍加二千"
is = "reward × 3 + 2_000"
"""


def below(working: Working) -> Iterator[Working]:
    for part in working.parts:
        yield part
        if part.kind is not Kind.TOTAL:
            yield from below(part)


def test_a_page_unfolds_each_number_as_deep_as_explain_does() -> None:
    book, (result, *_), codes = read(
        site(form(CARE), {"A": "marks.care = { boss = 78 }\n"}, POLICY)
    )
    assert not [code for code in codes if code != "figure-unused"]
    assert result.wage is not None and result.wage.value == 1000 * 3 * -15 / 100 + 2000  # 1,550
    (row,) = scorecard_facts(book, result, "zh").pay
    assert row.work is not None
    shown = [(leaf.depth, leaf.label, leaf.value) for leaf in row.work.leaves]
    assert shown[:4] == [
        (0, "安全奖的三倍加二千", "1,550"),
        (1, "安全奖", "−150"),
        (2, "兑现比例", "−0.15"),
        (3, "重伤后的比例", "−0.15"),
    ]
    assert (4, "奖扣比例", "−0.15") in shown and (5, "本季轻伤", "3") in shown
    (line,) = result.wage.parts
    labels = {one.label.say("zh") for one in below(line) if one.kind is not Kind.TOTAL}
    assert labels <= {label for _, label, _ in shown}
    drawn_lines = "\n".join(drawn(result, book, "zh"))
    assert all(label in drawn_lines for label in labels)
    said = " ".join((row.work.calculation, *(leaf.meaning for leaf in row.work.leaves)))
    assert "→ −15%" in said and "-" not in said and "-15" not in drawn_lines


def test_what_lies_deeper_changes_no_fingerprint_of_before() -> None:
    """An answer names the fingerprint of what was shown, which went so deep."""
    book, (result, *_), _ = read(site(form(CARE), {"A": "marks.care = { boss = 78 }\n"}, POLICY))
    assert fingerprint(book, result) == "8809 85b5 8a6a b4d2 77bf 47e0"


GATE = """
[[figure]]
id = "growth"
name = "增长"
is = "(total - 100) ÷ 100"
unit = "percent"

[[gate]]
id = "shrunk"
if = { growth = { to = "-10%" } }
grade-at-most = "pass"
"""


def test_a_reason_of_the_grade_has_one_minus_and_its_fingerprint_of_before() -> None:
    files = site(form(CARE), {"A": "marks.care = { boss = 90 }\n"}, policy(GATE))
    book, (result, *_), codes = read(files)
    assert [why.say("zh") for why in result.standing.why] == [
        "及格：增长 −10% ≤ −10%，不评优"
    ] and not codes
    assert fingerprint(book, result) == "84ec 4a0d e3b7"
