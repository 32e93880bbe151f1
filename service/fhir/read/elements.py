"""FHIR elements taken from JSON of any shape: what is not there, or is of another shape, is simply empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from cards import codes

Json: TypeAlias = Mapping[str, Any]

_EMPTY: Final[frozenset[str]] = frozenset()


def one(value: object) -> Json:
    """The object itself, or the first object of a list; an empty object for anything else."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        for each in value:
            if isinstance(each, dict):
                return each
    return {}


def every(value: object) -> list[Json]:
    """The objects of a list, or the one object that stands where a list is meant."""
    if isinstance(value, list):
        return [each for each in value if isinstance(each, dict)]
    return [value] if isinstance(value, dict) else []


def text(value: object) -> str:
    """A string without its outer spaces; "" for anything else."""
    return value.strip() if isinstance(value, str) else ""


def codings(concept: object) -> list[Json]:
    """The Codings of a CodeableConcept, of a CodeableReference's concept, of a list of them, or a bare Coding."""
    if isinstance(concept, dict) and "concept" not in concept and "coding" in concept:
        return every(concept["coding"])
    found: list[Json] = []
    for each in every(concept):
        inner = each.get("concept")
        source = inner if isinstance(inner, dict) else each
        if "coding" in source:
            found += every(source["coding"])
        elif "code" in source:
            found.append(source)
    return found


def pairs(concept: object) -> list[tuple[str, str]]:
    """The (system, code) of every Coding that has a code; the system is "" where there is none."""
    found: list[tuple[str, str]] = []
    for coding in codings(concept):
        code = coding.get("code")
        if isinstance(code, str):
            system = coding.get("system")
            found.append((system if isinstance(system, str) else "", code))
    return found


def tags(concept: object) -> frozenset[str]:
    """The value sets that any Coding of the concept belongs to."""
    if concept is None:
        return _EMPTY
    listed = concept.get("coding") if isinstance(concept, dict) else None
    if not isinstance(listed, list):
        return _EMPTY.union(*(codes.tags(*pair) for pair in pairs(concept)))
    # Asked once for every resource of a request: no generator stands on this way.
    found = _EMPTY
    for coding in listed:
        if isinstance(coding, dict):
            system, code = coding.get("system"), coding.get("code")
            if isinstance(code, str):
                known = codes.tags(system if isinstance(system, str) else "", code)
                if known:
                    found = found | known if found else known
    return found


def words(concept: object) -> list[str]:
    """The texts and displays of a concept, a Reference, a CodeableReference, a list of them or a plain string."""
    if isinstance(concept, str):
        return [concept.strip()] if concept.strip() else []
    found: dict[str, None] = {}
    for each in every(concept):
        for source in (each, each.get("concept"), each.get("reference")):
            if isinstance(source, dict):
                displays = [coding.get("display") for coding in every(source.get("coding"))]
                for said in (source.get("text"), source.get("display"), *displays):
                    if isinstance(said, str) and (bare := said.strip()):
                        found[bare] = None
    return list(found)


def distinct(values: Iterable[str]) -> list[str]:
    """Each string once, in order, without the empty ones."""
    return list(dict.fromkeys(value for value in values if value))


def status_code(value: object) -> str:
    """A status given as a plain code, a Coding or a CodeableConcept, in lower case; "" where there is none.

    "Entered in Error" and "entered_in_error" are "entered-in-error".
    """
    if isinstance(value, str):
        return _as_code(value)
    if value is None:
        return ""
    for coding in codings(value):
        code = _as_code(text(coding.get("code")))
        if code:
            return code
    return _as_code(text(one(value).get("text")))


def _as_code(written: str) -> str:
    plain = written.strip().lower()
    return plain.replace(" ", "-").replace("_", "-") if " " in plain or "_" in plain else plain


def status_among(value: object, known: frozenset[str]) -> str:
    """The status that is one of these, told by code or by words; "" where nothing tells one of them, or two."""
    told = status_code(value)
    if told in known or not told:
        return told
    said = {_as_code(each) for each in (*(code for _, code in pairs(value)), *words(value))} & known
    return said.pop() if len(said) == 1 else ""


def flag(value: object) -> bool:
    """True, or the word for it."""
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def reference(value: object) -> str:
    """The literal reference of a Reference, or of a CodeableReference."""
    inner = one(value).get("reference")
    return text(inner.get("reference")) if isinstance(inner, dict) else text(inner)


def contained(resource: Json, literal: str) -> Json:
    """The contained resource that "#id" names, or an empty object."""
    if literal.startswith("#"):
        for each in every(resource.get("contained")):
            if text(each.get("id")).lstrip("#") == literal[1:]:
                return each
    return {}


@dataclass(frozen=True, slots=True)
class Named:
    """What a concept says: its codes as written, and its words."""

    codes: tuple[tuple[str, str], ...]
    words: tuple[str, ...]


def named(*concepts: object) -> Named:
    """The codes and words of several concepts together."""
    return Named(
        tuple(pair for concept in concepts for pair in pairs(concept)),
        tuple(distinct(word for concept in concepts for word in words(concept))),
    )
