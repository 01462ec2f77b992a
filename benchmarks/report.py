"""The page of results: each contest's times with their ratios, and where they were taken."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.contests import OURS, THEIRS, Contest
from benchmarks.measure import Memory, Seconds

HEAD = (
    "What", "Files", "kpisite, s (work)", "Hugo, s (work)", "× Hugo", "× cold", "Files/s",
    "kpisite, MiB", "Hugo, MiB", "Wanted",
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Result:
    """What came of a contest: seconds in each round and memory by whose command it was."""

    contest: Contest
    files: int = 0
    seconds: dict[str, list[Seconds]] = field(default_factory=dict)
    memory: dict[str, Memory] = field(default_factory=dict)


def results_page(results: Sequence[Result], options: Sequence[str]) -> str:
    """The whole page in Markdown; `options` are those that the rounds were run with."""
    return "\n".join(
        [
            "# Results",
            "",
            "What the columns mean, and what is compared at all, is in [README.md](README.md).",
            "",
            *(f"- {name}: {said}" for name, said in _circumstances().items()),
            f"- Run by `{' '.join(['python -m benchmarks.run', *options])}`",
            "",
            *results_table(results),
            "",
        ]
    )


def results_table(results: Sequence[Result]) -> list[str]:
    """The table alone: a line for each contest."""
    by_name = {one.contest.name: one for one in results}
    rows = [_row(one, by_name.get(one.contest.slower)) for one in results]
    return table(HEAD, rows, 1)


def table(head: Sequence[str], rows: Sequence[Sequence[str]], texts: int) -> list[str]:
    """A table in Markdown, the columns after the first `texts` of them to the right; padded, so
    that it reads in a terminal too."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = []
    for row in (head, *rows):
        cells = [
            cell.ljust(width) if column < texts else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(f"| {' | '.join(cells)} |")
    rule = [
        "-" * width if column < texts else "-" * (width - 1) + ":"
        for column, width in enumerate(widths)
    ]
    return [lines[0], f"| {' | '.join(rule)} |", *lines[1:]]


def _row(result: Result, cold: Result | None) -> tuple[str, ...]:
    ours = result.seconds[OURS]
    theirs = result.seconds.get(THEIRS, [])
    return (
        result.contest.name,
        f"{result.files:,}" if result.files else "",
        _seconds(ours),
        _seconds(theirs) if theirs else "",
        _ratios(ours, theirs) if theirs else "",
        _ratios(ours, cold.seconds[OURS]) if cold else "",
        f"{result.files / median(one.taken for one in ours):,.1f}" if result.files else "",
        _mebibytes(result.memory.get(OURS)),
        _mebibytes(result.memory.get(THEIRS)),
        result.contest.bar,
    )


def _mebibytes(memory: Memory | None) -> str:
    return f"{memory.together:,.0f} ({memory.resident:,.0f})" if memory else ""


def _seconds(several: Sequence[Seconds]) -> str:
    taken, worked = (median(getattr(one, name) for one in several) for name in ("taken", "worked"))
    return f"{taken:.2f} ({worked:.2f})"


def _ratios(ours: Sequence[Seconds], theirs: Sequence[Seconds]) -> str:
    taken, worked = (
        times_as_fast([getattr(one, name) for one in ours], [getattr(one, name) for one in theirs])
        for name in ("taken", "worked")
    )
    return f"{taken:.2f} ({worked:.2f})"


def times_as_fast(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median over the rounds of their seconds to ours in the same round."""
    return median(other / own for own, other in zip(ours, theirs, strict=True))


def _circumstances() -> dict[str, str]:
    """All besides the options that the times hang on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "Machine": f"{_processor()}, {len(os.sched_getaffinity(0))} processors, {memory:.0f} GiB, "
        f"load {os.getloadavg()[2]:.1f}",
        "System": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "Versions": f"kpisite {version('kpisite')}, Hugo {version('hugo')}",
    }


def _processor() -> str:
    """The processor's name where the system tells it, or else its kind."""
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        name, _, said = line.partition(":")
        if name.strip() == "model name":
            return said.strip()
    return platform.machine()
