"""A remedy that a machine can apply is applied here, to the letter: its fault is gone then, and no
other stands in its place."""

import json

import pytest

from tests.test_faults import CODES, IN_CODE, sample

RECORD = "records/2026-10/CS017.toml"
SCHEME = "records/schemes/agent.toml"
STAFF = "records/staff/CS017.toml"
POLICY = "records/policies/service.toml"


def reported(site):
    return json.loads(site.run("check", "--format", "json").output)


def apply(site, issue):
    """Does what the fault says, and nothing else."""
    fix = issue["fix"]
    lines = site.read(issue["path"]).split("\n")
    line = lines[fix["line"] - 1]
    lines[fix["line"] - 1] = line[: fix["column"] - 1] + fix["text"] + line[fix["end_column"] :]
    site.write({issue["path"]: "\n".join(lines)})


@pytest.mark.parametrize("code", [code for code in CODES if code not in IN_CODE])
def test_the_remedy_of_every_sample_works_when_it_is_obeyed(code, site):
    files, _ = sample(code)
    site.write(files)
    before = reported(site)
    for issue in before:
        if issue["fix"] is None:
            continue
        text = site.read(issue["path"])
        apply(site, issue)
        assert site.read(issue["path"]) != text
        name = ("code", "path", "message")
        after = [[one[key] for key in name] for one in reported(site)]
        assert [issue[key] for key in name] not in after
        known = [[one[key] for key in name] for one in before]
        assert [one for one in after if one not in known] == []
        site.write({issue["path"]: text})


@pytest.mark.parametrize(
    ("path", "sound", "slip", "remedy"),
    [
        (SCHEME, 'supervisor = "60%"', 'supervisor = "60％"', '"60%"'),
        (SCHEME, 'supervisor = "60%"', 'supervisor = "６０%"', '"60%"'),
        (SCHEME, 'supervisor = "60%"', 'supervisor = 60%', '"60%"'),
        (SCHEME, 'supervisor = "60%"', 'supervisor = { wieght = "60%" }', "weight"),
        (SCHEME, 'points = 20', 'points = "20"', "20"),
        (SCHEME, "[[part]]", "[[parts]]", "part"),
        (SCHEME, '"steps"', '"step"', '"steps"'),
        (SCHEME, "evidence = true", 'evidence = "true"', "true"),
        (SCHEME, "evidence = true", "evidence = True", "true"),
        (SCHEME, 'from   = "2026-01"', 'from   = "2026年1月"', '"2026-01"'),
        (POLICY, "[[grade]]\nid     = \"pass\"", "[[grades]]\nid     = \"pass\"", "grade"),
        (RECORD, "supervisor = 8 }", "supervisor = 8,0 }", "8.0"),
        (RECORD, "supervisor = 8 }", 'supervisor = "８" }', "8"),
        (RECORD, "supervisor = 8 }", "supervisr = 8 }", "supervisor"),
        (RECORD, '"36%"', '"36,5%"', '"36.5%"'),
        (RECORD, '"36%"', "36,5%", '"36.5%"'),
        (RECORD, '"36%"', '"３６％"', '"36%"'),
        (RECORD, "conversion = ", "converson = ", "conversion"),
        (RECORD, '"late"', '"lat"', '"late"'),
        (RECORD, "2026-10-12", "2026/10/12", "2026-10-12"),
        (RECORD, "2026-10-12", '"2026年10月12日"', "2026-10-12"),
        (RECORD, "2026-10-12", "2026-10-12T08:00:00", "2026-10-12"),
        (STAFF, "[[post]]", "[post]", "[[post]]"),
        (STAFF, '"service"', '"servcie"', '"service"'),
        (STAFF, "joined", "jioned", "joined"),
    ],
)  # fmt: skip
def test_a_mistake_is_reported_with_what_was_meant(path, sound, slip, remedy, site):
    site.edit(path, sound, slip)
    (issue,) = [one for one in reported(site) if one["fix"] is not None]
    assert issue["fix"]["text"] == remedy
    if not issue["message"].startswith(("没有", "不认得")):
        assert remedy in issue["help"] or "meant" in issue["help"] or "是不是" in issue["help"]
    apply(site, issue)
    assert reported(site) == []


