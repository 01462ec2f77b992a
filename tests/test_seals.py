"""Digests give nothing away, and hold fast all that somebody was shown.

The attacks are run for real, by somebody who knows how everything is made and has what supervisors
or readers have; each also finds what it looks for where it lies open, so that it is one.
"""

import hmac
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from itertools import product
from pathlib import Path

import pytest

from kpisite.check.book import Book
from kpisite.check.filed import Filed
from kpisite.check.kinds import SEAL_FILE
from kpisite.core.text import canonical_text
from kpisite.examine.load import examine, load
from kpisite.outcomes import seal as seals
from kpisite.outcomes.results import Result, results
from kpisite.outcomes.seal import fingerprint, former_pay_seal, former_seal
from kpisite.score.scorecard import score
from tests.marked_months import BY_GRADE, FORM, SALARY, SALARY_OF_A, policy, says
from tests.sites import ROOT, built, checked, edit, run, small_site, write
from tests.small_forms import CARE, Files, form, issues, read, site
from tests.trees import digest, files_in, trees

MONTH = "2026-09"


def salary_of(id: str, amount: int) -> str:
    return SALARY_OF_A.replace('"A"', f'"{id}"').replace("3_000", str(amount))


def company(**salaries: int) -> Files:
    """People with a mark, a grade's salary and a base salary each."""
    records = {f"{MONTH}/{id}": says(80) for id in salaries}
    pay: dict[str, str | None] = {
        f"records/pay/{id}.toml": salary_of(id, amount) for id, amount in salaries.items()
    }
    return site(FORM, records, policy(BY_GRADE + SALARY), pay)


def answered(content: str, on: str = "2026-10-08") -> str:
    return f'\n[answer]\nstate = "acknowledged"\non = {on}\ncontent = "{content}"\n'


def only(files: Files) -> tuple[Result, str]:
    """The result of A, and what its page bears as the fingerprint."""
    book, found, _ = read(files)
    result = next(one for one in found if one.appraisee_id == "A")
    return result, fingerprint(book, result)


# Salaries cannot be tried out on what lies outside `records/pay/`.


CANDIDATES = range(2_000, 6_001, 50)
#: Keys that somebody would try who has none.
GUESSED = (b"", b"\0", b"\0" * 32, b"kpisite", "小店".encode())


def found_salaries(folder: Path) -> set[int]:
    """What a supervisor finds who has all but the pay files, and tries every salary."""
    there = {
        path: content.decode()
        for path, content in files_in(folder).items()
        if not path.startswith(("records/pay/", "output/", ".kpisite/"))
    }
    text = re.sub(r"(?<=[0-9a-f]) (?=[0-9a-f])", "", "\n".join(there.values()))
    guessed = set()
    for amount in CANDIDATES:
        tried = there | {f"records/pay/{id}.toml": salary_of(id, amount) for id in "ABC"}
        book, _ = _loaded(tried)
        for result in results(book, score(book)):
            if any(one in text for one in _digests(book, result)):
                guessed.add(amount)
    return guessed


def _loaded(files: Files) -> tuple[Book, object]:
    _, book, issues = checked(files)
    return book, issues


