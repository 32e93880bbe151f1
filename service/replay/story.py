"""A story: one patient's Bundle and the moments at which a clinician meets it."""

from __future__ import annotations

import gzip
import tomllib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Final

import orjson

from service.fhir.record import CannotAnswer, Record
from service.fhir.references import bare_id
from service.fhir.sections import ENCOUNTER_HOOKS
from service.fhir.shorthand import Misspelled, carried

Json = dict[str, Any]

_CARRIES: Final = {
    "order-select": ("drafts", "draftOrders"),
    "order-sign": ("drafts", "draftOrders"),
    "medication-refill": ("drafts", "medications"),
    "problem-list-item-create": ("conditions", "conditions"),
    "appointment-book": ("appointments", "appointments"),
    "order-dispatch": ("dispatched", "dispatchedOrders"),
}
"""Hook → what a moment calls that which the hook carries, and what the protocol calls it."""

_CARRIED: Final = tuple(dict.fromkeys(key for key, _ in _CARRIES.values()))
_KEYS: Final = ("hook", "day", "title", "encounter", "user", *_CARRIED, "selections", "withhold")
_SUFFIXES: Final = (".json", ".json.gz")


class Unplayable(Exception):
    """A file that cannot be played; the sentence names it and says why."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One hook call. `day` is None where the file says none. `drafts`, `conditions` and `appointments` are resources of
    its context, `dispatched` references of orders; `withhold` prefetch keys."""

    hook: str = "patient-view"
    day: date | None = None
    title: str = ""
    encounter: str | None = None
    user: str | None = None
    drafts: tuple[Json, ...] = ()
    conditions: tuple[Json, ...] = ()
    appointments: tuple[Json, ...] = ()
    dispatched: tuple[str, ...] = ()
    selections: tuple[str, ...] | None = None
    withhold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """A patient: `record` answers the templates, `moments` are what happens, `golden` is where the cards are kept."""

    path: Path
    title: str
    about: str
    patient_id: str
    record: Record
    moments: tuple[Moment, ...]

    @property
    def name(self) -> str:
        """The file's name without its endings."""
        return _stem(self.path)

    @property
    def golden(self) -> Path:
        """Where the cards that this story gives are kept."""
        return self.path.with_name(f"{self.name}.cards.md")

    def on_hook(self, hook: str) -> Story:
        """The moments of that hook; where there is none, one of it with nothing in its context."""
        kept = tuple(moment for moment in self.moments if moment.hook == hook)
        first = self.moments[0]
        return replace(self, moments=kept or (Moment(hook, first.day, encounter=first.encounter, user=first.user),))

    def request(self, number: int, templates: Mapping[str, str], withhold: Iterable[str] = ()) -> Json:
        """The body of a hook call as an EHR sends it: the templates answered, some keys withheld."""
        moment = self.moments[number]
        context: Json = {"userId": moment.user or self._practitioner(), "patientId": self.patient_id}
        encounter = moment.encounter or (self._newest_encounter() if moment.hook in ENCOUNTER_HOOKS else "")
        if encounter:
            context["encounterId"] = bare_id(encounter, "Encounter")
        tokens = {key: str(value) for key, value in context.items()}
        key, member = _CARRIES.get(moment.hook, ("", ""))
        if moment.hook == "order-dispatch":
            context |= {member: list(moment.dispatched), "performer": context.pop("userId")}
        elif member:
            entries = [{"resource": each} for each in getattr(moment, key)]
            context[member] = {"resourceType": "Bundle", "type": "collection", "entry": entries}
        if moment.hook == "order-select":
            orders = [f"{each['resourceType']}/{each['id']}" for each in moment.drafts if "id" in each]
            context["selections"] = orders if moment.selections is None else list(moment.selections)
        kept_back = {*moment.withhold, *withhold}
        return {
            "hook": moment.hook,
            "hookInstance": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.name}#{number}")),
            "context": context,
            "prefetch": {
                key: value for key, value in self.record.prefetch(templates, tokens).items() if key not in kept_back
            },
        }

    def _newest_encounter(self) -> str:
        """The one that began last: these hooks always name an encounter."""
        told = [resource for _, resource in self.record.by_type.get("Encounter", ()) if resource.get("id")]
        return str(max(told, key=_began)["id"]) if told else ""

    def _practitioner(self) -> str:
        for _, resource in self.record.by_type.get("Practitioner", ()):
            if isinstance(resource.get("id"), str):
                return f"Practitioner/{resource['id']}"
        return "Practitioner/practitioner"


