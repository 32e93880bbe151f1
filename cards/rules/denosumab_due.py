"""The next denosumab dose is due."""

from dataclasses import replace

from cards import phrases
from cards.chart import Chart
from cards.concepts import denosumab_delay, denosumab_offers, denosumab_schedule, offers
from cards.concepts.denosumab_follow_on import Kind
from cards.concepts.denosumab_schedule import DenosumabSchedule
from cards.evidence.fda_labels import PROLIA
from cards.evidence.osteoporosis_canada import OC23
from cards.evidence.trials import LYU20
from cards.rule import rule
from cards.verdict import INFO, Finding, Lacking, Silent, Verdict
from cards.when import MAYBE, NO, add_days


@rule(
    title="Denosumab due",
    rows=("R-DEN-00", "R-DEN-02", "R-DEN-06", "R-DEN-10", "R-DATA-01"),
    hooks=("patient-view", "encounter-discharge", "medication-refill"),
    reads=("medication_requests", "drafts"),
    helped_by=denosumab_schedule.HELPED_BY,
    weighs=denosumab_offers.DOSE_SECTIONS,
    evidence=(PROLIA, LYU20, OC23),
    overrides=("given-elsewhere", "plan-in-place"),
    yields_to=("denosumab-discontinuation",),
    even_in=("restricted",),
)
def denosumab_due(chart: Chart) -> Verdict:
    """
    Speaks when today lies between 30 days before and 28 days after the day the next dose of osteoporosis denosumab is
    due, 6 months after the last.

    Silent when a bisphosphonate follows denosumab, when a dose is booked by 28 days after the due day or within the
    next two weeks, when a weaker antiresorptive (raloxifene, hormones) is in use, and for the oncology product.

    Because denosumab wears off after 6 months and a gap lets bone be lost; within 4 weeks of the due day is on time.
    """
    awaited, dials = denosumab_delay.awaited(chart), chart.dials(DenosumabSchedule)
    if isinstance(awaited, Silent):
        return awaited
    in_window = denosumab_schedule.in_due_window(chart, awaited.due)
    if in_window is NO:
        return Silent(f"today, {phrases.day(chart.today)}, is not near the due day", awaited.facts)
    if in_window is MAYBE:
        return denosumab_schedule.lacking_last_dose(awaited.last)
    if awaited.followed.maybe:
        return Lacking(awaited.followed.maybe, "Whether a denosumab dose is still awaited is not sure", awaited.facts)
    if awaited.followed.kind is Kind.WEAK:
        return Silent("a weaker antiresorptive is in use", awaited.facts)
    on_time = add_days(awaited.due.latest, dials.grace)
    booking = denosumab_schedule.dose_booked(chart, chart.today, on_time) or denosumab_schedule.dose_booked_soon(chart)
    if booking is not None:
        return Silent("a dose is booked in time or soon", (*awaited.facts, booking.because))
    due, last, grace = phrases.when(awaited.due), awaited.last, phrases.days(dials.grace)
    finding = Finding(
        INFO,
        f"Denosumab due {due} (last dose {phrases.when(last.when)}). Give within {grace} of the due date.",
        awaited.facts,
        check_first=(*denosumab_offers.caveats(chart, last), denosumab_offers.CALCIUM_FIRST),
        options=("Then every 6 months without gaps; if denosumab is to end, a bisphosphonate takes its place.",),
        differing=("Lyu 2020 calls up to 4 weeks late on time; Osteoporosis Canada: not more than 1 month.",),
        suggestions=(denosumab_offers.record_elsewhere(),),
    )
    specialist = denosumab_offers.specialist(chart, leaving=False)
    if specialist is not None:
        summary = (
            f"Denosumab due {due}: {specialist.bar.value} - specialist decision before the dose, do not let a gap open."
        )
        return denosumab_offers.to_specialist(finding, summary, specialist)
    if denosumab_offers.never(chart):
        return denosumab_offers.unless_barred(chart, finding, f"Denosumab due {due}")
    dose = denosumab_offers.next_dose(chart)
    return replace(
        finding,
        check_first=(*finding.check_first, *dose.checks),
        options=(*finding.options, *dose.options),
        suggestions=(
            *dose.suggestions,
            offers.work_up("Order calcium before the dose", "calcium"),
            *finding.suggestions,
        ),
    )
