"""Small parts that every resource of the shorthand is made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from service.fhir.shorthand.dress import Dress
from service.fhir.shorthand.words import DOSE_CODES, UCUM, UNIT_SPELLINGS, Misspelled

Json = dict[str, Any]

PATIENT_ID = "patient-1"
BASE = "https://ehr.example.org/fhir"

_EVERY = re.compile(r"(?:(\d+) per )?(\d+(?:\.\d+)?) (h|d|wk|mo|a)")
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?) ?(\S+)")
_WITH_COMPARATOR = re.compile(r"(<=|>=|<|>) ?(-?\d+(?:\.\d+)?)")


def checked(fact: Mapping[str, Any], known: str, what: str) -> Mapping[str, Any]:
    """The inline table itself; raises Misspelled for a key that is not one of these words."""
    unknown = [key for key in fact if key not in known.split()]
    if unknown:
        raise Misspelled(f"{what}: unknown key '{unknown[0]}'; known: {', '.join(known.split())}")
    return fact


def chosen(fact: Mapping[str, Any], key: str, ways: Iterable[str], what: str) -> str:
    """One of several words, the first where the case says none; raises Misspelled for another."""
    ways = tuple(ways)
    value = fact.get(key, ways[0])
    if value not in ways:
        raise Misspelled(f"{what}: {key} = '{value}'; known: {', '.join(ways)}")
    return str(value)


def days(value: object) -> list[str]:
    """A day or a list of days, as a list; none for none."""
    if value is None or value == "":
        return []
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def subject(dress: Dress) -> Json:
    """The reference to the patient as this dress writes it."""
    written = {
        "relative": f"Patient/{PATIENT_ID}",
        "absolute": f"{BASE}/Patient/{PATIENT_ID}",
        "versioned": f"Patient/{PATIENT_ID}/_history/2",
    }
    return {"reference": written[dress.reference]}


def concept(system: str, code: str, text: str = "") -> Json:
    """A CodeableConcept; without a code, words alone."""
    found: Json = {"coding": [{"system": system, "code": code}]} if code else {}
    return found | ({"text": text} if text else {})


def quantity(value: object, unit: str, dress: Dress) -> Json:
    """A Quantity; "<15" carries its comparator. The unit is spelled as this dress spells it."""
    comparator = ""
    if isinstance(value, str):
        found = _WITH_COMPARATOR.fullmatch(value)
        if found is None:
            raise Misspelled(f"the value '{value}' is neither a number nor one with a comparator as '<15'")
        comparator, value = found[1], float(found[2])
    shown: Json = {"value": value} | ({"comparator": comparator} if comparator else {})
    if dress.units != "ucum" and unit in UNIT_SPELLINGS:
        return shown | {"unit": UNIT_SPELLINGS[unit]}
    return shown | {"unit": unit, "system": UCUM, "code": unit}


def dose(words: str) -> Json:
    """The Quantity of "70 mg"; raises Misspelled for anything else."""
    found = _AMOUNT.fullmatch(words)
    if found is None or found[2] not in DOSE_CODES:
        raise Misspelled(f"the dose '{words}' is not as '70 mg'; units: {', '.join(DOSE_CODES)}")
    return {"value": _number(found[1]), "unit": found[2], "system": UCUM, "code": DOSE_CODES[found[2]]}


def every(words: str) -> Json:
    """The Timing.repeat of "1 wk" (once a week) or "2 per 1 d" (twice a day); raises Misspelled for anything else."""
    found = _EVERY.fullmatch(words)
    if found is None:
        raise Misspelled(f"every = '{words}' is not as '1 wk' or '2 per 1 d' (h, d, wk, mo, a)")
    return {"frequency": int(found[1] or 1), "period": _number(found[2]), "periodUnit": found[3]}


def _number(words: str) -> int | float:
    return float(words) if "." in words else int(words)
