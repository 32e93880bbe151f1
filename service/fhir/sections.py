"""Which FHIR query fills which section of a chart: the one table that discovery and gathering both use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from cards import codes

LOINC: Final = "http://loinc.org"
PATIENT_TOKEN: Final = "{{context.patientId}}"  # noqa: S105 - a prefetch token, not a secret
ENCOUNTER_TOKEN: Final = "{{context.encounterId}}"  # noqa: S105 - a prefetch token, not a secret

ENCOUNTER_HOOKS: Final = frozenset(("encounter-start", "encounter-discharge"))
"""The hooks whose context always names an encounter; elsewhere a client drops every key that asks for it."""


@dataclass(frozen=True, slots=True)
class Query:
    """One prefetch key: the section it fills, the resource type it brings, and what it asks for.

    `search` is what follows "Type?patient=…"; `value_sets` names the sets whose LOINC codes are asked for. `read` marks
    the two instance reads. `words` is how a sentence to a clinician names it.
    """

    key: str
    section: str
    type: str
    words: str
    search: str = ""
    value_sets: tuple[str, ...] = ()
    read: bool = False
    hooks: frozenset[str] | None = None

    @property
    def types(self) -> tuple[str, ...]:
        """Every resource type that is read under the key."""
        return (self.type, *READ_TOO.get(self.key, ()))

    def template(self) -> str:
        """The prefetch template: a read, or a search by patient with at most one further parameter."""
        if self.read:
            return f"{self.type}/{ENCOUNTER_TOKEN if self.hooks else PATIENT_TOKEN}"
        asked = f"{self.type}?patient={PATIENT_TOKEN}"
        if self.value_sets:
            found = codes.members(*self.value_sets)
            loinc = sorted({code for system, code in found if system == LOINC})
            return f"{asked}&code={','.join(f'{LOINC}|{code}' for code in loinc)}"
        return asked + self.search


READ_TOO: Final[Mapping[str, tuple[str, ...]]] = {
    "medicationStatements": ("MedicationUsage",),
    "medicationAdministrations": ("Immunization", "ChargeItem"),
    "boneDensity": ("DiagnosticReport",),
    "procedures": ("ChargeItem", "Immunization"),
}
"""Types that are not asked for under a key, and read where they arrive."""

BONE_DENSITY: Final = tuple(
    name for name in codes.names() if name.startswith(("dxa-bmd-", "dxa-t-score-", "dxa-report"))
)
LABORATORY: Final = (
    "egfr", "creatinine-clearance", "creatinine", "calcium-total", "calcium-corrected", "calcium-ionized", "albumin",
    "vitamin-d-25oh", "parathyroid-hormone", "ctx", "p1np", "phosphate", "alkaline-phosphatase", "magnesium",
    "pregnancy-test",
)  # fmt: skip
VITAL_SIGNS: Final = ("body-weight", "body-height", "body-mass-index")
FRACTURE_RISK: Final = ("frax-major", "frax-hip")
SOCIAL_HISTORY: Final = ("smoking-status", "alcohol-drinks")

TABLE: Final = (
    Query("patient", "patient", "Patient", "patient", read=True),
    Query("conditions", "conditions", "Condition", "problem list", "&category=problem-list-item"),
    Query("encounterDiagnoses", "conditions", "Condition", "encounter diagnoses", "&category=encounter-diagnosis"),
    Query("medicationRequests", "medication_requests", "MedicationRequest", "medication orders", "&intent=order,plan"),
    Query("medicationStatements", "medication_statements", "MedicationStatement", "medication statements"),
    Query("medicationDispenses", "medication_dispenses", "MedicationDispense", "dispensing record"),
    Query("medicationAdministrations", "medication_administrations", "MedicationAdministration", "doses given"),
    Query("boneDensity", "bone_densities", "Observation", "bone density results", value_sets=BONE_DENSITY),
    Query("laboratory", "laboratory", "Observation", "laboratory results", value_sets=LABORATORY),
    Query("vitalSigns", "vital_signs", "Observation", "weight and height", value_sets=VITAL_SIGNS),
    Query("fractureRisk", "fracture_risk", "Observation", "recorded fracture risk", value_sets=FRACTURE_RISK),
    Query("riskAssessments", "risk_assessments", "RiskAssessment", "risk assessments"),
    Query("socialHistory", "social_history", "Observation", "social history", value_sets=SOCIAL_HISTORY),
    Query("procedures", "procedures", "Procedure", "procedures"),
    Query("allergies", "allergies", "AllergyIntolerance", "allergies"),
    Query("appointments", "appointments", "Appointment", "appointments"),
    Query("serviceRequests", "service_requests", "ServiceRequest", "orders of tests"),
    Query("encounter", "encounters", "Encounter", "encounter", read=True, hooks=ENCOUNTER_HOOKS),
)


@lru_cache(maxsize=64)
def queries(hook: str, sections: frozenset[str], beside: tuple[str, ...] = ()) -> tuple[Query, ...]:
    """What is asked of a client for these sections on this hook, in the order of the table.

    `beside`: hooks that the same call stands for too.
    """
    hooks = {hook, *beside}
    return tuple(
        each for each in TABLE if each.section in sections and (each.hooks is None or not each.hooks.isdisjoint(hooks))
    )


def prefetch(hook: str, sections: Iterable[str]) -> Mapping[str, str]:
    """Prefetch key → template, as discovery publishes it."""
    return {each.key: each.template() for each in queries(hook, frozenset(sections))}
