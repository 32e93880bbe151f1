"""Whether the patient smokes, and how many drinks a day: the answers of the social history."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cards.facts import Measurement, SmokingStatus
from service.fhir.gather import Resource
from service.fhir.read.elements import tags, words
from service.fhir.read.observations import Result, counts, made, results, value
from service.fhir.read.quantities import NotUsable, converted
from service.fhir.read.reading import Reading

SMOKING: Final = "smoking-status"
DRINKS: Final = "alcohol-drinks"
_A_DAY: Final = ("/d",)
"""The name of the question tells the unit of an answer that brings none."""

_SMOKES: Final = re.compile(
    r"(?:current )?(?:every day|some days?|daily|occasional|heavy|light)(?: (?:tobacco|cigarette))?(?: smoker)?"
    r"|current (?:tobacco |cigarette )?smoker|smokes tobacco(?: daily)?"
)
_DOES_NOT: Final = re.compile(
    r"(?:never|former|ex|non)[ -]?(?:tobacco |cigarette )?(?:smoker|smoked|smokes)?(?: tobacco)?|nonsmoker|quit"
)
_FINDING: Final = re.compile(r"\s*\(finding\)$")


def social_history(resource: Resource, reading: Reading) -> Iterator[Measurement | SmokingStatus]:
    """The smoking status and the drinks a day of an Observation.

    An answer that cannot be used tells nothing: it is left out, and no card asks for it.
    """
    for result in results(resource.json):
        kind = result.tags & {SMOKING, DRINKS}
        if len(kind) != 1:
            continue
        try:
            found = _answer(resource, result, reading, smoking=SMOKING in kind)
        except NotUsable:
            continue
        if found is not None:
            yield found


def _answer(
    resource: Resource, result: Result, reading: Reading, *, smoking: bool
) -> Measurement | SmokingStatus | None:
    day = made(resource.json, reading.today) if counts(resource.json) else None
    if day is None:
        return None
    if smoking:
        concept = result.json.get("valueCodeableConcept") or result.json.get("valueString")
        said = words(concept)
        if not concept:
            return None
        return SmokingStatus(resource.ref, day, _smokes(tags(concept), said), said[0] if said else "")
    told = value(result.json)
    if told is None:
        return None
    drinks = converted(told if told.units else told._replace(units=_A_DAY), DRINKS)
    return Measurement(resource.ref, DRINKS, day, drinks, told.comparator)


def _smokes(known: frozenset[str], said: list[str]) -> bool | None:
    """Yes or no where every code and name that is understood says so; None where they say neither, or both."""
    plain = [_FINDING.sub("", each.strip().lower()) for each in said]
    if any("unknown" in each for each in plain):
        return None
    yes = "smoking-status-current" in known or any(_SMOKES.fullmatch(each) for each in plain)
    no = "smoking-status-not-current" in known or any(_DOES_NOT.fullmatch(each) for each in plain)
    return None if yes == no else yes
