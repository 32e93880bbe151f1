"""What a code of a patient's record means here: the value sets, and in which of them a code stands.

A value set is a tag. A code may carry several, one, or none; none means that nothing is known of it, never that it
means something else. Match on system and code together: J3489 is zoledronic acid in HCPCS and, without its dot, a
disorder of the nose in ICD-10-CM.
"""

from __future__ import annotations

import difflib
import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType
from typing import Final, TypeVar

CANONICAL: Final = "https://osteohooks.org/fhir"
"""Base of the URLs of everything this product defines in FHIR; the same in every installation."""

RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED: Final = "http://snomed.info/sct"
LOINC: Final = "http://loinc.org"
ICD10CM: Final = "http://hl7.org/fhir/sid/icd-10-cm"
HCPCS: Final = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
NDC: Final = "http://hl7.org/fhir/sid/ndc"
SYSTEMS: Final = (RXNORM, SNOMED, LOINC, ICD10CM, HCPCS, NDC)

_CANONICAL_SYSTEM: Final = MappingProxyType(
    {
        **{system: system for system in SYSTEMS},
        "urn:oid:2.16.840.1.113883.6.88": RXNORM,
        "urn:oid:2.16.840.1.113883.6.96": SNOMED,
        "urn:oid:2.16.840.1.113883.6.1": LOINC,
        "https://loinc.org": LOINC,
        "urn:oid:2.16.840.1.113883.6.90": ICD10CM,
        "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": HCPCS,
        "https://www.cms.gov/Medicare/Coding/MedHCPCSGenInfo/index.html": HCPCS,
        "http://www.nlm.nih.gov/research/umls/hcpcs": HCPCS,
        "urn:oid:2.16.840.1.113883.6.285": HCPCS,
        "urn:oid:2.16.840.1.113883.6.69": NDC,
    }
)
_Key = TypeVar("_Key", bound=Hashable)
_SNOMED_EDITION: Final = SNOMED + "/"  # some servers name the edition in the system instead of the version
_NO_TAGS: Final[frozenset[str]] = frozenset()
_MEMO_CAP: Final = 8192
_LONGEST_REMEMBERED: Final = 128  # characters of system and code: a memo entry stays small whatever is sent


@dataclass(frozen=True, slots=True)
class ValueSet:
    """Codes that mean one thing. `prefixes` are ICD-10-CM: the code itself and everything below it."""

    name: str
    title: str
    codes: frozenset[tuple[str, str]]
    prefixes: tuple[tuple[str, str], ...]

    def __contains__(self, coding: tuple[str, str]) -> bool:
        """Whether this (system, code), in any spelling that `normalise` knows, is a member."""
        system, code = normalise(*coding)
        return (system, code) in self.codes or any(
            system == of_system and code.startswith(prefix) for of_system, prefix in self.prefixes
        )


def normalise(system: str, code: str) -> tuple[str, str]:
    """The coding as the value sets spell it. A system that is not known comes back as it came, and matches nothing.

    ICD-10-CM: upper case, dotted. NDC: 11 digits; 10 digits without hyphens only if exactly one of the three paddings
    is a code known here. SNOMED CT: the focus concept of a post-coordinated expression; of several foci none is chosen.
    """
    code = code.strip()
    canonical = _CANONICAL_SYSTEM.get(system)
    if canonical is None:
        if not system.startswith(_SNOMED_EDITION):
            return system, code
        canonical = SNOMED
    if canonical == ICD10CM:
        return canonical, _dotted(code)
    if canonical == SNOMED:
        return canonical, code if code.isdecimal() else _focus(code)
    if canonical == NDC:
        return canonical, _eleven_digits(code)
    return canonical, code.upper()


def _dotted(code: str) -> str:
    code = code.upper().rstrip(".")
    return code if "." in code or len(code) <= 3 else f"{code[:3]}.{code[3:]}"


def _focus(expression: str) -> str:
    foci = expression.partition(":")[0]
    return expression if "+" in foci else foci.partition("|")[0].strip()


def _eleven_digits(code: str) -> str:
    parts = code.split("-")
    if not all(part.isdecimal() and part.isascii() for part in parts):
        return code
    match [len(part) for part in parts]:
        case [4, 4, 2] | [5, 3, 2] | [5, 4, 1] | [5, 4, 2]:
            labeler, product, package = parts
            return labeler.zfill(5) + product.zfill(4) + package.zfill(2)
        case [10]:
            paddings = {f"0{code}", f"{code[:5]}0{code[5:]}", f"{code[:9]}0{code[9:]}"}
            known = [padded for padded in paddings if (NDC, padded) in _TAGS_OF_CODE]
            return known[0] if len(known) == 1 else code
    return code


