"""Forms and policies as pages: all that they state, each rule at a place of its own, to those alone
whom it concerns."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from posixpath import normpath
from typing import Any

import pytest
from pydantic import BaseModel

from kpisite.check.ground import Ground
from kpisite.core.formula.parsing import CALLS
from kpisite.core.text import LANGUAGES, Language
from kpisite.examine.load import examine, load
from kpisite.language.base import Quantity
from kpisite.language.components import COMPONENTS, Component
from kpisite.language.components.tiers import Tier
from kpisite.language.methods import METHODS, Indicator
from kpisite.language.policy import Policy
from kpisite.language.rater import Rater
from kpisite.language.site import DeclaredAudience
from kpisite.pages.audience import AUDIENCES, Capability, declared
from kpisite.pages.figure_rules import in_names
from kpisite.pages.page_plan import PagePlan
from kpisite.pages.policy_page import PolicyRules, PolicyView, policy_rules
from kpisite.pages.rubric import Voice
from kpisite.pages.scheme_page import scheme_rules
from kpisite.pages.selection import Selection
from kpisite.pages.shares import Shares
from kpisite.words import has_errors
from tests.sites import POLICY, ROOT, SCHEME, book_of, built, run, sample_book, small_site, write

ALL = PolicyView(with_pay=True, with_all_pay=True, with_reviews=True, with_advice=True)


@cache
def more_forms() -> Ground:
    """The site of further forms."""
    book, issues = load(ROOT / "samples/forms")
    assert not has_errors(issues)
    return book


def both() -> tuple[Ground, Ground]:
    return sample_book(), more_forms()


def texts(rules: object) -> str:
    """All that the facts of a page say."""
    return repr(rules)


# Every rule has a place, and every link leads to one.


def test_every_rule_that_has_an_id_has_a_place_on_its_page() -> None:
    for book in both():
        for filed in book.schemes:
            scheme = filed.model
            said = texts(scheme_rules(scheme, "zh"))
            places = {f"indicator-{id}" for id in scheme.indicators}
            places |= {f"rule-{id}" for id in scheme.rules}
            places |= {f"rule-{one.id}" for one in scheme.gate}
            places |= {f"rule-{one.id}" for one in scheme.liability}
            places |= {f"part-{one.id}" for one in scheme.part}
            places |= {f"section-{one.id}" for part in scheme.part for one in part.section}
            places |= {f"figure-{one.id}" for one in scheme.figure}
            places |= {f"figure-{one.id}" for one in scheme.table}
            places |= {f"list-{one.id}" for one in scheme.list_}
            assert [one for one in sorted(places) if f"'{one}'" not in said] == [], filed.path
        for ruled in book.policies:
            policy = ruled.model
            said = texts(policy_rules(book, ruled.path, "zh", ALL))
            kinds: Mapping[str, Sequence[Any]] = {
                "grade": policy.grade, "pay": policy.pay, "award": policy.award,
                "review": policy.review, "gate": policy.gate, "limit": policy.limit,
                "figure": [*policy.figure, *policy.table],
            }  # fmt: skip
            places = {f"{kind}-{one.id}" for kind, several in kinds.items() for one in several}
            assert [one for one in sorted(places) if f"'{one}'" not in said] == [], ruled.path


@pytest.mark.parametrize("tree", ["employees", "managers", "hr", "payroll", "audiences"])
def test_every_link_leads_to_a_page_of_the_tree_and_to_a_place_on_it(
    sample: Path, tree: str
) -> None:
    output = sample / "output"
    places: dict[Path, set[str]] = {}
    links = 0
    for page in sorted((output / tree).rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        for href in set(re.findall(r'href="([^"]*)"', text)):
            path, _, place = href.partition("#")
            target = page if not path else Path(normpath(page.parent / path))
            assert target.is_file(), f"{page}: {href}"
            if place and target.suffix == ".html":
                if target not in places:
                    ids = re.findall(r'id="([^"]*)"', target.read_text(encoding="utf-8"))
                    assert len(ids) == len(set(ids)), target
                    places[target] = set(ids)
                assert place in places[target], f"{page}: {href}"
                links += 1
    if tree not in ("payroll",):
        assert links > 20


def test_a_scorecard_leads_from_its_rows_its_grade_and_its_pay_to_their_rules(
    sample: Path,
) -> None:
    card = (sample / "output/employees/CS017/2026-10.html").read_text(encoding="utf-8")
    form, policy = (
        "rules/scheme-cs-agent-2026-01.html",
        "rules/policy-customer-service-2026-01.html",
    )
    for link in (
        f'"{form}"', f'"{form}#part-behaviour"', f'"{form}#indicator-discipline"',
        f'"{policy}#grade-very-good"', f'"{policy}#pay-commission"',
    ):  # fmt: skip
        assert f"href={link}" in card
    of_manager = sample / "output/managers/customer-service/2026-10/CS017.html"
    text = of_manager.read_text(encoding="utf-8")
    assert f'href="../{form}#indicator-discipline"' in text
    assert "#pay-" not in text
    of_hr = sample / "output/hr/customer-service/2026-10/CS017.html"
    assert f'href="../../{policy}#pay-commission"' in of_hr.read_text(encoding="utf-8")


SHOWN_FIGURE = """
[[figure]]
id    = "twice"
name  = "细心加倍"
is    = "care * 2"
shown = true
"""


@pytest.mark.parametrize("with_gate", [False, True])
def test_a_shown_figure_leads_to_where_it_is_set_out(with_gate: bool, tmp_path: Path) -> None:
    gate = '[[gate]]\nid = "careless"\nname = "粗心"\nif = { twice = { to = 200 } }\nat-most = 70\n'
    form = SCHEME + SHOWN_FIGURE + (gate if with_gate else "")
    output = built(write(small_site(scheme=form), tmp_path), "--no-pdf")
    card = (output / "employees/A1/2026-10.html").read_text(encoding="utf-8")
    page = "rules/scheme-form-2026-01.html"
    rules = (output / "employees/A1" / page).read_text(encoding="utf-8")
    led_to = set(re.findall(f'href="{page}#([^"]*)"', card))
    assert "figure-twice" in led_to
    assert led_to - set(re.findall('id="([^"]*)"', rules)) == set()


# All that is stated is said.


def test_every_method_and_every_line_of_pay_says_what_it_states() -> None:
    silent = {one.__name__ for one in METHODS if one.clauses is Indicator.clauses}
    assert silent == {"Tasks"}  # states nothing: the record writes its rows
    answer_otherwise = {"ByGrade", "Split"}  # by `grade_column` and `split`
    silent = {one.__name__ for one in COMPONENTS if one.clauses is Component.clauses}
    assert silent == {"BaseSalary", "Awards", "Other", *answer_otherwise}


#: What changes nothing that is computed, by its model and key: it only says what is meant, so that
#: something else is no fault.
MEANT = {("Bands", "gaps"), ("TallyRule", "makes_up"), ("TableFigure", "any_order")}


def counts_for_nothing(owner: Any, key: str) -> bool:
    """Whether a value has no effect beside the others of its entry."""
    return (
        (type(owner).__name__, key) in MEANT
        or (key == "step" and not owner.is_marked_in_steps)
        or (isinstance(owner, Rater) and key == "least" and not owner.is_several)
        or (isinstance(owner, Rater) and key == "peers" and owner.votes)
        or (isinstance(owner, Tier) and key == "plus" and owner.times is None)
        or (isinstance(owner, Policy) and key == "answer_days" and owner.window is None)
    )


def numbers(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where numbers stand in a model, by the names of its fields and the places in its lists."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from numbers(getattr(value, name), (*path, name))
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from numbers(one, (*path, name))
    elif isinstance(value, tuple):
        for index, one in enumerate(value):
            yield from numbers(one, (*path, index))
    elif isinstance(value, Decimal | Quantity | int):
        yield path


def owner_of(model: Any, path: tuple[Any, ...]) -> Any:
    for name in path[:-1]:
        model = getattr(model, name) if isinstance(model, BaseModel) else model[name]
    return model


def some_numbers(model: BaseModel) -> Iterator[tuple[Any, ...]]:
    """Two of each kind of entry and key: what holds of one holds of its like."""
    seen: Counter[tuple[type, Any]] = Counter()
    for path in numbers(model):
        kind = type(owner_of(model, path)), path[-1]
        seen[kind] += 1
        if seen[kind] <= 2:
            yield path


def with_another(value: Any, path: tuple[Any, ...]) -> Any:
    """The same with another number at that place."""
    if not path:
        if isinstance(value, Quantity):
            return Quantity(value.value + 3, is_percent=value.is_percent)
        return not value if isinstance(value, bool) else value + 3
    name, rest = path[0], path[1:]
    if isinstance(value, BaseModel):
        fields = {key: getattr(value, key) for key in type(value).model_fields}
        return type(value).model_construct(**fields | {name: with_another(fields[name], rest)})
    if isinstance(value, Mapping):
        return {**value, name: with_another(value[name], rest)}
    changed = [*value[:name], with_another(value[name], rest), *value[name + 1 :]]
    return type(value)(changed) if type(value) is not tuple else tuple(changed)


def test_another_number_or_switch_in_a_form_is_another_page() -> None:
    silent = set()
    for book in both():
        for filed in book.schemes:
            before = scheme_rules(filed.model, "en")
            for path in some_numbers(filed.model):
                changed = scheme_rules(with_another(filed.model, path), "en")
                if changed == before and not counts_for_nothing(
                    owner_of(filed.model, path), path[-1]
                ):
                    silent.add((filed.path, path))
    assert silent == set()


def test_another_number_or_switch_in_a_policy_is_another_page() -> None:
    silent = set()
    for book in both():
        for filed in book.policies:
            before = policy_rules(book, filed.path, "en", ALL)
            for path in some_numbers(filed.model):
                another = replace(filed, model=with_another(filed.model, path))
                others = (another if one is filed else one for one in book.policies)
                changed = policy_rules(replace(book, policies=tuple(others)), filed.path, "en", ALL)
                if changed == before and not counts_for_nothing(
                    owner_of(filed.model, path), path[-1]
                ):
                    silent.add((filed.path, path))
    assert silent == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("call", CALLS)
def test_a_function_is_said_in_words_and_never_as_it_is_typed(
    language: Language, call: str
) -> None:
    said = in_names(f"{call}（sold - 1，2） + sold", Voice(language, {"sold": "销售额", call: "×"}))
    word = said.removesuffix("（销售额 − 1，2） + 销售额")
    assert word not in (said, call) and word


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_of_the_samples_reads_as_it_is_computed(language: Language) -> None:
    """Worked by hand from G08: a tenth of all sales from half the quota on, and a tenth more of
    what is above it."""
    book = more_forms()
    rules = policy_rules(book, "records/policies/g08.toml", language, ALL)
    figures = {one.place: one for one in rules.figures}
    assert figures["figure-attained"].text == "销售额 ÷ 定额"
    most = {"zh": "最大值", "en": "greatest", "ja": "最大"}[language]
    paid = f"销售额 × 全额提成率 + {most}(0, 销售额 − 定额) × 10%"
    assert figures["figure-commission"].text == paid
    rest = {"zh": "其余", "en": "otherwise", "ja": "その他"}[language]
    grid = figures["figure-base-rate"].grid
    assert grid is not None
    assert (grid.rows_by, grid.lines) == ("完成率", (("≥ 50%", ("10%",)), (rest, ("5%",))))


def test_a_commission_says_its_tiers_from_the_highest_down() -> None:
    """By F03: 1.2% above the plan and 50,000, 1% from the plan on, 0.5% below."""
    path = "records/policies/customer-service.toml"
    rules = policy_rules(sample_book(), path, "en", ALL)
    commission = next(one for one in rules.pay if one.place == "pay-commission")
    assert [(one.points, one.text) for one in commission.criteria] == [
        ("1.2%", "Actual sales > Planned sales + 50,000"),
        ("1%", "Actual sales ≥ Planned sales"),
        ("0.5%", "otherwise"),
        ("", "the rate applies to all of Actual sales"),
    ]
    (award,) = rules.awards
    assert (award.label, award.amount, award.when) == (
        "First two months running", "200.00", "first in the ranking, 2 months running",
    )  # fmt: skip


LIMITED = """
[[figure]]
id = "mean-total"
mean = "total"
over = "department"

