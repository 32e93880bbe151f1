"""The way to the service without a network: the application itself in this process, on any day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import orjson

from service.app import create_app
from service.replay.doors import Answer
from service.settings import Settings


class InProcess:
    """The application itself, with the day of each call."""

    def __init__(self, settings: Settings) -> None:
        self._day = date.min
        app = create_app(replace(settings, as_of=None, log_level="error"), clock=lambda: self._day)
        self._client = app.test_client()

    def discover(self) -> list[dict[str, Any]]:
        return list(orjson.loads(self._client.get("/cds-services").data)["services"])

    def call(self, service_id: str, body: Mapping[str, Any], day: date) -> Answer:
        self._day = day
        answer = self._client.post(
            f"/cds-services/{service_id}", data=orjson.dumps(body), content_type="application/json"
        )
        return Answer(answer.status_code, orjson.loads(answer.data))
