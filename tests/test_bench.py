"""What the benchmark reckons, and what it sends."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bench import servers
from bench.__main__ import offers_a_draft
from bench.client import measure
from bench.figures import Comparison, Ratio, Seen, Turn, percentile, ratio, table, together
from bench.patient import AS_OF, FILLER, TYPES, hook_request
from cards import codes
from service.app import create_app
from service.settings import Settings

KEYS = ("patient", *TYPES)
SERVICE = "/cds-services/osteohooks-patient-view"


def resources(request: dict[str, Any]) -> list[dict[str, Any]]:
    prefetch = dict(request["prefetch"])
    return [prefetch.pop("patient"), *(each["resource"] for b in prefetch.values() for each in b.get("entry", ()))]


def is_read(resource: dict[str, Any]) -> bool:
    concept = resource.get("code") or resource.get("medicationCodeableConcept") or {}
    return any(codes.tags(each["system"], each["code"]) for each in concept.get("coding", ()))


def seen(cpu_ms: float) -> Seen:
    return Seen(cpu_ms, 1000 / cpu_ms, cpu_ms * 4, cpu_ms * 9)


def test_a_percentile_is_a_value_that_was_seen() -> None:
    hundred = list(range(1, 101))
    assert percentile(hundred, 50) == 50
    assert percentile(hundred, 99) == 99
    assert percentile([7.5], 99) == 7.5
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 50)
    with pytest.raises(ValueError, match="order"):
        percentile([2.0, 1.0], 50)


def test_the_turns_of_a_round_add_up_by_their_calls() -> None:
    turns = [Turn(100, 50, 0.5, 3.0, 9.0), Turn(600, 150, 1.5, 4.0, 8.0), Turn(0, 0, 0.0, 5.0, 7.0)]
    assert together(turns) == Seen(3.5, 100.0, 4.0, 8.0)
    with pytest.raises(ValueError, match="without calls"):
        together([])


def test_a_ratio_is_taken_round_by_round() -> None:
    assert ratio([2.0, 6.0, 9.0], [1.0, 2.0, 4.0]) == Ratio(2.25, 2.0, 3.0)
    with pytest.raises(ValueError, match="2 rounds of the service beside 1"):
        ratio([1.0, 1.0], [1.0])
    with pytest.raises(ValueError, match="no measurable CPU"):
        ratio([1.0], [0.0])


@pytest.mark.parametrize(("cpu_ms", "verdict"), [(3.0, "met (3.00 x)"), (3.01, "not met (3.01 x)")])
def test_a_goal_is_met_up_to_its_number(cpu_ms: float, verdict: str) -> None:
    comparison = Comparison(10, 12.9, (seen(cpu_ms),), (seen(1.0),))
    assert comparison.goal() == f"goal at 10 resources: CPU per request at most 3 x the echo's: {verdict}"
    assert Comparison(250, 1.0, (seen(1.0),), (seen(1.0),)).goal() == ""


def test_the_table_shows_medians_and_the_spread_of_the_ratio() -> None:
    comparison = Comparison(500, 520.0, (seen(2.0), seen(3.0), seen(5.0)), (seen(2.0), seen(2.0), seen(2.5)))
    shown = table([comparison], "heading")
    assert shown.startswith("heading\n\n500 resources, 520 kB a call\n")
    assert re.search(r"CPU per request, ms +2\.00 +3\.00 +1\.50 \(1\.00 to 2\.00\)\n", shown)
    assert shown.endswith("not met (1.50 x)") is False
    assert shown.endswith("met (1.50 x)")


def test_a_process_name_with_brackets_does_not_shift_its_figures() -> None:
    line = "4711 (a (b) c) S 12 4711 4711 0 -1 4194304 1 2 3 4 250 50 7 8 20 0 9 0 1 1"
    found = servers.fields_after_name(line)
    assert (found[1], found[11], found[12]) == (12, 250, 50)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="CPU is read from /proc")
def test_cpu_is_what_the_workers_used_and_a_renewed_worker_is_told() -> None:
    me = os.getpid()
    with subprocess.Popen(["sleep", "30"]) as child:
        try:
            server = servers.Server("echo", me, 0, tuple(servers.children(me)))
            assert child.pid in server.workers
            assert server.cpu_ms() >= 0
        finally:
            child.kill()
    with pytest.raises(servers.BenchFault, match="a worker of the echo was renewed"):
        server.cpu_ms()


@pytest.mark.parametrize("size", [10, 60, 500])
def test_a_prefetch_holds_as_many_resources_as_it_says(size: int) -> None:
    request = hook_request(size, 1, KEYS)
    found = resources(request)
    assert len(found) == size
    assert len({(each["resourceType"], each["id"]) for each in found}) == size
    assert set(request["prefetch"]) == {"patient", *TYPES}


def test_what_no_key_asks_for_is_not_sent_and_the_size_stays() -> None:
    request = hook_request(500, 1, [key for key in KEYS if key != "procedures"])
    assert len(resources(request)) == 500
    assert "procedures" not in request["prefetch"]
    assert "Procedure" not in {each["resourceType"] for each in resources(request)}


@pytest.mark.parametrize(
    ("size", "keys"), [(9, KEYS), (10, [key for key in KEYS if key != "conditions"]), (10, [*KEYS, "another"])]
)
def test_a_story_that_cannot_be_told_is_refused(size: int, keys: list[str]) -> None:
    with pytest.raises(ValueError, match="a prefetch of"):
        hook_request(size, 1, keys)


def test_the_same_seed_gives_the_same_request_and_another_seed_another_patient() -> None:
    assert hook_request(500, 3, KEYS) == hook_request(500, 3, KEYS)
    assert hook_request(500, 3, KEYS)["context"]["patientId"] != hook_request(500, 4, KEYS)["context"]["patientId"]


def test_most_of_the_filler_carries_codes_that_rules_read() -> None:
    filler = len(FILLER) * 10
    read = sum(is_read(each) for each in resources(hook_request(500, 1, KEYS)))
    assert read > 0.75 * filler
    assert sum(kind.is_read for kind in FILLER) * 10 <= read < filler


def test_every_resource_sent_is_valid_fhir() -> None:
    for each in resources(hook_request(59, 1, KEYS)):
        kind = each["resourceType"]
        module = importlib.import_module(f"fhir.resources.R4B.{kind.lower()}")
        assert getattr(module, kind).model_validate(each).id == each["id"]


@pytest.fixture(scope="module")
def call() -> Callable[[dict[str, Any]], dict[str, Any]]:
    client = create_app(Settings(as_of=AS_OF, log_level="error")).test_client()

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        response = client.post(SERVICE, json=request)
        assert response.status_code == 200
        return dict(response.get_json())

    return answer


def test_the_measured_patient_gets_the_same_cards_with_drafts_at_every_size(
    call: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    told = [call(hook_request(size, seed, KEYS))["cards"] for size in (10, 500) for seed in (1, 2)]
    assert len({tuple(card["source"]["topic"]["code"] for card in cards) for cards in told}) == 1
    assert [sum(map(offers_a_draft, cards)) for cards in told] == [2, 2, 2, 2]


def test_a_card_that_only_stops_a_drug_or_orders_tests_offers_no_drug() -> None:
    actions = [
        {"type": "update", "resource": {"resourceType": "MedicationRequest"}},
        {"type": "create", "resource": {"resourceType": "ServiceRequest"}},
    ]
    assert not offers_a_draft({"suggestions": [{"actions": actions}]})
    assert not offers_a_draft({})


class Counting(BaseHTTPRequestHandler):
    """Answers every body with its length; refuses what says so."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        answer = str(len(body)).encode()
        self.send_response(500 if b"refuse" in body else 200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Counting) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


def test_the_client_makes_each_call_once_and_notes_the_lengths_of_the_answers(port: int) -> None:
    told = measure(port, "/x", [b"{}", b'{"a":"longer"}'], calls=21, connections=4)
    assert len(told["ms"]) == 21
    assert told["ms"] == sorted(told["ms"])
    assert told["faults"] == []
    assert told["lengths"] == [[1], [2]]
    assert told["seconds"] > 0


def test_the_client_tells_of_answers_other_than_200(port: int) -> None:
    told = measure(port, "/x", [b"{}", b"refuse"], calls=10, connections=2)
    assert told["faults"] == ["status 500"] * 5
