"""Whether another agent than the oral bisphosphonate already covers an event, or has been started since (R-FAIL-00)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cards import phrases
from cards.chart import Chart, Medication, Source, concept
from cards.concepts import exposure, product
from cards.concepts.fragility_fracture import reached
from cards.formulary import PTH_ANALOGUES, name
from cards.verdict import Because
from cards.when import MAYBE, NO, YES, Truth, When

ZOLEDRONIC_ACID: Final = "zoledronic-acid"
ALTERNATIVES: Final = ("denosumab", ZOLEDRONIC_ACID, "romosozumab", *PTH_ANALOGUES)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another agent that covers the event or started on or after it, how surely, and the fact."""

    holds: Truth
    facts: tuple[Because, ...] = ()


@concept
def alternative(chart: Chart, event: When) -> Alternative:
    """Has an alternative agent been given at the event, or started since?"""
    best = Alternative(NO)
    for ingredient in ALTERNATIVES:
        for truth, fact in _covering(chart, ingredient, event):
            if truth.value > best.holds.value:
                words = f"{phrases.capital(name(ingredient))} covers the event or started since"
                best = Alternative(truth, (Because(words, fact.started, fact.ref),))
    return best


def _covering(chart: Chart, ingredient: str, event: When) -> Iterator[tuple[Truth, Medication]]:
    months = exposure.COVERAGE_MONTHS.get(ingredient)
    dates = {fact.ref: dose.when for dose in exposure.doses(chart, ingredient).doses for fact in dose.evidence}
    for fact in exposure.evidence(chart, ingredient):
        piece = exposure.interval(chart, fact)
        kind = product.of(chart, fact)
        if piece is None or kind is product.Product.ONCOLOGY:
            continue
        sure = YES if fact.sure and (kind is product.Product.OSTEOPOROSIS or ingredient == "denosumab") else MAYBE
        yield started_since(fact, event) & sure, fact
        if months is None:
            yield reached(event, piece.start) & reached(piece.end, event) & sure, fact
        elif fact.ref in dates:
            given = dates[fact.ref]
            yield reached(given, event) & sure, fact
            yield reached(event, given) & reached(given.plus_months(months), event) & sure, fact


def started_since(fact: Medication, event: When) -> Truth:
    """Did it start on or after the event, or was it ordered then? When a statement was written down tells nothing."""
    ordered = reached(fact.recorded, event) if fact.source is Source.REQUEST and fact.recorded else NO
    return reached(fact.started, event) | ordered
