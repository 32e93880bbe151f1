"""Requests of the doors' tests: a whole record, one hook call, and the resources they hold."""

from __future__ import annotations

from typing import Any

import requests

PATIENT = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1950-01-01"}
OSTEOPOROSIS = {
    "resourceType": "Condition",
    "id": "c1",
    "subject": {"reference": "Patient/p1"},
    "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "M81.0"}]},
    "onsetDateTime": "2020-05-01",
}
ALENDRONATE = {
    "resourceType": "MedicationRequest",
    "id": "m1",
    "status": "draft",
    "intent": "order",
    "subject": {"reference": "Patient/p1"},
    "medicationCodeableConcept": {"text": "alendronate 70 mg oral tablet"},
}
EMPTY = {"resourceType": "Bundle", "type": "searchset"}


def searchset(*resources: Any, **more: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": each} for each in resources], **more}


def record(**changed: Any) -> dict[str, Any]:
    """A prefetch with every key answered; keys set to ... are left out."""
    keys = (
        "encounterDiagnoses", "medicationRequests", "medicationStatements", "medicationDispenses",
        "medicationAdministrations", "boneDensity", "laboratory", "vitalSigns", "fractureRisk", "riskAssessments",
        "socialHistory", "procedures", "allergies", "appointments", "serviceRequests",
    )  # fmt: skip
    sent = {**dict.fromkeys(keys, EMPTY), "patient": PATIENT, "conditions": searchset(OSTEOPOROSIS), **changed}
    return {key: value for key, value in sent.items() if value is not ...}


_NONE: dict[str, Any] = {"resourceType": "Bundle", "entry": []}
_CONTEXT_OF: dict[str, dict[str, Any]] = {
    "encounter-start": {"encounterId": "e1"},
    "encounter-discharge": {"encounterId": "e1"},
    "problem-list-item-create": {"conditions": _NONE},
    "appointment-book": {"appointments": _NONE},
    "medication-refill": {"medications": _NONE},
    "order-dispatch": {"dispatchedOrders": ["MedicationRequest/m1"], "performer": "Organization/o1"},
}
"""What the context of a hook holds at least, beside the user, the patient and drafts."""


def hook(name: str = "patient-view", *drafts: Any, **changed: Any) -> dict[str, Any]:
    """A request of this hook; members set to ... are left out."""
    context: dict[str, Any] = {"userId": "Practitioner/d1", "patientId": "p1"}
    if name in {"order-select", "order-sign"}:
        context["draftOrders"] = {"resourceType": "Bundle", "entry": [{"resource": each} for each in drafts]}
    if name in _CONTEXT_OF:
        context |= _CONTEXT_OF[name]
    if name == "order-select":
        context["selections"] = [f"{each['resourceType']}/{each['id']}" for each in drafts]
    body = {
        "hook": name,
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": context,
        "prefetch": record(),
        **changed,
    }
    return {key: value for key, value in body.items() if value is not ...}


def post(base: str, body: Any, service: str | None = None, **more: Any) -> requests.Response:
    name = service or f"osteohooks-{body['hook']}"
    return requests.post(f"{base}/cds-services/{name}", json=body, timeout=10, **more)
