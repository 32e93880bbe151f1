"""Whether denosumab is being stopped, by an order here or in the chart already, with nothing after it (R-DEN-01)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cards import phrases
from cards.chart import Chart, Dials, Medication, Source, concept
from cards.concepts import denosumab_follow_on as follow_on
from cards.concepts import denosumab_schedule as schedule
from cards.concepts import exposure, product
from cards.concepts.denosumab_follow_on import SETTLED, FollowOn, Kind
from cards.orders import Change, Delete
from cards.rule import Days
from cards.verdict import CRITICAL, WARNING, Action, Because, Indicator, Lacking, Silent, Suggestion
from cards.when import MAYBE, NO, YES, Truth, When, add_days


@dataclass(frozen=True, slots=True)
class DenosumabStop(Dials):
    """How old an order must be before stopping it counts though no dose is recorded."""

    unproven_order: Days = Days(30, "age from which stopping an order counts though no dose is recorded")


@dataclass(frozen=True, slots=True)
class Stop:
    """Denosumab ends with nothing to follow it. `keep` undoes the stop; `planned` is false where no dose is on record
    from which an exit could be planned."""

    indicator: Indicator
    summary: str
    because: tuple[Because, ...]
    keep: tuple[Suggestion, ...] = ()
    planned: bool = True


@dataclass(frozen=True, slots=True)
class _Ending:
    """What ends denosumab here: an order (or a visit, where `order` is None), and how to undo it."""

    because: Because
    keep: Suggestion
    order: Medication | None = None

    @property
    def sure(self) -> bool:
        """What ends is surely denosumab."""
        return self.order is None or self.order.sure


def _keep(what: Change | Delete) -> Suggestion:
    words = "Keep denosumab"
    done = "Take back the order not to give denosumab" if isinstance(what, Delete) else "Set denosumab back to active"
    if isinstance(what, Change) and what.status == "booked":
        done = "Book the denosumab visit again"
    return Suggestion(words, (Action(done, what),))


def ordered_here(chart: Chart) -> Stop | Silent | Lacking:
    """A stop, a hold or a cancellation in the hook's context (R-DEN-01a)."""
    ending = min(_endings(chart), key=lambda each: not each.sure, default=None)
    if ending is None:
        return Silent("nothing here stops denosumab")
    last = schedule.last_dose(chart)
    proven = last is not None and last.dated and not last.from_order
    if not (ending.sure or proven):
        why = "Whether this order stops denosumab, and whether denosumab was given, is not sure"
        return Lacking("which drug is stopped here", why, (ending.because, *((last.because,) if last else ())))
    anchor = last.when if last is not None and (proven or last.used) else _unproven(chart, ending)
    if anchor is None and last is not None and last.doubtful:
        return schedule.lacking_last_dose(last)
    if anchor is None:
        days = chart.dials(DenosumabStop).unproven_order
        why = f"no dose is on record, and no denosumab order is older than {days} days"
        return schedule.none_seen(chart, why, (ending.because,))
    going_on = _going_on(chart, ending)
    if going_on is not None:
        return Silent("denosumab goes on: another order, product or visit stands", (ending.because, going_on))
    followed = follow_on.after(chart, anchor)
    if followed.kind in SETTLED:
        return Silent(f"the stop is covered: {followed.kind.value}", (ending.because, *followed.because))
    if followed.maybe:
        return Lacking(followed.maybe, "Denosumab is being stopped, and what follows it is not sure", (ending.because,))
    level = CRITICAL if proven and ending.sure else WARNING
    if followed.kind in {Kind.EARLY, Kind.WEAK}:
        level = level.lower() or level
    return Stop(
        schedule.capped(last, level),
        "Stopping denosumab without follow-on risks rebound vertebral fractures. Order a bisphosphonate.",
        (ending.because, *((last.because,) if last else ()), *followed.because),
        (ending.keep,) if ending.sure else (),
        planned=proven,
    )


