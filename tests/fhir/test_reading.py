"""What one reading of a record keeps: each drug, instruction and diagnosis is understood once."""

from __future__ import annotations

from datetime import date
from typing import Any

from cards.chart import Chart
from service.fhir.gather import Asked, gather
from service.fhir.read import read_chart
from service.fhir.read.reading import Reading

TODAY = date(2026, 1, 15)


def chart_of(**prefetch: list[dict[str, Any]]) -> Chart:
    bundles = {
        key: {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": each} for each in resources]}
        for key, resources in prefetch.items()
    }
    asked = Asked("patient-view", "i", "s", "p", None, None, bundles, {})
    return read_chart(gather(asked, frozenset(("medication_requests", "laboratory"))), TODAY)


def reading() -> Reading:
    return Reading(gather(Asked("patient-view", "i", "s", "p", None, None, {}, {}), frozenset()), TODAY)


def test_the_same_json_is_understood_once_and_other_json_by_itself() -> None:
    kept, told = reading(), []

    def understand(what: str) -> str:
        told.append(what)
        return what

    assert kept.once("a", {"x": 1}, lambda: understand("first")) == "first"
    assert kept.once("a", {"x": 1}, lambda: understand("again")) == "first"
    assert kept.once("a", {"x": 2}, lambda: understand("other")) == "other"
    assert kept.once("b", {"x": 1}, lambda: understand("for another reader")) == "for another reader"
    assert told == ["first", "other", "for another reader"]


def test_nothing_is_kept_from_one_record_to_the_next() -> None:
    assert reading().once("a", 1, lambda: "this patient") == "this patient"
    assert reading().once("a", 1, lambda: "that patient") == "that patient"


def test_what_json_cannot_spell_is_understood_each_time() -> None:
    kept = reading()
    assert kept.once("a", {1, 2}, lambda: "once") == "once"
    assert kept.once("a", {1, 2}, lambda: "twice") == "twice"


def order(of: str, start: str, dose: float) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "id": of,
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {"text": "alendronate"},
        "dosageInstruction": [
            {
                "timing": {
                    "repeat": {"boundsPeriod": {"start": start}, "frequency": 1, "period": 1, "periodUnit": "wk"}
                },
                "doseAndRate": [{"doseQuantity": {"value": dose, "unit": "mg"}}],
            }
        ],
    }


def test_orders_that_differ_only_in_their_start_keep_their_own_start() -> None:
    chart = chart_of(medicationRequests=[order("a", "2024-01-01", 70), order("b", "2025-02-02", 70)])
    assert {each.ref[-1]: each.started.earliest.isoformat() for each in chart.medication_requests} == {
        "a": "2024-01-01",
        "b": "2025-02-02",
    }


def test_orders_that_differ_only_in_their_dose_keep_their_own_dose() -> None:
    chart = chart_of(medicationRequests=[order("a", "2024-01-01", 70), order("b", "2024-01-01", 35)])
    assert {each.ref[-1]: each.dose_mg for each in chart.medication_requests} == {"a": 70, "b": 35}


def test_a_limit_without_a_unit_is_in_the_unit_of_its_own_result() -> None:
    def calcium(of: str, value: float, unit: str) -> dict[str, Any]:
        return {
            "resourceType": "Observation",
            "id": of,
            "status": "final",
            "subject": {"reference": "Patient/p"},
            "code": {"coding": [{"system": "http://loinc.org", "code": "17861-6"}]},
            "effectiveDateTime": "2026-01-02",
            "valueQuantity": {"value": value, "unit": unit},
            "referenceRange": [{"low": {"value": 8.5}}],
        }

    chart = chart_of(laboratory=[calcium("a", 9.4, "mg/dL"), calcium("b", 94, "mg/L")])
    assert {each.ref[-1]: str(each.low) for each in chart.laboratory} == {"a": "8.5", "b": "None"}
