"""How well the kidneys work, as far as the record tells: clearance, eGFR and advanced disease (R-REN-01, -02)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Final

from cards import phrases
from cards.chart import Chart, Condition, Dials, Measurement, concept
from cards.rule import Days
from cards.verdict import Because
from cards.when import YES, Truth, When, add_days

ADVANCED_BELOW: Final = Decimal(30)
"""eGFR or creatinine clearance of the denosumab boxed warning, mL/min (R-REN-02)."""

_FAILING: Final = Decimal(14)
_AGE_TERM: Final = 140
_FEMALE: Final = Decimal("0.85")
_DIVISOR: Final = 72


@dataclass(frozen=True, slots=True)
class RenalFunction(Dials):
    """Numbers of the renal value that a site may turn."""

    current: Days = Days(365, "how old a renal value may be and still decide")
    recent: Days = Days(90, "how old a renal value may be before zoledronic acid")


@dataclass(frozen=True, slots=True)
class Renal:
    """A renal value. `kind` is "CrCl" or "eGFR", `value` what is compared ("<15" is 14), `told` how it is written.

    `current` is whether it is no older than a year. `how` says how it was reached. `failing`: dialysis or end-stage
    disease stands for a value below 15.
    """

    value: Decimal
    kind: str
    when: When
    ref: str
    current: Truth
    told: str
    how: str = ""
    failing: bool = False

    @property
    def words(self) -> str:
        """ "CrCl 34.9", "eGFR <15", "dialysis"."""
        return self.told if self.failing else f"{self.kind} {self.told}"

    @property
    def because(self) -> Because:
        """The value as a fact of the card."""
        if self.failing:
            text = f"{phrases.capital(self.told)} is recorded: renal function counts as below 15"
            return Because(text, self.when, self.ref)
        unit = "mL/min" if self.kind == "CrCl" else "mL/min/1.73 m²"
        return Because(f"{self.kind} {self.told} {unit}{f' ({self.how})' if self.how else ''}", self.when, self.ref)


@dataclass(frozen=True, slots=True)
class Advanced:
    """Advanced kidney disease: `words` as a summary names it, and the facts that show it."""

    words: str
    because: Because
    tentative: bool = False
    old: bool = False


def nothing_missed(chart: Chart) -> None:
    """For conclusions from absence: raises NotRead where a value, or what a clearance needs, may be unseen."""
    chart.conditions.whole()
    chart.laboratory.whole()
    if _newest(chart, ("creatinine",)):
        chart.vital_signs.whole()
        chart.section("patient").whole()


@concept
def kidney_failure(chart: Chart) -> Condition | None:
    """Current dialysis or end-stage kidney disease; a confirmed one before a suspected one."""
    found = [fact for fact in chart.conditions if "kidney-failure" in fact.tags and fact.current]
    return min(found, key=lambda fact: (fact.tentative, "dialysis" not in fact.tags, fact.ref), default=None)


@concept
def best(chart: Chart) -> Renal | None:
    """The value for the limits of bisphosphonates: clearance where it can be computed, else eGFR in its place.

    None where no value of the last year is known. A value whose date is only partly known may be `current` maybe.
    """
    failure = kidney_failure(chart)
    if failure is not None and not failure.tentative:
        return _failure(failure)
    values = [each for each in (_clearance(chart), _egfr(chart)) if each is not None]
    sure = [each for each in values if each.current.surely]
    return next(iter(sure or [each for each in values if each.current.possibly]), None)


@concept
def advanced(chart: Chart) -> Advanced | None:
    """Advanced kidney disease (R-REN-02): dialysis, the newest value of any age below 30, or stage 4 or 5."""
    failure = kidney_failure(chart)
    if failure is not None and not failure.tentative:
        found = _failure(failure)
        return Advanced(found.told, found.because)
    newest = _newest_value(chart)
    if newest is not None and newest.value < ADVANCED_BELOW:
        fact = newest.because
        if newest.current.possibly:
            return Advanced(f"{newest.kind} < {ADVANCED_BELOW}", fact)
        limit = chart.dials(RenalFunction).current
        repeat = Because(f"{fact.text}: older than {phrases.days(limit)}, repeat", fact.when, fact.ref)
        return Advanced(f"{newest.kind} < {ADVANCED_BELOW}", repeat, old=True)
    egfr = _egfr(chart)
    coded = [fact for fact in chart.conditions if "ckd-advanced" in fact.tags and fact.current]
    stages = [fact for fact in coded if not _cleared(fact, egfr)] + ([failure] if failure is not None else [])
    first = min(stages, key=lambda fact: (fact.tentative, fact.ref), default=None)
    if first is None:
        return None
    fact = Because(f"Advanced kidney disease is recorded: {phrases.quote(first.told)}", _dated(first), first.ref)
    return Advanced("CKD stage 4-5", fact, tentative=first.tentative)


@concept
def newest(chart: Chart) -> Measurement | None:
    """The newest creatinine, clearance or eGFR of any age."""
    return _newest(chart, ("creatinine", "creatinine-clearance", "egfr"))


def newest_days(chart: Chart) -> int | None:
    """How many days ago, at most, the newest renal value was measured; None without one."""
    found = newest(chart)
    return None if found is None else (chart.today - found.when.earliest).days


def checked_recently(chart: Chart) -> bool:
    """A renal value is surely no older than the label asks for before zoledronic acid."""
    days = newest_days(chart)
    return days is not None and days <= chart.dials(RenalFunction).recent


def _dated(fact: Condition) -> When:
    return fact.onset if fact.has_onset or fact.recorded is None else fact.recorded


def _failure(fact: Condition) -> Renal:
    words = "dialysis" if "dialysis" in fact.tags else "end-stage kidney disease"
    return Renal(_FAILING, "CrCl", _dated(fact), fact.ref, YES, words, failing=True)


def _cleared(stage: Condition, egfr: Renal | None) -> bool:
    if egfr is None or egfr.value < ADVANCED_BELOW or not egfr.current.surely:
        return False
    said = [when.latest for when in (stage.onset if stage.has_onset else None, stage.recorded) if when is not None]
    return bool(said) and egfr.when.earliest > max(said)


def _seen(chart: Chart, facts: Iterable[Measurement], tests: tuple[str, ...]) -> list[Measurement]:
    return [fact for fact in facts if fact.test in tests and fact.when.on_or_before(chart.today).possibly]


def _newest(chart: Chart, tests: tuple[str, ...]) -> Measurement | None:
    found = _seen(chart, chart.laboratory, tests)
    return max(found, key=_strictest, default=None)


def _strictest(fact: Measurement) -> tuple[date, Decimal]:
    return (fact.when.latest, fact.value if fact.test == "creatinine" else -fact.value)


def _current(chart: Chart, when: When) -> Truth:
    return when.within(add_days(chart.today, -chart.dials(RenalFunction).current), chart.today)


def _down(value: Decimal) -> str:
    """One decimal, never rounded up to a limit."""
    return phrases.number(value.quantize(Decimal("0.1"), ROUND_DOWN))


def _as_recorded(chart: Chart, measured: Measurement, kind: str, how: str = "") -> Renal:
    told = _down(measured.value)
    if measured.comparator == "<":
        told = f"<{_down(measured.value + 1)}"
    elif measured.comparator:
        told = f"{measured.comparator}{told}"
    return Renal(measured.value, kind, measured.when, measured.ref, _current(chart, measured.when), told, how)


@concept
def _egfr(chart: Chart) -> Renal | None:
    found = _newest(chart, ("egfr",))
    return None if found is None else _as_recorded(chart, found, "eGFR")


@concept
def _clearance(chart: Chart) -> Renal | None:
    reported = _newest(chart, ("creatinine-clearance",))
    values = [] if reported is None else [_as_recorded(chart, reported, "CrCl", "as reported")]
    computed = _cockcroft_gault(chart)
    if computed is not None:
        values.append(computed)
    return max(values, key=lambda each: (each.when.latest, -each.value), default=None)


def _cockcroft_gault(chart: Chart) -> Renal | None:
    creatinine = _newest(chart, ("creatinine",))
    weights = _seen(chart, chart.vital_signs, ("body-weight",))
    patient = chart.patient
    if creatinine is None or not weights or patient is None or patient.born is None:
        return None
    weight = max(weights, key=lambda fact: (fact.when.latest, -fact.value))
    if abs((weight.when.latest - creatinine.when.latest).days) > chart.dials(RenalFunction).current:
        return None
    current = _current(chart, creatinine.when) & _current(chart, weight.when)
    # An old value is of the age it was measured at: years alone must not make it a clearance below a limit.
    born, then = patient.born.earliest, chart.today if current.possibly else creatinine.when.latest
    age = then.year - born.year - ((then.month, then.day) < (born.month, born.day))
    value = (_AGE_TERM - age) * weight.value / (_DIVISOR * creatinine.value)
    if patient.sex != "male":
        value *= _FEMALE
    how = (
        f"Cockcroft-Gault: creatinine {phrases.number(round(creatinine.value, 2))} mg/dL, weight "
        f"{phrases.number(round(weight.value, 1))} kg of {phrases.when(weight.when)}, age {age}"
    )
    return Renal(value, "CrCl", creatinine.when, creatinine.ref, current, _down(value), how)


def _newest_value(chart: Chart) -> Renal | None:
    values = [each for each in (_clearance(chart), _egfr(chart)) if each is not None]
    return max(values, key=lambda each: (each.when.latest, -each.value), default=None)
