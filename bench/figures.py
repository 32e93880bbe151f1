"""The arithmetic of the benchmark and its table: what one round saw, ratios to the echo, goals."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

GOALS: Final[Mapping[int, float]] = {10: 3.0, 500: 1.5}
"""Resources in the prefetch → the most CPU per request that is wanted, as a multiple of the echo's."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One server in one round. CPU and latencies in milliseconds, throughput in requests a second."""

    cpu_ms: float
    throughput: float
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One server's calls until it was the other's turn. CPU of all calls and latencies in milliseconds."""

    cpu_ms: float
    calls: int
    seconds: float
    p50_ms: float
    p99_ms: float


def together(turns: Sequence[Turn]) -> Seen:
    """The turns of one round: CPU and calls summed, latencies the median of the turns'. ValueError without any."""
    calls = sum(turn.calls for turn in turns)
    if not calls:
        raise ValueError("a round without calls")
    return Seen(
        sum(turn.cpu_ms for turn in turns) / calls,
        calls / sum(turn.seconds for turn in turns),
        statistics.median(turn.p50_ms for turn in turns),
        statistics.median(turn.p99_ms for turn in turns),
    )


@dataclass(frozen=True, slots=True)
class Ratio:
    """Service to echo, one ratio a round: their median, the least and the greatest."""

    median: float
    least: float
    greatest: float


MEASURES: Final = (
    ("CPU per request, ms", "cpu_ms"),
    ("throughput, requests/s", "throughput"),
    ("latency p50, ms", "p50_ms"),
    ("latency p99, ms", "p99_ms"),
)
"""What the table shows: its words, and the field of Seen."""


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile of ascending values. ValueError where there are none, or not in order."""
    if not ordered:
        raise ValueError("a percentile of nothing")
    if any(later < earlier for earlier, later in itertools.pairwise(ordered)):
        raise ValueError("a percentile of values out of order")
    return ordered[max(math.ceil(percent / 100 * len(ordered)), 1) - 1]


def ratio(service: Sequence[float], echo: Sequence[float]) -> Ratio:
    """Round by round service / echo. ValueError without rounds, with unequal many, or where the echo took nothing."""
    if not service or len(service) != len(echo):
        raise ValueError(f"{len(service)} rounds of the service beside {len(echo)} of the echo")
    if min(echo) <= 0:
        raise ValueError("the echo took no measurable CPU: make more calls a round")
    each = [ours / theirs for ours, theirs in zip(service, echo, strict=True)]
    return Ratio(statistics.median(each), min(each), max(each))


@dataclass(frozen=True, slots=True)
class Comparison:
    """All rounds at one size; `body_kb` is one call's body in kB."""

    size: int
    body_kb: float
    service: tuple[Seen, ...]
    echo: tuple[Seen, ...]

    def ratio(self, measure: str) -> Ratio:
        """The service to the echo by one field of Seen."""
        return ratio([getattr(seen, measure) for seen in self.service], [getattr(seen, measure) for seen in self.echo])

    def lines(self) -> list[str]:
        """This size's part of the table."""
        found = [
            f"{self.size} resources, {self.body_kb:.0f} kB a call",
            f"  {'':24}{'echo':>10}{'service':>10}   service / echo (min to max)",
        ]
        for words, measure in MEASURES:
            ours, theirs = (
                statistics.median(getattr(seen, measure) for seen in side) for side in (self.service, self.echo)
            )
            of = self.ratio(measure)
            found.append(
                f"  {words:24}{theirs:10.2f}{ours:10.2f}   {of.median:6.2f} ({of.least:.2f} to {of.greatest:.2f})"
            )
        return found

    def goal(self) -> str:
        """The sentence on this size's goal, or "" where it has none."""
        most = GOALS.get(self.size)
        if most is None:
            return ""
        met = self.ratio("cpu_ms").median
        return (
            f"goal at {self.size} resources: CPU per request at most {most:g} x the echo's: "
            f"{'met' if met <= most else 'not met'} ({met:.2f} x)"
        )


def table(comparisons: Sequence[Comparison], heading: str) -> str:
    """All that is printed: the heading, a block a size, the goals."""
    blocks = [heading]
    blocks += ["\n".join(each.lines()) for each in comparisons]
    blocks.append("\n".join(line for line in (each.goal() for each in comparisons) if line))
    return "\n\n".join(block for block in blocks if block)
