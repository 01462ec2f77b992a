"""A share of somebody else's bonus (F10)."""

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import Field

from kpisite.core.captions import caption
from kpisite.core.exact import ZERO, percent
from kpisite.core.formula import Constant, Operand, Product, sum_of_parts
from kpisite.core.issue import Source
from kpisite.core.text import Text
from kpisite.core.working import Kind, Unit, Working
from kpisite.language.clause import Clause, remark
from kpisite.language.components.base import Component, Grounds, Terms
from kpisite.language.project import OddCents, Project
from kpisite.language.share import Weight

BONUS = caption("salesperson-bonus")
SET_ASIDE = caption("set-aside")
OWN_SHARE = caption("own-share")
CUT = caption("own-part")
ODD_CENT: Mapping[OddCents, Text] = {
    "remainder": caption("odd-cent-by-remainder"),
    "share": caption("odd-cent-by-share"),
}


class ShareOf(Component):
    """`rate` of somebody else's bonus goes to those who worked with them on a project, by the
    shares that `pay/MONTH.toml` states.

    The parts of a project add up to the cent: everybody's is cut off below it, and the cents left
    over go one each to those whose part lost most by that, equals by share, then by id; with
    `odd-cents = "share"` from the largest share down.
    """

    says = caption("says-share-of")

    method: Literal["share-of"]
    rate: Weight
    odd_cents: OddCents = Field(
        default="remainder", description="To whom the cents go that do not divide"
    )

    def gives_out(self) -> str:
        """The projects of the month."""
        return "projects"

    def reads_pay(self) -> bool:
        """Always."""
        return True

    def clauses(self, terms: Terms) -> Iterator[Clause]:
        """The share of the bonus."""
        yield remark("pay-share", rate=percent(self.rate))

    def working(self, grounds: Grounds) -> Working:
        """The person's part of every project of the month."""
        id = grounds.record.appraisee
        parts = tuple(
            self._part(project, at, grounds)
            for project, at in grounds.projects
            if id in project.shares
        )
        return self.line(sum_of_parts(len(parts)), parts, grounds)

    def _part(self, project: Project, at: Source, grounds: Grounds) -> Working:
        id, money = grounds.record.appraisee, grounds.money
        bonus = money.figure("bonus", BONUS, project.bonus, sources=(at.at("bonus"),))
        rate = Constant(self.rate, is_percent=True)
        whole = money.rounds(Product((Operand(0), rate)))
        aside = money.line("set-aside", Kind.STEP, SET_ASIDE, whole, (bonus,))
        share = Working(
            id="share",
            kind=Kind.FIGURE,
            label=OWN_SHARE,
            value=project.shares[id],
            unit=Unit.SHARE,
            sources=(at.at("shares", id),),
        )
        down = money.cuts(Product((Operand(0), Operand(1))))
        own = money.line("own-part", Kind.STEP, CUT, down, (aside, share))
        odd = project.odd_cents(aside.value, self.odd_cents, money).get(id, ZERO)
        cent = money.figure("odd-cent", ODD_CENT[self.odd_cents], odd)
        parts = (own, cent) if cent.value else (own,)
        return money.line(project.id, Kind.STEP, project.name, sum_of_parts(len(parts)), parts)
