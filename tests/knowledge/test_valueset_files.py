"""Every value set is a valid, licensed FHIR resource whose codes are spelled and checked as their systems ask."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fhirkit
import pytest
from fhir.resources.R4B.valueset import ValueSet

from cards import codes
from cards.codes import HCPCS, ICD10CM, LOINC, NDC, RXNORM, SNOMED

FILES = sorted((Path(codes.__file__).parent / "valuesets").glob("*.json"))
RESOURCES: dict[str, dict[str, Any]] = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in FILES}

NOTICES = {
    RXNORM: "National Library of Medicine",
    HCPCS: "No CPT code",
    NDC: "Food and Drug Administration",
    SNOMED: "Creative Commons Attribution 4.0",
    ICD10CM: "work of the United States Government",
    LOINC: "https://loinc.org/license",
}


def whole_codes() -> list[tuple[str, str]]:
    return sorted({coding for name in codes.names() for coding in codes.load(name).codes})


def luhn(digits: str) -> bool:
    """The check digit of LOINC."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled // 10 + doubled % 10
    return total % 10 == 0


def verhoeff(digits: str) -> bool:
    """The check digit of SNOMED CT: multiplication in the dihedral group of order ten."""

    def times(a: int, b: int) -> int:
        if a < 5:
            return (a + b) % 5 if b < 5 else (a + b - 5) % 5 + 5
        return (a - b - 5) % 5 + 5 if b < 5 else (a - b) % 5

    def permuted(digit: int, place: int) -> int:
        for _ in range(place % 8):
            digit = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[digit]
        return digit

    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = times(check, permuted(int(digit), place))
    return check == 0


@pytest.mark.parametrize("name", RESOURCES)
def test_every_file_is_a_valid_fhir_value_set(name: str, record_property: Callable[[str, object], None]) -> None:
    record_property("valuesets", 1)
    ValueSet.model_validate(RESOURCES[name])
    assert fhirkit.validate(RESOURCES[name]) == []


@pytest.mark.parametrize("name", RESOURCES)
def test_every_file_is_named_after_its_id_and_states_url_source_and_licences(name: str) -> None:
    resource = RESOURCES[name]
    assert resource["id"] == name
    assert resource["url"] == f"{codes.CANONICAL}/ValueSet/{name}"
    assert re.fullmatch(r"[A-Z][A-Za-z0-9]{1,254}", resource["name"])
    assert resource["description"].endswith(".")
    assert resource["purpose"].startswith("Codes and meanings read together in: ")
    for include in resource["compose"]["include"]:
        assert NOTICES[include["system"]] in resource["copyright"]


def test_every_file_is_loaded_and_none_is_empty() -> None:
    assert codes.names() == tuple(RESOURCES)
    assert [name for name in codes.names() if not (codes.load(name).codes or codes.load(name).prefixes)] == []


def test_names_in_fhir_are_unique() -> None:
    assert len({resource["name"] for resource in RESOURCES.values()}) == len(RESOURCES)


def test_a_code_has_the_same_display_in_every_file_and_appears_once_in_each() -> None:
    told: dict[tuple[str, str], str] = {}
    for resource in RESOURCES.values():
        listed = [
            (include["system"], concept["code"], concept["display"])
            for include in resource["compose"]["include"]
            for concept in include.get("concept", ())
        ]
        assert len({entry[:2] for entry in listed}) == len(listed)
        for system, code, display in listed:
            assert told.setdefault((system, code), display) == display
            assert codes.display(system, code) == display


def test_only_systems_free_to_ship_are_present() -> None:
    assert {system for system, _ in whole_codes()} == {RXNORM, SNOMED, LOINC, ICD10CM, HCPCS, NDC}
    assert all(re.fullmatch(r"[A-Z]\d{4}", code) for system, code in whole_codes() if system == HCPCS)


def test_every_code_is_stored_as_it_is_normalised() -> None:
    assert [coding for coding in whole_codes() if codes.normalise(*coding) != coding] == []
    prefixes = [prefix for name in codes.names() for prefix in codes.load(name).prefixes]
    assert [prefix for prefix in prefixes if codes.normalise(*prefix) != prefix] == []


def test_loinc_check_digits_hold_and_a_changed_digit_breaks_them() -> None:
    answers = [code for system, code in whole_codes() if system == LOINC and code.startswith("LA")]
    loinc = [code.replace("-", "") for system, code in whole_codes() if system == LOINC and code not in answers]
    assert all(re.fullmatch(r"LA\d+-\d", code) for code in answers)
    assert [code for code in loinc if not luhn(code)] == []
    assert not luhn("382671"[:-1] + "2")


def test_snomed_check_digits_hold_and_a_changed_digit_breaks_them() -> None:
    snomed = [code for system, code in whole_codes() if system == SNOMED]
    assert [code for code in snomed if not verhoeff(code)] == []
    assert not verhoeff("64859007")


def test_ndcs_have_eleven_digits() -> None:
    assert [code for system, code in whole_codes() if system == NDC and not re.fullmatch(r"\d{11}", code)] == []


def test_a_file_that_would_be_understood_only_in_part_is_refused() -> None:
    for include in (
        {"system": "http://www.whocc.no/atc", "concept": [{"code": "M05BX04", "display": "denosumab"}]},
        {"system": SNOMED, "filter": [{"property": "concept", "op": "is-a", "value": "64859006"}]},
        {"system": ICD10CM, "filter": [{"property": "concept", "op": "descendent-of", "value": "M80"}]},
        {"system": ICD10CM, "concept": [{"code": "M80", "display": "x"}], "valueSet": ["http://example.org/other"]},
    ):
        resource = {"resourceType": "ValueSet", "id": "x", "title": "X", "compose": {"include": [include]}}
        with pytest.raises(ValueError, match="system"):
            codes._parse(resource)