[[figure]]
id = "most"
is = "80 + 5"

[[limit]]
id = "mean"
figure = "mean-total"
at-most = "most"
"""


def test_whoever_reads_of_limits_reads_the_figures_of_their_bounds_too() -> None:
    files = small_site()
    files["records/policies/rules.toml"] += LIMITED
    view = PolicyView(with_pay=False, with_all_pay=False, with_reviews=False, with_advice=True)
    rules = policy_rules(book_of(files), "records/policies/rules.toml", "en", view)
    assert [one.place for one in rules.figures] == ["figure-mean-total", "figure-most"]
    assert [one.text for one in rules.limits] == ["mean-total, ≤ most, within the department"]


def policy_read(files: Mapping[str, str], path: str) -> PolicyRules:
    return policy_rules(book_of(files), path, "en", ALL)


def test_a_quota_says_shares_of_people_and_the_names_of_departments_grades() -> None:
    """A tenth have the best grade, a fifth where the department did well."""
    files = small_site()
    files["records/departments.toml"] = files["records/departments.toml"].replace(
        'id = "desk"', 'id = "desk"\nscheme = "own"'
    )
    own = SCHEME.replace('id = "form"', 'id = "own"').replace('self = "40%", supervisor = "60%"',
        'supervisor = "100%"').replace(', { name = "本人", rater = "self" }', "")  # fmt: skip
    files["records/schemes/own.toml"] = own
    files["records/policies/own.toml"] = (
        'id = "own"\nname = "部门考核"\nfrom = "2026-01"\nschemes = ["own"]\n'
        'grade = [{ id = "well", name = "先进", from = 60 }, { id = "other", name = "一般" }]\n'
    )
    files["records/policies/rules.toml"] = (
        'id = "rules"\nname = "绩效办法"\nfrom = "2026-01"\nschemes = ["form"]\ngrade = [\n'
        '  { id = "high", name = "优", share = "10%" },\n'
        '  { id = "low", name = "差", share = "90%" },\n]\n'
        '[quota]\n[[quota.where]]\ndepartment = ["well"]\nshare = { high = "20%", low = "80%" }\n'
        '[[pay]]\nid = "commission"\nname = "提成"\nmethod = "per-unit"\nmetric = "sales"\n'
        'each = 0.01\n[[pay]]\nid = "other"\nname = "其他"\nmethod = "other"\n'
    )
    for path in [path for path in files if re.search(r"/2026-\d\d/[AB]", path)]:
        files[path] = files[path].replace("plan = 80000\n", "")
    rules = policy_read(files, "records/policies/rules.toml")
    assert "where the department's own grade is 先进: 优 20%, 差 80%" in rules.grading
    assert rules.table is not None
    assert rules.table.spans == "Share of people"
    assert [one.span for one in rules.table.rows] == ["10%", "90%"]


def test_a_policy_of_two_forms_calls_a_figure_by_the_names_that_both_give_it() -> None:
    figure = '\n[[figure]]\nid = "late"\nname = "{}"\nfrom = "record"\ndefault = 0\n'
    other = SCHEME.replace('id = "form"', 'id = "other"') + figure.format("缺勤次数")
    gate = '\n[[gate]]\nid = "late-often"\nif = { late = { from = 3 } }\ngrade-at-most = "fair"\n'
    policy = POLICY.replace('schemes = ["form"]', 'schemes = ["form", "other"]') + gate
    files = small_site(scheme=SCHEME + figure.format("迟到次数"), policy=policy)
    files["records/schemes/other.toml"] = other
    (gated,) = policy_read(files, "records/policies/rules.toml").gates
    assert "迟到次数／缺勤次数 ≥ 3" in gated.text


# Each reader has what concerns them, and nothing of what is kept from them.


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company, whose desk got another version of its form in October, and whose policy
    has what not everybody may read."""
    later = SCHEME.replace('from = "2026-01"', 'from = "2026-10"').replace("细心", "仔细")
    files = small_site(policy=POLICY + SECRETS)
    files["records/schemes/form@2026-10.toml"] = later
    files["records/schemes/unused.toml"] = SCHEME.replace('id = "form"', 'id = "unused"').replace(
        "name =", "scored-only = true\nname =", 1
    )
    site = write(files, tmp_path_factory.mktemp("rules"))
    built(site, "--no-pdf")
    return site


