"""A fragility fracture after a long course of a bisphosphonate has ended, with nothing taken since (R-HOL-02)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cards import phrases
from cards.chart import Chart, Dials, Medication, Source, concept
from cards.concepts import (
    denosumab_follow_on,
    denosumab_schedule,
    exposure,
    fragility_fracture,
    product,
    skeletal_safety,
)
from cards.concepts.denosumab_follow_on import ZOLEDRONIC_ACID
from cards.concepts.exposure import Episode, Interval
from cards.concepts.fragility_fracture import FragilityFracture, reached
from cards.concepts.product import Product
from cards.formulary import ORAL_BISPHOSPHONATES, PTH_ANALOGUES, SERMS, name
from cards.rule import Days, Months
from cards.verdict import Because, Lacking, Silent
from cards.when import MAYBE, NO, YES, Truth, When, add_days

INJECTED: Final = (ZOLEDRONIC_ACID, "denosumab", "romosozumab")
TAKEN: Final = (*PTH_ANALOGUES, *SERMS)
"""What counts as treatment since the end: known by its doses, or by how long it was taken."""

NOT_ONCOLOGY: Final = (Product.OSTEOPOROSIS, Product.INDETERMINATE)
HALTED: Final = frozenset(("stopped", "on-hold"))
"""Orders that may have been followed by doses nobody recorded."""


@dataclass(frozen=True, slots=True)
class OffBisphosphonate(Dials):
    """How long the course was, and how soon and how late after its end a fracture counts."""

    course: Months = Months(36, "course from which a fracture after its end is told")
    after: Days = Days(90, "after the end, from when a fracture counts")
    within: Months = Months(60, "after the end, how long a fracture counts")


@dataclass(frozen=True, slots=True)
class FractureOff:
    """The newest fracture that counts, and the course that ended before it."""

    event: FragilityFracture
    episode: Episode

    @property
    def drug(self) -> str:
        """The drug of the course, or "bisphosphonate" where there were several."""
        return _drug(self.episode)

    @property
    def facts(self) -> tuple[Because, ...]:
        """The fracture, and start and end of the course."""
        words = phrases.capital(self.drug)
        return (
            self.event.because,
            Because(f"{words} started", self.episode.start, self.episode.first.ref),
            Because(f"{words} ended", self.episode.end, self.episode.newest.ref),
        )


@concept
def fracture(chart: Chart) -> FractureOff | Silent | Lacking:
    """The fracture that surely counts; Lacking where a date leaves it open; NotRead where a list was cut short."""
    exposure.nothing_missed(chart)
    denosumab = denosumab_schedule.last_dose(chart)
    if denosumab is not None and denosumab_schedule.remembered(chart).possibly:
        return Silent("the last denosumab dose is recent and has cards of its own", (denosumab.because,))
    episode = _last_course(chart)
    if episode is None:
        return Silent("no bisphosphonate for osteoporosis is recorded")
    drug, dials = _drug(episode), chart.dials(OffBisphosphonate)
    if episode.end.on_or_after(chart.today) is YES:
        return Silent(f"{drug} is in use")
    ended = Because(f"{phrases.capital(drug)} ended", episode.end, episode.newest.ref)
    long = reached(episode.end, episode.start.plus_months(dials.course))
    if long is NO:
        return Silent(f"{drug} was taken for less than {dials.course} months", (ended,))
    chart.conditions.whole()
    femur = skeletal_safety.atypical_femoral(chart)
    if femur:
        fact = Because("Atypical femoral fracture", femur[0].onset, femur[0].ref)
        return Silent("an atypical femoral fracture is recorded", (fact,))
    judged = [(_counts(chart, event, episode) & long, event) for event in fragility_fracture.events(chart)]
    found = [each for each in judged if each[0].possibly]
    if not found:
        return Silent(f"no fragility fracture counts after the end of {drug}", (ended,))
    truth, event = max(found, key=lambda each: (each[0].value, each[1].when.latest))
    since, therapies = _therapy_since(chart, episode)
    if since is YES:
        return Silent(f"another treatment followed {drug}", therapies)
    off = FractureOff(event, episode)
    if truth & ~since is YES:
        return off
    missing = [doubt.value for doubt in event.doubts]
    missing += ["the fracture date"] if not event.when.exact else []
    missing += [f"the start of {drug}"] if long is MAYBE and not episode.start.exact else []
    missing += [f"the end of {drug}"] if not episode.end.exact else []
    missing += ["whether another treatment followed"] if since is MAYBE else []
    why = f"The {event.site} fracture may have happened off {drug}."
    return Lacking(phrases.listed(missing), why, (*off.facts, *therapies))


def _last_course(chart: Chart) -> Episode | None:
    """The newest stretch of any bisphosphonate of osteoporosis strength, tablets and infusions as one class."""
    tablets = {fact.ref: fact for key in ORAL_BISPHOSPHONATES for fact in exposure.evidence(chart, key)}
    taken = [exposure.interval(chart, fact) for fact in tablets.values() if denosumab_follow_on.is_exit(chart, fact)]
    covered = exposure.COVERAGE_MONTHS[ZOLEDRONIC_ACID]
    given = [
        Interval(dose.when, dose.when.plus_months(covered), dose.evidence[0])
        for dose in denosumab_follow_on.infusions(chart)
    ]
    gap = chart.dials(exposure.Exposure).episode_gap
    found = exposure.merge([*(each for each in taken if each), *given], gap)
    return found[-1] if found else None


def _drug(episode: Episode) -> str:
    drugs = {fact.ingredient for fact in episode.evidence}
    return name(drugs.pop()) if len(drugs) == 1 else "bisphosphonate"


def _counts(chart: Chart, event: FragilityFracture, episode: Episode) -> Truth:
    """A fragility fracture, more than 90 days after the end and at most 60 months after it?"""
    dials = chart.dials(OffBisphosphonate)
    first = dials.after + 1
    off = When(add_days(episode.end.earliest, first), add_days(episode.end.latest, first))
    return event.certain & reached(event.when, off) & reached(episode.end.plus_months(dials.within), event.when)


def _therapy_since(chart: Chart, episode: Episode) -> tuple[Truth, tuple[Because, ...]]:
    """Was another treatment given or taken after the end, or is it in use or ordered now?"""
    answer, shown = NO, tuple[Because, ...]()
    for truth, fact in _therapies(chart, episode):
        if truth.value > answer.value:
            answer, shown = truth, (fact,)
    return answer, shown


def _therapies(chart: Chart, episode: Episode) -> Iterator[tuple[Truth, Because]]:
    for drug in INJECTED:
        words = phrases.capital(name(drug))
        history = exposure.doses(chart, drug, NOT_ONCOLOGY)
        for dose in history.doses:
            if dose.evidence[0] not in episode.evidence:
                truth = _later(dose.when, episode.end) & _for_osteoporosis(chart, dose.evidence[0])
                yield truth, Because(f"{words} given or ordered", dose.when, dose.ref)
        for fact in history.unsure:
            yield _later(fact.started, episode.end) & MAYBE, Because(f"{words} recorded", fact.started, fact.ref)
        for fact, runs in exposure.in_use(chart, drug):
            truth = runs & _for_osteoporosis(chart, fact)
            yield truth, Because(f"{words} in use or ordered", fact.started, fact.ref)
        for fact in exposure.evidence(chart, drug):
            piece = exposure.interval(chart, fact)
            if piece and fact.source is Source.REQUEST and fact.status in HALTED:
                truth = _later(piece.end, episode.end) & MAYBE & _for_osteoporosis(chart, fact)
                yield truth, Because(f"{words} was ordered", fact.started, fact.ref)
    for drug in TAKEN:
        for fact in exposure.evidence(chart, drug):
            piece = exposure.interval(chart, fact)
            if piece:
                words = f"{phrases.capital(name(drug))} started"
                yield _later(piece.end, episode.end), Because(words, piece.start, fact.ref)


def _for_osteoporosis(chart: Chart, fact: Medication) -> Truth:
    """The product that treats osteoporosis; zoledronic acid of untold strength may be it (R-ZOL-07, R-DEN-07)."""
    told = product.of(chart, fact)
    if told is Product.INDETERMINATE and fact.ingredient == ZOLEDRONIC_ACID:
        return MAYBE
    return Truth.of(told is not Product.ONCOLOGY)


def _later(day: When, end: When) -> Truth:
    return YES if day.earliest > end.latest else MAYBE if day.latest > end.earliest else NO
