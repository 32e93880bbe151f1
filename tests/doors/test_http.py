"""The wire under the protocol: paths, methods, sizes, browsers, and what an answer never tells."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import orjson
import pytest
import requests

from cards.catalog import Catalog
from cards.rule import SHADOW
from service.settings import Settings
from tests.doors import checks
from tests.doors.conftest import DAY, RULES, Serve
from tests.doors.messages import ALENDRONATE, OSTEOPOROSIS, PATIENT, hook, post, record, searchset

ORIGIN = "https://sandbox.cds-hooks.org"
CALL = "/cds-services/osteohooks-patient-view"
PATHS = ("/cds-services", CALL, f"{CALL}/feedback")


@pytest.fixture(scope="module")
def browsed(serve: Serve) -> Any:
    """A service that lets one browser client in."""
    with serve(Settings(as_of=DAY, allowed_origins=(ORIGIN,), log_level="error")) as url:
        yield url


def test_a_path_with_doubled_or_trailing_slashes_is_the_path_without_and_no_redirect(base: str) -> None:
    for path in (f"{CALL}/", "/cds-services//osteohooks-patient-view", "//cds-services/osteohooks-patient-view//"):
        answer = requests.post(base + path, json=hook(), timeout=10, allow_redirects=False)
        assert len(checks.cards(answer)) == 1
    for path in ("/cds-services/", "//cds-services"):
        assert requests.get(base + path, timeout=10, allow_redirects=False).status_code == 200
    answer = requests.post(
        f"{base}/cds-services//osteohooks-patient-view//feedback/", json={"feedback": []}, timeout=10
    )
    assert answer.status_code == 200


def test_an_unknown_service_is_not_found_and_the_nearest_are_named(base: str) -> None:
    told = checks.outcome(post(base, hook(), "osteohooks-patient-veiw"), 404)
    assert "did you mean osteohooks-patient-view" in told[0]
    far = checks.outcome(post(base, hook(), "zzz"), 404)
    assert far == ["No CDS service has this id; GET /cds-services lists the services."]


def test_an_unknown_path_is_not_found(base: str) -> None:
    for path in ("/", "/cds", f"{CALL}/feedback/more"):
        checks.outcome(requests.get(base + path, timeout=10), 404)


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", CALL, "POST"),
        ("PUT", CALL, "POST"),
        ("POST", "/cds-services", "GET"),
        ("DELETE", f"{CALL}/feedback", "POST"),
    ],
)
def test_a_wrong_method_is_refused_with_the_right_ones(base: str, method: str, path: str, allowed: str) -> None:
    answer = requests.request(method, base + path, json={}, timeout=10)
    checks.outcome(answer, 405)
    assert allowed in answer.headers["Allow"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", None])
def test_a_body_that_is_not_called_json_is_refused(base: str, kind: str | None) -> None:
    headers = {"Content-Type": kind} if kind else {}
    checks.outcome(requests.post(base + CALL, data=orjson.dumps(hook()), headers=headers, timeout=10), 415)


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "application/fhir+json"])
def test_json_by_any_of_its_names_is_taken(base: str, kind: str) -> None:
    checks.cards(requests.post(base + CALL, data=orjson.dumps(hook()), headers={"Content-Type": kind}, timeout=10))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b'{"a": NaN}',
        b'{"a": 1,}',
        b"[" * 5000,
        b'{"a":' * 2000 + b"1" + b"}" * 2000,
        b"\xff\xfe",
    ],
)
def test_a_body_that_is_not_json_or_too_deep_is_refused(base: str, body: bytes) -> None:
    answer = requests.post(base + CALL, data=body, headers={"Content-Type": "application/json"}, timeout=10)
    assert checks.outcome(answer, 400)[0].startswith("The body is not JSON (or nested too deeply), at character")


def test_a_byte_order_mark_is_ignored(base: str) -> None:
    body = b"\xef\xbb\xbf" + orjson.dumps(hook())
    checks.cards(requests.post(base + CALL, data=body, headers={"Content-Type": "application/json"}, timeout=10))


@pytest.mark.parametrize("depth", [200, 500, 900])
def test_resources_nested_as_deep_as_can_be_decoded_are_answered(base: str, depth: int) -> None:
    deep = orjson.loads(b'{"a":' * depth + b"1" + b"}" * depth)
    order = {**ALENDRONATE, "extension": [deep]}
    twice = searchset({**OSTEOPOROSIS, "contained": [deep]}, {**OSTEOPOROSIS, "contained": [deep], "code": deep})
    body = hook("order-sign", order, prefetch=record(conditions=twice, medicationRequests=searchset(order)))
    checks.cards(_post_deep(base, body))


def _post_deep(base: str, body: Any) -> requests.Response:
    # orjson writes no deeper than 254 levels and json recurses: the text is put together by hand.
    return requests.post(
        f"{base}/cds-services/osteohooks-order-sign",
        data=_written(body),
        headers={"Content-Type": "application/json"},
        timeout=10,
    )


def _written(value: Any) -> str:
    out: list[str] = []
    todo: list[Any] = [value]
    while todo:
        each = todo.pop()
        if isinstance(each, str) and each.startswith("\0"):
            out.append(each[1:])
        elif isinstance(each, dict):
            parts: list[Any] = ["\0{"]
            for place, (key, inner) in enumerate(each.items()):
                parts += [f"\0{',' if place else ''}{json.dumps(key)}:", inner]
            todo += [*parts, "\0}"][::-1]
        elif isinstance(each, list):
            parts = ["\0["]
            for place, inner in enumerate(each):
                parts += [f"\0{',' if place else ''}", inner]
            todo += [*parts, "\0]"][::-1]
        else:
            out.append(json.dumps(each))
    return "".join(out)


def padded(size: int) -> bytes:
    """A call of exactly so many bytes."""
    body = orjson.dumps(hook(x=""))
    return body.replace(b'"x":""', b'"x":"' + b"a" * (size - len(body)) + b'"')


def test_ten_megabytes_are_taken_and_one_byte_more_is_not(base: str) -> None:
    limit = 10 * 1024 * 1024
    headers = {"Content-Type": "application/json"}
    taken = requests.post(base + CALL, data=padded(limit), headers=headers, timeout=30)
    assert len(checks.cards(taken)) == 1
    refused = requests.post(base + CALL, data=padded(limit + 1), headers=headers, timeout=30)
    assert checks.outcome(refused, 413) == ["The body is over 10 MB; narrow the prefetch."]


@pytest.mark.parametrize("path", [*PATHS, "/cds-services/none", "/nowhere", "/healthz"])
def test_a_preflight_is_answered_everywhere_and_without_authorization(browsed: str, path: str) -> None:
    asks = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    answer = requests.options(browsed + path, headers=asks, timeout=10)
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert {"authorization", "content-type"} <= set(answer.headers["Access-Control-Allow-Headers"].lower().split(", "))
    assert {"GET", "POST", "OPTIONS"} <= set(answer.headers["Access-Control-Allow-Methods"].split(", "))
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_an_allowed_origin_is_named_on_answers_and_on_errors(browsed: str) -> None:
    headers = {"Origin": ORIGIN}
    answers = {
        200: post(browsed, hook(), headers=headers),
        400: post(browsed, {"hook": "patient-view"}, headers=headers),
        404: post(browsed, hook(), "none", headers=headers),
        405: requests.get(browsed + CALL, headers=headers, timeout=10),
        412: post(browsed, hook(prefetch={}), headers=headers),
        415: requests.post(browsed + CALL, data="x", headers=headers, timeout=10),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert answer.headers["Access-Control-Allow-Origin"] == ORIGIN
        assert answer.headers["Vary"] == "Origin"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", f"{ORIGIN}.evil.example", None])
def test_another_origin_is_not_named(browsed: str, origin: str | None) -> None:
    headers = {"Origin": origin} if origin else {}
    answer = post(browsed, hook(), headers=headers)
    assert answer.status_code == 200
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_no_origin_is_allowed_unless_the_settings_say_so(base: str) -> None:
    assert "Access-Control-Allow-Origin" not in post(base, hook(), headers={"Origin": ORIGIN}).headers


def test_feedback_is_checked_and_answered(base: str) -> None:
    def sent(body: Any, service: str = "osteohooks-patient-view") -> requests.Response:
        return requests.post(f"{base}/cds-services/{service}/feedback", json=body, timeout=10)

    accepted = {
        "card": "4e0a3a1e-3283-4575-ab82-028d55fe2719",
        "outcome": "accepted",
        "acceptedSuggestions": [{"id": "e56e1945-20b3-4393-8503-a1a20fd73152"}],
        "outcomeTimestamp": "2026-01-15T10:00:00Z",
    }
    reasons = ({"reason": {"code": "other"}, "userComment": "no"}, {"code": "other", "system": "s"}, None)
    overridden = [{"card": "c", "outcome": "overridden", "overrideReason": each} for each in reasons]
    assert sent({"feedback": [accepted, accepted, *overridden]}).status_code == 200
    assert checks.outcome(sent({}), 400) == ["feedback is missing."]
    assert checks.outcome(sent({"feedback": [{"card": "c", "outcome": "ignored"}]}), 400) == [
        "feedback[0].outcome must be accepted or overridden."
    ]
    checks.outcome(sent({"feedback": []}, "none"), 404)


def test_the_strict_feedback_schema_takes_the_protocol_s_own_shape() -> None:
    good = {"card": "c", "outcome": "overridden", "outcomeTimestamp": "2026-01-15T10:00:00.123Z"}
    assert checks.faults("feedback-request", {"feedback": [good]}) == []
    assert checks.faults("feedback-request", {"feedback": [{**good, "outcome": "accepted"}]}) != []


CANARY = "Zorblatt"


def raises(*_: Any, **__: Any) -> Any:
    raise ValueError(f"the record of {CANARY}")


def test_a_fault_of_ours_is_told_without_its_text_and_logged_with_its_place(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    with serve(decide=raises) as url:
        answer = post(url, hook())
    told = checks.outcome(answer, 500)
    assert told == ["The service failed on this request; its log says where, under the answer's X-Request-Id."]
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    broken = next(line for line in lines if line["event"] == "broken")
    assert broken["error"] == "ValueError"
    assert broken["request_id"] == answer.headers["X-Request-Id"]
    assert any("service.cdshooks.routes" in place for place in broken["at"])
    assert CANARY not in json.dumps(lines) + answer.text


def recurses(*args: Any, **kwargs: Any) -> Any:
    return recurses(*args, **kwargs)


def test_running_out_of_stack_is_the_body_s_fault(serve: Serve) -> None:
    with serve(decide=recurses) as url:
        assert checks.outcome(post(url, hook()), 400) == ["The body is nested too deeply."]


def test_the_log_holds_one_line_a_request_and_nothing_of_the_patient(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    name = {"family": CANARY, "given": [CANARY]}
    body = hook(
        "order-sign",
        {**ALENDRONATE, "id": CANARY, "note": [{"text": CANARY}]},
        prefetch=record(
            patient={**PATIENT, "id": CANARY, "name": [name]},
            conditions=searchset({**OSTEOPOROSIS, "id": CANARY, "subject": {"reference": f"Patient/{CANARY}"}}),
            allergies=searchset({"resourceType": "AllergyIntolerance", "patient": {"reference": f"Patient/x{CANARY}"}}),
        ),
        fhirAuthorization={"access_token": CANARY},
    )
    body["context"] |= {"patientId": CANARY, "userId": f"Practitioner/{CANARY}"}
    with serve(Settings(as_of=DAY, log_level="debug")) as url:
        cards = checks.cards(post(url, body))
        post(url, {**body, "hookInstance": 5})
        post(url, body, CANARY)
        requests.post(
            f"{url}/cds-services/osteohooks-order-sign/feedback",
            timeout=10,
            json={"feedback": [{"card": CANARY, "outcome": "overridden", "overrideReason": {"userComment": CANARY}}]},
        )
        counted = requests.get(f"{url}/metrics", timeout=10).text
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    requested = [line for line in lines if line["event"] == "request"]
    assert [line["status"] for line in requested] == [200, 400, 404, 200]
    assert requested[0]["refused"] == 1
    assert requested[0]["cards"] == [f"{card['source']['topic']['code']}:{card['indicator']}" for card in cards]
    assert requested[1]["why"] == ["hookInstance must be text."]
    assert CANARY not in json.dumps(lines)
    assert CANARY not in counted


def test_a_request_id_is_kept_if_it_is_one_and_else_made(base: str) -> None:
    given = "0f8fad5b-d9cb-469f-a165-70867728950e"
    assert post(base, hook(), headers={"X-Request-Id": given}).headers["X-Request-Id"] == given
    made = post(base, hook(), headers={"X-Request-Id": "Jane Smith 1950"}).headers["X-Request-Id"]
    assert made not in (given, "Jane Smith 1950")


def test_answers_to_calls_are_not_to_be_kept(base: str) -> None:
    assert post(base, hook()).headers["Cache-Control"] == "no-store"


def test_health_and_readiness_are_told(base: str) -> None:
    assert requests.get(f"{base}/healthz", timeout=10).json() == {"status": "ok"}
    ready = requests.get(f"{base}/readyz", timeout=10)
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")


def test_cards_refusals_unread_sections_and_failed_rules_are_counted(serve: Serve) -> None:
    strange = {**OSTEOPOROSIS, "id": "c2", "subject": {"reference": "Patient/p2"}}
    with serve() as url:
        post(url, hook(prefetch=record(conditions=searchset(OSTEOPOROSIS, strange), laboratory=...)))
        post(url, hook(), "none")
        text = requests.get(f"{url}/metrics", timeout=10).text
    lines = [line.partition(",worker=")[0] + "}" + line.rpartition("}")[2] for line in text.splitlines()]
    assert 'osteohooks_requests_total{service="osteohooks-patient-view",status="200"} 1' in lines
    assert 'osteohooks_requests_total{service="none",status="404"} 1' in lines
    assert 'osteohooks_refused_resources_total{section="conditions"} 1' in lines
    assert 'osteohooks_unread_sections_total{section="laboratory",state="unread"} 1' in lines
    assert 'osteohooks_cards_total{indicator="warning",topic="conditions-counted"} 1' in lines


def test_a_rule_in_the_shadow_is_counted_and_not_shown(serve: Serve) -> None:
    shadowed = Catalog(tuple(dataclasses.replace(rule, stage=SHADOW) for rule in RULES.rules), RULES.site)
    with serve(catalog=shadowed) as url:
        assert checks.cards(post(url, hook())) == []
        text = requests.get(f"{url}/metrics", timeout=10).text
    counted = [line.partition(",worker=")[0] for line in text.splitlines() if line.startswith("osteohooks_shadow")]
    assert counted == ['osteohooks_shadow_findings_total{indicator="warning",topic="conditions-counted"']
    assert "osteohooks_cards_total{" not in text
