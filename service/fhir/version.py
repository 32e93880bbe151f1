"""Whether what was sent is FHIR DSTU2, which is told and not read; STU3 and R5 are read where they say what R4 says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

NOT_R4: Final = "sent in FHIR DSTU2, and only R4 is read"
"""How a card goes on after "the record was"."""

_TYPES: Final = frozenset(("MedicationOrder", "DiagnosticOrder", "DeviceUseRequest"))
"""Resource types that later versions do not have."""

_ELEMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "Condition": ("dateRecorded",),
    "MedicationStatement": ("wasNotTaken", "reasonForUseCodeableConcept", "reasonForUseReference", "reasonNotTaken"),
    "MedicationAdministration": ("wasNotGiven", "practitioner", "effectiveTimeDateTime", "effectiveTimePeriod"),
    "MedicationDispense": ("dispenser",),
}
"""Elements that later versions do not have, of types that name their patient as `patient` in DSTU2 alone."""

_NAMES: Final = frozenset(("dstu2", "1.0", "1.0.1", "1.0.2"))


def is_dstu2(resource: Mapping[str, Any]) -> bool:
    """The resource can be of no later version. One element alone may be a slip, so two things must say it."""
    kind = resource.get("resourceType")
    if kind in _TYPES:
        return True
    elements = _ELEMENTS.get(kind) if isinstance(kind, str) else None
    if elements is None or "patient" not in resource or "subject" in resource:
        return False
    plain = kind == "Condition" and isinstance(resource.get("verificationStatus"), str)
    return plain or any(element in resource for element in elements)


def names_dstu2(told: str) -> bool:
    """A client's own word for the version of what it sends."""
    return told.strip().lower() in _NAMES