def _endings(chart: Chart) -> Iterator[_Ending]:
    for draft in chart.drafts:
        if draft.ingredient == schedule.INGREDIENT and draft.stops and _meant(chart, draft.order):
            how = "not to be given" if draft.order.do_not_perform else draft.order.status
            undo = Delete(draft.ref) if draft.order.do_not_perform else Change(draft.ref, status="active")
            doubt = f"; {draft.order.doubt}" if draft.order.doubt else ""
            yield _Ending(Because(f"Denosumab order {how} here{doubt}", None, draft.ref), _keep(undo), draft.order)
    for visit in chart.appointments:
        if visit.in_context and visit.status == "cancelled" and schedule.is_for(chart, visit, schedule.INGREDIENT):
            because = Because("Denosumab visit cancelled here", visit.start, visit.ref)
            yield _Ending(because, _keep(Change(visit.ref, status="booked")))


def _meant(chart: Chart, order: Medication) -> bool:
    return product.of(chart, order) in schedule.PRODUCTS


def _orders(chart: Chart) -> tuple[Medication, ...]:
    """Orders of osteoporosis denosumab in the chart."""
    return tuple(
        fact
        for fact in exposure.evidence(chart, schedule.INGREDIENT)
        if fact.source is Source.REQUEST and not fact.do_not_perform and _meant(chart, fact)
    )


def _being_written(chart: Chart) -> tuple[Medication, ...]:
    """Orders of osteoporosis denosumab that stand in the chart as drafts."""
    drafted = (order for order in chart.medication_requests if order.status == "draft" and not order.do_not_perform)
    return tuple(order for order in drafted if schedule.INGREDIENT in order.ingredients and _meant(chart, order))


def _written(order: Medication) -> When:
    return order.recorded or order.started


def _unproven(chart: Chart, ending: _Ending) -> When | None:
    """The day of the oldest order from which doses may be supposed, surely more than 30 days ago."""
    before = add_days(chart.today, -chart.dials(DenosumabStop).unproven_order)
    orders = [order for order in _orders(chart) if order.status == "active" and order.sure]
    if ending.order is not None:
        orders.append(ending.order)
    old = [_written(order) for order in orders if _written(order).before(before).surely]
    return min(old, key=lambda when: when.latest, default=None)


def _going_on(chart: Chart, ending: _Ending) -> Because | None:
    """What keeps denosumab going beside the stop."""
    here = schedule.ordered_here(chart)
    if here is not None:
        return here
    if ending.order is None:
        booking = schedule.dose_booked(chart, chart.today, date.max)
        return booking.because if booking else None
    for order in _orders(chart):
        stands = order.status == "active" and order.sure
        if stands and order.brand and ending.order.brand and order.brand != ending.order.brand:
            words = f"{phrases.capital(order.brand)}, another denosumab product, is ordered in the chart"
            return Because(words, _written(order), order.ref)
    return None


@concept
def stopped(chart: Chart) -> tuple[Truth, Medication | None]:
    """Whether the chart's newest denosumab order is stopped, and none is in force; and that order.

    An order cancelled after a dose counts as on hold; one completed is no stop, and hides none written later. Where a
    new order still in draft may be no older than the stop, denosumab goes on. An order that is only maybe denosumab
    makes the answer a maybe.
    """
    orders, drafted = _orders(chart), _being_written(chart)
    ends = {"stopped", "on-hold"} | ({"cancelled"} if schedule.last_dose(chart) else set())
    stops = [order for order in orders if order.status in ends]
    if not stops or any(order.status == "active" and order.sure for order in orders):
        return NO, None
    newest = max(stops, key=lambda order: (order.sure, _written(order).latest, order.ref))
    if any(_written(order).latest >= _written(newest).earliest and order.sure for order in drafted):
        return NO, None
    others = [order for order in orders if order.status == "completed"]
    if any(_written(order).earliest > _written(newest).latest and order.sure for order in others):
        return NO, None
    in_doubt = any(_written(order).latest > _written(newest).earliest for order in others)
    unsure = [order for order in (*orders, *drafted) if not order.sure and order.status not in ends]
    return MAYBE if in_doubt or unsure or not newest.sure else YES, newest