SECRETS = """
[[review]]
id     = "twice"
name   = "连续两月待改进的人员去留"
text   = "先谈话，听本人说明，再定去留。"
first  = true
months = 12
"""


def rules_in(site: Path, tree: str) -> list[str]:
    return sorted(one.name for one in (site / "output" / tree / "rules").iterdir())


def test_people_have_the_versions_that_they_were_appraised_by_and_hr_has_all(
    finished: Path,
) -> None:
    both_versions = ["scheme-form-2026-01.html", "scheme-form-2026-10.html"]
    assert rules_in(finished, "employees/A1") == ["policy-rules-2026-01.html", *both_versions]
    assert "scheme-unused-2026-01.html" not in rules_in(finished, "managers/desk")
    assert "scheme-unused-2026-01.html" in rules_in(finished, "hr")
    assert rules_in(finished, "payroll") == rules_in(finished, "hr")
    page = (finished / "output/employees/A1/rules/scheme-form-2026-01.html").read_text("utf-8")
    assert "2026 年 1 月 起，至 2026 年 9 月" in page
    assert 'href="../rules/scheme-form-2026-10.html"' in page
    card = (finished / "output/employees/A1/2026-10.html").read_text(encoding="utf-8")
    assert "rules/scheme-form-2026-10.html#" in card
    assert "rules/scheme-form-2026-01.html#" not in card


