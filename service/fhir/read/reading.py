"""What every reader is given beside the resource: the day, the patient's birth, and where references lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from cards.when import When
from service.fhir.gather import Gathered
from service.fhir.read.elements import Json, contained, every, reference, tags
from service.fhir.references import resolved, written


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading of one record on one day. `born` is None where the birth date is not known."""

    gathered: Gathered
    today: date
    born: When | None = None
    _reasons: dict[str, frozenset[str]] = field(default_factory=dict)

    def medication(self, resource: Json, literal: str) -> Mapping[str, Any]:
        """The Medication that a reference of this resource leads to, or an empty object."""
        return contained(resource, literal) or (self.gathered.medication(literal) if literal else None) or {}

    def original(self, literal: str) -> Mapping[str, Any]:
        """The resource of the request that a reference leads to, or an empty object."""
        target = resolved(literal)
        return (self.gathered.originals.get(written(*target)) if target else None) or {}

    def reasons(self, resource: Json, codes: tuple[str, ...], references: tuple[str, ...]) -> frozenset[str]:
        """The value sets of a resource's coded reasons, and of the Conditions that it refers to."""
        found: frozenset[str] = frozenset()
        for key in codes:
            found |= tags(resource.get(key))
        for key in references:
            for each in every(resource.get(key)):
                literal = reference(each)
                if literal:
                    found |= self._tags_of(resource, literal)
        return found

    def _tags_of(self, resource: Json, literal: str) -> frozenset[str]:
        if literal.startswith("#"):
            return tags(contained(resource, literal).get("code"))
        known = self._reasons.get(literal)
        if known is None:
            known = self._reasons[literal] = tags(self.original(literal).get("code"))
        return known
