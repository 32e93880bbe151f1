"""Whatever is done to a request: no fault, nobody else's data, nothing rendered, in time that grows with its size."""

import sys
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.fuzz.conftest import DEEP
from tests.fuzz.holding import CANARY, Service, unsafe, with_stranger
from tests.fuzz.mutation import HTML, MARKDOWN, UNICODE, at, places, put, spoiled, spoiled_bytes
from tests.fuzz.seeds import Seed, seeds

FOUND = Path(__file__).with_name("found")
FEW, FOLD = 200, 4
ALMOST_LINEAR = 6
"""A request four times as long may take this many times the steps; the square would be sixteen."""


@pytest.fixture
def run(record_property: Callable[[str, object], None]) -> Callable[[int, Callable[[Seed, Any], list[str]]], None]:
    """Plays so many examples, the same ones in every run but for a deep one, and counts them."""

    def many(examples: int, play: Callable[[Seed, Any], list[str]]) -> None:
        played = 0

        @settings(
            max_examples=examples * 25 if DEEP else examples,
            derandomize=not DEEP,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        )
        @given(st.sampled_from(seeds()), st.randoms(use_true_random=False, note_method_calls=False))
        def example(seed: Seed, choice: Any) -> None:
            nonlocal played
            played += 1
            faults = play(seed, choice)
            assert faults == [], f"{seed.name}: {faults}"

        example()
        record_property("fuzzed", played)

    return many


def held(service: Service, seed: Seed, body: Any) -> list[str]:
    """The faults of the answer to this body; none for what JSON cannot carry, which no client can send."""
    try:
        raw = orjson.dumps(body)
    except (orjson.JSONEncodeError, TypeError):
        return []
    return service.faults(seed.service, raw, seed.day)


def test_no_spoiled_request_breaks_the_service(service: Service, run: Any) -> None:
    run(400, lambda seed, choice: held(service, seed, spoiled(seed.body, choice)))


def test_nothing_of_another_patient_is_ever_told(service: Service, run: Any) -> None:
    run(200, lambda seed, choice: held(service, seed, with_stranger(spoiled(seed.body, choice, most=3))))


def test_no_bytes_break_the_service(service: Service, run: Any) -> None:
    def play(seed: Seed, choice: Any) -> list[str]:
        return service.faults(seed.service, spoiled_bytes(orjson.dumps(seed.body), choice), seed.day)

    run(150, play)


def test_markup_and_unseen_signs_in_any_words_are_shown_as_words(service: Service, run: Any) -> None:
    def play(seed: Seed, choice: Any) -> list[str]:
        body = orjson.loads(orjson.dumps(seed.body))
        texts = [path for path in places(body) if path[-1] in {"text", "display", "unit", "comparator", "name", "note"}]
        for path in texts:
            words = at(body, path)
            if isinstance(words, str) and choice.randrange(3):
                odd = (*HTML, *MARKDOWN, *UNICODE)[choice.randrange(len(HTML) + len(MARKDOWN) + len(UNICODE))]
                put(body, path, f"{words} {odd}" if choice.randrange(2) else f"{odd} {words}")
        return held(service, seed, body)

    run(200, play)


@pytest.mark.parametrize("path", sorted(FOUND.glob("*.json")), ids=lambda path: path.stem)
def test_what_was_once_found_stays_mended(path: Path, service: Service) -> None:
    told = orjson.loads(path.read_bytes())
    raw = orjson.dumps(told["request"])
    assert service.faults(told["service"], raw, date.fromisoformat(told["day"])) == []
    words = service.answer.decode()
    assert [each for each in told.get("holds", ()) if each not in words] == []
    assert [each for each in told.get("not_holds", ()) if each in words] == []


# The checks themselves see what they are for


def test_the_checks_see_another_patients_words(service: Service) -> None:
    seed = next(each for each in seeds() if each.name == "nextgen-order-sign")
    body = orjson.loads(orjson.dumps(with_stranger(seed.body)))
    assert CANARY in orjson.dumps(body).decode()
    assert held(service, seed, body) == []
    strangers = [each for each in body["prefetch"]["conditions"]["entry"] if "patient" in each["resource"]]
    for entry in strangers:
        del entry["resource"]["id"], entry["resource"]["patient"]
        entry["resource"]["subject"] = {"reference": f"Patient/{body['context']['patientId']}"}
    assert "the answer holds words of another patient's record" in held(service, seed, body)


@pytest.mark.parametrize("odd", [*HTML[:4], "[here](http://example.org)", *UNICODE[:5], "\u061c", "\u2060"])
def test_the_checks_see_what_a_browser_would_render(odd: str) -> None:
    card = {"summary": "A summary.", "detail": f"- Words {odd}", "source": {"label": "A label"}}
    assert unsafe(card)
    assert unsafe({**card, "detail": "- eGFR <35 mL/min, T-score < −2.5, &lt;b&gt;, \\[x\\](y)"}) == []


def test_the_checks_see_a_fault_inside(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    seed = next(each for each in seeds() if each.name == "library-medication-refill")

    def broken(*_: object, **__: object) -> object:
        raise ZeroDivisionError

    monkeypatch.setattr("service.fhir.read.measurements.number", broken, raising=False)
    monkeypatch.setattr("service.fhir.read.dosage.number", broken)
    assert any("raised" in each for each in held(service, seed, seed.body))


# Time


def test_a_longer_record_takes_steps_in_proportion(service: Service) -> None:
    worst = []
    for seed in seeds():
        if not seed.name.startswith(("oracle", "fracture-on-holiday-0", "dental-extraction-on-denosumab-1")):
            continue
        for key, bundle in seed.body["prefetch"].items():
            if isinstance(bundle, dict) and bundle.get("entry"):
                few, many = (steps(service, seed, key, count) for count in (FEW, FEW * FOLD))
                worst.append((round(many / few, 1), seed.name, key))
    assert len(worst) > 10
    assert max(worst)[0] < ALMOST_LINEAR, sorted(worst)[-5:]


def steps(service: Service, seed: Seed, key: str, count: int) -> int:
    """How many functions are called to answer, with so many entries under this key: the same on every machine."""
    raw = orjson.dumps(
        {**seed.body, "prefetch": {**seed.body["prefetch"], key: longer(seed.body["prefetch"][key], count)}}
    )
    service.faults(seed.service, raw, seed.day)
    called = 0

    def counted(_: object, event: str, __: object) -> None:
        nonlocal called
        called += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        service.faults(seed.service, raw, seed.day)
    finally:
        sys.setprofile(before)
    return called


def longer(bundle: Mapping[str, Any], count: int) -> dict[str, Any]:
    """The Bundle with so many entries, each some days before the one it copies."""
    entries = [entry for entry in bundle["entry"] if isinstance(entry, dict) and "resource" in entry]
    copies = []
    for number in range(count):
        resource = earlier(entries[number % len(entries)]["resource"], number)
        copies.append({"resource": {**resource, "id": f"{resource.get('id')}-{number}"}})
    return {"resourceType": "Bundle", "type": "searchset", "entry": copies}


def earlier(value: Any, days: int) -> Any:
    """The same with every day so many days earlier."""
    if isinstance(value, dict):
        return {key: earlier(inner, days) for key, inner in value.items()}
    if isinstance(value, list):
        return [earlier(inner, days) for inner in value]
    if isinstance(value, str) and len(value) > 9 and value[4:5] == value[7:8] == "-" and value[:4].isdigit():
        return (date.fromisoformat(value[:10]) - timedelta(days=days)).isoformat() + value[10:]
    return value
