"""What a request brings to a chart: the states of a prefetch key, the patient's own resources, the hook's context."""

import copy
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cards.chart import SECTIONS, State
from service.fhir import gather as said
from service.fhir.gather import Asked, Gathered, Part, gather
from service.fhir.sections import TABLE, prefetch
from service.fhir.sent import Sent, classified
from service.fhir.version import NOT_R4

ALL = frozenset(SECTIONS) - {"drafts"}
WHOLE, PARTIAL, UNREAD = State.WHOLE, State.PARTIAL, State.UNREAD


def asked(prefetch: dict[str, Any] | None = None, hook: str = "patient-view", **context: Any) -> Asked:
    selections = context.get("selections")
    return Asked(
        hook=hook,
        hook_instance="d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        service_id=f"osteohooks-{hook}",
        patient_id="p1",
        user_id=None,
        encounter_id=None,
        prefetch=prefetch or {},
        context={"patientId": "p1", **context},
        selected=tuple(selections) if selections else None,
    )


def gathered(prefetch: dict[str, Any] | None = None, hook: str = "patient-view", **context: Any) -> Gathered:
    return gather(asked(prefetch, hook, **context), ALL)


def condition(id_: str | None = "c1", subject: Any = "Patient/p1", **more: Any) -> dict[str, Any]:
    about = {"reference": subject} if isinstance(subject, str) else subject
    told = {"resourceType": "Condition", "id": id_, "subject": about, **more}
    return {key: value for key, value in told.items() if value is not None}


def order(id_: str = "m1", **more: Any) -> dict[str, Any]:
    return {"resourceType": "MedicationRequest", "id": id_, "subject": {"reference": "Patient/p1"}, **more}


def bundle(*resources: Any, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [{"resource": each} for each in resources],
        **more,
    }


OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}
WARNING = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "incomplete"}]}
NEXT = [{"relation": "self", "url": "https://ehr/1"}, {"relation": "next", "url": "https://ehr/2"}]


def state(part: Part) -> tuple[State, str]:
    return part.state, part.why


@pytest.mark.parametrize(
    ("sent", "value", "expected", "count"),
    [
        (Sent.ABSENT, ..., (UNREAD, said.NOT_SENT), 0),
        (Sent.NULL, None, (WHOLE, ""), 0),
        (Sent.BUNDLE_EMPTY, bundle(), (WHOLE, ""), 0),
        (Sent.BUNDLE_EMPTY, {"resourceType": "Bundle", "type": "searchset"}, (WHOLE, ""), 0),
        (Sent.BUNDLE, bundle(order()), (WHOLE, ""), 1),
        (Sent.RESOURCE, order(), (PARTIAL, said.ONE_FOR_ALL), 1),
        (Sent.OUTCOME, OUTCOME, (UNREAD, said.ERROR), 0),
        (Sent.BUNDLE_WITH_OUTCOME, bundle(order(), WARNING), (PARTIAL, said.PROBLEM), 1),
        (Sent.BUNDLE_WITH_OUTCOME, bundle(OUTCOME), (UNREAD, said.ERROR), 0),
        (Sent.PARTIAL, bundle(order(), link=NEXT), (PARTIAL, said.MORE_PAGES), 1),
        (Sent.PARTIAL, bundle(order(), total=2), (PARTIAL, said.FEWER), 1),
        (Sent.PARTIAL, bundle(total=3), (PARTIAL, said.FEWER), 0),
        (Sent.MALFORMED, "123", (UNREAD, said.NOT_READABLE), 0),
        (Sent.MALFORMED, [order()], (UNREAD, said.NOT_READABLE), 0),
        (Sent.MALFORMED, {"entry": [{"resource": order()}]}, (UNREAD, said.NOT_READABLE), 0),
        (Sent.MALFORMED, {"resourceType": "Bundle", "entry": {"resource": order()}}, (UNREAD, said.NOT_READABLE), 0),
    ],
)
def test_each_state_of_a_key_gives_its_section_its_state(
    sent: Sent, value: Any, expected: tuple[State, str], count: int
) -> None:
    sent_prefetch = {} if value is ... else {"medicationRequests": value}
    assert classified(sent_prefetch, "medicationRequests") is sent
    part = gathered(sent_prefetch).parts["medication_requests"]
    assert state(part) == expected
    assert len(part.resources) == count


