"""Plays a story: reads discovery, answers the templates from the record, calls the hook, keeps what comes back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from service.fhir.record import CannotAnswer
from service.replay.doors import Answer, Door
from service.replay.story import Moment, Story, Unplayable


@dataclass(frozen=True, slots=True)
class Played:
    """One moment as it went. `answer` is None where no service is offered for the hook."""

    story: Story
    moment: Moment
    day: date
    answer: Answer | None


def services_by_hook(services: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The first service offered for each hook."""
    found: dict[str, Mapping[str, Any]] = {}
    for service in services:
        found.setdefault(str(service.get("hook")), service)
    return found


def play(
    story: Story, door: Door, *, day: date | None, default: date, withhold: Iterable[str] = ()
) -> Iterator[Played]:
    """Every moment of the story, on `day`, else on its own day, else on `default`.

    Raises Unplayable for a template that the record cannot answer and for a withheld key that no service asks for.
    """
    offered = services_by_hook(door.discover())
    for number, moment in enumerate(story.moments):
        on = day or moment.day or default
        service = offered.get(moment.hook)
        if service is None:
            yield Played(story, moment, on, None)
            continue
        templates = service.get("prefetch") or {}
        _check_withheld(moment.withhold, templates)
        try:
            body = story.request(number, templates, withhold)
        except CannotAnswer as error:
            raise Unplayable(f"{story.path}: {error}") from error
        yield Played(story, moment, on, door.call(str(service["id"]), body, on))


def check_withheld(keys: Iterable[str], services: Iterable[Mapping[str, Any]]) -> None:
    """Raises Unplayable for a key that none of these services asks for."""
    _check_withheld(keys, {key: "" for service in services for key in service.get("prefetch") or {}})


def _check_withheld(keys: Iterable[str], templates: Mapping[str, str]) -> None:
    for key in keys:
        if key not in templates:
            raise Unplayable(f"no prefetch key is called '{key}'; known: {', '.join(templates)}")