def _digests(book: Book, result: Result) -> Iterator[str]:
    """Everything that could have been made of a wage, by each way and key that can be tried."""
    assert result.wage is not None
    yield str(former_pay_seal(book, result))[:12]
    for content in (
        seals._tree(result.wage),
        [seals._whose(result), seals._tree(result.wage)],
        [seals._whose(result), seals._shown(result.wage)],
        result.wage.shown,
    ):
        text = canonical_text(content).encode()
        made = [sha256(text).hexdigest()]
        made += [hmac.digest(key, text, "sha256").hex() for key in GUESSED]
        for one in made:
            yield one[:12]


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    """A closed month with an answer and an amendment, everybody with a salary."""
    folder = write(company(A=3_150, B=4_200, C=5_550), tmp_path / "site")
    book, _ = load(folder)
    for result in results(book, score(book)):
        if result.appraisee_id != "B":
            place = folder / result.card.record.path
            text = place.read_text(encoding="utf-8")
            place.write_text(text + answered(fingerprint(book, result)), encoding="utf-8")
    assert run("close", MONTH, "--on", "2026-10-10", "--despite-open", at=folder).code == 0
    edit(folder, f"records/{MONTH}/B.toml", "boss = 80", "boss = 95")
    (line,) = re.findall(r'digest = ".*?", pay = ".*?"', run("check", at=folder).output)
    (folder / f"records/{MONTH}/amendments.toml").write_text(
        f'month = "{MONTH}"\n\n[[amendment]]\nappraisee = "B"\non = 2026-10-20\nby = "A"\n'
        'approved = "M"\nwhy = "核对"\nwhat = "细心"\n' + line.replace(", pay", "\npay") + "\n",
        encoding="utf-8",
    )
    assert [one.code for one in load(folder)[1]] == []
    return folder


def test_salaries_cannot_be_tried_out_on_what_supervisors_clone(sealed: Path) -> None:
    assert found_salaries(sealed) == set()


def former(folder: Path) -> None:
    """Seals a closed month as versions up to 0.1 did."""
    loaded = examine(folder)
    path = f"records/{MONTH}/closed.toml"
    place = folder / path
    text = place.read_text(encoding="utf-8")
    for one in loaded.results:
        head, _, rest = text.partition(f"[card.{one.appraisee_id}]\n")
        rest = re.sub(r'digest = ".*"', f'digest = "{former_seal(one)}"', rest, count=1)
        rest = re.sub(r'pay = ".*"', f'pay = "{former_pay_seal(loaded.book, one)}"', rest, count=1)
        text = f"{head}[card.{one.appraisee_id}]\n{rest}"
    place.write_text(text, encoding="utf-8")
    (line,) = re.findall(r'2026-09 = ".*?"', run("check", at=folder).output)
    (folder / "records/closed.toml").write_text(f"[month]\n{line}\n", encoding="utf-8")


@pytest.fixture
def formerly_sealed(tmp_path: Path) -> Path:
    """A month that was closed before there was a key."""
    folder = write(company(A=3_150, B=4_200, C=5_550), tmp_path / "site")
    assert run("close", MONTH, "--on", "2026-10-10", "--despite-open", at=folder).code == 0
    former(folder)
    (folder / SEAL_FILE).unlink()
    return folder


def codes(folder: Path) -> list[str]:
    return [one.code for one in load(folder)[1]]


def test_seals_of_before_tell_salaries_until_they_are_made_anew(formerly_sealed: Path) -> None:
    assert sorted(codes(formerly_sealed)) == ["seal-key-missing", "seal-unkeyed"]
    assert found_salaries(formerly_sealed) == {3_150, 4_200, 5_550}
    ran = run("seal", at=formerly_sealed)
    assert ran.code == 0, ran.errors
    assert codes(formerly_sealed) == []
    assert found_salaries(formerly_sealed) == set()
    assert (formerly_sealed / SEAL_FILE).stat().st_mode & 0o777 == 0o600
    before = files_in(formerly_sealed)
    assert run("seal", at=formerly_sealed).code == 0
    assert files_in(formerly_sealed) == before
    edit(formerly_sealed, "records/pay/A.toml", "3150", "3151")
    assert codes(formerly_sealed) == ["closed-changed"]


def test_seals_of_before_hold_until_they_are_made_anew(formerly_sealed: Path) -> None:
    edit(formerly_sealed, "records/pay/A.toml", "3150", "3151")
    edit(formerly_sealed, f"records/{MONTH}/B.toml", "boss = 80", "boss = 81")
    assert sorted(codes(formerly_sealed)) == [
        "closed-changed", "closed-changed", "seal-key-missing", "seal-unkeyed",
    ]  # fmt: skip
    before = files_in(formerly_sealed)
    assert run("seal", at=formerly_sealed).code == 1
    assert files_in(formerly_sealed) == before


