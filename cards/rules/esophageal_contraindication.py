"""A bisphosphonate tablet is ordered that cannot be swallowed safely."""

from cards import phrases
from cards.chart import Chart, Draft
from cards.concepts import contraindications, next_agent, offers
from cards.concepts.contraindications import Cleared, bisphosphonate
from cards.evidence.fda_labels import FOSAMAX
from cards.formulary import name
from cards.rule import DRAFT, rule
from cards.verdict import Finding, Silent, Verdict


@rule(
    title="Esophagus or posture forbids tablets",
    rows=("R-CI-OBP-02",),
    hooks=("order-select", "order-sign", "medication-refill"),
    reads=(),
    weighs=next_agent.INFUSION_SECTIONS,
    evidence=(FOSAMAX,),
    overrides=("data-incorrect", "specialist-managing"),
    judges=(DRAFT,),
    even_in=("oncology", "palliative", "restricted"),
    contraindicates=True,
)
def esophageal_contraindication(chart: Chart, draft: Draft) -> Verdict:
    """
    Speaks when an oral bisphosphonate is ordered and a stricture or achalasia of the esophagus, or confinement to bed,
    is a current diagnosis.

    Silent when the bisphosphonate is intravenous and where the diagnosis is resolved.

    Because a tablet that rests in the esophagus burns it: it is taken upright and must pass at once.
    """
    found = contraindications.judge(chart, draft, bisphosphonate.esophageal)
    if isinstance(found, Cleared):
        return Silent(found.why, found.facts)
    instead = next_agent.offer(chart, bisphosphonate.ZOLEDRONIC)
    return Finding(
        found.indicator,
        f"{phrases.capital(name(draft.ingredient))} tablets are contraindicated: {found.words}.",
        found.because,
        options=("An infusion or injection passes by the esophagus.",),
        suggestions=(offers.take_back(draft), *((instead,) if instead else ())),
        ingredient=draft.ingredient,
    )