def test_a_total_that_was_sent_in_full_leaves_the_section_whole() -> None:
    assert gathered({"medicationRequests": bundle(order(), total=1)}).parts["medication_requests"].state is WHOLE


def test_the_wrapper_of_old_clients_is_opened() -> None:
    wrapped = {"response": {"status": "200 OK"}, "resource": bundle(order())}
    assert len(gathered({"medicationRequests": wrapped}).parts["medication_requests"].resources) == 1


def test_a_wrapper_that_tells_of_an_error_leaves_the_section_unread() -> None:
    wrapped = {"response": {"status": "404 Not Found"}, "resource": None}
    assert state(gathered({"medicationRequests": wrapped}).parts["medication_requests"]) == (UNREAD, said.ERROR)


def test_a_wrapper_without_a_resource_and_without_an_error_is_null() -> None:
    wrapped = {"response": {"status": "200"}, "resource": None}
    assert gathered({"medicationRequests": wrapped}).parts["medication_requests"].state is WHOLE


def test_orders_of_a_type_that_is_not_read_are_not_taken_for_no_orders() -> None:
    part = gathered({"medicationRequests": bundle({"resourceType": "NutritionOrder", "id": "1"})}).parts[
        "medication_requests"
    ]
    assert state(part) == (UNREAD, said.NOT_READABLE)


OLD: list[dict[str, Any]] = [
    {"resourceType": "MedicationOrder", "id": "1"},
    {"resourceType": "Condition", "patient": {"reference": "Patient/p1"}, "verificationStatus": "confirmed"},
    {"resourceType": "Condition", "patient": {"reference": "Patient/p1"}, "dateRecorded": "2015-02-01"},
    {"resourceType": "MedicationStatement", "patient": {"reference": "Patient/p1"}, "wasNotTaken": False},
    {"resourceType": "MedicationAdministration", "patient": {"reference": "Patient/p1"}, "wasNotGiven": False},
    {"resourceType": "MedicationDispense", "patient": {"reference": "Patient/p1"}, "dispenser": {"display": "x"}},
]
KEY_OF = {
    "MedicationOrder": "medicationRequests", "Condition": "conditions", "MedicationStatement": "medicationStatements",
    "MedicationAdministration": "medicationAdministrations", "MedicationDispense": "medicationDispenses",
}  # fmt: skip


@pytest.mark.parametrize("old", OLD, ids=lambda old: old["resourceType"])
def test_one_resource_of_dstu2_leaves_the_whole_request_unread(old: dict[str, Any]) -> None:
    for value in (bundle(old), old if old["resourceType"] == "MedicationOrder" else bundle(old)):
        found = gathered({"allergies": None, "laboratory": bundle(), KEY_OF[old["resourceType"]]: value})
        assert not found.is_r4
        assert {state(part) for part in found.parts.values()} == {(UNREAD, NOT_R4)}
        assert not found.nothing_readable
        assert found.notes == (NOT_R4,)


@pytest.mark.parametrize("old", [each for each in OLD if "patient" in each], ids=lambda old: old["resourceType"])
def test_an_element_of_dstu2_beside_a_subject_is_a_slip(old: dict[str, Any]) -> None:
    later = {**old, "subject": {"reference": "Patient/p1"}}
    assert gathered({KEY_OF[old["resourceType"]]: bundle(later)}).is_r4


def test_a_condition_that_names_its_patient_otherwise_is_still_read() -> None:
    told = {"resourceType": "Condition", "id": "c1", "patient": {"reference": "Patient/p1"}}
    found = gathered({"conditions": bundle(told), "encounterDiagnoses": None})
    assert found.is_r4
    assert len(found.parts["conditions"].resources) == 1


@pytest.mark.parametrize(
    ("told", "is_r4"), [("DSTU2", False), ("1.0.2", False), ("R4", True), ("STU3", True), ("", True)]
)
def test_the_clients_own_word_for_the_version_counts(told: str, is_r4: bool) -> None:
    found = gather(replace(asked({"conditions": None}), fhir_version=told), ALL)
    assert found.is_r4 is is_r4


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("medicationStatements", "MedicationUsage"), ("medicationAdministrations", "Immunization"),
        ("medicationAdministrations", "ChargeItem"), ("procedures", "Immunization"), ("procedures", "ChargeItem"),
        ("boneDensity", "DiagnosticReport"),
    ],
)  # fmt: skip
def test_a_type_that_was_not_asked_for_is_read_where_it_tells_the_same(key: str, kind: str) -> None:
    told = {"resourceType": kind, "id": "1", "subject": {"reference": "Patient/p1"}}
    section = next(query.section for query in TABLE if query.key == key)
    for value in (bundle(told), told):
        assert [each.json for each in gathered({key: value}).parts[section].resources] == [told]


