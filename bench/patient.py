"""The measured patient: a short story that brings cards with drafts, and filler that changes none of them.

Two fragility fractures within 18 months of alendronate that was seldom filled: at least two cards offer drafts. The
filler is years of normal results, earlier treatment, other diseases and drugs, and what an EHR's own codes name.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from datetime import date, timedelta
from typing import Final, NamedTuple, TypeAlias

from bench.resources import BASE, Json, Maker, bundle, coding, concept
from cards.codes import ICD10CM, LOINC, RXNORM, SNOMED

AS_OF: Final = date(2026, 1, 15)
HOOK: Final = "patient-view"
FIRST_YEAR: Final = 2013
YEARS: Final = 10  # of filler; its last is 2022, before everything the cards stand on

TYPES: Final = {
    "conditions": "Condition",
    "encounterDiagnoses": "Condition",
    "medicationRequests": "MedicationRequest",
    "medicationStatements": "MedicationStatement",
    "medicationDispenses": "MedicationDispense",
    "medicationAdministrations": "MedicationAdministration",
    "boneDensity": "Observation",
    "laboratory": "Observation",
    "vitalSigns": "Observation",
    "fractureRisk": "Observation",
    "riskAssessments": "RiskAssessment",
    "socialHistory": "Observation",
    "procedures": "Procedure",
    "allergies": "AllergyIntolerance",
    "appointments": "Appointment",
    "serviceRequests": "ServiceRequest",
}
"""Prefetch key → the type it brings. The key `patient` is a read."""

Filler: TypeAlias = Callable[[Maker, int], Json]


class Kind(NamedTuple):
    """One kind of filler: where it is sent, whether rules read its code, and how it is made (for a year)."""

    key: str
    is_read: bool
    make: Filler


def hook_request(size: int, seed: int, keys: Collection[str]) -> Json:
    """A patient-view call whose prefetch holds `size` resources, the Patient counted, under these keys.

    Another seed gives other ids and other days of the filler. ValueError for fewer resources than the story has, for
    keys that it needs and that are not among these, and for one that nothing is known to answer.
    """
    known = {"patient", *TYPES}
    if size < STORY_SIZE or not STORY_KEYS <= set(keys) <= known:
        odd = sorted(STORY_KEYS - set(keys) | set(keys) - known)
        raise ValueError(f"a prefetch of {size}, at least {STORY_SIZE} are needed; keys lacking or not known: {odd}")
    maker = Maker(seed)
    found: dict[str, list[Json]] = {key: [] for key in TYPES if key in keys}
    patient = _story(maker, found)
    kinds = [kind for kind in FILLER if kind.key in keys]
    for place in range(size - STORY_SIZE):
        kind = kinds[place % len(kinds)]
        found[kind.key].append(kind.make(maker, FIRST_YEAR + place // len(kinds) % YEARS))
    order = random.Random(seed)
    for resources in found.values():
        order.shuffle(resources)
    return {
        "hook": HOOK,
        "hookInstance": maker.fresh(),
        "fhirServer": BASE,
        "context": {"userId": "Practitioner/bench-gp", "patientId": maker.patient_id},
        "prefetch": {"patient": patient, **{key: bundle(TYPES[key], resources) for key, resources in found.items()}},
    }


STORY_SIZE: Final = 10
STORY_KEYS: Final = frozenset((
    "patient", "conditions", "medicationRequests", "medicationDispenses", "boneDensity", "laboratory", "vitalSigns",
))  # fmt: skip


def _story(maker: Maker, found: dict[str, list[Json]]) -> Json:
    """Ten resources: what the cards stand on. Returns the Patient, the first of them."""
    alendronate = concept("alendronate 70 mg tablet", coding(RXNORM, "904431"))
    found["conditions"] += [
        maker.condition(
            concept(
                "Osteoporotic vertebral fracture",
                coding(ICD10CM, "M80.08XA", "Age-related osteoporosis with current pathological fracture, vertebra(e)"),
            ),
            date(2025, 10, 6),
            category="problem-list-item",
        ),
        maker.condition(
            concept(
                "Osteoporotic hip fracture",
                coding(ICD10CM, "M80.051A", "Age-related osteoporosis with current pathological fracture, right femur"),
            ),
            date(2025, 12, 20),
            category="problem-list-item",
        ),
    ]
    found["medicationRequests"].append(
        maker.medication_request(
            alendronate, date(2024, 9, 2), None, dose=(70, "mg"), every=(1, "wk"), words="70 mg by mouth once weekly"
        )
    )
    found["medicationDispenses"].append(
        maker.medication_dispense(alendronate, date(2025, 8, 20), days=84, words="70 mg by mouth once weekly")
    )
    found["laboratory"] += [
        _lab("98979-8", 78.0, "mL/min/{1.73_m2}", 60.0, None)(maker, date(2025, 12, 22)),
        _lab("17861-6", 9.4, "mg/dL", 8.5, 10.5)(maker, date(2025, 12, 22)),
        _lab("1989-3", 34.0, "ng/mL", 20.0, 80.0)(maker, date(2025, 12, 22)),
    ]
    found["boneDensity"].append(_dxa("80945-9", -2.7, "{T-score}", maker, date(2024, 8, 20)))
    found["vitalSigns"].append(_vital("29463-7", 61.5, "kg", maker, date(2025, 12, 22)))
    return maker.patient("1953-04-12", "female")


def _lab(code: str, value: float, unit: str, low: float | None, high: float | None) -> Callable[[Maker, date], Json]:
    def make(maker: Maker, on: date) -> Json:
        what = {"coding": [coding(LOINC, code)]}
        return maker.observation(what, value, unit, on, category="laboratory", low=low, high=high)

    return make


def _never_smoked(maker: Maker, on: date) -> Json:
    asked = maker.observation({"coding": [coding(LOINC, "72166-2")]}, 0, "1", on, category="social-history")
    del asked["valueQuantity"]
    return asked | {"valueCodeableConcept": concept("Never smoker", coding(LOINC, "LA18978-9"))}


def _dxa(code: str, value: float, unit: str, maker: Maker, on: date) -> Json:
    return maker.observation({"coding": [coding(LOINC, code)]}, value, unit, on, category="imaging")


def _vital(code: str, value: float, unit: str, maker: Maker, on: date) -> Json:
    return maker.observation({"coding": [coding(LOINC, code)]}, value, unit, on, category="vital-signs")


def _lab_kind(code: str, value: float, unit: str, low: float | None, high: float | None) -> Kind:
    """A normal result, at most 4 % away from this value."""

    def make(maker: Maker, year: int) -> Json:
        near = round(value * maker.draw.uniform(0.96, 1.04), 2)
        return _lab(code, near, unit, low, high)(maker, maker.day(year))

    return Kind("laboratory", True, make)


def _vital_kind(code: str, value: float, unit: str) -> Kind:
    return Kind("vitalSigns", True, lambda maker, year: _vital(code, value, unit, maker, maker.day(year)))


def _dxa_kind(code: str, value: float, unit: str) -> Kind:
    return Kind("boneDensity", True, lambda maker, year: _dxa(code, value, unit, maker, maker.day(year)))


def _condition_kind(key: str, text: str, code: Json | None, clinical: str = "active") -> Kind:
    category = "problem-list-item" if key == "conditions" else "encounter-diagnosis"
    what = concept(text, code) if code else concept(text)
    return Kind(
        key,
        code is not None,
        lambda maker, year: maker.condition(what, maker.day(year), category=category, clinical=clinical),
    )


def _order_kind(text: str, code: Json | None, dose: tuple[float, str], every: tuple[int, str], days: int) -> Kind:
    what = concept(text, code) if code else concept(text)

    def make(maker: Maker, year: int) -> Json:
        start = maker.day(year)
        end = start + timedelta(days=days)
        return maker.medication_request(what, start, end, dose=dose, every=every, words=f"{text}, as directed")

    return Kind("medicationRequests", code is not None, make)


def _earlier_risedronate(maker: Maker, year: int) -> Json:
    """Half a year of weekly risedronate, 2009 to 2013: an episode that ended long before the present one."""
    place = year - FIRST_YEAR
    start = date(2009 + place // 2, 1 if place % 2 == 0 else 7, 5)
    what = concept("risedronate 35 mg tablet", coding(RXNORM, "905024"))
    return maker.medication_request(
        what, start, start + timedelta(days=182), dose=(35, "mg"), every=(1, "wk"), words="35 mg by mouth once weekly"
    )


def _statement_kind(text: str, code: Json, words: str) -> Kind:
    def make(maker: Maker, year: int) -> Json:
        start = maker.day(year)
        return maker.medication_statement(concept(text, code), start, start + timedelta(days=300), words)

    return Kind("medicationStatements", True, make)


def _fill_kind(text: str, code: Json | None, days: int) -> Kind:
    what = concept(text, code) if code else concept(text)
    return Kind(
        "medicationDispenses",
        code is not None,
        lambda maker, year: maker.medication_dispense(what, maker.day(year), days=days, words="one tablet daily"),
    )


_VITAMIN_D: Final = coding(RXNORM, "309263")
_CALCIUM: Final = coding(RXNORM, "282465")
_PREDNISONE: Final = coding(RXNORM, "312617")

FILLER: Final = (
    _lab_kind("98979-8", 80.0, "mL/min/{1.73_m2}", 60.0, None),
    _lab_kind("62238-1", 79.0, "mL/min/{1.73_m2}", 60.0, None),
    _lab_kind("2160-0", 0.78, "mg/dL", 0.5, 1.1),
    _lab_kind("14682-9", 69.0, "umol/L", 44.0, 97.0),
    _lab_kind("17861-6", 9.4, "mg/dL", 8.5, 10.5),
    _lab_kind("2000-8", 2.34, "mmol/L", 2.12, 2.62),
    _lab_kind("1751-7", 4.2, "g/dL", 3.5, 5.0),
    _lab_kind("1989-3", 34.0, "ng/mL", 20.0, 80.0),
    _lab_kind("2731-8", 42.0, "pg/mL", 15.0, 65.0),
    _lab_kind("41171-0", 310.0, "pg/mL", 100.0, 700.0),
    _lab_kind("77370-5", 38.0, "ng/mL", 15.0, 75.0),
    _lab_kind("2777-1", 3.4, "mg/dL", 2.5, 4.5),
    _lab_kind("6768-6", 74.0, "U/L", 35.0, 120.0),
    _lab_kind("19123-9", 2.0, "mg/dL", 1.7, 2.4),
    _vital_kind("29463-7", 62.0, "kg"),
    _vital_kind("8302-2", 163.0, "cm"),
    _vital_kind("39156-5", 23.3, "kg/m2"),
    _dxa_kind("24966-4", 0.861, "g/cm2"),
    _dxa_kind("38267-1", -2.1, "{T-score}"),
    _dxa_kind("80945-9", -2.2, "{T-score}"),
    Kind(
        "fractureRisk", True,
        lambda maker, year: maker.observation(
            # Recent, since an old one is asked to be renewed: no filler may call for a card.
            {"coding": [coding(LOINC, "90265-0")]}, 16.0, "%", date(2024, 8, 20), category="survey",
        ),
    ),
    Kind("socialHistory", True, lambda maker, year: _never_smoked(maker, maker.day(year))),
    _condition_kind("conditions", "Essential hypertension", coding(SNOMED, "59621000")),
    _condition_kind("conditions", "Hyperlipidemia", coding(SNOMED, "55822004")),
    _condition_kind("conditions", "Vitamin D deficiency", coding(ICD10CM, "E55.9"), "resolved"),
    _condition_kind("conditions", "Seasonal rhinitis", None),
    _condition_kind("encounterDiagnoses", "Osteoporosis", coding(ICD10CM, "M81.0")),
    _condition_kind("encounterDiagnoses", "Osteopenia", coding(ICD10CM, "M85.80")),
    _condition_kind("encounterDiagnoses", "Osteoarthritis of hip", coding(SNOMED, "239872002")),
    _condition_kind("encounterDiagnoses", "Postmenopausal state", coding(ICD10CM, "Z78.0")),
    _condition_kind("encounterDiagnoses", "History of falling", coding(ICD10CM, "Z91.81")),
    _condition_kind("encounterDiagnoses", "Common cold", None, "resolved"),
    Kind("medicationRequests", True, _earlier_risedronate),
    _order_kind("calcium carbonate 1250 mg tablet", _CALCIUM, (1250, "mg"), (1, "d"), 180),
    _order_kind("cholecalciferol 400 unit tablet", _VITAMIN_D, (400, "[iU]"), (1, "d"), 180),
    _order_kind("prednisone 5 mg tablet", _PREDNISONE, (5, "mg"), (1, "d"), 6),
    _order_kind("Blood pressure tablet 10 mg", None, (10, "mg"), (1, "d"), 90),
    _order_kind("Lipid lowering tablet 20 mg", None, (20, "mg"), (1, "d"), 90),
    _statement_kind("calcium carbonate 1250 mg tablet", _CALCIUM, "one tablet daily, over the counter"),
    _statement_kind("cholecalciferol 400 unit tablet", _VITAMIN_D, "one tablet daily, over the counter"),
    _fill_kind("calcium carbonate 1250 mg tablet", _CALCIUM, 90),
    _fill_kind("cholecalciferol 400 unit tablet", _VITAMIN_D, 90),
    _fill_kind("prednisone 5 mg tablet", _PREDNISONE, 6),
    _fill_kind("Lipid lowering tablet 20 mg", None, 90),
    Kind(
        "medicationAdministrations", True,
        lambda maker, year: maker.medication_administration(
            concept("dexamethasone 4 mg tablet", coding(RXNORM, "197582")), maker.day(year), (4, "mg")
        ),
    ),
    Kind(
        "procedures", True,
        lambda maker, year: maker.procedure(concept("Bone density study", coding(SNOMED, "82066000")), maker.day(year)),
    ),
    Kind("procedures", False, lambda maker, year: maker.procedure(concept("Wound dressing"), maker.day(year))),
    Kind("allergies", False, lambda maker, year: maker.allergy(concept("Grass pollen"), maker.day(year))),
    Kind("appointments", False, lambda maker, year: maker.appointment(concept("Office visit"), maker.day(year))),
    Kind("serviceRequests", False, lambda maker, year: maker.service_request(concept("Heart trace"), maker.day(year))),
)  # fmt: skip
"""The kinds of filler, one resource of each a round; most carry codes that rules read."""
