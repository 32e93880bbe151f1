"""Denosumab is ordered or in use in advanced kidney disease."""

from cards import phrases
from cards.chart import Chart, Draft, Therapy
from cards.concepts import contraindications, offers
from cards.concepts.contraindications import Cleared, mineral
from cards.evidence.fda_labels import CKD_COMMUNICATION, PROLIA
from cards.evidence.kdigo import KDIGO17
from cards.evidence.seed import SEED
from cards.rule import DRAFT, THERAPY, rule
from cards.verdict import Finding, Silent, Verdict

MINERAL_DISORDER = (
    "CKD-MBD, the mineral and bone disorder of chronic kidney disease: parathyroid hormone, calcium, 25-OH and "
    "1,25-dihydroxy vitamin D, bone turnover."
)
SUPERVISION = (
    "Give it only under expert supervision, with calcium every week for a month, then every month; fatal cases have "
    "been reported."
)

PREFERRED = (
    "Some texts prefer denosumab in renal impairment. That holds down to an eGFR of 30; below it the boxed warning "
    "goes first."
)

UNSEEN = "calcitriol"
TESTS = {
    "calcium": "calcium",
    "parathyroid-hormone": "parathyroid hormone",
    "vitamin-d-25oh": "25-OH vitamin D",
    UNSEEN: "1,25-dihydroxy vitamin D",
}
"""The work-up; results of the last are not read, so that it is offered always."""


@rule(
    title="Denosumab in advanced kidney disease",
    rows=("R-CI-DEN-02", "R-CI-ACT", "R-REN-02"),
    hooks=("patient-view", "order-select", "order-sign", "encounter-discharge", "medication-refill"),
    reads=(),
    weighs=("laboratory", "conditions", "patient", "vital_signs"),
    evidence=(PROLIA, CKD_COMMUNICATION, KDIGO17, SEED),
    overrides=("specialist-managing", "labs-pending"),
    judges=(DRAFT, THERAPY),
    even_in=("oncology", "palliative", "restricted"),
    contraindicates=True,
    in_use_on=("medication-refill",),
)
def denosumab_hypocalcemia_ckd(chart: Chart, subject: Draft | Therapy) -> Verdict:
    """
    Speaks when denosumab 60 mg, or denosumab of unknown strength, is ordered or in use with advanced kidney disease:
    the newest eGFR or clearance, of whatever age, is below 30, or stage 4, stage 5 or dialysis is recorded. Critical on
    an order, unless a normal calcium (30 days), parathyroid hormone and 25-OH vitamin D (90 days) are on file: then a
    warning, as for a drug in use.

    Silent when the newest value is 30 or more, and for the oncology product (120 mg).

    Because severe, even fatal hypocalcemia follows denosumab in advanced kidney disease (boxed warning of 2024).
    """
    found = contraindications.judge(chart, subject, mineral.denosumab_in_kidney_disease, by_product=True)
    if isinstance(found, Cleared):
        return Silent(found.why, found.facts)
    in_use = isinstance(subject, Therapy)
    wanted = [*(test for test in TESTS if test in mineral.missing_work_up(chart)), UNSEEN]
    label = f"Order {phrases.listed([TESTS[test] for test in wanted])}"
    return Finding(
        found.indicator,
        f"Denosumab with {found.words}: boxed warning for severe hypocalcemia. Check calcium and CKD-MBD first.",
        found.because,
        check_first=(
            *found.checks,
            MINERAL_DISORDER,
        ),
        options=(
            *(("Denosumab in use: do not stop or delay it without a specialist plan.",) if in_use else ()),
            SUPERVISION,
        ),
        differing=(PREFERRED,),
        suggestions=(
            offers.work_up(label if len(wanted) > 1 else f"{label}, if it was not measured", *wanted),
            offers.referral(offers.KIDNEY_SPECIALIST, "Denosumab in advanced kidney disease"),
        ),
        ingredient=subject.ingredient,
    )
