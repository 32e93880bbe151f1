"""The way to a CDS service: what any way to it can do, and the way over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol
from urllib.parse import urlsplit

import orjson
import requests

TIMEOUT_S = 30


class Unreachable(Exception):
    """Nobody answers as a CDS service there; the sentence says where and how."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back of one call: the HTTP status and the decoded body; `failed` are rules that raised, where known."""

    status: int
    body: Mapping[str, Any]
    failed: tuple[str, ...] = ()

    @property
    def cards(self) -> list[dict[str, Any]]:
        """The cards of a 200."""
        return list(self.body.get("cards", ())) if self.status == 200 else []

    @property
    def faults(self) -> list[str]:
        """What an answer other than 200 says."""
        issues = self.body.get("issue", ())
        return [str(issue.get("diagnostics", "")) for issue in issues if isinstance(issue, Mapping)]


class Door(Protocol):
    """A service that can be asked what it offers, and called."""

    def discover(self) -> list[dict[str, Any]]:
        """The services it offers."""
        ...

    def call(self, service_id: str, body: Mapping[str, Any], day: date) -> Answer:
        """The answer to one hook call, on that day where the door can choose the day."""
        ...


class OverHttp:
    """A running service. Its own clock, or the day it was started with, decides the day."""

    def __init__(self, url: str) -> None:
        """`url` is the service's base, with or without /cds-services. Raises Unreachable for what is no URL."""
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            raise Unreachable(f"'{url}' is no address as http://127.0.0.1:8080")
        self.url = f"{url.rstrip('/').removesuffix('/cds-services')}/cds-services"
        self._session = requests.Session()

    def discover(self) -> list[dict[str, Any]]:
        answer = self._ask("GET", self.url)
        services = answer.body.get("services")
        if answer.status != 200 or not isinstance(services, list):
            raise Unreachable(f"{self.url} answers {answer.status}, not with a list of CDS services")
        return services

    def call(self, service_id: str, body: Mapping[str, Any], day: date) -> Answer:
        return self._ask("POST", f"{self.url}/{service_id}", body)

    def _ask(self, method: str, url: str, body: Mapping[str, Any] | None = None) -> Answer:
        sent = None if body is None else orjson.dumps(body)
        headers = {"Content-Type": "application/json"} if sent else {}
        try:
            answer = self._session.request(method, url, data=sent, headers=headers, timeout=TIMEOUT_S)
        except requests.RequestException as error:
            raise Unreachable(f"{url} does not answer ({type(error).__name__})") from error
        try:
            decoded = orjson.loads(answer.content)
        except orjson.JSONDecodeError:
            decoded = {}
        return Answer(answer.status_code, decoded if isinstance(decoded, dict) else {})
