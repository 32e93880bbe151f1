"""Who the chart is about."""

from __future__ import annotations

from collections.abc import Iterator

from cards.chart import Unusable
from cards.facts import Patient
from service.fhir.gather import Resource
from service.fhir.read import dates
from service.fhir.read.elements import Json, text
from service.fhir.read.reading import Reading

_SEXES = frozenset(("male", "female"))


def patient(resource: Resource, reading: Reading) -> Iterator[Patient | Unusable]:
    """The Patient; a birth date that is given but cannot be read is told besides."""
    json, ref = resource.json, resource.ref
    born = dates.when(json.get("birthDate"))
    if born is not None:
        born = dates.past(born, reading.today)
    sex = text(json.get("gender")).lower()
    yield Patient(ref, sex if sex in _SEXES else None, born, _deceased(json))
    if born is None and json.get("birthDate") is not None:
        yield Unusable(ref, "the patient's birth date is not a date that can be read")


def _deceased(json: Json) -> bool:
    told = json.get("deceasedBoolean")
    return told is True or text(told).lower() == "true" or bool(text(json.get("deceasedDateTime")))
