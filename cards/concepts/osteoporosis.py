"""Whether osteoporosis is anyone's question for this patient: diagnosis, fragility fracture, drug or low T-score."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from cards.chart import Chart, State, concept
from cards.concepts import exposure
from cards.formulary import OSTEOPOROSIS_DRUGS
from cards.verdict import Silent

DIAGNOSES: Final = frozenset(
    ("osteoporosis", "fragility-fracture", "history-of-fragility-fracture", "collapsed-vertebra")
)
LOW_T_SCORE: Final = Decimal("-2.5")


@concept
def context(chart: Chart) -> bool:
    """Something seen in the record makes osteoporosis a question: R-VHR-01's context, or a drafted drug for it."""
    return on_record(chart) or _drafted(chart)


@concept
def on_record(chart: Chart) -> bool:
    """The same by the record alone: diagnosis, low T-score or drug."""
    if any(fact.tags & DIAGNOSES for fact in chart.conditions):
        return True
    if any(fact.t_score is not None and fact.t_score <= LOW_T_SCORE for fact in chart.bone_densities):
        return True
    return _told_of(chart)


@concept
def treated(chart: Chart) -> bool:
    """A drug for osteoporosis is ordered here or told of by the record, today or ever."""
    return _drafted(chart) or _told_of(chart)


def _drafted(chart: Chart) -> bool:
    return any(set(draft.order.ingredients) & set(OSTEOPOROSIS_DRUGS) for draft in chart.drafts)


def _told_of(chart: Chart) -> bool:
    return any(exposure.evidence(chart, key) for key in OSTEOPOROSIS_DRUGS)


def not_on_record(chart: Chart) -> Silent:
    """The answer where the record makes osteoporosis no question; raises NotRead where that may be for want of it."""
    for name in ("conditions", "bone_densities"):
        chart.section(name).whole()
    exposure.nothing_missed(chart)
    return Silent("nothing in the record makes osteoporosis a question")


@concept
def context_unread(chart: Chart) -> bool:
    """The sections that would tell the context were not read whole."""
    return any(
        chart.section(name).state is not State.WHOLE for name in ("conditions", "medication_requests", "bone_densities")
    )
