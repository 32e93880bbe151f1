"""When denosumab was last given, when it is due, and what is booked (2.8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from cards import formulary, phrases
from cards.chart import Appointment, Chart, Dials, Medication, Source, State, concept
from cards.concepts import exposure, product
from cards.rule import Days, Months
from cards.verdict import WARNING, Because, Indicator, Lacking, Silent
from cards.when import NO, Truth, When, add_days, add_months

INGREDIENT: Final = "denosumab"
PRODUCTS: Final = (product.Product.OSTEOPOROSIS, product.Product.INDETERMINATE)
"""Oncology denosumab enters no denosumab rule; a strength that is not recorded does, capped at warning (R-DEN-07)."""

SECTIONS: Final = ("medication_requests",)
HELPED_BY: Final = exposure.MEDICATION_SECTIONS
"""What the schedule stands on, for the rules' `reads` and `helped_by`; a booking can only lower a card: `weighs`."""

KNOWN_WITHIN: Final = Months(1)
"""The span of the last dose beyond which no start is dated from it."""

ORDER_ONLY: Final = "Only an active order stands for the last dose: verify the injection date."
UNKNOWN_DOSE: Final = "A given dose could not be read as any drug: it may have been denosumab."
NOT_DATED: Final = "Date the last injection before any start is planned from it."
VISITS: Final = frozenset(("booked", "pending", "arrived", "checked-in", "fulfilled"))
"""The states of a visit of the chart that stands."""

_GIVEN: Final = (Source.ADMINISTRATION, Source.PROCEDURE, Source.DISPENSE, Source.STATEMENT)


@dataclass(frozen=True, slots=True)
class DenosumabSchedule(Dials):
    """The rhythm: `window` before and `grace` after the due date; `memory` is how long a rebound is feared."""

    interval: Months = Months(6, "from one dose to the next")
    window: Days = Days(30, "how long before the due date a dose is called due")
    grace: Days = Days(28, "how long after the due date a dose is not yet overdue")
    memory: Months = Months(24, "how long after the last dose a rebound is feared")
    booked_soon: Days = Days(14, "how near a booked dose must be to lower the level")


@dataclass(frozen=True, slots=True)
class LastDose:
    """The newest dose: its day or span of days, never after today, and the resources that show it.

    `from_order` is true where only an active order stands for it (R-DEN-10). `dated`: some resource tells of a dose on
    its day. `doubtful` are newer resources whose status, code or words leave open whether denosumab was given.
    """

    when: When
    evidence: tuple[Medication, ...]
    from_order: bool
    indeterminate: bool
    dated: bool = True
    doubtful: tuple[Medication, ...] = ()

    @property
    def ref(self) -> str:
        """Where it stands in the record."""
        return self.evidence[0].ref

    @property
    def because(self) -> Because:
        """The dose as a card tells it; where no resource dates one, the oldest sign of use."""
        if not self.dated:
            sign = self.evidence[0]
            return Because("Denosumab ordered or in use, no injection dated", sign.started, sign.ref)
        words = "Last denosumab dose, as far as an active order tells" if self.from_order else "Last denosumab dose"
        return Because(words, self.when, self.ref)

    @property
    def used(self) -> bool:
        """Something besides orders tells that denosumab was given, be it without a day."""
        return any(fact.source is not Source.REQUEST for fact in self.evidence)

    @property
    def narrow(self) -> bool:
        """Known to within a month, so that a start may be dated from it."""
        return add_months(self.when.earliest, KNOWN_WITHIN) >= self.when.latest


@concept
def last_dose(chart: Chart) -> LastDose | None:
    """The last dose of the osteoporosis product (L), None where there is none; NotRead where a list was cut short."""
    exposure.nothing_missed(chart)
    return last_seen(chart)


@concept
def last_seen(chart: Chart) -> LastDose | None:
    """The last dose among those that were seen, for conclusions that no unseen dose could undo.

    A stretch of use without an end, an order too old to date a dose, and evidence that is only a maybe make the day
    of the last dose uncertain, unless a dose was recorded after they began.
    """
    history = exposure.doses(chart, INGREDIENT, PRODUCTS)
    open_ended = tuple(history.ongoing)
    known = next(
        (dose for dose in reversed(history.doses) if any(fact not in open_ended for fact in dose.evidence)), None
    )
    latest = known.when.latest if known else date.min
    loose = [fact for fact in open_ended if known is None or (fact.has_start and fact.started.latest > latest)]
    doubtful = [
        fact for fact in history.unsure
        if (fact.source in _GIVEN or (_may_tell_of_dose(fact) and (known is None or history.from_order)))
        and (known is None or (fact.has_start and fact.started.latest > latest))
    ]  # fmt: skip
    if known is None and not loose and not doubtful:
        return None
    earliest = max((dose.when.earliest for dose in history.doses), default=date.min)
    if loose:
        latest = chart.today
    latest = min(chart.today, max([latest, *(fact.started.latest for fact in doubtful)]))
    evidence = known.evidence if known else (*loose, *doubtful)
    return LastDose(
        When(min(earliest, latest), latest),
        evidence,
        from_order=history.from_order and all(fact.status == "active" for fact in evidence),
        indeterminate=not _strength_told(chart, evidence),
        dated=known is not None,
        doubtful=tuple(doubtful),
    )


