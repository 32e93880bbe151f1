"""Every hook through real HTTP, with the rules themselves: what its context brings to the chart, in whatever shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from service.fhir.sections import TABLE
from service.fhir.shorthand import expand
from tests.doors import checks
from tests.doors.conftest import Serve
from tests.doors.messages import post

HOOKS = (
    "patient-view", "order-select", "order-sign", "encounter-start", "encounter-discharge",
    "problem-list-item-create", "appointment-book", "medication-refill", "order-dispatch",
)  # fmt: skip
EVERY = frozenset(query.section for query in TABLE)
WOMAN = {"sex": "female", "born": "1950-03-02"}
LATE = {"doses": [{"drug": "denosumab", "on": ["2024-11-10", "2025-05-10"]}]}
TABLETS = {"meds": [{"drug": "alendronate", "from": "2021-01-10"}]}
FRACTURE = {"code": "M80.08XA", "on": "2026-01-10", "new": True, "id": "f1"}
ADMITTED = {"class": "IMP", "from": "2026-01-12"}
OTHER = {"reference": "Patient/another"}


@pytest.fixture(scope="module")
def real(serve: Serve) -> Iterator[str]:
    """The base URL of a service with the rules themselves."""
    with serve(catalog=None) as url:
        yield url


def call(hook: str, /, context: Any = None, **case: Any) -> dict[str, Any]:
    """A hook call as an EHR sends it, the record told in shorthand; `context` is laid over the hook's own."""
    moment = expand({"today": "2026-01-15", "patient": WOMAN, "hook": hook, **case})
    told = {**moment.context, **(context or {})}
    return {
        "hook": hook,
        "hookInstance": "3bd6dc75-8bb2-4dc0-a19c-0b5b7e3b3c2e",
        "context": {key: value for key, value in told.items() if value is not ...},
        "prefetch": dict(moment.asked(EVERY).prefetch),
    }


def topics(answer: requests.Response) -> list[str]:
    return [f"{card['source']['topic']['code']} {card['indicator']}" for card in checks.cards(answer)]


def spoken(answer: requests.Response) -> str:
    return " ".join(f"{card['summary']} {card['detail']}" for card in checks.cards(answer))


def resources(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle["entry"]]


def shapes(bundle: dict[str, Any]) -> list[Any]:
    """The ways in which clients send a Bundle of one resource."""
    (resource,) = resources(bundle)
    return [
        bundle,
        {key: value for key, value in bundle.items() if key != "type"},
        {"resourceType": "Bundle", "type": "searchset", "entry": [{"fullUrl": "urn:uuid:1", "resource": resource}]},
        [resource],
        [{"resource": resource}],
        resource,
    ]


def test_each_hook_is_offered_once_and_answers_a_healthy_patient_without_cards(real: str) -> None:
    offered = requests.get(f"{real}/cds-services", timeout=10).json()
    assert checks.faults("discovery-response", offered) == []
    assert {each["hook"]: each["id"] for each in offered["services"]} == {name: f"osteohooks-{name}" for name in HOOKS}
    for name in HOOKS:
        empty = {} if name != "order-dispatch" else {"order": "ServiceRequest/1", "performer": "Organization/1"}
        assert topics(post(real, call(name, empty))) == []


def test_the_encounter_is_asked_for_where_the_hook_always_names_one(real: str) -> None:
    offered = requests.get(f"{real}/cds-services", timeout=10).json()["services"]
    asking = {each["hook"] for each in offered if "encounter" in each["prefetch"]}
    assert asking == {"encounter-start", "encounter-discharge"}
    for each in offered:
        for key, template in each["prefetch"].items():
            assert ("encounterId" in template) is (key == "encounter")


# The start of an encounter


CROWDED = {
    **LATE,
    "conditions": [{"code": "M81.0"}, {"code": "Z33.1", "on": "2025-12-01"}],
    "patient": {"sex": "female", "born": "1975-03-02"},
}


