"""How a record is written down, and what no longer holds in it, changes nothing that a card says."""

import copy
import hashlib
import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from service.fhir.gather import Asked
from service.fhir.shorthand import AS_WRITTEN, Dress, drawn, expand
from service.fhir.shorthand.case import PATIENT_ID
from tests.laws.histories import Told, histories, law
from tests.laws.playing import differing, every_rule, findings, judged, levels, play, shown, shown_words

DRESSES = (AS_WRITTEN, *(drawn(f"law {number}") for number in range(8)))
KEPT = {PATIENT_ID, "encounter-1", "practitioner-1"}
"""Ids that the call itself names."""
MISTAKES: dict[str, dict[str, Any]] = {
    "Condition": {"verificationStatus": {"coding": [{"code": "entered-in-error"}]}},
    "AllergyIntolerance": {"verificationStatus": {"coding": [{"code": "entered-in-error"}]}},
}
REFUTED = {"verificationStatus": {"coding": [{"code": "refuted"}]}}

dresses = st.sampled_from(DRESSES)
others = histories(hooks=("patient-view",))
seeds = st.integers(0, 999)


def is_bundle(answer: object) -> bool:
    return isinstance(answer, dict) and answer.get("resourceType") == "Bundle"


def shuffled(asked: Asked, seed: int) -> Asked:
    """The answers in another order, and their entries too."""
    dice = random.Random(seed)

    def mixed(answer: Any) -> Any:
        if not is_bundle(answer):
            return answer
        entries = list(answer["entry"])
        dice.shuffle(entries)
        return {**answer, "entry": entries}

    keys = list(asked.prefetch)
    dice.shuffle(keys)
    context = {key: mixed(value) for key, value in asked.context.items()}
    return replace(asked, prefetch={key: mixed(asked.prefetch[key]) for key in keys}, context=context)


def twice(asked: Asked, seed: int) -> Asked:
    """Some resources sent a second time, in the same answer."""
    dice = random.Random(seed)

    def doubled(answer: Any) -> Any:
        if not is_bundle(answer) or not answer["entry"]:
            return answer
        again = [copy.deepcopy(entry) for entry in answer["entry"] if dice.random() < 0.5]
        return {**answer, "entry": [*answer["entry"], *again]}

    return replace(asked, prefetch={key: doubled(answer) for key, answer in asked.prefetch.items()})


def moved(asked: Asked, seed: int) -> Asked:
    """Diagnoses of the problem list sent among those of encounters, and the other way round."""
    dice = random.Random(seed)
    sent = [asked.prefetch["conditions"], asked.prefetch["encounterDiagnoses"]]
    if not all(is_bundle(answer) for answer in sent):
        return asked
    halves: tuple[list[Any], list[Any]] = ([], [])
    for entry in [*sent[0]["entry"], *sent[1]["entry"]]:
        halves[dice.randrange(2)].append(entry)
    split = [{**answer, "entry": half, "total": len(half)} for answer, half in zip(sent, halves, strict=True)]
    return replace(asked, prefetch={**asked.prefetch, "conditions": split[0], "encounterDiagnoses": split[1]})


def renamed(asked: Asked, seed: int) -> Asked:
    """Every id another one, so that they sort in another order, and every reference with it."""

    def other(name: str) -> str:
        return name if name in KEPT else f"x{hashlib.sha256(f'{seed}|{name}'.encode()).hexdigest()[:12]}"

    def walked(value: Any) -> Any:
        if isinstance(value, list):
            return [walked(each) for each in value]
        if not isinstance(value, dict):
            return value
        found = {key: walked(each) for key, each in value.items()}
        if "resourceType" in found and "id" in found:
            found["id"] = other(found["id"])
        if isinstance(found.get("reference"), str):
            found["reference"] = re.sub(
                r"(#|[A-Z][A-Za-z]+/)([^/]+)", lambda hit: hit[1] + other(hit[2]), found["reference"], count=1
            )
        return found

    selected = tuple(f"MedicationRequest/{other(each.rpartition('/')[2])}" for each in asked.selected or ())
    return replace(
        asked,
        prefetch={key: walked(answer) for key, answer in asked.prefetch.items()},
        context={key: walked(value) for key, value in asked.context.items()},
        selected=selected if asked.selected is not None else None,
    )


