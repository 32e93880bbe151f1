"""The answer: what every client can rely on, whatever the cards say."""

import dataclasses
import uuid
from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from cards.card import Card
from cards.orders import Delete
from cards.verdict import OVERRIDE_REASONS, Action, Suggestion
from service.cdshooks.response import SUMMARY_UNITS, render
from tests.doors import checks
from tests.doors.conftest import SECOND, SOURCE
from tests.doors.messages import ALENDRONATE, hook, post, record, searchset

CARD = Card(
    uuid=str(uuid.uuid4()), topic="treatment-failure", title="Treatment failure", ingredient="", indicator="warning",
    summary="A summary.", detail="**Why**\n\n- a fact", source=SOURCE, links=(SECOND,), suggestions=(),
    alternatives=False, overrides=("plan-in-place", "other"), fingerprint="f",
)  # fmt: skip


def delete(what: object) -> Mapping[str, Any] | None:
    assert isinstance(what, Delete)
    return {"type": "delete", "resourceId": what.ref} if what.ref else None


def rendered(**changed: Any) -> dict[str, Any]:
    body = render([dataclasses.replace(CARD, **changed)], delete)
    assert checks.faults("service-response", body) == []
    assert list(checks.empty_members(body)) == []
    return dict(body["cards"][0])


def suggestion(*refs: str, recommended: bool = False) -> Suggestion:
    return Suggestion("Delete", tuple(Action("Delete it", Delete(ref)) for ref in refs), recommended)


def test_a_card_tells_its_source_topic_override_reasons_and_links() -> None:
    card = rendered()
    assert card["source"] == {
        "label": SOURCE.label,
        "url": SOURCE.url,
        "topic": {
            "system": "https://osteohooks.org/fhir/CodeSystem/card-topic",
            "code": "treatment-failure",
            "display": "Treatment failure",
        },
    }
    assert card["overrideReasons"][0] == {
        "system": "https://osteohooks.org/fhir/CodeSystem/override-reason",
        "code": "plan-in-place",
        "display": OVERRIDE_REASONS["plan-in-place"],
    }
    assert card["links"] == [{"label": SECOND.label, "url": SECOND.url, "type": "absolute"}]


def test_what_a_card_has_not_is_left_out() -> None:
    card = rendered(detail="", links=(), overrides=())
    assert set(card) == {"uuid", "summary", "indicator", "source"}


@pytest.mark.parametrize("text", ["x" * 139, "word " * 27 + "last"])
def test_a_summary_under_140_is_left_alone(text: str) -> None:
    assert len(text) <= SUMMARY_UNITS
    assert rendered(summary=text)["summary"] == text


@pytest.mark.parametrize("text", ["x" * 140, "word " * 40, "\N{BONE}" * 70])
def test_a_summary_of_140_is_cut_and_the_card_still_sent(text: str) -> None:
    summary = rendered(summary=text)["summary"]
    assert len(summary.encode("utf-16-le")) // 2 <= SUMMARY_UNITS
    assert summary.endswith("…")


def test_a_suggestion_whose_action_cannot_be_written_is_dropped_whole() -> None:
    card = rendered(suggestions=(suggestion("MedicationRequest/1", ""), suggestion("MedicationRequest/2")))
    assert [each["actions"][0]["resourceId"] for each in card["suggestions"]] == ["MedicationRequest/2"]


def test_a_card_whose_suggestions_are_all_dropped_has_none() -> None:
    card = rendered(suggestions=(suggestion(""),))
    assert not {"suggestions", "selectionBehavior"} & set(card)


def test_a_suggestion_keeps_its_uuid_though_another_is_dropped() -> None:
    both = rendered(suggestions=(suggestion("MedicationRequest/1"), suggestion("MedicationRequest/2")))
    one = rendered(suggestions=(suggestion(""), suggestion("MedicationRequest/2")))
    assert both["suggestions"][1]["uuid"] == one["suggestions"][0]["uuid"]


def test_alternatives_are_at_most_one_with_one_recommended() -> None:
    two = (suggestion("MedicationRequest/1", recommended=True), suggestion("MedicationRequest/2", recommended=True))
    alternatives, independent = rendered(suggestions=two, alternatives=True), rendered(suggestions=two)
    assert alternatives["selectionBehavior"] == "at-most-one"
    assert [each.get("isRecommended") for each in alternatives["suggestions"]] == [True, None]
    assert independent["selectionBehavior"] == "any"
    assert [each.get("isRecommended") for each in independent["suggestions"]] == [True, True]


