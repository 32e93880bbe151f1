"""A bisphosphonate tablet is ordered with active disease of the upper gastrointestinal tract."""

from cards.chart import Chart, Draft
from cards.concepts import contraindications, next_agent, offers
from cards.concepts.contraindications import Cleared, bisphosphonate
from cards.evidence.fda_labels import FOSAMAX
from cards.formulary import name
from cards.rule import DRAFT, rule
from cards.verdict import Finding, Silent, Verdict


@rule(
    title="Active upper gastrointestinal disease",
    rows=("R-CI-OBP-03",),
    hooks=("order-select", "order-sign", "medication-refill"),
    reads=(),
    weighs=next_agent.INFUSION_SECTIONS,
    evidence=(FOSAMAX,),
    overrides=("benefit-outweighs-risk", "specialist-managing", "data-incorrect"),
    yields_to=("esophageal-contraindication",),
    judges=(DRAFT,),
    even_in=("oncology", "restricted"),
    contraindicates=True,
)
def upper_gi_caution(chart: Chart, draft: Draft) -> Verdict:
    """
    Speaks when an oral bisphosphonate is ordered and esophagitis, Barrett esophagus, or an ulcer of esophagus, stomach
    or duodenum is a current diagnosis.

    Silent when the bisphosphonate is intravenous and where the diagnosis is resolved.

    Because the tablets irritate what is already inflamed; another way of giving the drug avoids it.
    """
    found = contraindications.judge(chart, draft, bisphosphonate.upper_gi)
    if isinstance(found, Cleared):
        return Silent(found.why, found.facts)
    instead = next_agent.offer(chart, bisphosphonate.ZOLEDRONIC)
    return Finding(
        found.indicator,
        f"Active upper GI disease: consider a non-oral agent instead of {name(draft.ingredient)}.",
        found.because,
        check_first=("GI, gastrointestinal: whether the disease is still active, and swallowing.",),
        suggestions=(offers.take_back(draft), *((instead,) if instead else ())),
        ingredient=draft.ingredient,
    )
