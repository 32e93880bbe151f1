"""The command that tells what a code means to the service."""

import re

import pytest
from click.testing import CliRunner, Result

from cards import codes
from service.cli import main

SPOKEN_OF = {
    codes.RXNORM: "National Library of Medicine",
    codes.HCPCS: "No CPT code",
    codes.NDC: "Food and Drug Administration",
    codes.SNOMED: "Creative Commons Attribution 4.0",
    codes.ICD10CM: "National Center for Health Statistics",
    codes.LOINC: "https://loinc.org/license",
}
UNSURE_PRODUCT = "product    not told by the code"


def asked(*words: str) -> Result:
    return CliRunner().invoke(main, ["codes", *words])


def told(*words: str, ends_with: int = 0) -> str:
    result = asked(*words)
    assert result.exit_code == ends_with, result.output
    return result.output


def sets_in(output: str) -> list[str]:
    return re.findall(r"^  value set  ([a-z0-9-]+):", output, re.MULTILINE)


def one_member_of_each_system() -> list[tuple[str, str]]:
    """Of every value set a (system, code) of each system it holds."""
    found = {}
    for name in codes.names():
        held = codes.load(name)
        for system, code in (*sorted(held.prefixes), *sorted(held.codes)):
            found[name, system] = (system, code)
    return sorted(set(found.values()))


def test_a_code_of_another_drug_is_told_as_that_drug() -> None:
    output = told("3002")
    assert output.startswith("RxNorm 3002: cyclophosphamide\n")
    assert "another drug: cyclophosphamide" in output
    assert sets_in(output) == []


def test_an_ingredient_code_tells_the_drug_and_no_product() -> None:
    output = told("993449")
    assert output.startswith("RxNorm 993449: denosumab\n")
    assert sets_in(output) == ["denosumab"]
    assert "drug       denosumab" in output
    assert UNSURE_PRODUCT in output
    assert "strength  " not in output


@pytest.mark.parametrize(
    ("code", "strength", "product"),
    [
        ("993452", "60 mg", "osteoporosis product"),
        ("1046398", "120 mg", "oncology product"),
        ("705824", "5 mg", "osteoporosis product"),
        ("351114", "4 mg", "oncology product"),
    ],
)
def test_a_product_code_tells_strength_and_product(code: str, strength: str, product: str) -> None:
    output = told(code)
    assert f"  strength   {strength}\n" in output
    assert f"  product    {product}\n" in output


def test_a_concentration_without_its_container_is_no_strength() -> None:
    output = told("705823")
    assert output.startswith("RxNorm 705823: zoledronic acid 0.05 MG/ML\n")
    assert "strength  " not in output


def test_a_billing_code_tells_its_unit_and_no_strength() -> None:
    output = told("J0897")
    assert "billed     one unit is 1 mg" in output
    assert UNSURE_PRODUCT in output
    assert "strength  " not in output


def test_a_combination_tells_both_drugs() -> None:
    assert "drug       alendronate (bisphosphonate) and vitamin D (supplement)" in told("904462")


def test_a_code_of_no_drug_tells_no_drug() -> None:
    output = told("38265-5")
    assert sets_in(output) == ["dxa-t-score-forearm"]
    assert "DXA Radius and Ulna [T-score]" in output
    assert "  drug  " not in output


@pytest.mark.parametrize("spelled", ["M80.08XD", "M8008XD", "m80.08xd", "icd|m8008xd", "ICD-10-CM|M80.08XD"])
def test_every_spelling_of_a_diagnosis_tells_the_same(spelled: str) -> None:
    output = told(spelled)
    assert output.startswith("ICD-10-CM M80.08XD: its own name is not held here\n")
    assert sets_in(output) == ["fracture-site-vertebra", "fragility-fracture", "osteoporosis"]
    assert "By its beginning, M80.08; what follows" in output


@pytest.mark.parametrize("system", ["rxnorm", "RxNorm", codes.RXNORM, "urn:oid:2.16.840.1.113883.6.88"])
def test_a_system_is_known_by_name_uri_and_oid(system: str) -> None:
    assert told(f"{system}|993449").startswith("RxNorm 993449: denosumab\n")


def test_a_bare_code_is_told_in_each_system_that_knows_it_and_in_no_other() -> None:
    assert told("J3489").count("  system  ") == 1
    assert told("hcpcs|J3489").startswith("HCPCS J3489: ")
    assert told("icd|J3489", ends_with=1).startswith("ICD-10-CM J34.89: unknown\n")


def test_a_term_behind_a_snomed_code_is_no_system() -> None:
    assert told("73211009 |Diabetes mellitus|").startswith("SNOMED CT 73211009: Diabetes mellitus (disorder)\n")


def test_an_unknown_code_is_told_as_unknown_beside_those_known() -> None:
    output = told("993449", "99999", "rxnorm|99999", ends_with=1)
    assert "RxNorm 993449: denosumab\n" in output
    assert "\n99999: unknown\n  tried      RxNorm, SNOMED CT, LOINC" in output
    assert "\nRxNorm 99999: unknown\n" in output
    assert "Beside the name of a drug that is known by codes" in output


def test_a_system_that_is_not_known_is_named() -> None:
    assert "'rxnrom' is no system known here: RxNorm, " in told("rxnrom|993449", ends_with=1)


def test_the_licence_is_that_of_the_codes_own_system() -> None:
    members = one_member_of_each_system()
    assert {system for system, _ in members} == set(codes.SYSTEMS)
    blocks = told(*(f"{system}|{code}" for system, code in members)).split("\n\n")
    for (system, code), block in zip(members, blocks, strict=True):
        licence = " ".join(block.partition("\n  licence ")[2].split())
        assert [each for each, words in SPOKEN_OF.items() if words in licence] == [system], (system, code)


@pytest.mark.parametrize("name", ["denosumab-60mg", "fragility-fracture"])
def test_a_value_set_lists_all_that_it_holds(name: str) -> None:
    output, held = told("--set", name), codes.load(name)
    assert output.startswith(f"{name}: {held.title}\n")
    assert all(f" {code}: {codes.display(system, code)}\n" in output for system, code in held.codes)
    assert all(f" {prefix}: the code and everything below it\n" in output for _, prefix in held.prefixes)


def test_a_value_set_that_does_not_exist_is_refused_with_the_nearest_name() -> None:
    assert "did you mean 'denosumab'" in told("--set", "denosumab60", ends_with=2)


def test_nothing_asked_is_refused() -> None:
    assert "give a code" in told(ends_with=2)
