"""Two antiresorptives at once, or zoledronic acid again too soon."""

from cards import phrases
from cards.chart import Chart
from cards.concepts import antiresorptive_advice, antiresorptive_pairs, barred, exposure
from cards.concepts.antiresorptive_pairs import Again, Pair
from cards.evidence.fda_labels import ZOLEDRONIC_ACID
from cards.evidence.seed import SEED
from cards.formulary import name
from cards.rule import rule
from cards.verdict import INFO, WARNING, Finding, Silent, Verdict

ONLY_TOO_SOON_ON = ("appointment-book", "medication-refill")


@rule(
    title="Two antiresorptives",
    rows=("R-DUP-01", "R-DUP-04"),
    hooks=("patient-view", "order-select", "order-sign", "appointment-book", "medication-refill"),
    reads=("medication_requests", "drafts"),
    helped_by=(*exposure.MEDICATION_SECTIONS, "conditions", "appointments"),
    weighs=barred.SECTIONS,
    evidence=(SEED,),
    overrides=("plan-in-place", "data-incorrect", "intentional-combination"),
    yields_to=("denosumab-to-anabolic-switch", "romosozumab-dose-limit"),
    even_in=("restricted",),
    only_for_drafts_of=antiresorptive_pairs.AGENTS,
)
def duplicate_antiresorptive(chart: Chart) -> Verdict:
    """
    Speaks when two different antiresorptives are surely in use or ordered together: two bisphosphonates, a
    bisphosphonate and denosumab 60 mg, romosozumab and any of them; raloxifene or bazedoxifene with denosumab is only
    information. Also when zoledronic acid 5 mg is planned less than 11 months after the last infusion.

    Silent when a bisphosphonate is ordered for a patient on denosumab or was begun after its last dose (the way out of
    denosumab), for zoledronic acid already given, when the first drug is ended in the same call, for the same drug
    renewed, and for zoledronic acid within 24 months of denosumab. Romosozumab beyond its doses has a card of its own.

    Because two antiresorptives add harm without added benefit; denosumab is never the one to stop here, and no drug in
    use is stopped for one that must not be given.
    """
    met = antiresorptive_pairs.pairs(chart) if chart.hook not in ONLY_TOO_SOON_ON else ()
    if met:
        return _together(chart, min(met, key=lambda pair: antiresorptive_advice.elsewhere(chart, pair)))
    if (again := antiresorptive_pairs.too_soon(chart)) is not None:
        return _too_soon(chart, again)
    exposure.nothing_missed(chart)
    return Silent("no two antiresorptives are surely in use together, and no infusion is planned too soon")


def _together(chart: Chart, pair: Pair) -> Finding:
    one, other = name(pair.one.ingredient), name(pair.other.ingredient)
    advice = antiresorptive_advice.on(chart, pair)
    return Finding(
        INFO if pair.weak else WARNING,
        f"{phrases.capital(one)} and {other} together: {pair.kinds} without added benefit. {advice.words}",
        (pair.one.because, pair.other.because),
        check_first=("Which of the two the patient takes now.",),
        options=advice.options,
        suggestions=advice.suggestions,
        ingredient=advice.ingredient,
    )


def _too_soon(chart: Chart, again: Again) -> Finding:
    planned, last = phrases.when(again.planned), phrases.when(again.last)
    advice = antiresorptive_advice.later(chart, again)
    return Finding(
        WARNING,
        f"Zoledronic acid planned {planned}: last infusion {last}, repeat not before {phrases.day(again.earliest)}.",
        again.because,
        options=("One infusion lasts for a year.", *advice.options),
        suggestions=advice.suggestions,
        ingredient=advice.ingredient,
        source=ZOLEDRONIC_ACID,
    )
