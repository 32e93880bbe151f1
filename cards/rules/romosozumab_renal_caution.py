"""Romosozumab is ordered in advanced kidney disease."""

from cards.chart import Chart, Draft
from cards.concepts import contraindications
from cards.concepts.contraindications import Cleared, romosozumab
from cards.evidence.fda_labels import EVENITY
from cards.rule import DRAFT, rule
from cards.verdict import Finding, Silent, Verdict


@rule(
    title="Romosozumab in advanced kidney disease",
    rows=("R-CI-ROM-04", "R-REN-02"),
    hooks=("order-select", "order-sign", "medication-refill"),
    reads=(),
    weighs=("laboratory", "conditions", "patient", "vital_signs"),
    evidence=(EVENITY,),
    overrides=("specialist-managing", "benefit-outweighs-risk", "labs-pending"),
    judges=(DRAFT,),
    even_in=("oncology", "restricted"),
    contraindicates=True,
)
def romosozumab_renal_caution(chart: Chart, draft: Draft) -> Verdict:
    """
    Speaks when romosozumab is ordered and the newest eGFR or clearance, of whatever age, is below 30, or stage 4, stage
    5 or dialysis is recorded.

    Silent when the newest value is 30 or more.

    Because low calcium is more frequent and deeper in advanced kidney disease.
    """
    found = contraindications.judge(chart, draft, romosozumab.renal_caution)
    if isinstance(found, Cleared):
        return Silent(found.why, found.facts)
    return Finding(
        found.indicator,
        f"Romosozumab with {found.words}: monitor calcium closely and supplement.",
        found.because,
        check_first=(*found.checks, "Calcium, parathyroid hormone and 25-OH vitamin D before the first dose."),
        ingredient=draft.ingredient,
    )
