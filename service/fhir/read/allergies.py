"""Recorded allergies and intolerances to drugs of the formulary."""

from __future__ import annotations

import re
from typing import Final

from cards import formulary
from cards.facts import Allergy
from cards.identity import identify
from service.fhir.gather import Resource
from service.fhir.read.elements import Json, every, named, status_code, text, words
from service.fhir.read.reading import Reading

_NEVER: Final = frozenset(("refuted", "entered-in-error"))
_SAYS_ALLERGY: Final = re.compile(
    r"\b(?:allerg\w*|intoleran\w*|sensitivity|hypersensitivity|adverse|reactions?|drug|medication|to|contraindicat\w*|"
    r"avoid|(?:not|unable to)\s+tolerat\w*|stopp?\w*|discontinu\w*|no longer|held|history|previous\w*|past|prior)\b",
    re.IGNORECASE,
)
_BISPHOSPHONATES: Final = re.compile(r"\bbi?sphosphonates?\b", re.IGNORECASE)
_NONE: Final = re.compile(r"\b(?:no|not|never|denies|without)\b", re.IGNORECASE)


def allergy(resource: Resource, reading: Reading) -> Allergy | None:
    """An AllergyIntolerance to a drug of the formulary, by its code or a reaction's substance; "bisphosphonates" are
    all of them. None for any other, and for one refuted or entered in error."""
    json = resource.json
    verification = status_code(json.get("verificationStatus"))
    if verification in _NEVER or status_code(json.get("status")) in _NEVER:
        return None
    substances = [each.get("substance") for each in every(json.get("reaction"))]
    said = named(json.get("code"), json.get("substance"), *substances)
    bare = [_SAYS_ALLERGY.sub(" ", word) for word in said.words]
    identity = identify(said.codes, bare)
    found = set(identity.ingredients) if identity else set()
    if any(_BISPHOSPHONATES.search(word) and not _NONE.search(word) for word in said.words):
        found |= set(formulary.BISPHOSPHONATES)
    if not found:
        return None
    label = words(json.get("code")) or list(said.words)
    return Allergy(
        ref=resource.ref,
        ingredients=tuple(key for key in formulary.DRUGS if key in found),
        text=label[0] if label else formulary.name(next(iter(sorted(found)))),
        clinical=status_code(json.get("clinicalStatus")),
        verification=verification,
        kind=_kind(json),
        criticality=text(json.get("criticality")).lower(),
    )


def _kind(json: Json) -> str:
    told = status_code(json.get("type"))
    return told if told in {"allergy", "intolerance"} else ""
