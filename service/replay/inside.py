"""The way to the service without a network: the application itself in this process, on any day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import orjson

from cards.assess import Failed
from cards.catalog import Catalog
from service.app import create_app
from service.decide import Decision, decide
from service.fhir.gather import Gathered
from service.replay.doors import Answer
from service.settings import Settings


class InProcess:
    """The application itself, with the day of each call."""

    def __init__(self, settings: Settings) -> None:
        self._day = date.min
        self._failed: tuple[str, ...] = ()
        quiet = replace(settings, as_of=None, log_level="error")
        self._client = create_app(quiet, decide=self._decide, clock=lambda: self._day).test_client()

    def _decide(self, gathered: Gathered, *, today: date, catalog: Catalog, identity: tuple[str, ...]) -> Decision:
        decision = decide(gathered, today=today, catalog=catalog, identity=identity)
        self._failed = tuple(each.rule.id for each in decision.outcomes if isinstance(each.verdict, Failed))
        return decision

    def discover(self) -> list[dict[str, Any]]:
        return list(orjson.loads(self._client.get("/cds-services").data)["services"])

    def call(self, service_id: str, body: Mapping[str, Any], day: date) -> Answer:
        self._day, self._failed = day, ()
        answer = self._client.post(
            f"/cds-services/{service_id}", data=orjson.dumps(body), content_type="application/json"
        )
        return Answer(answer.status_code, orjson.loads(answer.data), self._failed)
