"""Whatever an EHR sends, reading it never raises, and one odd resource costs no other."""

import copy
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cards.chart import SECTIONS, Chart
from service.fhir.gather import Gathered, Part, Resource
from service.fhir.read import read_chart

TODAY = date(2026, 11, 22)
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
LOINC = "http://loinc.org"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
DENOSUMAB = {"coding": [{"system": RXNORM, "code": "993452", "display": "1 ML denosumab 60 MG/ML"}], "text": "Prolia"}
INSTRUCTION = {
    "sequence": 1,
    "text": "60 mg every 6 months",
    "timing": {
        "event": ["2026-05-01"],
        "repeat": {
            "boundsPeriod": {"start": "2026-01", "end": "2027"},
            "frequency": 1,
            "period": 6,
            "periodUnit": "mo",
        },
        "code": {"text": "Q6MO"},
    },
    "route": {"coding": [{"system": "http://snomed.info/sct", "code": "34206005"}]},
    "doseAndRate": [{"type": {"coding": [{"code": "ordered"}]}, "doseQuantity": {"value": 60, "unit": "mg"}}],
}
QUANTITY = {"value": -2.7, "unit": "{T-score}", "code": "{T-score}"}

RESOURCES: dict[str, list[dict[str, Any]]] = {
    "patient": [
        {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1950", "deceasedBoolean": False}
    ],
    "conditions": [
        {
            "resourceType": "Condition",
            "id": "c",
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "M80.08XA"}]},
            "clinicalStatus": {"coding": [{"code": "active"}]},
            "onsetAge": {"value": 70, "code": "a"},
            "abatementDateTime": "2026-01-01",
            "recordedDate": "2025-01-01",
        }
    ],
    "medication_requests": [
        {
            "resourceType": "MedicationRequest",
            "id": "m",
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": DENOSUMAB,
            "authoredOn": "2026-01-01",
            "dosageInstruction": [INSTRUCTION],
            "dispenseRequest": {
                "validityPeriod": {"start": "2026-01-01"},
                "numberOfRepeatsAllowed": 1,
                "expectedSupplyDuration": {"value": 6, "code": "mo"},
            },
            "reasonCode": [{"coding": [{"code": "M81.0"}]}],
            "reasonReference": [{"reference": "Condition/c"}],
        },
        {
            "resourceType": "MedicationRequest",
            "id": "n",
            "status": "active",
            "medicationReference": {"reference": "#x", "display": "denosumab"},
            "contained": [{"resourceType": "Medication", "id": "x", "code": DENOSUMAB}],
        },
    ],
    "medication_statements": [
        {
            "resourceType": "MedicationStatement",
            "id": "s",
            "status": "active",
            "medicationCodeableConcept": DENOSUMAB,
            "effectivePeriod": {"start": "2026-01", "end": "2026-05"},
            "dateAsserted": "2026-05",
            "dosage": [INSTRUCTION],
        },
        {
            "resourceType": "MedicationStatement",
            "id": "t",
            "status": "recorded",
            "medication": {"reference": {"reference": "Medication/m"}, "concept": DENOSUMAB},
            "effectivePeriod": {"start": "2026-01"},
            "adherence": {"code": {"coding": [{"code": "taking-as-directed"}]}},
            "taken": "y",
        },
    ],
    "medication_dispenses": [
        {
            "resourceType": "MedicationDispense",
            "id": "d",
            "status": "completed",
            "medicationCodeableConcept": DENOSUMAB,
            "whenHandedOver": "2026-01-01",
            "daysSupply": {"value": 180, "unit": "d"},
        }
    ],
    "medication_administrations": [
        {
            "resourceType": "MedicationAdministration",
            "id": "a",
            "status": "completed",
            "medicationCodeableConcept": DENOSUMAB,
            "effectivePeriod": {"start": "2026-01-01", "end": "2026-01-01"},
            "dosage": {"dose": {"value": 60, "unit": "mg"}},
        },
        {
            "resourceType": "Immunization",
            "id": "i",
            "status": "completed",
            "vaccineCode": DENOSUMAB,
            "occurrenceDateTime": "2026-01-01",
            "doseQuantity": {"value": 60, "unit": "mg"},
            "route": {"text": "subcutaneous"},
        },
    ],
    "bone_densities": [
        {
            "resourceType": "Observation",
            "id": "o",
            "status": "final",
            "code": {"coding": [{"system": LOINC, "code": "80948-3"}], "text": "Left femur"},
            "effectiveDateTime": "2026-01-01",
            "valueQuantity": QUANTITY,
            "bodySite": {"text": "Left femoral neck"},
            "device": {"reference": "#s"},
            "contained": [{"resourceType": "Device", "id": "s", "deviceName": [{"name": "Hologic"}]}],
            "component": [{"code": {"coding": [{"system": LOINC, "code": "80954-1"}]}, "valueString": "0.8 g/cm2"}],
        },
        {
            "resourceType": "DiagnosticReport",
            "id": "b",
            "status": "final",
            "code": {"coding": [{"system": LOINC, "code": "38269-7"}], "text": "DXA"},
            "effectiveDateTime": "2026-01-01",
            "contained": [
                {
                    "resourceType": "Observation",
                    "id": "in",
                    "status": "final",
                    "code": {"coding": [{"system": LOINC, "code": "38267-1"}]},
                    "valueString": "T-score: -2.7",
                }
            ],
            "result": [{"reference": "#in"}, {"reference": "Observation/o"}],
        },
    ],
    "laboratory": [
        {
            "resourceType": "Observation",
            "id": "l",
            "status": "final",
            "code": {"coding": [{"system": LOINC, "code": "98979-8"}]},
            "effectivePeriod": {"start": "2026-01-01"},
            "valueQuantity": {"value": 15, "comparator": "<", "unit": "mL/min/1.73m2"},
            "referenceRange": [{"type": {"coding": [{"code": "normal"}]}, "low": {"value": 60}, "text": "60-120"}],
        }
    ],
    "risk_assessments": [
        {
            "resourceType": "RiskAssessment",
            "id": "r",
            "status": "final",
            "method": {"text": "FRAX"},
            "occurrencePeriod": {"start": "2026-01"},
            "prediction": [{"outcome": {"text": "Hip fracture"}, "probabilityDecimal": 5}],
        }
    ],
    "procedures": [
        {
            "resourceType": "Procedure",
            "id": "q",
            "status": "completed",
            "code": {
                "coding": [
                    {"system": HCPCS, "code": "J0897"},
                ]
            },
            "performedAge": {"value": 70, "code": "a"},
            "quantity": {"value": 60},
        },
        {
            "resourceType": "ChargeItem",
            "id": "h",
            "status": "billed",
            "code": {"coding": [{"system": HCPCS, "code": "J0897"}]},
            "occurrencePeriod": {"start": "2026-01-01"},
            "quantity": {"value": 60},
        },
    ],
    "allergies": [
        {
            "resourceType": "AllergyIntolerance",
            "id": "g",
            "code": DENOSUMAB,
            "type": "allergy",
            "reaction": [{"substance": {"text": "bisphosphonates"}}],
        }
    ],
    "appointments": [
        {
            "resourceType": "Appointment",
            "id": "v",
            "status": "booked",
            "start": "2027-01-01T10:00:00Z",
            "serviceType": [{"text": "denosumab"}],
            "participant": [{"actor": {"display": "Dr"}}],
            "supportingInformation": [{"reference": "MedicationRequest/n"}],
        }
    ],
    "service_requests": [
        {"resourceType": "ServiceRequest", "id": "w", "status": "active", "code": {"text": "DXA"}, "authoredOn": "2026"}
    ],
    "encounters": [
        {
            "resourceType": "Encounter",
            "id": "e",
            "status": "in-progress",
            "class": {"code": "IMP"},
            "period": {"start": "2026-11-20"},
            "hospitalization": {"dischargeDisposition": {"text": "home"}},
        }
    ],
}
RESOURCES["drafts"] = copy.deepcopy(RESOURCES["medication_requests"])
for section, code, unit in (
    ("vital_signs", "29463-7", "kg"),
    ("fracture_risk", "90265-0", "%"),
    ("social_history", "74013-4", "/d"),
):
    RESOURCES[section] = [
        {
            **RESOURCES["laboratory"][0],
            "code": {"coding": [{"system": LOINC, "code": code}]},
            "valueQuantity": {"value": 31, "unit": unit},
        }
    ]

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=True)
    | st.text(max_size=12)
    | st.sampled_from(["2026-05-01", "993452", "Prolia", RXNORM, LOINC, "active", "#x", "−2.7", "1e999", "9" * 5000]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["coding", "code", "system", "text", "value", "reference", "start"]), inner)
    ),
    max_leaves=8,
)


