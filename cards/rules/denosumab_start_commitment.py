"""Denosumab is begun: what it commits patient and doctor to."""

from cards import phrases
from cards.chart import Chart, Draft
from cards.concepts import (
    calcium,
    denosumab_course,
    denosumab_offers,
    denosumab_schedule,
    product,
    renal_function,
    skeletal_safety,
    vitamin_d,
)
from cards.concepts.denosumab_schedule import PRODUCTS, DenosumabSchedule
from cards.concepts.product import Product
from cards.evidence.ects import ECTS21
from cards.evidence.endocrine_society import ES20
from cards.evidence.fda_labels import PROLIA
from cards.rule import DRAFT, rule
from cards.verdict import INFO, Because, Finding, Silent, Verdict
from cards.when import MAYBE, NO


@rule(
    title="Starting denosumab",
    rows=("R-DEN-09", "R-CI-DEN-03"),
    hooks=("order-select", "order-sign"),
    reads=("medication_requests", "drafts"),
    helped_by=denosumab_schedule.HELPED_BY,
    weighs=("patient", "conditions", "laboratory", "vital_signs", "allergies"),
    evidence=(PROLIA, ECTS21, ES20),
    overrides=("plan-in-place",),
    judges=(DRAFT,),
    even_in=("restricted",),
    only_for_drafts_of=("denosumab",),
)
def denosumab_start_commitment(chart: Chart, draft: Draft) -> Verdict:
    """
    Speaks when osteoporosis denosumab is ordered and no dose of the current course came before it: a first dose, or a
    restart after a finished exit or after more than 12 months.

    Silent when an earlier dose of the course is on record, and for the oncology product (120 mg).

    Because denosumab is easy to begin and hard to leave: a missed dose lets bone be lost and vertebrae break, so every
    dose is given on time, for good or until a bisphosphonate takes over. No reminder where it is barred.
    """
    if draft.stops or draft.ingredient != "denosumab" or product.of(chart, draft.order) not in PRODUCTS:
        return Silent("the order gives no osteoporosis denosumab")
    planned = denosumab_schedule.planned(chart, draft.order)
    last = denosumab_schedule.last_dose(chart)
    first = denosumab_course.first_of_course(chart, planned)
    if last is not None and first is NO:
        return Silent("the order continues a course of denosumab", (last.because,))
    if last is not None and first is MAYBE:
        return denosumab_schedule.lacking_last_dose(last)
    femur = skeletal_safety.atypical_femoral(chart) or skeletal_safety.suspected_atypical(chart)
    barred = bool(femur or denosumab_offers.never(chart))
    next_dose = planned.plus_months(chart.dials(DenosumabSchedule).interval)
    facts = [Because("First dose of this course, planned", planned, draft.ref)]
    if last is not None:
        facts.append(last.because)
    strength = product.of(chart, draft.order) is Product.INDETERMINATE
    checks = [denosumab_schedule.strength_caveat((draft.order,))] if strength else []
    checks.append(_measured(chart))
    if denosumab_offers.predisposed(chart) and renal_function.advanced(chart) is None:
        checks.append("Prone to low calcium: check calcium, phosphate and magnesium 10 to 14 days after the dose.")
    checks.append("Dental check; rare: osteonecrosis of the jaw, atypical femoral fracture.")
    return Finding(
        INFO,
        "Denosumab needs a dose every 6 months without gaps, and a bisphosphonate if ever stopped.",
        (*facts, *denosumab_offers.predisposed(chart)),
        check_first=tuple(checks),
        options=(
            *(() if barred else (f"The second dose is due {phrases.when(next_dose)}.",)),
            "A missed dose brings rebound vertebral fractures: on time for good, or a bisphosphonate as exit.",
        ),
        suggestions=() if barred else (denosumab_offers.reminder(next_dose.latest),),
        ingredient="denosumab",
    )


def _measured(chart: Chart) -> str:
    level, vitamin = calcium.latest(chart), vitamin_d.latest(chart)
    if level is None:
        return "No calcium of the last months was seen: measure calcium and 25-OH vitamin D before the dose."
    told = f"Calcium {level.words} ({phrases.when(level.when)})"
    if vitamin is None or not vitamin.current.surely:
        return f"{told}; 25-OH vitamin D before the dose."
    return f"{told}; {vitamin.words}. Repeat what is old before the dose."
