"""Romosozumab for a patient whose heart or vessels are known to be diseased."""

from cards import phrases
from cards.chart import Chart, Draft
from cards.concepts import cardiovascular, contraindications, offers
from cards.concepts.contraindications import Cleared, romosozumab
from cards.concepts.contraindications.romosozumab import ROMOSOZUMAB
from cards.evidence.fda_labels import EVENITY
from cards.rule import DRAFT, rule
from cards.verdict import Finding, Line, Silent, Verdict


@rule(
    title="Romosozumab and cardiovascular history",
    rows=("R-CI-ROM-02", "R-CV-01", "R-DATE-07"),
    hooks=("order-select", "order-sign", "medication-refill"),
    reads=(),
    helped_by=("procedures",),
    weighs=("conditions",),
    evidence=(EVENITY,),
    overrides=("benefit-outweighs-risk", "specialist-managing"),
    yields_to=("romosozumab-cv-warning",),
    judges=(DRAFT,),
    even_in=("oncology", "restricted"),
    contraindicates=True,
)
def romosozumab_cv_caution(chart: Chart, draft: Draft) -> Verdict:
    """
    Speaks when romosozumab is ordered and the record holds a heart attack or stroke more than 12 months old, or one
    told only as past; a transient ischemic attack, ever; angina, peripheral arterial disease or revascularisation; or
    dialysis. Two or more other risk factors are told as a line in another card.

    Silent when none of these is recorded, and when the boxed warning itself speaks.

    Because such patients were at higher risk from the start: benefit and risk are weighed one by one.
    """
    found = contraindications.judge(chart, draft, romosozumab.cardiovascular_caution)
    if isinstance(found, Cleared):
        risks = cardiovascular.risk_factors(chart) if draft.ingredient == ROMOSOZUMAB and not draft.stops else ()
        if len(risks) >= cardiovascular.SEVERAL_RISKS:
            return Line(f"Romosozumab with cardiovascular risk factors: {phrases.listed(risks)}.")
        return Silent(found.why, found.facts)
    return Finding(
        found.indicator,
        f"Romosozumab and cardiovascular history ({found.words}): weigh benefit against MI/stroke risk.",
        found.because,
        check_first=("MI is myocardial infarction: the dates of all events, and present symptoms.",),
        options=("Teriparatide, denosumab or a bisphosphonate, as the rest of the record allows.",),
        suggestions=(offers.take_back(draft),),
        ingredient=ROMOSOZUMAB,
    )