def test_a_resource_too_deep_to_send_back_drops_its_suggestion() -> None:
    deep = orjson.loads(b'{"resourceType":"X","id":"1","a":' + b'{"a":' * 300 + b"1" + b"}" * 301)
    dropped = dataclasses.replace(CARD, suggestions=(suggestion("MedicationRequest/1"),))
    body = render([dropped], lambda _: {"type": "update", "resource": deep})
    assert "suggestions" not in body["cards"][0]


def test_members_that_say_nothing_are_not_sent_back_and_places_in_lists_are_kept() -> None:
    sent = {
        "resourceType": "X", "id": "1", "a": None, "b": [], "c": {"d": ""}, "e": [{}, {"f": 0}], "g": ["h", None],
        "i": False, "j": 0,
    }  # fmt: skip
    card = dataclasses.replace(CARD, suggestions=(suggestion("X/1"),))
    body = render([card], lambda _: {"type": "update", "resource": sent})
    assert body["cards"][0]["suggestions"][0]["actions"][0]["resource"] == {
        "resourceType": "X", "id": "1", "e": [{"f": 0}], "g": ["h", None], "i": False, "j": 0,
    }  # fmt: skip
    assert sent["a"] is None


@pytest.mark.parametrize("ref", ["MedicationRequest/a b", "MedicationRequest/Patient/p1", "MedicationRequest/"])
def test_a_draft_whose_id_is_no_id_is_not_offered_for_deletion(ref: str) -> None:
    assert "suggestions" not in rendered(suggestions=(suggestion(ref),))


def test_a_writer_that_raises_drops_the_suggestion_and_keeps_the_card() -> None:
    def broken(_: object) -> None:
        raise KeyError("no such product")

    card = dataclasses.replace(CARD, suggestions=(suggestion("X/1"),))
    assert [each["summary"] for each in render([card], broken)["cards"]] == ["A summary."]


def test_an_update_of_a_resource_without_an_id_drops_its_suggestion() -> None:
    card = dataclasses.replace(CARD, suggestions=(suggestion("X/1"),))
    body = render([card], lambda _: {"type": "update", "resource": {"resourceType": "X"}})
    assert "suggestions" not in body["cards"][0]


def test_no_cards_is_an_empty_list() -> None:
    assert render([], delete) == {"cards": []}


def test_the_same_call_gives_the_same_bytes_and_another_call_other_uuids(base: str) -> None:
    body = hook("order-sign", ALENDRONATE)
    first, again = post(base, body), post(base, body)
    other = post(base, {**body, "hookInstance": "e2577c69-dfbe-44ad-ba6d-3e05e953b2ea"})
    assert first.content == again.content
    assert {card["uuid"] for card in checks.cards(first)}.isdisjoint(card["uuid"] for card in checks.cards(other))


def actions(cards: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [
        action
        for card in cards
        for each in card.get("suggestions", ())
        for action in each.get("actions", ())
        if action["type"] == kind
    ]


def test_an_order_at_hand_is_offered_changed_and_whole_and_one_not_at_hand_is_not_offered(base: str) -> None:
    kept = {**ALENDRONATE, "status": "active", "note": [{"text": "kept"}], "meta": {"versionId": "4"}}
    cards = checks.cards(post(base, hook(prefetch=record(medicationRequests=searchset(kept)))))
    updates = actions(cards, "update")
    assert [each["resource"] for each in updates] == [{**kept, "status": "stopped"}]
    labels = [each["label"] for each in cards[0]["suggestions"]]
    assert "Correct an order at hand" in labels
    assert "Correct an order not at hand" not in labels


def test_a_drafted_drug_can_be_taken_by_clients_that_read_text_and_first_code(base: str) -> None:
    created = [each["resource"] for each in actions(checks.cards(post(base, hook())), "create")]
    order = next(each for each in created if each["resourceType"] == "MedicationRequest")
    assert order["medicationCodeableConcept"]["text"].startswith("alendronate")
    assert order["medicationCodeableConcept"]["coding"][0]["code"] == "904431"
    assert order["subject"] == {"reference": "Patient/p1"}
    assert (order["status"], order["intent"]) == ("draft", "order")
