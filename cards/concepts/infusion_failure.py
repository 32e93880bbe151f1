"""Fractures on zoledronic acid 5 mg: an inadequate response, never the seed's treatment failure (R-FAIL-05)."""

from __future__ import annotations

from dataclasses import dataclass

from cards.chart import Chart, concept
from cards.concepts import antiresorptive_exposure, exposure, fragility_fracture, product
from cards.concepts.alternative_agent import ALTERNATIVES, ZOLEDRONIC_ACID, started_since
from cards.concepts.fragility_fracture import FragilityFracture, reached
from cards.concepts.oral_bp_failure import TreatmentFailure, shut_for_anyone
from cards.verdict import Because
from cards.when import YES


@dataclass(frozen=True, slots=True)
class InfusionFailure:
    """Fractures on zoledronic acid 5 mg (R-FAIL-05), or why there are none."""

    events: tuple[FragilityFracture, ...]
    first: exposure.Dose | None = None
    last: exposure.Dose | None = None
    why: str = ""

    @property
    def facts(self) -> tuple[Because, ...]:
        """The first and the last infusion as facts of a card."""
        ends = (("First", self.first), ("Last", self.last))
        return tuple(Because(f"{word} zoledronic acid infusion", dose.when, dose.ref) for word, dose in ends if dose)


@concept
def on_infusions(chart: Chart) -> InfusionFailure:
    """R-FAIL-05: distinct fractures 12 months after the first infusion and at most 18 after the last one before them.

    As with tablets, treatment has not ended more than 12 months ago, an infusion counting for 12 months.
    """
    dials = chart.dials(TreatmentFailure)
    shut = shut_for_anyone(chart)
    if shut.shut:
        return InfusionFailure((), why=shut.shut)
    told = exposure.doses(chart, ZOLEDRONIC_ACID, (product.Product.OSTEOPOROSIS,)).doses
    given = tuple(dose for dose in told if not antiresorptive_exposure.only_ordered(dose))
    if not given:
        return InfusionFailure((), why="no infusion of zoledronic acid 5 mg is recorded")
    first, last = given[0], given[-1]
    over = last.when.plus_months(exposure.COVERAGE_MONTHS[ZOLEDRONIC_ACID] + dials.ended_within)
    if over.on_or_after(chart.today) is not YES:
        return InfusionFailure((), first, last, "the last zoledronic acid infusion is too long ago")
    sure = [event for event in fragility_fracture.events(chart) if _on_infusion(chart, event, given)]
    kept = fragility_fracture.distinct(chart, sure)
    return InfusionFailure(kept, first, last, "" if kept else "no fracture on zoledronic acid counts")


@concept
def is_several(chart: Chart) -> bool:
    """At least two distinct fractures on infusions: a warning of its own."""
    return len(on_infusions(chart).events) >= chart.dials(TreatmentFailure).fractures


def _on_infusion(chart: Chart, event: FragilityFracture, doses: tuple[exposure.Dose, ...]) -> bool:
    dials = chart.dials(TreatmentFailure)
    late = reached(event.when, doses[0].when.plus_months(dials.response_after))
    covered = any(
        reached(event.when, dose.when) & reached(dose.when.plus_months(dials.infusion_within), event.when) is YES
        for dose in doses
    )
    since = any(
        started_since(fact, event.when).possibly
        for ingredient in ALTERNATIVES
        if ingredient != ZOLEDRONIC_ACID
        for fact in exposure.evidence(chart, ingredient)
        if exposure.interval(chart, fact) is not None
    )
    return late & event.for_failure is YES and covered and not since
