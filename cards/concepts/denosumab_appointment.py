"""Whether the next visit for denosumab comes too late (R-DEN-08)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cards.chart import Appointment, Chart
from cards.concepts import denosumab_delay
from cards.concepts import denosumab_follow_on as follow_on
from cards.concepts import denosumab_schedule as schedule
from cards.concepts.denosumab_follow_on import Kind
from cards.rule import Days
from cards.verdict import CRITICAL, WARNING, Because, Indicator, Lacking, Silent
from cards.when import MAYBE, NO, Truth, When, add_days

AWAITED = frozenset((Kind.NONE, Kind.PENDING))
"""What follows denosumab where its next dose is still awaited."""


@dataclass(frozen=True, slots=True)
class LateVisit:
    """A visit booked too late: its day, the day the dose is due, the last day it should be given, and how loud.

    `overdue`: the dose is overdue today, and the limit is counted from today.
    """

    visit: Appointment
    day: date
    last: schedule.LastDose
    due: When
    limit: date
    overdue: Truth
    indicator: Indicator
    facts: tuple[Because, ...]

    @property
    def days_late(self) -> int:
        """Days from the due day to the visit, at least."""
        return (self.day - self.due.latest).days


def late_visit(chart: Chart, critical_after: Days, soonest: Days) -> LateVisit | Silent | Lacking:
    """The visit booked here, if it is the first denosumab visit to come and later than the limit.

    The limit is 28 days after the due day; where that has passed, `soonest` days from today.
    """
    visits = _to_come(chart)
    if not any(visit.in_context for visit, _ in visits):
        return Silent("no visit for denosumab is booked here")
    visit, day = visits[0]
    fact = Because("Denosumab visit", When.on(day), visit.ref)
    if not visit.in_context:
        return Silent("an earlier visit for denosumab stands", (fact,))
    last, due, followed = schedule.last_dose(chart), schedule.due_when(chart), follow_on.follow_on(chart)
    if last is None or due is None or followed is None:
        return schedule.none_seen(chart, "no dose of osteoporosis denosumab is on record", (fact,))
    facts = (fact, last.because, Because("The next dose is due", due), *followed.because)
    remembered = schedule.remembered(chart)
    if remembered is NO:
        memory = chart.dials(schedule.DenosumabSchedule).memory
        return Silent(f"the last dose is more than {memory} months ago", facts)
    if followed.kind not in AWAITED:
        return Silent(f"no denosumab dose is awaited: {followed.kind.value}", facts)
    overdue, limit = _limit(chart, due, soonest)
    late = limit.before(day)
    if late is NO:
        return Silent("the visit is in time", facts)
    if MAYBE in (late, remembered):
        return schedule.lacking_last_dose(last)
    if followed.maybe:
        return Lacking(followed.maybe, "Whether the denosumab dose of this visit is still awaited is not sure", facts)
    level: Indicator = WARNING
    if due.before(add_days(day, -critical_after)).surely:
        level, facts = CRITICAL, (*facts, denosumab_delay.LONG_DELAY)
    told = limit.earliest if overdue is NO else add_days(chart.today, soonest)
    return LateVisit(visit, day, last, due, told, overdue, schedule.capped(last, level), facts)


def _to_come(chart: Chart) -> list[tuple[Appointment, date]]:
    """The visits for osteoporosis denosumab from today on, the first one first, each with its first possible day."""
    found = [
        (visit, max(visit.start.earliest, chart.today))
        for visit in chart.appointments
        if schedule.is_for(chart, visit, schedule.INGREDIENT)
        and visit.start is not None
        and visit.start.latest >= chart.today
        and (visit.status != "cancelled" if visit.in_context else visit.status in schedule.VISITS)
    ]
    return sorted(found, key=lambda each: (each[1], each[0].in_context, each[0].ref))


def _limit(chart: Chart, due: When, soonest: Days) -> tuple[Truth, When]:
    """Whether the dose is overdue today, and the days up to which the visit would be in time, one for each reading."""
    grace = chart.dials(schedule.DenosumabSchedule).grace
    on_time = When(add_days(due.earliest, grace), add_days(due.latest, grace))
    soon = add_days(chart.today, soonest)
    overdue = schedule.overdue_by(chart, due, grace)
    if overdue is NO:
        return overdue, on_time
    return overdue, When.on(soon) if overdue.surely else When(chart.today, max(soon, on_time.latest))
