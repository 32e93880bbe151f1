"""The encounter of the hook."""

from __future__ import annotations

import re
from typing import Final

from cards.facts import Encounter
from service.fhir.gather import Resource
from service.fhir.read import dates
from service.fhir.read.elements import one, status_code, words
from service.fhir.read.reading import Reading

_HOSPICE: Final = re.compile(r"\bhospice\b", re.IGNORECASE)


def encounter(resource: Resource, reading: Reading) -> Encounter | None:
    """An Encounter; its kind is the class code in lower case, "hospice" where class, type, service or where the
    patient is discharged to say so."""
    json = resource.json
    status = status_code(json.get("status"))
    if status in {"entered-in-error", "cancelled"}:
        return None
    stay = one(json.get("hospitalization") or json.get("admission"))
    said = [
        word
        for concept in (
            json.get("class"), json.get("type"), json.get("serviceType"), stay.get("dischargeDisposition"),
        )
        for word in words(concept)
    ]  # fmt: skip
    kind = "hospice" if any(_HOSPICE.search(word) for word in said) else status_code(json.get("class"))
    started, _ = dates.period(json.get("period") or json.get("actualPeriod"))
    return Encounter(resource.ref, kind, status or "unknown", started)
