"""How the same facts may be dressed in FHIR: ways of writing that must not change a verdict."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from cards import codes
from service.fhir.shorthand.words import OID


@dataclass(frozen=True, slots=True)
class Dress:
    """One way of writing a record. The defaults are how the shorthand is written down."""

    any_drug: str = "request"
    any_dose: str = "administration"
    any_risk: str = "observation"
    medication: str = "coded"
    start: str = "authored"
    diagnosis: str = "dotted"
    density: str = "alone"
    reference: str = "relative"
    empty: str = "bundle"
    units: str = "ucum"
    shuffle: str = ""


AS_WRITTEN: Final = Dress()

_WAYS: Final[dict[str, tuple[str, ...]]] = {
    "any_drug": ("request", "statement"),
    "any_dose": ("administration", "dispense", "statement"),
    "any_risk": ("observation", "risk-assessment"),
    "medication": ("coded", "code alone", "contained", "referenced", "many codes", "oid", "in words"),
    "start": ("authored", "bounds"),
    "diagnosis": ("dotted", "dotless", "lower case", "oid", "beside SNOMED CT", "SNOMED CT"),
    "density": ("alone", "component", "panel"),
    "reference": ("relative", "absolute", "versioned"),
    "empty": ("bundle", "null"),
    "units": ("ucum", "as people write"),
}


def drawn(seed: str) -> Dress:
    """The dress that this seed draws: the same one for ever."""
    dice = hashlib.sha256(seed.encode()).digest()
    chosen = {name: ways[dice[place] % len(ways)] for place, (name, ways) in enumerate(_WAYS.items())}
    return Dress(**chosen, shuffle=seed)


def place(seed: str, name: str) -> str:
    """Where something stands in the order that this seed shuffles."""
    return hashlib.sha256(f"{seed}|{name}".encode()).hexdigest()


def diagnosis(code: str, dress: Dress) -> list[dict[str, str]]:
    """The codings of an ICD-10-CM code as this dress writes them.

    SNOMED CT stands in its place only where a concept is read exactly alike and the ICD code's seventh character tells
    nothing that SNOMED CT could not.
    """
    plain = {"system": codes.ICD10CM, "code": code}
    match dress.diagnosis:
        case "dotless":
            return [{**plain, "code": code.replace(".", "")}]
        case "lower case":
            return [{**plain, "code": code.lower()}]
        case "oid":
            return [{"system": OID[codes.ICD10CM], "code": code}]
        case "beside SNOMED CT" | "SNOMED CT":
            twin = _twin(code)
            if twin is None:
                return [plain]
            other = {"system": codes.SNOMED, "code": twin}
            return [other, plain] if dress.diagnosis == "beside SNOMED CT" else [other]
        case _:
            return [plain]


_TWINS: dict[frozenset[str], str] = {}


def _twin(code: str) -> str | None:
    seventh = code.replace(".", "")[6:7]
    if seventh not in {"", "A"}:
        return None
    if not _TWINS:
        for system, concept in codes.members(*codes.names()):
            if system == codes.SNOMED:
                _TWINS.setdefault(codes.tags(system, concept), concept)
    tags = codes.tags(codes.ICD10CM, code)
    return _TWINS.get(tags) if tags else None
