"""Two anabolic drugs at once."""

from cards import phrases
from cards.chart import Chart
from cards.concepts import antiresorptive_pairs, exposure, offers
from cards.evidence.fda_labels import FORTEO
from cards.formulary import ANABOLICS, name
from cards.rule import rule
from cards.verdict import WARNING, Because, Finding, Silent, Verdict


@rule(
    title="Two anabolics",
    rows=("R-DUP-03",),
    hooks=("patient-view", "order-select", "order-sign"),
    reads=("medication_requests", "drafts"),
    helped_by=exposure.MEDICATION_SECTIONS,
    evidence=(FORTEO,),
    overrides=("plan-in-place", "data-incorrect", "intentional-combination"),
    even_in=("restricted",),
    only_for_drafts_of=ANABOLICS,
)
def duplicate_anabolic(chart: Chart) -> Verdict:
    """
    Speaks when two of teriparatide, abaloparatide and romosozumab are surely in use or ordered together.

    Silent when the first is ended in the same call; denosumab with teriparatide is allowed.

    Because two anabolics together are not studied and add cost and harm.
    """
    ended = antiresorptive_pairs.ended(chart)
    drafts = {draft.ingredient: draft for draft in chart.drafts if draft.ingredient in ANABOLICS and not draft.stops}
    used = [drug for drug in ANABOLICS if drug in drafts or (drug not in ended and exposure.active(chart, drug).surely)]
    if len(used) <= 1:
        exposure.nothing_missed(chart)
        return Silent("no two anabolics are surely in use together")
    one, other = used[:2]
    facts = [
        Because(f"{phrases.capital(name(drug))} is ordered here", ref=drafts[drug].ref)
        if drug in drafts
        else Because(f"{phrases.capital(name(drug))} is in use", exposure.evidence(chart, drug)[-1].started)
        for drug in used
    ]
    return Finding(
        WARNING,
        f"{phrases.capital(name(one))} and {name(other)} together: two anabolics without added benefit. Stop one.",
        tuple(facts),
        check_first=("Which of the two the patient takes now.",),
        suggestions=tuple(offers.take_back(drafts[drug]) for drug in used if drug in drafts),
        alternatives=True,
        ingredient=one,
    )
