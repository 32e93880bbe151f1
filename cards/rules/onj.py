"""Osteonecrosis of the jaw, and a drug that is tied to it is ordered or in use."""

from cards.chart import Chart, Draft, Therapy
from cards.concepts import contraindications
from cards.concepts.contraindications import Cleared, bisphosphonate
from cards.evidence.aaoms import AAOMS22
from cards.formulary import name
from cards.rule import DRAFT, THERAPY, rule
from cards.verdict import Finding, Silent, Verdict


@rule(
    title="Osteonecrosis of the jaw",
    rows=("R-CI-ONJ", "R-ONJ-01"),
    hooks=("patient-view", "order-select", "order-sign", "problem-list-item-create", "medication-refill"),
    reads=(),
    weighs=("conditions",),
    evidence=(AAOMS22,),
    overrides=("specialist-managing", "data-incorrect", "plan-in-place"),
    judges=(DRAFT, THERAPY),
    even_in=("oncology", "restricted"),
    contraindicates=True,
)
def onj(chart: Chart, subject: Draft | Therapy) -> Verdict:
    """
    Speaks when a bisphosphonate, denosumab or romosozumab is ordered or in use and osteonecrosis of the jaw due to
    drugs was ever recorded.

    Silent when it was not, and for drugs that are not tied to it.

    Because the decision to go on is shared with oral surgery; and denosumab is never just stopped.
    """
    found = contraindications.judge(chart, subject, bisphosphonate.jaw_osteonecrosis)
    if isinstance(found, Cleared):
        return Silent(found.why, found.facts)
    return Finding(
        found.indicator,
        f"Jaw osteonecrosis recorded: review {name(subject.ingredient)} with oral surgery.",
        found.because,
        check_first=("Exposed bone, pain or infection now, and dental work planned.",),
        options=("Denosumab in use is not stopped without a plan for what follows.",)
        if subject.ingredient == "denosumab"
        else (),
        ingredient=subject.ingredient,
    )
