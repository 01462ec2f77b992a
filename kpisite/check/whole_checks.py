"""The checks of the ground and of the roster, each a function that stands in a table at the foot.

They are imported where one of the two is another than it was: that is seldom, and they are many.
"""

from collections.abc import Callable, Iterable

from kpisite.check.audience_checks import (
    audience_issues,
    audiences_of_nobody,
    readers_who_left,
)
from kpisite.check.awaited import months_that_wait, sums_without_figures
from kpisite.check.closing_checks import closings_that_changed
from kpisite.check.condition_checks import conditions_beyond_the_year, names_in_conditions
from kpisite.check.date_checks import amendments_of_nothing, days_out_of_order
from kpisite.check.earlier_checks import earlier_of_forms
from kpisite.check.figure_checks import figures_that_nobody_asks_for
from kpisite.check.figure_reach import figures_left_idle
from kpisite.check.ground import Ground
from kpisite.check.head_count import held_by_heads
from kpisite.check.id_checks import ids_that_are_taken, versions_that_stand_twice
from kpisite.check.one_off_checks import (
    one_off_forms,
    one_off_forms_of_posts,
    one_off_records_elsewhere,
    policies_of_one_off_forms,
)
from kpisite.check.pay_checks import (
    part_months_unstated,
    parts_that_are_not_paid,
    pay_issues,
    pay_that_is_not_here,
    project_issues,
)
from kpisite.check.payroll_checks import lines_of_payroll
from kpisite.check.policy_figure_checks import (
    figures_of_policies,
    figures_that_forms_lack,
)
from kpisite.check.reach import (
    averages_out_of_reach,
    bounds_out_of_reach,
    edges_out_of_reach,
    scales_apart,
    totals_beyond_their_scale,
)
from kpisite.check.roll import excuses_for_nobody, forgotten, months_left_out
from kpisite.check.roster import Roster
from kpisite.check.roster_checks import (
    departments_not_appraised,
    duplicate_records,
    names_alike,
    names_that_differ_by_case,
    parts_alone,
)
from kpisite.check.rule_checks import (
    amendment_issues,
    liabilities_for_nothing,
    policy_issues,
    scheme_issues,
)
from kpisite.check.staff_checks import department_issues, posts_named_alike, staff_issues
from kpisite.check.ungoverned import schemes_without_policy
from kpisite.check.unit_checks import units_among_records, units_of_policies
from kpisite.core.issue import Issue

GroundCheck = Callable[[Ground], Iterable[Issue]]
RosterCheck = Callable[[Ground, Roster], Iterable[Issue]]


#: The checks of the ground.
GROUND_CHECKS: tuple[GroundCheck, ...] = (
    ids_that_are_taken,
    versions_that_stand_twice,
    scheme_issues,
    bounds_out_of_reach,
    averages_out_of_reach,
    policy_issues,
    edges_out_of_reach,
    scales_apart,
    names_in_conditions,
    conditions_beyond_the_year,
    liabilities_for_nothing,
    department_issues,
    staff_issues,
    posts_named_alike,
    amendment_issues,
    closings_that_changed,
    pay_issues,
    pay_that_is_not_here,
    project_issues,
    figures_that_nobody_asks_for,
    figures_left_idle,
    earlier_of_forms,
    one_off_forms,
    one_off_forms_of_posts,
    policies_of_one_off_forms,
    units_of_policies,
    figures_of_policies,
    lines_of_payroll,
    days_out_of_order,
    audience_issues,
)

#: The checks of records among one another, by what each of them is to the others.
ROSTER_CHECKS: tuple[RosterCheck, ...] = (
    names_that_differ_by_case,
    duplicate_records,
    names_alike,
    one_off_records_elsewhere,
    parts_alone,
    departments_not_appraised,
    totals_beyond_their_scale,
    schemes_without_policy,
    part_months_unstated,
    parts_that_are_not_paid,
    units_among_records,
    figures_that_forms_lack,
    held_by_heads,
    forgotten,
    months_left_out,
    months_that_wait,
    sums_without_figures,
    excuses_for_nobody,
    amendments_of_nothing,
    audiences_of_nobody,
    readers_who_left,
)
