"""FHIR JSON ends here: what was gathered becomes a chart of frozen facts.

Tolerant, resource by resource: what cannot be understood is Unusable in its section and costs no other resource.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from cards.chart import Chart, Section, Site, Unusable
from cards.rule import EVALUATED_AS
from service.fhir.gather import Gathered, Part, Resource
from service.fhir.read import densities, given, measurements, medications, reports
from service.fhir.read.allergies import allergy
from service.fhir.read.appointments import appointment
from service.fhir.read.conditions import condition
from service.fhir.read.encounters import encounter
from service.fhir.read.observations import Fault
from service.fhir.read.patient import patient
from service.fhir.read.reading import Reading
from service.fhir.read.service_requests import service_order
from service.fhir.read.social_history import social_history

_Reader = Callable[[Resource, Reading], object]

_READERS: Final[Mapping[str, tuple[frozenset[str], _Reader]]] = {
    "patient": (frozenset(("Patient",)), patient),
    "conditions": (frozenset(("Condition",)), condition),
    "medication_requests": (frozenset(("MedicationRequest",)), medications.or_unknown(medications.request)),
    "medication_statements": (
        frozenset(("MedicationStatement", "MedicationUsage")),
        medications.or_unknown(medications.statement),
    ),
    "medication_dispenses": (frozenset(("MedicationDispense",)), medications.or_unknown(medications.dispense)),
    "medication_administrations": (
        frozenset(("MedicationAdministration", "Immunization", "ChargeItem")),
        medications.or_unknown(given.administration),
    ),
    "bone_densities": (frozenset(("Observation", "DiagnosticReport")), reports.bone_densities),
    "laboratory": (frozenset(("Observation",)), measurements.laboratory),
    "vital_signs": (frozenset(("Observation",)), measurements.vital_signs),
    "fracture_risk": (frozenset(("Observation",)), measurements.fracture_risk),
    "risk_assessments": (frozenset(("RiskAssessment",)), measurements.risk_assessment),
    "social_history": (frozenset(("Observation",)), social_history),
    "procedures": (frozenset(("Procedure", "Immunization", "ChargeItem")), given.done),
    "allergies": (frozenset(("AllergyIntolerance",)), allergy),
    "appointments": (frozenset(("Appointment",)), appointment),
    "service_requests": (frozenset(("ServiceRequest",)), service_order),
    "encounters": (frozenset(("Encounter",)), encounter),
    "drafts": (frozenset(("MedicationRequest",)), medications.or_unknown(medications.draft)),
}
"""For each section, the resource types read in it and how one is read: a fact, an Unusable, several of them or None."""


def read_chart(gathered: Gathered, today: date, *, site: Site | None = None) -> Chart:
    """The chart of what was gathered, as it stands on that day. No JSON makes it raise."""
    reading = Reading(gathered, today)
    sections: dict[str, Section[Any]] = {}
    if "patient" in gathered.parts:
        sections["patient"] = _section(gathered.parts["patient"], reading)
        reading = Reading(gathered, today, next((fact.born for fact in sections["patient"]), None))
    for name, part in gathered.parts.items():
        if name != "patient" and name in _READERS:
            sections[name] = _section(part, reading)
    if "drafts" in sections:
        sections["drafts"] = _marked(sections["drafts"], sections.get("medication_requests", ()))
    return Chart(today, sections, hook=EVALUATED_AS.get(gathered.hook, gathered.hook), site=site)


def _marked(drafts: Section[Any], orders: Iterable[Any]) -> Section[Any]:
    """The drafts, each knowing whether it is an order of the record; an active one is no draft, whatever was read."""
    known = {order.ref for order in orders}
    facts = (replace(each, on_record=each.ref in known or each.order.status == "active") for each in drafts)
    return replace(drafts, facts=tuple(facts))


def _section(part: Part, reading: Reading) -> Section[Any]:
    types, reader = _READERS[part.section]
    facts: list[Any] = []
    faults: list[Fault] = []
    unusable: list[Unusable] = []
    nameless: Counter[str] = Counter()
    for resource in part.resources:
        kind = resource.json.get("resourceType")
        if kind not in types:
            continue
        named = resource if resource.ref else _named(resource, kind, nameless)
        for found in _guarded(reader, named, reading):
            if isinstance(found, Fault):
                faults.append(found)
            elif isinstance(found, Unusable):
                unusable.append(found)
            else:
                facts.append(found)
    if part.section == "bone_densities":
        faults = densities.worth_telling([each for each in faults if reports.is_lost(each, facts)], reading.today)
    elif faults:
        faults = measurements.worth_telling(faults, facts, reading.today)
    unusable += dict.fromkeys(Unusable(each.ref, each.why) for each in faults)
    return Section(part.section, tuple(facts), part.state, part.why, tuple(unusable))


def _named(resource: Resource, kind: str, nameless: Counter[str]) -> Resource:
    """A resource without an id, its ref "Type/?1", "Type/?2" …"""
    nameless[kind] += 1
    return replace(resource, ref=f"{kind}/?{nameless[kind]}")


def _guarded(reader: _Reader, resource: Resource, reading: Reading) -> Iterable[object]:
    """What the reader finds; one resource that it cannot read is Unusable and costs no other."""
    try:
        found = reader(resource, reading)
        return () if found is None else tuple(found) if isinstance(found, Generator) else (found,)
    except Exception as fault:  # noqa: BLE001 - whatever an EHR sends, the rest of the record is still read
        return (Unusable(resource.ref, f"a resource that could not be read ({type(fault).__name__})"),)
