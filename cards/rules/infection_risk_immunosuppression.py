"""Denosumab is ordered for a patient whose defence against infection is weakened."""

from cards.chart import Chart, Draft
from cards.concepts import contraindications, exposure
from cards.concepts.contraindications import Cleared, infection
from cards.evidence.fda_labels import PROLIA
from cards.evidence.seed import SEED
from cards.rule import DRAFT, rule
from cards.verdict import Finding, Silent, Verdict


@rule(
    title="Denosumab and immunosuppression",
    rows=("R-CI-DEN-04",),
    hooks=("order-select", "order-sign", "medication-refill"),
    reads=(),
    helped_by=("conditions", "medication_requests", *exposure.MEDICATION_SECTIONS),
    evidence=(PROLIA, SEED),
    overrides=("benefit-outweighs-risk", "specialist-managing"),
    judges=(DRAFT,),
    even_in=("oncology", "restricted"),
    contraindicates=True,
)
def infection_risk_immunosuppression(chart: Chart, draft: Draft) -> Verdict:
    """
    Speaks when denosumab 60 mg, or denosumab of unknown strength, is ordered and the patient takes an immunosuppressant
    (methotrexate from 10 mg a week; a dose that is not told counts), prednisone of 10 mg a day or its equal, or an
    immunodeficiency, a transplant or HIV disease is recorded.

    Silent when none of these is recorded, and for the oncology product (120 mg).

    Because serious infections were reported with denosumab, and its safety with immunosuppressants is little known.
    """
    found = contraindications.judge(chart, draft, infection.immunosuppression, by_product=True)
    if isinstance(found, Cleared):
        return Silent(found.why, found.facts)
    return Finding(
        found.indicator,
        f"Denosumab with {found.plain}: limited safety data, more serious infections reported.",
        found.because,
        check_first=("Infections, now and before.",),
        differing=("Some texts speak of limited safety data alone; the label warns of serious infections.",),
        ingredient=draft.ingredient,
    )
