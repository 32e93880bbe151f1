"""Heart attacks, strokes and the conditions akin to them, as romosozumab's boxed warning reads them (R-CV-01)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cards import phrases
from cards.chart import Chart, Condition, concept
from cards.rule import Months
from cards.verdict import Because
from cards.when import When, add_months

WINDOW: Final = Months(12)
"""Months after a heart attack or stroke in which romosozumab is not started (boxed warning)."""

SEVERAL_RISKS: Final = 2
"""Other risk factors that are worth a line."""

_ACUTE: Final = {"myocardial-infarction": "myocardial infarction", "stroke": "stroke"}
_PAST: Final = {"myocardial-infarction-old": "myocardial infarction", "stroke-history": "stroke"}
_AKIN: Final = {
    "transient-ischemic-attack": "transient ischemic attack",
    "angina": "angina",
    "peripheral-arterial-disease": "peripheral arterial disease",
    "revascularisation": "revascularisation",
}
_RISKS: Final = {
    "hypertension": "hypertension",
    "diabetes-mellitus": "diabetes",
    "hyperlipidemia": "hyperlipidemia",
    "smoking": "smoking",
    "chronic-kidney-disease": "chronic kidney disease",
}


@dataclass(frozen=True, slots=True)
class Event:
    """A heart attack or stroke. `past` marks a code that says only that it once happened.

    `when` is its onset, else some day up to its recording; `tentative` one that is not confirmed.
    """

    name: str
    when: When
    dated: bool
    past: bool
    tentative: bool
    ref: str
    text: str

    @property
    def because(self) -> Because:
        """The event as a fact of the card."""
        dating = "" if self.dated else ", no onset recorded"
        said = "unconfirmed " if self.tentative else ""
        return Because(
            f"{phrases.capital(f'{said}{self.name}')}: {phrases.quote(self.text)}{dating}", self.when, self.ref
        )

    @property
    def words(self) -> str:
        """ "myocardial infarction 2026-03-02", "stroke, date not recorded"."""
        if self.when.undated and not self.dated:
            return f"{self.name}, date not recorded"
        return f"{self.name} {phrases.when(self.when)}"


@concept
def events(chart: Chart) -> tuple[Event, ...]:
    """Every heart attack and stroke, confirmed ones first, then the newest; whatever their clinical status."""
    found = []
    for fact in chart.conditions:
        name = next((word for tag, word in _ACUTE.items() if tag in fact.tags), "")
        past = next((word for tag, word in _PAST.items() if tag in fact.tags), "")
        if not name and not past:
            continue
        found.append(Event(name or past, fact.onset, fact.has_onset, not name, fact.tentative, fact.ref, fact.told))
    return tuple(sorted(found, key=lambda each: (each.tentative, -each.when.latest.toordinal(), each.ref)))


@concept
def recent(chart: Chart) -> Event | None:
    """One that may lie in the last 12 months, both ends included (R-DATE-07).

    A code that says only "in the past" needs a date of its own; an acute code without an onset counts unless it was
    recorded more than 12 months ago.
    """
    window = When(add_months(chart.today, -WINDOW), chart.today)
    return next((each for each in events(chart) if _reaches(each, window)), None)


@concept
def during(chart: Chart, start: When, end: When) -> Event | None:
    """One that may have happened from the earliest day a treatment may have begun to the latest it may have ended."""
    window = When(start.earliest, end.latest)
    return next((each for each in events(chart) if _reaches(each, window)), None)


def _reaches(event: Event, window: When) -> bool:
    if event.past and not event.dated:
        return False
    return event.when.within(window.earliest, window.latest).possibly


@concept
def cautions(chart: Chart) -> tuple[tuple[str, Because, bool], ...]:
    """What asks for caution without being the boxed warning: (name, fact, confirmed). Looks at procedures too."""
    found = [(each.words, each.because, not each.tentative) for each in events(chart)]
    for fact in chart.conditions:
        found += [_akin(fact, word) for tag, word in _AKIN.items() if tag in fact.tags]
        if "dialysis" in fact.tags and fact.current:
            found.append(_akin(fact, "dialysis"))
    for done in chart.procedures:
        if "revascularisation" in done.tags:
            because = Because(f"Revascularisation: {phrases.quote(done.text)}", done.when, done.ref)
            found.append(("revascularisation", because, True))
    return tuple(sorted(found, key=lambda each: not each[2]))


def _akin(fact: Condition, word: str) -> tuple[str, Because, bool]:
    when = fact.onset if fact.has_onset else fact.recorded
    return word, Because(f"{phrases.capital(word)}: {phrases.quote(fact.told)}", when, fact.ref), not fact.tentative


@concept
def risk_factors(chart: Chart) -> tuple[str, ...]:
    """Names of the other risk factors that stand in the record, each once."""
    return tuple(
        word
        for tag, word in _RISKS.items()
        if any(tag in fact.tags and fact.current and not fact.tentative for fact in chart.conditions)
    )
