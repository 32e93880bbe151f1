"""Pregnancy is recorded, and an osteoporosis drug is ordered or in use."""

from cards.chart import Chart, Draft, Therapy
from cards.concepts import contraindications, offers
from cards.concepts.contraindications import Cleared, any_drug
from cards.evidence.fda_labels import PROLIA
from cards.formulary import name
from cards.rule import DRAFT, THERAPY, rule
from cards.verdict import Finding, Silent, Verdict


@rule(
    title="Pregnancy",
    rows=("R-CI-PREG-01", "R-CI-ACT"),
    hooks=(
        "patient-view", "order-select", "order-sign", "encounter-discharge", "problem-list-item-create",
        "medication-refill",
    ),
    reads=(),
    weighs=("conditions", "patient", "laboratory"),
    evidence=(PROLIA,),
    overrides=("data-incorrect",),
    judges=(DRAFT, THERAPY),
    even_in=("oncology", "palliative", "restricted"),
    contraindicates=True,
    in_use_on=("medication-refill",),
)  # fmt: skip
def pregnancy_contraindication(chart: Chart, subject: Draft | Therapy) -> Verdict:
    """
    Speaks when an osteoporosis drug is ordered or in use for a woman under 56 and a current pregnancy code has its
    onset or recording in the last 300 days, or no date at all, or a pregnancy test of the last 14 days is positive. An
    unknown sex or age counts. One level lower where the pregnancy is not confirmed.

    Silent when the patient is a man or 56 or older, for codes of a pregnancy that has ended or was lost, and for older
    codes.

    Because denosumab is contraindicated in pregnancy and none of these drugs is indicated in it.
    """
    found = contraindications.judge(chart, subject, any_drug.pregnancy)
    if isinstance(found, Cleared):
        return Silent(found.why, found.facts)
    drug = name(subject.ingredient)
    what = "Positive pregnancy test" if found.kind == "test" else "Pregnancy"
    return Finding(
        found.indicator,
        f"{what} recorded: do not give {drug}.",
        found.because,
        check_first=("Whether the patient is pregnant now.",),
        options=("Denosumab in use is not stopped without a plan for what follows.",)
        if subject.ingredient == "denosumab"
        else (),
        suggestions=(offers.take_back(subject),) if isinstance(subject, Draft) else (),
        ingredient=subject.ingredient,
        source=contraindications.LABELS[subject.ingredient],
    )
