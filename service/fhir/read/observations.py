"""What densities and measurements share: which Observations count, when they were made, the figure they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from cards.when import When
from service.fhir.read import dates
from service.fhir.read.elements import Json, every, status_code, tags
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


def value(json: Json) -> Figure | None:
    """The figure of value[x], a number in a short string included; None where it has no value.

    Raises NotUsable where it has a value that is no figure, and gives no reason for the absence of one.
    """
    told = figure(json.get("valueQuantity")) or figure_in_words(json.get("valueString"))
    if told is None and "valueInteger" in json:
        whole = number(json.get("valueInteger"))
        told = None if whole is None else Figure(whole)
    if told is None and "dataAbsentReason" not in json and not _empty(json):
        raise NotUsable("its value is not a figure")
    return told


def _empty(json: Json) -> bool:
    return not any(key.startswith("value") and json[key] is not None for key in json)
