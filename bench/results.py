"""What a benchmark says, as a table for people and as JSON for machines."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Baseline:
    """What Kith is compared with, and its figure."""

    name: str
    value: float


@dataclass(frozen=True)
class Result:
    """One figure: the median of `runs`, each measured beside its baseline. `ratio` is Kith's by the baseline's."""

    name: str
    case: str
    value: float
    unit: str
    higher_is_better: bool
    baseline: Baseline | None
    ratio: float | None
    runs: int


def compared(
    name: str,
    case: str,
    ours: Sequence[float],
    theirs: Sequence[float],
    *,
    baseline: str,
    unit: str = "/s",
    higher_is_better: bool = True,
) -> Result:
    """A figure beside its baseline: medians, and the median of the ratios pair by pair."""
    ratio = statistics.median(our / their for our, their in zip(ours, theirs, strict=True))
    beside = Baseline(baseline, round(statistics.median(theirs), 3))
    value = round(statistics.median(ours), 3)
    return Result(name, case, value, unit, higher_is_better, beside, round(ratio, 3), len(ours))


def alone(
    name: str, case: str, values: Sequence[float], *, unit: str, higher_is_better: bool = False
) -> Result:
    """A figure that stands for itself."""
    return Result(
        name, case, round(statistics.median(values), 3), unit, higher_is_better, None, None, len(values)
    )


def table(results: Sequence[Result]) -> str:
    """All figures, one a line."""
    heads = ("what", "case", "Kith", "", "beside", "", "ratio", "runs")
    rows = [heads, *(_row(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )


def write_json(results: Sequence[Result], path: Path) -> None:
    """All figures, for machines."""
    path.write_text(json.dumps([asdict(result) for result in results], indent=2) + "\n")


def _row(result: Result) -> tuple[str, ...]:
    baseline: Any = result.baseline
    return (
        result.name,
        result.case,
        f"{result.value:,.10g}",
        result.unit,
        f"{baseline.value:,.10g}" if baseline else "",
        baseline.name if baseline else "",
        f"{result.ratio:.2f}" if result.ratio is not None else "",
        str(result.runs),
    )
