"""A PTH analogue is ordered, and something asks for caution."""

from cards import phrases
from cards.chart import Chart, Draft
from cards.concepts import contraindications, exposure
from cards.concepts.contraindications import Cleared, parathyroid_analogue
from cards.evidence.fda_labels import FORTEO
from cards.formulary import name
from cards.rule import DRAFT, rule
from cards.verdict import Finding, Silent, Verdict


@rule(
    title="Caution with a PTH analogue",
    rows=("R-CI-PTH-02", "R-CI-PTH-03"),
    hooks=("order-select", "order-sign", "medication-refill"),
    reads=(),
    helped_by=("conditions", "laboratory", "medication_requests", *exposure.MEDICATION_SECTIONS),
    weighs=("patient", "vital_signs"),
    evidence=(FORTEO,),
    overrides=("benefit-outweighs-risk", "specialist-managing"),
    judges=(DRAFT,),
    even_in=("oncology", "restricted"),
    contraindicates=True,
)
def pth_analog_caution(chart: Chart, draft: Draft) -> Verdict:
    """
    Speaks when teriparatide or abaloparatide is ordered and the record holds secondary hyperparathyroidism, urinary
    stones that are active or of the last 12 months, calciphylaxis, digoxin, advanced kidney disease, or an alkaline
    phosphatase of the last 365 days above one and a half times its limit.

    Silent when none of these is recorded.

    Because these drugs raise calcium in blood and urine: stones and digoxin become more dangerous, and an unexplained
    alkaline phosphatase may hide a disease of bone in which they are avoided.
    """
    found = contraindications.judge(chart, draft, parathyroid_analogue.caution)
    if isinstance(found, Cleared):
        return Silent(found.why, found.facts)
    return Finding(
        found.indicator,
        f"{phrases.capital(name(draft.ingredient))}: caution - {found.words}. Monitor calcium.",
        found.because,
        check_first=("Calcium before the first dose and during treatment.",),
        ingredient=draft.ingredient,
        source=contraindications.LABELS[draft.ingredient],
    )
