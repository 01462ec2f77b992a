"""The other lines of a month, as the pay file states them."""

from typing import Literal

from kpisite.core.captions import caption
from kpisite.core.formula import sum_of_parts
from kpisite.core.working import Working
from kpisite.language.components.base import Component, Grounds


class Other(Component):
    """Whatever `pay/ID.toml` lists for the month, allowances and corrections, added up."""

    says = caption("says-other")

    method: Literal["other"]

    def gives_out(self) -> str:
        """The lines of the pay file."""
        return "lines"

    def reads_pay(self) -> bool:
        """Always."""
        return True

    def working(self, grounds: Grounds) -> Working:
        """The lines one by one, with their reasons; none comes to nothing."""
        lines = () if grounds.pay is None else grounds.pay.lines_in(grounds.record.month)
        parts = tuple(
            grounds.money.figure(
                f"{self.id}-{index}",
                line.name,
                line.amount,
                sources=(grounds.pay_at.at("line", index),),
                note=line.reason,
            )
            for index, line in lines
        )
        return self.line(sum_of_parts(len(parts)), parts, grounds)
