"""What densities and measurements share: which Observations count, when they were made, the figure they hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from cards.when import When
from service.fhir.read import dates
from service.fhir.read.elements import Json, every, status_code, tags, words
from service.fhir.read.quantities import Figure, NotUsable, figure, figure_in_words, number

_USED: Final = frozenset(("final", "amended", "corrected"))


class Result(NamedTuple):
    """One coded value: an Observation's own, or one of its components. `parent` is None for the former."""

    json: Json
    tags: frozenset[str]
    parent: Json | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A figure that could not be used, the kind of figure it is, and its day where that is known."""

    ref: str
    kind: str
    why: str
    day: When | None


def day_of(json: Json) -> When | None:
    """When it was made, None where that cannot be told: for a fault."""
    return dates.occurred(json, "effective")


def results(json: Json) -> list[Result]:
    """The Observation's own value and those of its components, where a value set holds their code."""
    own = tags(json.get("code"))
    if "component" not in json:
        return [Result(json, own)] if own else []
    components = every(json["component"])
    found = [Result(json, own)] if own and not (components and _empty(json)) else []
    for component in components:
        known = tags(component.get("code"))
        if known:
            found.append(Result(component, known, json))
    return found


def counts(json: Json) -> bool:
    """Whether the Observation's status lets it be used (R-RES-01); raises NotUsable where it has none."""
    status = status_code(json.get("status"))
    if not status:
        raise NotUsable("its status is not recorded")
    return status in _USED


def made(json: Json, today: date) -> When | None:
    """When it was made, None for one made after today (R-DATE-06). Raises NotUsable without a day."""
    day = dates.occurred(json, "effective")
    if day is None:
        raise NotUsable("its day is not recorded")
    return dates.past(day, today)


def value(json: Json, label: re.Pattern[str] | None = None) -> Figure | None:
    """The figure of value[x], a number in a short string included; None where it has no value.

    `label` is what may stand before that number. A value that only says why there is none is none.

    Raises NotUsable where it has a value that is no figure, and gives no reason for the absence of one.
    """
    told = figure(json.get("valueQuantity")) or _in_words(json, label)
    if told is None:
        whole = next(
            (found for key in ("valueInteger", "valueDecimal") if (found := number(json.get(key))) is not None), None
        )
        told = None if whole is None else Figure(whole)
    if told is None and "dataAbsentReason" not in json and not _empty(json):
        raise NotUsable("its value is not a figure")
    return told


def _in_words(json: Json, label: re.Pattern[str] | None) -> Figure | None:
    """The one figure that a string or the words of a concept tell; `label` may stand before it: "T-score: -2.7"."""
    if "valueString" not in json and "valueCodeableConcept" not in json:
        return None
    said = [*words(json.get("valueString")), *words(json.get("valueCodeableConcept"))]
    found = {told for each in said if (told := figure_in_words(each, label)) is not None}
    return found.pop() if len(found) == 1 else None


def _empty(json: Json) -> bool:
    return not any(key.startswith("value") and _told(json[key]) for key in json)


def _told(given: object) -> bool:
    """A value; not one that is an extension alone, as where data are absent."""
    return given is not None and not (isinstance(given, dict) and set(given) <= {"extension", "id"})


def has_value(json: Json) -> bool:
    """It holds a value of whatever kind."""
    return not _empty(json)
