"""FHIR R4 resources as an EHR sends them, with meta, own codes, performers and encounters: about 0.9 kB each."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final, TypeAlias

from cards import codes

Json: TypeAlias = dict[str, Any]

BASE: Final = "https://ehr.example.org/api/FHIR/R4"
LOCAL: Final = "urn:oid:1.2.840.99999.1"  # an EHR's own codes, which no value set holds
UCUM: Final = "http://unitsofmeasure.org"
_TERMINOLOGY: Final = "http://terminology.hl7.org/CodeSystem"


def coding(system: str, code: str, display: str = "") -> Json:
    """One Coding; the display is the code system's own where the value sets know it."""
    name = display or codes.display(system, code)
    return {"system": system, "code": code, **({"display": name} if name else {})}


def concept(text: str, *codings: Json) -> Json:
    """A CodeableConcept as EHRs send it: the standard code, an own code beside it, and words."""
    own = coding(LOCAL, text.upper().replace(" ", "-")[:40], text)
    return {"coding": [*codings, own], "text": text}


class Maker:
    """Makes the resources of one patient. The same seed gives the same resources, another seed other ids and days."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.patient_id = self.fresh()
        self.encounter_id = self.fresh()

    def fresh(self) -> str:
        """An id as an EHR makes it."""
        return str(uuid.UUID(int=self.draw.getrandbits(128), version=4))

    def day(self, year: int) -> date:
        """Some day of this year."""
        return date(year, 1, 1) + timedelta(days=self.draw.randrange(365))

    def patient(self, born: str, sex: str) -> Json:
        """The Patient."""
        return {
            **self._begun("Patient", self.patient_id),
            "active": True,
            "name": [{"use": "official", "family": "Example", "given": ["Bench"]}],
            "gender": sex,
            "birthDate": born,
            "address": [{"use": "home", "line": ["1 Example Street"], "city": "Example", "postalCode": "00000"}],
            "generalPractitioner": [{"reference": "Practitioner/bench-gp"}],
        }

    def condition(self, what: Json, on: date, *, category: str, clinical: str = "active") -> Json:
        """A Condition of the problem list or of an encounter."""
        return {
            **self._begun("Condition"),
            "clinicalStatus": {"coding": [{"system": f"{_TERMINOLOGY}/condition-clinical", "code": clinical}]},
            "verificationStatus": {"coding": [{"system": f"{_TERMINOLOGY}/condition-ver-status", "code": "confirmed"}]},
            "category": [{"coding": [{"system": f"{_TERMINOLOGY}/condition-category", "code": category}]}],
            "code": what,
            "subject": self._subject(),
            "encounter": self._encounter(),
            "onsetDateTime": on.isoformat(),
            "recordedDate": on.isoformat(),
        }

    def observation(
        self, what: Json, value: float, unit: str, on: date, *, category: str, low: float | None = None,
        high: float | None = None,
    ) -> Json:  # fmt: skip
        """A final Observation with one figure; `unit` is UCUM. With limits it has a reference range."""
        limits = {
            name: {"value": limit, "unit": unit, "system": UCUM, "code": unit}
            for name, limit in (("low", low), ("high", high))
            if limit is not None
        }
        return {
            **self._begun("Observation"),
            "status": "final",
            "category": [{"coding": [{"system": f"{_TERMINOLOGY}/observation-category", "code": category}]}],
            "code": what,
            "subject": self._subject(),
            "encounter": self._encounter(),
            "effectiveDateTime": f"{on.isoformat()}T08:15:00+01:00",
            "performer": [{"reference": "Organization/bench-laboratory", "display": "Example Laboratory"}],
            "valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit},
            **({"referenceRange": [limits]} if limits else {}),
        }

    def medication_request(
        self, what: Json, start: date, end: date | None, *, dose: tuple[float, str], every: tuple[int, str], words: str
    ) -> Json:
        """An order; completed where it has an end. `every` is a FHIR period and its unit."""
        return {
            **self._begun("MedicationRequest"),
            "status": "completed" if end else "active",
            "intent": "order",
            "category": [{"coding": [{"system": f"{_TERMINOLOGY}/medicationrequest-category", "code": "community"}]}],
            "medicationCodeableConcept": what,
            "subject": self._subject(),
            "encounter": self._encounter(),
            "authoredOn": start.isoformat(),
            "requester": {"reference": "Practitioner/bench-gp"},
            "dosageInstruction": [_dosage(dose, every, words, _period(start, end))],
        }

    def medication_statement(self, what: Json, start: date, end: date | None, words: str) -> Json:
        """What the patient is said to take."""
        return {
            **self._begun("MedicationStatement"),
            "status": "completed" if end else "active",
            "medicationCodeableConcept": what,
            "subject": self._subject(),
            "context": self._encounter(),
            "effectivePeriod": _period(start, end),
            "dateAsserted": start.isoformat(),
            "informationSource": {"reference": f"Patient/{self.patient_id}"},
            "dosage": [{"text": words}],
        }

    def medication_dispense(self, what: Json, on: date, *, days: int, words: str) -> Json:
        """A fill that was handed over."""
        return {
            **self._begun("MedicationDispense"),
            "status": "completed",
            "medicationCodeableConcept": what,
            "subject": self._subject(),
            "performer": [{"actor": {"reference": "Organization/bench-pharmacy"}}],
            "quantity": {"value": days, "unit": "tablet"},
            "daysSupply": {"value": days, "unit": "d", "system": UCUM, "code": "d"},
            "whenHandedOver": on.isoformat(),
            "dosageInstruction": [{"text": words}],
        }

    def medication_administration(self, what: Json, on: date, dose: tuple[float, str]) -> Json:
        """A dose given."""
        return {
            **self._begun("MedicationAdministration"),
            "status": "completed",
            "medicationCodeableConcept": what,
            "subject": self._subject(),
            "context": self._encounter(),
            "effectiveDateTime": on.isoformat(),
            "performer": [{"actor": {"reference": "Practitioner/bench-nurse"}}],
            "dosage": {"dose": {"value": dose[0], "unit": dose[1], "system": UCUM, "code": dose[1]}},
        }

    def procedure(self, what: Json, on: date) -> Json:
        """Something done."""
        return {
            **self._begun("Procedure"),
            "status": "completed",
            "code": what,
            "subject": self._subject(),
            "encounter": self._encounter(),
            "performedDateTime": on.isoformat(),
            "performer": [{"actor": {"reference": "Practitioner/bench-gp"}}],
        }

    def allergy(self, what: Json, on: date) -> Json:
        """An active, confirmed AllergyIntolerance."""
        system = f"{_TERMINOLOGY}/allergyintolerance"
        return {
            **self._begun("AllergyIntolerance"),
            "clinicalStatus": {"coding": [{"system": f"{system}-clinical", "code": "active"}]},
            "verificationStatus": {"coding": [{"system": f"{system}-verification", "code": "confirmed"}]},
            "type": "allergy",
            "category": ["environment"],
            "criticality": "low",
            "code": what,
            "patient": self._subject(),
            "recordedDate": on.isoformat(),
        }

    def appointment(self, what: Json, on: date) -> Json:
        """A visit that was kept."""
        return {
            **self._begun("Appointment"),
            "status": "fulfilled",
            "serviceType": [what],
            "start": f"{on.isoformat()}T09:00:00+01:00",
            "end": f"{on.isoformat()}T09:20:00+01:00",
            "participant": [
                {"actor": self._subject(), "status": "accepted"},
                {"actor": {"reference": "Practitioner/bench-gp"}, "status": "accepted"},
            ],
        }

    def service_request(self, what: Json, on: date) -> Json:
        """An order of a test that was carried out."""
        return {
            **self._begun("ServiceRequest"),
            "status": "completed",
            "intent": "order",
            "code": what,
            "subject": self._subject(),
            "encounter": self._encounter(),
            "authoredOn": on.isoformat(),
            "requester": {"reference": "Practitioner/bench-gp"},
        }

    def _begun(self, kind: str, logical_id: str = "") -> Json:
        logical_id = logical_id or self.fresh()
        return {
            "resourceType": kind,
            "id": logical_id,
            "meta": {"lastUpdated": "2026-01-10T06:30:00+01:00"},
        }

    def _subject(self) -> Json:
        return {"reference": f"Patient/{self.patient_id}"}

    def _encounter(self) -> Json:
        return {"reference": f"Encounter/{self.encounter_id}"}


def bundle(kind: str, resources: Sequence[Json]) -> Json:
    """The searchset that answers a search for this type."""
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(resources),
        "link": [{"relation": "self", "url": f"{BASE}/{kind}"}],
        **(
            {
                "entry": [
                    {"fullUrl": f"{BASE}/{kind}/{each['id']}", "resource": each, "search": {"mode": "match"}}
                    for each in resources
                ]
            }
            if resources
            else {}
        ),
    }


def _period(start: date, end: date | None) -> Json:
    return {"start": start.isoformat(), **({"end": end.isoformat()} if end else {})}


def _dosage(dose: tuple[float, str], every: tuple[int, str], words: str, bounds: Json) -> Json:
    return {
        "sequence": 1,
        "text": words,
        "timing": {"repeat": {"boundsPeriod": bounds, "frequency": 1, "period": every[0], "periodUnit": every[1]}},
        "route": concept("Oral", coding(codes.SNOMED, "26643006", "Oral route")),
        "doseAndRate": [{"doseQuantity": {"value": dose[0], "unit": dose[1], "system": UCUM, "code": dose[1]}}],
    }
