"""Calcium and vitamin D beside treatment: what the medication list lacks, and when that matters most (R-SUP-01)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cards import phrases
from cards.chart import Chart, Dials, State, concept
from cards.concepts import calcium, denosumab_schedule, exposure, renal_function, treatment, vitamin_d
from cards.concepts.denosumab_schedule import DenosumabSchedule
from cards.concepts.vitamin_d import VitaminD
from cards.facts import Source
from cards.formulary import BISPHOSPHONATES, PRODUCT_OF, PRODUCTS
from cards.orders import Create, DrugOrder
from cards.rule import Days, NgMl
from cards.verdict import Action, Because, Suggestion
from cards.when import YES, add_days

CALCIUM: Final = "calcium"
VITAMIN_D: Final = "cholecalciferol"
SECTIONS: Final = ("patient", "conditions", "laboratory", "vital_signs", "allergies", "appointments")
"""What decides whether calcium or vitamin D may be suggested, and whether a dose is near: for the rule's `weighs`."""

_UNREAD: Final = {
    "patient": "the patient record",
    "conditions": "diagnoses",
    "laboratory": "laboratory results",
    "vital_signs": "the weight",
    "allergies": "allergies",
}
_BARS: Final = {"urolithiasis": "a stone of the urinary tract", "sarcoidosis": "sarcoidosis"}
"""Diagnoses that stand against calcium; a stone does not stand against vitamin D."""


@dataclass(frozen=True, slots=True)
class Supplements(Dials):
    """When a gap in the supplements matters enough for a card of its own."""

    new_drug: Days = Days(90, "after the start of a drug its missing supplements have a card of their own")
    advised: NgMl = NgMl(30, "below this 25-OH vitamin D missing supplements have a card of their own")


@concept
def missing(chart: Chart) -> tuple[str, ...]:
    """Which of the two the medication list surely lacks; NotRead where a list was not read."""
    exposure.nothing_missed(chart)
    return tuple(each for each in (CALCIUM, VITAMIN_D) if not _listed(chart, each))


def _listed(chart: Chart, ingredient: str) -> bool:
    """In use, perhaps; or on an active order that names no end in the past.

    Supplements are bought without a prescription: an order whose supply has run out still stands on the list.
    """
    return exposure.active(chart, ingredient).possibly or any(
        fact.source is Source.REQUEST
        and fact.status in {"active", "unknown"}
        and not (fact.ended and fact.ended.before(chart.today).surely)
        for fact in exposure.evidence(chart, ingredient)
    )


@concept
def bars(chart: Chart) -> tuple[Because, ...]:
    """What stands against calcium: high calcium, advanced kidney disease, a stone, sarcoidosis; as far as was read."""
    return (*_by_minerals(chart), *_diagnosed(chart, *_BARS))


def _by_minerals(chart: Chart) -> tuple[Because, ...]:
    high, kidney = calcium.high(chart), renal_function.advanced(chart)
    return (*(high.because if high else ()), *((kidney.because,) if kidney else ()))


def _diagnosed(chart: Chart, *kinds: str) -> Iterator[Because]:
    for fact in chart.conditions:
        for tag in kinds:
            if tag in fact.tags and fact.current:
                when = fact.onset if fact.has_onset else fact.recorded
                yield Because(f"{phrases.capital(_BARS[tag])}: {phrases.quote(fact.told)}", when, fact.ref)


@concept
def new_drug(chart: Chart) -> Because | None:
    """A drug that surely began within the last 90 days."""
    since = add_days(chart.today, -chart.dials(Supplements).new_drug)
    newest = [each for each in treatment.in_use(chart) if each.start.within(since, chart.today) is YES]
    return newest[0].because if newest else None


@concept
def deficiency(chart: Chart) -> Because | None:
    """A 25-OH vitamin D surely of the last year and below 20 ng/mL, which has a card of its own."""
    found = vitamin_d.deficient(chart)
    return found.because if found and found.current.surely else None


@concept
def low_vitamin_d(chart: Chart) -> Because | None:
    """A 25-OH vitamin D surely of the last year and below 30 ng/mL, deficient or not."""
    found = vitamin_d.latest(chart)
    if found is None or not found.current.surely:
        return None
    advised = chart.dials(Supplements).advised
    low = found.low or (found.value < advised and not found.told.startswith(">"))
    return found.because if low else None


