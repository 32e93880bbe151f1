"""A bisphosphonate is ordered or in use, and the kidneys are too weak for it."""

from cards import phrases
from cards.chart import Chart, Draft, Therapy
from cards.concepts import contraindications, exposure, offers
from cards.concepts.contraindications import Cleared, bisphosphonate
from cards.evidence.fda_labels import ACTONEL, BONIVA, FOSAMAX, ZOLEDRONIC_ACID
from cards.formulary import name
from cards.rule import DRAFT, THERAPY, rule
from cards.verdict import Finding, Silent, Verdict

LIMITS = (
    "Limits of the labels in mL/min: zoledronic acid and alendronate 35, risedronate and ibandronate 30; no zoledronic "
    "acid in acute kidney injury."
)


@rule(
    title="Renal function too low",
    rows=("R-CI-ZOL-01", "R-CI-OBP-01", "R-CI-ACT", "R-REN-01", "R-REN-02"),
    hooks=("patient-view", "order-select", "order-sign", "encounter-discharge", "medication-refill"),
    reads=(),
    weighs=(
        "laboratory",
        "conditions",
        "patient",
        "vital_signs",
        "medication_requests",
        *exposure.MEDICATION_SECTIONS,
        "appointments",
    ),
    evidence=(ZOLEDRONIC_ACID, FOSAMAX, ACTONEL, BONIVA),
    overrides=("data-incorrect", "benefit-outweighs-risk", "specialist-managing"),
    judges=(DRAFT, THERAPY),
    even_in=("oncology", "palliative", "restricted"),
    contraindicates=True,
    in_use_on=("medication-refill",),
)
def renal_contraindication(chart: Chart, subject: Draft | Therapy) -> Verdict:
    """
    Speaks when creatinine clearance (or eGFR, where clearance cannot be computed) of the last year is below 35 for
    zoledronic acid 5 mg or alendronate, below 30 for risedronate or ibandronate; in advanced kidney disease; and for
    zoledronic acid in acute kidney injury. Critical for an order of zoledronic acid or intravenous ibandronate; a
    warning for tablets and for a drug in use.

    Silent when the value is at the limit or above, when no value is known, for the oncology product of zoledronic acid
    (4 mg), and for zoledronic acid given in the past with no further infusion ordered or booked.

    Because bisphosphonates leave the body through the kidneys, and an infusion into weak kidneys can fail them.
    """
    found = contraindications.judge(chart, subject, bisphosphonate.renal, by_product=True)
    if isinstance(found, Cleared):
        return Silent(found.why, found.facts)
    drug = subject.ingredient
    infusion = drug == bisphosphonate.ZOLEDRONIC
    judged = "contraindicated" if infusion else "not recommended"
    tests = offers.work_up("Order creatinine with eGFR and calcium", "creatinine", "calcium")
    return Finding(
        found.indicator,
        f"{phrases.capital(name(drug))} is {judged}: {found.words}.",
        found.because,
        check_first=(*found.checks, "Repeat an unexpected or old value before deciding."),
        options=(
            LIMITS,
            "Denosumab may be given where eGFR is at least 30, calcium checked first; below 30 a specialist decides.",
        ),
        suggestions=(offers.take_back(subject), tests) if isinstance(subject, Draft) else (tests,),
        ingredient=drug,
        overrides=("data-incorrect", "specialist-managing") if infusion else None,
        source=contraindications.LABELS[drug],
    )
