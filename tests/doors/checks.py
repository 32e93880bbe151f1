"""What every answer of the protocol must be, whatever it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import requests
from fhir.resources.R4B.operationoutcome import OperationOutcome

from service.cdshooks import schema


def faults(name: str, message: Any) -> list[str]:
    """What the strict schema finds, with the message's own words: a test may print them."""
    return [f"{error.json_path}: {error.message}" for error in schema.validator(name).iter_errors(message)]


def empty_members(message: Any, path: str = "$") -> Iterator[str]:
    """Every member that is null, "", [] or {}, but for the lists that the protocol lets be empty."""
    if isinstance(message, dict):
        for key, value in message.items():
            here = f"{path}.{key}"
            if value in (None, "", [], {}) and here not in {"$.cards", "$.services"}:
                yield here
            yield from empty_members(value, here)
    elif isinstance(message, list):
        for place, value in enumerate(message):
            yield from empty_members(value, f"{path}[{place}]")


def cards(answer: requests.Response) -> list[dict[str, Any]]:
    """The cards of a 200, held against the strict schema."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    assert faults("service-response", body) == []
    assert list(empty_members(body)) == []
    uuids = [card["uuid"] for card in body["cards"]]
    uuids += [each["uuid"] for card in body["cards"] for each in card.get("suggestions", ())]
    assert len(uuids) == len(set(uuids))
    return list(body["cards"])


def outcome(answer: requests.Response, status: int) -> list[str]:
    """The sentences of an error, which must be an OperationOutcome."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    OperationOutcome.model_validate(body)
    assert list(empty_members(body)) == []
    return [issue["diagnostics"] for issue in body["issue"]]
