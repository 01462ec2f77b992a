"""The page of results: each contest's times, and on what machine they were taken."""

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.contests import OURS, THEIRS
from benchmarks.measure import Memory

HEAD = (
    "What", "By", "Files", "s, least", "s, median", "Files/s", "Times as fast",
    "MiB, largest process", "MiB, all processes",
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Result:
    """What one side of a contest took; seconds in each round."""

    name: str
    by: str
    files: int = 0
    seconds: list[float] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)


def results_page(results: Sequence[Result], sizes: Mapping[str, int]) -> str:
    """The whole page in Markdown; `sizes` are the options that the rounds were run with."""
    options = [f"--{name} {number}" for name, number in sizes.items()]
    return "\n".join(
        [
            "# Results",
            "",
            "What the columns mean, and what is compared at all, is in [README.md](README.md).",
            "",
            *(f"- {name}: {said}" for name, said in _circumstances().items()),
            f"- Run by `python -m benchmarks.run {' '.join(options)}`",
            "",
            *_table(results),
            "",
        ]
    )


def _table(results: Sequence[Result]) -> list[str]:
    rows = [_row(one, _rival(one, results)) for one in results]
    rule = ["---", "---", *["---:"] * (len(HEAD) - 2)]
    return [f"| {' | '.join(cells)} |" for cells in (HEAD, rule, *rows)]


def _rival(result: Result, results: Sequence[Result]) -> Result | None:
    """Hugo's part of a contest, for ours."""
    return next(
        (
            one
            for one in results
            if result.by == OURS and (one.name, one.by) == (result.name, THEIRS)
        ),
        None,
    )


def _row(result: Result, rival: Result | None) -> tuple[str, ...]:
    middle = median(result.seconds)
    return (
        result.name,
        result.by,
        f"{result.files:,}" if result.files else "",
        f"{min(result.seconds):.3f}",
        f"{middle:.3f}",
        f"{result.files / middle:,.1f}" if result.files else "",
        f"{times_as_fast(result.seconds, rival.seconds):.2f}" if rival else "",
        f"{result.memory.largest:,.0f}",
        f"{result.memory.together:,.0f}",
    )


def times_as_fast(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median over the rounds of their seconds to ours in the same round."""
    return median(other / own for own, other in zip(ours, theirs, strict=True))


def _circumstances() -> dict[str, str]:
    """All besides the options that the times hang on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "Machine": f"{_processor()}, {len(os.sched_getaffinity(0))} processors, {memory:.0f} GiB",
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
