"""Whether poor adherence or absorption may explain a failing oral bisphosphonate (R-ADH-01, R-ADH-02)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from typing import Final

from cards import phrases
from cards.chart import Chart, Condition, Dials, Medication, Source, concept
from cards.concepts import exposure
from cards.concepts.exposure import Episode
from cards.rule import Fraction, Months
from cards.verdict import Because
from cards.when import add_months, months_between

NONADHERENCE: Final = "medication-nonadherence"
MALABSORPTION: Final = "malabsorption"
OESOPHAGUS: Final = "esophageal-disorder"
LOW: Final = "low adherence"


@dataclass(frozen=True, slots=True)
class Adherence(Dials):
    """The share of days covered below which adherence is poor, and the months it is counted over."""

    covered: Fraction = Fraction("0.80", "share of days with tablets below which adherence is poor")
    window: Months = Months(12, "how far back before the event fills are counted")


@dataclass(frozen=True, slots=True)
class Cause:
    """One likely cause of a poor response: its kind, the words of a summary, and the fact."""

    kind: str
    words: str
    because: Because


@dataclass(frozen=True, slots=True)
class Explanation:
    """What may explain the failure. `covered` is the share of days with drug in hand, None where it was not told."""

    causes: tuple[Cause, ...]
    covered: Decimal | None
    months: int

    @property
    def told(self) -> str:
        """Adherence as a card tells it."""
        if self.covered is None:
            return "adherence could not be assessed from this record"
        return f"days covered by fills {share(self.covered)} over {phrases.plural(self.months, 'month')}"


def share(covered: Decimal) -> str:
    """0.38: two decimals, cut and never rounded up to the limit."""
    return str(covered.quantize(Decimal("0.01"), ROUND_DOWN))


@concept
def explanation(chart: Chart, episode: Episode | None, event: date) -> Explanation:
    """What explains a failure of this episode at this event."""
    dials = chart.dials(Adherence)
    start = add_months(event, -dials.window)
    if episode is not None and episode.start.latest < event:
        start = max(start, episode.start.latest)
    months = months_between(start, event)
    covered = _covered(chart, start, event)
    causes: list[Cause] = []
    if covered is not None and covered < dials.covered:
        words = f"{LOW}, days covered {share(covered)}"
        fills = _fills(chart)
        fact = Because(
            f"Fills covered {share(covered)} of the days from {phrases.day(start)} to {phrases.day(event)}",
            None,
            fills[-1].ref,
        )
        causes.append(Cause(LOW, words, fact))
    causes += [_diagnosis(fact, LOW) for fact in chart.conditions if _holds(fact, NONADHERENCE)]
    causes += [
        Cause(LOW, LOW, Because("Statement of use gives non-adherence as its reason", fact.started, fact.ref))
        for fact in (episode.evidence if episode else ())
        if fact.source is Source.STATEMENT and NONADHERENCE in fact.reasons
    ]
    causes += [_diagnosis(fact, MALABSORPTION) for fact in chart.conditions if _holds(fact, MALABSORPTION)]
    causes += [
        Cause(
            MALABSORPTION,
            MALABSORPTION,
            Because(f"{phrases.capital(phrases.quote(procedure.text))} (procedure)", procedure.when, procedure.ref),
        )
        for procedure in chart.procedures
        if MALABSORPTION in procedure.tags and procedure.when.on_or_before(event).possibly
    ]
    causes += [_diagnosis(fact, "esophageal disorder") for fact in chart.conditions if _holds(fact, OESOPHAGUS)]
    return Explanation(tuple(causes), covered, months)


def _holds(fact: Condition, tag: str) -> bool:
    return tag in fact.tags and fact.current and not fact.tentative


def _diagnosis(fact: Condition, kind: str) -> Cause:
    because = Because(f"{phrases.capital(kind)}: {phrases.quote(fact.told, 40)}", fact.onset, fact.ref)
    return Cause(kind, phrases.quote(fact.text, 40) or kind, because)


def _fills(chart: Chart, *, sure: bool = True) -> list[Medication]:
    found = [fact for fact in chart.medication_dispenses if fact.sure is sure and exposure.is_oral(fact)]
    return sorted(found, key=lambda fact: (fact.started.latest, fact.ref))


def _covered(chart: Chart, start: date, event: date) -> Decimal | None:
    """The share of days before `event` with drug in hand.

    None without a fill that tells its supply, or where one that may reach into these days leaves its own open, or is a
    maybe of the drug: a fill of unknown supply is taken to last no longer than the months that are looked at.
    """
    fills = _fills(chart)
    days = (event - start).days
    reach = add_months(start, -chart.dials(Adherence).window)
    near = [
        fact
        for fact in (*fills, *_fills(chart, sure=False))
        if fact.started.latest >= reach and fact.started.earliest < event
    ]
    told = [(fact.started.latest, fact.supply_days) for fact in fills if fact.supply_days is not None]
    if not told or any(not fact.sure or fact.supply_days is None or not fact.started.exact for fact in near):
        return None
    pieces = [(day, supply) for day, supply in told if day < event]
    return Decimal(exposure.covered_days(pieces, start, event)) / days
