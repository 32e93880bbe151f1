"""A drug is ordered to which an allergy or intolerance is recorded."""

from cards import phrases
from cards.chart import Chart, Draft
from cards.concepts import contraindications, offers
from cards.concepts.contraindications import Cleared, any_drug
from cards.evidence.fda_labels import PROLIA
from cards.formulary import name
from cards.rule import DRAFT, rule
from cards.verdict import CRITICAL, Finding, Silent, Verdict


@rule(
    title="Allergy or intolerance",
    rows=("R-CI-ALL-01",),
    hooks=("order-select", "order-sign", "medication-refill"),
    reads=(),
    weighs=("allergies",),
    evidence=(PROLIA,),
    overrides=("data-incorrect", "benefit-outweighs-risk"),
    judges=(DRAFT,),
    even_in=("oncology", "palliative", "restricted"),
    contraindicates=True,
)
def allergy(chart: Chart, draft: Draft) -> Verdict:
    """
    Speaks when an osteoporosis drug is ordered to which an active allergy or intolerance is recorded, whether or not
    it is confirmed: critical for an allergy, for an entry without a type and for any of high criticality; a warning
    for an intolerance.

    Silent when the recorded allergy is resolved, inactive or refuted, and when the order ends the drug.

    Because a drug that once caused a reaction is not given again without a decision; the entry may also be wrong.
    """
    found = contraindications.judge(chart, draft, any_drug.allergy)
    if isinstance(found, Cleared):
        return Silent(found.why, found.facts)
    drug = name(draft.ingredient)
    summary = f"Recorded {found.kind} to {found.plain}: " + (
        f"reconsider {drug}." if found.kind == "intolerance" else f"do not order {drug}."
    )
    return Finding(
        found.indicator,
        summary,
        found.because,
        check_first=("What the reaction was, and whether the entry is right.",),
        options=(f"{phrases.capital(drug)} is left out of every suggestion while the entry stands.",),
        suggestions=(offers.take_back(draft),),
        ingredient=draft.ingredient,
        overrides=("data-incorrect",) if found.indicator is CRITICAL else None,
        source=contraindications.LABELS[draft.ingredient],
    )
