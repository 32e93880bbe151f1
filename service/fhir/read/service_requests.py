"""Open orders of tests, images and referrals."""

from __future__ import annotations

from typing import Final

from cards.facts import ServiceOrder
from cards.when import When
from service.fhir.gather import Resource
from service.fhir.read import dates
from service.fhir.read.elements import status_code, tags, text, words
from service.fhir.read.reading import Reading

_OPEN: Final = frozenset(("draft", "active", "on-hold", "unknown", ""))
_NOT_AN_ORDER: Final = frozenset(("proposal", "plan", "option"))


def service_order(resource: Resource, reading: Reading) -> ServiceOrder | None:
    """A ServiceRequest that is still open; a draft only where the hook's context carries it. None for any other."""
    json, in_context = resource.json, resource.in_context
    status = status_code(json.get("status"))
    if status not in _OPEN or (status == "draft" and not in_context) or json.get("doNotPerform") is True:
        return None
    if not in_context and status_code(json.get("intent")) in _NOT_AN_ORDER:
        return None
    code = json.get("code")
    known, said = tags(code), words(code)
    if not known and not said:
        return None
    day = dates.occurred(json, "occurrence")
    if day is None:
        authored = dates.when(json.get("authoredOn"))
        if authored is not None and not in_context and authored.earliest > reading.today:
            return None
        day = authored
    return ServiceOrder(
        ref=resource.ref,
        status=status or "unknown",
        tags=known,
        text=said[0] if said else text(json.get("patientInstruction")),
        when=day or When.by(reading.today),
    )