@pytest.mark.parametrize("case", [LATE, CROWDED, {**TABLETS, "conditions": [{**FRACTURE, "new": False}]}])
def test_the_start_of_an_encounter_gives_the_cards_of_opening_the_chart(real: str, case: dict[str, Any]) -> None:
    opened = checks.cards(post(real, call("patient-view", **case)))
    started = checks.cards(post(real, call("encounter-start", encounter=ADMITTED, **case)))
    assert opened
    told = ("summary", "indicator", "detail", "source")
    assert [[card[key] for key in told] for card in started] == [[card[key] for key in told] for card in opened]
    assert {card["uuid"] for card in started}.isdisjoint(card["uuid"] for card in opened)


def test_an_encounter_of_hospice_is_seen_at_its_start(real: str) -> None:
    assert topics(post(real, call("encounter-start", encounter={"class": "AMB"}, **LATE))) != []
    body = call("encounter-start", encounter={"class": "AMB"}, **LATE)
    body["prefetch"]["encounter"]["serviceType"] = {"text": "Hospice"}
    assert topics(post(real, body)) == []


# Discharge


FAILED = {
    **TABLETS,
    "conditions": [{"code": "M80.08XA", "on": "2025-07-10"}],
    "orders": [{"test": "dxa", "on": "2026-01-12"}],
    "labs": [{"test": test, "value": value, "on": "2026-01-13"}
             for test, value in (("egfr", 80), ("calcium-total", 9.5), ("vitamin-d-25oh", 40))],
}  # fmt: skip


def offers(answer: requests.Response) -> str:
    return " ".join(each["label"] for card in checks.cards(answer) for each in card.get("suggestions", ()))


def test_zoledronic_acid_is_offered_at_discharge_only_with_a_value_since_the_admission(real: str) -> None:
    since = post(real, call("encounter-discharge", encounter=ADMITTED, **FAILED))
    assert topics(since) == ["treatment-failure warning"]
    assert "zoledronic acid" in offers(since)
    before = post(real, call("encounter-discharge", encounter={"class": "IMP", "from": "2026-01-14"}, **FAILED))
    assert topics(before) == ["treatment-failure warning"]
    assert "zoledronic acid" not in offers(before)
    assert "no creatinine since the admission" in spoken(before)


@pytest.mark.parametrize("encounter_id", [..., None, ""])
def test_a_discharge_that_names_no_encounter_is_answered_and_zoledronic_acid_not_offered(
    real: str, encounter_id: Any
) -> None:
    body = call("encounter-discharge", {"encounterId": encounter_id}, **FAILED)
    assert "encounter" not in body["prefetch"]
    answer = post(real, body)
    assert topics(answer) == ["treatment-failure warning"]
    assert "zoledronic acid" not in offers(answer)


@pytest.mark.parametrize("nothing", [None, {"resourceType": "Bundle", "type": "searchset"}])
def test_a_discharge_whose_encounter_was_not_found_takes_no_creatinine_for_one_of_the_stay(
    real: str, nothing: Any
) -> None:
    body = call("encounter-discharge", encounter=ADMITTED, **FAILED)
    body["prefetch"]["encounter"] = nothing
    answer = post(real, body)
    assert topics(answer)[:1] == ["treatment-failure warning"]
    assert "zoledronic acid" not in offers(answer)
    assert "the admission is not on record" in spoken(answer)


# A new problem


def test_a_fracture_being_added_is_judged_in_every_shape_of_the_context(real: str) -> None:
    body = call("problem-list-item-create", **TABLETS, conditions=[FRACTURE])
    for shape in shapes(body["context"]["conditions"]):
        body["context"]["conditions"] = shape
        assert "treatment-failure warning" in topics(post(real, body))
        assert "vertebral fracture 2026-01-10" in spoken(post(real, body))


def test_a_fracture_of_the_record_is_not_brought_up_when_another_problem_is_added(real: str) -> None:
    told = [{**FRACTURE, "new": False}, {"code": "I10", "on": "2026-01-15", "new": True}]
    assert topics(post(real, call("problem-list-item-create", **TABLETS, conditions=told))) == []


