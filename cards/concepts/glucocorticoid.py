"""Systemic glucocorticoids as prednisone equivalents a day, and whether they were enough to harm bone (R-EXP-05)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from cards import phrases
from cards.chart import Chart, Dials, Medication, Source, concept
from cards.concepts import exposure
from cards.formulary import GLUCOCORTICOIDS, name
from cards.rule import Days, MgDay
from cards.verdict import Because
from cards.when import When, add_days

YEAR_DAYS: Final = 365
CUMULATIVE_MG: Final = Decimal(5000)
SYSTEMIC_ROUTES: Final = frozenset(("oral", "intravenous", None))


@dataclass(frozen=True, slots=True)
class Glucocorticoids(Dials):
    """When glucocorticoids count: at least `dose` for `days` of the last `window`, or `high_dose` for longer."""

    dose: MgDay = MgDay("2.5", "prednisone equivalent a day from which glucocorticoids count")
    days: Days = Days(90, "days at that dose")
    window: Days = Days(180, "how far back those days are counted")
    high_dose: MgDay = MgDay(30, "prednisone equivalent a day that is a high dose")
    high_dose_days: Days = Days(30, "days at the high dose that must be exceeded")


@dataclass(frozen=True, slots=True)
class _Course:
    """One resource: prednisone equivalents a day, on the days from `first` to `last`, both included."""

    medication: Medication
    mg_day: Decimal
    first: date
    last: date


@concept
def _courses(chart: Chart) -> tuple[_Course, ...]:
    pairs = ((fact, ingredient) for ingredient in GLUCOCORTICOIDS for fact in exposure.evidence(chart, ingredient))
    return tuple(course for fact, ingredient in pairs if (course := _course(chart, fact, ingredient)))


def _course(chart: Chart, fact: Medication, ingredient: str) -> _Course | None:
    """The days this resource surely covers, or None where dose, interval, start or days are not known.

    A supply counts for its own days alone: the grace that keeps a tablet course going would turn a burst of five days
    into months.
    """
    if not fact.sure or fact.route not in SYSTEMIC_ROUTES or fact.dose_mg is None or not fact.has_start:
        return None
    once = fact.source is Source.ADMINISTRATION
    if not (once or fact.interval_days) or exposure.interval(chart, fact) is None:
        return None
    mg_day = fact.dose_mg * GLUCOCORTICOIDS[ingredient] / (Decimal(1) if once else fact.interval_days or Decimal(1))
    first = fact.started.latest
    if once:
        last = first
    elif fact.ended is not None:
        last = fact.ended.earliest
    elif fact.supply_days is not None:
        last = add_days(first, int(fact.supply_days) * (1 + (fact.refills or 0)) - 1)
    elif fact.status == "active" and fact.source in (Source.REQUEST, Source.STATEMENT):
        last = chart.today
    else:
        return None
    return _Course(fact, mg_day, first, min(last, chart.today))


@concept
def daily_prednisone_equivalent(chart: Chart) -> Decimal:
    """Milligrams of prednisone equivalents today, as far as the record tells."""
    return _on(_courses(chart), chart.today)


@concept
def at_least(chart: Chart, mg_day: Decimal) -> Because | None:
    """Today's dose, where it comes to at least so many milligrams of prednisone equivalents a day."""
    dose = daily_prednisone_equivalent(chart)
    if dose < mg_day:
        return None
    return _because(chart, f"{phrases.number(phrases.one_decimal(dose))} mg/day prednisone equivalent")


@concept
def untold(chart: Chart) -> Medication | None:
    """A systemic glucocorticoid that is, or may be, in use today and of which no daily dose is told."""
    told = {course.medication.ingredient for course in _courses(chart) if course.first <= chart.today <= course.last}
    for ingredient in GLUCOCORTICOIDS:
        for fact, _ in exposure.in_use(chart, ingredient):
            systemic = fact.route in SYSTEMIC_ROUTES and fact.ingredient not in told
            if systemic and _course(chart, fact, ingredient) is None:
                return fact
    return None


def _on(courses: Iterable[_Course], day: date) -> Decimal:
    """The largest dose of each drug that day: an order and its fill are one exposure."""
    doses: dict[str, Decimal] = {}
    for course in courses:
        if course.first <= day <= course.last:
            drug = course.medication.ingredient
            doses[drug] = max(doses.get(drug, Decimal(0)), course.mg_day)
    return sum(doses.values(), Decimal(0))


def _days(chart: Chart, window: int) -> list[Decimal]:
    """The dose of each of the last `window` days, today included."""
    begin = chart.today - timedelta(days=window - 1)
    courses = [course for course in _courses(chart) if course.last >= begin]
    return [_on(courses, begin + timedelta(days=day)) for day in range(window)] if courses else []


@concept
def gio(chart: Chart) -> Because | None:
    """At least 2.5 mg a day on at least 90 of the last 180 days: glucocorticoid-induced osteoporosis is in question."""
    dials = chart.dials(Glucocorticoids)
    long = sum(1 for dose in _days(chart, dials.window) if dose >= dials.dose)
    if long < dials.days:
        return None
    return _because(chart, f"at least {phrases.number(dials.dose)} mg/day prednisone equivalent on {long} of the last "
                    f"{dials.window} days")  # fmt: skip


@concept
def high_dose(chart: Chart) -> Because | None:
    """At least 30 mg a day for more than 30 days, or at least 5 g, within the last 365 days."""
    dials = chart.dials(Glucocorticoids)
    doses = _days(chart, YEAR_DAYS)
    many = sum(1 for dose in doses if dose >= dials.high_dose)
    if many > dials.high_dose_days:
        return _because(chart, f"{phrases.number(dials.high_dose)} mg/day or more prednisone equivalent on {many} days "
                        "of the last year")  # fmt: skip
    total = sum(doses, Decimal(0))
    if total >= CUMULATIVE_MG:
        grams = phrases.number(phrases.one_decimal(total / 1000))
        return _because(chart, f"{grams} g prednisone equivalent in the last year")
    return None


def _because(chart: Chart, words: str) -> Because:
    newest = max(_courses(chart), key=lambda each: (each.last, each.first, each.medication.ref)).medication
    return Because(f"{phrases.capital(name(newest.ingredient))}: {words}", When.on(newest.started.latest), newest.ref)