def test_a_result_that_cannot_be_read_leaves_the_section_partial() -> None:
    sent = bundle(order())
    sent["entry"].append({"fullUrl": "https://ehr/MedicationRequest/9"})
    assert state(gathered({"medicationRequests": sent}).parts["medication_requests"]) == (PARTIAL, said.BROKEN_ENTRY)


def test_a_section_of_two_keys_is_whole_with_both_partial_with_one_unread_with_none() -> None:
    both = gathered({"conditions": bundle(), "encounterDiagnoses": None}).parts["conditions"]
    one = gathered({"conditions": bundle(condition())}).parts["conditions"]
    none = gathered().parts["conditions"]
    assert state(both) == (WHOLE, "")
    assert state(one) == (PARTIAL, "encounter diagnoses not sent")
    assert len(one.resources) == 1
    assert state(none) == (UNREAD, said.NOT_SENT)


def test_a_patient_who_is_null_was_not_read() -> None:
    assert state(gathered({"patient": None}).parts["patient"]) == (UNREAD, said.NO_PATIENT)


def test_a_patient_is_taken_from_a_read_and_from_a_search() -> None:
    patient = {"resourceType": "Patient", "id": "p1"}
    for sent in (patient, bundle(patient)):
        part = gathered({"patient": sent}).parts["patient"]
        assert part.state is WHOLE
        assert [each.ref for each in part.resources] == ["Patient/p1"]


def test_the_encounter_is_asked_for_only_where_the_hook_names_one() -> None:
    encounter = {"resourceType": "Encounter", "id": "e1", "subject": {"reference": "Patient/p1"}}
    assert state(gathered({"encounter": encounter}).parts["encounters"]) == (UNREAD, said.NOT_ASKED)
    assert gathered({"encounter": encounter}, "encounter-discharge").parts["encounters"].state is WHOLE


def test_a_key_that_was_not_asked_for_is_ignored() -> None:
    parts = gathered({"problemList": bundle(condition())}).parts
    assert all(not part.resources for part in parts.values())


@pytest.mark.parametrize(
    "subject",
    [
        "Patient/p1", "Patient/p1/_history/3", "https://ehr.example.org/fhir/Patient/p1",
        "https://ehr.example.org/fhir/Patient/p1/_history/2", "urn:uuid:6fa1", "URN-free/Patient/p1",
        {"reference": "p1", "type": "Patient"}, "urn:uuid:p1",
    ],
)  # fmt: skip
def test_every_way_to_write_our_patient_is_ours(subject: Any) -> None:
    sent = bundle(condition(subject=subject))
    sent["entry"].append({"fullUrl": "urn:uuid:6FA1", "resource": {"resourceType": "Patient", "id": "p1"}})
    found = gathered({"conditions": sent})
    assert [each.ref for each in found.parts["conditions"].resources] == ["Condition/c1"]
    assert (found.refused, found.unnamed) == ((), 0)


@pytest.mark.parametrize(
    "subject",
    [
        "Patient/p2", "Patient/p1x", "Patient/P1", "Group/p1", "https://ehr.example.org/fhir/Patient/p2/_history/1",
        "p2", "urn:uuid:aaaa", {"type": "Group", "identifier": {"value": "1"}}, {"reference": 5},
        [{"reference": "Patient/p1"}, {"reference": "Patient/p2"}],
    ],
)  # fmt: skip
def test_another_subject_is_refused_and_counted_and_changes_nothing_else(subject: Any) -> None:
    alone = gathered({"conditions": bundle(condition("c2"))})
    found = gathered({"conditions": bundle(condition(subject=subject), condition("c2"))})
    assert found.parts == alone.parts
    assert found.originals == alone.originals
    assert [(each.section, each.count) for each in found.refused] == [("conditions", 1)]
    assert found.refused[0].why.startswith("Not used: 1 resource under conditions, about a")


