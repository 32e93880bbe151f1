"""What is taken for a hook call and what is not; every fault is told and no value of the body is."""

from typing import Any

import pytest
import requests

from service.cdshooks.request import parse
from tests.doors import checks
from tests.doors.messages import ALENDRONATE, EMPTY, OSTEOPOROSIS, PATIENT, hook, post, record, searchset


def with_context(name: str = "patient-view", *drafts: Any, **members: Any) -> dict[str, Any]:
    body = hook(name, *drafts)
    context = {**body["context"], **members}
    return {**body, "context": {key: value for key, value in context.items() if value is not ...}}


@pytest.mark.parametrize("member", ["hook", "hookInstance", "context"])
def test_a_body_without_a_required_member_is_refused(base: str, member: str) -> None:
    answer = post(base, hook(**{member: ...}), "osteohooks-patient-view")
    assert checks.outcome(answer, 400) == [f"{member} is missing."]


def test_every_fault_of_a_body_is_told(base: str) -> None:
    body = {"hook": "order-select", "context": {"patientId": "Practitioner/7", "userId": 7}}
    assert checks.outcome(post(base, body), 400) == [
        "hookInstance is missing.",
        "context.draftOrders is missing.",
        "context.patientId must be the patient's id, or a reference to the Patient.",
        "context.userId must be text or null.",
    ]


def test_a_hook_that_is_not_the_service_s_own_is_refused(base: str) -> None:
    answer = post(base, hook("patient-view"), "osteohooks-order-sign")
    assert "hook must be 'order-sign' at this service." in checks.outcome(answer, 400)


@pytest.mark.parametrize("body", [[], "patient-view", 5, None, True])
def test_a_body_that_is_no_object_is_refused(base: str, body: Any) -> None:
    answer = requests.post(
        f"{base}/cds-services/osteohooks-patient-view",
        json=body,
        data=b"null",
        timeout=10,
        headers={"Content-Type": "application/json"},
    )
    assert checks.outcome(answer, 400) == ["The body must be an object."]


@pytest.mark.parametrize("prefetch", [[], "none", 3])
def test_a_prefetch_that_is_no_object_is_refused(base: str, prefetch: Any) -> None:
    assert checks.outcome(post(base, hook(prefetch=prefetch)), 400) == ["prefetch must be an object or null."]


def test_no_value_of_a_body_comes_back_in_an_error(base: str) -> None:
    body = with_context(patientId="Smith/Jane 1950", encounterId=["CANARY"], userId={"name": "CANARY"})
    answer = post(base, {**body, "hookInstance": 4711, "prefetch": ["CANARY"]})
    assert len(checks.outcome(answer, 400)) == 5
    for value in ("Smith", "1950", "CANARY", "4711"):
        assert value not in answer.text


