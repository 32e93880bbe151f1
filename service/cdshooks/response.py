"""From cards to the answer of the protocol: no empty member, a uuid on every card and suggestion, actions as FHIR."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import orjson

from cards.card import CANONICAL, Card
from cards.evidence import Evidence
from cards.verdict import OVERRIDE_REASONS, Action, Suggestion
from service import log

TOPIC_SYSTEM: Final = f"{CANONICAL}/CodeSystem/card-topic"
OVERRIDE_SYSTEM: Final = f"{CANONICAL}/CodeSystem/override-reason"
SUMMARY_UNITS: Final = 139
"""The longest summary, in UTF-16 units: the protocol says under 140 characters, and browsers count these."""

_REFERENCE: Final = re.compile(r"[A-Z][A-Za-z]+/[^\s/]+\Z")

Writer = Callable[[object], Mapping[str, Any] | None]
"""Turns what an action carries into its wire form without the description; None where it cannot be written."""


def render(cards: Iterable[Card], write: Writer) -> dict[str, Any]:
    """The body of a 200."""
    return {"cards": [_card(card, write) for card in cards]}


def _card(card: Card, write: Writer) -> dict[str, Any]:
    shown: dict[str, Any] = {"uuid": card.uuid, "summary": _summary(card), "indicator": card.indicator}
    if card.detail:
        shown["detail"] = card.detail
    topic = {"system": TOPIC_SYSTEM, "code": card.topic, "display": card.title}
    shown["source"] = {"label": card.source.label, "url": card.source.url, "topic": topic}
    suggestions = _suggestions(card, write)
    if suggestions:
        shown["suggestions"] = suggestions
        shown["selectionBehavior"] = "at-most-one" if card.alternatives else "any"
    if card.overrides:
        shown["overrideReasons"] = [
            {"system": OVERRIDE_SYSTEM, "code": code, "display": OVERRIDE_REASONS[code]} for code in card.overrides
        ]
    if card.links:
        shown["links"] = [_link(each) for each in card.links]
    return shown


def _summary(card: Card) -> str:
    text = card.summary
    if _units(text) <= SUMMARY_UNITS:
        return text
    log.warn("summary-too-long", topic=card.topic)
    while _units(text) >= SUMMARY_UNITS:
        text = text.rpartition(" ")[0] or text[:-1]
    return f"{text}…"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _suggestions(card: Card, write: Writer) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = []
    recommended = False
    for place, suggestion in enumerate(card.suggestions):
        actions = _actions(suggestion, write)
        if actions is None:
            log.warn("suggestion-dropped", topic=card.topic, place=place)
            continue
        told: dict[str, Any] = {
            "label": suggestion.label,
            "uuid": str(uuid.uuid5(uuid.UUID(card.uuid), f"suggestion {place}")),
        }
        if suggestion.recommended and not (card.alternatives and recommended):
            told["isRecommended"] = recommended = True
        if actions:
            told["actions"] = actions
        shown.append(told)
    return shown


def _actions(suggestion: Suggestion, write: Writer) -> list[dict[str, Any]] | None:
    """All actions of a suggestion, or None if one of them cannot be written: they are taken together or not at all."""
    written = []
    for action in suggestion.actions:
        told = _action(action, write)
        if told is None:
            return None
        written.append(told)
    return written


def _action(action: Action, write: Writer) -> dict[str, Any] | None:
    try:
        told = write(action.what)
    except Exception as error:  # noqa: BLE001 - an action that cannot be written never costs the clinician the card
        log.failure("action-not-written", error)
        return None
    if told is None:
        return None
    if told["type"] == "delete" and not _REFERENCE.match(told["resourceId"]):
        return None
    shown = {"type": told["type"], "description": action.description, **told}
    if told["type"] == "update":
        try:
            # A resource as deep as a client may send it can be too deep to send back.
            orjson.dumps(told["resource"])
        except orjson.JSONEncodeError:
            return None
        shown["resource"] = _without_empty(told["resource"])
        if not shown["resource"].get("id"):
            return None
    return shown


def _without_empty(resource: Mapping[str, Any]) -> dict[str, Any]:
    """The resource without members that say nothing: a client may send them, the protocol forbids them back.

    A null in a list stays: FHIR keeps a primitive's place with it.
    """
    kept = {}
    for key, value in resource.items():
        shown = _item_without_empty(value)
        if shown not in (None, "", [], {}):
            kept[key] = shown
    return kept


def _item_without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        return _without_empty(value)
    if isinstance(value, list):
        return [shown for shown in map(_item_without_empty, value) if shown not in ("", [], {})]
    return value


def _link(evidence: Evidence) -> dict[str, Any]:
    return {"label": evidence.label, "url": evidence.url, "type": "absolute"}