@pytest.mark.parametrize(
    "subject", [{}, {"identifier": {"value": "4711"}}, {"display": "A. B."}, "#p", "Patient?identifier=s|4711", None]
)
def test_a_resource_that_names_no_patient_is_used_and_counted(subject: Any) -> None:
    found = gathered({"conditions": bundle(condition(subject=subject))})
    assert len(found.parts["conditions"].resources) == 1
    assert found.unnamed == 1


def test_an_allergy_is_judged_by_its_patient() -> None:
    allergies = [
        {"resourceType": "AllergyIntolerance", "id": id_, "patient": {"reference": f"Patient/{id_}"}}
        for id_ in ("p1", "p2")
    ]
    found = gathered({"allergies": bundle(*allergies)})
    assert [each.ref for each in found.parts["allergies"].resources] == ["AllergyIntolerance/p1"]
    assert found.refused[0].count == 1


def test_a_patient_element_beside_the_subject_is_looked_at_too() -> None:
    found = gathered({"medicationRequests": bundle(order(patient={"reference": "Patient/p2"}))})
    assert found.parts["medication_requests"].resources == ()


def visit(*actors: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Appointment", "id": "a1", "participant": [{"actor": actor} for actor in actors]}


@pytest.mark.parametrize(
    ("actors", "used"),
    [
        ([{"reference": "Practitioner/p2"}, {"reference": "Patient/p1"}], True),
        ([{"reference": "Patient/p2"}, {"reference": "Patient/p1"}], True),
        ([{"reference": "Practitioner/p1"}], True),
        ([{"reference": "Patient/p2"}, {"reference": "Practitioner/p1"}], False),
    ],
)
def test_an_appointment_is_judged_by_the_patients_among_its_participants(
    actors: list[dict[str, Any]], used: bool
) -> None:
    found = gathered({"appointments": bundle(visit(*actors))})
    assert bool(found.parts["appointments"].resources) is used


@pytest.mark.parametrize("key", ["patient", "conditions", "laboratory"])
def test_a_patient_with_another_id_refuses_the_whole_prefetch(key: str) -> None:
    sent = {
        "allergies": bundle(),
        "medicationRequests": bundle(order()),
        key: bundle({"resourceType": "Patient", "id": "p2"}, condition()),
    }
    found = gathered(sent, "order-sign", draftOrders=bundle(order("d1")))
    assert {part.state for name, part in found.parts.items() if name != "drafts"} == {UNREAD}
    assert found.parts["allergies"].why == said.ANOTHER_PATIENT
    assert said.REFUSED_WHOLE in found.notes
    assert [each.count for each in found.refused] == [1]
    assert list(found.originals) == ["MedicationRequest/d1"]


def test_a_patient_without_an_id_is_used_and_counted() -> None:
    found = gathered({"patient": {"resourceType": "Patient"}})
    assert found.parts["patient"].state is WHOLE
    assert found.unnamed == 1


def test_a_resource_sent_under_two_keys_of_a_section_counts_once() -> None:
    found = gathered({"conditions": bundle(condition()), "encounterDiagnoses": bundle(condition())})
    assert len(found.parts["conditions"].resources) == 1


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ({"meta": {"lastUpdated": "2024-01-01T00:00:00Z"}}, {"meta": {"lastUpdated": "2025-01-01T00:00:00Z"}}),
        ({"meta": {"versionId": "9"}}, {"meta": {"versionId": "10"}}),
        ({"recordedDate": "2024-01-01"}, {"recordedDate": "2025-01-01"}),
    ],
)
def test_of_two_copies_the_later_counts_in_whatever_order_they_come(
    older: dict[str, Any], newer: dict[str, Any], turn: int
) -> None:
    copies = [condition(**older), condition(**newer)][::turn]
    found = gathered({"conditions": bundle(*copies)})
    assert [each.json for each in found.parts["conditions"].resources] == [condition(**newer)]


def test_an_observation_stands_in_every_section_under_whose_key_it_came() -> None:
    weight = {"resourceType": "Observation", "id": "o1", "subject": {"reference": "Patient/p1"}}
    found = gathered({"laboratory": bundle(weight), "vitalSigns": bundle(weight)})
    assert len(found.parts["laboratory"].resources) == len(found.parts["vital_signs"].resources) == 1


