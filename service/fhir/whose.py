"""Whose record a resource is: its subject compared with the hook's patient, by type and id, after resolving."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from service.fhir.references import resolved, written


class Whose(enum.IntEnum):
    """Whom a resource is about; where several subjects are named, the highest counts."""

    OURS = 0
    UNNAMED = 1
    ANOTHER = 2
    UNRESOLVED = 3


def refusal(section: str, whose: Whose, count: int) -> str:
    """What a clinician is told of resources of one section that were not used."""
    if section == "patient":
        return "The record that was sent holds another patient's data: none of it was used"
    what = f"{count} {'resource' if count == 1 else 'resources'} under {section.replace('_', ' ')}"
    names = "about another patient" if whose is Whose.ANOTHER else "about a patient who cannot be told from it"
    return f"Not used: {what}, {names}"


class Guard:
    """Compares subjects with one patient. `bundles` is all that a "urn:uuid:" reference may point into."""

    def __init__(self, patient_id: str, bundles: Iterable[object]) -> None:
        self._patient_id = patient_id
        self._ours = written("Patient", patient_id)
        self._bundles = bundles
        self._by_full_url: dict[str, tuple[str, str]] | None = None

    def plainly_ours(self, resource: Mapping[str, Any]) -> bool:
        """The subject is written as most servers write it, and it is our patient; else `whose` decides."""
        subject = resource.get("subject")
        return isinstance(subject, dict) and subject.get("reference") == self._ours and "patient" not in resource

    def whose(self, resource: Mapping[str, Any]) -> Whose:
        """By `subject` and `patient`, an Appointment by its participants who are patients."""
        if resource.get("resourceType") == "Appointment":
            return self._whose_visit(resource.get("participant"))
        named = [resource[name] for name in ("subject", "patient") if resource.get(name) is not None]
        return max(map(self._pointed_at, named), default=Whose.UNNAMED)

    def _whose_visit(self, participants: object) -> Whose:
        told = []
        for each in participants if isinstance(participants, list) else [participants]:
            actor = each.get("actor") if isinstance(each, dict) else None
            if isinstance(actor, dict) and not _names_another_type(actor):
                told.append(self._pointed_at(actor))
        return Whose.OURS if Whose.OURS in told else max(told, default=Whose.UNNAMED)

    def _pointed_at(self, subject: object) -> Whose:
        if isinstance(subject, list):
            return max(
                (self._pointed_at(each) for each in subject if not isinstance(each, list)), default=Whose.UNNAMED
            )
        reference = subject.get("reference") if isinstance(subject, dict) else subject
        if reference is None or reference == "":
            another = isinstance(subject, dict) and subject.get("type") not in (None, "Patient")
            return Whose.ANOTHER if another else Whose.UNNAMED
        if not isinstance(reference, str):
            return Whose.UNRESOLVED
        if reference.startswith(("#", "Patient?")):
            # A contained Patient, or a search by identifier, has no id to compare.
            return Whose.UNNAMED
        target = self._target(reference.strip())
        if target is None:
            return Whose.UNRESOLVED
        kind, logical_id = target
        if kind == "Patient" and not logical_id:
            return Whose.UNNAMED
        return Whose.OURS if kind in {"Patient", ""} and logical_id == self._patient_id else Whose.ANOTHER

    def _target(self, reference: str) -> tuple[str, str] | None:
        if not reference.startswith("urn:"):
            return resolved(reference)
        if self._by_full_url is None:
            self._by_full_url = dict(_full_urls(self._bundles))
        name = reference.lower()
        found = self._by_full_url.get(name)
        if found is None and name.removeprefix("urn:uuid:") == self._patient_id.lower():
            return "Patient", self._patient_id
        return found


def _full_urls(bundles: Iterable[object]) -> Iterator[tuple[str, tuple[str, str]]]:
    for bundle in bundles:
        entries = bundle.get("entry") if isinstance(bundle, dict) else None
        for entry in entries if isinstance(entries, list) else ():
            full_url = entry.get("fullUrl") if isinstance(entry, dict) else None
            resource = entry.get("resource") if isinstance(entry, dict) else None
            if isinstance(full_url, str) and full_url.startswith("urn:") and isinstance(resource, dict):
                kind, logical_id = resource.get("resourceType"), resource.get("id")
                if isinstance(kind, str):
                    yield full_url.strip().lower(), (kind, logical_id if isinstance(logical_id, str) else "")


def _names_another_type(actor: Mapping[str, Any]) -> bool:
    reference = actor.get("reference")
    target = resolved(reference) if isinstance(reference, str) else None
    kind = target[0] if target else actor.get("type")
    return isinstance(kind, str) and kind not in {"", "Patient"}
