"""Diagnoses and events whose codes stand in a value set."""

from __future__ import annotations

import re
from typing import Final

from cards import codes
from cards.chart import Unusable
from cards.facts import Condition
from cards.when import When
from service.fhir.gather import Resource
from service.fhir.read import dates
from service.fhir.read.elements import Json, flag, pairs, status_among, status_code, tags, text, words
from service.fhir.read.reading import Reading

_NEVER: Final = frozenset(("refuted", "entered-in-error"))
_VERIFICATION: Final = _NEVER | {"confirmed", "provisional", "differential", "unconfirmed"}
_CLINICAL: Final = frozenset(("active", "recurrence", "relapse", "inactive", "remission", "resolved"))
"""Any other clinical status, R5's "unknown" among them, tells nothing: it is read as none."""

_SUSPECTED: Final = re.compile(
    r"\b(?:suspected|suspicion|possible|probable|presumed|presumptive|tentative)\b", re.IGNORECASE
)

_BONE: Final = (
    r"\b(?:hip|femur|femoral|vertebrae?|vertebral|spine|pelvis|pelvic|humerus|humeral|wrist|forearm|radius)\b"
)
_FRACTURE: Final = r"\bfractures?\b"
_SPOKEN_OF: Final = (
    (
        "osteonecrosis of the jaw",
        re.compile(r"\b(?:osteo)?necrosis\b.*\bjaw\b|\bjaw\b.*\bosteonecrosis\b", re.IGNORECASE),
    ),
    ("an atypical fracture", re.compile(rf"\batypical\b.*{_FRACTURE}|{_FRACTURE}.*\batypical\b", re.IGNORECASE)),
    (
        "a fracture",
        re.compile(
            rf"\b(?:osteoporotic|fragility|osteoporosis)\b.*{_FRACTURE}|{_FRACTURE}.*\bosteoporosis\b"
            rf"|{_BONE}.*{_FRACTURE}|{_FRACTURE}.*{_BONE}",
            re.IGNORECASE,
        ),
    ),
)
"""What a diagnosis under a code that no value set holds may be, by its words: enough to ask, never to conclude."""

_NOT_SPOKEN_OF: Final = re.compile(r"\b(?:without|no|not|history|family|risk|screening|aftercare)\b", re.IGNORECASE)


def condition(resource: Resource, reading: Reading) -> Condition | Unusable | None:
    """A Condition; None for one whose codes no value set holds (words alone make no diagnosis), for one refuted or
    entered in error (R-RES-01) and for one that begins after today (R-DATE-06).

    Without an onset it lies before the day it was recorded, else before today (R-DATE-04). A code that no value set
    holds, under words that speak of a fracture or of the jaw, is told as unusable: it may be what a rule looks for.
    """
    json = resource.json
    code = json.get("code")
    found, coded, said = reading.once("condition", code, lambda: _understood(code))
    if not found and not said:
        return None
    verification = _verification(json.get("verificationStatus"))
    if verification in _NEVER or status_code(json.get("status")) in _NEVER:
        return None
    if not found:
        return Unusable(resource.ref, f"a diagnosis under a code not known here; its words speak of {said}")
    onset = dates.occurred(json, "onset", reading.born)
    recorded = next(
        (day for key in ("recordedDate", "assertedDate", "dateRecorded") if (day := dates.when(json.get(key)))), None
    )
    if recorded is not None:
        recorded = dates.past(recorded, reading.today)
        if recorded is None and onset is None:
            return None
    has_onset = onset is not None
    if onset is not None:
        onset = dates.past(onset, reading.today)
        if onset is None:
            return None
    return Condition(
        ref=resource.ref,
        tags=found,
        codes=coded,
        text=said,
        onset=onset or When.by(recorded.latest if recorded else reading.today),
        recorded=recorded,
        has_onset=has_onset,
        clinical=_clinical(json, reading),
        verification=verification,
        in_context=resource.in_context,
    )


def _understood(code: object) -> tuple[frozenset[str], tuple[tuple[str, str], ...], str]:
    """The value sets of a diagnosis, its codes as the value sets spell them, and the first of its words.

    Where no value set holds a code of it: what its words speak of, of all that rules look for among diagnoses.
    """
    found = tags(code)
    said = words(code)
    if not found:
        return found, (), _spoken_of(said) if pairs(code) else ""
    return found, tuple(codes.normalise(system, each) for system, each in pairs(code)), said[0] if said else ""


def _spoken_of(said: list[str]) -> str:
    if any(_NOT_SPOKEN_OF.search(each) for each in said):
        return ""
    return next((what for what, pattern in _SPOKEN_OF if any(pattern.search(each) for each in said)), "")


def _verification(told: object) -> str:
    """How sure the diagnosis is, R4's code; a word for a suspicion is "unconfirmed", any other tells nothing."""
    found = status_among(told, _VERIFICATION)
    return "unconfirmed" if not found and any(_SUSPECTED.search(word) for word in words(told)) else found


def _clinical(json: Json, reading: Reading) -> str:
    """The clinical status; a condition that has abated and carries none is resolved (FHIR invariant con-4)."""
    told = status_among(json.get("clinicalStatus"), _CLINICAL)
    if told:
        return told
    ended = dates.occurred(json, "abatement", reading.born)
    if ended is not None and ended.latest <= reading.today:
        return "resolved"
    return "resolved" if flag(json.get("abatementBoolean")) or text(json.get("abatementString")) else ""
