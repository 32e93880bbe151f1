"""Denosumab twice: two products, two brands, or a dose too soon."""

from cards import phrases
from cards.chart import Chart, Draft
from cards.concepts import barred, denosumab_duplicate, denosumab_schedule, offers
from cards.concepts.contraindications import Given
from cards.concepts.denosumab_duplicate import Clash
from cards.evidence.fda_labels import PROLIA, XGEVA
from cards.orders import Change
from cards.rule import rule
from cards.verdict import Action, Finding, Suggestion, Verdict


@rule(
    title="Duplicate denosumab",
    rows=("R-DUP-02", "R-DUP-04", "R-DEN-07"),
    hooks=("patient-view", "order-select", "order-sign", "appointment-book", "medication-refill"),
    reads=("medication_requests", "drafts"),
    helped_by=denosumab_schedule.HELPED_BY,
    weighs=(*barred.SECTIONS, "appointments"),
    evidence=(XGEVA, PROLIA),
    overrides=("data-incorrect", "plan-in-place"),
    even_in=("oncology", "restricted"),
    only_for_drafts_of=("denosumab",),
)
def duplicate_denosumab_product(chart: Chart) -> Verdict:
    """
    Speaks when osteoporosis denosumab (60 mg) and the oncology product (120 mg) meet, ordered here, in force in the
    chart or given (60 mg within 6 months, 120 mg within 3): critical; a warning when the strength of one is not
    recorded, when two brands of the 60 mg product are in force, and when a dose is planned less than 5 months after
    the last.

    Silent when the other order is stopped here, when only one product is in force, and when the dose is planned later.

    Because both products are the same drug: two of them, or a dose too soon, is an overdose, with severe hypocalcemia.
    """
    found = denosumab_duplicate.clash(chart)
    if not isinstance(found, Clash):
        return found
    due = denosumab_schedule.dated_due(chart)
    last = denosumab_schedule.last_seen(chart)
    suggestions: list[Suggestion] = []
    if isinstance(found.of, Draft):
        suggestions.append(offers.take_back(found.of))
    bars = barred.bars(chart, Given("denosumab")) if found.too_soon else None
    if found.too_soon and found.of is not None and due is not None and bars is None:
        words = f"Move denosumab to {phrases.day(due)}"
        suggestions.insert(0, Suggestion(words, (Action(words, Change(found.of.ref, start=due)),)))
    return Finding(
        found.indicator,
        found.summary,
        found.facts,
        check_first=denosumab_schedule.caveats(chart, last)
        if found.too_soon
        else ("Which product does the patient receive?",),
        options=(bars.sentence,) if bars else (),
        suggestions=tuple(suggestions),
        alternatives=len(suggestions) > 1,
        ingredient="denosumab",
        source=PROLIA if found.too_soon else None,
    )
