"""How long the patient has been exposed to antiresorptives that atypical fractures are known from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from cards import phrases
from cards.chart import Chart, Dials, Source, concept
from cards.concepts import exposure
from cards.formulary import BISPHOSPHONATES, ORAL_BISPHOSPHONATES, SERMS, name
from cards.rule import Months
from cards.verdict import Because
from cards.when import MAYBE, NO, YES, Truth, When, add_days, add_months

ANTIRESORPTIVES: Final = (*BISPHOSPHONATES, "denosumab")
"""Of any product and route: the bone does not ask for the indication."""


@dataclass(frozen=True, slots=True)
class AntiresorptiveExposure(Dials):
    """The exposure from which an atypical fracture must be thought of (R-FRX-08, R-AFF-02)."""

    long: Months = Months(36, "exposure from which an atypical fracture must be thought of")


@concept
def is_long(chart: Chart, at: When) -> Truth:
    """Were the stretches of treatment up to `at`, added up, at least 36 months long?

    Maybe where starts, ends or `at` are not known to the day.
    """
    months = chart.dials(AntiresorptiveExposure).long
    stretches = exposure.episodes(chart, ANTIRESORPTIVES)
    surely = ((each.start.latest, min(each.end.earliest, at.earliest)) for each in stretches)
    if _add_up(surely, months):
        return YES
    possibly = ((each.start.earliest, min(each.end.latest, at.latest)) for each in stretches)
    return MAYBE if _add_up(possibly, months) else NO


def _add_up(stretches: Iterable[tuple[date, date]], months: int) -> bool:
    return any(add_months(start, months) <= end for start, end in _as_one(stretches))


def _as_one(stretches: Iterable[tuple[date, date]]) -> Iterator[tuple[date, date]]:
    """Each stretch with the days of those before it put in front."""
    earlier = 0
    for start, end in stretches:
        if start < end:
            yield add_days(start, -earlier), end
            earlier += (end - start).days


@dataclass(frozen=True, slots=True)
class Treatment:
    """Antiresorptive treatment up to a day: how long it surely lasted, with what, where it began, and where it ended.

    `over` goes on after the drug in a summary: ", ended 2010-01-15"; "" while it goes on, or where its end is vague.
    """

    lasted: str
    drug: str
    because: Because
    ended: tuple[Because, ...] = ()
    over: str = ""


@concept
def up_to(chart: Chart, at: When) -> Treatment:
    """The stretches of treatment up to `at`, of which there must be a sure one, added up as `is_long` does."""
    stretches = [each for each in exposure.episodes(chart, ANTIRESORPTIVES) if each.start.latest < at.earliest]
    surely = _as_one((each.start.latest, min(each.end.earliest, at.earliest)) for each in stretches)
    drugs = {fact.ingredient for each in stretches for fact in each.evidence if fact.started.latest < at.earliest}
    drug = name(drugs.pop()) if len(drugs) == 1 else "antiresorptives"
    words = f"{phrases.capital(drug)} started"
    first = stretches[0]
    ended, over = _end(max(stretches, key=lambda each: each.end.latest), at)
    began = Because(words, first.start, first.first.ref)
    return Treatment(phrases.span(*list(surely)[-1]), drug, began, ended, over)


def _end(last: exposure.Episode, at: When) -> tuple[tuple[Because, ...], str]:
    """How the last stretch ended before that day, of an injected drug by its last dose; nothing where it goes on."""
    if last.end.latest >= at.earliest:
        return (), ""
    dose = last.newest
    drug = phrases.capital(name(dose.ingredient))
    if dose.ingredient in exposure.COVERAGE_MONTHS and not exposure.is_oral(dose):
        over = f", last dose {phrases.when(dose.started)}" if dose.started.exact else ""
        return (Because(f"{drug} last given", dose.started, dose.ref),), over
    over = f", ended {phrases.when(last.end)}" if last.end.exact else ""
    return (Because(f"{drug} ended", last.end, dose.ref),), over


@concept
def current(chart: Chart) -> tuple[exposure.Episode, ...]:
    """The episodes of the antiresorptives the patient is, or may be, on today; oral bisphosphonates are one class."""
    found: list[exposure.Episode] = []
    for ingredient in (*ANTIRESORPTIVES, *SERMS):
        if not exposure.active(chart, ingredient).possibly:
            continue
        classes = exposure.oral_bisphosphonate_episodes(chart) if ingredient in ORAL_BISPHOSPHONATES else ()
        episodes = classes or exposure.episodes(chart, (ingredient,))
        if episodes[-1] not in found:
            found.append(episodes[-1])
    return tuple(found)


@concept
def courses(chart: Chart) -> tuple[exposure.Episode, ...]:
    """Every episode of an antiresorptive, past ones too; oral bisphosphonates as one class and each by itself."""
    apart = (exposure.episodes(chart, (ingredient,)) for ingredient in (*ANTIRESORPTIVES, *SERMS))
    return (*exposure.oral_bisphosphonate_episodes(chart), *(each for found in apart for each in found))


def only_ordered(dose: exposure.Dose) -> bool:
    """Do open orders alone stand in for the dose? A completed order tells of one."""
    return dose.source is Source.REQUEST and all(fact.status == "active" for fact in dose.evidence)


@concept
def unsure(chart: Chart) -> tuple[str, ...]:
    """What to confirm of antiresorptives that may be in use today, as sentences."""
    return tuple(
        f"{phrases.capital(name(ingredient))} may be in use: confirm."
        for ingredient in (*ANTIRESORPTIVES, *SERMS)
        if exposure.active(chart, ingredient) is MAYBE
    )
