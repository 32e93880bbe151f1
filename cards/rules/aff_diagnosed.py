"""An atypical femoral fracture, and a drug that such fractures are known from is ordered or in use."""

from cards import phrases
from cards.chart import Chart, Draft, Therapy
from cards.concepts import denosumab_schedule, exposure, offers, product, skeletal_safety
from cards.concepts.antiresorptive_exposure import ANTIRESORPTIVES
from cards.concepts.denosumab_schedule import INGREDIENT as DENOSUMAB
from cards.evidence.asbmr import AFFREC
from cards.evidence.fda_labels import FOSAMAX
from cards.formulary import name
from cards.rule import DRAFT, THERAPY, rule
from cards.verdict import CRITICAL, WARNING, Because, Finding, Silent, Verdict


@rule(
    title="Atypical femoral fracture",
    rows=("R-AFF-01", "R-DATE-07", "R-SCOPE-04", "R-ORDER-02"),
    hooks=("patient-view", "order-select", "order-sign", "encounter-discharge", "problem-list-item-create"),
    reads=(),
    weighs=("conditions", "medication_requests", *exposure.MEDICATION_SECTIONS),
    evidence=(AFFREC, FOSAMAX),
    overrides=("specialist-managing", "plan-in-place", "data-incorrect"),
    judges=(DRAFT, THERAPY),
    even_in=("oncology", "palliative", "restricted"),
    contraindicates=True,
    in_use_on=("order-select", "order-sign"),
)
def aff_diagnosed(chart: Chart, subject: Draft | Therapy) -> Verdict:
    """
    Speaks when a bisphosphonate or denosumab, of any product, is ordered or in use and an atypical femoral fracture was
    ever recorded, healed or not. A warning only where the diagnosis is not confirmed.

    Silent when no such fracture is recorded, for other drugs, and for an order that ends the drug.

    Because the drug must be stopped and the other femur may be next. Denosumab alone is not just stopped: vertebrae
    may break when it wears off, so a specialist plans the way out first.
    """
    drug = name(subject.ingredient)
    if subject.ingredient not in ANTIRESORPTIVES:
        return Silent(f"{drug} is not one of the drugs that atypical femoral fractures are known from")
    if isinstance(subject, Draft) and subject.stops:
        return Silent("the order ends or withholds the drug")
    found = skeletal_safety.atypical_femoral(chart)
    if not found:
        chart.conditions.whole()
        return Silent("no atypical femoral fracture is recorded")
    words = "Atypical femoral fracture:"
    why = tuple(Because(f"{words} {phrases.quote(each.told)}", each.onset, each.ref) for each in found)
    shown = subject.order if isinstance(subject, Draft) else subject.in_force[-1]
    summary = f"Atypical femoral fracture: stop {drug}, image the other femur, refer."
    first: tuple[str, ...] = ()
    ending = skeletal_safety.ending(subject)
    if isinstance(subject, Draft) and skeletal_safety.is_new(chart, subject.ingredient):
        summary = f"Atypical femoral fracture: do not start {drug}, image the other femur, refer."
    elif subject.ingredient == DENOSUMAB:
        summary = "Atypical femoral fracture on denosumab: seek specialist plan before stopping (rebound risk)."
        last, due, ending = denosumab_schedule.last_seen(chart), denosumab_schedule.due_when(chart), ()
        why = (*why, *((last.because,) if last else ()))
        first = (f"Denosumab dose due {phrases.when(due)}: no gap without a plan.",) if due else ()
    if product.of(chart, shown) is product.Product.ONCOLOGY:
        first = (*first, "It is the oncology product: decide together with oncology.")
    return Finding(
        WARNING if all(each.tentative for each in found) else CRITICAL,
        summary,
        why,
        check_first=(*first, "Pain in the other thigh or groin; radiographs of both femurs in full length."),
        options=(
            "No antiresorptive and no romosozumab is suggested here.",
            "Teriparatide only as an option for the specialist: its evidence after such a fracture is weak.",
        ),
        suggestions=(
            *ending,
            offers.work_up("Image both femurs", "femur-radiographs"),
            offers.referral("orthopedics", "Atypical femoral fracture"),
            offers.referral(offers.BONE_SPECIALIST, "Treatment after an atypical femoral fracture"),
        ),
        ingredient=subject.ingredient,
    )
