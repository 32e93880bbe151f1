"""From a hook request to the resources of each section of the chart, and what was not sent, not readable or not ours.

Pure, and never raises on odd data. One pass over the entries; resources are passed on as they came, never copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cards.chart import State
from service.fhir.entries import context_resources, dispatched, identity, is_included, supersedes
from service.fhir.references import resolved, written
from service.fhir.sections import Query, queries
from service.fhir.sent import Sent, counts_more, has_next, is_error, opened
from service.fhir.version import NOT_R4, is_dstu2, names_dstu2
from service.fhir.whose import Guard, Whose, refusal

NOT_SENT: Final = "not sent"
ERROR: Final = "the EHR answered with an error"
NOT_READABLE: Final = "not readable"
NOT_ASKED: Final = "not asked for on this hook"
NO_PATIENT: Final = "the EHR holds no such patient"
MORE_PAGES: Final = "only the first page of results was sent"
FEWER: Final = "fewer results were sent than the EHR counted"
PROBLEM: Final = "the EHR reported a problem with the search"
BROKEN_ENTRY: Final = "a result could not be read"
ONE_FOR_ALL: Final = "a single resource was sent in place of a search result"
CONTEXT_ONLY: Final = "only what this hook itself carries was seen"
ANOTHER_PATIENT: Final = "the prefetch held another patient's record"

REFUSED_WHOLE: Final = "the whole prefetch was refused: it held another patient's record"
NO_MATCH: Final = "the selections name no draft order: all are taken as selected"
SOME_MATCH: Final = "some selections name no draft order"
NOT_AT_HAND: Final = "an order being dispatched was not among the orders sent"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a hook call gives to gather from. `selected` are order-select's selections, None where it sent none.

    `beside` are hooks that the call stands for too: a vendor's trigger sent as patient-view. `fhir_version` is the
    client's own word for the version of what it sends, "" where it says none.
    """

    hook: str
    hook_instance: str
    service_id: str
    patient_id: str
    user_id: str | None
    encounter_id: str | None
    prefetch: Mapping[str, Any]
    context: Mapping[str, Any]
    client: str = "open"
    selected: tuple[str, ...] | None = None
    beside: tuple[str, ...] = ()
    fhir_version: str = ""


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource as it came; `ref` is "Type/id", or "" where it has no id."""

    json: Mapping[str, Any]
    ref: str
    in_context: bool = False
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """The resources of one section, and how much of it they are; `why` where that is not all."""

    section: str
    resources: tuple[Resource, ...] = ()
    state: State = State.WHOLE
    why: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Resources of one section that were not used; `why` is a sentence for the clinician."""

    section: str
    count: int
    why: str


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a request brought, by section. The part "drafts" is always there.

    `medications` maps every way a Medication may be referenced to the resource; `originals` maps "Type/id" to the
    resource as sent. `unnamed` counts the resources used that named no patient. `notes` are for the log. Where
    `is_r4` is false nothing was read, and every part says why.
    """

    patient_id: str
    hook: str
    encounter_id: str | None
    parts: Mapping[str, Part]
    medications: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    originals: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    refused: tuple[Refused, ...] = ()
    notes: tuple[str, ...] = ()
    unnamed: int = 0
    beside: tuple[str, ...] = ()
    is_r4: bool = True

    def medication(self, reference: str) -> Mapping[str, Any] | None:
        """The Medication that a reference points at, if any Bundle of the request held it."""
        found = self.medications.get(reference)
        if found is None:
            target = resolved(reference)
            found = self.medications.get(written(*target) if target else reference.strip().lower())
        return found

    @property
    def nothing_readable(self) -> bool:
        """No section could be read, the hook's own context brought nothing, and nothing had to be refused either."""
        return (
            self.is_r4
            and not self.refused
            and not self.parts["drafts"].resources
            and all(part.state is State.UNREAD for name, part in self.parts.items() if name != "drafts")
        )


