"""What puts a patient at very high risk of fracture, by the profile the site has chosen (R-VHR-01)."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Final

from cards import phrases
from cards.chart import BoneDensity, Chart, Dials, Measurement, concept
from cards.concepts import bone_density, fragility_fracture, glucocorticoid, scope
from cards.concepts.fragility_fracture import FragilityFracture
from cards.rule import Fractures, Months, Percent, TScore
from cards.verdict import Because
from cards.when import YES, When, add_months

AACE20: Final = "aace20"
FRAX_WORDS: Final = {"frax-major": "FRAX major fracture", "frax-hip": "FRAX hip fracture"}


@dataclass(frozen=True, slots=True)
class VeryHighRisk(Dials):
    """The limits of very high risk, and how old a figure may be. The `aace_` ones hold under that profile alone."""

    t_score: TScore = TScore("-3.5", "T-score at or below which risk is very high")
    frax_major: Percent = Percent("30.0", "FRAX of a major fracture from which risk is very high")
    frax_hip: Percent = Percent("4.5", "FRAX of a hip fracture from which risk is very high")
    t_score_within: Months = Months(60, "how old a T-score may be")
    frax_within: Months = Months(24, "how old a FRAX figure may be")
    aace_t_score: TScore = TScore("-3.0", "the T-score under aace20, which must be lower still")
    aace_recent: Months = Months(12, "how recent a fracture is very high risk under aace20")
    aace_fractures: Fractures = Fractures(2, "fractures that are very high risk under aace20")


class Kind(enum.Enum):
    """What kind of criterion is met."""

    FRACTURE = "fracture"
    T_SCORE = "T-score"
    FRAX = "FRAX"
    GLUCOCORTICOID = "glucocorticoid"


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion that holds now: words for a card's summary, the fact, and the day it was met."""

    kind: Kind
    words: str
    because: Because
    when: When | None
    event: FragilityFracture | None = None


@concept
def criteria(chart: Chart) -> tuple[Criterion, ...]:
    """The criteria that surely hold now, the newest fracture first. T-score and FRAX rest in restricted mode."""
    found = [*_fractures(chart)]
    if not scope.restricted(chart):
        found += [*_t_scores(chart), *_frax(chart)]
    steroid = glucocorticoid.high_dose(chart)
    if steroid:
        found.append(Criterion(Kind.GLUCOCORTICOID, "high-dose glucocorticoid", steroid, steroid.when))
    return tuple(found)


@concept
def very_high_risk_criteria(chart: Chart) -> tuple[Because, ...]:
    """The criteria that surely hold now, as facts."""
    return tuple(each.because for each in criteria(chart))


def _fractures(chart: Chart) -> Iterator[Criterion]:
    dials = chart.dials(VeryHighRisk)
    sure = [each for each in fragility_fracture.events(chart) if each.certain is YES]
    told = list(reversed(sure))
    if chart.site.vhr_profile == AACE20:
        many = len(fragility_fracture.distinct(chart, sure)) >= dials.aace_fractures
        since = add_months(chart.today, -dials.aace_recent)
        told = [each for each in told if many or each.when.within(since, chart.today) is YES]
    for event in told:
        yield Criterion(
            Kind.FRACTURE, f"{event.site} fracture {phrases.when(event.when)}", event.because, event.when, event
        )
    history = fragility_fracture.history(chart)
    if history and chart.site.vhr_profile != AACE20:
        fact = Because("History of an osteoporosis fracture, undated", None, history.ref)
        yield Criterion(Kind.FRACTURE, "history of an osteoporosis fracture", fact, None)


def _t_scores(chart: Chart) -> Iterator[Criterion]:
    dials = chart.dials(VeryHighRisk)
    since = add_months(chart.today, -dials.t_score_within)
    aace = chart.site.vhr_profile == AACE20
    for score in bone_density.latest_t_scores(chart, since):
        value = score.t_score or Decimal(0)
        if value < dials.aace_t_score if aace else value <= dials.t_score:
            fact = bone_density.because_t(score)
            words = f"T-score {phrases.t_score(value)}, {bone_density.place(score)}"
            yield Criterion(Kind.T_SCORE, words, fact, score.when)


def _frax(chart: Chart) -> Iterator[Criterion]:
    dials = chart.dials(VeryHighRisk)
    aace = chart.site.vhr_profile == AACE20
    for test, limit in (("frax-major", dials.frax_major), ("frax-hip", dials.frax_hip)):
        latest = _latest(chart, test)
        if latest is None or latest.comparator.startswith("<"):
            continue
        if latest.value > limit if aace else latest.value >= limit:
            words = f"{FRAX_WORDS[test]} {_percent(latest.value)} %"
            yield Criterion(Kind.FRAX, words, Because(f"{words} in 10 years", latest.when, latest.ref), latest.when)


def _percent(value: Decimal) -> str:
    """Cut to one decimal: a figure below a limit is never told as the limit."""
    return phrases.number(value.quantize(Decimal("0.1"), ROUND_DOWN))


def _latest(chart: Chart, test: str) -> Measurement | None:
    """The newest figure of the last 24 months, recorded as an Observation or as a RiskAssessment."""
    since = add_months(chart.today, -chart.dials(VeryHighRisk).frax_within)
    found = [
        each
        for each in (*chart.fracture_risk, *chart.risk_assessments)
        if each.test == test and each.when.within(since, chart.today) is YES
    ]
    return max(found, key=lambda each: (each.when.latest, each.ref), default=None)


@concept
def figures(chart: Chart) -> tuple[Because, ...]:
    """The lowest current T-score and the current FRAX figures: what stayed below the limits."""
    since = add_months(chart.today, -chart.dials(VeryHighRisk).t_score_within)
    lowest = bone_density.lowest(bone_density.latest_t_scores(chart, since))
    frax = [each for each in (_latest(chart, "frax-major"), _latest(chart, "frax-hip")) if each]
    return (
        *((bone_density.because_t(lowest),) if lowest else ()),
        *map(because, frax),
    )


def because(figure: Measurement) -> Because:
    """A FRAX figure as a fact of the card."""
    return Because(f"{FRAX_WORDS[figure.test]} {_percent(figure.value)} %", figure.when, figure.ref)


@concept
def latest_hip_t(chart: Chart) -> BoneDensity | None:
    """The lowest of the latest T-scores of the hip's regions within five years."""
    since = add_months(chart.today, -chart.dials(VeryHighRisk).t_score_within)
    scores = bone_density.latest_t_scores(chart, since)
    return bone_density.lowest(each for each in scores if each.site in bone_density.HIP_SITES)