def test_another_patient_s_problem_is_not_judged_and_the_clinician_is_told(real: str) -> None:
    body = call("problem-list-item-create", **TABLETS, conditions=[{"code": "M81.0"}, FRACTURE])
    resources(body["context"]["conditions"])[0]["subject"] = OTHER
    answer = post(real, body)
    assert topics(answer) == ["data-gap info"]
    assert "another patient" in spoken(answer)


def test_the_problem_being_added_replaces_the_record_s_copy(real: str) -> None:
    body = call("problem-list-item-create", **TABLETS, conditions=[FRACTURE])
    (new,) = resources(body["context"]["conditions"])
    refuted = {**new, "verificationStatus": {"coding": [{"code": "refuted"}]}}
    body["prefetch"]["conditions"] = {"resourceType": "Bundle", "entry": [{"resource": refuted}]}
    assert "treatment-failure warning" in topics(post(real, body))
    body["prefetch"]["conditions"] = {"resourceType": "Bundle", "entry": [{"resource": new}]}
    body["context"]["conditions"] = [refuted]
    assert topics(post(real, body)) == []


def test_a_problem_written_as_older_clients_do_is_judged(real: str) -> None:
    body = call("problem-list-item-create", **TABLETS, conditions=[FRACTURE])
    (new,) = resources(body["context"]["conditions"])
    new |= {"category": "problem-list-item", "clinicalStatus": "active", "assertedDate": "2026-01-15"}
    assert "treatment-failure warning" in topics(post(real, body))


# A visit


CANCELLED = {"drug": "denosumab", "on": "2026-01-20", "status": "cancelled", "new": True, "id": "visit"}
ON_TIME = {"doses": [{"drug": "denosumab", "on": ["2025-01-20", "2025-07-20"]}]}


def test_a_cancelled_denosumab_visit_is_judged_in_every_shape_of_the_context(real: str) -> None:
    body = call("appointment-book", **ON_TIME, appointments=[CANCELLED])
    for shape in shapes(body["context"]["appointments"]):
        body["context"]["appointments"] = shape
        answer = post(real, body)
        assert "denosumab-discontinuation critical" in topics(answer)
        assert "Keep denosumab" in offers(answer)


def test_the_visit_being_booked_replaces_the_record_s_copy(real: str) -> None:
    body = call("appointment-book", **ON_TIME, appointments=[CANCELLED])
    (visit,) = resources(body["context"]["appointments"])
    booked = {**visit, "status": "booked"}
    body["prefetch"]["appointments"] = {"resourceType": "Bundle", "entry": [{"resource": booked}]}
    assert "denosumab-discontinuation critical" in topics(post(real, body))
    body["prefetch"]["appointments"]["entry"].append({"resource": {**booked, "id": "another"}})
    assert "denosumab-discontinuation critical" not in topics(post(real, body))


def test_another_patient_s_visit_is_not_judged_and_the_clinician_is_told(real: str) -> None:
    body = call("appointment-book", **ON_TIME, appointments=[CANCELLED])
    resources(body["context"]["appointments"])[0]["participant"] = [{"actor": OTHER, "status": "accepted"}]
    answer = post(real, body)
    assert topics(answer) == ["data-gap info"]
    assert "another patient" in spoken(answer)


def test_a_late_denosumab_visit_is_moved_whole_and_then_in_time(real: str) -> None:
    asked = call("appointment-book", doses=[{"drug": "denosumab", "on": ["2025-07-20"]}])
    booked = {
        "resourceType": "Appointment",
        "id": "v1",
        "status": "proposed",
        "description": "denosumab 60 mg injection",
        "start": "2026-04-20T10:15:00-05:00",
        "end": "2026-04-20T10:45:00-05:00",
        "slot": [{"reference": "Slot/s1"}],
        "participant": [{"actor": {"reference": f"Patient/{asked['context']['patientId']}"}, "status": "tentative"}],
    }
    asked["context"]["appointments"] = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": booked}]}
    (card,) = checks.cards(post(real, asked))
    assert card["source"]["topic"]["code"] == "denosumab-appointment-late"
    ((action,),) = [each["actions"] for each in card["suggestions"]]
    assert action["type"] == "update"
    moved = {**booked, "start": "2026-01-20T10:15:00-05:00", "end": "2026-01-20T10:45:00-05:00"}
    del moved["slot"]
    assert action["resource"] == moved
    asked["context"]["appointments"]["entry"] = [{"resource": moved}]
    assert topics(post(real, asked)) == []


