"""A story's moments on every hook: what the context of each holds, the cards that come back, and the same explained."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from cards import catalog
from service.cli import main
from service.fhir.shorthand import expand
from service.replay.inside import InProcess
from service.replay.play import play
from service.replay.story import Story, Unplayable, load
from service.settings import Settings

WOMAN = {"sex": "female", "born": "1950-03-02"}
DENOSUMAB = {"doses": [{"drug": "denosumab", "on": ["2024-11-10", "2025-05-10"]}]}
ON_TIME = {"doses": [{"drug": "denosumab", "on": ["2025-01-20", "2025-07-20"]}]}
TABLETS = {"meds": [{"drug": "alendronate", "from": "2021-01-10", "id": "m1"}]}
DAILY = {"meds": [{"drug": "alendronate", "from": "2026-01-10", "every": "1 d", "id": "m1"}]}
STAY = {"encounter": {"class": "IMP", "from": "2026-01-10"}}

PLAYED = [
    ("patient-view", DENOSUMAB, "", "denosumab-overdue"),
    ("order-select", {}, 'drafts = [{ drug = "alendronate", every = "1 d" }]', "dose-frequency"),
    ("order-sign", {}, 'drafts = [{ drug = "alendronate", every = "1 d" }]', "dose-frequency"),
    ("medication-refill", DAILY, 'drafts = [{ of = "MedicationRequest/m1" }]', "dose-frequency"),
    ("encounter-start", DENOSUMAB | STAY, "", "denosumab-overdue"),
    ("encounter-discharge", DENOSUMAB | STAY, "", "denosumab-overdue"),
    ("problem-list-item-create", TABLETS, 'conditions = [{ code = "M80.08XA", on = "2026-01-12" }]',
     "treatment-failure"),
    ("appointment-book", ON_TIME, 'appointments = [{ drug = "denosumab", on = "2026-01-20", status = "cancelled" }]',
     "denosumab-discontinuation"),
    ("order-dispatch", DAILY, 'dispatched = ["MedicationRequest/m1"]', "dose-frequency"),
]  # fmt: skip


def story(folder: Path, moment: str, **case: Any) -> Path:
    """A Bundle and its moments; the record is told in shorthand."""
    made = expand({"today": "2026-01-15", "patient": WOMAN, **case})
    path = folder / "ada.json"
    path.write_bytes(orjson.dumps(made.bundle))
    path.with_suffix(".toml").write_text(f'[[moment]]\nday = "2026-01-15"\n{moment}\n', encoding="utf-8")
    return path


def context(told: Story) -> dict[str, Any]:
    body: dict[str, Any] = told.request(0, {})
    return dict(body["context"])


def told_of(path: Path) -> list[str]:
    (moment,) = play(load(path), InProcess(Settings()), day=None, default=date(2026, 1, 15))
    assert moment.answer is not None
    assert moment.answer.status == 200
    return [card["source"]["topic"]["code"] for card in moment.answer.cards]


def test_a_moment_of_each_hook_is_tried_here() -> None:
    assert {hook for hook, *_ in PLAYED} == set(catalog.load().hooks)


@pytest.mark.parametrize(("hook", "record", "carried", "topic"), PLAYED, ids=[hook for hook, *_ in PLAYED])
def test_a_moment_of_each_hook_is_played_and_explained(
    tmp_path: Path, hook: str, record: dict[str, Any], carried: str, topic: str
) -> None:
    path = story(tmp_path, f'hook = "{hook}"\n{carried}', **record)
    assert topic in told_of(path)
    told = CliRunner().invoke(main, ["explain", str(path)])
    assert told.exit_code == 0, told.output
    assert told.output.startswith(f"{hook}, 2026-01-15\n")
    assert f"  {topic}" in told.output.partition("\nSILENT")[0].partition("\nSPEAKS")[2]


@pytest.mark.parametrize("hook", [hook for hook, *_ in PLAYED])
def test_each_hook_alone_is_played_of_a_story_that_has_no_such_moment(tmp_path: Path, hook: str) -> None:
    path = story(tmp_path, "", **DENOSUMAB)
    for command in ("replay", "explain"):
        told = CliRunner().invoke(main, [command, str(path), "--hook", hook])
        assert told.exit_code == 0, told.output
        assert f"{hook}, 2026-01-15" in told.output


def test_what_a_moment_carries_is_about_the_story_s_patient(tmp_path: Path) -> None:
    table = (
        'hook = "problem-list-item-create"\nconditions = [{ code = "I10" }, { resourceType = "Condition", id = "x" }]'
    )
    bundle = context(load(story(tmp_path, table)))["conditions"]
    patient = load(story(tmp_path, table)).patient_id
    assert [entry["resource"]["subject"]["reference"] for entry in bundle["entry"]] == [f"Patient/{patient}"] * 2
    table = (
        'hook = "appointment-book"\nappointments = [{ drug = "denosumab" }, { resourceType = "Appointment", id = "x" }]'
    )
    bundle = context(load(story(tmp_path, table)))["appointments"]
    actors = [entry["resource"]["participant"][0]["actor"]["reference"] for entry in bundle["entry"]]
    assert actors == [f"Patient/{patient}"] * 2


def test_an_appointment_of_the_record_is_changed_in_the_context(tmp_path: Path) -> None:
    table = 'hook = "appointment-book"\nappointments = [{ of = "Appointment/v1", status = "cancelled" }]'
    path = story(tmp_path, table, appointments=[{"drug": "denosumab", "on": "2026-01-20", "id": "v1"}], **ON_TIME)
    (entry,) = context(load(path))["appointments"]["entry"]
    assert (entry["resource"]["id"], entry["resource"]["status"]) == ("v1", "cancelled")
    assert entry["resource"]["start"].startswith("2026-01-20")


def test_an_encounter_hook_names_the_encounter_told_or_else_the_newest(tmp_path: Path) -> None:
    older = {"resourceType": "Encounter", "id": "old", "period": {"start": "2025-01-01"}}
    undated = {"resourceType": "Encounter", "id": "undated"}
    path = story(tmp_path, 'hook = "encounter-start"', resources=[older, undated], **STAY)
    assert context(load(path))["encounterId"] == "encounter-1"
    path = story(tmp_path, 'hook = "encounter-start"\nencounter = "Encounter/old"', resources=[older], **STAY)
    assert context(load(path))["encounterId"] == "old"
    assert "encounterId" not in context(load(story(tmp_path, 'hook = "encounter-discharge"')))
    assert "encounterId" not in context(load(story(tmp_path, "", **STAY)))


def test_a_dispatch_names_a_performer_and_no_user(tmp_path: Path) -> None:
    told = context(load(story(tmp_path, 'hook = "order-dispatch"\ndispatched = ["MedicationRequest/m1"]', **TABLETS)))
    assert told["dispatchedOrders"] == ["MedicationRequest/m1"]
    assert told["performer"].startswith("Practitioner/")
    assert "userId" not in told


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (
            'hook = "order-sign"\nconditions = [{ code = "I10" }]',
            "'order-sign' carries no conditions; it carries drafts",
        ),
        (
            'conditions = [{ code = "I10" }]',
            "'patient-view' carries no conditions; these carry something: order-select",
        ),
        ('hook = "appointment-book"\nappointments = [{ drg = "x" }]', "unknown key 'drg'"),
        ('hook = "problem-list-item-create"\nconditions = [{ of = "Condition/9" }]', "holds no Condition/9"),
    ],
)
def test_a_moment_that_carries_what_its_hook_does_not_is_refused(tmp_path: Path, table: str, sentence: str) -> None:
    with pytest.raises(Unplayable) as told:
        load(story(tmp_path, table))
    assert sentence in str(told.value)
