"""What was done, billed injections among them."""

from __future__ import annotations

from typing import Final

from cards.facts import Procedure
from cards.when import When
from service.fhir.gather import Resource
from service.fhir.read import dates, medications
from service.fhir.read.elements import flag, pairs, status_code, tags, words
from service.fhir.read.reading import Reading

_NEVER: Final = frozenset(("entered-in-error", "not-done", "preparation", "draft", "not-started"))


def procedure(resource: Resource, reading: Reading) -> Procedure | None:
    """A Procedure begun or completed, dated by performed[x]; its dose is set where it tells of an injected drug.

    Kept by its words too, where no value set holds its code: some procedures have names and no code that is known here.
    """
    json, ref = resource.json, resource.ref
    status = status_code(json.get("status"))
    if status in _NEVER or flag(json.get("notPerformed")) or flag(json.get("notDone")):
        return None
    code = json.get("code")
    said = words(code)
    known = tags(code)
    if not known and not said:
        return None
    day = dates.occurred(json, "performed", reading.born) or dates.occurred(json, "occurrence", reading.born)
    if day is not None:
        day = dates.past(day, reading.today)
        if day is None:
            return None
    return Procedure(
        ref=ref,
        tags=known,
        text=said[0] if said else f"code {pairs(code)[0][1]}",
        when=day or When.by(reading.today),
        status=status or "unknown",
        dose=medications.injected(json, ref, status or "unknown", day, reading),
    )