def test_nobody_reads_of_pay_or_reviews_who_may_not(finished: Path) -> None:
    page = "rules/policy-rules-2026-01.html"
    said = {
        tree: (finished / "output" / tree / page).read_text(encoding="utf-8")
        for tree in ("employees/A1", "managers/desk", "hr", "payroll")
    }
    with_pay = {tree for tree, text in said.items() if 'id="pay-' in text}
    assert with_pay == {"employees/A1", "hr", "payroll"}
    assert {tree for tree, text in said.items() if "先谈话" in text} == {"hr"}
    assert {tree for tree, text in said.items() if 'id="review-twice"' in text} == {"hr"}


def test_whoever_sees_scorecards_has_the_rules_that_these_lead_to() -> None:
    for kind in AUDIENCES.values():
        assert Capability.CARDS not in kind.capabilities or Capability.RULES in kind.capabilities
    for cards in (False, True):
        one = DeclaredAudience.model_validate(
            {"id": "x", "name": "x", "departments": "all", "cards": cards, "readers": ["M1"]}
        )
        assert declared(one).can(Capability.RULES)


# The audit knows these pages, and a build makes again what changed.


@pytest.mark.parametrize(
    ("source", "target", "what"),
    [
        ("hr/rules/policy-rules-2026-01.html", "managers/desk/rules/policy-rules-2026-01.html",
         "review-twice"),
        ("hr/rules/policy-rules-2026-01.html", "employees/A1/rules/policy-rules-2026-01.html",
         "twice"),
        ("hr/rules/scheme-unused-2026-01.html", "employees/A1/rules/scheme-unused-2026-01.html",
         "rules/scheme-unused-2026-01.html"),
    ],
)  # fmt: skip
def test_the_audit_finds_rules_in_the_wrong_tree(
    finished: Path, tmp_path: Path, source: str, target: str, what: str
) -> None:
    site = Path(shutil.copytree(finished, tmp_path / "site"))
    assert json.loads(run("audit", "--json", at=site).output) == []
    shutil.copy(site / "output" / source, site / "output" / target)
    found = json.loads(run("audit", "--json", at=site).output)
    assert (target, "rule", what) in {(one["place"], one["kind"], one["what"]) for one in found}