def in_chart(chart: Chart) -> Stop | Silent | Lacking:
    """A stop that stands in the chart, or an exit that was broken off (R-DEN-01b)."""
    last, followed = schedule.last_dose(chart), follow_on.follow_on(chart)
    if last is not None and followed is not None and followed.kind is Kind.INTERRUPTED:
        return _broken_off(last, followed)
    truth, order = stopped(chart)
    if order is None:
        return Silent("no denosumab order was stopped, held or cancelled last", (last.because,) if last else ())
    fact = Because(f"The newest denosumab order, now {order.status}, was written", _written(order), order.ref)
    if truth is MAYBE:
        doubts = tuple(
            Because(f"Denosumab order, {each.doubt}", _written(each), each.ref)
            for each in _orders(chart)
            if not each.sure
        )
        return Lacking(
            "which denosumab order is the newest", "Whether denosumab was stopped is not sure", (fact, *doubts)
        )
    if last is None or followed is None or not last.dated:
        return _without_dose(chart, order, (fact, *((last.because,) if last else ())))
    facts = (fact, last.because)
    remembered = schedule.remembered(chart)
    memory = chart.dials(schedule.DenosumabSchedule).memory
    if remembered is NO:
        return Silent(f"the last dose is more than {memory} months ago", facts)
    if followed.kind in SETTLED or followed.kind is Kind.EARLY:
        return Silent(f"the stop is answered: {followed.kind.value}", (*facts, *followed.because))
    if remembered is MAYBE:
        return schedule.lacking_last_dose(last)
    if followed.maybe:
        return Lacking(followed.maybe, "Denosumab was stopped, and what followed it is not sure", facts)
    return _uncovered(chart, order, last, followed, facts)


def _uncovered(
    chart: Chart, order: Medication, last: schedule.LastDose, followed: FollowOn, facts: tuple[Because, ...]
) -> Stop:
    due = schedule.due_when(chart)
    assert due is not None
    late = due.on_or_before(chart.today).surely
    level: Indicator = CRITICAL if late else WARNING
    if followed.kind is Kind.WEAK:
        level = level.lower() or level
    day = phrases.when(due) if schedule.of_one_month(due) else f"{schedule.effect(chart)} after it"
    what = "start a bisphosphonate now" if late else f"plan a bisphosphonate for {day}"
    infused = follow_on.unread_strength(chart, last.when)
    none = "no follow-on"
    if infused:
        given = f" {phrases.when(infused[-1].when)}" if schedule.of_one_month(infused[-1].when) else ""
        none, what = f"zoledronic acid of unknown strength{given}", "verify it was 5 mg"
    return Stop(
        schedule.capped(last, level),
        f"Denosumab stopped, last dose {phrases.when(last.when)}, {none}: {what}.",
        (*facts, *followed.because),
        (_keep(Change(order.ref, status="active")),),
    )


def _broken_off(last: schedule.LastDose, followed: FollowOn) -> Stop:
    lasted = "" if followed.months is None else f" after {phrases.plural(followed.months, 'month')}"
    return Stop(
        WARNING,
        f"Exit bisphosphonate after denosumab stopped{lasted}: resume or give zoledronic acid.",
        (last.because, *followed.because),
    )


def _without_dose(chart: Chart, order: Medication, facts: tuple[Because, ...]) -> Stop | Silent | Lacking:
    """A stop without any dated dose (R-DEN-01b iii)."""
    memory = chart.dials(schedule.DenosumabSchedule).memory
    written = _written(order)
    recent = written.plus_months(memory).on_or_after(chart.today) | (schedule.remembered(chart) & MAYBE)
    if recent is NO:
        return Silent(f"the stopped order is more than {memory} months old, and no dose is on record", facts)
    followed = follow_on.after(chart, written)
    if followed.kind is not Kind.NONE:
        return Silent(
            f"no dose is on record, and the stop is answered: {followed.kind.value}", (*facts, *followed.because)
        )
    if recent is MAYBE or followed.maybe:
        record = "the date of the last denosumab injection"
        return Lacking(record, "A denosumab order was stopped; no dated injection is on record", facts)
    return Stop(
        WARNING,
        "Denosumab order stopped, date of last injection not recorded: verify and plan follow-on.",
        facts,
        (_keep(Change(order.ref, status="active")),),
        planned=False,
    )
