"""The next visit for denosumab is booked too late."""

from dataclasses import replace

from cards import phrases
from cards.chart import Chart
from cards.concepts import denosumab_appointment, denosumab_course, denosumab_offers, denosumab_schedule
from cards.concepts.denosumab_appointment import LateVisit
from cards.evidence.osteoporosis_canada import OC23
from cards.evidence.trials import LYU20
from cards.orders import Change
from cards.rule import Days, rule
from cards.verdict import Action, Finding, Suggestion, Verdict
from cards.when import NO


@rule(
    title="Late denosumab visit",
    rows=("R-DEN-00", "R-DEN-07", "R-DEN-08", "R-DEN-10"),
    hooks=("appointment-book",),
    reads=("medication_requests", "drafts"),
    helped_by=denosumab_schedule.HELPED_BY,
    weighs=denosumab_offers.DOSE_SECTIONS,
    evidence=(LYU20, OC23),
    overrides=("given-elsewhere", "plan-in-place"),
    even_in=("restricted",),
)
def denosumab_appointment_late(
    chart: Chart,
    *,
    critical_after: Days = Days(112, "critical where the visit lies more than so long after the due day"),
    soonest: Days = Days(7, "within which an overdue dose is to be booked"),
) -> Verdict:
    """
    Speaks when the visit being booked is the first denosumab visit to come and lies more than 28 days after the day
    the dose is due (6 months after the last dose, at most 24 months old): a warning, critical from more than 112 days
    (16 weeks). Where those 28 days have passed already, when the visit is more than a week away. At most a warning
    where the product or the last dose is not certain.

    Silent when an earlier visit stands, when a bisphosphonate took denosumab's place, when no dose is on record, and
    for a visit in time. Where calcium, kidney, femur or jaw bar the dose, a specialist decides and no slot is offered.

    Because denosumab wears off after 6 months: after a delay of more than 16 weeks almost four times as many vertebrae
    broke, and the gap is closed most easily while the visit is being booked.
    """
    found = denosumab_appointment.late_visit(chart, critical_after, soonest)
    if not isinstance(found, LateVisit):
        return found
    due, limit, day = phrases.when(found.due), phrases.day(found.limit), phrases.day(found.day)
    if found.overdue is NO:
        least = "" if found.due.exact else "at least "
        late = f"Denosumab visit {day} is {least}{phrases.plural(found.days_late, 'day')} after the due date {due}"
        summary = f"{late}. Book by {limit}."
    else:
        late = f"Denosumab {'already' if found.overdue.surely else 'perhaps already'} overdue (due {due})"
        summary = f"{late}: take the earliest slot, by {limit}."
    finding = Finding(
        found.indicator,
        summary,
        found.facts,
        check_first=(*denosumab_offers.caveats(chart, found.last), denosumab_offers.CALCIUM_FIRST),
        options=(
            "In a gap between doses bone is lost and vertebrae may break.",
            "Then every 6 months from the day of the dose; if denosumab is to end, a bisphosphonate takes its place.",
        ),
        differing=(
            "Lyu 2020 calls up to 4 weeks late on time; Osteoporosis Canada: not more than 1 month.",
            *denosumab_course.weaker_evidence(chart),
        ),
    )
    if denosumab_offers.never(chart):
        return denosumab_offers.unless_barred(chart, finding, late)
    if (specialist := denosumab_offers.specialist(chart, leaving=False)) is not None:
        summary = f"{late}; {specialist.bar.value}: specialist decision before the dose."
        finding = replace(
            finding, check_first=(*finding.check_first, f"Have it decided in time for a dose by {limit}.")
        )
        return denosumab_offers.to_specialist(finding, summary, specialist)
    return replace(finding, suggestions=_moved(chart, found))


def _moved(chart: Chart, found: LateVisit) -> tuple[Suggestion, ...]:
    """The visit on the due day, or where that has passed on the last day in time; none where no day can be told."""
    due = denosumab_schedule.dated_due(chart)
    if due is None and found.overdue is NO:
        return ()
    day = min(due, found.limit) if due is not None and due >= chart.today else found.limit
    words = f"Move the visit to {phrases.day(day)}" + ("" if day == due else ", or an earlier slot")
    return (Suggestion(words, (Action(words, Change(found.visit.ref, start=day)),)),)
