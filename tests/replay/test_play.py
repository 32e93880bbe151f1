"""Playing a story: what an EHR sends, what comes back, and how it is held against the golden cards."""

import socket
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import orjson
import pytest

from service.replay import compare, reading
from service.replay.compare import Result
from service.replay.doors import Answer, OverHttp, Unreachable
from service.replay.play import check_withheld, play
from service.replay.story import Story, Unplayable, found, load

DAY = date(2026, 1, 15)
CARD: dict[str, Any] = {
    "uuid": "3f6e5a0c-1f0a-5b67-9a70-000000000001",
    "summary": "Denosumab overdue",
    "indicator": "warning",
    "detail": "**Why**\n\n- last dose 2025-06-01",
    "source": {"label": "A trial", "url": "https://example.org/a", "topic": {"code": "denosumab-overdue"}},
    "links": [{"label": "A guideline", "url": "https://example.org/b", "type": "absolute"}],
    "selectionBehavior": "at-most-one",
    "suggestions": [
        {
            "label": "Order denosumab 60 mg",
            "isRecommended": True,
            "actions": [
                {
                    "type": "create",
                    "description": "Create the order",
                    "resource": {
                        "resourceType": "MedicationRequest",
                        "status": "draft",
                        "medicationCodeableConcept": {"text": "denosumab 60 mg"},
                        "dosageInstruction": [
                            {
                                "text": "every 6 months",
                                "timing": {
                                    "event": ["2026-01-15"],
                                    "repeat": {"frequency": 1, "period": 6, "periodUnit": "mo", "count": 1},
                                },
                            }
                        ],
                    },
                }
            ],
        },
        {"label": "Cancel", "actions": [{"type": "delete", "description": "x", "resourceId": "MedicationRequest/1"}]},
    ],
    "overrideReasons": [{"code": "other", "display": "Other (please comment)"}],
}


class Listening:
    """A service that keeps what it was sent and answers as it was told."""

    def __init__(self, *cards: dict[str, Any], status: int = 200) -> None:
        self.answer = Answer(status, {"cards": list(cards)} if status == 200 else {"issue": [{"diagnostics": "No."}]})
        self.sent: list[tuple[str, Mapping[str, Any], date]] = []

    def discover(self) -> list[dict[str, Any]]:
        prefetch = {
            "patient": "Patient/{{context.patientId}}",
            "conditions": "Condition?patient={{context.patientId}}",
            "encounter": "Encounter/{{context.encounterId}}",
        }
        return [
            {"id": "view", "hook": "patient-view", "prefetch": prefetch},
            {"id": "sign", "hook": "order-sign", "prefetch": prefetch},
            {"id": "select", "hook": "order-select"},
        ]

    def call(self, service_id: str, body: Mapping[str, Any], day: date) -> Answer:
        self.sent.append((service_id, body, day))
        return self.answer


def written(folder: Path, table: str = "", name: str = "ada") -> Path:
    resources = [
        {"resourceType": "Patient", "id": "p1"},
        {"resourceType": "Practitioner", "id": "dr"},
        {"resourceType": "Condition", "id": "c1", "subject": {"reference": "Patient/p1"}},
        {"resourceType": "MedicationRequest", "id": "m1", "status": "active", "subject": {"reference": "Patient/p1"}},
    ]
    path = folder / f"{name}.json"
    path.write_bytes(orjson.dumps({"resourceType": "Bundle", "entry": [{"resource": each} for each in resources]}))
    if table:
        path.with_name(f"{name}.toml").write_text(table)
    return path


def played(story: Story, door: Listening, **asked: Any) -> compare.Compared:
    return compare.compared(story, play(story, door, day=None, default=DAY, **asked), accept=False)


def test_a_bundle_without_moments_is_a_chart_that_is_opened(tmp_path: Path) -> None:
    door = Listening()
    played(load(written(tmp_path)), door)
    service, body, day = door.sent[0]
    assert (service, day) == ("view", DAY)
    assert body["hook"] == "patient-view"
    assert body["context"] == {"userId": "Practitioner/dr", "patientId": "p1"}
    assert body["prefetch"]["patient"]["id"] == "p1"
    assert [entry["resource"]["id"] for entry in body["prefetch"]["conditions"]["entry"]] == ["c1"]


