"""What every reader is given beside the resource: the day, the patient's birth, and where references lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import orjson

from cards.concepts import product
from cards.when import When
from service.fhir.gather import Gathered
from service.fhir.read.elements import Json, contained, every, reference, tags, words
from service.fhir.references import resolved, written

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading of one record on one day. `born` is None where the birth date is not known."""

    gathered: Gathered
    today: date
    born: When | None = None
    _reasons: dict[str, frozenset[str]] = field(default_factory=dict)
    _understood: dict[tuple[str, bytes], Any] = field(default_factory=dict)

    def once(self, what: str, json: object, understand: Callable[[], T]) -> T:
        """What `understand` makes of this JSON and of nothing else; made once a record.

        The same drug, instruction and diagnosis stand in a record many times over. `what` keeps apart what two readers
        make of the same JSON.
        """
        try:
            key = (what, orjson.dumps(json))
        except orjson.JSONEncodeError:
            return understand()
        if key not in self._understood:
            self._understood[key] = understand()
        found: T = self._understood[key]
        return found

    def medication(self, resource: Json, literal: str) -> Mapping[str, Any]:
        """The Medication that a reference of this resource leads to, or an empty object."""
        if not literal:
            return {}
        return contained(resource, literal) or self.gathered.medication(literal) or _inside(resource, literal)

    def original(self, literal: str) -> Mapping[str, Any]:
        """The resource of the request that a reference leads to, or an empty object."""
        target = resolved(literal)
        return (self.gathered.originals.get(written(*target)) if target else None) or {}

    def reasons(self, resource: Json, codes: tuple[str, ...], references: tuple[str, ...]) -> frozenset[str]:
        """The value sets of a resource's coded reasons and of Conditions it refers to, and reasons told in words."""
        found: frozenset[str] = frozenset()
        for key in codes:
            if key in resource:
                found |= tags(resource[key]) | product.reasons_named(words(resource[key]))
        for key in references:
            if key not in resource:
                continue
            for each in every(resource[key]):
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


def _inside(resource: Json, literal: str) -> Json:
    """The contained resource of a reference that lacks its "#"; an empty object where there is none."""
    target = resolved(literal)
    return contained(resource, f"#{target[1]}") if target else {}
