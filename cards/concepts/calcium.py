"""Whether calcium is low, normal or high: ionised, corrected for albumin, or total as it stands (R-CAL-01)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Final

from cards import phrases
from cards.chart import Chart, Condition, Dials, Measurement, concept
from cards.rule import Days
from cards.verdict import Because
from cards.when import When, add_days

NORMAL: Final = (Decimal("8.5"), Decimal("10.5"))
"""Total or corrected calcium, mg/dL, where the result brings no limits of its own."""

NORMAL_IONISED: Final = (Decimal("1.15"), Decimal("1.33"))
"""Ionised calcium, mmol/L, where the result brings no limits of its own."""

_FOUR: Final = Decimal("4.0")
_PER_GRAM: Final = Decimal("0.8")
_PRIMARY: Final = "hyperparathyroidism-primary"


@dataclass(frozen=True, slots=True)
class Calcium(Dials):
    """Numbers of the calcium reading that a site may turn."""

    low_within: Days = Days(90, "how old a low calcium may be and still count")
    high_within: Days = Days(365, "how old a high calcium may be and still count")
    fresh: Days = Days(30, "how old a normal value may be and still outweigh a diagnosis")
    albumin_within: Days = Days(7, "how far apart albumin and calcium may be")


@dataclass(frozen=True, slots=True)
class Level:
    """The calcium that counts. `sure` is false for a total calcium that no albumin corrects."""

    value: Decimal
    unit: str
    kind: str
    when: When
    ref: str
    low: Decimal
    high: Decimal
    sure: bool
    how: str = ""

    @property
    def words(self) -> str:
        """ "7.9 mg/dL"; with what was done to it: "corrected 7.9 mg/dL". Never rounded back to a limit."""
        way = ROUND_FLOOR if self.value < self.low else ROUND_CEILING if self.value > self.high else ROUND_HALF_UP
        told = phrases.number(self.value.quantize(Decimal("0.01"), way))
        return f"{f'{self.kind} ' if self.kind else ''}{told} {self.unit}"

    @property
    def because(self) -> Because:
        """The value with its limits as a fact of the card."""
        limits = f"limits {phrases.number(round(self.low, 2))} to {phrases.number(round(self.high, 2))}"
        return Because(f"Calcium {self.words} ({f'{self.how}; ' if self.how else ''}{limits})", self.when, self.ref)

    @property
    def normal(self) -> bool:
        """Inside its limits, and not in need of albumin."""
        return self.sure and self.low <= self.value <= self.high


@dataclass(frozen=True, slots=True)
class Disturbed:
    """Calcium that is low or high: how a summary names it, and what shows it. `sure` false: albumin is missing."""

    words: str
    because: tuple[Because, ...]
    sure: bool = True
    tentative: bool = False


def nothing_missed(chart: Chart) -> None:
    """For conclusions from absence: raises NotRead where a result or a diagnosis may be unseen."""
    chart.conditions.whole()
    chart.laboratory.whole()


@concept
def latest(chart: Chart) -> Level | None:
    """The newest calcium: ionised where it is at least as new as the total, corrected where albumin allows it."""
    ionised = _newest(chart, "calcium-ionized")
    total = _newest(chart, "calcium-total")
    corrected = _newest(chart, "calcium-corrected")
    newest = max((fact.when.latest for fact in (ionised, total, corrected) if fact), default=None)
    if ionised is not None and ionised.when.latest == newest:
        return _level(ionised, "ionised", "mmol/L", NORMAL_IONISED)
    if corrected is not None and corrected.when.latest == newest:
        return _level(corrected, "corrected", "mg/dL", NORMAL, how="corrected for albumin by the laboratory")
    return None if total is None else _total(chart, total)


@concept
def fresh_normal(chart: Chart) -> Level | None:
    """A corrected or ionised calcium inside its limits and surely no older than 30 days."""
    found = latest(chart)
    if found is None or not found.normal or not _within(chart, found.when, chart.dials(Calcium).fresh, surely=True):
        return None
    return found


@concept
def low(chart: Chart) -> Disturbed | None:
    """Calcium below its limit within 90 days, or a current diagnosis of hypocalcemia that no fresh result refutes."""
    found = latest(chart)
    if found is not None and not (
        found.value < found.low and _within(chart, found.when, chart.dials(Calcium).low_within)
    ):
        found = None
    if found is not None and found.sure:
        return Disturbed(f"low calcium ({found.words}, {phrases.when(found.when)})", (found.because,))
    diagnosis = _diagnosis(chart, "hypocalcemia")
    if diagnosis is not None and not (diagnosis.tentative and found is not None):
        return _diagnosed("low calcium", diagnosis)
    if found is None:
        return None
    near = phrases.plural(chart.dials(Calcium).albumin_within, "day")
    missing = Because(f"No albumin within {near} of it, and no ionised calcium: check one of them")
    return Disturbed(f"low calcium ({found.words}, {phrases.when(found.when)})", (found.because, missing), sure=False)


@concept
def high(chart: Chart) -> Disturbed | None:
    """Calcium above its limit within a year, or a current hypercalcemic disorder (R-CI-PTH-02)."""
    found = latest(chart)
    if found is not None and found.value > found.high and _within(chart, found.when, chart.dials(Calcium).high_within):
        return Disturbed(f"calcium {found.words} ({phrases.when(found.when)})", (found.because,))
    diagnoses = [each for each in (_diagnosis(chart, _PRIMARY), _diagnosis(chart, "hypercalcemia")) if each]
    first = min(diagnoses, key=lambda fact: fact.tentative, default=None)
    if first is None:
        return None
    return _diagnosed("hyperparathyroidism" if _PRIMARY in first.tags else "hypercalcemia", first)


@concept
def known_within(chart: Chart, days: int) -> bool:
    """A calcium is on file that is surely no older than so many days."""
    found = latest(chart)
    return found is not None and _within(chart, found.when, days, surely=True)


def _diagnosed(name: str, diagnosis: Condition) -> Disturbed:
    when = diagnosis.onset if diagnosis.has_onset else diagnosis.recorded
    dated = f", {phrases.when(when)}" if when is not None else ""
    fact = Because(f"{phrases.capital(name)} is recorded: {phrases.quote(diagnosis.told)}", when, diagnosis.ref)
    return Disturbed(f"{name} (recorded diagnosis{dated})", (fact,), tentative=diagnosis.tentative)


def _diagnosis(chart: Chart, tag: str) -> Condition | None:
    against = _refuting(chart, tag)
    found = [
        fact
        for fact in chart.conditions
        if tag in fact.tags and fact.current and not (against and _later(against, fact))
    ]
    return min(found, key=lambda fact: (fact.tentative, fact.ref), default=None)


def _refuting(chart: Chart, tag: str) -> Level | None:
    """A fresh value on the other side of the limit: a normal one, and all the more one that is off the other way."""
    found = latest(chart)
    if tag == _PRIMARY or found is None or not found.sure:
        return None
    beyond = found.value >= found.low if tag == "hypocalcemia" else found.value <= found.high
    fresh = _within(chart, found.when, chart.dials(Calcium).fresh, surely=True)
    return found if beyond and fresh else None


def _later(level: Level, diagnosis: Condition) -> bool:
    said = [when.latest for when in (diagnosis.onset if diagnosis.has_onset else None, diagnosis.recorded) if when]
    return bool(said) and level.when.earliest > max(said)


def _within(chart: Chart, when: When, days: int, *, surely: bool = False) -> bool:
    answer = when.within(add_days(chart.today, -days), chart.today)
    return answer.surely if surely else answer.possibly


def _newest(chart: Chart, test: str) -> Measurement | None:
    found = [fact for fact in chart.laboratory if fact.test == test and fact.when.on_or_before(chart.today).possibly]
    return max(found, key=lambda fact: (fact.when.latest, fact.ref), default=None)


def _level(
    measured: Measurement, kind: str, unit: str, normal: tuple[Decimal, Decimal], *, sure: bool = True, how: str = ""
) -> Level:
    return Level(
        measured.value,
        unit,
        kind,
        measured.when,
        measured.ref,
        normal[0] if measured.low is None else measured.low,
        normal[1] if measured.high is None else measured.high,
        sure,
        how,
    )


def _total(chart: Chart, total: Measurement) -> Level:
    as_measured = _level(total, "", "mg/dL", NORMAL, sure=False, how="total, not corrected for albumin")
    within = chart.dials(Calcium).albumin_within
    near = [
        (abs((fact.when.latest - total.when.latest).days), fact.ref, fact)
        for fact in chart.laboratory
        if fact.test == "albumin"
    ]
    apart, _, albumin = min(near, key=lambda each: each[:2], default=(within + 1, "", total))
    if apart > within:
        return as_measured
    value = total.value + _PER_GRAM * (_FOUR - albumin.value)
    measured = f"albumin {phrases.number(round(albumin.value, 2))} g/dL of {phrases.when(albumin.when)}"
    how = f"total {phrases.number(round(total.value, 2))}, {measured}"
    return Level(value, "mg/dL", "corrected", total.when, total.ref, as_measured.low, as_measured.high, True, how)
