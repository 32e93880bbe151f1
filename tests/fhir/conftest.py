"""A record of one section, read: what the tests of the readers share."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

from cards.chart import Chart, Section, State
from service.fhir.gather import Gathered, Part, Resource
from service.fhir.read import read_chart

TODAY = date(2026, 11, 22)


@pytest.fixture
def read_parts() -> Callable[..., Chart]:
    """Reads raw resources, by section, as one chart of 22 November 2026."""

    def reading(
        parts: Mapping[str, list[Any]],
        *,
        today: date = TODAY,
        in_context: bool = False,
        selected: bool = False,
        medications: Mapping[str, Any] | None = None,
        state: State = State.WHOLE,
        why: str = "",
    ) -> Chart:
        held = {
            name: Part(name, tuple(Resource(each, named(each), in_context, selected) for each in resources), state, why)
            for name, resources in parts.items()
        }
        originals = {each.ref: each.json for part in held.values() for each in part.resources if each.ref}
        return read_chart(Gathered("p1", "patient-view", None, held, medications or {}, originals), today)

    return reading


@pytest.fixture
def read(read_parts: Callable[..., Chart]) -> Callable[..., Section[Any]]:
    """Reads raw resources as one section of a chart of 22 November 2026."""

    def reading(section: str, *resources: Any, **more: Any) -> Section[Any]:
        return read_parts({section: list(resources)}, **more).section(section)

    return reading


def named(resource: Any) -> str:
    """ "Type/id", or "" without an id."""
    return f"{resource['resourceType']}/{resource['id']}" if "id" in resource else ""
