"""Times kpisite and Hugo over the same made-up company, by turns: `make bench`.

    python -m benchmarks.run --people 2000 --months 12 --rounds 3 --write

README.md in this folder says what is compared, and how to read it.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks.agreement import differing
from benchmarks.contests import OURS, THEIRS, Contest, contests
from benchmarks.growth import growth_page
from benchmarks.measure import memory, seconds
from benchmarks.report import Result, results_page

RESULTS = Path(__file__).resolve().parent / "results.md"
FULL = ["--people", "2000", "--months", "12", "--forms", "40", "--rounds", "3"]


def run(
    work: Path, people: int, months: int, forms: int, rounds: int, *, with_hugo: bool = True
) -> list[Result]:
    """All contests, round after round; who comes first takes turns.

    Nothing is deleted between the runs, for a disk is slow a while after that.  Memory is looked
    at ahead of the rounds, which warms the system's cache of files up besides.
    """
    several = contests(work / "sites", people, months, forms, with_hugo=with_hugo)
    results = [Result(contest=contest) for contest in several]
    for result in results:
        if result.contest.is_weighed:
            _weigh(result, work / "outputs/weighed")
    for number in range(rounds):
        for result in results:
            _time(result, work / f"outputs/{number}", f"{number + 1}/{rounds}", number % 2 == 0)
    return results


def _weigh(result: Result, folder: Path) -> None:
    for by, command in result.contest.commands.items():
        result.contest.ahead()
        result.memory[by] = memory(command(_output(result.contest, folder, by)))


def _time(result: Result, folder: Path, round: str, ours_first: bool) -> None:
    contest = result.contest
    contest.ahead()
    for by in sorted(contest.commands, reverse=ours_first):
        output = _output(contest, folder, by)
        taken = seconds(contest.commands[by](output))
        result.seconds.setdefault(by, []).append(taken)
        print(f"{round} {contest.name}, {by}: {taken.taken:.3f} s", file=sys.stderr)
        if contest.files and by == OURS:
            result.files = sum(1 for _ in output.rglob(contest.files))
    if contest.must_agree:
        _hold_against(contest.name, folder / contest.into)


def _output(contest: Contest, folder: Path, by: str) -> Path:
    """Where a contest builds; what leads there is made, the last part is left to the program."""
    output = folder / (contest.into or contest.name) / by
    output.parent.mkdir(parents=True, exist_ok=True)
    return output


def _hold_against(name: str, folder: Path) -> None:
    """Ends the benchmark where a page of theirs has other figures than ours."""
    pages = differing(folder / OURS, folder / THEIRS, always="CS00001")
    if pages:
        sys.exit(f"{name}: the two do not say the same in {', '.join(pages[:5])}")


def main() -> None:
    """Reads the options, runs the rounds, prints the table."""
    parser = argparse.ArgumentParser(description="Time kpisite and Hugo over the same company.")
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--months", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--forms", type=int, default=10, help="people whose forms are printed")
    parser.add_argument("--full", action="store_true", help=f"the same as {' '.join(FULL)}")
    parser.add_argument("--no-hugo", action="store_true", help="time kpisite alone")
    parser.add_argument(
        "--growth", action="store_true", help="time kpisite alone, from 2,400 to 120,000 records"
    )
    parser.add_argument("--write", action="store_true", help="write benchmarks/results.md")
    options = parser.parse_args()
    if options.full:
        parser.parse_args(FULL, options)
    sizes = {name: getattr(options, name) for name in ("people", "months", "forms", "rounds")}
    with tempfile.TemporaryDirectory(prefix="kpisite-bench-") as name:
        if options.growth:
            print(growth_page(Path(name)))
            return
        results = run(Path(name), **sizes, with_hugo=not options.no_hugo)
    words = [f"--{name} {number}" for name, number in sizes.items()]
    page = results_page(results, words + ["--no-hugo"] * options.no_hugo)
    print(page)
    if options.write:
        RESULTS.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