def test_a_key_that_needs_an_encounter_is_sent_only_with_one(tmp_path: Path) -> None:
    door = Listening()
    played(load(written(tmp_path, '[[moment]]\n[[moment]]\nencounter = "Encounter/e1"')), door)
    assert "encounter" not in door.sent[0][1]["prefetch"]
    assert door.sent[1][1]["context"]["encounterId"] == "e1"
    assert door.sent[1][1]["prefetch"]["encounter"] is None


def test_a_moment_says_hook_day_drafts_and_withheld_keys(tmp_path: Path) -> None:
    table = """
[[moment]]
hook = "order-sign"
day = "2025-03-01"
drafts = [{ of = "MedicationRequest/m1", status = "stopped" }, { drug = "zoledronic-acid", on = "2025-04-01" }]
withhold = ["conditions"]
"""
    door = Listening()
    played(load(written(tmp_path, table)), door)
    service, body, day = door.sent[0]
    assert (service, day) == ("sign", date(2025, 3, 1))
    stopped, new = [entry["resource"] for entry in body["context"]["draftOrders"]["entry"]]
    assert (stopped["id"], stopped["status"]) == ("m1", "stopped")
    assert new["status"] == "draft"
    assert new["subject"] == {"reference": "Patient/p1"}
    assert new["dosageInstruction"][0]["timing"]["event"] == ["2025-04-01"]
    assert "conditions" not in body["prefetch"]


def test_order_select_selects_every_draft_unless_told_otherwise(tmp_path: Path) -> None:
    drafts = 'drafts = [{ drug = "denosumab" }, { drug = "alendronate" }]'
    moment = f'[[moment]]\nhook = "order-select"\n{drafts}\n'
    table = f"{moment}{moment}selections = []\n"
    door = Listening()
    played(load(written(tmp_path, table)), door)
    chosen = [body["context"]["selections"] for _, body, _ in door.sent]
    assert chosen == [["MedicationRequest/draft-1", "MedicationRequest/draft-2"], []]


def test_the_same_story_sends_the_same_bytes(tmp_path: Path) -> None:
    doors = Listening(), Listening()
    for door in doors:
        played(load(written(tmp_path)), door)
    assert orjson.dumps(doors[0].sent[0][1]) == orjson.dumps(doors[1].sent[0][1])


def test_the_day_asked_for_wins_over_the_moments_own(tmp_path: Path) -> None:
    door = Listening()
    story = load(written(tmp_path, '[[moment]]\nday = "2025-03-01"\n'))
    list(play(story, door, day=date(2024, 1, 1), default=DAY))
    list(play(story, door, day=None, default=DAY))
    assert [day for _, _, day in door.sent] == [date(2024, 1, 1), date(2025, 3, 1)]


def test_one_hook_alone_plays_its_moments_or_an_empty_one(tmp_path: Path) -> None:
    story = load(written(tmp_path, '[[moment]]\n[[moment]]\nhook = "order-sign"\ndrafts = [{ drug = "denosumab" }]\n'))
    assert [len(moment.drafts) for moment in story.on_hook("order-sign").moments] == [1]
    assert [moment.hook for moment in story.on_hook("order-select").moments] == ["order-select"]


def test_a_hook_that_nobody_offers_is_said(tmp_path: Path) -> None:
    result = played(load(written(tmp_path, '[[moment]]\nhook = "encounter-discharge"\n')), Listening())
    assert "No service is offered" in result.text


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ('[[moment]]\nhok = "x"\n', "unknown key 'hok'"),
        ("moments = []\n", "unknown key 'moments'"),
        ('[[moment]]\nday = "tomorrow"\n', "'tomorrow' is no day"),
        ('[[moment]]\ndrafts = [{ drug = "denosumab" }]\n', "'patient-view' carries no drafts"),
        ('[[moment]]\nhook = "order-sign"\ndrafts = [{ drg = "denosumab" }]\n', "unknown key 'drg'"),
        ('[[moment]]\nhook = "order-sign"\ndrafts = [{ of = "Medication/9" }]\n', "holds no Medication/9"),
        ("[[moment]\n", "is not TOML"),
    ],
)
def test_a_table_that_cannot_hold_is_refused_with_a_sentence(tmp_path: Path, table: str, sentence: str) -> None:
    with pytest.raises(Unplayable) as told:
        load(written(tmp_path, table))
    assert sentence in str(told.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "cannot be read as a FHIR Bundle"),
        ('{"resourceType": "Patient"}', "not a FHIR Bundle"),
        ('{"resourceType": "Bundle"}', "expected one Patient, met 0"),
        ('{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient"}}]}', "has no id"),
    ],
)
def test_what_is_no_patients_bundle_is_refused_with_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(Unplayable) as told:
        load(path)
    assert sentence in str(told.value)


