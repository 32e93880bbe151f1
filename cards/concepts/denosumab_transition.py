"""A bisphosphonate drafted to follow denosumab, and whether its day is too early, in time or late (R-DEN-03)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from cards import phrases
from cards.chart import Chart, Dials, Draft
from cards.concepts import barred, exposure
from cards.concepts import denosumab_follow_on as follow_on
from cards.concepts import denosumab_schedule as schedule
from cards.concepts.barred import Bars
from cards.concepts.denosumab_follow_on import DenosumabFollowOn, Kind
from cards.formulary import name
from cards.rule import Months
from cards.verdict import Because, Finding, Lacking, Silent
from cards.when import MAYBE, NO, When

MARKERS: Final = frozenset(("ctx", "p1np"))
FIRST_MARKER, SECOND_MARKER, NEXT_DXA = Months(3), Months(6), Months(12)
"""When the exit is watched, counted from the start of the bisphosphonate."""


@dataclass(frozen=True, slots=True)
class DenosumabTransition(Dials):
    """`applies`: months after the last dose in which a bisphosphonate is its sequel; `late_after`: the window's end;
    `checked_until`: how long a marker tells whether an exit given too early has held."""

    applies: Months = Months(12, "after the last dose, how long a bisphosphonate is its sequel")
    late_after: Months = Months(7, "after the last dose, when the window for the sequel ends")
    checked_until: Months = Months(18, "after the last dose, how long it is asked whether an early exit has held")


@dataclass(frozen=True, slots=True)
class Sequel:
    """The drafted bisphosphonate: its planned day, the day denosumab runs out, and how the two fit."""

    draft: Draft
    last: schedule.LastDose
    due: When
    limit: When
    planned: When
    too_early: bool
    late: bool
    facts: tuple[Because, ...]

    @property
    def drug(self) -> str:
        """The generic name."""
        return name(self.draft.ingredient)

    @property
    def place(self) -> tuple[bool, date, str]:
        """Where it stands among several: an infusion first, then the sooner, in whatever order they were sent."""
        return exposure.is_oral(self.draft.order), self.planned.latest, self.draft.ingredient


def sequel(chart: Chart, draft: Draft) -> Sequel | Silent | Lacking:
    """The draft as the sequel of denosumab, or why it is none."""
    if draft.stops or not follow_on.is_exit(chart, draft.order):
        return Silent("the order gives no bisphosphonate of osteoporosis strength")
    last, due, followed = schedule.last_dose(chart), schedule.due_when(chart), follow_on.follow_on(chart)
    if last is None or due is None or followed is None:
        return Silent("no denosumab dose is on record before this bisphosphonate")
    dials = chart.dials(DenosumabTransition)
    applies = schedule.within_months(chart, dials.applies)
    if applies is NO:
        return Silent(f"the last denosumab dose is more than {dials.applies} months old", (last.because,))
    if followed.kind is Kind.DONE:
        return Silent("the exit from denosumab was finished before", (last.because, *followed.because))
    if followed.kind is Kind.ONGOING and exposure.is_oral(draft.order):
        return Silent("the order renews the oral bisphosphonate in use", (last.because, *followed.because))
    if applies is MAYBE:
        return schedule.lacking_last_dose(last)
    if followed.done is MAYBE:
        return Lacking(followed.maybe, "Whether the exit from denosumab was finished is not sure", (last.because,))
    planned = schedule.planned(chart, draft.order)
    earliest = last.when.plus_months(chart.dials(DenosumabFollowOn).earliest).earliest
    limit = last.when.plus_months(dials.late_after)
    too_early = planned.before(earliest).surely
    late = planned.after(max(chart.today, limit.latest)).surely
    facts = (last.because, Because(f"{phrases.capital(name(draft.ingredient))} planned", planned, draft.ref))
    return Sequel(draft, last, due, limit, planned, too_early, late, facts)


def window(chart: Chart) -> tuple[int, int]:
    """The months after the last dose between which its sequel starts."""
    return chart.dials(schedule.DenosumabSchedule).interval, chart.dials(DenosumabTransition).late_after


def for_specialist(chart: Chart, finding: Finding, found: Sequel, bars: Bars) -> Finding:
    """The card on a sequel that is not to be given: what bars it, no day to start it on, the window, whom to ask."""
    last = f" (last dose {phrases.when(found.last.when)})" if schedule.of_one_month(found.last.when) else ""
    head = f"{phrases.capital(found.drug)} is not suited to follow denosumab{last}"
    window = f"Denosumab wears off about {schedule.effect(chart)} after its last dose ({phrases.when(found.due)})"
    return replace(
        finding,
        summary=bars.summary(head, " Specialist plan."),
        options=(
            bars.sentence,
            "How denosumab is followed, and when, is for a specialist: bone is lost and vertebrae may break in a gap.",
            f"{window}; the window for what follows ends {phrases.when(found.limit)}.",
        ),
        suggestions=(barred.whom_to_ask(chart, f"What follows denosumab: {found.drug} is barred"),),
    )


@dataclass(frozen=True, slots=True)
class EarlyExit:
    """Zoledronic acid given before denosumab wore off, so long `after` the last dose, and not checked since."""

    after: str
    facts: tuple[Because, ...]
    caveats: tuple[str, ...]


def early_exit(chart: Chart) -> EarlyExit | Silent | Lacking:
    """Zoledronic acid given too early, from the day denosumab wears off, while no marker was measured (R-DEN-03b)."""
    last, due, followed = schedule.last_dose(chart), schedule.due_when(chart), follow_on.follow_on(chart)
    if last is None or due is None or followed is None:
        return Silent("no denosumab dose is on record")
    if followed.kind is not Kind.EARLY or followed.given is None:
        return Silent("no zoledronic acid was given too early after denosumab", (last.because, *followed.because))
    facts = (last.because, *followed.because)
    checked_until = last.when.plus_months(chart.dials(DenosumabTransition).checked_until)
    due_by = due.on_or_before(chart.today)
    if due_by is NO:
        return Silent("denosumab has not worn off yet", (*facts, Because("Next dose due", due)))
    if checked_until.on_or_after(chart.today) is NO:
        return Silent("the months in which a marker would tell are over", facts)
    if not (due_by & checked_until.on_or_after(chart.today)).surely:
        return schedule.lacking_last_dose(last)
    if followed.maybe:
        return Lacking(followed.maybe, "Whether the exit was repeated in time is not sure", facts)
    if len(follow_on.infusions_since(chart, last.when)) > 1:
        return Silent("the infusion was repeated", facts)
    for result in chart.laboratory.seen():
        if result.test in MARKERS and result.when.on_or_after(due.earliest).possibly:
            fact = Because(f"{result.test.upper()} measured", result.when, result.ref)
            return Silent("a bone turnover marker was measured since denosumab wore off", (*facts, fact))
    return EarlyExit(phrases.span(last.when.latest, followed.given.earliest), facts, schedule.caveats(chart, last))