def beside(asked: Asked, other: Told, change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> Asked:
    """The same call, its answers holding the resources of another history too, each changed as told."""
    more = expand(other).asked(every_rule().sections(asked.hook)).prefetch
    prefetch = dict(asked.prefetch)
    for key, answer in more.items():
        if is_bundle(answer) and is_bundle(prefetch.get(key)):
            copies = [_renewed(entry["resource"]) for entry in answer["entry"]]
            added = [{"resource": told} for each in copies if (told := change(each)) is not None]
            prefetch[key] = {**prefetch[key], "entry": [*prefetch[key]["entry"], *added]}
    return replace(asked, prefetch=prefetch)


def _renewed(resource: dict[str, Any]) -> dict[str, Any]:
    return copy.deepcopy(resource) | {"id": f"other-{resource['id']}"}


def entered_in_error(resource: dict[str, Any]) -> dict[str, Any]:
    return resource | MISTAKES.get(resource["resourceType"], {"status": "entered-in-error"})


def refuted(resource: dict[str, Any]) -> dict[str, Any] | None:
    return resource | REFUTED if resource["resourceType"] in MISTAKES else None


def given_to_another(resource: dict[str, Any]) -> dict[str, Any]:
    someone = {"reference": "Patient/someone-else"}
    if "participant" in resource:
        return resource | {"participant": [{"actor": someone, "status": "accepted"}]}
    return resource | {"patient" if "patient" in resource else "subject": someone}


@law(80)
@given(histories(), seeds, dresses)
def test_the_order_of_resources_never_matters(told: Told, seed: int, dress: Dress) -> None:
    plain, mixed = play(told, dress=dress), play(told, dress=dress, edit=lambda asked: shuffled(asked, seed))
    assert judged(mixed) == judged(plain), differing(judged(plain), judged(mixed))
    assert shown_words(mixed) == shown_words(plain)


@law(40)
@given(histories(), seeds, dresses)
def test_a_resource_sent_twice_counts_once(told: Told, seed: int, dress: Dress) -> None:
    plain, doubled = play(told, dress=dress), play(told, dress=dress, edit=lambda asked: twice(asked, seed))
    assert judged(doubled) == judged(plain), differing(judged(plain), judged(doubled))
    assert shown_words(doubled) == shown_words(plain)


@law(40)
@given(histories(), seeds)
def test_it_never_matters_which_list_of_diagnoses_holds_one(told: Told, seed: int) -> None:
    plain, split = play(told), play(told, edit=lambda asked: moved(asked, seed))
    assert judged(split) == judged(plain), differing(judged(plain), judged(split))
    assert shown_words(split) == shown_words(plain)


@law(100)
@given(histories(), seeds, dresses)
def test_other_ids_change_nothing_but_ids(told: Told, seed: int, dress: Dress) -> None:
    plain, other = play(told, dress=dress), play(told, dress=dress, edit=lambda asked: renamed(asked, seed))
    assert levels(other) == levels(plain), differing(levels(plain), levels(other))
    assert shown(other.cards) == shown(plain.cards)


@law(50)
@given(histories(), others)
def test_what_was_entered_in_error_changes_nothing(told: Told, other: Told) -> None:
    plain, more = play(told), play(told, edit=lambda asked: beside(asked, other, entered_in_error))
    assert judged(more) == judged(plain), differing(judged(plain), judged(more))
    assert shown_words(more) == shown_words(plain)


@law(50)
@given(histories(), others)
def test_what_was_refuted_changes_nothing(told: Told, other: Told) -> None:
    plain, more = play(told), play(told, edit=lambda asked: beside(asked, other, refuted))
    assert judged(more) == judged(plain), differing(judged(plain), judged(more))
    assert shown_words(more) == shown_words(plain)


@law(60)
@given(histories(), others)
def test_the_record_of_another_patient_adds_and_removes_no_finding(told: Told, other: Told) -> None:
    plain, more = play(told), play(told, edit=lambda asked: beside(asked, other, given_to_another))
    assert findings(more) == findings(plain), differing(findings(plain), findings(more))


def test_every_process_gives_the_same_bytes() -> None:
    folder = Path(__file__).resolve().parents[2]
    printed = [
        subprocess.run(
            [sys.executable, "-m", "tests.laws.same_bytes"],
            cwd=folder, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    ]  # fmt: skip
    assert len(set(printed[0].split())) > 20
    assert printed[0] == printed[1]
