"""A change laid over an order or a visit as it came."""

import copy
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cards.chart import Chart
from cards.orders import Change
from cards.when import When
from service.fhir.write import write

ReadParts = Callable[..., Chart]
REF = "MedicationRequest/m1"
DAY = date(2026, 12, 1)


def order(*instructions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "id": "m1",
        "status": "draft",
        "intent": "order",
        "extension": [{"url": "https://ehr.example/ward", "valueString": "7"}],
        "medicationCodeableConcept": {"text": "alendronate 70 mg tablet"},
        **({"dosageInstruction": list(instructions)} if instructions else {}),
        **more,
    }


def visit(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Appointment",
        "id": "m1",
        "status": "booked",
        "start": "2027-01-10T09:00:00+01:00",
        "end": "2027-01-10T09:20:00+01:00",
        "participant": [{"status": "accepted"}],
        **more,
    }


def updated(original: dict[str, Any], **changes: Any) -> dict[str, Any] | None:
    before = copy.deepcopy(original)
    told = write(Change(REF, **changes), patient_id="p1", encounter_id=None, originals={REF: original})
    assert original == before, "the original was touched"
    if told is None:
        return None
    assert told["type"] == "update"
    resource: dict[str, Any] = told["resource"]
    return resource


def first(original: dict[str, Any], **changes: Any) -> dict[str, Any]:
    told = updated(original, **changes)
    assert told is not None
    only: dict[str, Any] = told["dosageInstruction"][0]
    return only


def test_a_status_is_laid_over_and_all_else_stays() -> None:
    told = updated(order(), status="stopped")
    assert told == {**order(), "status": "stopped"}


def test_a_reason_for_the_old_status_goes_with_it() -> None:
    told = updated(order(status="cancelled", statusReason={"text": "refused"}), status="active")
    assert told is not None
    assert "statusReason" not in told
    again = updated(order(status="stopped", statusReason={"text": "refused"}), status="stopped")
    assert again is not None
    assert again["statusReason"] == {"text": "refused"}


def test_what_qualified_a_value_that_is_replaced_goes_with_it() -> None:
    told = updated(order(_status={"extension": [{"url": "x"}]}), status="active")
    assert told is not None
    assert "_status" not in told


def test_the_narrative_of_the_old_state_goes() -> None:
    told = updated(order(text={"status": "generated", "div": "<div>daily</div>"}), status="stopped")
    assert told is not None
    assert "text" not in told


def test_an_event_is_moved_and_later_ones_stay() -> None:
    told = first(order({"timing": {"event": ["2026-10-01", "2026-11-01", "2027-04-01"]}}), start=DAY)
    assert told["timing"] == {"event": ["2026-12-01", "2027-04-01"]}


def test_the_bounds_are_moved_and_keep_their_length() -> None:
    repeat = {"boundsPeriod": {"start": "2026-10-01", "end": "2026-10-31"}, "frequency": 1}
    told = first(order({"timing": {"repeat": repeat}}), start=DAY)
    assert told["timing"]["repeat"] == {"boundsPeriod": {"start": "2026-12-01", "end": "2026-12-31"}, "frequency": 1}


@pytest.mark.parametrize(
    "bounds", [{"start": "2026-10", "end": "2026"}, {"end": "2026-11-01"}, {"start": "2026-10-01"}]
)
def test_an_end_that_cannot_be_moved_goes(bounds: dict[str, str]) -> None:
    told = first(order({"timing": {"repeat": {"boundsPeriod": bounds}}}), start=DAY)
    assert told["timing"]["repeat"]["boundsPeriod"] == {"start": "2026-12-01"}


def test_an_order_with_a_frequency_alone_gets_bounds() -> None:
    repeat = {"frequency": 1, "period": 1, "periodUnit": "wk"}
    told = first(order({"text": "weekly", "timing": {"repeat": repeat}}), start=DAY)
    assert told["timing"] == {"repeat": {**repeat, "boundsPeriod": {"start": "2026-12-01"}}}
    assert told["text"] == "weekly"


def test_an_order_with_a_length_gets_an_event_beside_it() -> None:
    repeat = {"boundsDuration": {"value": 24, "code": "mo"}}
    told = first(order({"timing": {"repeat": repeat}}), start=DAY)
    assert told["timing"] == {"event": ["2026-12-01"], "repeat": repeat}


@pytest.mark.parametrize("instructions", [(), ({"text": "5 mg once"},), ({"timing": {"event": "soon"}},)])
def test_an_order_without_a_timing_gets_an_event(instructions: tuple[dict[str, Any], ...]) -> None:
    assert first(order(*instructions), start=DAY)["timing"] == {"event": ["2026-12-01"]}


