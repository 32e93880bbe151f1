"""Denosumab for five years, or for ten and more: time to judge the risk anew, never to stop without a follow-on."""

from dataclasses import replace

from cards import phrases
from cards.chart import Chart
from cards.concepts import denosumab_course, denosumab_offers, denosumab_schedule
from cards.concepts.denosumab_follow_on import SETTLED, follow_on
from cards.evidence.ects import ECTS17, ECTS21
from cards.evidence.endocrine_society import ES20
from cards.rule import ORDER_HOOKS, Months, rule
from cards.verdict import INFO, Finding, Lacking, Silent, Verdict
from cards.when import MAYBE, NO

LOOK_AT = "Fractures since the start, bone density, the present risk; thigh or groin pain, teeth and jaw."
DIFFERING = (
    "The Endocrine Society, as summaries tell it: review after 5 to 10 years, and no holiday.",
    "ECTS: review at 5 years; at high risk go on up to 10 years or change the drug.",
)


@rule(
    title="Long-term denosumab",
    rows=("R-DEN-05", "R-DEN-07"),
    hooks=("patient-view", "order-select", "order-sign"),
    reads=("medication_requests", "drafts"),
    helped_by=denosumab_schedule.HELPED_BY,
    weighs=(*denosumab_offers.RISK_SECTIONS, "laboratory", "vital_signs", "allergies"),
    evidence=(ES20, ECTS17, ECTS21),
    overrides=("plan-in-place", "specialist-managing", "will-address-later"),
    yields_to=("denosumab-discontinuation", "denosumab-overdue"),
    even_in=("restricted",),
    only_for_drafts_of=("denosumab",),
)
def denosumab_long_term_review(
    chart: Chart,
    *,
    first_from: Months = Months(60, "course at which the review begins"),
    first_until: Months = Months(66, "course at which it is over"),
    again_from: Months = Months(120, "course from which each due dose is reviewed"),
) -> Verdict:
    """
    Speaks when the current course of osteoporosis denosumab comes to 60 months and not yet to 66 (last dose minus first
    dose, and the 6 months that the last one covers); and from 120 months on when a dose is due: from 30 days before to
    28 days after.

    Where calcium, kidney, femur, jaw, pregnancy or allergy bar denosumab or its exit, a specialist decides.

    Silent when the course is shorter or lies between those times, when the last dose is more than 24 months old, and
    when a bisphosphonate is taking denosumab's place or has done so.

    Because a long course asks for a fresh look at the risk, and denosumab knows no holiday: who stops it needs a
    bisphosphonate in its place.
    """
    if chart.hook in ORDER_HOOKS and denosumab_schedule.ordered_here(chart) is None:
        return Silent("no osteoporosis denosumab is being ordered")
    last, due = denosumab_schedule.last_dose(chart), denosumab_schedule.due_when(chart)
    course, followed = denosumab_course.course(chart), follow_on(chart)
    if last is None or due is None or course is None or followed is None:
        return Silent("no dose of osteoporosis denosumab is on record")
    facts = (*denosumab_course.told(chart), *denosumab_course.began(chart), last.because)
    remembered = denosumab_schedule.remembered(chart)
    if remembered is NO:
        return Silent("the last dose is too long ago for a course under way", facts)
    if followed.kind in SETTLED:
        return Silent(f"denosumab is being replaced: {followed.kind.value}", (*facts, *followed.because))
    first = denosumab_course.lasts(course, first_from, first_until)
    again = denosumab_course.lasts(course, again_from) & denosumab_schedule.in_due_window(chart, due)
    if first | again is NO:
        why = f"a review comes from {first_from} to {first_until} months, and with each dose due from {again_from} on"
        return Silent(why, facts)
    if (first | again) & remembered is MAYBE:
        if not last.when.exact:
            return denosumab_schedule.lacking_last_dose(last)
        record = "the date of the first denosumab injection"
        return Lacking(record, "How long denosumab has been given is not known exactly enough", facts)
    if followed.maybe:
        return Lacking(followed.maybe, "Whether denosumab is being replaced is not sure", facts)
    years = phrases.plural(course.exposure_months // 12, "year")
    told = f"{'' if course.exact else 'At least '}{years} of denosumab"
    finding = Finding(
        INFO,
        f"{told}: reassess risk. Do not stop without a bisphosphonate.",
        (*facts, *denosumab_course.high_risk(chart)),
        check_first=(*denosumab_offers.caveats(chart, last), LOOK_AT),
        differing=DIFFERING,
    )
    start, *way = denosumab_offers.exit_plan(chart)
    way = [denosumab_offers.GO_ON, f"If it is to end after all: {start[:1].lower()}{start[1:]}", *way]
    return denosumab_offers.barred_review(chart, finding, told) or replace(finding, options=tuple(way))