def found(paths: Iterable[Path]) -> Iterator[Path]:
    """The Bundles among these files and folders. Raises Unplayable for a path without any."""
    for path in paths:
        if path.is_dir():
            inside = sorted(each for each in path.iterdir() if each.name.endswith(_SUFFIXES))
            if not inside:
                raise Unplayable(f"{path} holds no Bundle: no file ends in .json")
            yield from inside
        elif path.is_file():
            yield path
        else:
            raise Unplayable(f"{path} does not exist")


def load(path: Path) -> Story:
    """The story of a Bundle and of the `<name>.toml` beside it; without one, a single patient-view.

    Raises Unplayable.
    """
    record = Record(_bundle(path))
    ids = {resource.get("id") for resource in record.patients}
    if len(ids) != 1:
        raise Unplayable(f"{path}: expected one Patient, met {len(ids)}")
    patient_id = ids.pop()
    if not isinstance(patient_id, str) or not patient_id:
        raise Unplayable(f"{path}: its Patient has no id")
    told = _table(path.with_name(f"{_stem(path)}.toml"))
    listed = told.get("moment") or [{}]
    moments = tuple(_moment(each, patient_id, path, record) for each in listed)
    title = str(told.get("title", _stem(path).replace("-", " ").replace("_", " ")))
    return Story(path, title, str(told.get("about", "")).strip(), patient_id, record, moments)


def _bundle(path: Path) -> Mapping[str, Any]:
    try:
        raw = path.read_bytes()
        bundle = orjson.loads(gzip.decompress(raw) if path.suffix == ".gz" else raw)
        if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
            raise Unplayable(f"{path} is JSON, but not a FHIR Bundle")
    except (OSError, EOFError, orjson.JSONDecodeError, CannotAnswer) as error:
        raise Unplayable(f"{path} cannot be read as a FHIR Bundle ({type(error).__name__})") from error
    return bundle


def _table(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        return {}
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Unplayable(f"{path} is not TOML: {error}") from error
    _known(told, ("title", "about", "moment"), path)
    return told


def _known(told: Mapping[str, Any], keys: Iterable[str], path: Path) -> None:
    stray = [key for key in told if key not in keys]
    if stray:
        raise Unplayable(f"{path}: unknown key '{stray[0]}'; known: {', '.join(keys)}")


def _moment(told: Mapping[str, Any], patient_id: str, path: Path, record: Record) -> Moment:
    _known(told, _KEYS, path.with_name(f"{_stem(path)}.toml"))
    hook = str(told.get("hook", "patient-view"))
    key = _CARRIES.get(hook, ("", ""))[0]
    for other in _CARRIED:
        if told.get(other) and other != key:
            carries = f"it carries {key}" if key else f"these carry something: {', '.join(_CARRIES)}"
            raise Unplayable(f"{path}: the hook '{hook}' carries no {other}; {carries}")
    day = _day(told.get("day"), path)
    selections = told.get("selections")
    brought = tuple(told.get(key, ()))
    if key and key != "dispatched":
        brought = tuple(_resources(key, brought, day, patient_id, path, record))
    return Moment(
        hook=hook,
        day=day,
        title=str(told.get("title", "")),
        encounter=told.get("encounter"),
        user=told.get("user"),
        selections=None if selections is None else tuple(selections),
        withhold=tuple(told.get("withhold", ())),
        **({key: brought} if key else {}),
    )


def _day(value: object, path: Path) -> date | None:
    try:
        return value if value is None or isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError as error:
        raise Unplayable(f"{path}: day = '{value}' is no day as 2026-01-15") from error


def _began(encounter: Mapping[str, Any]) -> str:
    period = encounter.get("period")
    return str(period.get("start", "")) if isinstance(period, Mapping) else ""


def _resources(
    key: str, told: Iterable[Mapping[str, Any]], day: date | None, patient_id: str, path: Path, record: Record
) -> Iterator[Json]:
    """FHIR written out, the record's own resource with changes laid over it ("of"), or the shorthand of a case."""
    ours = {"reference": f"Patient/{patient_id}"}
    whose = {"participant": [{"actor": ours, "status": "accepted"}]} if key == "appointments" else {"subject": ours}
    try:
        for number, fact in enumerate(told, 1):
            if "resourceType" in fact:
                yield {**whose, **fact}
            elif "of" in fact:
                original = record.find(fact["of"])
                if original is None:
                    raise Unplayable(f"{path}: the record holds no {fact['of']}")
                yield {**original, **{key: value for key, value in fact.items() if key != "of"}}
            else:
                for resource in carried(key, [fact], day.isoformat() if day else "", number):
                    yield {**resource, **whose}
    except Misspelled as error:
        raise Unplayable(f"{path}: {error}") from error


def _stem(path: Path) -> str:
    name = path.name
    for suffix in sorted(_SUFFIXES, key=len, reverse=True):
        name = name.removesuffix(suffix)
    return name
