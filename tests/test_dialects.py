"""Requests in the dialects of real clients: each is answered as its file says, and what it selects is understood."""

import copy
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

from service.app import create_app
from service.cdshooks.request import parse
from service.clients import Client
from service.fhir.gather import NO_MATCH, SOME_MATCH, gather
from service.settings import Settings
from tests.doors import checks

FOLDER = Path(__file__).resolve().parent.parent / "fhir_fixtures" / "requests"
REQUESTS = sorted(FOLDER.glob("*.json"))
DAY = date(2026, 1, 15)
TRIGGER = "com.epic.cdshooks.request.bpa-trigger-action"
KEYS = {"says", "status", "cards", "holds", "not_holds", "selected", "instead", "triggers", "authorization"}
CLIENTS = {"sandbox", "epic", "oracle", "nextgen", "crd", "library", "legacy"}


def told(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The request, and what is expected of it."""
    return orjson.loads(path.read_bytes()), tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))


def answered(body: Mapping[str, Any], expected: Mapping[str, Any]) -> Any:
    """What the whole service answers on the day of the dialects."""
    triggers = expected.get("triggers")
    clients = {"open": Client("open", TRIGGER, triggers)} if triggers else {}
    client = create_app(Settings(as_of=DAY, log_level="error", clients=clients)).test_client()
    headers = {"Authorization": expected["authorization"]} if "authorization" in expected else {}
    return client.post(f"/cds-services/osteohooks-{body['hook']}", data=orjson.dumps(body), headers=headers,
                       content_type="application/json")  # fmt: skip


def topics(answer: Any) -> list[str]:
    """The cards of an answer, each with its level."""
    return [f"{card['source']['topic']['code']} {card['indicator']}" for card in answer.get("cards", ())]


@pytest.mark.parametrize("path", REQUESTS, ids=lambda path: path.stem)
def test_a_dialect_is_answered_as_its_file_says(path: Path, record_property: Any) -> None:
    record_property("dialects", 1)
    body, expected = told(path)
    answer = answered(body, expected)
    said = orjson.loads(answer.data)
    assert answer.status_code == expected["status"], said
    assert list(checks.empty_members(said)) == []
    if answer.status_code == 200:
        assert checks.faults("service-response", said) == []
    assert topics(said) == expected["cards"]
    text = answer.data.decode()
    assert [words for words in expected.get("holds", ()) if words not in text] == []
    assert [words for words in expected.get("not_holds", ()) if words in text] == []


@pytest.mark.parametrize(
    "path", [path for path in REQUESTS if told(path)[0]["hook"] == "order-select"], ids=lambda path: path.stem
)
def test_what_a_dialect_selects_is_understood(path: Path) -> None:
    body, expected = told(path)
    asked = parse(body, "order-select").asked("a service")
    gathered = gather(asked, frozenset(("conditions",)))
    assert NO_MATCH not in gathered.notes
    drafts = gathered.parts["drafts"].resources
    assert [each.ref for each in drafts if each.selected] == expected["selected"]
    others = len(body["context"]["selections"]) - len(expected["selected"])
    assert (SOME_MATCH in gathered.notes) is (gathered.is_r4 and others > 0)


@pytest.mark.parametrize("path", [path for path in REQUESTS if "instead" in told(path)[1]], ids=lambda path: path.stem)
def test_what_a_dialect_selects_decides_what_is_said(path: Path) -> None:
    body, expected = told(path)
    other = copy.deepcopy(body)
    other["context"]["selections"] = expected["instead"]["selections"]
    assert topics(orjson.loads(answered(other, expected).data)) == expected["instead"]["cards"]
    assert expected["instead"]["cards"] != expected["cards"]


def test_a_trigger_of_a_dialect_changes_what_is_said() -> None:
    body, expected = told(FOLDER / "epic-patient-view-discharge.json")
    without = {key: value for key, value in expected.items() if key != "triggers"}
    assert "creatinine since the admission" not in answered(body, without).data.decode()


def test_every_dialect_says_what_it_is_and_what_comes_back() -> None:
    assert [path.name for path in REQUESTS if told(path)[1].keys() - KEYS] == []
    assert [path.name for path in REQUESTS if {"says", "status", "cards"} - told(path)[1].keys()] == []
    assert [path.name for path in FOLDER.glob("*.toml") if not path.with_suffix(".json").exists()] == []
    assert {path.stem.partition("-")[0] for path in REQUESTS} >= CLIENTS
