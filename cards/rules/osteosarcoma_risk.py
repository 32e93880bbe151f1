"""A PTH analogue, and something that raises the risk of osteosarcoma."""

from cards.chart import Chart, Draft, Therapy
from cards.concepts import contraindications, next_agent, offers
from cards.concepts.contraindications import Cleared, parathyroid_analogue
from cards.evidence.fda_labels import FORTEO
from cards.evidence.lilly import RADIATION
from cards.formulary import name
from cards.rule import DRAFT, THERAPY, rule
from cards.verdict import Finding, Silent, Suggestion, Verdict

ALTERNATIVES = ("denosumab", "zoledronic-acid")


@rule(
    title="Risk of osteosarcoma",
    rows=("R-CI-PTH-01", "R-CI-ACT"),
    hooks=("patient-view", "order-select", "order-sign", "encounter-discharge", "medication-refill"),
    reads=(),
    weighs=next_agent.INFUSION_SECTIONS,
    evidence=(FORTEO, RADIATION),
    overrides=("data-incorrect", "specialist-managing"),
    judges=(DRAFT, THERAPY),
    even_in=("oncology", "palliative", "restricted"),
    contraindicates=True,
    in_use_on=("medication-refill",),
)
def osteosarcoma_risk(chart: Chart, subject: Draft | Therapy) -> Verdict:
    """
    Speaks when teriparatide or abaloparatide is ordered or in use and the record holds a malignant tumour of bone, bone
    metastases or myeloma, Paget disease, a hereditary predisposition, another metabolic bone disease, external beam or
    implant radiation (unless documented as superficial), or an age under 25: critical on an order, a warning on a drug
    in use save for bone malignancy. A history of irradiation whose site is not recorded is a warning.

    Silent when nothing of this is recorded; radioiodine, diagnostic and ultraviolet radiation do not count.

    Because the label says to avoid these drugs where the risk of osteosarcoma is raised.
    """
    found = contraindications.judge(chart, subject, parathyroid_analogue.osteosarcoma_risk)
    if isinstance(found, Cleared):
        return Silent(found.why, found.facts)
    suggestions: tuple[Suggestion, ...] = ()
    if isinstance(subject, Draft):
        others = (next_agent.offer(chart, drug) for drug in ALTERNATIVES)
        suggestions = (offers.take_back(subject), *(each for each in others if each is not None))
    return Finding(
        found.indicator,
        f"Avoid {name(subject.ingredient)}: {found.plain}.",
        found.because,
        check_first=("The site and kind of any radiation: radioiodine and diagnostic imaging do not count.",),
        options=("Denosumab or zoledronic acid; after menopause romosozumab too, as the rest of the record allows.",),
        suggestions=suggestions,
        ingredient=subject.ingredient,
        source=contraindications.LABELS[subject.ingredient],
    )