def test_drafts_are_whole_and_empty_on_hooks_without_a_draft_context() -> None:
    assert gathered().parts["drafts"] == Part("drafts")


def test_a_draft_of_the_record_s_own_order_leaves_what_the_record_tells_and_is_the_one_to_change() -> None:
    found = gathered(
        {"medicationRequests": bundle(order("m1", status="active"), order("m2"))},
        "order-sign",
        draftOrders=bundle(order("m1", status="stopped")),
    )
    kept = found.parts["medication_requests"].resources
    assert [each.ref for each in kept] == ["MedicationRequest/m1", "MedicationRequest/m2"]
    assert found.parts["drafts"].resources[0].in_context
    assert found.originals["MedicationRequest/m1"]["status"] == "stopped"


def test_a_condition_of_the_context_replaces_the_record_s_own() -> None:
    own = {"resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"}}
    found = gathered(
        {"conditions": bundle(own)}, "problem-list-item-create", conditions=bundle({**own, "recordedDate": "2026"})
    )
    assert [each.json.get("recordedDate") for each in found.parts["conditions"].resources] == ["2026"]


def test_orders_of_tests_in_the_context_join_the_orders_of_tests() -> None:
    test = {"resourceType": "ServiceRequest", "id": "s1", "subject": {"reference": "Patient/p1"}}
    found = gathered({}, "order-sign", draftOrders=bundle(order(), test))
    part = found.parts["service_requests"]
    assert [(each.ref, each.in_context) for each in part.resources] == [("ServiceRequest/s1", True)]
    assert state(part) == (PARTIAL, "only what this hook itself carries was seen (not sent)")
    assert len(found.parts["drafts"].resources) == 1


def test_another_patient_s_draft_is_refused() -> None:
    found = gathered({}, "order-sign", draftOrders=bundle(order(subject={"reference": "Patient/p2"})))
    assert found.parts["drafts"].resources == ()
    assert found.refused[0].section == "drafts"


@pytest.mark.parametrize(
    ("hook", "member", "section", "resource"),
    [
        ("medication-refill", "medications", "drafts", order()),
        ("appointment-book", "appointments", "appointments", visit({"reference": "Patient/p1"})),
        ("problem-list-item-create", "conditions", "conditions", condition(category="problem-list-item")),
    ],
)
def test_each_hook_s_context_fills_its_section_as_a_bundle_an_array_or_one_resource(
    hook: str, member: str, section: str, resource: dict[str, Any]
) -> None:
    for value in (bundle(resource), [resource], [{"resource": resource}], resource):
        found = gathered({}, hook, **{member: value})
        assert [each.json for each in found.parts[section].resources] == [resource]


def selected(*selections: str, drafts: tuple[str, ...] = ("m1", "m2")) -> tuple[list[str], tuple[str, ...]]:
    found = gathered({}, "order-select", selections=list(selections), draftOrders=bundle(*map(order, drafts)))
    chosen = [each.ref.partition("/")[2] for each in found.parts["drafts"].resources if each.selected]
    return chosen, found.notes


def test_selections_are_matched_by_type_and_id() -> None:
    assert selected("MedicationRequest/m2") == (["m2"], ())


def test_selections_are_matched_by_id_alone_where_the_type_is_missing_or_wrong() -> None:
    assert selected("m2") == (["m2"], ())
    assert selected("MedicationOrder/m2") == (["m2"], ())


def test_selections_that_match_nothing_or_are_missing_take_every_draft() -> None:
    assert selected("MedicationRequest/m3") == (["m1", "m2"], (said.NO_MATCH,))
    assert selected() == (["m1", "m2"], ())


def test_a_selection_that_matches_nothing_beside_one_that_does_is_noted() -> None:
    assert selected("MedicationRequest/m3", "MedicationRequest/m1") == (["m1"], (said.SOME_MATCH,))


def test_a_draft_id_longer_than_fhir_allows_is_matched() -> None:
    long = "x" * 216
    assert selected(f"MedicationRequest/{long}", drafts=(long, "m2")) == ([long], ())


def test_on_signing_every_draft_is_selected() -> None:
    found = gathered(
        {}, "order-sign", selections=["MedicationRequest/m1"], draftOrders=bundle(order("m1"), order("m2"))
    )
    assert all(each.selected for each in found.parts["drafts"].resources)