def test_a_seal_of_before_holds_nothing_that_has_no_chinese_name(tmp_path: Path) -> None:
    files = company(A=3_150)
    files["records/policies/rules.toml"] = files["records/policies/rules.toml"].replace(
        'name = "及格"', 'name = { en = "Pass" }'
    )
    folder = write(files, tmp_path)
    assert run("close", MONTH, "--on", "2026-10-10", "--despite-open", at=folder).code == 0
    loaded = examine(folder)
    (result,) = loaded.results
    assert former_seal(result) is None
    edit(folder, "records/policies/rules.toml", '{ en = "Pass" }', '{ en = "Fair" }')
    assert codes(folder) == ["closed-changed"]


def test_amendments_are_sealed_anew_as_well_and_keep_every_other_sign(sealed: Path) -> None:
    loaded = examine(sealed)
    path = sealed / f"records/{MONTH}/amendments.toml"
    present = path.read_text(encoding="utf-8") + "# 备注\n"
    (b,) = (one for one in loaded.results if one.appraisee_id == "B")
    digests = dict(re.findall(r'(digest|pay) *= "(.*)"', present))
    old = present.replace(digests["digest"], str(former_seal(b)))
    old = old.replace(digests["pay"], str(former_pay_seal(loaded.book, b)))
    path.write_text(old, encoding="utf-8")
    assert codes(sealed) == ["seal-unkeyed"]
    assert run("seal", at=sealed).code == 0
    assert path.read_text(encoding="utf-8") == present
    assert codes(sealed) == []


def test_without_the_pay_files_marks_are_held_fast_and_wages_are_not_asked_about(
    sealed: Path,
) -> None:
    for file in (sealed / "records/pay").iterdir():
        file.unlink()
    assert codes(sealed) == ["pay-folder-missing"]
    edit(sealed, f"records/{MONTH}/A.toml", "boss = 80", "boss = 81")
    assert sorted(codes(sealed)) == ["answer-stale", "closed-changed", "pay-folder-missing"]


def test_a_lost_key_is_reported_and_no_other_takes_its_place(sealed: Path) -> None:
    (sealed / SEAL_FILE).unlink()
    assert "seal-key-lost" in codes(sealed)
    for command in (("seal",), ("close", MONTH)):
        assert run(*command, at=sealed).code == 2
    assert not (sealed / SEAL_FILE).exists()


def test_the_first_closing_makes_the_key_and_no_other_does(tmp_path: Path) -> None:
    folder = write(company(A=3_150), tmp_path)
    (folder / SEAL_FILE).unlink()
    assert codes(folder) == ["seal-key-missing"]
    ran = run("close", MONTH, "--on", "2026-10-10", "--despite-open", at=folder)
    assert (ran.code, SEAL_FILE in ran.errors) == (0, True)
    key = (folder / SEAL_FILE).read_bytes()
    assert re.search(rb'key = "[0-9a-f]{64}"', key)
    assert codes(folder) == []
    run("seal", at=folder)
    assert (folder / SEAL_FILE).read_bytes() == key


def test_the_key_of_the_sample_stands_nowhere_else() -> None:
    key = re.search(r"[0-9a-f]{64}", (ROOT / SEAL_FILE).read_text(encoding="utf-8"))
    assert key is not None
    for file in (ROOT / "records").rglob("*.toml"):
        assert key[0] not in file.read_text(encoding="utf-8") or file == ROOT / SEAL_FILE


# What a page hides cannot be computed from what it shows.


PEERS = form(CARE, raters='{ self = "40%", peer = { weight = "60%", peers = true } }')


def peers(*marks: int) -> Files:
    given = ", ".join(f"{id} = {mark}" for id, mark in zip("BCD", marks, strict=True))
    says = f"marks.care = {{ self = 90, peer = {{ {given} }} }}\n"
    return site(PEERS, {"A": says}, policy())


