"""Denosumab is stopped, held, cancelled or left, and nothing is there to keep the bone it built."""

from dataclasses import replace

from cards.chart import Chart
from cards.concepts import denosumab_course, denosumab_offers, denosumab_schedule, denosumab_stop
from cards.concepts.denosumab_offers import Bar, Specialist
from cards.concepts.denosumab_stop import Stop
from cards.evidence.ects import ECTS21
from cards.evidence.endocrine_society import ES20
from cards.evidence.fda_labels import PROLIA
from cards.evidence.osteoporosis_canada import OC23
from cards.evidence.trials import ZOLEXIT
from cards.rule import rule
from cards.verdict import Because, Finding, Verdict

ORDER_HOOKS = ("order-select", "order-sign", "appointment-book")
ELSEWHERE = "Was the next dose, or a bisphosphonate, given elsewhere?"
SPINE = "Ask about back pain and height loss; image the spine where there is either."


@rule(
    title="Stopping denosumab without a follow-on",
    rows=("R-DEN-00", "R-DEN-01a", "R-DEN-01b", "R-DEN-06", "R-DEN-07"),
    hooks=("patient-view", *ORDER_HOOKS, "encounter-discharge"),
    reads=("medication_requests", "drafts"),
    helped_by=denosumab_schedule.HELPED_BY,
    weighs=denosumab_offers.EXIT_SECTIONS,
    evidence=(ECTS21, ES20, PROLIA, ZOLEXIT, OC23),
    overrides=("plan-in-place", "given-elsewhere", "specialist-managing", "limited-life-expectancy"),
    even_in=("restricted",),
    only_for_drafts_of=("denosumab",),
)
def denosumab_discontinuation(chart: Chart) -> Verdict:
    """
    Speaks when an order or visit for osteoporosis denosumab is stopped, held, cancelled or forbidden after at least one
    dose (or after more than 30 days of an order without one) and no bisphosphonate is given, in use, ordered or
    drafted: critical. In the chart: when the newest denosumab order was stopped and the last dose is at most 24 months
    old: critical from the day the next dose was due, a warning before. Also when the bisphosphonate that followed
    denosumab was broken off. Only a warning where the product or the last dose is not certain.

    Silent when denosumab goes on under another order, product or visit, when a follow-on is done, under way or planned,
    when the order was never given, and for the oncology product (120 mg).

    Because bone built on denosumab is lost within months of a missed dose, and several vertebrae may break at once; a
    bisphosphonate from about 6 months after the last dose holds most of it.
    """
    found = denosumab_stop.ordered_here(chart) if chart.hook in ORDER_HOOKS else denosumab_stop.in_chart(chart)
    if not isinstance(found, Stop):
        return found
    last, due = denosumab_schedule.last_seen(chart), denosumab_schedule.due_when(chart)
    late = due is not None and due.before(chart.today).surely
    protects = (Because("Denosumab protects until about", due),) if due and denosumab_schedule.dated_due(chart) else ()
    finding = Finding(
        found.indicator,
        found.summary,
        (*found.because, *protects, *denosumab_course.told(chart), *denosumab_course.high_risk(chart)),
        check_first=(*denosumab_offers.caveats(chart, last), ELSEWHERE, *((SPINE,) if late else ())),
        options=("There is no drug holiday with denosumab.",),
        differing=denosumab_course.weaker_evidence(chart),
        suggestions=(*(() if denosumab_offers.never(chart) else found.keep), denosumab_offers.record_elsewhere()),
    )
    specialist = denosumab_offers.specialist(chart, leaving=True)
    if specialist is not None:
        return _specialist(finding, specialist)
    if denosumab_offers.pregnant(chart):
        return denosumab_offers.in_pregnancy(finding)
    if not found.planned:
        effect = denosumab_schedule.effect(chart)
        options = (*finding.options, f"Once the last injection is dated: plan the bisphosphonate {effect} after it.")
        return replace(finding, options=options)
    offer = denosumab_offers.exit_offer(chart)
    return replace(
        finding,
        summary=denosumab_offers.NO_EXIT if denosumab_offers.no_exit(chart) else finding.summary,
        options=(*finding.options, *denosumab_offers.stop_plan(chart), *offer.options),
        differing=(*(() if late else (denosumab_offers.AT_ONCE,)), denosumab_offers.LENGTHS, *finding.differing),
        suggestions=(*offer.suggestions, *finding.suggestions),
        alternatives=any(each.drug for each in offer.suggestions),
    )


def _specialist(finding: Finding, specialist: Specialist) -> Finding:
    if specialist.bar is Bar.LOW_CALCIUM:
        summary = "Stopping denosumab with low calcium: correct calcium, then follow-on; specialist plan."
    elif specialist.bar in {Bar.KIDNEY, Bar.NO_BISPHOSPHONATE}:
        summary = f"No bisphosphonate is suitable ({specialist.words}): do not stop denosumab without specialist plan."
    else:
        summary = f"Stopping denosumab with {specialist.words}: specialist decision needed on follow-on (rebound risk)."
    return denosumab_offers.to_specialist(finding, summary, specialist)
