"""The law: what pay may not do, where a company has said that it is to be looked after."""

from tests.marked_months import FORM, SALARY, SALARY_OF_A, month_of, policy
from tests.small_forms import issues, site


def test_the_legal_tier_speaks_where_it_is_switched_on() -> None:
    other = '[[pay]]\nid = "other"\nname = "其他"\nmethod = "other"\n'
    points = '[[pay]]\nid = "points"\nname = "分值"\nmethod = "points"\neach = 2\n'
    lines = '[[line]]\nmonth = "2026-10"\nname = "扣回"\namount = -10\n'
    more = {"records/pay/A.toml": SALARY_OF_A + lines}

    def reported(legal: str) -> list[str]:
        company = 'company = "小店"\n' + legal
        files = site(FORM, month_of(80), policy(SALARY + other + points), more)
        return issues(files | {"kpisite.toml": company})

    assert reported("") == []
    # 3,000 − 10 = 2,990.
    assert reported("[legal]\nminimum-wage = 2_990\n") == ["legal-fine", "legal-points"]
    assert reported("[legal]\nminimum-wage = 2_990.01\nfines = false\n") == ["legal-minimum-wage"]
    assert reported("[legal]\nfines = false\n") == []
