"""Bone densities inside reports and panels: results that they contain, and reports whose results are nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from cards.facts import BoneDensity
from service.fhir.gather import Resource
from service.fhir.read.densities import densities
from service.fhir.read.elements import Json, every, reference, status_code, tags, words
from service.fhir.read.observations import Fault, day_of
from service.fhir.read.reading import Reading

REPORT: Final = "dxa-report"
NO_RESULT: Final = "a bone density report: no result in it can be read"
_USED: Final = frozenset(("final", "amended", "corrected", "appended"))
_NAMED: Final = re.compile(r"\b(?:dxa|dexa|bone (?:mineral )?densit(?:y|ometry)|densitometry)\b", re.IGNORECASE)


def bone_densities(resource: Resource, reading: Reading) -> Iterator[BoneDensity | Fault]:
    """The densities of an Observation, or of a DiagnosticReport, with those of the results it contains.

    A report or a panel that brings none, and names none that was sent, is told as unusable.
    """
    json = resource.json
    is_report = json.get("resourceType") == "DiagnosticReport"
    if is_report and not (_is_of_bone_density(json) and status_code(json.get("status")) in _USED):
        return
    found: list[BoneDensity | Fault] = [] if is_report else list(densities(resource, reading))
    if is_report or "contained" in json:
        for inside in _contained(json):
            found += densities(Resource(inside, resource.ref), reading)
    yield from found
    if not found and (is_report or _is_report(json)) and not _names_one_sent(json, reading):
        yield Fault(resource.ref, REPORT, NO_RESULT, day_of(json))


def is_lost(fault: Fault, facts: Iterable[BoneDensity]) -> bool:
    """Something is lost with it: always, but for a report whose day has a density beside it."""
    day = fault.day
    return fault.kind != REPORT or not any(
        day is not None and fact.when.within(day.earliest, day.latest).possibly for fact in facts
    )


def _is_of_bone_density(json: Json) -> bool:
    known = tags(json.get("code"))
    return any(tag.startswith("dxa-") for tag in known) or any(_NAMED.search(word) for word in words(json.get("code")))


def _is_report(json: Json) -> bool:
    return REPORT in tags(json.get("code")) and status_code(json.get("status")) in _USED


def _contained(json: Json) -> Iterator[Json]:
    """The Observations it contains, of the same subject, with the day and the devices of the whole."""
    whole = {key: json[key] for key in json if key.startswith("effective") or key == "contained"}
    for each in every(json.get("contained")):
        if each.get("resourceType") == "Observation" and each.get("subject") in (None, json.get("subject")):
            dated = any(key.startswith("effective") for key in each)
            yield {**({"contained": whole["contained"]} if dated else whole), **each}


def _names_one_sent(json: Json, reading: Reading) -> bool:
    named = (reference(each) for key in ("result", "hasMember") for each in every(json.get(key)))
    return any(literal and reading.original(literal) for literal in named)
