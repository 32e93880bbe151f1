"""A change laid over an order or a visit as it came: everything else of it stays, and the original is not touched."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from cards.orders import Change
from service.fhir.read.dosage import mass_in_words

_PLACES_OF_A_DAY: Final = 10  # characters of "2027-01-05" in a dateTime or an instant
_UNITS: Final = {"h": "hour", "d": "day", "wk": "week", "mo": "month", "a": "year"}
_KEPT_OF_A_REPEAT: Final = ("boundsPeriod", "boundsDuration", "boundsRange", "count", "countMax", "extension", "id")
_REASONS_OF: Final = {
    "MedicationRequest": ("statusReason",),
    "Appointment": ("cancelationReason", "cancellationReason"),
}

Members = dict[str, Any]


def changed(original: Mapping[str, Any], change: Change) -> Members | None:
    """The whole resource with the change in it; None for another type than MedicationRequest and Appointment, and
    for a day or a timing that has no place in it.

    The narrative goes, for it tells the old state; so do a reason for a status that is no more, and the words of a
    dosage whose frequency changes: those are kept as a note.
    """
    kind = original.get("resourceType")
    if kind not in _REASONS_OF:
        return None
    resource = {key: value for key, value in original.items() if key != "text"}
    if change.status is not None:
        if change.status != resource.get("status"):
            for reason in _REASONS_OF[kind]:
                resource.pop(reason, None)
        _set(resource, "status", change.status)
    if kind == "Appointment":
        return resource if change.timing is None and (not change.start or _move_visit(resource, change.start)) else None
    if change.start is None and change.timing is None:
        return resource
    instructions = _objects(resource.get("dosageInstruction")) or [{}]
    place = min(range(len(instructions)), key=lambda each: _sequence(instructions[each]))
    first = instructions[place] = dict(instructions[place])
    if change.timing is not None:
        said = _retime(first, change.timing)
        if said:
            resource["note"] = [
                *_objects(resource.get("note")),
                {"text": f"Frequency changed on the advice of decision support; it read: {said}"},
            ]
    if change.start is not None:
        _move_order(first, change.start)
    resource["dosageInstruction"] = instructions
    return resource


def _objects(value: object) -> list[Members]:
    if isinstance(value, dict):
        return [value]
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _part(parent: Mapping[str, Any], key: str) -> Members:
    value = parent.get(key)
    return dict(value) if isinstance(value, dict) else {}


def _set(members: Members, key: str, value: object) -> None:
    members[key] = value
    members.pop(f"_{key}", None)


def _sequence(instruction: Members) -> int:
    place = instruction.get("sequence")
    return place if isinstance(place, int) else 0


def _retime(instruction: Members, timing: tuple[int, Decimal, str]) -> str:
    """Sets frequency and period and says them in words; returns the words that stood there."""
    times, period, unit = timing
    told = _part(instruction, "timing")
    repeat = _part(told, "repeat")
    kept = {key: repeat[key] for key in _KEPT_OF_A_REPEAT if key in repeat}
    length = int(period) if period == int(period) else float(period)
    told["repeat"] = {**kept, "frequency": times, "period": length, "periodUnit": unit}
    told.pop("code", None)
    events = told.get("event")
    if isinstance(events, list) and len(events) > 1:
        _set(told, "event", events[:1])
    instruction["timing"] = told
    said = [instruction.pop(key, None) for key in ("text", "patientInstruction")]
    often = {1: "once", 2: "twice"}.get(times, f"{times} times")
    every = f"every {_UNITS[unit]}" if length == 1 else f"every {length} {_UNITS[unit]}s"
    before = [each for each in said if isinstance(each, str) and each.strip()]
    instruction["text"] = " ".join([*_dose_words(instruction, before), often, every])
    return "; ".join(before)


def _dose_words(instruction: Members, before: list[str]) -> list[str]:
    for entry in (*_objects(instruction.get("doseAndRate")), instruction):
        dose = entry.get("doseQuantity")
        if isinstance(dose, dict):
            value, unit = dose.get("value"), dose.get("unit") or dose.get("code")
            if isinstance(value, (int, float)) and isinstance(unit, str):
                return [f"{value:g} {unit}"]
    mass = mass_in_words(before)
    return [] if mass is None else [f"{mass.normalize():f} mg"]


def _move_order(instruction: Members, start: date) -> None:
    """The first planned day, where the order names it: an event, or the start of its bounds."""
    timing = _part(instruction, "timing")
    repeat = _part(timing, "repeat")
    bounds = _part(repeat, "boundsPeriod")
    events = timing.pop("event", None)
    if isinstance(events, list) and events:
        later = [each for each in events[1:] if isinstance(each, str) and each > start.isoformat()]
        _set(timing, "event", [start.isoformat(), *later])
    elif not bounds and (not repeat or "boundsDuration" in repeat or "boundsRange" in repeat):
        timing["event"] = [start.isoformat()]
    if bounds or ("event" not in timing):
        end = _moved(bounds.get("end"), bounds.get("start"), start)
        repeat["boundsPeriod"] = {"start": start.isoformat(), **({"end": end} if end else {})}
        timing["repeat"] = repeat
    instruction["timing"] = timing


def _moved(end: object, was: object, start: date) -> str | None:
    """An end as far from the new start as it was from the old one; None where either day is not exact."""
    last, first = _day(end), _day(was)
    if last is None or first is None or last < first:
        return None
    return (start + (last - first)).isoformat()


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value[:_PLACES_OF_A_DAY]) if isinstance(value, str) else None
    except ValueError:
        return None


def _move_visit(resource: Members, start: date) -> bool:
    """Another day at the same time of day, the visit as long as it was; False where it has no day yet.

    The slots it held are of the old day: they are given up.
    """
    was = _day(resource.get("start"))
    if was is None:
        return False
    shift = start - was
    if shift:
        resource.pop("slot", None)
    for key in ("start", "end"):
        day = _day(resource.get(key))
        if day is not None:
            _set(resource, key, _later(day, shift) + resource[key][_PLACES_OF_A_DAY:])
    return True


def _later(day: date, shift: timedelta) -> str:
    return (day + shift).isoformat()
