"""What must hold of every answer, whatever was sent: no fault, nobody else's data, nothing of the chart rendered."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from unittest import mock

import orjson

from cards.assess import Failed
from cards.catalog import Catalog
from cards.chart import SECTIONS
from service import log
from service.app import create_app
from service.clients import Client
from service.decide import Decision, decide
from service.fhir.gather import Gathered
from service.settings import Settings
from tests.doors import checks

STATUSES = {200, 400, 412}
STRANGER = "Patient/stranger-4711"
CANARY = "KANARIENVOGEL"
TRIGGER = "com.epic.cdshooks.request.bpa-trigger-action"
ROUTED = Client(
    "open", TRIGGER, {"6": "problem-list-item-create", "7": "problem-list-item-create", "27": "encounter-discharge"}
)

_TAG = re.compile(r"<[A-Za-z/!?]")
_LINK = re.compile(r"(?<!\\)\]\(")
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_WORDS = ("text", "display", "title", "note", "conclusion", "name")


class Service:
    """The whole service in this process, on the day of each call, overheard: it tells what broke inside."""

    def __init__(self) -> None:
        self._day = date.min
        self._decision: Decision | None = None
        self.answer = b""
        self._client = create_app(
            Settings(log_level="error", clients={"open": ROUTED}), decide=self._decide, clock=lambda: self._day
        ).test_client()

    def _decide(self, gathered: Gathered, *, today: date, catalog: Catalog, identity: tuple[str, ...]) -> Decision:
        self._decision = decide(gathered, today=today, catalog=catalog, identity=identity)
        return self._decision

    def faults(self, service: str, raw: bytes, day: date) -> list[str]:
        """Everything wrong with the answer to this body; nothing, if all is well."""
        self._day, self._decision = day, None
        with mock.patch.object(log, "failure") as failure:
            answer = self._client.post(f"/cds-services/{service}", data=raw, content_type="application/json")
        self.answer = answer.data
        found = [f"{each.args[0]}: {each.args[1]!r}" for each in failure.call_args_list]
        if answer.status_code not in STATUSES:
            return [*found, f"status {answer.status_code}"]
        if CANARY.encode() in answer.data:
            found.append("the answer holds words of another patient's record")
        told = orjson.loads(answer.data)
        found += [f"empty member {each}" for each in checks.empty_members(told) if ".resource." not in each]
        if answer.status_code != 200:
            return found + ([] if told["resourceType"] == "OperationOutcome" else ["an error without OperationOutcome"])
        found += checks.faults("service-response", told)
        for card in told["cards"]:
            found += unsafe(card)
        return found + list(self._broken())

    def _broken(self) -> Iterator[str]:
        if self._decision is None:
            return
        for outcome in self._decision.outcomes:
            if isinstance(outcome.verdict, Failed):
                yield f"rule {outcome.rule.id} failed: {outcome.verdict.error}"
        chart = self._decision.chart
        for name in SECTIONS:
            for each in chart.peek(name).unusable:
                if "could not be read (" in each.why:
                    yield f"a reader of {name} raised: {each.why}"


def unsafe(card: Mapping[str, Any]) -> list[str]:
    """What of a card a browser would render as more than words, or show as other than it is."""
    detail = card.get("detail", "")
    found = [f"HTML in a detail: {detail[hit.start() : hit.start() + 40]!r}" for hit in _TAG.finditer(detail)]
    found += [f"a link in a detail: {detail[hit.start() - 40 : hit.start() + 20]!r}" for hit in _LINK.finditer(detail)]
    shown = [card["summary"], detail, card["source"]["label"]]
    for suggestion in card.get("suggestions", ()):
        shown += [suggestion["label"], *(action["description"] for action in suggestion.get("actions", ()))]
    for text in shown:
        odd = sorted({sign for sign in text if unicodedata.category(sign) in _UNSEEN and sign != "\n"})
        found += [f"an unseen sign {sign!r} in {text[:60]!r}" for sign in odd]
    return found


def with_stranger(body: Any) -> Any:
    """The same request with another patient's resources in every Bundle: copies of those there, their words changed.

    The copies keep their ids, so that one of them standing for ours would show.
    """
    if not isinstance(body, dict):
        return body
    prefetch, context = body.get("prefetch"), body.get("context")
    told = dict(body)
    for name, held in (("prefetch", prefetch), ("context", context)):
        if isinstance(held, dict):
            told[name] = {key: _joined(value) for key, value in held.items()}
    return told


def _joined(value: Any) -> Any:
    if not isinstance(value, dict) or value.get("resourceType") != "Bundle" or not isinstance(value.get("entry"), list):
        return value
    strangers = []
    for entry in value["entry"][:3]:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and resource.get("resourceType") not in ["Patient", "Medication", "Bundle"]:
            strangers.append({"resource": _strange(resource)})
    return {**value, "entry": [*strangers, *value["entry"], *strangers]}


def _strange(resource: Mapping[str, Any]) -> dict[str, Any]:
    told = {key: _reworded(value) for key, value in resource.items()}
    for name in ("subject", "patient", "participant"):
        told.pop(name, None)
    if resource.get("resourceType") == "Appointment":
        return {**told, "description": CANARY, "participant": [{"actor": {"reference": STRANGER}}]}
    return {**told, "subject": {"reference": STRANGER}, "patient": {"reference": STRANGER}}


def _reworded(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: f"{inner} {CANARY}" if key in _WORDS and isinstance(inner, str) else _reworded(inner)
            for key, inner in value.items()
        }
    return [_reworded(each) for each in value] if isinstance(value, list) else value