def test_drafts_without_an_id_stay_apart() -> None:
    nameless = {"resourceType": "MedicationRequest"}
    found = gathered({}, "order-sign", draftOrders=bundle(nameless, nameless))
    assert len(found.parts["drafts"].resources) == 2
    assert found.originals == {}


def test_a_draft_order_of_dstu2_leaves_the_whole_request_unread() -> None:
    found = gathered({}, "order-select", draftOrders=bundle({"resourceType": "MedicationOrder", "id": "request-123"}))
    assert not found.is_r4
    assert state(found.parts["drafts"]) == (UNREAD, NOT_R4)


@pytest.mark.parametrize(
    "reference",
    [
        "Medication/x",
        "https://ehr.example.org/fhir/Medication/x",
        "Medication/x/_history/2",
        "https://other/Medication/x",
    ],
)
def test_a_medication_of_a_bundle_is_found_by_every_reference(reference: str) -> None:
    sent = bundle(order())
    sent["entry"].append(
        {
            "fullUrl": "https://ehr.example.org/fhir/Medication/x",
            "resource": {"resourceType": "Medication", "id": "x"},
            "search": {"mode": "include"},
        }
    )
    assert gathered({"medicationRequests": sent}).medication(reference) == {"resourceType": "Medication", "id": "x"}


def test_a_medication_is_found_by_the_urn_of_its_entry_and_in_the_context() -> None:
    entry = {"fullUrl": "urn:uuid:AB12", "resource": {"resourceType": "Medication"}}
    found = gathered({}, "order-sign", draftOrders={"resourceType": "Bundle", "entry": [entry]})
    assert found.medication("urn:uuid:ab12") == {"resourceType": "Medication"}
    assert found.medication("Medication/none") is None


def test_nothing_is_readable_only_without_any_section_and_without_a_draft() -> None:
    assert gathered().nothing_readable
    assert gathered({}, "order-sign", draftOrders=bundle()).nothing_readable
    assert not gathered({"allergies": None}).nothing_readable
    assert not gathered({}, "order-sign", draftOrders=bundle(order())).nothing_readable


def test_resources_are_passed_on_and_not_copied() -> None:
    kept = order()
    part = gathered({"medicationRequests": bundle(kept)}).parts["medication_requests"]
    assert part.resources[0].json is kept


def test_every_section_of_a_chart_has_a_query_but_the_drafts() -> None:
    assert {query.section for query in TABLE} == ALL


def test_templates_stay_in_the_subset_that_every_client_can_answer() -> None:
    for hook in ("patient-view", "encounter-discharge"):
        for key, template in prefetch(hook, ALL).items():
            path, _, search = template.partition("?")
            names = [pair.partition("=")[0] for pair in search.split("&") if pair]
            assert path.isidentifier() or path.endswith("Id}}"), key
            assert len(names) == len(set(names)), key
            assert set(names) <= {"patient", "category", "intent", "code"}, key
            assert not ({"_include", "_sort", "date"} & set(names)), key
    assert "encounter" not in prefetch("patient-view", ALL)


odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["resourceType", "id", "entry", "resource", "fullUrl", "subject", "patient", "reference", "link", "meta",
             "relation", "total", "participant", "actor", "issue", "response", "status", "search", "mode", "type",
             "versionId", "lastUpdated", "severity"]
        ),
        inner | st.sampled_from(
            ["Bundle", "Patient", "Condition", "Appointment", "OperationOutcome", "Medication", "MedicationRequest",
             "next", "Patient/p1", "urn:uuid:1", "#", "/", "_history"]
        ),
        max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from([query.key for query in TABLE]), odd, max_size=5), odd)
def test_no_prefetch_and_no_context_makes_gathering_raise_or_change_them(sent: dict[str, Any], drafted: Any) -> None:
    before = copy.deepcopy((sent, drafted))
    for hook, member in (("order-select", "draftOrders"), ("appointment-book", "appointments")):
        found = gather(asked(sent, hook, **{member: drafted}), ALL)
        assert set(found.parts) == ALL | {"drafts"}
    assert (sent, drafted) == before


def test_a_resource_nested_deeper_than_can_be_written_is_still_gathered() -> None:
    deep = orjson.loads(b'{"a":' * 600 + b"1" + b"}" * 600)
    found = gathered({"conditions": bundle(condition(extension=deep), condition(extension=deep))})
    assert len(found.parts["conditions"].resources) == 1
