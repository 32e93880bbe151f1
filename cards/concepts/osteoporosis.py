"""Whether osteoporosis is anyone's question for this patient: diagnosis, fragility fracture, drug or low T-score."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from cards.chart import Chart, State, concept
from cards.concepts import exposure
from cards.formulary import OSTEOPOROSIS_DRUGS

DIAGNOSES: Final = frozenset(
    ("osteoporosis", "fragility-fracture", "history-of-fragility-fracture", "collapsed-vertebra")
)
LOW_T_SCORE: Final = Decimal("-2.5")


@concept
def context(chart: Chart) -> bool:
    """Something seen in the record makes osteoporosis a question: R-VHR-01's context, or a drafted drug for it."""
    if any(fact.tags & DIAGNOSES for fact in chart.conditions):
        return True
    if any(fact.t_score is not None and fact.t_score <= LOW_T_SCORE for fact in chart.bone_densities):
        return True
    return treated(chart)


@concept
def treated(chart: Chart) -> bool:
    """A drug for osteoporosis is ordered here or told of by the record, today or ever."""
    drafted = any(set(draft.order.ingredients) & set(OSTEOPOROSIS_DRUGS) for draft in chart.drafts)
    return drafted or any(exposure.evidence(chart, key) for key in OSTEOPOROSIS_DRUGS)


@concept
def context_unread(chart: Chart) -> bool:
    """The sections that would tell the context were not read whole."""
    return any(
        chart.section(name).state is not State.WHOLE for name in ("conditions", "medication_requests", "bone_densities")
    )
