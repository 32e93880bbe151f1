"""Whole requests to begin from: the dialects, and every moment of the made-up patients."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from service.replay.doors import Answer
from service.replay.inside import InProcess
from service.replay.play import play
from service.replay.story import load
from service.settings import Settings

FIXTURES = Path(__file__).resolve().parents[2] / "fhir_fixtures"
DAY = date(2026, 1, 15)
LARGEST_BYTES = 60_000


@dataclass(frozen=True, slots=True)
class Seed:
    """A request as an EHR would send it, and the day of the call."""

    name: str
    service: str
    body: Mapping[str, Any]
    day: date


class _Listening(InProcess):
    """Notes what is sent."""

    def __init__(self) -> None:
        super().__init__(Settings())
        self.heard: list[tuple[str, Mapping[str, Any], date]] = []

    def call(self, service_id: str, body: Mapping[str, Any], day: date) -> Answer:
        self.heard.append((service_id, body, day))
        return super().call(service_id, body, day)


@functools.cache
def seeds() -> tuple[Seed, ...]:
    """Every request, the small ones; in the same order on every machine."""
    return (*_dialects(), *_moments())


def _dialects() -> list[Seed]:
    found = []
    for path in sorted((FIXTURES / "requests").glob("*.json")):
        body = orjson.loads(path.read_bytes())
        found.append(Seed(path.stem, f"osteohooks-{body['hook']}", body, DAY))
    return found


def _moments() -> list[Seed]:
    found = []
    for path in sorted((FIXTURES / "patients").glob("*.json")):
        door = _Listening()
        list(play(load(path), door, day=None, default=DAY))
        for number, (service, body, day) in enumerate(door.heard):
            if len(orjson.dumps(body)) <= LARGEST_BYTES:
                found.append(Seed(f"{path.stem}-{number}", service, body, day))
    return found
