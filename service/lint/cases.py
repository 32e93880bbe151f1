"""A table of cases: its keys, the record each case makes, and the codes in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from service.fhir.shorthand import Misspelled, expand
from service.fhir.shorthand.case import HOLDS
from service.lint import codings, validity
from service.lint.message import Level
from service.lint.places import Place, spelled

EXPECTS: Final = (
    "expect", "says", "not_says", "summary", "because", "drafts_offered", "recommended", "offers", "not_offers",
    "ingredient", "judged", "cards",
)  # fmt: skip
"""What a case may expect."""

KEYS: Final = (*HOLDS.split(), *EXPECTS, "name", "site", "dials", "as_written", "shows")
WORDS: Final = ("critical", "warning", "info", "silent", "lacking", "line", "unread", "failed")
"""What `expect` may be."""

Found = tuple[Place, Level, str]


def findings(tables: Mapping[str, Any]) -> Iterator[Found]:
    """What is to be said of a table, by place in its TOML."""
    defaults, told = tables.get("defaults", {}), tables.get("case", [])
    for table in tables:
        if table not in {"defaults", "case"}:
            yield (table,), Level.ERROR, f"a table of cases has no [{table}]; it has [defaults] and [[case]]"
    if not isinstance(defaults, dict) or not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
        yield (), Level.ERROR, "expected [defaults] and [[case]]"
        return
    yield from _stray(("defaults",), defaults)
    names: set[str] = set()
    for number, case in enumerate(told):
        at: Place = ("case", number)
        yield from _stray(at, case)
        if not all(isinstance(each.get("patient", {}), dict) for each in (defaults, case)):
            yield (*at, "patient"), Level.ERROR, "'patient' must be an inline table"
            continue
        whole = {**defaults, **case, "patient": {**defaults.get("patient", {}), **case.get("patient", {})}}
        yield from _expectation(at, whole)
        if not case.get("name"):
            yield at, Level.ERROR, "the case has no name"
        elif str(case["name"]) in names:
            yield (*at, "name"), Level.ERROR, "another case of this table has this name"
        names.add(str(case.get("name")))
        yield from _record(at, {key: value for key, value in whole.items() if key in HOLDS.split()})


def _stray(at: Place, told: Mapping[str, Any]) -> Iterator[Found]:
    for key in told:
        if key not in KEYS:
            yield (*at, key), Level.ERROR, f"a case has no '{key}'; it has {', '.join(KEYS)}"


def _expectation(at: Place, whole: Mapping[str, Any]) -> Iterator[Found]:
    if "expect" not in whole and "cards" not in whole:
        yield at, Level.ERROR, "the case says nothing of what is expected: expect or cards"
    elif whole.get("expect", WORDS[0]) not in WORDS:
        yield (*at, "expect"), Level.ERROR, f"expected one of {', '.join(WORDS)}"


def _record(at: Place, holds: Mapping[str, Any]) -> Iterator[Found]:
    """What the shorthand makes must be sound FHIR; what is written out may be odd on purpose."""
    written_out = holds.get("resources", [])
    try:
        expand(holds)
        moment = expand({key: value for key, value in holds.items() if key != "resources"})
    except Misspelled as error:
        yield (*at, _key_of(str(error), holds)), Level.ERROR, str(error)
        return
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        yield at, Level.ERROR, f"the case cannot be made into a record: {error!r}"
        return
    made = [moment.bundle, *(each for each in moment.context.values() if isinstance(each, dict))]
    for place, resource in validity.resources(made):
        for inside, text in validity.faults(resource):
            yield at, Level.ERROR, f"{_named(resource, place)} {spelled(inside)}: {text}"
    for number, resource in enumerate(written_out if isinstance(written_out, list) else ()):
        for inside, text in validity.faults(resource):
            if inside not in {("subject",), ("patient",)}:
                yield (*at, "resources"), Level.NOTE, f"resource {number + 1}, {spelled(inside)}: {text}"
    told: set[str] = set()
    for coding in codings.codings([*made, written_out]):
        for _, text in codings.findings(coding):
            if text not in told:
                told.add(text)
                yield at, Level.NOTE, text


def _key_of(sentence: str, holds: Mapping[str, Any]) -> str:
    """The key of the case that a sentence begins with, or names first."""
    words = sentence.replace("'", " ").replace(":", " ").replace("[", " ").split()
    return next((word for word in words if word in holds), "name")


def _named(resource: Mapping[str, Any], place: Place) -> str:
    return f"{resource['resourceType']}/{resource['id']}" if "id" in resource else f"what stands at {spelled(place)}"
