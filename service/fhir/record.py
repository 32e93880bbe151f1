"""A Bundle as a small EHR: answers prefetch templates in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote_plus

from service.fhir.references import resolved, written

Json = Mapping[str, Any]

_TOKEN: Final = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
_SEARCHED: Final = {
    "category": "category", "code": "code", "intent": "intent", "status": "status", "clinical-status": "clinicalStatus",
}  # fmt: skip
"""Search parameter: the element it looks at."""
_SUBJECTS: Final = ("subject", "patient", "beneficiary", "individual")


class CannotAnswer(Exception):
    """A template this record cannot answer as a FHIR server would; the sentence says which part."""


class Record:
    """The resources of one Bundle, found by type, by id and by patient."""

    def __init__(self, bundle: Json) -> None:
        """`bundle`: any Bundle whose entries hold resources. Raises CannotAnswer where it is none."""
        if bundle.get("resourceType") != "Bundle":
            raise CannotAnswer("expected a FHIR Bundle")
        self.by_type: dict[str, list[tuple[str, Json]]] = {}
        self._by_name: dict[str, Json] = {}
        for entry in bundle.get("entry") or ():
            resource = entry.get("resource") if isinstance(entry, Mapping) else None
            if not isinstance(resource, Mapping) or not isinstance(resource.get("resourceType"), str):
                continue
            kind, logical_id = resource["resourceType"], resource.get("id")
            full_url = entry.get("fullUrl")
            self.by_type.setdefault(kind, []).append((full_url if isinstance(full_url, str) else "", resource))
            if isinstance(logical_id, str):
                self._by_name[written(kind, logical_id)] = resource
            if isinstance(full_url, str):
                self._by_name[full_url.lower()] = resource

    @property
    def patients(self) -> tuple[Json, ...]:
        """The Patient resources, in order."""
        return tuple(resource for _, resource in self.by_type.get("Patient", ()))

    def find(self, reference: str) -> Json | None:
        """What a reference points at: relative, absolute, versioned, or urn:uuid by the entry's fullUrl."""
        target = resolved(reference)
        found = self._by_name.get(written(*target)) if target else None
        return found or self._by_name.get(reference.strip().lower())

    def answer(self, template: str, context: Mapping[str, str]) -> Json | None:
        """What one prefetch template gives for this context (`{"patientId": …}`): a resource, a searchset, or None
        where a read finds nothing.

        Raises CannotAnswer for a token that the context has not, and for a search parameter it does not know.
        """
        kind, _, query = _TOKEN.sub(lambda token: _value(token[1], context), template).partition("?")
        if not query:
            return self.find(kind)
        return self._search(kind, _parameters(query))

    def prefetch(self, templates: Mapping[str, str], context: Mapping[str, str]) -> dict[str, Json | None]:
        """Every template's answer by its key; a template whose token the context has not is left out, as EHRs do."""
        answers: dict[str, Json | None] = {}
        for key, template in templates.items():
            if all(_context_name(token) in context for token in _TOKEN.findall(template)):
                answers[key] = self.answer(template, context)
        return answers

    def _search(self, kind: str, parameters: Sequence[tuple[str, tuple[str, ...]]]) -> Json:
        found = self.by_type.get(kind, [])
        for name, wanted in parameters:
            if name in {"patient", "subject"}:
                ids = {value.rpartition("/")[2] for value in wanted}
                found = [each for each in found if self._is_about(each[1], ids)]
            elif name in _SEARCHED:
                tokens = [_split(value) for value in wanted]
                found = [each for each in found if any(_matches(_element(each[1], name), token) for token in tokens)]
            else:
                raise CannotAnswer(f"the search parameter '{name}' is not known here; known: {', '.join(_SEARCHED)}")
        entries = [_entry(full_url, resource, "match") for full_url, resource in found]
        entries += [_entry("", resource, "include") for resource in self._named_medications(found)]
        return {"resourceType": "Bundle", "type": "searchset", "total": len(found), "entry": entries}

    def _named_medications(self, found: Iterable[tuple[str, Json]]) -> Iterator[Json]:
        told: set[int] = set()
        for _, resource in found:
            reference = resource.get("medicationReference")
            name = reference.get("reference") if isinstance(reference, Mapping) else None
            medication = self.find(name) if isinstance(name, str) and not name.startswith("#") else None
            if medication is not None and id(medication) not in told:
                told.add(id(medication))
                yield medication

    def _is_about(self, resource: Json, ids: set[str]) -> bool:
        subjects = [resource.get(name) for name in _SUBJECTS]
        participants = resource.get("participant")
        if isinstance(participants, list):
            subjects += [each.get("actor") for each in participants if isinstance(each, Mapping)]
        return any(self._points_at(subject, ids) for subject in subjects)

    def _points_at(self, subject: object, ids: set[str]) -> bool:
        reference = subject.get("reference") if isinstance(subject, Mapping) else None
        if not isinstance(reference, str):
            return False
        target = resolved(reference)
        if target is not None:
            return target[0] in {"", "Patient"} and target[1] in ids
        found = self.find(reference)
        return found is not None and found.get("resourceType") == "Patient" and found.get("id") in ids


def _context_name(token: str) -> str:
    return token.removeprefix("context.")


def _value(token: str, context: Mapping[str, str]) -> str:
    name = _context_name(token)
    if name not in context:
        raise CannotAnswer(f"the context has no '{name}'")
    return context[name]


def _parameters(query: str) -> list[tuple[str, tuple[str, ...]]]:
    found = []
    for part in query.split("&"):
        name, _, value = part.partition("=")
        found.append((unquote_plus(name), tuple(unquote_plus(each) for each in value.split(","))))
    return found


def _split(token: str) -> tuple[str | None, str]:
    system, bar, code = token.rpartition("|")
    return (system if bar else None, code)


def _element(resource: Json, name: str) -> object:
    """What a search parameter looks at. A Condition without a category stands on the problem list."""
    found = resource.get(_SEARCHED[name])
    if name == "category" and not found and resource.get("resourceType") == "Condition":
        return "problem-list-item"
    return found


def _matches(element: object, token: tuple[str | None, str]) -> bool:
    system, code = token
    if isinstance(element, str):
        return element == code
    if isinstance(element, list):
        return any(_matches(each, token) for each in element)
    if not isinstance(element, Mapping):
        return False
    if "coding" in element:
        return _matches(element["coding"], token)
    return element.get("code") == code and (system is None or element.get("system") == system)


def _entry(full_url: str, resource: Json, mode: str) -> Json:
    entry: dict[str, Any] = {"fullUrl": full_url} if full_url else {}
    return entry | {"resource": resource, "search": {"mode": mode}}
