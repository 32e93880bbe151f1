"""Osteonecrosis of the jaw, and a drug that is tied to it is ordered or in use."""

from cards.chart import Chart, Draft, Therapy
from cards.concepts import contraindications, lasting_effect
from cards.concepts.contraindications import Cleared, bisphosphonate
from cards.evidence.aaoms import AAOMS22
from cards.formulary import name
from cards.rule import DRAFT, THERAPY, rule
from cards.verdict import WARNING, Finding, Silent, Verdict

PAST = "Its effect wears off 6 months after the dose: the next dose or what replaces it is settled now."


@rule(
    title="Osteonecrosis of the jaw",
    rows=("R-CI-ONJ", "R-ONJ-01"),
    hooks=("patient-view", "order-select", "order-sign", "problem-list-item-create", "medication-refill"),
    reads=(),
    weighs=("conditions",),
    evidence=(AAOMS22,),
    overrides=("specialist-managing", "data-incorrect", "plan-in-place"),
    judges=(DRAFT, THERAPY),
    lasting=True,
    even_in=("oncology", "restricted"),
    contraindicates=True,
)
def onj(chart: Chart, subject: Draft | Therapy) -> Verdict:
    """
    Speaks when a bisphosphonate, denosumab or romosozumab is ordered or in use and osteonecrosis of the jaw due to
    drugs was ever recorded. Denosumab counts as in use up to 24 months after its last dose, unless a bisphosphonate
    took its place; an infusion of zoledronic acid for 12 months and 90 days.

    Silent when it was not, and for drugs that are not tied to it.

    Because the decision to go on is shared with oral surgery; and denosumab is never just stopped.
    """
    found = contraindications.judge(chart, subject, bisphosphonate.jaw_osteonecrosis)
    if isinstance(found, Cleared):
        return Silent(found.why, found.facts)
    drug, denosumab = name(subject.ingredient), subject.ingredient == lasting_effect.DENOSUMAB
    recorded = "recorded" if found.indicator is WARNING else "suspected, not confirmed"
    summary = f"Jaw osteonecrosis {recorded}: review {drug} with oral surgery."
    last = subject.last if isinstance(subject, Therapy) else None
    facts, past = found.because, tuple[str, ...]()
    if isinstance(subject, Therapy) and last:
        summary = f"Jaw osteonecrosis {recorded}, {lasting_effect.words(subject, last)}: review with oral surgery."
        facts, past = (*facts, lasting_effect.because(subject, last)), (PAST,) if denosumab else ()
    return Finding(
        found.indicator,
        summary,
        facts,
        check_first=("Exposed bone, pain or infection now, and dental work planned.",),
        options=("Denosumab in use is not stopped without a plan for what follows.", *past) if denosumab else (),
        ingredient=subject.ingredient,
    )