# A renewal


LOW_CALCIUM = {"labs": [{"test": "calcium-total", "value": 7.6, "on": "2026-01-12"},
                        {"test": "albumin", "value": 4.0, "on": "2026-01-12"}]}  # fmt: skip


def test_a_renewal_is_judged_in_every_shape_of_the_context_and_without_a_user(real: str) -> None:
    body = call("medication-refill", {"userId": ...}, **LOW_CALCIUM, drafts=[{"drug": "alendronate"}])
    for shape in shapes(body["context"]["medications"]):
        body["context"]["medications"] = shape
        assert topics(post(real, body)) == ["hypocalcemia-contraindication critical"]


def test_another_patient_s_renewal_is_not_judged_and_the_clinician_is_told(real: str) -> None:
    body = call("medication-refill", **TABLETS, drafts=[{"drug": "alendronate", "every": "1 d"}])
    assert topics(post(real, body)) == ["dose-frequency critical"]
    resources(body["context"]["medications"])[0]["subject"] = OTHER
    answer = post(real, body)
    assert topics(answer) == ["data-gap info"]
    assert "another patient" in spoken(answer)


# An order that is dispatched


KIDNEY = {
    "meds": [{"drug": "zoledronic-acid", "from": "2026-01-15", "id": "z1"}, {"drug": "teriparatide", "id": "t1"}],
    "labs": [{"test": test, "value": value, "on": "2026-01-05"}
             for test, value in (("egfr", 28), ("calcium-total", 9.5))],
}  # fmt: skip


@pytest.mark.parametrize(
    "context",
    [
        {"order": "MedicationRequest/z1", "task": {"resourceType": "Task", "status": "draft"}},
        {"dispatchedOrders": ["MedicationRequest/z1"], "performer": "Organization/o1", "fulfillmentTasks": []},
        {"dispatchedOrders": ["ServiceRequest/s1", "https://ehr.example.org/fhir/MedicationRequest/z1/_history/2"]},
        {"dispatchedOrders": [{"reference": "MedicationRequest/z1"}], "performer": {"reference": "Organization/o1"}},
        {"dispatched-orders": ["z1"], "userId": ...},
        {"dispatchedOrders": "MedicationRequest/z1"},
    ],
)
def test_an_order_being_dispatched_is_judged_in_every_spelling(real: str, context: dict[str, Any]) -> None:
    answer = post(real, call("order-dispatch", context, **KIDNEY))
    assert topics(answer) == ["renal-contraindication critical"]
    assert "Stop the order of zoledronic acid" in offers(answer)
    (stop,) = [
        action
        for card in answer.json()["cards"]
        for each in card["suggestions"]
        if each["label"] == "Stop the order of zoledronic acid"
        for action in each["actions"]
    ]
    assert (stop["type"], stop["resource"]["id"], stop["resource"]["status"]) == ("update", "z1", "stopped")


def test_an_order_beside_the_dispatched_one_is_not_judged(real: str) -> None:
    context = {"dispatchedOrders": ["MedicationRequest/t1"], "performer": "Organization/o1"}
    told = topics(post(real, call("order-dispatch", context, **KIDNEY)))
    assert [each for each in told if each.startswith("renal")] == []


def test_a_weekly_tablet_dispatched_daily_is_told(real: str) -> None:
    daily = {"meds": [{"drug": "alendronate", "from": "2026-01-15", "every": "1 d", "id": "a1"}]}
    assert topics(post(real, call("order-dispatch", {"order": "MedicationRequest/a1"}, **daily))) == [
        "dose-frequency critical"
    ]


