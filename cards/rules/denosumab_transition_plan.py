"""A bisphosphonate is ordered to follow denosumab: when it starts, and how the exit is watched."""

from cards import phrases
from cards.chart import Chart, Draft
from cards.concepts import barred, denosumab_course, denosumab_offers, denosumab_schedule, denosumab_transition, offers
from cards.concepts.denosumab_transition import FIRST_MARKER, NEXT_DXA, SECOND_MARKER, Sequel
from cards.evidence.ects import ECTS21
from cards.evidence.osteoporosis_canada import OC23
from cards.evidence.trials import ZOLEXIT
from cards.formulary import BISPHOSPHONATES
from cards.rule import DRAFT, rule
from cards.verdict import INFO, WARNING, Finding, Silent, Verdict
from cards.when import add_months


@rule(
    title="Denosumab to bisphosphonate",
    rows=("R-DEN-03",),
    hooks=("order-select", "order-sign", "medication-refill"),
    reads=("medication_requests", "drafts"),
    helped_by=denosumab_schedule.HELPED_BY,
    weighs=(*denosumab_offers.RISK_SECTIONS, *barred.SECTIONS),
    evidence=(ECTS21, ZOLEXIT, OC23),
    overrides=("plan-in-place",),
    judges=(DRAFT,),
    even_in=("restricted",),
    only_for_drafts_of=BISPHOSPHONATES,
)
def denosumab_transition_plan(chart: Chart, draft: Draft) -> Verdict:
    """
    Speaks when a bisphosphonate is ordered for a patient whose last dose of osteoporosis denosumab is at most 12 months
    old: the right sequel, with its plan. A warning when its planned day lies after the window of 6 to 7 months; an
    order to start today is never late. Where that bisphosphonate is not to be given, it asks for a specialist plan.

    Silent when it is planned less than 5 months after denosumab (another card speaks), when it renews an oral
    bisphosphonate in use since denosumab, when the exit was finished before, and for oncology strengths.

    Because a bisphosphonate binds to bone only as denosumab wears off, and bone is lost if it comes late.
    """
    found = denosumab_transition.sequel(chart, draft)
    if not isinstance(found, Sequel):
        return found
    if found.too_early:
        return Silent("it is planned too early for a transition", found.facts)
    due = f" ({phrases.when(found.due)})" if denosumab_schedule.of_one_month(found.due) else ""
    first, until = denosumab_transition.window(chart)
    summary = f"Switching from denosumab: start the bisphosphonate about {first} months after the last dose{due}."
    if found.late:
        day = f" {phrases.when(found.planned)}" if denosumab_schedule.of_one_month(found.planned) else ""
        summary = (
            f"Bisphosphonate after denosumab planned{day}: later than the {first}-{until} month window "
            f"({phrases.day(found.due.earliest)} to {phrases.day(found.limit.latest)})."
        )
    start = max(found.planned.latest, found.due.latest)
    finding = Finding(
        WARNING if found.late else INFO,
        summary,
        (*found.facts, *denosumab_course.told(chart), *denosumab_course.high_risk(chart)),
        check_first=denosumab_schedule.caveats(chart, found.last),
        options=denosumab_offers.exit_plan(chart),
        differing=(denosumab_offers.LENGTHS, *denosumab_course.weaker_evidence(chart)),
        suggestions=(
            offers.work_up("Order CTX 3 months after the start", "ctx", on=add_months(start, FIRST_MARKER)),
            offers.work_up("Order CTX 6 months after the start", "ctx", on=add_months(start, SECOND_MARKER)),
            offers.work_up("Order bone density 12 months after the start", "dxa", on=add_months(start, NEXT_DXA)),
        ),
        ingredient=draft.ingredient,
    )
    bars = barred.of_draft(chart, draft)
    return finding if bars is None else denosumab_transition.for_specialist(chart, finding, found, bars)
