"""What followed the last denosumab dose: an exit that is done, under way, planned, too early, broken off, or none."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from cards import formulary, phrases
from cards.chart import Chart, Dials, Medication, Source, concept
from cards.concepts import denosumab_schedule as schedule
from cards.concepts import exposure, product
from cards.formulary import BISPHOSPHONATES, ORAL_BISPHOSPHONATES, SERMS
from cards.rule import Days, Months
from cards.verdict import Because
from cards.when import MAYBE, NO, YES, Truth, When, add_days, months_between

ZOLEDRONIC_ACID: Final = "zoledronic-acid"
WEAK_DRUGS: Final = (*SERMS, "estrogens")
_LOCAL_ROUTES: Final = frozenset(("vaginal", "topical", "cutaneous"))
_LOCAL_WORDS: Final = re.compile(r"\b(?:vagina|vaginal|intravaginal|pessar(?:y|ies)|topical|cream)\b", re.IGNORECASE)


class Kind(enum.Enum):
    """The values of R-DEN-00, in the order in which they are looked for."""

    DONE = "the exit from denosumab is finished"
    ONGOING = "an oral bisphosphonate is in use"
    PENDING = "a bisphosphonate is planned"
    EARLY = "zoledronic acid was given less than 5 months after denosumab"
    INTERRUPTED = "the bisphosphonate after denosumab was broken off"
    WEAK = "only a weaker antiresorptive is in use"
    NONE = "nothing follows denosumab"


SETTLED: Final = frozenset((Kind.DONE, Kind.ONGOING, Kind.PENDING))
"""A follow-on that silences the cards on stopping and on the schedule."""


@dataclass(frozen=True, slots=True)
class DenosumabFollowOn(Dials):
    """The windows of R-DEN-00: months count from the last dose, days as said."""

    earliest: Months = Months(5, "after the last dose, from when an antiresorptive counts as its sequel")
    finished_by: Months = Months(20, "after the last dose, until when the sequel's days are counted")
    finished_days: Days = Days(335, "days of an oral bisphosphonate that finish an exit")
    planned_by: Months = Months(8, "after the last dose, by when a planned infusion is in time")
    unplanned_until: Months = Months(7, "after the last dose, how long an order without a day is waited for")
    planned_grace: Days = Days(28, "how long past its planned day a sequel is waited for")
    broken_off: Days = Days(60, "days without tablets after which a sequel is broken off")


@dataclass(frozen=True, slots=True)
class FollowOn:
    """What followed the last dose. `maybe` says what to record where an earlier row of R-DEN-00 is possible, else "".

    `months` is how long a broken-off exit lasted, None where its end is not recorded. `given` is the day of an early
    infusion. `done` grades the first row alone.
    """

    kind: Kind
    because: tuple[Because, ...] = ()
    maybe: str = ""
    done: Truth = NO
    months: int | None = None
    given: When | None = None


@concept
def follow_on(chart: Chart) -> FollowOn | None:
    """What followed the last dose; None where no dose is on record."""
    last = schedule.last_dose(chart)
    return None if last is None else after(chart, last.when)


@concept
def is_done(chart: Chart) -> Truth:
    """The exit from denosumab is finished; no where there never was a dose."""
    last = schedule.last_dose(chart)
    return NO if last is None else _done(chart, last.when)[0]


@concept
def replaced(chart: Chart, dose: When) -> bool:
    """A bisphosphonate took the place of that dose, be it too early or broken off since; a plan is none yet."""
    taken_over = (_done(chart, dose)[0], _ongoing(chart, dose)[0], _early(chart, dose)[0])
    return YES in taken_over or _broken_off(chart, dose) is not None


@concept
def after(chart: Chart, dose: When) -> FollowOn:
    """What followed a denosumab dose of that day (R-DEN-00); the first row that surely holds."""
    done, finished, record = _done(chart, dose)
    if done is YES:
        return FollowOn(Kind.DONE, finished, done=YES)
    ongoing, use = _ongoing(chart, dose)
    if ongoing is YES:
        return FollowOn(Kind.ONGOING, use, record, done)
    plan = _pending(chart, dose)
    if plan is not None:
        return FollowOn(Kind.PENDING, (plan,), record, done)
    if ongoing is MAYBE:
        record = "when the oral bisphosphonate was last started or dispensed"
    early, given = _early(chart, dose)
    if early is MAYBE:
        record = record or "the exact date of the zoledronic acid infusion"
    if early is YES and given is not None:
        because = Because("Zoledronic acid given too early to replace denosumab", given.when, given.ref)
        return FollowOn(Kind.EARLY, (because,), record, done, given=given.when)
    broken = _broken_off(chart, dose)
    if broken is not None and done is NO:
        return FollowOn(Kind.INTERRUPTED, broken[0], record, months=broken[1])
    weak = tuple(_weak(chart))
    told = (*weak, *_uses(_used_after(chart, dose)), *_not_counted(chart, dose))
    return FollowOn(Kind.WEAK if weak else Kind.NONE, told, record, done)


def _since(day: When, start: When) -> Truth:
    """`day` lies on or after `start`, both as exactly as they are known."""
    return YES if day.earliest >= start.latest else MAYBE if day.latest >= start.earliest else NO


def _later(day: When, start: When) -> Truth:
    return YES if day.earliest > start.latest else MAYBE if day.latest > start.earliest else NO


@concept
def infusions(chart: Chart) -> tuple[exposure.Dose, ...]:
    """Infusions of zoledronic acid 5 mg that were given, one without a day among them; a mere order is none."""
    history = exposure.doses(chart, ZOLEDRONIC_ACID, (product.Product.OSTEOPOROSIS,))
    given = [
        dose
        for dose in history.doses
        if any(fact.source is not Source.REQUEST or fact.status == "completed" for fact in dose.evidence)
    ]
    undated = [fact for fact in history.ongoing if fact.source is not Source.REQUEST and not fact.has_start]
    return (*given, *(exposure.Dose(fact.started, (fact,)) for fact in undated))


def infusions_since(chart: Chart, dose: When) -> tuple[exposure.Dose, ...]:
    """Infusions that surely followed the dose."""
    return tuple(infusion for infusion in infusions(chart) if _since(infusion.when, dose) is YES)


@concept
def _oral(chart: Chart) -> tuple[exposure.Interval, ...]:
    found = {fact.ref: fact for key in ORAL_BISPHOSPHONATES for fact in exposure.evidence(chart, key)}
    pieces = []
    for fact in found.values():
        piece = exposure.interval(chart, fact) if exposure.is_oral(fact) else None
        if piece is not None and fact.status == "on-hold":
            piece = replace(piece, end=When(piece.start.earliest, piece.end.latest))
        if piece is not None:
            pieces.append(piece)
    return tuple(pieces)


def _current(piece: exposure.Interval) -> bool:
    fact = piece.medication
    return fact.status in {"active", "unknown"} or fact.source is Source.DISPENSE


def _dated_after(piece: exposure.Interval, dose: When) -> Truth:
    """Evidence of use after the dose: a start, a renewal, a fill; undated use in force may be later than anything."""
    fact = piece.medication
    days = [fact.started] if fact.has_start else []
    if fact.recorded is not None and _current(piece):
        days.append(fact.recorded)
    if not days:
        return MAYBE if _current(piece) else NO
    answer = NO
    for day in days:
        answer = answer | _later(day, dose)
    return answer if fact.sure else answer & MAYBE


def ended_between(chart: Chart, dose: When, next_dose: When) -> bool:
    """Zoledronic acid surely given between two doses, late enough to finish the exit from the first."""
    limit = dose.plus_months(chart.dials(DenosumabFollowOn).earliest)
    return any(
        (_since(infusion.when, limit) & _later(next_dose, infusion.when)).surely for infusion in infusions(chart)
    )


def _used_after(chart: Chart, dose: When) -> list[exposure.Interval]:
    return [piece for piece in _oral(chart) if _dated_after(piece, dose) is YES]


def _done(chart: Chart, dose: When) -> tuple[Truth, tuple[Because, ...], str]:
    """Whether the exit is finished, by what, and what to record where that is only possible."""
    dials = chart.dials(DenosumabFollowOn)
    answer, record = NO, ""
    for infusion in infusions(chart):
        late_enough = _since(infusion.when, dose.plus_months(dials.earliest))
        if late_enough is YES:
            return YES, (Because("Zoledronic acid given after denosumab", infusion.when, infusion.ref),), ""
        if late_enough is MAYBE:
            answer, record = MAYBE, "the exact date of the zoledronic acid infusion"
    first, last = dose.plus_months(dials.earliest), dose.plus_months(dials.finished_by)
    surely = _used_after(chart, dose)
    possibly = [piece for piece in _oral(chart) if _dated_after(piece, dose).possibly]
    if _days(((p.start.latest, p.end.earliest) for p in surely), first.latest, last.earliest) >= dials.finished_days:
        return YES, tuple(_uses(surely)), ""
    if _days(((p.start.earliest, p.end.latest) for p in possibly), first.earliest, last.latest) >= dials.finished_days:
        return MAYBE, (), "how long the oral bisphosphonate after denosumab was taken"
    return answer, (), record


def _days(pieces: Iterable[tuple[date, date]], first: date, last: date) -> int:
    """Days from `first` until `last` that the union of the pieces covers; the day a piece ends is not counted."""
    total, reach = 0, first
    for start, end in sorted(pieces):
        begin, stop = max(start, reach), min(end, last)
        if stop > begin:
            total, reach = total + (stop - begin).days, stop
    return total


def _uses(pieces: list[exposure.Interval]) -> Iterator[Because]:
    for piece in pieces:
        drug = phrases.capital(formulary.name(piece.medication.ingredient))
        yield Because(f"{drug} begun", piece.start, piece.medication.ref)
        if piece.medication.ended is not None:
            yield Because(f"{drug} ended", piece.end, piece.medication.ref)


def _ongoing(chart: Chart, dose: When) -> tuple[Truth, tuple[Because, ...]]:
    """An oral bisphosphonate covers today, with evidence of use dated after the dose."""
    fills = [piece for piece in _oral(chart) if piece.medication.source is Source.DISPENSE]
    answer = NO
    shown: tuple[Because, ...] = ()
    for piece in _oral(chart):
        if not _current(piece):
            continue
        covers = piece.start.on_or_before(chart.today) & piece.end.on_or_after(chart.today)
        dated = _dated_after(piece, dose)
        for fill in fills:
            dated = dated | _dated_after(fill, dose)
        if (covers & dated).value > answer.value:
            answer, shown = covers & dated, tuple(_uses([piece]))
    return answer, shown


def _pending(chart: Chart, dose: When) -> Because | None:
    """A bisphosphonate drafted now, or zoledronic acid ordered or booked in time and its day not long past."""
    dials = chart.dials(DenosumabFollowOn)
    for draft in chart.drafts:
        if is_exit(chart, draft.order) and not draft.stops:
            day = schedule.planned(chart, draft.order)
            if _not_long_past(chart, day):
                return Because(f"{phrases.capital(formulary.name(draft.ingredient))} is drafted here", day, draft.ref)
    for booking in schedule.booked(chart, ZOLEDRONIC_ACID):
        in_time = _since(booking.when, dose) & _since(dose.plus_months(dials.planned_by), booking.when)
        if in_time.possibly and _not_long_past(chart, booking.when):
            return booking.because
    if not dose.plus_months(dials.unplanned_until).on_or_after(chart.today).possibly:
        return None
    for order in exposure.evidence(chart, ZOLEDRONIC_ACID):
        if (
            order.source is Source.REQUEST
            and order.status == "active"
            and order.sure
            and not order.do_not_perform
            and product.of(chart, order) is product.Product.OSTEOPOROSIS
            and schedule.planned_day(order) is None
            and _since(order.recorded or order.started, dose).possibly
            and not any(_since(infusion.when, order.recorded or order.started).surely for infusion in infusions(chart))
        ):
            return Because("Zoledronic acid is ordered", order.recorded, order.ref)
    return None


def _not_long_past(chart: Chart, day: When) -> bool:
    return day.on_or_after(add_days(chart.today, -chart.dials(DenosumabFollowOn).planned_grace)).possibly


def is_exit(chart: Chart, order: Medication) -> bool:
    """A bisphosphonate of osteoporosis strength: what may follow denosumab."""
    return (
        order.ingredient in BISPHOSPHONATES
        and product.of(chart, order) is product.Product.OSTEOPOROSIS
        and not product.for_other_disease(order)
        and order.sure
    )


def _early(chart: Chart, dose: When) -> tuple[Truth, exposure.Dose | None]:
    """Zoledronic acid given after the dose and before five months were over."""
    limit = dose.plus_months(chart.dials(DenosumabFollowOn).earliest)
    answer: Truth = NO
    which = None
    for infusion in infusions(chart):
        held = _since(infusion.when, dose) & ~_since(infusion.when, limit)
        if held.value >= answer.value and held is not NO:
            answer, which = held, infusion
    return answer, which


def _broken_off(chart: Chart, dose: When) -> tuple[tuple[Because, ...], int | None] | None:
    """An oral bisphosphonate begun after the dose, not in use now, uncovered for more than 60 days."""
    pieces = _used_after(chart, dose)
    memory = chart.dials(schedule.DenosumabSchedule).memory
    if not pieces or not dose.plus_months(memory).on_or_after(chart.today).surely:
        return None
    end = When(max(piece.end.earliest for piece in pieces), max(piece.end.latest for piece in pieces))
    uncovered = end.before(add_days(chart.today, -chart.dials(DenosumabFollowOn).broken_off))
    if not uncovered.possibly:
        return None
    began = min(piece.start.latest for piece in pieces)
    return tuple(_uses(pieces)), months_between(began, end.latest) if end.exact else None


def _weak(chart: Chart) -> Iterator[Because]:
    for key in WEAK_DRUGS:
        systemic = [fact for fact, runs in exposure.in_use(chart, key) if runs is YES and not _local(fact)]
        if systemic:
            newest = systemic[-1]
            yield Because(f"{phrases.capital(formulary.name(key))} is in use", newest.started, newest.ref)


def _local(fact: Medication) -> bool:
    """Given where it acts, by route or words: vaginal estradiol holds no bone."""
    return fact.route in _LOCAL_ROUTES or _LOCAL_WORDS.search(fact.text) is not None


@concept
def unread_strength(chart: Chart, dose: When) -> tuple[exposure.Dose, ...]:
    """Infusions of zoledronic acid, given on or after that day, of which nothing tells whether they were 4 or 5 mg."""
    history = exposure.doses(chart, ZOLEDRONIC_ACID, (product.Product.INDETERMINATE,))
    return tuple(
        infusion
        for infusion in history.doses
        if any(fact.source is not Source.REQUEST for fact in infusion.evidence) and _since(infusion.when, dose).possibly
    )


def _not_counted(chart: Chart, dose: When) -> tuple[Because, ...]:
    """Zoledronic acid given or drafted without its strength, or not surely: told, not counted (R-ZOL-07)."""
    given = tuple(
        Because(f"Zoledronic acid given, {_untold(each.evidence)}: not counted as follow-on", each.when, each.ref)
        for each in unread_strength(chart, dose)
    )
    doubtful = tuple(
        Because(f"Zoledronic acid recorded, {fact.doubt}: not counted as follow-on", fact.started, fact.ref)
        for fact in exposure.doses(chart, ZOLEDRONIC_ACID).unsure
        if fact.source is not Source.REQUEST and _since(fact.started, dose).possibly
    )
    drafted = tuple(
        Because(f"Zoledronic acid is drafted, {_untold((draft.order,))}: not counted as follow-on", None, draft.ref)
        for draft in chart.drafts
        if draft.ingredient == ZOLEDRONIC_ACID
        and not draft.stops
        and product.of(chart, draft.order) is product.Product.INDETERMINATE
    )
    return (*given, *doubtful, *drafted)


def _untold(medications: tuple[Medication, ...]) -> str:
    return f"4 or 5 mg {product.unknown_because(medications)}".replace(" is not recorded", " not recorded")
