"""How sure a reader is of the drug, and how much one package of it holds, in each kind of resource."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from cards.chart import Section
from cards.codes import HCPCS, RXNORM
from cards.facts import Medication

Read = Callable[..., Section[Any]]
SECTIONS = {
    "MedicationRequest": "medication_requests",
    "MedicationStatement": "medication_statements",
    "MedicationDispense": "medication_dispenses",
    "MedicationAdministration": "medication_administrations",
    "Procedure": "procedures",
}
DAYS = {
    "MedicationRequest": {"status": "active", "intent": "order", "authoredOn": "2026-01-10"},
    "MedicationStatement": {"status": "active", "effectiveDateTime": "2026-01-10"},
    "MedicationDispense": {"status": "completed", "whenHandedOver": "2026-01-10"},
    "MedicationAdministration": {"status": "completed", "effectiveDateTime": "2026-01-10"},
    "Procedure": {"status": "completed", "performedDateTime": "2026-01-10"},
}
LISTS = tuple(kind for kind in SECTIONS if kind != "Procedure")


def concept(text: str, *codings: tuple[str, str]) -> dict[str, Any]:
    coded = {"coding": [{"system": system, "code": code} for system, code in codings]} if codings else {}
    return coded | ({"text": text} if text else {})


@pytest.fixture
def fact(read: Read) -> Callable[..., Medication]:
    def the_only(kind: str, drug: dict[str, Any], **more: Any) -> Medication:
        key = "code" if kind == "Procedure" else "medicationCodeableConcept"
        (found,) = read(SECTIONS[kind], {"resourceType": kind, "id": "m1", key: drug, **DAYS[kind], **more})
        told = found.dose if kind == "Procedure" else found
        assert isinstance(told, Medication)
        return told

    return the_only


Fact = Callable[..., Medication]


@pytest.mark.parametrize("kind", LISTS)
def test_words_under_the_code_of_another_drug_are_a_maybe_with_its_reason(fact: Fact, kind: str) -> None:
    told = fact(kind, concept("Alendronate", (RXNORM, "3002")))
    assert (told.ingredients, told.sure) == (("alendronate",), False)
    assert told.doubt == "its words name the drug, but its code is that of another drug (cyclophosphamide)"


@pytest.mark.parametrize("kind", LISTS)
def test_words_alone_are_sure_and_without_a_doubt(fact: Fact, kind: str) -> None:
    told = fact(kind, concept("alendronate sodium 70 mg"))
    assert (told.sure, told.doubt, told.strength_mg) == (True, "", 70)


@pytest.mark.parametrize("kind", LISTS)
def test_a_status_that_is_unknown_is_a_doubt_too(fact: Fact, kind: str) -> None:
    told = fact(kind, concept("", (RXNORM, "904431")), status="unknown")
    assert (told.sure, told.doubt) == (False, "its status is unknown")


@pytest.mark.parametrize(
    ("kind", "status", "read_as"),
    [
        ("MedicationRequest", "active", "stopped"), ("MedicationStatement", "active", "stopped"),
        ("MedicationRequest", "on-hold", "on-hold"), ("MedicationRequest", "cancelled", "cancelled"),
        ("MedicationDispense", "completed", "completed"), ("MedicationAdministration", "completed", "completed"),
    ],
)  # fmt: skip
def test_words_that_end_denosumab_stop_what_stands(fact: Fact, kind: str, status: str, read_as: str) -> None:
    told = fact(kind, concept("Prolia stopped"), status=status)
    assert (told.status, told.sure) == (read_as, False)
    assert told.doubt == "its words say that the drug was stopped or is held"


@pytest.mark.parametrize("kind", SECTIONS)
def test_a_name_tells_strength_and_brand_in_each_kind_of_resource(fact: Fact, kind: str) -> None:
    told = fact(kind, concept("denosumab (Prolia) 60 mg/mL injection"))
    assert (told.strength_mg, told.dose_mg, told.brand) == (60, 60, "prolia")


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize(("amount", "milligrams"), [(60, 60), (120, 120), (119, 119)])
def test_billed_units_are_milligrams_in_each_kind_of_resource(
    fact: Fact, kind: str, amount: int, milligrams: int
) -> None:
    dose = {"value": amount, "unit": "units"}
    dosage: dict[str, Any] = {
        "MedicationAdministration": {"dosage": {"dose": dose}},
        "MedicationStatement": {"dosage": [{"doseAndRate": [{"doseQuantity": dose}]}]},
    }.get(kind, {"dosageInstruction": [{"doseAndRate": [{"doseQuantity": dose}]}]})
    told = fact(kind, concept("Injection, denosumab, 1 mg", (HCPCS, "J0897")), **dosage)
    assert (told.dose_mg, told.strength_mg) == (milligrams, None)


def test_a_bill_without_units_tells_no_dose(fact: Fact) -> None:
    told = fact("MedicationRequest", concept("Injection, denosumab, 1 mg", (HCPCS, "J0897")))
    assert (told.dose_mg, told.strength_mg, told.sure) == (None, None, True)


def test_a_dose_that_differs_from_the_strength_is_kept_beside_it(fact: Fact) -> None:
    dosage = {"dose": {"value": 120, "unit": "mg"}}
    told = fact("MedicationAdministration", concept("denosumab 60 mg/mL"), dosage=dosage)
    assert (told.dose_mg, told.strength_mg) == (Decimal(120), Decimal(60))


def test_an_injection_in_the_words_of_a_procedure_is_a_maybe(fact: Fact, read: Read) -> None:
    told = fact("Procedure", concept("Administration of Prolia"))
    assert (told.ingredients, told.sure, told.doubt) == (
        ("denosumab",),
        False,
        "only the words of a procedure tell of it",
    )
    for words in ("Prolia patient education", "alendronate given", "Injection of the knee"):
        procedure = {"resourceType": "Procedure", "id": "p1", "code": concept(words), **DAYS["Procedure"]}
        assert [found.dose for found in read("procedures", procedure)] == [None]


def test_a_bill_whose_words_name_another_drug_is_a_maybe(fact: Fact) -> None:
    told = fact("Procedure", concept("Zoledronic acid infusion", (HCPCS, "J0897")))
    assert (told.ingredients, told.sure, told.doubt) == (
        ("denosumab",),
        False,
        "its code and its words name different drugs",
    )


@pytest.mark.parametrize(
    ("words", "brand", "strength", "sure"),
    [
        ("Prolia injection", "prolia", None, True), ("Xgeva 120 mg/1.7 mL", "xgeva", 120, True),
        ("denosumab 60 mg", None, 60, True), ("Hold Prolia until seen", "prolia", None, False),
    ],
)  # fmt: skip
def test_a_visit_tells_the_product_it_is_for(
    read: Read, words: str, brand: str | None, strength: int | None, sure: bool
) -> None:
    visit = {
        "resourceType": "Appointment", "id": "v1", "status": "booked", "start": "2026-12-01T09:00:00Z",
        "description": words,
    }  # fmt: skip
    (told,) = read("appointments", visit)
    assert (told.ingredients, told.brand, told.strength_mg, told.sure) == (("denosumab",), brand, strength, sure)


@pytest.mark.parametrize(
    "words",
    [
        "Did not tolerate alendronate", "alendronate stopped for heartburn", "History of reaction to alendronate",
        "Unable to tolerate alendronate", "Alendronate discontinued: rash",
    ],
)  # fmt: skip
def test_an_intolerance_may_say_that_the_drug_was_stopped(read: Read, words: str) -> None:
    allergy = {"resourceType": "AllergyIntolerance", "id": "a1", "code": {"text": words}}
    (told,) = read("allergies", allergy)
    assert told.ingredients == ("alendronate",)


@pytest.mark.parametrize("words", ["No known allergy to alendronate", "Denies reaction to alendronate"])
def test_an_allergy_that_is_denied_is_none(read: Read, words: str) -> None:
    assert not list(read("allergies", {"resourceType": "AllergyIntolerance", "id": "a1", "code": {"text": words}}))


@pytest.mark.parametrize(
    "words",
    ["Osteoporosis without current pathological fracture", "Fragility fracture of the hip", "Vertebral fracture"],
)
def test_words_alone_make_no_fracture(read: Read, words: str) -> None:
    assert not list(read("conditions", {"resourceType": "Condition", "id": "c1", "code": {"text": words}}))


# A drug that cannot be known


def unusable(read: Read, kind: str, **told: Any) -> list[str]:
    section = read(SECTIONS[kind], {"resourceType": kind, "id": "m1", **DAYS[kind], **told})
    assert not list(section)
    return [each.why for each in section.unusable]


@pytest.mark.parametrize("kind", LISTS)
def test_a_medication_that_was_not_sent_is_said(read: Read, kind: str) -> None:
    lost = {"reference": "Medication/gone"}
    assert unusable(read, kind, medicationReference=lost) == ["the medication it refers to was not sent"]
    assert unusable(read, kind, medicationReference=lost, status="entered-in-error") == []
    assert unusable(read, kind, medicationReference=lost | {"display": "Lisinopril 10 mg"}) == []
    assert unusable(read, kind, medicationReference=lost, doNotPerform=True) == []


def test_a_medication_that_was_sent_and_is_another_drug_is_passed_over(read: Read) -> None:
    sent = {"resourceType": "Medication", "id": "x", "code": {"text": "Lisinopril 10 mg"}}
    pointer = {"reference": "#x"}
    assert unusable(read, "MedicationRequest", contained=[sent], medicationReference=pointer) == []


@pytest.mark.parametrize(
    ("kind", "system", "code", "said"),
    [
        ("MedicationAdministration", RXNORM, "9999999", True), ("MedicationAdministration", RXNORM, "3002", False),
        ("MedicationAdministration", RXNORM, "7646", False), ("MedicationRequest", RXNORM, "9999999", False),
        ("MedicationAdministration", "urn:oid:1.2.3", "1", True),
    ],
)  # fmt: skip
def test_a_dose_given_of_a_code_that_nothing_names_is_said(
    read: Read, kind: str, system: str, code: str, said: bool
) -> None:
    told = unusable(read, kind, medicationCodeableConcept=concept("", (system, code)))
    assert told == (["a drug was given whose code is not known here, and no words name it"] if said else [])
    assert unusable(read, kind, medicationCodeableConcept=concept("Lisinopril", (system, code))) == []


def test_a_resource_without_any_drug_is_passed_over(read: Read) -> None:
    assert unusable(read, "MedicationAdministration") == []
