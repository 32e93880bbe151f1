"""Romosozumab and a recent heart attack or stroke: the boxed warning."""

from cards.chart import Chart, Draft, Therapy
from cards.concepts import contraindications, exposure, next_agent, offers
from cards.concepts.contraindications import Cleared, Contraindication, romosozumab
from cards.concepts.contraindications.romosozumab import ROMOSOZUMAB
from cards.evidence.fda_labels import EVENITY
from cards.orders import Change
from cards.rule import DRAFT, ORDER_HOOKS, THERAPY, rule
from cards.verdict import Action, Finding, Silent, Suggestion, Verdict


@rule(
    title="Romosozumab after heart attack or stroke",
    rows=("R-CI-ROM-01", "R-CI-ROM-03", "R-CV-01", "R-DATE-07"),
    hooks=("patient-view", "order-select", "order-sign", "problem-list-item-create", "medication-refill"),
    reads=(),
    weighs=(
        "conditions", "patient", "medication_requests", *exposure.MEDICATION_SECTIONS, "laboratory", "vital_signs",
        "allergies", "bone_densities",
    ),
    evidence=(EVENITY,),
    overrides=("data-incorrect",),
    judges=(DRAFT, THERAPY),
    even_in=("oncology", "palliative", "restricted"),
    contraindicates=True,
    in_use_on=ORDER_HOOKS,
)  # fmt: skip
def romosozumab_cv_warning(chart: Chart, subject: Draft | Therapy) -> Verdict:
    """
    Speaks when romosozumab is ordered and a heart attack or stroke lies, or may lie, in the last 12 months, both ends
    included; and when the patient is on romosozumab and one happened, or may have happened, since it was started,
    whatever is ordered. A course is over a month after its last dose once none came for 60 days, though its order may
    stand. One level lower where the diagnosis is not confirmed.

    Silent when an order in the same call stops romosozumab; when the last one surely is older or was recorded more
    than 12 months ago, and for codes that say only "in the past" without a date: romosozumab-cv-caution speaks of
    those.

    Because romosozumab may raise the risk of heart attack, stroke and cardiovascular death.
    """
    on_it = next((each for each in exposure.therapies(chart) if each.ingredient == ROMOSOZUMAB), None)
    if on_it is not None and subject.ingredient == ROMOSOZUMAB and not (isinstance(subject, Draft) and subject.stops):
        met = contraindications.judge(chart, on_it, romosozumab.cardiovascular_warning)
        if isinstance(met, Contraindication):
            return _stop(chart, on_it, met)
    found = contraindications.judge(chart, subject, romosozumab.cardiovascular_warning)
    if isinstance(found, Cleared):
        return Silent(found.why, found.facts)
    return Finding(
        found.indicator,
        f"Do not start romosozumab: {found.words} (boxed warning).",
        found.because,
        check_first=("The date and the diagnosis of the event.",),
        options=("Another agent: teriparatide, denosumab or a bisphosphonate, as the rest of the record allows.",),
        suggestions=(offers.take_back(subject),) if isinstance(subject, Draft) else (),
        ingredient=ROMOSOZUMAB,
    )


def _stop(chart: Chart, therapy: Therapy, met: Contraindication) -> Finding:
    choice = next_agent.choose(chart, next_agent.Situation.AFTER_ANABOLIC)
    words = "Stop the order of romosozumab"
    orders = tuple(
        Action(words, Change(fact.ref, status="stopped"))
        for fact in therapy.evidence
        if fact.status == "active" and fact.ref.startswith("MedicationRequest/")
    )
    stop = (Suggestion(words, orders),) if orders else ()
    return Finding(
        met.indicator,
        f"Stop romosozumab: {met.words}",
        met.because,
        check_first=met.checks,
        options=("Bone built on romosozumab is lost unless an antiresorptive follows.", *choice.excluded,
                 *choice.unjudged, *choice.notes),
        suggestions=(*offers.instead(stop, choice.suggestions), *choice.tests),
        ingredient=ROMOSOZUMAB,
        alternatives=True,
    )  # fmt: skip
