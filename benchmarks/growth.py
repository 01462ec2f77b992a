"""How kpisite's times grow with the company: `make bench BENCH_ARGS=--growth`."""

import sys
from pathlib import Path

from benchmarks.contests import CHANGED, COLD, OURS, contests
from benchmarks.measure import seconds
from benchmarks.report import table

#: People by twelve months: 2,400 records, 24,000 and 120,000.
PEOPLE = (200, 2000, 10_000)
MONTHS = 12
#: The contests that are timed, in their order.
GROWING = (COLD, "nothing changed", CHANGED)


def growth_page(work: Path) -> str:
    """A table with a line for each contest: seconds by the number of records, and the last of them
    divided by the first."""
    rows: dict[str, list[float]] = {name: [] for name in GROWING}
    for people in PEOPLE:
        folder = work / str(people)
        for contest in contests(folder, people, MONTHS, 1, with_hugo=False):
            if contest.name in rows:
                contest.ahead()
                taken = seconds(contest.commands[OURS](folder / "output")).taken
                rows[contest.name].append(taken)
                print(
                    f"{people * MONTHS:,} records, {contest.name}: {taken:.3f} s", file=sys.stderr
                )
    head = ["What", *(f"{people * MONTHS:,} records, s" for people in PEOPLE), "× growth"]
    lines = [
        [name, *(f"{one:.2f}" for one in taken), f"{taken[-1] / taken[0]:.1f}"]
        for name, taken in rows.items()
    ]
    return "\n".join(table(head, lines, 1))