def test_the_first_of_the_sequence_is_changed() -> None:
    told = updated(order({"sequence": 2, "text": "b"}, {"sequence": 1, "text": "a"}), start=DAY)
    assert told is not None
    assert [each.get("timing") for each in told["dosageInstruction"]] == [None, {"event": ["2026-12-01"]}]


DAILY = {
    "text": "70 mg daily with water",
    "timing": {
        "repeat": {"frequency": 1, "period": 1, "periodUnit": "d", "timeOfDay": ["08:00"], "count": 10},
        "code": {"text": "QD"},
    },
    "doseAndRate": [{"doseQuantity": {"value": 70.0, "unit": "mg"}}],
}


def test_a_frequency_is_corrected_in_structure_and_words() -> None:
    told = updated(order(DAILY), timing=(1, Decimal(1), "wk"))
    assert told is not None
    (only,) = told["dosageInstruction"]
    assert only["timing"] == {"repeat": {"count": 10, "frequency": 1, "period": 1, "periodUnit": "wk"}}
    assert only["text"] == "70 mg once every week"
    assert told["note"] == [
        {"text": "Frequency changed on the advice of decision support; it read: 70 mg daily with water"}
    ]


def test_a_corrected_frequency_keeps_the_dose_that_only_words_told() -> None:
    told = first(order({"text": "Inject 60 mg monthly"}), timing=(1, Decimal(6), "mo"))
    assert told["text"] == "60 mg once every 6 months"


@pytest.mark.parametrize(
    ("timing", "words"),
    [((2, Decimal(1), "d"), "twice every day"), ((3, Decimal("1.5"), "a"), "3 times every 1.5 years")],
)
def test_a_frequency_without_a_dose_is_told_alone(timing: Any, words: str) -> None:
    assert first(order(), timing=timing)["text"] == words


def test_a_corrected_order_is_read_back_so(read_parts: ReadParts) -> None:
    told = updated(order(DAILY), timing=(1, Decimal(1), "wk"), start=DAY)
    (draft,) = read_parts({"drafts": [told]}, in_context=True).drafts
    assert (draft.order.interval_days, draft.order.dose_mg) == (Decimal(7), Decimal(70))
    assert draft.order.started == When.on(DAY)


def test_a_visit_is_moved_to_the_same_time_of_another_day() -> None:
    told = updated(visit(), start=date(2026, 12, 30))
    assert told == visit(start="2026-12-30T09:00:00+01:00", end="2026-12-30T09:20:00+01:00")


def test_a_visit_over_midnight_stays_as_long_as_it_was() -> None:
    told = updated(visit(start="2027-01-10T23:50:00Z", end="2027-01-11T00:10:00Z"), start=date(2026, 12, 31))
    assert told == visit(start="2026-12-31T23:50:00Z", end="2027-01-01T00:10:00Z")


def test_a_visit_moved_to_another_day_gives_up_the_slots_of_the_old_one() -> None:
    held = visit(slot=[{"reference": "Slot/s1"}])
    assert updated(held, start=date(2026, 12, 30)) == visit(
        start="2026-12-30T09:00:00+01:00", end="2026-12-30T09:20:00+01:00"
    )
    assert updated(held, start=date(2027, 1, 10)) == held


def test_a_cancelled_visit_is_booked_again() -> None:
    told = updated(visit(status="cancelled", cancelationReason={"text": "patient"}), status="booked")
    assert told == visit()


def test_a_change_that_has_no_place_is_not_written() -> None:
    no_day = visit()
    del no_day["start"]
    assert updated(no_day, start=DAY) is None
    assert updated(visit(), timing=(1, Decimal(1), "wk")) is None
    assert updated({"resourceType": "ServiceRequest", "id": "m1", "status": "draft"}, status="active") is None


def test_without_the_original_nothing_is_written() -> None:
    assert write(Change(REF, status="stopped"), patient_id="p1", encounter_id=None, originals={}) is None


@pytest.mark.parametrize(
    "odd", [None, "soon", 7, ["x"], {"repeat": "daily"}, {"event": [None]}, {"repeat": {"boundsPeriod": 3}}]
)
def test_an_odd_timing_is_written_over(odd: Any) -> None:
    told = first(order({"timing": odd}), start=DAY, timing=(1, Decimal(6), "mo"))
    assert (told["timing"]["repeat"]["frequency"], told["timing"]["repeat"]["periodUnit"]) == (1, "mo")
    assert "2026-12-01" in str(told["timing"])


def test_a_corrected_frequency_keeps_the_first_of_several_days() -> None:
    told = first(order({"timing": {"event": ["2026-12-01", "2026-12-02"]}}), timing=(1, Decimal(6), "mo"))
    assert told["timing"]["event"] == ["2026-12-01"]


def test_one_instruction_without_its_list_is_changed_alike() -> None:
    assert first(order(dosageInstruction={"text": "once"}), start=DAY)["timing"] == {"event": ["2026-12-01"]}