@pytest.mark.parametrize(
    "instance", ["d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "b7a1e5c0-1d2f-11ef-9262-0242ac120002", "abc"]
)
def test_any_hook_instance_is_taken(base: str, instance: str) -> None:
    checks.cards(post(base, hook(hookInstance=instance)))


@pytest.mark.parametrize(
    "patient", ["p1", "Patient/p1", "Patient/p1/_history/4", "https://ehr.example.org/fhir/Patient/p1"]
)
def test_a_patient_is_known_by_id_and_by_reference(base: str, patient: str) -> None:
    assert parse(with_context(patientId=patient), "patient-view").patient_id == "p1"
    assert len(checks.cards(post(base, with_context(patientId=patient)))) == 1


def test_an_encounter_is_known_by_id_and_by_reference() -> None:
    for told in ("e1", "Encounter/e1"):
        assert parse(with_context(encounterId=told), "patient-view").encounter_id == "e1"
    assert parse(with_context(encounterId=None), "patient-view").encounter_id is None


def test_the_user_may_be_missing_or_stand_where_old_clients_put_it() -> None:
    assert parse(with_context(userId=...), "patient-view").user_id is None
    old = {**with_context(userId=...), "user": "Practitioner/d9"}
    assert parse(old, "patient-view").user_id == "Practitioner/d9"
    assert parse(with_context(), "patient-view").user_id == "Practitioner/d1"


def test_a_prefetch_inside_the_context_is_found(base: str) -> None:
    body = {**with_context(prefetch=record()), "prefetch": None}
    assert len(checks.cards(post(base, body))) == 1


def test_members_that_nobody_knows_are_ignored(base: str) -> None:
    extension = {
        "com.epic.cdshooks.request.bpa-trigger-action": "60",
        "com.epic.cdshooks.request.fhir-version": "R4",
        "internal": {"anything": [None]},
    }
    body = {**with_context(extra={"a": 1}), "x": 1, "extension": extension}
    assert len(checks.cards(post(base, body))) == 1


@pytest.mark.parametrize(
    "authorization",
    [
        {"access_token": "t", "token_type": "Bearer", "scope": "patient/*.read launch", "subject": "s"},
        {"access_token": "t", "expires_in": 3600, "scope": "user/Patient.Read EPIC.FHIR", "subject": "s"},
        {"scope": ["user/Observation.rs"], "expires_in": None},
        None,
    ],
)
def test_an_access_token_in_any_spelling_is_taken_and_not_used(base: str, authorization: Any) -> None:
    body = hook(fhirServer="https://ehr.example.org/fhir", fhirAuthorization=authorization)
    assert len(checks.cards(post(base, body))) == 1


def test_a_missing_prefetch_is_not_an_empty_record(base: str) -> None:
    for prefetch in (..., None, {}):
        told = checks.outcome(post(base, hook(prefetch=prefetch)), 412)
        assert told[0].startswith("Nothing could be judged")
        assert "conditions, encounterDiagnoses: not sent" in told[0]


def test_a_record_that_is_empty_is_answered_without_cards(base: str) -> None:
    assert checks.cards(post(base, hook(prefetch=record(conditions=None)))) == []
    assert checks.cards(post(base, hook(prefetch=record(conditions=EMPTY)))) == []


def test_values_that_are_no_resource_count_as_unread(base: str) -> None:
    sent = record(conditions="123", encounterDiagnoses=["x"], laboratory=7, patient="p1")
    told = checks.outcome(post(base, hook(prefetch={key: sent[key] for key in ("conditions", "laboratory")})), 412)
    assert "problem list: not readable; encounter diagnoses not sent" in told[0]
    assert post(base, hook(prefetch=sent)).status_code == 200


def test_the_wrapper_of_old_clients_is_opened(base: str) -> None:
    wrapped = {"response": {"status": "200 OK"}, "resource": searchset(OSTEOPOROSIS)}
    assert len(checks.cards(post(base, hook(prefetch=record(conditions=wrapped))))) == 1


def test_an_outcome_in_place_of_results_is_told_to_the_clinician(base: str) -> None:
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "forbidden"}]}
    cards = checks.cards(post(base, hook(prefetch=record(conditions=outcome, encounterDiagnoses=outcome))))
    assert [card["source"]["topic"]["code"] for card in cards] == ["data-gap"]
    assert "the EHR answered with an error" in cards[0]["detail"]


def test_another_patient_s_record_is_refused_whole_and_the_clinician_is_told(base: str) -> None:
    cards = checks.cards(post(base, hook(prefetch=record(patient={**PATIENT, "id": "p2"}))))
    assert [card["source"]["topic"]["code"] for card in cards] == ["data-gap"]
    assert "another patient" in cards[0]["detail"]


def test_a_draft_of_another_patient_alone_is_not_judged_and_the_clinician_is_told(base: str) -> None:
    strange = {**ALENDRONATE, "subject": {"reference": "Patient/p2"}}
    cards = checks.cards(post(base, hook("order-sign", strange, prefetch=...)))
    assert [card["source"]["topic"]["code"] for card in cards] == ["data-gap"]
    assert "1 resource under drafts, about another patient" in cards[0]["detail"]


def test_another_patient_s_resource_is_not_counted_and_the_clinician_is_told(base: str) -> None:
    strange = {**OSTEOPOROSIS, "id": "c2", "subject": {"reference": "Patient/p2"}}
    cards = checks.cards(post(base, hook(prefetch=record(conditions=searchset(OSTEOPOROSIS, strange)))))
    assert cards[0]["summary"] == "1 diagnoses are recorded."
    assert "data-gap" in [card["source"]["topic"]["code"] for card in cards]