_CONTEXT_MEMBER: Final = {
    "order-select": "draftOrders",
    "order-sign": "draftOrders",
    "medication-refill": "medications",
    "appointment-book": "appointments",
    "problem-list-item-create": "conditions",
}

_CONTEXT_SECTION: Final = {
    "MedicationRequest": "drafts",
    "ServiceRequest": "service_requests",
    "Appointment": "appointments",
    "Condition": "conditions",
}

_BESIDE: Final = frozenset((
    "Medication", "Patient", "Practitioner", "PractitionerRole", "Organization", "Location", "Encounter", "Provenance",
    "RelatedPerson", "Device", "Specimen", "OperationOutcome",
))  # fmt: skip
"""What a search may bring beside the resources asked for."""


def gather(asked: Asked, sections: frozenset[str]) -> Gathered:
    """The resources of these sections and of the hook's context, the hook's patient's own."""
    return _Gathering(asked, sections).done()


class _AnotherPatient(Exception):
    """A Patient resource in the prefetch has another id."""


class _Gathering:
    """One request being gathered."""

    def __init__(self, asked: Asked, sections: frozenset[str]) -> None:
        self.asked = asked
        self.queries = queries(asked.hook, sections, asked.beside)
        self.drafted = asked.context.get(_CONTEXT_MEMBER.get(asked.hook, ""))
        self.guard = Guard(asked.patient_id, [*(asked.prefetch.get(each.key) for each in self.queries), self.drafted])
        self.found: dict[str, dict[object, Resource]] = {name: {} for name in (*sorted(sections), "drafts")}
        self.states: dict[str, list[tuple[Query, State, str]]] = {name: [] for name in self.found}
        self.medications: dict[str, Mapping[str, Any]] = {}
        self.refusals: dict[tuple[str, Whose], int] = {}
        self.notes: list[str] = []
        self.unnamed = 0
        self.unseen_drafts = ""
        self.is_r4 = not names_dstu2(asked.fhir_version)

    def done(self) -> Gathered:
        try:
            for query in self.queries:
                self._take_key(query)
        except _AnotherPatient:
            self._refuse_whole()
        self._take_context()
        if self.asked.hook == "order-dispatch":
            self._take_dispatched()
        if not self.is_r4:
            return self._another_version()
        parts = {name: self._part(name) for name in self.found}
        return Gathered(
            patient_id=self.asked.patient_id,
            hook=self.asked.hook,
            encounter_id=self.asked.encounter_id,
            parts=parts,
            medications=self.medications,
            originals={each.ref: each.json for part in parts.values() for each in part.resources if each.ref},
            refused=tuple(Refused(key[0], count, refusal(*key, count)) for key, count in sorted(self.refusals.items())),
            notes=tuple(dict.fromkeys(self.notes)),
            unnamed=self.unnamed,
            beside=self.asked.beside,
        )

    def _another_version(self) -> Gathered:
        """One resource tells it for all: a request is of one version throughout."""
        asked, parts = self.asked, {name: Part(name, (), State.UNREAD, NOT_R4) for name in self.found}
        return Gathered(
            asked.patient_id, asked.hook, asked.encounter_id, parts, notes=(NOT_R4,), beside=asked.beside, is_r4=False
        )

    # What came under the prefetch keys

    def _take_key(self, query: Query) -> None:
        sent, value = opened(self.asked.prefetch, query.key)
        state, why = State.WHOLE, ""
        if sent is Sent.ABSENT:
            state, why = State.UNREAD, NOT_SENT
        elif sent is Sent.OUTCOME:
            state, why = State.UNREAD, ERROR
        elif sent is Sent.MALFORMED:
            self.notes.append(f"prefetch key '{query.key}' is malformed")
            state, why = State.UNREAD, NOT_READABLE
        elif sent is Sent.RESOURCE:
            state, why = self._take_single(query, value)
        elif sent not in {Sent.NULL, Sent.BUNDLE_EMPTY}:
            state, why = self._take_bundle(query, value)
        if query.type == "Patient" and state is State.WHOLE and not self.found["patient"]:
            state, why = State.UNREAD, NO_PATIENT
        self.states[query.section].append((query, state, why))

    def _take_single(self, query: Query, value: Mapping[str, Any]) -> tuple[State, str]:
        if value["resourceType"] not in query.types:
            if value["resourceType"] == "Patient":
                self._check_patient(value, "")
            self.is_r4 &= not is_dstu2(value)
            self.notes.append(f"prefetch key '{query.key}' holds another resource type")
            return State.UNREAD, NOT_READABLE
        self._take(query, value, "", self.found[query.section])
        return (State.WHOLE, "") if query.read else (State.PARTIAL, ONE_FOR_ALL)

    def _take_bundle(self, query: Query, bundle: Mapping[str, Any]) -> tuple[State, str]:
        wanted, kept = query.types, self.found[query.section]
        matches = strangers = broken = 0
        outcomes: list[Mapping[str, Any]] = []
        for entry in bundle.get("entry") or ():
            resource = entry.get("resource") if isinstance(entry, dict) else None
            kind = resource.get("resourceType") if isinstance(resource, dict) else None
            if resource is None or not isinstance(kind, str):
                broken += 1
            elif kind in wanted:
                if not matches:
                    self.is_r4 &= not is_dstu2(resource)
                matches += 1
                self._take(query, resource, entry.get("fullUrl"), kept)
            elif kind == "Medication":
                self._keep_medication(resource, entry.get("fullUrl"))
            elif kind == "OperationOutcome":
                outcomes.append(resource)
            elif kind == "Patient":
                self._check_patient(resource, entry.get("fullUrl"))
            elif kind not in _BESIDE and not is_included(entry):
                strangers += 1
                self.is_r4 &= not is_dstu2(resource)
        if broken or (strangers and not matches):
            self.notes.append(f"prefetch key '{query.key}' holds other resource types, or entries without a resource")
        if not matches and (strangers or broken):
            return State.UNREAD, NOT_READABLE
        if not matches and any(map(is_error, outcomes)):
            return State.UNREAD, ERROR
        if has_next(bundle):
            return State.PARTIAL, MORE_PAGES
        if outcomes:
            return State.PARTIAL, PROBLEM
        if broken:
            return State.PARTIAL, BROKEN_ENTRY
        return (State.PARTIAL, FEWER) if counts_more(bundle) else (State.WHOLE, "")

    def _take(self, query: Query, resource: Mapping[str, Any], full_url: object, kept: dict[object, Resource]) -> None:
        if query.type == "Patient":
            self._check_patient(resource, full_url)
        elif not self.guard.plainly_ours(resource) and not self._is_ours(resource, query.section):
            return
        ref = identity(resource, full_url)
        before = kept.get(ref) if ref else None
        if before is None:
            kept[ref or len(kept)] = Resource(resource, ref)
        elif supersedes(resource, before.json):
            kept[ref] = Resource(resource, ref)

    def _check_patient(self, resource: Mapping[str, Any], full_url: object) -> None:
        ref = identity(resource, full_url)
        if ref and ref != written("Patient", self.asked.patient_id):
            raise _AnotherPatient
        if not ref:
            self.unnamed += 1

    def _is_ours(self, resource: Mapping[str, Any], section: str) -> bool:
        whose = self.guard.whose(resource)
        if whose is Whose.UNNAMED:
            self.unnamed += 1
        elif whose is not Whose.OURS:
            key = (section, whose)
            self.refusals[key] = self.refusals.get(key, 0) + 1
            return False
        return True

    def _keep_medication(self, resource: Mapping[str, Any], full_url: object) -> None:
        names = {identity(resource, full_url)}
        if isinstance(full_url, str):
            names |= {full_url, full_url.strip().lower()} if full_url.startswith("urn:") else {full_url}
        for name in names - {""}:
            before = self.medications.get(name)
            if before is None or supersedes(resource, before):
                self.medications[name] = resource

    def _refuse_whole(self) -> None:
        self.notes.append(REFUSED_WHOLE)
        self.found = {name: {} for name in self.found}
        self.states = {name: [] for name in self.found}
        for query in self.queries:
            self.states[query.section].append((query, State.UNREAD, ANOTHER_PATIENT))
        self.medications = {}
        self.refusals = {("patient", Whose.ANOTHER): 1}
        self.unnamed = 0

    # What the hook itself carries

    def _take_context(self) -> None:
        taken: list[tuple[str, Mapping[str, Any], str]] = []
        for resource, full_url in context_resources(self.drafted):
            kind = resource["resourceType"]
            section = _CONTEXT_SECTION.get(kind, "")
            if kind == "Medication":
                self._keep_medication(resource, full_url)
                continue
            self.is_r4 &= not is_dstu2(resource)
            if section in self.found and self._is_ours(resource, section):
                taken.append((section, resource, identity(resource, full_url)))
        selected = self._selected([ref for _, _, ref in taken])
        for place, (section, resource, ref) in enumerate(taken):
            is_selected = selected is None or ref in selected
            self.found[section][ref or ("context", place)] = Resource(resource, ref, True, is_selected)

    def _take_dispatched(self) -> None:
        """The hook names its orders by reference: those of drugs among the orders sent are the drafts to judge."""
        orders = {ref: each for ref, each in self.found["medication_requests"].items() if isinstance(ref, str)}
        for reference in dispatched(self.asked.context):
            kind, logical_id = resolved(reference) or ("MedicationRequest", "")
            if kind in {"", "MedicationRequest"}:
                order = orders.get(written("MedicationRequest", logical_id))
                if order is None:
                    self.unseen_drafts = NOT_AT_HAND
                    self.notes.append(NOT_AT_HAND)
                else:
                    self.found["drafts"][order.ref] = Resource(order.json, order.ref, True, True)

    def _selected(self, refs: list[str]) -> set[str] | None:
        """The selected of these context resources, by "Type/id" or else by id alone; None means all of them."""
        if self.asked.hook != "order-select" or not self.asked.selected:
            return None
        by_id = {ref.partition("/")[2]: ref for ref in refs if ref}
        chosen = set()
        for name in self.asked.selected:
            kind, logical_id = resolved(name) or ("", name.strip())
            ref = written(kind, logical_id)
            chosen.add(ref if ref in refs else by_id.get(logical_id, ""))
        if chosen == {""}:
            self.notes.append(NO_MATCH)
            return None
        if "" in chosen:
            self.notes.append(SOME_MATCH)
        return chosen - {""}

    # What it adds up to

    def _part(self, section: str) -> Part:
        resources = tuple(self.found[section].values())
        if section == "drafts":
            state = State.PARTIAL if self.unseen_drafts else State.WHOLE
            return Part(section, resources, state, self.unseen_drafts)
        keys = self.states[section]
        unread = [(query, why) for query, state, why in keys if state is State.UNREAD]
        partial = [(query, why) for query, state, why in keys if state is State.PARTIAL]
        if len(unread) == len(keys):
            why = _joined(unread, len(keys)) if keys else NOT_ASKED
            return (
                Part(section, resources, State.PARTIAL, f"{CONTEXT_ONLY} ({why})")
                if resources
                else Part(section, (), State.UNREAD, why)
            )
        if unread or partial:
            return Part(section, resources, State.PARTIAL, _joined([*unread, *partial], len(keys)))
        return Part(section, resources)


def _joined(told: list[tuple[Query, str]], keys: int) -> str:
    reasons = {why for _, why in told}
    if len(told) == keys and len(reasons) == 1:
        return told[0][1]
    return "; ".join(f"{query.words} {why}" if why == NOT_SENT else f"{query.words}: {why}" for query, why in told)
