"""Visits booked or proposed, and the drug they are for where the record says so."""

from __future__ import annotations

from typing import Final

from cards.facts import Appointment
from cards.identity import identify
from cards.when import When
from service.fhir.gather import Resource
from service.fhir.read import dates
from service.fhir.read.dosage import container_mg
from service.fhir.read.elements import Json, Named, every, named, one, reference, status_code, tags, text
from service.fhir.read.reading import Reading

_NEVER: Final = frozenset(("entered-in-error",))
_CONCEPTS: Final = ("serviceType", "reasonCode", "reason", "appointmentType", "specialty", "indication")
_POINTERS: Final = ("supportingInformation", "reasonReference", "basedOn")


def appointment(resource: Resource, reading: Reading) -> Appointment | None:
    """An Appointment of any status but entered-in-error, past or to come; the drug it names is found by the words and
    codes of service, reason, description, comment and of what it refers to."""
    json = resource.json
    status = status_code(json.get("status"))
    if status in _NEVER:
        return None
    concepts = [json.get(key) for key in _CONCEPTS]
    pointers = [each for key in _POINTERS for each in every(json.get(key))]
    targets = [target for each in pointers for target in _targets(reference(each), reading)]
    spoken = [text(json.get(key)) for key in ("description", "comment", "patientInstruction")]
    actors = [one(each).get("actor") for each in every(json.get("participant"))]
    said = named(*concepts, *pointers, *targets, *actors, *(each for each in spoken if each))
    identity = identify(said.codes, said.words) if said != Named((), ()) else None
    words = (*(each for each in spoken if each), *named(*concepts, *targets).words)
    label = [each for each in spoken if each] or list(named(*concepts).words)
    known = frozenset().union(*(tags(each) for each in (*concepts, *targets)))
    return Appointment(
        ref=resource.ref,
        status=status or "unknown",
        start=_start(json),
        ingredients=identity.ingredients if identity else (),
        tags=known | identity.tags if identity else known,
        text=label[0] if label else "",
        in_context=resource.in_context,
        words=words,
        brand=identity.brand if identity else None,
        strength_mg=container_mg(said.words, said.codes) if identity else None,
        sure=identity.sure if identity else True,
    )


def _targets(literal: str, reading: Reading) -> list[object]:
    """The concepts of what an appointment refers to: an order's drug or code, a problem's code."""
    found = reading.original(literal)
    concepts = [found.get("medicationCodeableConcept"), found.get("code")]
    drug = reference(found.get("medicationReference"))
    if drug:
        concepts += [reading.medication({}, drug).get("code"), found.get("medicationReference")]
    return [each for each in concepts if each]


def _start(json: Json) -> When | None:
    return dates.when(json.get("start")) or dates.spanned(json.get("requestedPeriod"))
