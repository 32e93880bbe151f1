"""A next denosumab dose that nothing has replaced, and how far behind its day it is (R-DEN-02)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cards import phrases
from cards.chart import Chart, NotRead, concept
from cards.concepts import denosumab_follow_on as follow_on
from cards.concepts import denosumab_schedule as schedule
from cards.concepts import fragility_fracture
from cards.concepts.denosumab_follow_on import FollowOn, Kind
from cards.rule import Days, Months
from cards.verdict import CRITICAL, WARNING, Because, Indicator, Lacking, Silent
from cards.when import MAYBE, NO, When, add_days

LONG_DELAY: Final = Because(
    "Lyu 2020, delays of more than 16 weeks: vertebral fracture hazard ratio 3.91, 1.62 to 9.45"
)
"""What a long delay went with, by the limit of the study itself."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """A next dose that nothing has replaced: the last dose, when the next is due, what little follows; the facts."""

    last: schedule.LastDose
    due: When
    followed: FollowOn
    facts: tuple[Because, ...]


@concept
def awaited(chart: Chart) -> Awaited | Silent:
    """The next dose where follow-on is none or weak; else why none is awaited."""
    last, due, followed = schedule.last_dose(chart), schedule.due_when(chart), follow_on.follow_on(chart)
    if last is None or due is None or followed is None:
        return schedule.none_seen(chart, "no dose of osteoporosis denosumab is on record")
    facts = (last.because, Because("The next dose is due", due), *followed.because)
    if followed.kind in {Kind.WEAK, Kind.NONE}:
        return Awaited(last, due, followed, facts)
    return Silent(f"no denosumab dose is awaited: {followed.kind.value}", facts)


@concept
def is_due(chart: Chart) -> bool:
    """The awaited dose is, or may be, due within 30 days or overdue: a continuation dose, which is worse left out than
    given with a warning against it (R-ELIG-01). False where what was given could not be read in full."""
    try:
        found = awaited(chart)
    except NotRead:
        return False
    if not isinstance(found, Awaited) or schedule.remembered(chart) is NO:
        return False
    window = chart.dials(schedule.DenosumabSchedule).window
    return found.due.on_or_before(add_days(chart.today, window)).possibly


@dataclass(frozen=True, slots=True)
class Delay:
    """A dose that is overdue: how loud, by how many whole weeks at least, and the facts."""

    awaited: Awaited
    indicator: Indicator
    weeks: int
    facts: tuple[Because, ...]


def delay(chart: Chart, critical_after: Days, rebound_after: Months) -> Delay | Silent | Lacking:
    """How far the awaited dose is behind, with what makes it louder (weeks, an old fracture) and what relieves it."""
    awaited_dose = awaited(chart)
    if isinstance(awaited_dose, Silent):
        return awaited_dose
    dials, last, facts = chart.dials(schedule.DenosumabSchedule), awaited_dose.last, awaited_dose.facts
    late, remembered = schedule.overdue_by(chart, awaited_dose.due, dials.grace), schedule.remembered(chart)
    if late is NO:
        return Silent(f"the dose is not more than {dials.grace} days late on {phrases.day(chart.today)}", facts)
    if remembered is NO:
        return Silent(f"more than {dials.memory} months have gone by since the last dose", facts)
    if MAYBE in (late, remembered):
        return schedule.lacking_last_dose(last)
    if awaited_dose.followed.maybe:
        return Lacking(
            awaited_dose.followed.maybe, "Whether the overdue denosumab dose was replaced is not sure", facts
        )
    level: Indicator = WARNING
    if schedule.overdue_by(chart, awaited_dose.due, critical_after).surely:
        level = CRITICAL
        facts += (LONG_DELAY,)
    fracture = fragility_fracture.prior_vertebral_or_hip(chart)
    if fracture is not None and last.when.plus_months(rebound_after).before(chart.today).surely:
        level, facts = CRITICAL, (*facts, fracture.because)
    booking = schedule.dose_booked_soon(chart)
    if booking is not None:
        level, facts = level.lower() or level, (*facts, booking.because)
    if awaited_dose.followed.kind is Kind.WEAK:
        relieved = level.lower()
        if relieved is None:
            return Silent("overdue, with a dose booked soon and a weaker antiresorptive in use", facts)
        level = relieved
    weeks = (chart.today - awaited_dose.due.latest).days // 7
    return Delay(awaited_dose, schedule.capped(last, level), weeks, facts)
