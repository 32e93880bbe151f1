"""A Bundle answers prefetch templates as a FHIR server would."""

from typing import Any

import pytest

from service.fhir.record import CannotAnswer, Record

WHO = {"patientId": "p1"}


def record(*resources: dict[str, Any], urls: tuple[str, ...] = ()) -> Record:
    entries = [{"resource": each} for each in resources]
    for entry, url in zip(entries, urls, strict=False):
        entry["fullUrl"] = url
    return Record({"resourceType": "Bundle", "type": "collection", "entry": entries})


def found(bundle: Any) -> list[str]:
    return [entry["resource"]["id"] for entry in bundle["entry"]]


def condition(logical_id: str, subject: str = "Patient/p1", **more: Any) -> dict[str, Any]:
    return {"resourceType": "Condition", "id": logical_id, "subject": {"reference": subject}} | more


PATIENT = {"resourceType": "Patient", "id": "p1"}


def test_a_read_gives_the_resource_and_nothing_for_a_stranger() -> None:
    assert record(PATIENT).answer("Patient/{{context.patientId}}", WHO) == PATIENT
    assert record(PATIENT).answer("Patient/{{context.patientId}}", {"patientId": "p2"}) is None


@pytest.mark.parametrize(
    "subject", ["Patient/p1", "https://ehr.example.org/fhir/Patient/p1", "Patient/p1/_history/3", "urn:uuid:abc"]
)
def test_a_search_by_patient_understands_every_form_of_reference(subject: str) -> None:
    ehr = record(PATIENT, condition("ours", subject), condition("theirs", "Patient/p2"), urls=("urn:uuid:abc",))
    assert found(ehr.answer("Condition?patient={{context.patientId}}", WHO)) == ["ours"]


def test_a_visit_belongs_to_whom_it_is_booked_for() -> None:
    visit = {"resourceType": "Appointment", "id": "v", "participant": [{"actor": {"reference": "Patient/p1"}}]}
    assert found(record(PATIENT, visit).answer("Appointment?patient=p1", WHO)) == ["v"]


def test_a_code_is_matched_with_its_system_and_any_of_several() -> None:
    hip = condition("hip", code={"coding": [{"system": "a", "code": "1"}]})
    spine = condition("spine", code={"coding": [{"system": "b", "code": "1"}, {"system": "b", "code": "2"}]})
    ehr = record(hip, spine)
    assert found(ehr.answer("Condition?patient=p1&code=a|1,a|2", WHO)) == ["hip"]
    assert found(ehr.answer("Condition?patient=p1&code=b|2,a|1", WHO)) == ["hip", "spine"]
    assert found(ehr.answer("Condition?patient=p1&code=1", WHO)) == ["hip", "spine"]
    assert found(ehr.answer("Condition?patient=p1&code=c|1", WHO)) == []


def test_a_plain_code_element_is_matched_too() -> None:
    order = {"resourceType": "MedicationRequest", "id": "o", "intent": "order", "subject": {"reference": "Patient/p1"}}
    assert found(record(order).answer("MedicationRequest?patient=p1&intent=order,plan", WHO)) == ["o"]
    assert found(record(order).answer("MedicationRequest?patient=p1&intent=plan", WHO)) == []


def test_a_condition_without_category_is_a_problem_of_the_list() -> None:
    diagnosis = condition("seen", category=[{"coding": [{"code": "encounter-diagnosis"}]}])
    ehr = record(condition("bare"), diagnosis)
    assert found(ehr.answer("Condition?patient=p1&category=problem-list-item", WHO)) == ["bare"]
    assert found(ehr.answer("Condition?patient=p1&category=encounter-diagnosis", WHO)) == ["seen"]


def test_a_medication_that_is_referred_to_comes_along_once() -> None:
    drug = {"resourceType": "Medication", "id": "m"}
    orders: list[dict[str, Any]] = [
        {"resourceType": "MedicationRequest", "id": logical_id, "subject": {"reference": "Patient/p1"},
         "medicationReference": {"reference": "Medication/m"}} for logical_id in ("o1", "o2")
    ]  # fmt: skip
    bundle: Any = record(drug, *orders).answer("MedicationRequest?patient=p1", WHO)
    assert found(bundle) == ["o1", "o2", "m"]
    assert [entry["search"]["mode"] for entry in bundle["entry"]] == ["match", "match", "include"]
    assert bundle["total"] == 2


def test_a_template_whose_token_the_context_has_not_is_left_out() -> None:
    templates = {"patient": "Patient/{{context.patientId}}", "encounter": "Encounter/{{context.encounterId}}"}
    assert list(record(PATIENT).prefetch(templates, WHO)) == ["patient"]


def test_an_unknown_search_parameter_is_refused_by_name() -> None:
    with pytest.raises(CannotAnswer, match="'date' is not known"):
        record(PATIENT).answer("Condition?patient=p1&date=ge2020", WHO)


def test_what_is_no_bundle_is_refused() -> None:
    with pytest.raises(CannotAnswer):
        Record(PATIENT)
