"""Injections that a record tells of as an immunization or a charge: doses all the same."""

from __future__ import annotations

from typing import Any, Final

from cards.facts import Medication, Procedure
from cards.when import When
from service.fhir.gather import Resource
from service.fhir.read import dates, medications
from service.fhir.read.elements import pairs, status_code, tags, words
from service.fhir.read.procedures import procedure
from service.fhir.read.reading import Reading

_NOT_CHARGED: Final = frozenset(("entered-in-error", "planned", "aborted"))


def administration(resource: Resource, reading: Reading) -> Medication | None:
    """A dose given, whichever of the three types tells of it; None for one of no drug that a rule reads."""
    kind = resource.json.get("resourceType")
    if kind == "Immunization":
        return _immunized(resource, reading)
    return _charged(resource, reading) if kind == "ChargeItem" else medications.administration(resource, reading)


def done(resource: Resource, reading: Reading) -> Procedure | None:
    """A Procedure; an Immunization or a ChargeItem only where it is a dose of a drug that a rule reads."""
    json = resource.json
    if json.get("resourceType") == "Procedure":
        return procedure(resource, reading)
    dose = administration(resource, reading)
    if dose is None:
        return None
    code = json.get("vaccineCode", json.get("code"))
    when = dose.started if dose.has_start else When.by(reading.today)
    said = words(code) or [f"code {each}" for _, each in pairs(code)]
    return Procedure(resource.ref, tags(code), said[0] if said else dose.text, when, dose.status, dose)


def _immunized(resource: Resource, reading: Reading) -> Medication | None:
    json = resource.json
    dosage: dict[str, Any] = {
        key: json[name] for key, name in (("dose", "doseQuantity"), ("route", "route")) if name in json
    }
    told: dict[str, Any] = {
        **{key: value for key, value in json.items() if key.startswith(("occurrence", "reason", "notGiven"))},
        "status": json.get("status"),
        "medicationCodeableConcept": json.get("vaccineCode"),
        "dosage": dosage,
    }
    if "date" in json:
        told["effectiveDateTime"] = json["date"]
    return medications.administration(Resource(told, resource.ref), reading)


def _charged(resource: Resource, reading: Reading) -> Medication | None:
    json, ref = resource.json, resource.ref
    status = status_code(json.get("status"))
    if status in _NOT_CHARGED:
        return None
    day = dates.occurred(json, "occurrence")
    if day is not None:
        day = dates.past(day, reading.today)
        if day is None:
            return None
    return medications.injected(json, ref, status or "unknown", day, reading)
