"""Whether the codes of a file mean what their words say: held against the value sets, and against known mistakes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cards import codes, identity
from service.lint.message import Level
from service.lint.places import Place


@dataclass(frozen=True, slots=True)
class Coding:
    """One code of a file, its display, and the words of the concept that it stands in; "" for none."""

    place: Place
    system: str
    code: str
    display: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Mistaken:
    """What a code means, and the words of a meaning that public lists give it wrongly."""

    means: str
    claimed: re.Pattern[str]


def _mistaken(means: str, claimed: str) -> _Mistaken:
    return _Mistaken(means, re.compile(claimed, re.IGNORECASE))


_MISTAKEN: Final[Mapping[tuple[str, str], _Mistaken]] = {
    (codes.LOINC, "80948-3"): _mistaken("a T-score of the left femur", r"BMD|mass|forearm|radius|spine|hip"),
    (codes.LOINC, "80947-5"): _mistaken("a T-score of the right femur", r"BMD|mass|forearm|radius|spine|hip"),
    (codes.LOINC, "38265-5"): _mistaken("a T-score of radius and ulna", r"spine|lumbar|BMD|mass"),
    (codes.LOINC, "46278-8"): _mistaken("a density of the left hip", r"score"),
    (codes.LOINC, "49054-0"): _mistaken("the D2 fraction of 25-hydroxyvitamin D alone", r"total|D2\s*\+|\bD3\b"),
    (codes.LOINC, "18281-6"): _mistaken("calcium corrected for total protein", r"albumin"),
    (codes.HCPCS, "J3245"): _mistaken("not teriparatide, which is J3110", r"teriparatide|forteo"),
    (codes.HCPCS, "J3105"): _mistaken("not teriparatide, which is J3110", r"teriparatide|forteo"),
    (codes.SNOMED, "314990009"): _mistaken("a metastasis from a tumour of bone", r"to bone|bone metasta|in bone"),
    (codes.SNOMED, "203449003"): _mistaken("a fracture of bone in neoplastic disease", r"osteopor|fragility"),
    (codes.SNOMED, "239862000"): _mistaken("idiopathic osteoarthritis", r"osteopor"),
    (codes.ICD10CM, "J34.89"): _mistaken("a disorder of nose and sinuses", r"zoledron|reclast|zometa|inject"),
}
"""Codes met in public lists under a meaning that their own system does not give them."""

_WORD: Final = re.compile(r"[^\W_]{3,}")
_FALSE_FRIENDS: Final = frozenset(("and", "for", "not", "the", "with", "without", "due", "disorder", "finding"))
_DRUG_SYSTEMS: Final = frozenset((codes.RXNORM, codes.NDC, codes.HCPCS))
_NOT_JUDGED: Final = frozenset(("route",))
"""Members whose codes stand in no value set and are read otherwise."""

_OF_THE_WORDS: Final = "its words say"
"""A drug that is denied or was ended is no fault of its code."""


def codings(value: object, at: Place = (), text: str = "") -> Iterator[Coding]:
    """Every code with its system in a FHIR value: Codings, and the lists of ValueSets and ConceptMaps."""
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from codings(each, (*at, number), text)
    elif isinstance(value, dict):
        system, code = value.get("system"), value.get("code")
        if isinstance(system, str) and isinstance(code, str) and "value" not in value:
            yield Coding((*at, "code"), system, code, _text(value, "display"), text)
        yield from _listed(value, at)
        for key, each in value.items():
            if key not in _NOT_JUDGED:
                yield from codings(each, (*at, key), _text(value, "text") if key == "coding" else "")


def _text(holder: Mapping[str, Any], member: str) -> str:
    text = holder.get(member)
    return text.strip() if isinstance(text, str) else ""


def _listed(value: Mapping[str, Any], at: Place) -> Iterator[Coding]:
    """The codes of a ValueSet's include and of a ConceptMap's group, whose system stands above them."""
    for member, system in (("concept", value.get("system")), ("element", value.get("target"))):
        held = value.get(member)
        if not isinstance(system, str) or not isinstance(held, list):
            continue
        for number, each in enumerate(held):
            if not isinstance(each, dict):
                continue
            place: Place = (*at, member, number)
            targets = each.get("target") if member == "element" else None
            for nth, told in enumerate(targets if isinstance(targets, list) else [each]):
                if isinstance(told, dict) and isinstance(told.get("code"), str):
                    within = (*place, "target", nth, "code") if isinstance(targets, list) else (*place, "code")
                    if member == "concept" or isinstance(targets, list):
                        yield Coding(within, system, told["code"], _text(told, "display"))


def findings(coding: Coding) -> Iterator[tuple[Level, str]]:
    """What is to be said of one code. A system that is not known here is not spoken of."""
    system, code = codes.normalise(coding.system, coding.code)
    if system not in codes.SYSTEMS:
        return
    if not coding.code.strip():
        yield Level.ERROR, "the code is empty"
        return
    named = f"{_SHORT[system]} {code}"
    said = f"{coding.display} {coding.text}".strip()
    mistaken = _MISTAKEN.get((system, code))
    if mistaken and mistaken.claimed.search(said):
        yield Level.ERROR, f"{named} is {mistaken.means}; its words say otherwise"
        return
    other = identity.OTHER_DRUGS.get((system, code))
    if other and not _words(said) & _words(other):
        yield Level.ERROR, f"{named} is {other}; public lists give it to another drug"
        return
    if system in _DRUG_SYSTEMS:
        found = identity.identify([(system, code)], [each for each in (coding.display, coding.text) if each])
        if found and found.conflict and not found.conflict.startswith(_OF_THE_WORDS):
            level = Level.ERROR if codes.tags(system, code) else Level.WARNING
            yield level, f"{named}, {', '.join(found.ingredients)}: {found.conflict}"
            return
    if not codes.tags(system, code):
        yield Level.NOTE, f"{named} is in no value set: no rule knows what it means"
        return
    ours = codes.display(system, code)
    if ours and coding.display and system not in _DRUG_SYSTEMS and not _words(coding.display) & _words(ours):
        yield Level.WARNING, f"{named} is {ours!r}; its display shares no word with that"


_SHORT: Final = {
    codes.RXNORM: "RxNorm", codes.SNOMED: "SNOMED CT", codes.LOINC: "LOINC", codes.ICD10CM: "ICD-10-CM",
    codes.HCPCS: "HCPCS", codes.NDC: "NDC",
}  # fmt: skip


def _words(text: str) -> frozenset[str]:
    """The words of a text by their beginnings: a smoker smokes."""
    return frozenset(word[:5] for word in {found.casefold() for found in _WORD.findall(text)} - _FALSE_FRIENDS)