@pytest.mark.parametrize(
    ("path", "sound", "slip", "code"),
    [
        # Sixty is no percentage, and which was meant nobody knows: 60 or "60%".
        (SCHEME, 'supervisor = "60%"', "supervisor = 60", "wrong-type"),
        (SCHEME, 'supervisor = "60%"', "supervisor = 0.6", "wrong-type"),
        (RECORD, '"36%"', "36", "metric-percent"),
        (RECORD, '"36%"', '"36"', "wrong-type"),
        # A comma that may part thousands.
        (RECORD, "supervisor = 8 }", "supervisor = 8,000 }", "bad-number"),
    ],
)
def test_no_remedy_changes_what_a_number_means(path, sound, slip, code, site):
    site.edit(path, sound, slip)
    assert [(one["code"], one["fix"]) for one in reported(site)] == [(code, None)]


@pytest.mark.parametrize(
    ("weights", "help"),
    [
        ("33% 33% 33%", '改正权重，使合计为 100%；三项均分各写 "1/3"'),
        ("33.33% 33.33% 33.33%", '改正权重，使合计为 100%；三项均分各写 "1/3"'),
        ("30% 30% 20%", "改正分值或权重；若总分本来就是 80，写 points = 80"),
    ],
)
def test_weights_that_are_nearly_all_are_reported_of_thirds(weights, help, site):
    head, *_ = site.read(SCHEME).partition("[[part]]")
    rows = "".join(
        f'[[part.indicator]]\nid = "r{row}"\nname = "行{row}"\nweight = "{weight}"\n'
        'method = "bands"\nbands = [{ points = "0-100" }]\n'
        for row, weight in enumerate(weights.split())
    )
    part = '[[part]]\nid = "work"\nname = "工作"\n'
    site.write({SCHEME: head.replace("points = 30\n", "") + part + rows})
    assert help in [one["help"] for one in reported(site) if one["code"].endswith("s-sum")]


@pytest.mark.parametrize(
    ("path", "sound", "slip", "help"),
    [
        (RECORD, "{ self = 9, supervisor = 8 }", "8",
         "应写成{ 评分人 = 分数 }，如 { supervisor = 8 }"),
        (RECORD, "{ self = 9, supervisor = 8 }", "{ self = 9 }",
         "在 discipline = { … } 的括号里补上 supervisor = …"),
        (RECORD, "discipline = { self = 9, supervisor = 8 }", "",
         "补上 discipline = { self = …, supervisor = … }；"
         "写在 [marks] 里，任务的评分写在 [[task]] 里"),
        (RECORD, "supervisor = 8 }", "supervisor = 8.5 }",
         "改为 1 的整数倍；若可以给更细的分，在考核表该指标下写 step = 0.5"),
        (RECORD, "supervisor = 8 }", "supervisor = 8.25 }",
         "改为 1 的整数倍；若可以给更细的分，在考核表该指标下写 step = 0.05"),
        (RECORD, 'rule   = "late"', 'rule   = "late"\npoints = 5',
         "这条规则每次都是 -1 分：删去 points"),
        (SCHEME, "points = 30", "points = 60",
         "改正分值或权重；若总分本来就是 30，写 points = 30"),
    ],
)  # fmt: skip
def test_a_remedy_in_words_says_what_to_write_and_where(path, sound, slip, help, site):
    site.edit(path, sound, slip)
    assert [one["help"] for one in reported(site)] == [help]


def test_sarif_carries_the_remedy_as_a_replacement(site):
    site.edit(RECORD, "supervisor = 8", "supervisr = 8")
    report = json.loads(site.run("check", "--format", "sarif").output)
    (fix,) = report["runs"][0]["results"][0]["fixes"]
    (change,) = fix["artifactChanges"]
    assert change["artifactLocation"] == {"uri": RECORD}
    assert change["replacements"] == [
        {
            "deletedRegion": {"startLine": 8, "startColumn": 26, "endColumn": 35},
            "insertedContent": {"text": "supervisor"},
        }
    ]