def test_a_changed_mark_leaves_the_rules_as_they_are(finished: Path, tmp_path: Path) -> None:
    def keys(site: Path) -> dict[str, str]:
        loaded = examine(site)
        shares = Shares(PagePlan(loaded.all, Selection()), loaded.examination.inputs.of_ground)
        return {one.name: one.key for one in shares.all()}

    site = Path(shutil.copytree(finished, tmp_path / "site"))
    before = keys(site)
    record = site / "records/2026-10/A1.toml"
    text = record.read_text(encoding="utf-8")
    record.write_text(text + '\n[notes]\nsupervisor = "好"\n', encoding="utf-8")
    after = keys(site)
    changed = {name for name in before if before[name] != after[name]}
    assert "person A1" in changed
    assert "hr rules_pages" in before
    assert not {name for name in changed if name.endswith(("rules_pages", "grades_page"))}


# The page of grades.


def test_grades_come_with_commission_and_awards_for_those_who_see_pay(sample: Path) -> None:
    own = (sample / "output/employees/CS017/grades.html").read_text(encoding="utf-8")
    for said in ("1,800.00", "销售提成", "1.2%", "连续两月第一", "排名第一，连续 2 个月", "200.00"):
        assert said in own
    assert own.count('class="own"') == 1
    assert re.search('class="own"><th scope="row"[^>]*>良（本人）', own)
    of_manager = (sample / "output/managers/customer-service/grades.html").read_text("utf-8")
    assert "95 以上（含）" in of_manager
    for said in ("1,800.00", "销售提成", "连续两月第一", "（本人）"):
        assert said not in of_manager


@pytest.mark.parametrize("page", ["grades.html", "rules.html"])
def test_a_page_is_linked_to_by_the_name_that_it_has(sample: Path, page: str) -> None:
    names = set()
    for tree in ("employees/CS017", "managers/customer-service", "hr", "payroll"):
        root = sample / "output" / tree
        names |= set(re.findall("<h1>(.*?)</h1>", (root / page).read_text(encoding="utf-8")))
        for other in root.rglob("*.html"):
            link = rf'href="(?:\.\./)*{page}">(.*?)</a>'
            names |= set(re.findall(link, other.read_text(encoding="utf-8")))
    assert len(names) == 1
