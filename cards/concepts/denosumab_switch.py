"""What the card on a switch from denosumab to an anabolic drug says, also where that drug is barred."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from cards import phrases
from cards.chart import Chart
from cards.concepts import barred, denosumab_offers, denosumab_schedule
from cards.concepts.barred import Bars
from cards.concepts.denosumab_offers import Bar
from cards.verdict import Finding

IN_DATA_SWITCH: Final = "In DATA-Switch bone density fell, for a time or further, with teriparatide after denosumab."
SEEN_ON_SWITCH: Final[Mapping[str, tuple[str, ...]]] = {
    "romosozumab": (
        "One cohort: over 12 months of romosozumab after denosumab the spine gained, the hip held but no longer rose.",
    ),
}
"""What was seen of teriparatide after denosumab, and of another drug itself."""

SWITCH_BARRED: Final[Mapping[Bar, str]] = {
    Bar.LOW_CALCIUM: "low calcium: correct calcium first; specialist plan.",
    Bar.KIDNEY: "advanced kidney disease: nephrology and bone advice first.",
    Bar.ATYPICAL_FRACTURE: "AFF: specialist decision needed.",
    Bar.SUSPECTED_FRACTURE: "suspected AFF: specialist decision needed.",
    Bar.JAW: "ONJ: specialist decision needed.",
    Bar.SUSPECTED_JAW: "suspected ONJ: specialist decision needed.",
}
"""How the summary on a switch goes on where neither denosumab nor a bisphosphonate may be advised."""


def bridge(chart: Chart) -> str:
    """The way over a bisphosphonate."""
    return f"Bridge: a bisphosphonate {denosumab_schedule.about(chart)}, the anabolic drug later."


def stay(chart: Chart, finding: Finding, harm: str, bars: Bars) -> Finding:
    """The card on a switch to a drug that is not to be given: denosumab goes on, or a specialist plans (R-DEN-04)."""
    goes_on = not denosumab_offers.never(chart)
    dose = (
        denosumab_offers.next_dose(chart)
        if goes_on
        else denosumab_offers.Offer(suggestions=(barred.whom_to_ask(chart, "What follows denosumab"),))
    )
    advice = "stay on denosumab" if goes_on else "specialist plan"
    return replace(
        finding,
        summary=f"{harm} {phrases.capital(bars.drug)} is not to be given here: {advice}.",
        check_first=(*finding.check_first, *dose.checks),
        options=(
            bars.sentence,
            "Go on with denosumab, on time."
            if goes_on
            else "Which drug follows denosumab, and when, is for a specialist; the gap must not grow meanwhile.",
            *dose.options,
        ),
        suggestions=(*finding.suggestions, *(replace(each, recommended=False) for each in dose.suggestions)),
        alternatives=False,
    )
