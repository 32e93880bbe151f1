"""What two independent validators find wrong with a FHIR resource, each fault once with its place."""

from __future__ import annotations

import importlib
import importlib.util
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from fhir.resources.R4B import get_fhir_model_class
from pydantic import ValidationError

from service.lint.places import Place

SECOND_IS_THERE: Final = importlib.util.find_spec("fhirkit") is not None
"""fhirkit-rs is a development tool: an installation may do without it."""

_STEP: Final = re.compile(r"\.?([A-Za-z_]\w*)|\[(\d+)\]")
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_FIRST, _SECOND = "fhir.resources", "fhirkit-rs"


def resources(value: object, at: Place = ()) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    """Every outermost resource of a value, those of a Bundle one by one behind the Bundle without them."""
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from resources(each, (*at, number))
    elif isinstance(value, dict):
        kind = value.get("resourceType")
        if kind == "Bundle" and isinstance(value.get("entry"), list):
            entries = value["entry"]
            yield at, {**value, "entry": [_without_resource(each) for each in entries]}
            for number, each in enumerate(entries):
                if isinstance(each, dict) and isinstance(each.get("resource"), dict):
                    yield from resources(each["resource"], (*at, "entry", number, "resource"))
        elif isinstance(kind, str):
            yield at, value
        else:
            for key, each in value.items():
                yield from resources(each, (*at, key))


def _without_resource(entry: object) -> object:
    if not isinstance(entry, dict) or not isinstance(entry.get("resource"), dict):
        return entry
    # An entry may not be empty, so that one of a resource alone keeps a place for it.
    return {"fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000000"} | {
        key: each for key, each in entry.items() if key != "resource"
    }


def faults(resource: Mapping[str, Any]) -> list[tuple[Place, str]]:
    """What is wrong with one resource, by place; no sentence quotes a value, which may be a patient's."""
    found: dict[Place, list[str]] = {}
    for place, text in (*_by_models(resource), *_by_fhirkit(resource)):
        found.setdefault(place, []).append(text)
    return [(place, "; ".join(texts)) for place, texts in found.items()]


def _by_models(resource: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    kind = resource.get("resourceType")
    try:
        model = get_fhir_model_class(str(kind))
    except (KeyError, ValueError):
        yield ("resourceType",), f"R4 has no resource of this type ({_FIRST})"
        return
    try:
        model.model_validate(resource)
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False, include_context=False):
            yield tuple(each["loc"]), f"{_plain(each['msg'])} ({_FIRST})"
    except (RecursionError, TypeError, AttributeError) as error:
        yield (), f"its shape is beyond what the models can hold: {type(error).__name__} ({_FIRST})"


def _by_fhirkit(resource: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    if not SECOND_IS_THERE:
        return
    fhirkit = importlib.import_module("fhirkit")
    try:
        issues = fhirkit.validate(dict(resource))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        yield (), f"its shape is beyond what the validator can hold: {type(error).__name__} ({_SECOND})"
        return
    for issue in issues:
        steps = [int(number) if number else name for name, number in _STEP.findall(issue.path)]
        yield tuple(steps[1:]), f"{_plain(issue.message)} ({_SECOND})"


def _plain(words: str) -> str:
    return _QUOTED.sub("the value", words.removeprefix("Value error, ")).rstrip(".")
