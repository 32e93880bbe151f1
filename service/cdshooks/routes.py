"""The three paths of CDS Hooks: discovery, the call of a service, and feedback on its cards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Protocol

import orjson
from flask import Blueprint, Response, g, request

from cards.assess import Failed
from cards.catalog import Catalog
from cards.chart import State
from cards.rule import SHADOW
from cards.verdict import Finding
from service.cdshooks import discovery, schema
from service.cdshooks.discovery import Service
from service.cdshooks.request import HookRequest, parse
from service.cdshooks.response import Writer, render
from service.clients import OPEN, Client
from service.decide import Decision
from service.errors import BadRequest, BodyTooLarge, NothingReadable, NotJson, UnknownService
from service.fhir.gather import Gathered, gather
from service.fhir.sections import queries
from service.operate import Counters

_BOM: Final = b"\xef\xbb\xbf"
_TRIGGERED: Final = "patient-view"
"""The hook that a vendor sends for what has no hook of its own there."""


class Decides(Protocol):
    """The pipe from gathered resources to cards."""

    def __call__(self, gathered: Gathered, *, today: date, catalog: Catalog, identity: tuple[str, ...]) -> Decision: ...


@dataclass(frozen=True, slots=True)
class Door:
    """What the paths work with, built once at the start. `writer` gives the writer of one request's actions, `beside`
    the sections read for each hook that a client's trigger may stand for."""

    catalog: Catalog
    offered: Mapping[str, Service]
    decide: Decides
    writer: Callable[[Gathered], Writer]
    today: Callable[[], date]
    counters: Counters
    clients: Mapping[str, Client] = field(default_factory=dict)
    beside: Mapping[str, frozenset[str]] = field(default_factory=dict)


def blueprint(door: Door) -> Blueprint:
    """GET /cds-services, POST /cds-services/<id>, POST /cds-services/<id>/feedback."""
    routes = Blueprint("cdshooks", __name__)
    catalogue = orjson.dumps(discovery.answer(door.offered.values()))

    @routes.get("/cds-services")
    def discover() -> Response:
        return _json(catalogue)

    @routes.post("/cds-services/<service_id>")
    def call(service_id: str) -> Response:
        return _json(_answer(door, _known(door, service_id), _body()))

    @routes.post("/cds-services/<service_id>/feedback")
    def feedback(service_id: str) -> Response:
        """Feedback is checked against the schema and answered; nothing of it is stored yet."""
        _known(door, service_id)
        body = _body()
        faults = schema.faults(schema.validator("feedback-request.ingress"), body)
        if faults or not isinstance(body, dict):
            raise BadRequest(*faults)
        g.told["outcomes"] = [each["outcome"] for each in body["feedback"]]
        return _json(b"{}")

    return routes


def _known(door: Door, service_id: str) -> Service:
    service = door.offered.get(service_id)
    if service is None:
        raise UnknownService(service_id, door.offered)
    g.service = service.id
    return service


def _body() -> object:
    """The decoded body. Its size is bounded by the application, its depth by the decoder."""
    if not request.is_json:
        raise NotJson
    raw = request.get_data(cache=False)
    limit = request.max_content_length
    if request.content_length is None and limit is not None and len(raw) >= limit:
        # A body sent in chunks announces no length; it was read up to the limit and no further.
        raise BodyTooLarge(limit)
    try:
        return orjson.loads(raw.removeprefix(_BOM))
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"The body is not JSON (or nested too deeply), at character {error.pos}.") from error


def _answer(door: Door, service: Service, body: object) -> bytes:
    called = parse(body, service.hook)
    g.told["instance"] = called.hook_instance if called.instance_is_uuid else "not a UUID"
    beside = _beside(door, called)
    sections = service.sections.union(*(door.beside[hook] for hook in beside))
    gathered = gather(called.asked(service.id, OPEN, beside), sections)
    _tell(door, gathered)
    if gathered.nothing_readable:
        raise NothingReadable(_keys_with_reasons(service, gathered))
    decision = door.decide(
        gathered,
        today=door.today(),
        catalog=door.catalog,
        identity=(OPEN, service.id, called.hook_instance, called.patient_id),
    )
    answer = render(decision.cards, door.writer(gathered))
    _tell_decision(door, decision, answer["cards"])
    return orjson.dumps(answer)


def _beside(door: Door, called: HookRequest) -> tuple[str, ...]:
    """The hooks that the caller's trigger stands for, where it was sent as opening a chart."""
    client = door.clients.get(OPEN)
    if client is None or called.hook != _TRIGGERED:
        return ()
    hooks, is_read = client.routed(called.extension)
    if not is_read:
        g.told["trigger"] = "not readable"
    elif hooks:
        g.told["trigger"] = hooks
    return hooks


def _keys_with_reasons(service: Service, gathered: Gathered) -> list[tuple[str, str]]:
    keys: dict[str, list[str]] = {}
    for query in queries(service.hook, service.sections):
        keys.setdefault(query.section, []).append(query.key)
    return [(", ".join(of_section), gathered.parts[section].why) for section, of_section in keys.items()]


def _tell(door: Door, gathered: Gathered) -> None:
    unread = {name: part.state.value for name, part in gathered.parts.items() if part.state is not State.WHOLE}
    for section, state in unread.items():
        door.counters.add("osteohooks_unread_sections_total", section=section, state=state)
    for refused in gathered.refused:
        door.counters.add("osteohooks_refused_resources_total", refused.count, section=refused.section)
    g.told |= {
        "unread": sorted(unread),
        "refused": sum(refused.count for refused in gathered.refused),
        "unnamed": gathered.unnamed,
        "notes": gathered.notes,
    }


def _tell_decision(door: Door, decision: Decision, cards: list[dict[str, Any]]) -> None:
    for card in decision.cards:
        door.counters.add("osteohooks_cards_total", topic=card.topic, indicator=card.indicator)
    shadow = [
        (each.rule.id, each.verdict.indicator.word)
        for each in decision.outcomes
        if each.rule.stage == SHADOW and isinstance(each.verdict, Finding)
    ]
    for topic, indicator in shadow:
        door.counters.add("osteohooks_shadow_findings_total", topic=topic, indicator=indicator)
    failed = {each.rule.id: each.verdict.error for each in decision.outcomes if isinstance(each.verdict, Failed)}
    for rule in failed:
        door.counters.add("osteohooks_failed_rules_total", rule=rule)
    g.told |= {
        "cards": [f"{card.topic}:{card.indicator}" for card in decision.cards],
        "shadow": [f"{topic}:{indicator}" for topic, indicator in shadow],
        "suggestions": sum(len(card.get("suggestions", ())) for card in cards),
        "failed": failed,
    }


def _json(body: bytes) -> Response:
    return Response(body, mimetype="application/json")