def test_who_gave_which_mark_cannot_be_found_from_the_mean_and_the_fingerprint() -> None:
    of_mean = [one for one in product(range(0, 21, 2), repeat=3) if sum(one) == 38]
    assert len(of_mean) > 30
    bearing = {only(peers(*marks))[1] for marks in of_mean}
    assert len(bearing) == 1, "the fingerprint tells apart what the page does not show"
    assert only(peers(18, 4, 18))[1] not in bearing


def test_no_byte_of_a_page_tells_peers_apart_that_have_one_mean(tmp_path: Path) -> None:
    trees = [
        digest(built(write(peers(*marks), tmp_path / name), "--no-pdf") / "employees")
        for name, marks in (("one", (18, 4, 16)), ("two", (4, 16, 18)))
    ]
    assert trees[0] == trees[1]


SURVEY = form(
    """
    [[part.indicator]]
    id = "care"
    name = "满意"
    method = "survey"
    low = 1
    high = 10
    questions = [{ id = "q", name = "问" }]
    """
)


def asked(*answers: int) -> Files:
    says = "".join(
        f'[[survey]]\nof = "care"\nby = "客户{number}"\nanswers = {{ q = {one} }}\n'
        for number, one in enumerate(answers)
    )
    return site(SURVEY, {"A": says}, policy())


def test_who_answered_what_cannot_be_found_from_the_fingerprint() -> None:
    of_sum = [one for one in product(range(1, 11), repeat=3) if sum(one) == 20]
    assert len({only(asked(*answers))[1] for answers in of_sum}) == 1


def test_a_figure_that_pay_alone_rests_on_moves_no_page_of_the_manager(tmp_path: Path) -> None:
    folder = write(small_site(), tmp_path)
    before = {name: digest(tree) for name, tree in trees(built(folder, "--no-pdf")).items()}
    edit(folder, "records/2026-10/A1.toml", "sales = 130000.01", "sales = 130000.99")
    after = {name: digest(tree) for name, tree in trees(built(folder, "--no-pdf")).items()}
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"employees/A1", "hr", "payroll"}


def test_pay_that_changes_after_an_answer_moves_no_page_of_the_manager(tmp_path: Path) -> None:
    files = company(A=3_150)
    files[f"records/{MONTH}/A.toml"] += answered(only(files)[1])
    folder = write(files, tmp_path)
    before = digest(built(folder, "--no-pdf") / "managers/desk")
    edit(folder, "records/pay/A.toml", "3150", "3650")
    assert codes(folder) == ["answer-stale"]
    assert digest(built(folder, "--no-pdf") / "managers/desk") == before
    own = (folder / f"output/employees/A/{MONTH}.html").read_text(encoding="utf-8")
    assert "2026-10-08 的确认针对旧内容" in own


def test_copies_with_pay_bear_the_digits_of_those_without_and_more(tmp_path: Path) -> None:
    folder = write(company(A=3_150), tmp_path)
    output = built(folder, "--no-pdf")
    own, bare = (
        re.search(r'<span class="print">(.*?)</span>', (output / path).read_text("utf-8"))
        for path in (f"employees/A/{MONTH}.html", f"managers/desk/{MONTH}/A.html")
    )
    assert own is not None
    assert bare is not None
    assert re.fullmatch(r"[0-9a-f]{4}( [0-9a-f]{4}){2}", bare[1])
    assert re.fullmatch(bare[1] + r"( [0-9a-f]{4}){3}", own[1])


# An answer is to all that was shown, and to no more.

PARTS = form(
    """
    [[part.indicator]]
    id = "care"
    name = "细心"
    points = 60
    step = 0.5
    method = "bands"
    bands = [{ points = "30-60", text = "很好，不错" }, { points = "0-29.5", text = "还行" }]

    [[part.indicator]]
    id = "speed"
    name = "速度"
    points = 40
    method = "bands"
    bands = [{ points = "0-40" }]
    """,
    raters='{ self = "40%", boss = "60%" }',
)
BY_GRADES = policy(BY_GRADE)


