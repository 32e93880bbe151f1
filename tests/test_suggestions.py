"""Every suggestion that the cases and the stories ever bring about is FHIR R4 by two validators."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import fhirkit
import pytest
from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from cards import catalog
from cards.verdict import Finding
from service.cdshooks.response import render
from service.decide import decide
from service.fhir.gather import gather
from service.fhir.shorthand import AS_WRITTEN, expand
from service.fhir.write import write
from service.replay.inside import InProcess
from service.replay.play import play
from service.replay.story import found, load
from service.settings import Settings
from tests.casebook import CASES, Case, site_of, whole_catalog

STORIES = tuple(found([Path(__file__).resolve().parent.parent / "fhir_fixtures" / "patients"]))
DAY = date(2026, 1, 15)
FILES = sorted({case.file for case in CASES})
Json = Mapping[str, Any]


def written(case: Case) -> Iterator[tuple[Json, Json | None]]:
    """What every finding of the case suggests, shown or not, beside the resource that it changes."""
    moment = expand(case.holds, AS_WRITTEN)
    rules = catalog.Catalog(whole_catalog().rules, site_of(case))
    sections = rules.sections(moment.hook)
    gathered = gather(moment.asked(sections), sections)
    decision = decide(gathered, today=moment.today, catalog=rules, identity=("a", "b", "c", "d"))

    def wire(what: object) -> Json | None:
        return write(
            what,
            patient_id=gathered.patient_id,
            encounter_id=gathered.encounter_id,
            originals=gathered.originals,
        )

    found = [each.verdict for each in decision.outcomes if isinstance(each.verdict, Finding)]
    actions = [action for each in found for suggestion in each.suggestions for action in suggestion.actions]
    told = [wire(action.what) for action in actions]
    shown = suggested(render(decision.cards, wire))
    for resource in (*(each["resource"] for each in told if each and "resource" in each), *shown):
        yield resource, gathered.originals.get(f"{resource['resourceType']}/{resource.get('id')}")


def suggested(answer: Json) -> list[Json]:
    """The resources of all suggestions of an answer."""
    return [
        action["resource"]
        for card in answer["cards"]
        for suggestion in card.get("suggestions", ())
        for action in suggestion.get("actions", ())
        if "resource" in action
    ]


def faults(resource: Json) -> set[str]:
    """What either validator finds wrong."""
    told = {f"fhirkit-rs: {issue}" for issue in fhirkit.validate(dict(resource))}
    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except ValidationError as error:
        told |= {f"fhir.resources: {each['loc']} {each['msg']}" for each in error.errors()}
    return told


@pytest.mark.parametrize("file", FILES)
def test_every_suggestion_of_the_cases_is_valid_r4(file: str, record_property: Callable[[str, object], None]) -> None:
    valid: set[str] = set()
    for case in CASES:
        if case.file != file:
            continue
        for resource, original in written(case):
            spelled = json.dumps(resource, sort_keys=True)
            if spelled in valid:
                continue
            brought = faults(original) if original else set()
            assert faults(resource) - brought == set(), f"{case.id}: {spelled}"
            valid.add(spelled)
    record_property("suggested", len(valid))


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_every_suggestion_of_a_story_is_valid_r4(path: Path, record_property: Callable[[str, object], None]) -> None:
    told = load(path)
    resources = [
        resource
        for each in play(told, InProcess(Settings()), day=None, default=DAY)
        if each.answer
        for resource in suggested({"cards": each.answer.cards})
    ]
    assert {text for resource in resources for text in faults(resource)} == set()
    record_property("suggested", len({json.dumps(each, sort_keys=True) for each in resources}))


def test_a_fault_of_a_suggestion_is_found_by_both_validators() -> None:
    wrong = {"resourceType": "MedicationRequest", "status": "draft", "intent": "order", "subject": {"refernce": "x"}}
    told = {each.partition(":")[0] for each in faults(wrong)}
    assert told == {"fhirkit-rs", "fhir.resources"}
