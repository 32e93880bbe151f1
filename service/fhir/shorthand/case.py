"""One case in shorthand → one hook call on a FHIR record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from service.fhir.gather import Asked
from service.fhir.record import Record
from service.fhir.sections import TABLE, prefetch
from service.fhir.shorthand import drugs, findings
from service.fhir.shorthand.dress import AS_WRITTEN, Dress, place
from service.fhir.shorthand.elements import PATIENT_ID, Json, checked
from service.fhir.shorthand.words import Misspelled

HOLDS: Final = (
    "today hook patient encounter meds doses conditions dxa labs vitals frax social procedures allergies appointments"
    " orders drafts resources unread partial"
)
"""What a case may hold of the record and the moment."""

_DRAFT_MEMBER: Final = {"order-select": "draftOrders", "order-sign": "draftOrders", "medication-refill": "medications"}
_NEW_MEMBER: Final = {"problem-list-item-create": "conditions", "appointment-book": "appointments"}


@dataclass(frozen=True, slots=True)
class Moment:
    """A hook call: the record as a Bundle, the hook's context, and the keys that are withheld or cut short."""

    hook: str
    today: date
    bundle: Json
    context: Json
    withheld: frozenset[str]
    cut_short: frozenset[str]
    null_when_empty: bool
    shuffle: str

    def asked(self, sections: Iterable[str]) -> Asked:
        """What an EHR would send for these sections of the chart."""
        templates = prefetch(self.hook, sections)
        tokens = {key: value for key, value in self.context.items() if isinstance(value, str)}
        answers = Record(self.bundle).prefetch(templates, tokens)
        sent = {key: self._as_sent(key, value) for key, value in answers.items() if key not in self.withheld}
        if self.shuffle:
            sent = dict(sorted(sent.items(), key=lambda item: place(self.shuffle, item[0])))
        selected = self.context.get("selections")
        return Asked(
            hook=self.hook,
            hook_instance="00000000-0000-4000-8000-000000000001",
            service_id=f"osteohooks-{self.hook}",
            patient_id=PATIENT_ID,
            user_id="Practitioner/practitioner-1",
            encounter_id=self.context.get("encounterId"),
            prefetch=sent,
            context=self.context,
            selected=tuple(selected) if selected is not None else None,
        )

    def _as_sent(self, key: str, answer: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        if answer is None or answer.get("resourceType") != "Bundle":
            return answer
        if key in self.cut_short:
            more = {"relation": "next", "url": "https://ehr.example.org/fhir?page=2"}
            return {**answer, "link": [more]}
        if self.null_when_empty and not answer["entry"]:
            return None
        return answer


def expand(case: Mapping[str, Any], dress: Dress = AS_WRITTEN) -> Moment:
    """The FHIR record and hook call of a case; `today` must be a day. Raises Misspelled for what is not known."""
    checked(case, HOLDS, "the case")
    if "today" not in case:
        raise Misspelled("the case says no 'today'")
    today = str(case["today"])
    count: Counter[str] = Counter()

    def name(kind: str) -> str:
        count[kind] += 1
        return f"{kind.lower()}-{count[kind]}"

    record, in_context = _facts(case, dress, name)
    hook = str(case.get("hook", "order-sign" if case.get("drafts") else "patient-view"))
    context: Json = {"patientId": PATIENT_ID, "userId": "Practitioner/practitioner-1"}
    if "encounter" in case:
        record.append(findings.encounter(case["encounter"], dress))
        context["encounterId"] = "encounter-1"
    context |= _hook_context(case, hook, today, dress, name, in_context)
    if dress.shuffle:
        record.sort(key=lambda resource: place(dress.shuffle, f"{resource['resourceType']}/{resource.get('id')}"))
    return Moment(
        hook=hook,
        today=date.fromisoformat(today),
        bundle=collection(record),
        context=context,
        withheld=frozenset(_keys(case.get("unread", ()))),
        cut_short=frozenset(_keys(case.get("partial", ()))),
        null_when_empty=dress.empty == "null",
        shuffle=dress.shuffle,
    )


def _facts(case: Mapping[str, Any], dress: Dress, name: Callable[[str], str]) -> tuple[list[Json], list[Json]]:
    """The record's resources, and those that are new in the hook's context."""
    today = str(case["today"])

    def told(key: str) -> list[Mapping[str, Any]]:
        facts = case.get(key, [])
        if not isinstance(facts, list) or not all(isinstance(each, Mapping) for each in facts):
            raise Misspelled(f"'{key}' must be a list of inline tables")
        return facts

    record = [findings.patient(case.get("patient", {}))]
    new: list[Json] = []
    diagnoses = findings.conditions(told("conditions"), dress, name)
    for found in (diagnoses, findings.appointments(told("appointments"), dress, name)):
        for resource, is_new in found:
            (new if is_new else record).append(resource)
    record += drugs.meds(told("meds"), today, dress, name)
    record += drugs.doses(told("doses"), today, dress, name)
    record += findings.dxa(told("dxa"), dress, name)
    record += findings.measured(told("labs"), dress, name, "laboratory")
    record += findings.measured(told("vitals"), dress, name, "vital-signs")
    record += findings.frax(told("frax"), dress, name)
    record += findings.social(told("social"), dress, name)
    record += findings.procedures(told("procedures"), dress, name)
    record += findings.allergies(told("allergies"), dress, name)
    record += findings.orders(told("orders"), dress, name)
    record += [_written_out(resource, name) for resource in told("resources")]
    return record, new


def _written_out(resource: Mapping[str, Any], name: Callable[[str], str]) -> Json:
    kind = resource.get("resourceType")
    if not isinstance(kind, str):
        raise Misspelled("resources: each needs its resourceType")
    whose = "patient" if kind in {"AllergyIntolerance", "Immunization"} else "subject"
    return {"id": name(kind), whose: {"reference": f"Patient/{PATIENT_ID}"}, **resource}


def _hook_context(
    case: Mapping[str, Any], hook: str, today: str, dress: Dress, name: Callable[[str], str], new: list[Json]
) -> Json:
    member = _DRAFT_MEMBER.get(hook)
    if case.get("drafts") and member is None:
        raise Misspelled(f"the hook '{hook}' carries no drafts; use one of: {', '.join(_DRAFT_MEMBER)}")
    if member is not None:
        made, selected = [], []
        for number, fact in enumerate(case.get("drafts", ()), 1):
            resources = drugs.draft(fact, today, dress, _numbered(number))
            made += resources
            if fact.get("selected", True):
                selected.append(f"MedicationRequest/{resources[0]['id']}")
        told: Json = {member: collection([*made, *new])}
        return told | ({"selections": selected} if hook == "order-select" else {})
    if hook in _NEW_MEMBER:
        return {_NEW_MEMBER[hook]: collection(new)}
    if new:
        raise Misspelled(f"the hook '{hook}' carries nothing new; leave out 'new', or use: {', '.join(_NEW_MEMBER)}")
    return {}


def carried(kind: str, facts: Iterable[Mapping[str, Any]], today: str, first: int = 1) -> Iterator[Json]:
    """What a hook's context holds, in shorthand, as FHIR: "drafts", "conditions" or "appointments"."""
    for number, fact in enumerate(facts, first):
        if kind == "drafts":
            yield from drugs.draft(fact, today, AS_WRITTEN, _numbered(number))
        elif kind == "conditions":
            yield from (made for made, _ in findings.conditions([fact], AS_WRITTEN, _numbered(number, "new")))
        else:
            yield from (made for made, _ in findings.appointments([fact], AS_WRITTEN, _numbered(number, "new")))


def _numbered(number: int, word: str = "draft") -> Callable[[str], str]:
    return lambda _: f"{word}-{number}"


def collection(resources: list[Json]) -> Json:
    """A Bundle of type collection; FHIR writes no empty list of entries."""
    entries = [{"resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": "collection"} | ({"entry": entries} if entries else {})


def _keys(names: Iterable[str]) -> Iterator[str]:
    """The prefetch keys of these sections, or the keys themselves."""
    for name in names:
        found = [query.key for query in TABLE if name in (query.section, query.key)]
        if not found:
            known = ", ".join(sorted({query.section for query in TABLE}))
            raise Misspelled(f"no section or prefetch key is called '{name}'; sections: {known}")
        yield from found
