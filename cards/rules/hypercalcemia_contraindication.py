"""Calcium is high, and a PTH analogue is ordered or in use."""

from cards.chart import Chart, Draft, Therapy
from cards.concepts import contraindications, offers
from cards.concepts.contraindications import Cleared, parathyroid_analogue
from cards.evidence.fda_labels import FORTEO
from cards.formulary import name
from cards.rule import DRAFT, THERAPY, rule
from cards.verdict import Finding, Silent, Verdict


@rule(
    title="High calcium",
    rows=("R-CI-PTH-02", "R-CI-ACT", "R-CAL-01"),
    hooks=("patient-view", "order-select", "order-sign", "encounter-discharge", "medication-refill"),
    reads=(),
    weighs=("laboratory", "conditions"),
    evidence=(FORTEO,),
    overrides=("data-incorrect", "specialist-managing"),
    judges=(DRAFT, THERAPY),
    even_in=("oncology", "palliative", "restricted"),
    contraindicates=True,
    in_use_on=("medication-refill",),
)
def hypercalcemia_contraindication(chart: Chart, subject: Draft | Therapy) -> Verdict:
    """
    Speaks when teriparatide or abaloparatide is ordered or in use and the newest calcium, of the last 365 days, is
    above its limit, or hypercalcemia or hyperparathyroidism (not the secondary form) is a current diagnosis: critical
    on an order, a warning on a drug in use.

    Silent when the newest calcium is not high or older, and when a corrected or ionised calcium of the last 30 days,
    later than a diagnosis of hypercalcemia, is normal.

    Because these drugs raise calcium, and may worsen a disorder that already does.
    """
    found = contraindications.judge(chart, subject, parathyroid_analogue.hypercalcemia)
    if isinstance(found, Cleared):
        return Silent(found.why, found.facts)
    tests = offers.work_up("Order parathyroid hormone and calcium", "parathyroid-hormone", "calcium")
    return Finding(
        found.indicator,
        f"Avoid {name(subject.ingredient)}: {found.words}. Investigate first.",
        found.because,
        check_first=(
            *found.checks,
            "Parathyroid hormone, a repeated calcium with albumin, and calcium or vitamin D supplements.",
        ),
        suggestions=(offers.take_back(subject), tests) if isinstance(subject, Draft) else (tests,),
        ingredient=subject.ingredient,
        source=contraindications.LABELS[subject.ingredient],
    )