def test_folders_are_searched_for_bundles_and_empty_ones_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "[[moment]]\n")
    assert list(found([tmp_path])) == [path]
    for missing in (tmp_path / "nowhere", tmp_path / "empty"):
        (tmp_path / "empty").mkdir(exist_ok=True)
        with pytest.raises(Unplayable):
            list(found([missing]))


def test_a_key_that_no_service_asks_for_cannot_be_withheld(tmp_path: Path) -> None:
    check_withheld(["conditions"], Listening().discover())
    with pytest.raises(Unplayable, match="no prefetch key is called 'condition'"):
        check_withheld(["condition"], Listening().discover())
    with pytest.raises(Unplayable, match="no prefetch key is called 'labs'"):
        played(load(written(tmp_path, '[[moment]]\nwithhold = ["labs"]\n')), Listening())


def test_a_card_reads_as_a_clinician_reads_it() -> None:
    assert (
        reading.card(CARD)
        == """\
### 🟠 WARNING · Denosumab overdue

`denosumab-overdue`

**Why**

- last dose 2025-06-01

**Suggestions** (one of)

- **Order denosumab 60 mg** (recommended)
  - create MedicationRequest: denosumab 60 mg; status draft; every 6 months; 1 per 6 mo; 1 in all; from 2026-01-15
- **Cancel**
  - delete MedicationRequest/1: x

**Source** [A trial](https://example.org/a) · also [A guideline](https://example.org/b)

**Not taken because**: Other (please comment)"""
    )


def test_golden_cards_are_the_same_or_the_difference_is_shown(tmp_path: Path) -> None:
    story = load(written(tmp_path))
    assert played(story, Listening(CARD)).result is Result.NEW
    compare.compared(story, play(story, Listening(CARD), day=None, default=DAY), accept=True)
    assert played(story, Listening(CARD)).result is Result.SAME
    other = played(story, Listening(CARD | {"summary": "Denosumab late"}))
    assert other.result is Result.DIFFERENT
    assert other.fails
    assert "-### 🟠 WARNING · Denosumab overdue\n+### 🟠 WARNING · Denosumab late" in other.difference


def test_a_refusal_is_told_and_a_fault_fails(tmp_path: Path) -> None:
    story = load(written(tmp_path))
    refused = played(story, Listening(status=412))
    assert "Answered 412" in refused.text
    assert not refused.fails
    assert played(story, Listening(status=500)).result is Result.FAILED


def test_cards_beside_a_rule_that_raised_are_never_accepted(tmp_path: Path) -> None:
    story, door = load(written(tmp_path)), Listening(CARD)
    door.answer = Answer(200, {"cards": [CARD]}, failed=("denosumab-due",))
    result = compare.compared(story, play(story, door, day=None, default=DAY), accept=True)
    assert result.result is Result.FAILED
    assert "These rules raised: denosumab-due" in result.text
    assert not story.golden.exists()


def test_other_programs_read_the_results_as_json_and_junit(tmp_path: Path) -> None:
    story = load(written(tmp_path))
    results = [played(story, Listening(CARD)), played(story, Listening(status=500))]
    told = compare.as_json(results)
    assert [each["status"] for each in told] == [200, 500]
    assert told[0]["answer"]["cards"] == [CARD]
    suite = ElementTree.fromstring(compare.as_junit(results))  # noqa: S314 - our own
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert len(suite.findall("testcase/failure")) == 1


def test_an_address_where_nobody_answers_is_said() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unreachable, match="does not answer"):
        OverHttp(f"http://127.0.0.1:{port}").discover()
    with pytest.raises(Unreachable, match="is no address"):
        OverHttp("localhost:8080")