def marked(scheme: str = PARTS, rules: str = BY_GRADES, content: str = "") -> Files:
    says = "marks.care = { self = 45, boss = 45 }\nmarks.speed = { self = 20, boss = 20 }\n"
    says += "metrics.sales = 7\n" if "sales" in rules else ""
    return site(scheme, {"A": says + (answered(content, "2026-11-08") if content else "")}, rules)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("很好，不错", "很好、不错"),
        ('name = "细心"', 'name = { zh = "仔细", en = "Care" }'),
        ('name = "考核"', 'name = "月度考核"'),
        ('from = "2026-01"', 'from = "2026-02"'),
        ('points = "30-60"', 'points = "30.0-60"'),
    ],
)
def test_other_words_for_the_same_form_leave_an_answer_as_it_is(old: str, new: str) -> None:
    content = only(marked())[1]
    assert issues(marked(PARTS.replace(old, new), content=content)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{ self = "40%", boss = "60%" }', '{ self = "50%", boss = "50%" }'),
        ("step = 0.5", "step = 5"),
        ('"30-60"', '"40-60"'),
        ("points = 100\n", "points = 100\nrounding = { total = 2 }\n"),
        ("points = 100\n", "points = 100\nfloor = 10\n"),
    ],
)
def test_another_rule_voids_an_answer_though_no_figure_moves(old: str, new: str) -> None:
    content = only(marked())[1]
    scheme = PARTS.replace(old, new)
    if new == '"40-60"':
        scheme = scheme.replace('"0-29.5"', '"0-39.5"')
    if new == "step = 5":
        scheme = scheme.replace('"0-29.5"', '"0-25"')
    assert scheme != PARTS
    assert issues(marked(scheme, content=content)) == ["answer-stale"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("from = 60", "from = 66"),  # another grade
        ("salary = 1_500", "salary = 1_500.01"),  # the same, and another salary
        ('name = "及格"', 'name = "勉强"'),  # the same, called by another name
    ],
)
def test_another_grade_or_amount_voids_an_answer(old: str, new: str) -> None:
    content = only(marked())[1]
    assert issues(marked(content=content)) == []
    changed = BY_GRADES.replace(old, new)
    assert issues(marked(rules=changed, content=content)) == ["answer-stale"]


def test_another_base_salary_voids_an_answer_where_the_key_is() -> None:
    files = company(A=3_150)
    content = only(files)[1]
    assert re.fullmatch(r"[0-9a-f]{4}( [0-9a-f]{4}){5}", content)
    files[f"records/{MONTH}/A.toml"] += answered(content)
    assert issues(files) == []
    files["records/pay/A.toml"] = salary_of("A", 3_151)
    assert issues(files) == ["answer-stale"]
    del files["records/pay/A.toml"], files[SEAL_FILE]
    assert issues(files) == ["pay-folder-missing"]


def test_an_answer_of_before_is_reported_and_the_remedy_works(tmp_path: Path) -> None:
    for content in ("0000 0000 0000", only(company(A=3_150))[1][:14]):
        files = company(A=3_150)
        files[f"records/{MONTH}/A.toml"] += answered(content)
        folder = write(files, tmp_path / content[:4])
        assert codes(folder) == ["answer-stale"]
        (line,) = re.findall(r'(?<=写 )content = ".*"', run("check", at=folder).output)
        edit(folder, f"records/{MONTH}/A.toml", f'content = "{content}"', line)
        assert codes(folder) == []


def test_two_keys_make_two_fingerprints_of_pay_and_one_of_marks() -> None:
    book, found, _ = read(company(A=3_150))
    (result,) = found
    assert book.seal is not None
    key = book.seal.model.model_copy(update={"key": "0" * 64})
    other = replace(book, seal=Filed(SEAL_FILE, key))
    one, two = fingerprint(book, result), fingerprint(other, result)
    assert (one[:14], one[14:] == two[14:]) == (two[:14], False)
    assert result.wage is not None
    assert result.wage.value == Decimal(4650)