def read(parts: dict[str, list[Any]], in_context: bool = False) -> Chart:
    held = {
        name: Part(
            name, tuple(Resource(each, f"{each['resourceType']}/{each.get('id')}", in_context) for each in found)
        )
        for name, found in parts.items()
    }
    originals = {each.ref: each.json for part in held.values() for each in part.resources}
    return read_chart(Gathered("p", "patient-view", None, held, {"Medication/m": {"code": "?"}}, originals), TODAY)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        found += [each for key, inner in value.items() for each in places(inner, (*path, key))]
    elif isinstance(value, list):
        found += [each for place, inner in enumerate(value) for each in places(inner, (*path, place))]
    return found


def put(value: Any, path: tuple[Any, ...], new: Any) -> None:
    for step in path[:-1]:
        value = value[step]
    value[path[-1]] = new


def test_every_section_of_a_chart_is_read() -> None:
    assert set(RESOURCES) == set(SECTIONS)
    chart = read(RESOURCES)
    assert [name for name in SECTIONS if not chart.peek(name).facts or chart.peek(name).unusable] == []


@pytest.mark.parametrize("section", sorted(RESOURCES))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
@given(data=st.data())
def test_no_value_in_the_place_of_another_makes_reading_raise(section: str, data: st.DataObject) -> None:
    held = copy.deepcopy(RESOURCES)
    odd = data.draw(st.sampled_from(held[section]))
    path = data.draw(st.sampled_from([each for each in places(odd) if each not in {("resourceType",), ("id",)}]))
    put(odd, path, data.draw(JSON))
    chart = read(held, in_context=data.draw(st.booleans()))
    told = chart.peek(section)
    assert not any("could not be read" in each.why for each in told.unusable), told.unusable


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(SECTIONS),
        st.lists(st.dictionaries(st.text(max_size=8), JSON, max_size=4), max_size=2),
        max_size=4,
    )
)
def test_no_json_makes_reading_raise(parts: dict[str, list[dict[str, Any]]]) -> None:
    kinds = {name: found[0]["resourceType"] for name, found in RESOURCES.items()}
    read({name: [{**each, "resourceType": kinds[name]} for each in found] for name, found in parts.items()})


def test_the_order_of_resources_never_matters() -> None:
    forward = read(RESOURCES)
    backward = read({name: list(reversed(found)) for name, found in reversed(RESOURCES.items())})
    for name in SECTIONS:
        assert set(forward.peek(name).facts) == set(backward.peek(name).facts), name


def test_the_readers_are_given_no_copy_and_change_nothing() -> None:
    held = copy.deepcopy(RESOURCES)
    read(held)
    assert held == RESOURCES


def test_a_section_that_was_not_gathered_is_unread(read_parts: Callable[..., Chart]) -> None:
    chart = read_parts({"conditions": []})
    assert [name for name in SECTIONS if chart.peek(name).state.value != "unread"] == ["conditions"]
