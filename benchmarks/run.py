"""Times kpisite and Hugo over the same made-up company, by turns: `make bench`.

    python -m benchmarks.run --people 2000 --months 12 --rounds 3 --write

README.md in this folder says what is compared, and how to read it.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.agreement import differing
from benchmarks.contests import CHANGED, OURS, THEIRS, contests
from benchmarks.measure import memory, seconds
from benchmarks.report import Result, results_page

RESULTS = Path(__file__).resolve().parent / "results.md"
QUICK = ["--people", "200", "--months", "3", "--forms", "8", "--rounds", "2"]
#: The round that nothing is timed in.
WARM_UP = 0


def run(work: Path, people: int, months: int, forms: int, rounds: int) -> list[Result]:
    """All contests, round after round; who comes first takes turns.

    Nothing is deleted between the runs, for a disk is slow a while after that.  Memory is looked
    at in the warm-up.  The pages of both are held against one another in every round.
    """
    several = contests(work / "sites", people, months, forms)
    results = {
        (contest.name, by): Result(name=contest.name, by=by)
        for contest in several
        for by in contest.commands
    }
    for number in range(rounds + 1):
        for contest in several:
            contest.ahead()
            folder = work / f"outputs/{number}/{contest.goes_on or contest.name}"
            folder.mkdir(parents=True, exist_ok=True)
            for by in sorted(contest.commands, reverse=number % 2 == 0):
                result, output = results[contest.name, by], folder / by
                command = contest.commands[by](output)
                if number == WARM_UP:
                    result.memory = memory(command)
                else:
                    result.seconds.append(seconds(command))
                    told = f"{number}/{rounds} {contest.name}, {by}: {result.seconds[-1]:.3f} s"
                    print(told, file=sys.stderr)
                if contest.files:
                    result.files = sum(1 for _ in output.rglob(contest.files))
            if contest.must_agree:
                _hold_against(contest.name, folder)
    return list(results.values())


def _hold_against(name: str, folder: Path) -> None:
    """Ends the benchmark where a page of theirs says something else than ours."""
    pages = differing(folder / OURS, folder / THEIRS, always=CHANGED)
    if pages:
        sys.exit(f"{name}: the two do not say the same in {', '.join(pages[:5])}")


def main() -> None:
    """Reads the options, runs the rounds, prints the table."""
    parser = argparse.ArgumentParser(description="Time kpisite and Hugo over the same company.")
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3, help="besides the warm-up")
    parser.add_argument("--forms", type=int, default=40, help="people whose forms are printed")
    parser.add_argument("--quick", action="store_true", help=f"the same as {' '.join(QUICK)}")
    parser.add_argument("--write", action="store_true", help="write benchmarks/results.md")
    options = parser.parse_args()
    if options.quick:
        parser.parse_args(QUICK, options)
    sizes = {name: getattr(options, name) for name in ("people", "months", "forms", "rounds")}
    with tempfile.TemporaryDirectory(prefix="kpisite-bench-") as name:
        page = results_page(run(Path(name), **sizes), sizes)
    print(page)
    if options.write:
        RESULTS.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
