"""What a benchmark says, as a table for people and as JSON for machines, and whether to believe it."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

# Beyond this spread of what does the same each round, the machine was busy with something else.
NOISY = 0.25


@dataclass(frozen=True)
class Baseline:
    """What Kith is compared with, and its figure."""

    name: str
    value: float


@dataclass(frozen=True)
class Result:
    """One figure: the median of `runs`, each measured beside its baseline. `ratio` is Kith's by the baseline's.

    `spread` is how far the baseline's rounds lie apart (Kith's own where there is none), as a share of their median.
    `noisy` figures are not to be believed: what should take the same each round did not.
    """

    name: str
    case: str
    value: float
    unit: str
    higher_is_better: bool
    baseline: Baseline | None
    ratio: float | None
    runs: int
    spread: float
    noisy: bool


def spread(rounds: Sequence[float]) -> float:
    """How far the rounds lie apart, as a share of their median."""
    middle = statistics.median(rounds)
    return round((max(rounds) - min(rounds)) / middle, 3) if middle else 0.0


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
    apart = spread(theirs)
    return Result(
        name, case, value, unit, higher_is_better, beside, round(ratio, 3), len(ours), apart, apart > NOISY
    )


def alone(
    name: str,
    case: str,
    values: Sequence[float],
    *,
    unit: str,
    higher_is_better: bool = False,
    judged_by: Sequence[float] | None = None,
) -> Result:
    """A figure that stands for itself. `judged_by`: rounds of something steadier, measured in turns with it."""
    value, apart = round(statistics.median(values), 3), spread(judged_by or values)
    return Result(name, case, value, unit, higher_is_better, None, None, len(values), apart, apart > NOISY)


def table(results: Sequence[Result]) -> str:
    """All figures, one a line, and below them which of them the machine was too noisy for."""
    heads = ("what", "case", "Kith", "", "beside", "", "ratio", "runs", "spread")
    rows = [heads, *(_row(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
    return "\n".join([*lines, *_doubts(results)])


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
        f"{result.spread:.0%}{' noisy' if result.noisy else ''}",
    )


def _doubts(results: Sequence[Result]) -> list[str]:
    noisy = sum(result.noisy for result in results)
    if not noisy:
        return []
    return [
        "",
        f"The machine was too noisy to believe {noisy} of {len(results)} figures: rounds of the same work lie more than"
        f" {NOISY:.0%} apart. Run them again when nothing else runs.",
    ]