def aim(chart: Chart, absent: tuple[str, ...]) -> str:
    """What to aim for; vitamin D that is deficient is repleted first."""
    food = "aim for calcium 1000-1200 mg (diet plus supplements)" if CALCIUM in absent else ""
    if vitamin_d.deficient(chart):
        return "; ".join(filter(None, (food, "treat the vitamin D deficiency first")))
    return f"{food}, vitamin D 600-800 IU daily" if food else "aim for vitamin D 600-800 IU daily"


@concept
def dose_ahead(chart: Chart) -> Because | None:
    """A dose of denosumab or zoledronic acid that is planned within 30 days, or due; no bisphosphonate in its place."""
    until = add_days(chart.today, chart.dials(DenosumabSchedule).window)
    for ingredient in ("denosumab", "zoledronic-acid"):
        for booking in denosumab_schedule.booked(chart, ingredient):
            if booking.when.within(chart.today, until) is YES:
                return booking.because
    drugs = {each.ingredient for each in treatment.in_use(chart)}
    due = denosumab_schedule.due_when(chart)
    waiting = "denosumab" in drugs and drugs.isdisjoint(BISPHOSPHONATES)
    if due is not None and waiting and denosumab_schedule.in_due_window(chart, due) is YES:
        last = denosumab_schedule.last_seen(chart)
        return Because("The next denosumab dose is due", due, last.ref if last else None)
    return None


@concept
def vitamin_d_unmeasured(chart: Chart) -> bool:
    """No 25-OH vitamin D of the last 12 months is on file; false where the laboratory was not read whole."""
    if chart.laboratory.state is not State.WHOLE:
        return False
    return not vitamin_d.known_within(chart, chart.dials(VitaminD).current)


@concept
def withheld(chart: Chart) -> tuple[str, ...]:
    """Why no vitamin D is drafted, as finished sentences; empty where it may be."""
    reasons = [_dated(each) for each in (*_by_minerals(chart), *_diagnosed(chart, "sarcoidosis"))]
    deficient = vitamin_d.deficient(chart)
    if deficient:
        reasons.append(f"{deficient.words}: replete first, 800 IU is maintenance")
    allergy = next((each for each in chart.allergies if VITAMIN_D in each.ingredients), None)
    if allergy and allergy.clinical in {"", "active"}:
        reasons.append(f"allergy or intolerance to {phrases.quote(allergy.text)} is recorded")
    told = tuple(f"No vitamin D is drafted here: {each}." for each in reasons)
    unseen = _not_whole(chart, ("conditions", "laboratory", "allergies"))
    if renal_function.newest(chart) is not None:
        unseen += _not_whole(chart, ("patient", "vital_signs"))
    if unseen:
        told += (f"No vitamin D is drafted because {phrases.listed(unseen)} could not be read in full.",)
    return told


def no_calcium(chart: Chart) -> tuple[str, ...]:
    """Why no calcium is asked for though none is listed, as finished sentences."""
    if CALCIUM not in missing(chart):
        return ()
    return tuple(f"No calcium is asked for here: {_dated(each)}." for each in bars(chart))


def _dated(fact: Because) -> str:
    return f"{fact.text} ({phrases.when(fact.when)})" if fact.when else fact.text


def unchecked(chart: Chart) -> tuple[str, ...]:
    """What could not be looked at before calcium is advised, as a finished sentence."""
    unseen = _not_whole(chart, ("conditions", "laboratory"))
    if not unseen:
        return ()
    return (f"{phrases.capital(phrases.listed(unseen))} could not be read in full: exclude high calcium and stones.",)


def _not_whole(chart: Chart, names: tuple[str, ...]) -> list[str]:
    return [_UNREAD[name] for name in names if chart.section(name).state is not State.WHOLE]


def draft() -> Suggestion:
    """Cholecalciferol 800 IU a day."""
    product = PRODUCTS[PRODUCT_OF[VITAMIN_D]]
    action = Action(f"Draft: {product.text}", Create(DrugOrder(product.key)))
    return Suggestion("Cholecalciferol 800 IU daily", (action,), drug=VITAMIN_D)