def load(name: str) -> ValueSet:
    """The value set of this name. KeyError with the nearest names if there is none."""
    if (found := _SETS.get(name)) is not None:
        return found
    near = difflib.get_close_matches(name, _SETS, n=3)
    hint = f"did you mean {' or '.join(map(repr, near))}?" if near else "names() lists them all"
    raise KeyError(f"no value set {name!r}: {hint}")


def names() -> tuple[str, ...]:
    """Every value set, in alphabetical order."""
    return tuple(_SETS)


def tags(system: str, code: str) -> frozenset[str]:
    """The names of all value sets that hold this code; empty for a code or a system that is not known.

    Runs for every coding of every resource of a request: answers are remembered, in a memory that is emptied when full.
    """
    coding = (system, code)
    found = _MEMO.get(coding)
    if found is None:
        found = _look_up(*normalise(system, code))
        if len(system) + len(code) <= _LONGEST_REMEMBERED:
            if len(_MEMO) >= _MEMO_CAP:
                _MEMO.clear()
            _MEMO[coding] = found
    return found


def _look_up(system: str, code: str) -> frozenset[str]:
    found = _TAGS_OF_CODE.get((system, code), _NO_TAGS)
    if system == ICD10CM:
        for end in range(3, min(len(code), _LONGEST_PREFIX) + 1):
            found |= _TAGS_OF_PREFIX.get(code[:end], _NO_TAGS)
    return found


def members(*names: str) -> tuple[tuple[str, str], ...]:
    """The whole codes of these sets as sorted (system, code), each once; prefixes cannot be searched for.

    KeyError for a name that `load` does not know.
    """
    return tuple(sorted({coding for name in names for coding in load(name).codes}))


def display(system: str, code: str) -> str | None:
    """The name that the code's own system gives it; None if only an ICD-10-CM prefix, or nothing, knows the code."""
    return _DISPLAYS.get(normalise(system, code))


def _read_all() -> Iterator[tuple[ValueSet, dict[tuple[str, str], str]]]:
    """Every value set with the displays its file gives. ValueError for a file that would be understood only in part."""
    for file in sorted(resources.files("cards").joinpath("valuesets").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".json"):
            try:
                yield _parse(json.loads(file.read_text(encoding="utf-8")))
            except (KeyError, TypeError, ValueError) as fault:
                raise ValueError(
                    f"cards/valuesets/{file.name}: expected a ValueSet with id, title and includes that list concepts"
                    f" or hold one is-a filter on an ICD-10-CM code each; met {fault!r}"
                ) from fault


def _parse(resource: object) -> tuple[ValueSet, dict[tuple[str, str], str]]:
    match resource:
        case {"resourceType": "ValueSet", "id": str(name), "title": str(title), "compose": {"include": list(includes)}}:
            pass
        case _:
            raise ValueError("another resource")
    displays: dict[tuple[str, str], str] = {}
    prefixes: list[tuple[str, str]] = []
    for include in includes:
        match include:
            case {"system": str(system), "concept": list(concepts), **rest} if system in SYSTEMS and not rest:
                displays |= {(system, concept["code"]): concept["display"] for concept in concepts}
            case {
                "system": str(system),
                "filter": [{"property": "concept", "op": "is-a", "value": str(prefix)}],
                **rest,
            } if system == ICD10CM and not rest:
                prefixes.append((system, prefix))
            case _:
                raise ValueError(include)
    return ValueSet(name, title, frozenset(displays), tuple(prefixes)), displays


def _index(pairs: Iterable[tuple[_Key, str]]) -> dict[_Key, frozenset[str]]:
    gathered: defaultdict[_Key, set[str]] = defaultdict(set)
    for key, name in pairs:
        gathered[key].add(name)
    return {key: frozenset(found) for key, found in gathered.items()}


_READ: Final = tuple(_read_all())
_SETS: Final = {held.name: held for held, _ in _READ}
_DISPLAYS: Final = {coding: name for _, displays in _READ for coding, name in displays.items()}
_TAGS_OF_CODE: Final = _index((coding, held.name) for held in _SETS.values() for coding in held.codes)
_TAGS_OF_PREFIX: Final = _index((prefix, held.name) for held in _SETS.values() for _, prefix in held.prefixes)
_LONGEST_PREFIX: Final = max(map(len, _TAGS_OF_PREFIX))
_MEMO: Final[dict[tuple[str, str], frozenset[str]]] = {}
