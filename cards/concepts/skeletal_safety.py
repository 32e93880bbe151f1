"""Atypical femoral fracture and jaw osteonecrosis: what bars an antiresorptive (R-FRX-08, R-AFF-02, R-ONJ-01)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cards import phrases
from cards.chart import Chart, Condition, Dials, Draft, Source, State, Therapy, concept
from cards.concepts import (
    antiresorptive_exposure,
    denosumab_follow_on,
    denosumab_schedule,
    exposure,
    fragility_fracture,
    lasting_effect,
    offers,
)
from cards.concepts.fragility_fracture import Doubt, FragilityFracture
from cards.formulary import name
from cards.orders import Change
from cards.rule import Months
from cards.verdict import Action, Because, Suggestion
from cards.when import MAYBE, NO, YES, Truth, When, add_months

ATYPICAL: Final = "atypical-femoral-fracture"
JAW: Final = "jaw-osteonecrosis"
PAIN: Final = "thigh-or-groin-pain"
BELLY_PAIN: Final = "lower-abdominal-pain"
OSTEOARTHRITIS: Final = "hip-osteoarthritis"
_GROIN: Final = re.compile(r"\b(groin|inguinal)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SkeletalSafety(Dials):
    """How recent a thigh or groin pain must be to raise the suspicion (R-AFF-02)."""

    pain_since: Months = Months(12, "how recent a thigh or groin pain must be")


@concept
def atypical_femoral(chart: Chart) -> tuple[Condition, ...]:
    """Atypical femoral fractures ever recorded, unconfirmed ones too (R-DATE-07)."""
    return tuple(fact for fact in chart.conditions if ATYPICAL in fact.tags)


@concept
def jaw_osteonecrosis(chart: Chart) -> tuple[Condition, ...]:
    """Drug-related osteonecrosis of the jaw ever recorded, unconfirmed ones too."""
    return tuple(fact for fact in chart.conditions if JAW in fact.tags)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What makes an atypical femoral fracture thinkable, how surely, and what to record where that is a maybe.

    `words` end a sentence on a drug withheld. `fracture` is None for pain; `explained`: hip osteoarthritis may be the
    cause of the pain.
    """

    truth: Truth
    words: str
    because: Because
    at: When
    record: str
    fracture: FragilityFracture | None = None
    explained: bool = False


@concept
def suspicions(chart: Chart) -> tuple[Suspicion, ...]:
    """R-AFF-02 as far as it is sure or possible, the surest first: fractures before pain, explained pain last."""
    found = [*_shaft_fractures(chart), *_pains(chart)]
    return tuple(sorted(found, key=lambda each: (each.explained, -each.truth.value)))


def _shaft_fractures(chart: Chart) -> Iterator[Suspicion]:
    """The newest first, as one is enough to ask for the films."""
    for event in reversed(fragility_fracture.events(chart)):
        if Doubt.POSSIBLY_ATYPICAL not in event.doubts:
            continue
        others = [each.value for each in event.doubts if each not in (Doubt.POSSIBLY_ATYPICAL, Doubt.AGE)]
        long = antiresorptive_exposure.is_long(chart, event.when)
        told = f"{event.site} fracture, which may be atypical"
        missing = [*others, *(["when it happened, and when antiresorptives were used"] if long is MAYBE else [])]
        yield Suspicion(
            long & MAYBE if others else long,
            f"{event.site} fracture after long antiresorptive treatment ({phrases.when(event.when)})",
            event.because,
            event.when,
            f"of the {told}: {'; '.join(missing)}",
            event,
        )


def _pains(chart: Chart) -> Iterator[Suspicion]:
    long = antiresorptive_exposure.is_long(chart, When.on(chart.today))
    if long is NO:
        return
    since = add_months(chart.today, -chart.dials(SkeletalSafety).pain_since)
    worn = any(OSTEOARTHRITIS in fact.tags and fact.current and not fact.tentative for fact in chart.conditions)
    for fact in chart.conditions:
        recent = fact.onset.within(since, chart.today)
        if not (_is_pain(fact) and fact.current and recent.possibly):
            continue
        missing = ["when it began"] if recent is MAYBE else []
        missing += ["when antiresorptives were used"] if long is MAYBE else []
        missing += ["whether it is confirmed"] if fact.tentative else []
        yield Suspicion(
            long & recent & MAYBE if fact.tentative else long & recent,
            f"thigh or groin pain on long antiresorptive treatment ({phrases.when(fact.onset)})",
            Because(f"Thigh or groin pain: {phrases.quote(fact.told)}", fact.onset, fact.ref),
            When.on(chart.today),
            f"of the thigh or groin pain, in which a femur may be about to break: {'; '.join(missing)}",
            explained=worn,
        )


@concept
def suspected_atypical(chart: Chart) -> str:
    """Why an atypical femoral fracture must be thought of, in words for a card, or "": a possible one counts too.

    After long antiresorptive exposure: a shaft or subtrochanteric fracture, or recent thigh or groin pain that hip
    osteoarthritis does not explain.
    """
    return next((each.words for each in suspicions(chart) if not each.explained), "")


def _is_pain(fact: Condition) -> bool:
    return PAIN in fact.tags or (BELLY_PAIN in fact.tags and bool(_GROIN.search(fact.text)))


@concept
def is_new(chart: Chart, ingredient: str) -> bool:
    """Nobody can be told to stop it: every list of drugs was read, and it surely is not in use, nor still acts.

    Denosumab is new where the record tells of none at all, or of doses that no rebound is feared from any more: the
    last too long ago, or its exit finished.
    """
    lists = (chart.medication_requests, *(chart.section(name) for name in exposure.MEDICATION_SECTIONS))
    if not all(each.state is State.WHOLE for each in lists):
        return False
    if exposure.active(chart, ingredient) is not NO or lasting_effect.of(chart, ingredient):
        return False
    if ingredient != lasting_effect.DENOSUMAB or not exposure.evidence(chart, ingredient):
        return True
    if denosumab_schedule.last_seen(chart) is None:
        return False
    return denosumab_schedule.remembered(chart) is NO or denosumab_follow_on.is_done(chart) is YES


def ending(subject: Draft | Therapy) -> tuple[Suggestion, ...]:
    """Take the order back, or stop the active orders of the drug in use."""
    if isinstance(subject, Draft):
        return (offers.take_back(subject),)
    words = f"Stop the order of {name(subject.ingredient)}"
    return tuple(
        Suggestion(words, (Action(words, Change(fact.ref, status="stopped")),))
        for fact in subject.in_force
        if fact.source is Source.REQUEST and fact.status != "completed"
    )