def _may_tell_of_dose(order: Medication) -> bool:
    """An order, where no dose is recorded, that may be of denosumab and may have been carried out."""
    return not order.do_not_perform and order.status not in {"cancelled", "draft"}


def _strength_told(chart: Chart, evidence: tuple[Medication, ...]) -> bool:
    if any(product.of(chart, fact) is product.Product.OSTEOPOROSIS for fact in evidence):
        return True
    told = {product.of(chart, fact) for fact in exposure.evidence(chart, INGREDIENT)}
    return product.Product.OSTEOPOROSIS in told and product.Product.ONCOLOGY not in told


def strength_caveat(medications: Iterable[Medication]) -> str:
    """What a card says of denosumab whose strength is not known."""
    return f"The strength (60 or 120 mg) {product.unknown_because(medications)}."


@concept
def is_indeterminate(chart: Chart) -> bool:
    """The patient is on denosumab and nothing tells whether it is the 60 or the 120 mg product."""
    last = last_seen(chart)
    return last is not None and last.indeterminate


@concept
def named_here(chart: Chart) -> bool:
    """The hook itself tells of denosumab in use: an order that ends it, its renewal, or a visit for it."""
    return any(
        draft.ingredient == INGREDIENT
        and (draft.stops or chart.hook == "medication-refill")
        and product.of(chart, draft.order) in PRODUCTS
        for draft in chart.drafts
    ) or any(visit.in_context and is_for(chart, visit, INGREDIENT) for visit in chart.appointments)


def none_seen(chart: Chart, why: str, facts: tuple[Because, ...] = ()) -> Silent:
    """Silence for want of a dose; raises NotRead where denosumab is named here and injections could not be seen."""
    given = chart.medication_administrations
    if given.state is State.UNREAD and named_here(chart):
        given.whole()
    return Silent(why, facts)


def effect(chart: Chart) -> str:
    """How long a dose holds, as words: "6 months"."""
    return phrases.plural(chart.dials(DenosumabSchedule).interval, "month")


def about(chart: Chart) -> str:
    """When what follows denosumab starts: "about 6 months after the last denosumab dose"."""
    return f"about {effect(chart)} after the last denosumab dose"


@concept
def due_when(chart: Chart) -> When | None:
    """Six months after the last dose, as exactly as that is known."""
    last = last_seen(chart)
    return None if last is None else last.when.plus_months(chart.dials(DenosumabSchedule).interval)


@concept
def due(chart: Chart) -> date | None:
    """The latest day on which the next dose may fall due: a start planned for it is never too early."""
    when = due_when(chart)
    return None if when is None else when.latest


@concept
def dated_due(chart: Chart) -> date | None:
    """The same day where the last dose is known to within a month, else None: a start so late might leave a gap."""
    last = last_seen(chart)
    return due(chart) if last is not None and last.narrow else None


@concept
def within_months(chart: Chart, months: int) -> Truth:
    """The last dose lies within so many months; no where there is none."""
    last = last_seen(chart)
    return NO if last is None else last.when.plus_months(months).on_or_after(chart.today)


@concept
def remembered(chart: Chart) -> Truth:
    """The last dose is recent enough for bone to be lost when nothing follows it."""
    return within_months(chart, chart.dials(DenosumabSchedule).memory)


def of_one_month(when: When) -> bool:
    """A day, or days of one calendar month: short enough for a summary."""
    return (when.earliest.year, when.earliest.month) == (when.latest.year, when.latest.month)


def in_due_window(chart: Chart, due_day: When) -> Truth:
    """Today lies from 30 days before the due day to 28 days after it."""
    dials = chart.dials(DenosumabSchedule)
    return due_day.within(add_days(chart.today, -dials.grace), add_days(chart.today, dials.window))


def overdue_by(chart: Chart, due_day: When, days: int) -> Truth:
    """More than so many days have gone by since the due day."""
    return due_day.before(add_days(chart.today, -days))


