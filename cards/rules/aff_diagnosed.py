"""An atypical femoral fracture, and a drug that such fractures are known from is ordered or in use."""

from cards import phrases
from cards.chart import Chart, Condition, Draft, Therapy
from cards.concepts import drug_at_fracture, exposure, offers, product, skeletal_safety
from cards.concepts.antiresorptive_exposure import ANTIRESORPTIVES
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
    lasting=True,
)
def aff_diagnosed(chart: Chart, subject: Draft | Therapy) -> Verdict:
    """
    Speaks when a bisphosphonate or denosumab, of any product, is ordered or in use and an atypical femoral fracture was
    ever recorded, healed or not. A warning only where the diagnosis is not confirmed. Denosumab counts as in use up to
    24 months after its last dose, unless a bisphosphonate took its place; an infusion for 12 months and 90 days.

    Silent when no such fracture is recorded, for other drugs, and for an order that ends the drug.

    Because the drug must be stopped and the other femur may be next. Denosumab, and a bisphosphonate that follows it
    within 24 months, are not just stopped: vertebrae may break, so a specialist plans the way out first.
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
    confirmed = not all(each.tentative for each in found)
    advice = drug_at_fracture.advice(chart, subject, confirmed=confirmed)
    shown = subject.order if isinstance(subject, Draft) else subject.in_force[-1]
    oncology = product.of(chart, shown) is product.Product.ONCOLOGY
    return Finding(
        CRITICAL if confirmed else WARNING,
        advice.summary,
        (*(_told(each) for each in found), *advice.drug),
        check_first=(
            *(() if confirmed else ("Confirm or refute the diagnosis with radiology or orthopedics first.",)),
            *advice.check_first,
            *(("It is the oncology product: decide together with oncology.",) if oncology else ()),
            "Pain in the other thigh or groin; radiographs of both femurs in full length.",
        ),
        options=(
            "No antiresorptive and no romosozumab is suggested here.",
            "Teriparatide only as an option for the specialist: its evidence after such a fracture is weak.",
        ),
        suggestions=(
            *advice.ending,
            offers.work_up("Image both femurs", "femur-radiographs"),
            offers.referral("orthopedics", "Atypical femoral fracture"),
            offers.referral(offers.BONE_SPECIALIST, "Treatment after an atypical femoral fracture"),
        ),
        ingredient=subject.ingredient,
    )


def _told(fact: Condition) -> Because:
    words = "Atypical femoral fracture" + (f", recorded as {fact.verification}" if fact.tentative else "")
    return Because(f"{words}: {phrases.quote(fact.told)}", fact.onset, fact.ref)
