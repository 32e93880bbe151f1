"""The current course of denosumab: its first and last dose, how long it lasts, and what that means for the exit."""

from __future__ import annotations

from dataclasses import dataclass

from cards import phrases
from cards.chart import Chart, Dials, concept
from cards.concepts import denosumab_follow_on as follow_on
from cards.concepts import denosumab_schedule as schedule
from cards.concepts import exposure, fracture_risk, fragility_fracture, glucocorticoid, scope
from cards.rule import Months, TScore
from cards.verdict import Because
from cards.when import MAYBE, NO, YES, Truth, When, add_months, months_between


@dataclass(frozen=True, slots=True)
class DenosumabCourse(Dials):
    """`gap` between two doses ends a course; `long` exposure or a hip T-score of `low_hip` make leaving it harder."""

    gap: Months = Months(12, "time between two doses that ends a course")
    long: Months = Months(30, "exposure from which leaving denosumab is harder")
    low_hip: TScore = TScore("-2.5", "hip T-score at or below which leaving denosumab is harder")


@dataclass(frozen=True, slots=True)
class Course:
    """The doses of the current course. `exposure_months` is what the record surely shows; `exact` where it is all.

    `at_most_months` is the longest it may be, as partial dates are read.
    """

    first: When
    last: When
    count: int
    exposure_months: int
    exact: bool
    at_most_months: int

    @property
    def words(self) -> str:
        """ "54 months of denosumab (9 doses)"."""
        least = "" if self.exact else "at least "
        months, doses = phrases.plural(self.exposure_months, "month"), phrases.plural(self.count, "dose")
        return f"{least}{months} of denosumab ({doses} on record)"


@concept
def course(chart: Chart) -> Course | None:
    """The doses since the last gap of more than 12 months, or since an exit that was finished; None without a dose."""
    last = schedule.last_dose(chart)
    if last is None:
        return None
    longest_gap = chart.dials(DenosumabCourse).gap
    current: list[When] = []
    surely: list[When] = []
    for dose in exposure.doses(chart, schedule.INGREDIENT, schedule.PRODUCTS).doses:
        if current and (
            dose.when.earliest > current[-1].plus_months(longest_gap).latest
            or follow_on.ended_between(chart, current[-1], dose.when)
        ):
            current, surely = [], []
        elif current and dose.when.latest > add_months(max(each.earliest for each in current), longest_gap):
            surely = []
        current.append(dose.when)
        surely.append(dose.when)
    first = _first(current, surely) if current else last.when
    covered = chart.dials(schedule.DenosumabSchedule).interval
    return Course(
        first,
        last.when,
        max(len(current), 1),
        months_between(first.latest, last.when.earliest) + covered,
        first.exact and last.when.exact,
        months_between(first.earliest, last.when.latest) + covered,
    )


def _first(doses: list[When], surely: list[When]) -> When:
    """The first of the doses, which need not be the first in order of their latest days; `surely` are of one course."""
    return When(min(each.earliest for each in doses), min(each.latest for each in surely))


def lasts(found: Course, first: int, last: int | None = None) -> Truth:
    """The exposure is at least `first` months, and less than `last` where that is given."""
    least, most = found.exposure_months, found.at_most_months
    if least >= first and (last is None or most < last):
        return YES
    return MAYBE if most >= first and (last is None or least < last) else NO


def told(chart: Chart) -> tuple[Because, ...]:
    """The course as a fact of a card; nothing where no dose is on record, only an order or a stretch of use."""
    found, last = course(chart), schedule.last_seen(chart)
    return (Because(phrases.capital(found.words)),) if found and last and last.dated and not last.from_order else ()


def began(chart: Chart) -> tuple[Because, ...]:
    """The first dose of the course as a fact, where its doses are on record."""
    found = course(chart)
    return (Because("First denosumab dose of this course", found.first),) if found and told(chart) else ()


def weaker_evidence(chart: Chart) -> tuple[str, ...]:
    """What to say after a single dose: the same rules hold, with less behind them."""
    found = course(chart)
    single = found is not None and found.count == 1 and told(chart)
    return ("After a single dose of denosumab the evidence for a rebound is weaker.",) if single else ()


def first_of_course(chart: Chart, planned: When) -> Truth:
    """A dose planned for that day begins a course: none came before, the exit was finished, or the gap is too long."""
    last = schedule.last_dose(chart)
    if last is None:
        return YES
    gap = last.when.plus_months(chart.dials(DenosumabCourse).gap)
    far = YES if planned.earliest > gap.latest else MAYBE if planned.latest > gap.earliest else NO
    return far | follow_on.is_done(chart)


@concept
def is_long(chart: Chart) -> bool:
    """At least 30 months of denosumab: more than four doses on time."""
    found = course(chart)
    return found is not None and found.exposure_months >= chart.dials(DenosumabCourse).long


@concept
def high_risk(chart: Chart) -> tuple[Because, ...]:
    """Why leaving denosumab is of high risk (R-CHOICE-05); empty where nothing on record says so."""
    found: list[Because] = []
    fracture = fragility_fracture.prior_vertebral_or_hip(chart)
    if fracture is not None:
        found.append(fracture.because)
    found += fracture_risk.very_high_risk_criteria(chart)
    hip = fracture_risk.latest_hip_t(chart)
    low = chart.dials(DenosumabCourse).low_hip
    if hip is not None and hip.t_score is not None and hip.t_score <= low and not scope.restricted(chart):
        found.append(Because(f"Hip T-score {phrases.t_score(hip.t_score)}", hip.when, hip.ref))
    glucocorticoids = glucocorticoid.gio(chart)
    if glucocorticoids is not None:
        found.append(glucocorticoids)
    return tuple(dict.fromkeys(found))
