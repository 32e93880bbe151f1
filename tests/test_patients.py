"""The stories of fhir_fixtures/patients: whole, valid records whose cards are the golden ones."""

import importlib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest

from service.replay import compare
from service.replay.inside import InProcess
from service.replay.play import play
from service.replay.story import load
from service.settings import Settings

FOLDER = Path(__file__).resolve().parent.parent / "fhir_fixtures" / "patients"
BUNDLES = sorted(FOLDER.glob("*.json"))
LARGEST_BYTES = 300_000


@cache
def door() -> InProcess:
    return InProcess(Settings())


@cache
def model(kind: str) -> Any:
    return getattr(importlib.import_module(f"fhir.resources.R4B.{kind.lower()}"), kind)


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: path.stem)
def test_the_cards_are_the_golden_ones(path: Path) -> None:
    story = load(path)
    played = list(play(story, door(), day=None, default=date(2026, 1, 15)))
    result = compare.compared(story, played, accept=False)
    assert result.result is compare.Result.SAME, result.difference or f"{story.golden.name} is missing: make accept"


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: path.stem)
def test_a_story_is_a_valid_r4_record(path: Path) -> None:
    bundle = orjson.loads(path.read_bytes())
    model("Bundle").model_validate(bundle)
    for moment in load(path).moments:
        for carried in (*moment.drafts, *moment.conditions, *moment.appointments):
            model(carried["resourceType"]).model_validate(carried)


@pytest.mark.parametrize("path", BUNDLES, ids=lambda path: path.stem)
def test_a_story_is_small_and_tells_of_more_than_bones(path: Path) -> None:
    assert path.stat().st_size < LARGEST_BYTES
    kinds = {entry["resource"]["resourceType"] for entry in orjson.loads(path.read_bytes())["entry"]}
    assert {"Patient", "Encounter", "Condition", "Observation", "MedicationRequest"} <= kinds


def test_every_moment_says_its_day() -> None:
    undated = [path.stem for path in BUNDLES for moment in load(path).moments if moment.day is None]
    assert undated == []


def test_no_golden_file_is_left_without_its_story() -> None:
    stories = {path.stem for path in BUNDLES}
    assert [path.name for path in FOLDER.glob("*.toml") if path.stem not in stories] == []
    assert [path.name for path in FOLDER.glob("*.cards.md") if path.name.removesuffix(".cards.md") not in stories] == []


def test_there_are_stories_with_cards_and_a_patient_without() -> None:
    assert len(BUNDLES) >= 12
    texts = {path.stem: path.with_name(f"{path.stem}.cards.md").read_text(encoding="utf-8") for path in BUNDLES}
    assert "###" not in texts["well"]
    assert sum("🔴" in text for text in texts.values()) >= 5
