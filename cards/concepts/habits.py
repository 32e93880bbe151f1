"""What of the way of life bears on bone: smoking, weight, alcohol, falls (R-LIFE-01)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

from cards import phrases
from cards.chart import Chart, Condition, Dials, Measurement, SmokingStatus, concept
from cards.rule import Months, Percent
from cards.verdict import Because
from cards.when import YES, add_months

UNDERWEIGHT: Final = Decimal("18.5")
"""kg/m²: below it the weight is low."""

DRINKS: Final = Decimal(2)
"""A day: more than these are too many."""

_TENTH: Final = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Habits(Dials):
    """How long an answer or a weight tells of today, and which loss of weight counts."""

    answer_within: Months = Months(24, "an answer on smoking or drinking older than this tells nothing of today")
    weight_within: Months = Months(12, "the span of a loss of weight, and the age from which a weight is old")
    weight_loss: Percent = Percent("10.0", "a loss of weight of so much counts")


@concept
def smoking(chart: Chart) -> Because | None:
    """The patient smokes: by the newest answer, or by a diagnosis that no later answer contradicts."""
    newest = _answer(chart)
    since = add_months(chart.today, -chart.dials(Habits).answer_within)
    if newest and newest.smokes and newest.when.within(since, chart.today) is YES and not _doubted(chart, newest):
        told = f": {phrases.quote(newest.text)}" if newest.text else ""
        return Because(f"Smoking recorded{told}", newest.when, newest.ref)
    for fact in _current(chart, "smoking"):
        said = fact.recorded or fact.onset
        if newest is None or newest.smokes is not False or said.after(newest.when.latest) is YES:
            return _diagnosis("Smoking recorded", fact)
    return None


@concept
def not_smoking(chart: Chart) -> Because | None:
    """The newest answer, where it says that the patient does not smoke."""
    newest = _answer(chart)
    if newest is None or newest.smokes is not False:
        return None
    return Because("Recorded as not smoking", newest.when, newest.ref)


def _answers(chart: Chart) -> list[SmokingStatus]:
    return [fact for fact in chart.social_history.seen() if isinstance(fact, SmokingStatus)]


def _doubted(chart: Chart, answer: SmokingStatus) -> bool:
    """Another answer, of another kind, is not surely older."""
    return any(
        each.smokes is not answer.smokes and each.when.before(answer.when.earliest) is not YES
        for each in _answers(chart)
    )


def _answer(chart: Chart) -> SmokingStatus | None:
    return max(_answers(chart), key=lambda fact: (fact.when.latest, fact.smokes is not True, fact.ref), default=None)


@concept
def underweight(chart: Chart) -> Because | None:
    """The newest body mass index, where it is surely of the last 12 months and below 18.5."""
    newest = _newest(chart, "body-mass-index")
    if newest is None or newest.value >= UNDERWEIGHT:
        return None
    index = phrases.number(newest.value.quantize(_TENTH, ROUND_DOWN))
    return Because(f"Body mass index {index} kg/m²", newest.when, newest.ref)


@concept
def weight_loss(chart: Chart) -> Because | None:
    """From the highest to the newest weight of the last 12 months 10 % or more were lost."""
    newest = _newest(chart, "body-weight")
    if newest is None:
        return None
    earlier = [fact for fact in _recent(chart, "body-weight") if fact.when.before(newest.when.earliest) is YES]
    highest = max(earlier, key=lambda fact: (fact.value, fact.ref), default=newest)
    lost = phrases.one_decimal((highest.value - newest.value) / highest.value * 100)
    if lost < chart.dials(Habits).weight_loss:
        return None
    before = f"{_kilos(highest)} ({phrases.when(highest.when)})"
    return Because(f"Weight fell by {phrases.number(lost)} %: {before}, now {_kilos(newest)}", newest.when, newest.ref)


def _kilos(weight: Measurement) -> str:
    return f"{phrases.number(phrases.one_decimal(weight.value))} kg"


@concept
def drinking(chart: Chart) -> Because | None:
    """More than two drinks a day by the newest answer."""
    since = add_months(chart.today, -chart.dials(Habits).answer_within)
    told = [
        fact
        for fact in chart.social_history.seen()
        if isinstance(fact, Measurement) and fact.when.within(since, chart.today) is YES
    ]
    newest = max(told, key=lambda fact: (fact.when.latest, -fact.value, fact.ref), default=None)
    if newest is None or not _too_many(newest):
        return None
    than = {">": "More than ", ">=": "At least "}.get(newest.comparator, "")
    return Because(f"{than}{phrases.number(newest.value)} drinks a day recorded", newest.when, newest.ref)


@concept
def alcohol_disorder(chart: Chart) -> Because | None:
    """A current disorder of alcohol use."""
    return next(
        (_diagnosis("Alcohol use disorder recorded", fact) for fact in _current(chart, "alcohol-disorder")), None
    )


def _too_many(drinks: Measurement) -> bool:
    if drinks.comparator.startswith("<"):
        return False
    return drinks.value > DRINKS or (drinks.value == DRINKS and drinks.comparator == ">")


@concept
def falls(chart: Chart) -> Because | None:
    """Falls are on record."""
    return next((_diagnosis("Falls recorded", fact) for fact in _current(chart, "falls")), None)


def _current(chart: Chart, tag: str) -> tuple[Condition, ...]:
    return tuple(fact for fact in chart.conditions if tag in fact.tags and fact.current and not fact.tentative)


def _diagnosis(words: str, fact: Condition) -> Because:
    when = fact.onset if fact.has_onset else fact.recorded
    return Because(f"{words}: {phrases.quote(fact.text)}" if fact.text else words, when, fact.ref)


def _recent(chart: Chart, test: str) -> list[Measurement]:
    since = add_months(chart.today, -chart.dials(Habits).weight_within)
    return [
        fact
        for fact in chart.vital_signs.seen()
        if fact.test == test and not fact.comparator and fact.when.within(since, chart.today) is YES
    ]


def _newest(chart: Chart, test: str) -> Measurement | None:
    """Of two on one day the higher: it asks for less."""
    return max(_recent(chart, test), key=lambda fact: (fact.when.latest, fact.value, fact.ref), default=None)
