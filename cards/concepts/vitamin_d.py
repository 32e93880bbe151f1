"""The newest 25-hydroxyvitamin D and whether it is deficient (R-VITD-01)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from cards import phrases
from cards.chart import Chart, Dials, concept
from cards.rule import Days, NgMl
from cards.verdict import Because
from cards.when import Truth, When, add_days


@dataclass(frozen=True, slots=True)
class VitaminD(Dials):
    """Numbers of the vitamin D status that a site may turn. `advised`: below it the higher target is told."""

    current: Days = Days(365, "how old a 25-OH vitamin D may be")
    sufficient: NgMl = NgMl("20", "25-OH vitamin D below which it is deficient")
    advised: NgMl = NgMl("30", "25-OH vitamin D below which the higher target is told")


@dataclass(frozen=True, slots=True)
class Level:
    """A 25-hydroxyvitamin D in ng/mL; `current`: no older than a year; `low`: deficient, as "<20" is too."""

    value: Decimal
    told: str
    when: When
    ref: str
    current: Truth
    low: bool

    @property
    def words(self) -> str:
        """ "25-OH vitamin D 18 ng/mL (2026-01-10)"."""
        return f"25-OH vitamin D {self.told} ng/mL ({phrases.when(self.when)})"

    @property
    def because(self) -> Because:
        """The value as a fact of the card."""
        return Because(f"25-OH vitamin D {self.told} ng/mL", self.when, self.ref)


@concept
def latest(chart: Chart) -> Level | None:
    """The newest value of any age; of two on one day the lower."""
    found = [fact for fact in chart.laboratory if fact.test == "vitamin-d-25oh"]
    past = [fact for fact in found if fact.when.on_or_before(chart.today).possibly]
    newest = max(past, key=lambda fact: (fact.when.latest, -fact.value, fact.comparator == "<"), default=None)
    if newest is None:
        return None
    since = add_days(chart.today, -chart.dials(VitaminD).current)
    shown, limit = newest.value.quantize(Decimal("0.1"), ROUND_DOWN), chart.dials(VitaminD).sufficient
    low = newest.value < limit or (newest.comparator == "<" and shown <= limit)
    told = f"{newest.comparator}{phrases.number(shown)}"
    return Level(newest.value, told, newest.when, newest.ref, newest.when.within(since, chart.today), low)


@concept
def deficient(chart: Chart) -> Level | None:
    """The newest value, where it may be of the last year and is below 20 ng/mL."""
    found = latest(chart)
    if found is None or not found.current.possibly or not found.low:
        return None
    return found


@concept
def below_advised(chart: Chart) -> Level | None:
    """The newest value, where it is surely of the last year, not deficient, and below what BHOF advises."""
    found = latest(chart)
    if found is None or found.low or found.told.startswith(">") or not found.current.surely:
        return None
    return found if found.value < chart.dials(VitaminD).advised else None


@concept
def known_within(chart: Chart, days: int) -> bool:
    """A value is on file that is surely no older than so many days."""
    found = latest(chart)
    return found is not None and found.when.within(add_days(chart.today, -days), chart.today).surely