def test_an_order_that_was_not_sent_is_not_taken_for_a_harmless_one(real: str) -> None:
    treated = {"meds": [{"drug": "alendronate", "from": "2025-01-10", "id": "a1"}]}
    answer = post(real, call("order-dispatch", {"order": "MedicationRequest/gone"}, **treated))
    assert topics(answer) == ["data-gap info"]
    assert "an order being dispatched was not among the orders sent" in spoken(answer)
    assert topics(post(real, call("order-dispatch", {"order": "MedicationRequest/a1"}, **treated))) == []


def outcome() -> dict[str, Any]:
    issue = {"severity": "error", "code": "exception"}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


@pytest.mark.parametrize("orders", [outcome(), None])
def test_an_order_being_dispatched_among_unread_orders_is_told_as_not_seen(real: str, orders: Any) -> None:
    request = call("order-dispatch", {"order": "MedicationRequest/gone"})
    request["prefetch"]["medicationRequests"] = orders
    answer = post(real, request)
    assert topics(answer) == ["data-gap info"]
    assert "an order being dispatched was not among the orders sent" in spoken(answer)


# What holds for every card


@pytest.mark.parametrize(
    ("name", "told"), [("patient-view", LATE), ("patient-view", TABLETS), ("order-dispatch", KIDNEY)]
)
def test_a_card_names_its_source_may_be_overridden_and_changes_nothing_by_itself(
    real: str, name: str, told: dict[str, Any]
) -> None:
    context = {"order": "MedicationRequest/z1"} if name == "order-dispatch" else {}
    body = post(real, call(name, context, **told)).json()
    assert body["cards"]
    assert "systemActions" not in body
    for card in body["cards"]:
        assert card["source"]["label"]
        assert card["source"]["url"].startswith("https://")
        assert card["overrideReasons"]
        assert "clinical judgement prevails" in card["detail"]


def test_a_critical_card_returns_at_every_call(real: str) -> None:
    request = call("order-dispatch", {"order": "MedicationRequest/z1"}, **KIDNEY)
    first, again = post(real, request), post(real, request)
    assert topics(first) == ["renal-contraindication critical"]
    assert again.json() == first.json()


# What no hook can do without


@pytest.mark.parametrize(
    ("hook", "member"),
    [
        ("problem-list-item-create", "conditions"), ("appointment-book", "appointments"),
        ("medication-refill", "medications"), ("encounter-discharge", "patientId"), ("encounter-start", "patientId"),
        ("order-dispatch", "patientId"),
    ],
)  # fmt: skip
def test_a_context_without_what_the_hook_is_about_is_refused(real: str, hook: str, member: str) -> None:
    orders = {"order": "MedicationRequest/1"} if hook == "order-dispatch" else {}
    told = checks.outcome(post(real, call(hook, {**orders, member: ...})), 400)
    assert told == [f"context.{member} is missing."]


def test_a_dispatch_that_names_no_order_is_refused(real: str) -> None:
    told = checks.outcome(post(real, call("order-dispatch", {"performer": "Organization/1"})), 400)
    assert told == ["context must be a dispatch that names its orders in dispatchedOrders."]


@pytest.mark.parametrize(
    ("hook", "context"),
    [
        ("problem-list-item-create", {"conditions": {"resourceType": "Bundle", "entry": None}}),
        ("problem-list-item-create", {"conditions": [None, 3, {"resource": "x"}, {"resourceType": 7}]}),
        ("appointment-book", {"appointments": [{"resourceType": "Appointment", "start": 5, "participant": "x"}]}),
        ("medication-refill", {"medications": {"resourceType": "Bundle", "entry": [{"resource": None}]}}),
        ("order-dispatch", {"dispatchedOrders": [None, 3, {}, {"reference": 5}]}),
        ("encounter-start", {"encounterId": "https://ehr.example.org/fhir/Encounter/7/_history/1"}),
    ],
)
def test_odd_contents_of_a_context_are_answered(real: str, hook: str, context: dict[str, Any]) -> None:
    assert topics(post(real, call(hook, context))) == []
