"""Every oddity of fhir_fixtures/quirks: what the chart holds of it, and that the service answers it."""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cards import catalog
from cards.assess import Failed, assess
from cards.chart import SECTIONS, Chart
from cards.concepts import exposure
from cards.when import When
from service.app import create_app
from service.cdshooks.request import parse
from service.fhir.gather import Gathered, gather
from service.fhir.read import read_chart
from service.fhir.sections import TABLE
from service.settings import Settings

FOLDER = Path(__file__).parents[2] / "fhir_fixtures" / "quirks"
FILES = sorted(FOLDER.glob("*.json"))
DAY = "2026-01-15"
MEMBERS = {"quirk", "about", "day", "hook", "resources", "prefetch", "context", "request", "cards", "chart"}
PATIENT = {"resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1950-05-01"}
SECTION_OF = {query.key: query.section for query in TABLE}
CONTEXT_OF = {
    "conditions": "conditions",
    "appointments": "appointments",
    "draftOrders": "drafts",
    "medications": "drafts",
}
CATALOG = catalog.load(None)
Quirk = Mapping[str, Any]


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_app(Settings(as_of=date.fromisoformat(DAY))).test_client()


def opened(path: Path) -> Quirk:
    told: Quirk = json.loads(path.read_text(encoding="utf-8"))
    assert set(told) <= MEMBERS, f"nothing of a quirk is called {sorted(set(told) - MEMBERS)}"
    return told


def body(quirk: Quirk) -> dict[str, Any]:
    """The whole request: what the file gives, laid over a plain call of the hook."""
    sent = {key: searchset(resources) for key, resources in quirk.get("resources", {}).items()}
    if "conditions" in sent:
        sent["encounterDiagnoses"] = searchset(())
    context = {"userId": "Practitioner/1", "patientId": "p1", **quirk.get("context", {})}
    told = {
        "hook": quirk.get("hook", "patient-view"),
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {key: value for key, value in context.items() if key == "prefetch" or value is not None},
        "prefetch": {"patient": PATIENT, **sent, **quirk.get("prefetch", {})},
        **quirk.get("request", {}),
    }
    return {key: value for key, value in told.items() if value is not None}


def searchset(resources: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The resources as a search brings them, about the patient of the call where they name nobody."""
    about = {"reference": "Patient/p1"}
    entries = [{"resource": each if "patient" in each else {"subject": about, **each}} for each in resources]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entries}


def read(quirk: Quirk) -> tuple[Gathered, Chart]:
    request = body(quirk)
    called = parse(request, request["hook"])
    sections = frozenset(SECTIONS) - {"drafts"}
    gathered = gather(called.asked(f"osteohooks-{called.hook}"), sections)
    return gathered, read_chart(gathered, date.fromisoformat(quirk.get("day", DAY)))


def written(value: object) -> Any:
    """A value of the chart as the files write it: an interval of days as "2025-06-01..2025-06-30"."""
    if isinstance(value, When):
        first = "" if value.undated else value.earliest.isoformat()
        return first if value.exact else f"{first}..{value.latest.isoformat()}"
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, frozenset):
        return sorted(written(each) for each in value)
    if isinstance(value, tuple):
        return [written(each) for each in value]
    return format(value, "f") if isinstance(value, Decimal) else value


def held(fact: object, expected: Mapping[str, Any]) -> dict[str, Any]:
    """What a fact says to each thing that is expected of it."""
    assert is_dataclass(fact)
    unknown = set(expected) - {each.name for each in fields(fact)}
    assert not unknown, f"a {type(fact).__name__} has no {sorted(unknown)}"
    return {
        name: held(getattr(fact, name), wanted) if isinstance(wanted, dict) else written(getattr(fact, name))
        for name, wanted in expected.items()
    }


def expected_of(quirk: Quirk, section: str) -> dict[str, Any]:
    return {"unusable": [], "state": "whole", "why": "", **quirk["chart"][section]}


def found_in(chart: Chart, section: str, expected: Mapping[str, Any]) -> dict[str, Any]:
    part = chart.peek(section)
    wanted = expected["facts"]
    facts = [held(fact, each) for fact, each in zip(part.facts, wanted, strict=False)]
    facts += [{"also": type(fact).__name__, "ref": fact.ref} for fact in part.facts[len(wanted) :]]
    return {
        "facts": facts, "unusable": [each.why for each in part.unusable], "state": part.state.value, "why": part.why,
    }  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_quirk(path: Path, client: FlaskClient, record_property: Callable[[str, object], None]) -> None:
    quirk = opened(path)
    record_property("quirks", 1)
    gathered, chart = read(quirk)
    for section in sorted(set(quirk["chart"]) & set(SECTIONS)):
        expected = expected_of(quirk, section)
        assert found_in(chart, section, expected) == expected, section
    if "therapies" in quirk["chart"]:
        assert [each.ingredient for each in exposure.therapies(chart)] == quirk["chart"]["therapies"]
    assert [each.why for each in gathered.refused] == quirk["chart"].get("refused", [])
    outcomes = assess(chart, CATALOG.for_hook(gathered.hook))
    assert [each.rule.id for each in outcomes if isinstance(each.verdict, Failed)] == []
    answer = client.post(f"/cds-services/osteohooks-{gathered.hook}", json=body(quirk))
    assert answer.status_code == 200, answer.data
    if "cards" in quirk:
        shown = [f"{card['source']['topic']['code']} {card['indicator']}" for card in answer.get_json()["cards"]]
        assert shown == quirk["cards"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_quirk_says_what_the_chart_holds_of_all_that_it_sends(path: Path) -> None:
    quirk = opened(path)
    sent = {
        SECTION_OF[key] for part in ("resources", "prefetch") for key, value in quirk.get(part, {}).items() if value
    }
    sent |= {CONTEXT_OF[key] for key in quirk.get("context", {}) if key in CONTEXT_OF}
    named = set(quirk["chart"])
    assert named <= {*SECTIONS, "therapies", "refused"}
    assert named & set(SECTIONS)
    assert sent <= named, f"nothing is said of {sorted(sent - named)}"
    assert quirk["quirk"].strip()
    assert quirk["about"].strip()


def test_no_two_quirks_are_the_same() -> None:
    told = [opened(path)["quirk"] for path in FILES]
    assert len(set(told)) == len(FILES) >= 60
