"""The next denosumab dose is overdue, and the rebound has begun or is near."""

from dataclasses import replace

from cards import phrases
from cards.chart import Chart
from cards.concepts import denosumab_course, denosumab_delay, denosumab_offers, denosumab_schedule, offers
from cards.evidence.ects import ECTS21
from cards.evidence.osteoporosis_canada import OC23
from cards.evidence.trials import KIM24, LYU20
from cards.rule import Days, Months, rule
from cards.verdict import CRITICAL, Finding, Verdict

BARRED = {
    denosumab_offers.Bar.LOW_CALCIUM: " and calcium low: correct calcium urgently, then dose.",
    denosumab_offers.Bar.KIDNEY: ", advanced kidney disease: urgent nephrology/bone advice, do not let the gap grow.",
    denosumab_offers.Bar.ATYPICAL_FRACTURE: " with AFF: specialist decision needed.",
    denosumab_offers.Bar.SUSPECTED_FRACTURE: " with suspected AFF: specialist decision needed.",
    denosumab_offers.Bar.JAW: " with ONJ: specialist decision needed.",
    denosumab_offers.Bar.SUSPECTED_JAW: " with suspected ONJ: specialist decision needed.",
}
"""How the summary goes on where a specialist must decide."""


@rule(
    title="Denosumab overdue",
    rows=("R-DEN-00", "R-DEN-02", "R-DEN-06", "R-DEN-07", "R-DEN-10", "R-DATA-01"),
    hooks=("patient-view", "encounter-discharge", "medication-refill"),
    reads=("medication_requests", "drafts"),
    helped_by=denosumab_schedule.HELPED_BY,
    weighs=denosumab_offers.INFUSION_SECTIONS,
    evidence=(LYU20, ECTS21, OC23, KIM24),
    overrides=("given-elsewhere", "plan-in-place", "patient-declined", "limited-life-expectancy"),
    yields_to=("denosumab-discontinuation",),
    even_in=("restricted",),
)
def denosumab_overdue(
    chart: Chart,
    *,
    critical_after: Days = Days(112, "how long after the due date it is critical"),
    rebound_after: Months = Months(7, "after the last dose, when it is critical for who has broken a vertebra or hip"),
) -> Verdict:
    """Speaks when the next dose of osteoporosis denosumab is more than 28 days late, the last at most 24 months old,
    and nothing follows it: a warning, critical when it is more than 112 days (16 weeks) late or, after a vertebral or
    hip fragility fracture, more than 7 months after the last dose. One level lower when a dose is booked within two
    weeks, or a weaker antiresorptive is in use; at most a warning where the product or the last dose is not certain.

    Silent when a bisphosphonate follows denosumab, when no dose is on record, and for the oncology product.

    Because bone turnover rebounds when denosumab wears off: after a delay of more than 16 weeks almost four times as
    many vertebrae broke, most of all where one was broken before.
    """
    found = denosumab_delay.delay(chart, critical_after, rebound_after)
    if not isinstance(found, denosumab_delay.Delay):
        return found
    last, late = found.awaited.last, f"Denosumab {found.weeks} weeks overdue"
    finding = Finding(
        found.indicator,
        f"Denosumab overdue: last dose {phrases.when(last.when)}, due {phrases.when(found.awaited.due)}. "
        "Give now or start a bisphosphonate.",
        found.facts,
        check_first=(
            *denosumab_offers.caveats(chart, last),
            "Ask about back pain and height loss; image the spine where there is either.",
            denosumab_offers.CALCIUM_FIRST,
        ),
        options=(
            "Give the dose as soon as possible, then every 6 months from that day.",
            "If denosumab is not resumed: zoledronic acid now, without delay.",
        ),
        differing=(
            "Lyu 2020 calls up to 4 weeks late on time; Osteoporosis Canada: not more than 1 month.",
            "Kim 2024: more fractures already after a delay of 1 to 3 months.",
            *denosumab_course.weaker_evidence(chart),
        ),
        suggestions=(offers.work_up("Image the spine", "spine-radiograph"), denosumab_offers.record_elsewhere()),
    )
    if found.indicator is CRITICAL:
        finding = replace(finding, summary=f"{late}: high risk of rebound vertebral fractures. Treat now.")
    if (specialist := denosumab_offers.specialist(chart, leaving=False)) is not None:
        return denosumab_offers.to_specialist(finding, f"{late}{BARRED[specialist.bar]}", specialist)
    dose, instead = denosumab_offers.next_dose(chart), denosumab_offers.infusion_offer(chart)
    finding = denosumab_offers.unless_barred(chart, finding, late)
    return replace(
        finding,
        check_first=(*finding.check_first, *dose.checks),
        options=(*finding.options, *dose.options, *instead.options),
        suggestions=(*dose.suggestions, *instead.suggestions, *finding.suggestions),
        alternatives=bool(dose.suggestions),
    )
