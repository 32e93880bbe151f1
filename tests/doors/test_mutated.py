"""Whatever is done to a body, the answer is cards that hold against the schema or a reasoned refusal, never a fault."""

from __future__ import annotations

import copy
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.app import create_app
from service.settings import Settings
from tests.doors import checks
from tests.doors.conftest import DAY, RULES
from tests.doors.messages import ALENDRONATE, OSTEOPOROSIS, hook, record, searchset
from tests.doors.test_hooks import ADMITTED, CANCELLED, FRACTURE, KIDNEY, LATE, ON_TIME, TABLETS, call
from tests.doors.test_triggers import EPIC, triggered

CLIENT = create_app(Settings(as_of=DAY, log_level="error"), catalog=RULES).test_client()
BODY = hook(
    "order-select",
    ALENDRONATE,
    prefetch=record(
        conditions=searchset(OSTEOPOROSIS, {**OSTEOPOROSIS, "id": "c2"}, link=[{"relation": "self", "url": "x"}]),
        medicationRequests=searchset({**ALENDRONATE, "id": "m9", "status": "active", "authoredOn": "2024-01-01"}),
    ),
    fhirServer="https://ehr.example.org",
    fhirAuthorization={"access_token": "t", "expires_in": 300},
)

WHOLE = create_app(Settings(as_of=DAY, log_level="error", clients={"open": EPIC})).test_client()
OTHERS = [
    call("problem-list-item-create", **TABLETS, conditions=[FRACTURE]),
    call("appointment-book", **ON_TIME, appointments=[CANCELLED]),
    call("medication-refill", **TABLETS, drafts=[{"drug": "alendronate", "every": "1 d"}]),
    call("order-dispatch", {"dispatchedOrders": ["MedicationRequest/z1"], "order": "MedicationRequest/t1"}, **KIDNEY),
    call("encounter-discharge", **LATE, encounter=ADMITTED),
    triggered(["6", {"code": 27}], **LATE),
]

odd: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(
        ["Patient/p1", "Patient/p2", "urn:uuid:1", "#", "", " ", "Bundle", "OperationOutcome", "2026-13-40"]
    ),
    st.just([]),
    st.just({}),
    st.just([None]),
    st.just({"resourceType": "Bundle", "entry": [None, {}, {"resource": None}, {"resource": {"resourceType": 5}}]}),
    st.just({"reference": {"reference": []}}),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every member and item."""
    found = [path] if path else []
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        found += places(inner, (*path, step))
    return found


PLACES = places(BODY)


def changed(body: Any, path: tuple[Any, ...], value: Any) -> None:
    for step in path[:-1]:
        try:
            body = body[step]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(body, dict):
        if value is ...:
            body.pop(path[-1], None)
        else:
            body[str(path[-1])] = value
    elif isinstance(body, list) and isinstance(path[-1], int) and path[-1] < len(body) and value is not ...:
        body[path[-1]] = value


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(PLACES), odd | st.just(...)), min_size=1, max_size=6))
def test_no_change_of_a_body_makes_the_service_fail(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    body = copy.deepcopy(BODY)
    for path, value in changes:
        changed(body, path, copy.deepcopy(value))
    hold(CLIENT.post("/cds-services/osteohooks-order-select", data=orjson.dumps(body), content_type="application/json"))


@pytest.mark.parametrize("told", OTHERS, ids=lambda told: told["hook"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_change_of_what_a_hook_carries_makes_the_service_fail(told: dict[str, Any], data: st.DataObject) -> None:
    body = copy.deepcopy(told)
    carried = [path for path in places(told) if path[0] in {"context", "extension"} and len(path) > 1]
    for path, value in data.draw(st.lists(st.tuples(st.sampled_from(carried), odd | st.just(...)), max_size=6)):
        changed(body, path, copy.deepcopy(value))
    path = f"/cds-services/osteohooks-{told['hook']}"
    hold(WHOLE.post(path, data=orjson.dumps(body), content_type="application/json"))


def hold(answer: Any) -> None:
    assert answer.status_code in {200, 400, 412}, answer.data
    told = orjson.loads(answer.data)
    assert list(checks.empty_members(told)) == []
    if answer.status_code == 200:
        assert checks.faults("service-response", told) == []
    else:
        assert told["resourceType"] == "OperationOutcome"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_no_bytes_make_the_service_fail(body: bytes) -> None:
    answer = CLIENT.post("/cds-services/osteohooks-order-select", data=body, content_type="application/json")
    assert answer.status_code == 400


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60), st.sampled_from(["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]))
def test_no_path_makes_the_service_fail(path: str, method: str) -> None:
    answer = CLIENT.open(f"/cds-services/{path}", method=method, json={})
    assert answer.status_code in {200, 204, 404, 405}