@concept
def ordered_here(chart: Chart) -> Because | None:
    """A denosumab dose among the drafts, selected or not; an order that ends denosumab is none."""
    for draft in chart.drafts:
        sure = draft.ingredient == INGREDIENT and draft.order.sure
        if sure and not draft.stops and product.of(chart, draft.order) in PRODUCTS:
            return Because("Denosumab is ordered here too", None, draft.ref)
    return None


@dataclass(frozen=True, slots=True)
class Booking:
    """A planned dose: a visit, or an order that names a day."""

    when: When
    because: Because


@concept
def booked(chart: Chart, ingredient: str) -> tuple[Booking, ...]:
    """Planned doses of the osteoporosis product, past ones too; an order without a planned day is none."""
    drug, meant = formulary.name(ingredient), _meant(ingredient)
    found = [
        Booking(visit.start, Because(f"A visit for {drug} is booked", visit.start, visit.ref))
        for visit in chart.appointments
        if is_for(chart, visit, ingredient)
        and visit.sure
        and visit.start is not None
        and (visit.status in VISITS or (visit.in_context and visit.status == "proposed"))
    ]
    for order in exposure.evidence(chart, ingredient):
        if order.source is Source.REQUEST and order.status == "active" and order.sure and not order.do_not_perform:
            day = planned_day(order)
            if day is not None and product.of(chart, order) in meant:
                found.append(Booking(day, Because(f"An order plans {drug}", day, order.ref)))
    return tuple(found)


def _meant(ingredient: str) -> tuple[product.Product, ...]:
    return PRODUCTS if ingredient == INGREDIENT else PRODUCTS[:1]


def is_for(chart: Chart, visit: Appointment, ingredient: str) -> bool:
    """A visit for the osteoporosis product of this drug, as far as the booking tells the product."""
    if ingredient not in visit.ingredients:
        return False
    return product.of_visit(chart, visit, ingredient) is not product.Product.ONCOLOGY


def planned_day(order: Medication) -> When | None:
    """The day an order names for the dose: its first event, else the start of its course where that is another day
    than it was written. From when a prescription may be filled is no plan.
    """
    if order.events:
        return order.events[0]
    return order.planned if order.planned != order.recorded else None


def planned(chart: Chart, order: Medication) -> When:
    """The day a draft is meant for: the day it names, else today."""
    return planned_day(order) or When.on(chart.today)


@concept
def dose_booked(chart: Chart, first: date, last: date) -> Booking | None:
    """A denosumab dose that is surely planned between these days, both included: what lowers an alarm must be sure."""
    return next((each for each in booked(chart, INGREDIENT) if each.when.within(first, last).surely), None)


@concept
def dose_booked_soon(chart: Chart) -> Booking | None:
    """A denosumab dose planned within the next two weeks: the alarm is one level lower."""
    return dose_booked(chart, chart.today, add_days(chart.today, chart.dials(DenosumabSchedule).booked_soon))


def capped(last: LastDose | None, indicator: Indicator) -> Indicator:
    """At most a warning where the product or the last dose is not certain (R-DEN-07, R-DEN-10)."""
    uncertain = last is not None and (last.indeterminate or last.from_order or not last.dated)
    return min(indicator, WARNING) if uncertain else indicator


def caveats(chart: Chart, last: LastDose | None) -> tuple[str, ...]:
    """What a card must say about a product or a last dose that is not certain, and about visits not seen."""
    visits = chart.appointments.state
    told = (
        (strength_caveat(last.evidence if last else ()), last is not None and last.indeterminate),
        (ORDER_ONLY, last is not None and last.from_order),
        (NOT_DATED, last is not None and not last.narrow),
        ("Appointments were not available: a dose may be booked.", visits is State.UNREAD),
        ("Appointments were not read to the end: a dose may be booked.", visits is State.PARTIAL),
        (UNKNOWN_DOSE, bool(chart.medication_administrations.unusable)),
    )
    return tuple(words for words, holds in told if holds)


def lacking_last_dose(last: LastDose) -> Lacking:
    """The answer where the day of the last dose decides and is not known exactly enough (R-DEN-10)."""
    if last.doubtful:
        facts = tuple(Because(f"Denosumab recorded, {each.doubt}", each.started, each.ref) for each in last.doubtful)
        known = (last.because,) if set(last.evidence) - set(last.doubtful) else ()
        why = "A newer record of denosumab is not sure" if known else "Whether denosumab was given is not sure"
        return Lacking("whether denosumab was given: its status, code or words are not clear", why, (*known, *facts))
    return Lacking(
        "the date of the last denosumab injection",
        "Denosumab is on record, and the day of the last injection is not known exactly enough to tell when the next "
        "is due",
        (last.because,),
    )