INDICATOR = 'bands  = [{ points = "6-10", text = "好" }, { points = "0-5", text = "差" }]'
MARKS = "discipline = { self = 9, supervisor = 8 }"
STEPS = '{ from = "25%", share = "50%" }'
RATED = 'supervisor = { by = "CS001", on = 2026-11-04 }'
RATERS = 'raters = { self = "40%", supervisor = "60%" }'


@pytest.mark.parametrize(
    ("code", "slip", "obeyed"),
    [
        ("points-sum", (SCHEME, "points = 30", "points = 60"),
         (SCHEME, "points = 60", "points = 30")),
        ("mark-between-steps", (RECORD, MARKS, MARKS.replace("8", "8.25")),
         (SCHEME, INDICATOR, INDICATOR + "\nstep = 0.05")),
        ("mark-missing", (RECORD, MARKS, "discipline = { self = 9 }"),
         (RECORD, "self = 9 }", "self = 9, supervisor = 0 }")),
        ("mark-missing", (RECORD, MARKS, ""),
         (RECORD, "[marks]\n", "[marks]\ndiscipline = { self = 0, supervisor = 0 }\n")),
        ("wrong-type", (RECORD, MARKS, "discipline = 8"),
         (RECORD, "discipline = 8", "discipline = { self = 8, supervisor = 8 }")),
        ("wrong-type", (SCHEME, RATERS, 'raters = { self = "40%", supervisor = 60 }'),
         (SCHEME, "supervisor = 60", 'supervisor = { weight = "60%", name = "上级" }')),
        ("wrong-type", (RECORD, RATED, 'supervisor = "CS001"'),
         (RECORD, 'supervisor = "CS001"', RATED)),
        ("rater-weight", (SCHEME, RATERS, RATERS.replace('"60%"', '{ name = "上级" }')),
         (SCHEME, '{ name = "上级" }', '{ weight = "60%" }')),
        ("metric-missing", (RECORD, 'conversion = "36%"', ""),
         (RECORD, "[metrics]\n", "[metrics]\nconversion = 0\n")),
        ("metric-percent", (RECORD, '"36%"', "36"),
         (RECORD, "conversion = 36", 'conversion = "36%"')),
        ("evidence-missing", (RECORD, 'source = "考勤表"\n', ""),
         (RECORD, "date   = 2026-10-12\n", 'date   = 2026-10-12\nsource = "考勤表"\n')),
        ("step-yield", (SCHEME, STEPS, '{ from = "25%" }'),
         (SCHEME, '{ from = "25%" }', '{ from = "25%", share = "80%" }')),
        ("step-edges", (SCHEME, STEPS, '{ from = "25%", above = "20%", share = "50%" }'),
         (SCHEME, 'above = "20%", ', "")),
        ("severity", (SCHEME, "points   = 1\n", "points   = [-2, 2]\n"),
         (SCHEME, "points   = [-2, 2]\nevidence = true", "points   = [2, 6]")),
        ("severity-missing", (SCHEME, "points   = 1\n", "points   = [2, 6]\n"),
         (RECORD, "date   = 2026-10-12", "date   = 2026-10-12\npoints = 2")),
        ("step-dead", (SCHEME, STEPS, '{ from = "45%", share = "50%" }'),
         (SCHEME, '[{ from = "35%", share = "100%" }, { from = "45%", share = "50%" }]',
          '[{ from = "45%", share = "100%" }, { from = "35%", share = "50%" }]')),
        ("bands-gap", (SCHEME, '"0-5"', '"0-4"'),
         (SCHEME, '"0-4", text = "差" }]', '"0-4", text = "差" }]\ngaps = true')),
        ("grade-amount-missing", (POLICY, "salary = 1_200\n", ""),
         (POLICY, 'name   = "不及格"\n', 'name   = "不及格"\nsalary = 0\n')),
    ],
)  # fmt: skip
def test_a_remedy_in_words_works_when_it_is_obeyed(code, slip, obeyed, site):
    path, sound, wrong = slip
    site.edit(path, sound, wrong)
    assert [one["code"] for one in reported(site)] == [code]
    site.edit(*obeyed)
    assert [one["code"] for one in reported(site)] in ([], ["severity-missing"])
