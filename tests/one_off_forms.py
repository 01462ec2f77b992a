"""A one-off form, the end of a probation, to put beside the months of any small site.

    files |= one_off("A", 55)        # records/2026-10/A@probation.toml, which fails

Its one row `fit` is marked by `boss` from 0 to 100, and 60 pass.
"""

from collections.abc import Mapping

from tests.small_forms import MONTH, record

FORM = """
id = "probation"
name = "转正考核"
from = "2026-01"
one-off = true
raters = { boss = "100%" }

[[part]]
id = "trial"
name = "试用期"

[[part.indicator]]
id = "fit"
name = "胜任程度"
step = 0.1
method = "bands"
bands = [{ points = "0-100" }]
"""
RULES = """
id = "probation"
name = "转正办法"
from = "2026-01"
schemes = ["probation"]
plan-for = ["not-kept"]

[[grade]]
id = "kept"
name = "予以转正"
from = 60

[[grade]]
id = "not-kept"
name = "不予转正"

[[review]]
id = "end"
name = "不转正复核"
grades = ["not-kept"]
"""
#: The same without a plan for those who fail.
PLAIN_RULES = RULES.replace('plan-for = ["not-kept"]\n', "")
PLAN = '[[plan]]\nproblem = "不熟练"\nmeasure = "延长"\nowner = "A"\ndue = 2026-11-30\n'
RULE_FILES: Mapping[str, str] = {
    "records/schemes/probation.toml": FORM,
    "records/policies/probation.toml": RULES,
}


def one_off(id: str, mark: object, more: str = "", month: str = MONTH) -> dict[str, str]:
    """The one-off record of a person, on the form, and its rules."""
    says = f'scheme = "probation"\nmarks.fit = {{ boss = {mark} }}\n{more}'
    return {f"records/{month}/{id}@probation.toml": record(id, says, month), **RULE_FILES}