def test_a_first_page_is_not_the_whole_record(base: str) -> None:
    cut = searchset(OSTEOPOROSIS, link=[{"relation": "next", "url": "https://ehr.example.org/2"}])
    cards = checks.cards(post(base, hook(prefetch=record(conditions=cut))))
    assert [card["source"]["topic"]["code"] for card in cards] == ["data-gap"]
    assert "only the first page of results was sent" in cards[0]["detail"]


SANDBOX_DRAFT = {
    "resourceType": "MedicationRequest",
    "id": "request-123",
    "status": "draft",
    "subject": {"reference": "Patient/p1"},
}


def test_a_draft_before_a_drug_is_chosen_is_answered(base: str) -> None:
    checks.cards(post(base, hook("order-select", SANDBOX_DRAFT)))


def test_a_draft_whose_lists_are_objects_is_judged(base: str) -> None:
    draft = {
        **ALENDRONATE,
        "id": "request-123",
        "category": {"coding": {"code": "outpatient"}},
        "reasonCode": {"text": "osteoporosis"},
        "dosageInstruction": {"timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}},
    }
    assert "This order is judged." in [
        card["summary"] for card in checks.cards(post(base, hook("order-select", draft)))
    ]


def test_only_the_selected_draft_is_judged_on_selecting(base: str) -> None:
    other = {**ALENDRONATE, "id": "m2", "medicationCodeableConcept": {"text": "risedronate 35 mg"}}
    body = hook("order-select", ALENDRONATE, other)
    body["context"]["selections"] = ["MedicationRequest/m2"]
    details = [card["detail"] for card in checks.cards(post(base, body))]
    assert any("risedronate" in each for each in details)
    assert not any("The order is for alendronate" in each for each in details)


@pytest.mark.parametrize("selections", [..., None, [], ["MedicationRequest/none"], [None]])
def test_without_a_selection_that_names_a_draft_all_drafts_are_judged(base: str, selections: Any) -> None:
    body = hook("order-select", ALENDRONATE)
    body["context"]["selections"] = selections
    if selections is ...:
        del body["context"]["selections"]
    assert "This order is judged." in [card["summary"] for card in checks.cards(post(base, body))]


def test_orders_of_dstu2_are_answered_with_one_card_that_names_the_version(base: str) -> None:
    old = {"resourceType": "MedicationOrder", "id": "request-123", "patient": {"reference": "Patient/p1"}}
    for name in ("order-select", "order-sign"):
        for body in (hook(name, old), hook(name, old, prefetch=...), hook(name, old, {**ALENDRONATE, "id": "m2"})):
            (card,) = checks.cards(post(base, body))
            assert card["source"]["topic"]["code"] == "data-gap"
            assert card["summary"] == (
                "No osteoporosis check was made: the record was sent in FHIR DSTU2, and only R4 is read."
            )
            assert "suggestions" not in card


@pytest.mark.parametrize(("told", "cards"), [("DSTU2", ["data-gap"]), ("R4", []), (4, [])])
def test_a_client_may_name_the_version_it_sends(base: str, told: object, cards: list[str]) -> None:
    body = hook(prefetch=record(conditions=EMPTY), extension={"com.epic.cdshooks.request.fhir-version": told})
    assert [card["source"]["topic"]["code"] for card in checks.cards(post(base, body))] == cards


def test_a_client_of_old_names_patient_and_user_beside_the_context(base: str) -> None:
    body = hook(patient="Patient/p1", user="Practitioner/d1")
    body["context"] = {}
    assert post(base, body).json() == post(base, {**hook(), "hookInstance": body["hookInstance"]}).json()
    assert "context.patientId is missing." in checks.outcome(post(base, {**body, "patient": None}), 400)


def test_a_draft_id_of_two_hundred_characters_is_taken_and_given_back(base: str) -> None:
    long = "eXo3." * 43
    cards = checks.cards(post(base, hook("order-sign", {**ALENDRONATE, "id": long})))
    deletes = [
        action
        for card in cards
        for suggestion in card.get("suggestions", ())
        for action in suggestion.get("actions", ())
        if action["type"] == "delete"
    ]
    assert [each["resourceId"] for each in deletes] == [f"MedicationRequest/{long}"]


def test_a_draft_is_judged_though_nothing_of_the_record_was_sent(base: str) -> None:
    cards = checks.cards(post(base, hook("order-sign", ALENDRONATE, prefetch=...)))
    assert "This order is judged." in [card["summary"] for card in cards]
