"""The JSON Schemas of the protocol, loaded once, and what they find wrong, told without any value of the message."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any, Final

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource

from service.errors import listed

BASE: Final = "https://osteohooks.org/schemas/"

_WORDS: Final = {
    "object": "an object", "array": "a list", "string": "text", "null": "null", "boolean": "true or false",
    "integer": "a whole number", "number": "a number",
}  # fmt: skip


@cache
def _schemas() -> dict[str, Any]:
    folder = resources.files("service.cdshooks").joinpath("schemas")
    files = [file for file in folder.iterdir() if file.name.endswith(".schema.json")]
    return {schema["$id"]: schema for schema in (json.loads(file.read_text(encoding="utf-8")) for file in files)}


@cache
def validator(name: str, part: str = "") -> Draft202012Validator:
    """The validator of schemas/<name>.schema.json, or of one of its $defs that refers to nothing else.

    It is built once: building costs more than use.
    """
    schemas = _schemas()
    schema = schemas[f"{BASE}{name}.schema.json"]
    registry: Registry[Any] = [Resource.from_contents(each) for each in schemas.values()] @ Registry()
    return Draft202012Validator(schema["$defs"][part] if part else schema, registry=registry)


def faults(checked_by: Draft202012Validator, message: object, at: str = "") -> list[str]:
    """What is wrong with a message, one sentence a fault, each once; `at` is where it stands in a larger one."""
    told: dict[str, None] = {}
    for error in checked_by.iter_errors(message):
        for sentence in _sentences(error, at):
            told[sentence] = None
    return sorted(told)


def _sentences(error: ValidationError, at: str) -> list[str]:
    path = at
    for step in error.absolute_path:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else str(step)
    wanted: Any = error.validator_value
    if error.validator == "required" and isinstance(error.instance, dict):
        missing = [name for name in wanted if name not in error.instance]
        return [f"{path}.{name} is missing." if path else f"{name} is missing." for name in missing]
    path = path or "The body"
    if error.validator == "type":
        kinds = [wanted] if isinstance(wanted, str) else wanted
        return [f"{path} must be {listed(_WORDS.get(kind, kind) for kind in kinds)}."]
    if error.validator == "enum":
        return [f"{path} must be {listed(map(str, wanted))}."]
    if isinstance(error.schema, dict) and "description" in error.schema:
        return [f"{path} must be {error.schema['description']}."]
    return [f"{path} does not hold against '{error.validator}' of the protocol's schema."]
