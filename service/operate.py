"""Health, readiness and counters, for whoever runs the service; nothing of a patient."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from typing import Final

import orjson
from flask import Blueprint, Response

_HELP: Final = {
    "osteohooks_requests_total": "Requests answered, by service and status",
    "osteohooks_request_seconds_total": "Seconds spent answering, by service",
    "osteohooks_cards_total": "Cards sent, by topic and indicator",
    "osteohooks_shadow_findings_total": "Findings of rules that the site keeps in the shadow, by topic and indicator",
    "osteohooks_unread_sections_total": "Sections of a chart that were not read, or not whole, by section and state",
    "osteohooks_refused_resources_total": "Resources not used because they are another patient's, by section",
    "osteohooks_failed_rules_total": "Rules that raised, by rule",
}
"""Every counter."""


class Counters:
    """What this process has answered. Each worker process counts for itself, under its own `worker` label."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}

    def add(self, name: str, amount: float = 1, **labels: str) -> None:
        """Count. `labels` never hold what came from a request, only names of ours."""
        key = (name, tuple(sorted(labels.items())))
        with self._lock:
            self._counted[key] = self._counted.get(key, 0) + amount

    def text(self) -> str:
        """Prometheus' text format."""
        return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        with self._lock:
            counted = sorted(self._counted.items())
        worker = str(os.getpid())
        for name, words in _HELP.items():
            yield f"# HELP {name} {words}"
            yield f"# TYPE {name} counter"
            for (counter, labels), amount in counted:
                if counter == name:
                    told = ",".join(f'{label}="{value}"' for label, value in (*labels, ("worker", worker)))
                    yield f"{name}{{{told}}} {amount:g}"


def blueprint(counters: Counters, service_ids: tuple[str, ...]) -> Blueprint:
    """GET /healthz (the process answers), /readyz (it offers services), /metrics."""
    routes = Blueprint("operate", __name__)
    ready = orjson.dumps({"status": "ready" if service_ids else "no services", "services": service_ids})

    @routes.get("/healthz")
    def health() -> Response:
        return Response(b'{"status":"ok"}', mimetype="application/json")

    @routes.get("/readyz")
    def readiness() -> Response:
        return Response(ready, status=200 if service_ids else 503, mimetype="application/json")

    @routes.get("/metrics")
    def metrics() -> Response:
        return Response(counters.text(), content_type="text/plain; version=0.0.4; charset=utf-8")

    return routes
