"""Atypical femoral fracture and jaw osteonecrosis: what bars an antiresorptive (R-FRX-08, R-AFF-02, R-ONJ-01)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cards import phrases
from cards.chart import Chart, Condition, Dials, concept
from cards.concepts import antiresorptive_exposure, fragility_fracture
from cards.concepts.fragility_fracture import Doubt
from cards.rule import Months
from cards.when import When, add_months

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


@concept
def suspected_atypical(chart: Chart) -> str:
    """Why an atypical femoral fracture must be thought of, in words for a card, or "".

    After long antiresorptive exposure: a shaft or subtrochanteric fracture, or recent thigh or groin pain that hip
    osteoarthritis does not explain.
    """
    for event in fragility_fracture.events(chart):
        if Doubt.POSSIBLY_ATYPICAL in event.doubts:
            return f"{event.site} fracture after long antiresorptive treatment ({phrases.when(event.when)})"
    if not antiresorptive_exposure.is_long(chart, When.on(chart.today)).possibly:
        return ""
    since = add_months(chart.today, -chart.dials(SkeletalSafety).pain_since)
    if any(OSTEOARTHRITIS in fact.tags and fact.current and not fact.tentative for fact in chart.conditions):
        return ""
    for fact in chart.conditions:
        if _is_pain(fact) and fact.current and fact.onset.within(since, chart.today).possibly:
            return f"thigh or groin pain on long antiresorptive treatment ({phrases.when(fact.onset)})"
    return ""


def _is_pain(fact: Condition) -> bool:
    return PAIN in fact.tags or (BELLY_PAIN in fact.tags and bool(_GROIN.search(fact.text)))
