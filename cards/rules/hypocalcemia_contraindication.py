"""Calcium is low, and a drug that lowers it further is ordered or in use."""

from cards import phrases
from cards.chart import Chart, Draft, Therapy
from cards.concepts import contraindications, denosumab_schedule, exposure, offers
from cards.concepts.contraindications import Cleared, mineral
from cards.evidence.fda_labels import PROLIA
from cards.formulary import name
from cards.rule import DRAFT, THERAPY, rule
from cards.verdict import Finding, Silent, Verdict


@rule(
    title="Low calcium",
    rows=("R-CI-DEN-01", "R-CI-ACT", "R-CAL-01"),
    hooks=("patient-view", "order-select", "order-sign", "encounter-discharge", "medication-refill"),
    reads=(),
    weighs=("laboratory", "conditions", "medication_requests", *exposure.MEDICATION_SECTIONS),
    evidence=(PROLIA,),
    overrides=("labs-pending", "data-incorrect"),
    judges=(DRAFT, THERAPY),
    even_in=("oncology", "palliative", "restricted"),
    contraindicates=True,
    in_use_on=("medication-refill",),
)
def hypocalcemia_contraindication(chart: Chart, subject: Draft | Therapy) -> Verdict:
    """
    Speaks when a bisphosphonate, denosumab or romosozumab is ordered or in use and the newest calcium, of the last 90
    days, is below its limit, or hypocalcemia is a current diagnosis: critical on an order, a warning on a drug in use.
    A low total calcium without an albumin within 7 days is a warning.

    Silent when the newest calcium is not low or older than 90 days, and when a corrected or ionised calcium of the last
    30 days, later than the diagnosis, is normal.

    Because these drugs hold calcium in bone: given into low calcium they can cause spasms, seizures and arrhythmia.
    """
    found = contraindications.judge(chart, subject, mineral.hypocalcemia)
    if isinstance(found, Cleared):
        return Silent(found.why, found.facts)
    drug = subject.ingredient
    due = denosumab_schedule.due_when(chart) if drug == denosumab_schedule.INGREDIENT else None
    overdue = (
        (f"Denosumab was due {phrases.when(due)}: correct calcium and give the dose, do not abandon it.",)
        if due is not None and due.before(chart.today).surely
        else ()
    )
    tests = offers.work_up(
        "Order calcium, magnesium, parathyroid hormone and 25-OH vitamin D",
        "calcium", "magnesium", "parathyroid-hormone", "vitamin-d-25oh",
    )  # fmt: skip
    return Finding(
        found.indicator,
        f"Correct {found.words} before {name(drug)}.",
        found.because,
        check_first=(*found.checks, "Symptoms of low calcium; vitamin D, magnesium and renal function."),
        options=(*overdue, "Supplement calcium and vitamin D, then measure again."),
        suggestions=(offers.take_back(subject), tests) if isinstance(subject, Draft) else (tests,),
        ingredient=drug,
        source=contraindications.LABELS[drug],
    )
