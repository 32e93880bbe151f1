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
from cards.rule import Days, MgDay, Months
from cards.verdict import Because
from cards.when import YES, Truth, When, add_days

YEAR_DAYS: Final = 365
CUMULATIVE_MG: Final = Decimal(5000)
SYSTEMIC_ROUTES: Final = frozenset(("oral", "intravenous", None))
TABLETS: Final = frozenset(("oral", None))


@dataclass(frozen=True, slots=True)
class Glucocorticoids(Dials):
    """When glucocorticoids count: at least `dose` for `days` of the last `window`, or `high_dose` for longer."""

    dose: MgDay = MgDay("2.5", "prednisone equivalent a day from which glucocorticoids count")
    days: Days = Days(90, "days at that dose")
    window: Days = Days(180, "how far back those days are counted")
    high_dose: MgDay = MgDay(30, "prednisone equivalent a day that is a high dose")
    high_dose_days: Days = Days(30, "days at the high dose that must be exceeded")
    completed: Months = Months(12, "after a completed order of untold length, how long its drug may be in use")


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
    mg_day = _mg_day(fact, ingredient)
    if not fact.sure or fact.route not in SYSTEMIC_ROUTES or mg_day is None or not fact.has_start:
        return None
    if exposure.interval(chart, fact) is None:
        return None
    first = fact.started.latest
    if fact.source is Source.ADMINISTRATION:
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


def _mg_day(fact: Medication, ingredient: str) -> Decimal | None:
    """Prednisone equivalents a day while it is taken; None where dose or interval are not told."""
    days = Decimal(1) if fact.source is Source.ADMINISTRATION else fact.interval_days
    return None if fact.dose_mg is None or not days else fact.dose_mg * GLUCOCORTICOIDS[ingredient] / days


@dataclass(frozen=True, slots=True)
class Use:
    """A systemic glucocorticoid that is, or may be, in use today; `mg_day` is None where no daily dose is told."""

    medication: Medication
    mg_day: Decimal | None
    holds: Truth


@concept
def in_use(chart: Chart) -> tuple[Use, ...]:
    """What shows, or may show, a systemic glucocorticoid in use today: days surely covered, and an order until 90 days
    after its supply (R-EXP-01)."""
    covered = {each.medication.ref: each for each in _courses(chart) if each.first <= chart.today <= each.last}
    sure = tuple(Use(each.medication, each.mg_day, YES) for each in covered.values())
    return sure + tuple(
        Use(fact, _mg_day(fact, ingredient), truth)
        for ingredient in GLUCOCORTICOIDS
        for fact, truth in exposure.in_use(chart, ingredient)
        if fact.route in SYSTEMIC_ROUTES and fact.ref not in covered
    )


@dataclass(frozen=True, slots=True)
class Daily:
    """Milligrams of prednisone equivalents a day, and the resource that shows most of them."""

    mg: Decimal
    medication: Medication

    @property
    def told(self) -> str:
        """ "7.5 mg/day"."""
        return f"{phrases.number(phrases.one_decimal(self.mg))} mg/day"

    @property
    def because(self) -> Because:
        """Today's dose as a fact of a card."""
        words = f"{phrases.capital(name(self.medication.ingredient))}: {self.told} prednisone equivalent"
        return Because(words, self.medication.started, self.medication.ref)


def _daily(uses: Iterable[Use]) -> Daily | None:
    """The largest dose of each drug, added up: an order and its fill are one exposure."""
    largest: dict[str, tuple[Decimal, Medication]] = {}
    for use in uses:
        held = largest.get(use.medication.ingredient)
        if use.mg_day is not None and (held is None or use.mg_day >= held[0]):
            largest[use.medication.ingredient] = (use.mg_day, use.medication)
    if not largest:
        return None
    most = max(largest.values(), key=lambda each: each[0])
    return Daily(sum((mg for mg, _ in largest.values()), Decimal(0)), most[1])


@concept
def today(chart: Chart) -> Daily | None:
    """The dose that is surely in use today, as far as the record tells one."""
    return _daily(use for use in in_use(chart) if use.holds is YES)


@concept
def possibly_today(chart: Chart) -> Daily | None:
    """The dose that is, or may be, in use today, as far as the record tells one."""
    return _daily(in_use(chart))


@concept
def supplied(chart: Chart, mg_day: Decimal) -> bool:
    """Do the days that the record surely covers reach to today at that dose? An order's grace covers none."""
    return _on(_courses(chart), chart.today) >= mg_day


@dataclass(frozen=True, slots=True)
class Doubt:
    """What to record to know whether a dose is in use, and the drug it hangs on."""

    record: str
    because: Because


@concept
def doubt(chart: Chart, mg_day: Decimal) -> Doubt | None:
    """What leaves open whether `mg_day` is in use today, where it is not surely; None where it surely is not."""
    uses = in_use(chart)
    told = {use.medication.ingredient for use in uses if use.holds is YES and use.mg_day is not None}
    for use in uses:
        if use.mg_day is None and use.medication.ingredient not in told:
            return _doubt("the daily dose of {drug}", "may be in use, daily dose not told", use.medication)
    maybe = (*(use for use in uses if use.holds is not YES), *_completed(chart))
    most = _daily((*uses, *maybe))
    for use in maybe:
        if use.mg_day is None or (most and most.mg >= mg_day):
            return _doubt("whether {drug} is still taken", "may be in use", use.medication)
    return None


def _completed(chart: Chart) -> tuple[Use, ...]:
    """Completed orders that tell neither an end nor a supply: the tablets may be taken to this day (R-EXP-01)."""
    months = chart.dials(Glucocorticoids).completed
    return tuple(
        Use(fact, _mg_day(fact, ingredient), Truth.MAYBE)
        for ingredient in GLUCOCORTICOIDS
        for fact in exposure.evidence(chart, ingredient)
        if fact.source is Source.REQUEST
        and fact.status == "completed"
        and fact.route in TABLETS
        and fact.ended is None
        and fact.supply_days is None
        and not fact.events
        and fact.started.plus_months(months).on_or_after(chart.today).possibly
    )


def _doubt(record: str, use: str, medication: Medication) -> Doubt:
    drug = name(medication.ingredient)
    because = Because(f"{phrases.capital(drug)} {use}", medication.started, medication.ref)
    return Doubt(record.format(drug=drug), because)


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
