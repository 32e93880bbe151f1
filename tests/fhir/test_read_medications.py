"""Orders, statements, fills and doses given."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cards.chart import Chart, Section
from cards.facts import Medication, Source
from cards.when import When

Read = Callable[..., Section[Any]]
ReadParts = Callable[..., Chart]
TODAY = date(2026, 11, 22)
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
DENOSUMAB = {"coding": [{"system": RXNORM, "code": "993452", "display": "1 ML denosumab 60 MG/ML Prefilled Syringe"}]}
ALENDRONATE = {"coding": [{"system": RXNORM, "code": "904431"}], "text": "alendronate 70 mg tablet"}


def resource(kind: str, drug: Any = DENOSUMAB, **more: Any) -> dict[str, Any]:
    told = {"resourceType": kind, "id": "m1", "status": "active", "medicationCodeableConcept": drug, **more}
    return {key: value for key, value in told.items() if value is not None}


def order(drug: Any = DENOSUMAB, **more: Any) -> dict[str, Any]:
    return resource("MedicationRequest", drug, **{"intent": "order", "authoredOn": "2026-01-10", **more})


def statement(drug: Any = DENOSUMAB, **more: Any) -> dict[str, Any]:
    return resource("MedicationStatement", drug, **more)


def dispense(drug: Any = DENOSUMAB, **more: Any) -> dict[str, Any]:
    return resource("MedicationDispense", drug, **{"status": "completed", **more})


def administration(drug: Any = DENOSUMAB, **more: Any) -> dict[str, Any]:
    return resource(
        "MedicationAdministration", drug, **{"status": "completed", "effectiveDateTime": "2026-05-01", **more}
    )


def on(year: int, month: int, day: int) -> When:
    return When.on(date(year, month, day))


SECTION = {
    "MedicationRequest": "medication_requests",
    "MedicationStatement": "medication_statements",
    "MedicationDispense": "medication_dispenses",
    "MedicationAdministration": "medication_administrations",
}


@pytest.fixture
def fact(read: Read) -> Callable[..., Medication]:
    def the_only(one: dict[str, Any], **more: Any) -> Medication:
        (found,) = read(SECTION[one["resourceType"]], one, **more)
        assert isinstance(found, Medication)
        return found

    return the_only


Fact = Callable[..., Medication]


@pytest.fixture
def kept(read: Read) -> Callable[..., bool]:
    return lambda one, **more: bool(list(read(SECTION[one["resourceType"]], one, **more)))


def test_an_order_tells_drug_status_and_start(fact: Fact) -> None:
    found = fact(order())
    assert (found.ref, found.source, found.status) == ("MedicationRequest/m1", Source.REQUEST, "active")
    assert (found.ingredients, found.sure) == (("denosumab",), True)
    assert "denosumab-60mg" in found.tags
    assert found.text == "1 ML denosumab 60 MG/ML Prefilled Syringe"
    assert (found.started, found.recorded, found.has_start) == (on(2026, 1, 10), on(2026, 1, 10), True)
    assert (found.ended, found.events, found.do_not_perform) == (None, (), False)


@pytest.mark.parametrize("kind", sorted(SECTION))
def test_a_drug_that_no_rule_reads_is_passed_over(kept: Callable[..., bool], kind: str) -> None:
    assert not kept(resource(kind, {"text": "amoxicillin 500 mg capsule"}, status="completed"))


@pytest.mark.parametrize(
    "dress",
    [
        {"medicationCodeableConcept": {"text": "Prolia 60 mg/mL syringe"}},
        {"medicationCodeableConcept": {"coding": [{"display": "denosumab"}]}},
        {"medicationReference": {"display": "denosumab (PROLIA) 60 mg/mL"}},
        {"medicationReference": {"reference": "Medication/d"}},
        {"medicationReference": {"reference": "https://ehr.example/fhir/Medication/d/_history/2"}},
        {"medicationReference": {"reference": "urn:uuid:11111111-2222-3333-4444-555555555555"}},
        {
            "medicationReference": {"reference": "#in"},
            "contained": [{"resourceType": "Medication", "id": "in", "code": DENOSUMAB}],
        },
        {"medication": {"concept": DENOSUMAB}},
        {"medication": {"reference": {"reference": "Medication/d"}}},
    ],
)
@pytest.mark.parametrize("kind", sorted(SECTION))
def test_the_drug_is_found_however_it_is_named(fact: Fact, kind: str, dress: dict[str, Any]) -> None:
    held = {"resourceType": "Medication", "id": "d", "code": DENOSUMAB}
    medications = {"Medication/d": held, "urn:uuid:11111111-2222-3333-4444-555555555555": held}
    told = {**resource(kind, None, status="completed"), **dress}
    assert fact(told, medications=medications).ingredients == ("denosumab",)


def test_a_medication_that_was_not_sent_is_named_by_the_words_of_its_reference(fact: Fact) -> None:
    pointer = {"reference": "Medication/elsewhere", "display": "zoledronic acid 5 mg/100 mL"}
    found = fact(order(None, medicationReference=pointer))
    assert (found.ingredients, found.dose_mg) == (("zoledronic-acid",), Decimal(5))


def test_a_medication_without_a_code_is_named_by_its_ingredients(fact: Fact) -> None:
    compound = {"resourceType": "Medication", "id": "c", "ingredient": [{"itemCodeableConcept": ALENDRONATE}]}
    found = fact(order(None, medicationReference={"reference": "Medication/c"}), medications={"Medication/c": compound})
    assert found.ingredients == ("alendronate",)


def test_the_words_with_a_strength_are_those_a_card_quotes(fact: Fact) -> None:
    drug = {"text": "Denosumab", "coding": [{"system": RXNORM, "code": "993452", "display": "denosumab 60 MG/ML"}]}
    assert fact(order(drug)).text == "denosumab 60 MG/ML"
    assert fact(order({"coding": [{"system": RXNORM, "code": "993452"}]})).text == "denosumab"


def test_an_order_entered_in_error_is_never_used(kept: Callable[..., bool]) -> None:
    assert not kept(order(status="entered-in-error"))


@pytest.mark.parametrize("intent", ["proposal", "plan", "option"])
def test_a_plan_is_no_order(kept: Callable[..., bool], intent: str) -> None:
    assert not kept(order(intent=intent))


@pytest.mark.parametrize("status", ["active", "completed", "stopped", "on-hold", "cancelled", "draft"])
def test_an_order_that_was_given_taken_back_or_is_being_written_is_kept(fact: Fact, status: str) -> None:
    assert (fact(order(status=status)).status, fact(order(status=status)).sure) == (status, True)


@pytest.mark.parametrize("status", ["unknown", None])
def test_an_order_of_unknown_status_is_a_maybe(fact: Fact, status: str | None) -> None:
    assert (fact(order(status=status)).status, fact(order(status=status)).sure) == ("unknown", False)


def test_an_order_not_to_give_is_kept_with_its_flag(fact: Fact) -> None:
    assert fact(order(doNotPerform=True)).do_not_perform


def bounded(start: str | None, end: str | None = None) -> dict[str, Any]:
    bounds = {"start": start, "end": end}
    told = {key: value for key, value in bounds.items() if value}
    return {"timing": {"repeat": {"boundsPeriod": told, "frequency": 1, "period": 6, "periodUnit": "mo"}}}


def test_an_order_starts_with_its_bounds_then_its_validity_then_its_authoring(fact: Fact) -> None:
    supply = {"validityPeriod": {"start": "2026-02-01"}}
    with_all = order(dosageInstruction=[bounded("2026-03-01")], dispenseRequest=supply)
    assert fact(with_all).started == on(2026, 3, 1)
    assert fact(order(dispenseRequest=supply)).started == on(2026, 2, 1)
    assert fact(order()).started == on(2026, 1, 10)


def test_an_order_without_any_date_started_some_day_before_today(fact: Fact) -> None:
    found = fact(order(authoredOn=None))
    assert (found.started, found.has_start, found.recorded) == (When.by(TODAY), False, None)


def test_an_order_ends_with_its_bounds_or_after_its_length(fact: Fact) -> None:
    assert fact(order(dosageInstruction=[bounded("2026-03-01", "2028-03")])).ended == When(
        date(2028, 3, 1), date(2028, 3, 31)
    )
    course = {"timing": {"repeat": {"boundsDuration": {"value": 24, "unit": "month", "code": "mo"}}}}
    assert fact(order(dosageInstruction=[course])).ended == on(2028, 1, 10)


def test_an_end_before_the_start_is_no_end(fact: Fact) -> None:
    assert fact(order(dosageInstruction=[bounded("2026-03-01", "2025-03-01")])).ended is None


def test_the_days_named_one_by_one_are_its_events(fact: Fact) -> None:
    timing = {"timing": {"event": ["2026-07-01", "2027-01"]}}
    assert fact(order(dosageInstruction=[timing])).events == (
        on(2026, 7, 1),
        When(date(2027, 1, 1), date(2027, 1, 31)),
    )


def test_an_order_planned_for_later_is_kept(fact: Fact) -> None:
    assert fact(order(dosageInstruction=[bounded("2027-03-01")])).started == on(2027, 3, 1)


@pytest.mark.parametrize(("authored", "is_kept"), [("2026-11-22", True), ("2026-11-23", False), ("2026-11", True)])
def test_an_order_written_after_today_is_passed_over(kept: Callable[..., bool], authored: str, is_kept: bool) -> None:
    assert kept(order(authoredOn=authored)) is is_kept


def test_dose_interval_and_route_of_an_order(fact: Fact) -> None:
    instruction = {
        "route": {"coding": [{"system": "http://snomed.info/sct", "code": "34206005"}]},
        "doseAndRate": [{"doseQuantity": {"value": 60, "unit": "mg", "code": "mg"}}],
        **bounded("2026-03-01"),
    }
    found = fact(order({"text": "denosumab"}, dosageInstruction=[instruction]))
    assert (found.dose_mg, found.interval_days, found.route) == (Decimal(60), Decimal("182.625"), "subcutaneous")


@pytest.mark.parametrize(
    ("drug", "milligrams"),
    [
        ("denosumab 60 mg/mL injection", 60), ("denosumab 120 mg/1.7 mL", 120), ("zoledronic acid 4 mg/5 mL", 4),
        ("alendronate 70 mg tablet", 70), ("prednisone 5 mg tablet", None), ("denosumab", None),
    ],
)  # fmt: skip
def test_the_strength_of_a_single_dose_package_is_the_dose(fact: Fact, drug: str, milligrams: int | None) -> None:
    assert fact(order({"text": drug})).dose_mg == milligrams


def test_a_dose_stands_before_the_strength(fact: Fact) -> None:
    dose = {"doseAndRate": [{"doseQuantity": {"value": 120, "unit": "mg"}}]}
    assert fact(order({"text": "Prolia 60 mg/mL"}, dosageInstruction=[dose])).dose_mg == 120


def test_supply_and_refills_of_an_order(fact: Fact) -> None:
    supply = {"expectedSupplyDuration": {"value": 28, "unit": "Day"}, "numberOfRepeatsAllowed": 5}
    found = fact(order(ALENDRONATE, dispenseRequest=supply))
    assert (found.supply_days, found.refills) == (Decimal(28), 5)
    assert fact(order(ALENDRONATE, dispenseRequest={"numberOfRepeatsAllowed": -1})).refills is None


def test_the_reasons_of_an_order_are_those_it_codes_and_those_it_refers_to(read_parts: ReadParts) -> None:
    def coded(code: str) -> dict[str, Any]:
        return {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code}]}

    myeloma = {"resourceType": "Condition", "id": "c1", "code": coded("C90.00")}
    told = order(reasonCode=[coded("C79.51")], reasonReference=[{"reference": "https://ehr/fhir/Condition/c1"}])
    chart = read_parts({"medication_requests": [told], "conditions": [myeloma]})
    (found,) = chart.medication_requests
    assert {"bone-metastasis", "myeloma"} <= found.reasons


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("Giant cell tumour of bone", "giant-cell-tumor"),
        ("hypercalcemia of malignancy", "malignant-hypercalcemia"),
        ("breast cancer, metastatic to bone", "bone-metastasis"),
        ("Bone metastases", "bone-metastasis"),
        ("multiple myeloma", "myeloma"),
        ("osteoporosis, no bone metastases", ""),
        ("osteoporosis", ""),
    ],
)
def test_an_oncology_reason_told_in_words_is_a_reason(fact: Fact, said: str, reason: str) -> None:
    assert fact(order(reasonCode=[{"text": said}])).reasons == frozenset({reason} - {""})


def test_code_and_words_of_different_drugs_are_a_maybe(fact: Fact) -> None:
    drug = {"coding": [{"system": RXNORM, "code": "904431"}], "text": "Prolia"}
    assert not fact(order(drug)).sure


@pytest.mark.parametrize("status", ["entered-in-error", "not-taken", "intended"])
def test_a_statement_of_no_use_is_never_used(kept: Callable[..., bool], status: str) -> None:
    assert not kept(statement(status=status))


def test_older_versions_say_not_taken_otherwise(kept: Callable[..., bool]) -> None:
    assert not kept(statement(taken="n"))
    assert not kept(statement(wasNotTaken=True))


def test_a_statement_of_one_day_is_one_dose(fact: Fact) -> None:
    found = fact(statement(status="completed", effectiveDateTime="2026-05-01", dateAsserted="2026-06-01"))
    assert (found.started, found.events, found.is_period) == (on(2026, 5, 1), (on(2026, 5, 1),), False)
    assert found.recorded == on(2026, 6, 1)


def test_a_statement_of_a_period_is_a_stretch_of_use(fact: Fact) -> None:
    found = fact(statement(effectivePeriod={"start": "2024-05", "end": "2026-05-01"}))
    assert (found.is_period, found.events) == (True, ())
    assert (found.started, found.ended) == (When(date(2024, 5, 1), date(2024, 5, 31)), on(2026, 5, 1))


def test_a_period_of_one_day_is_one_dose(fact: Fact) -> None:
    found = fact(statement(status="completed", effectivePeriod={"start": "2026-05-01", "end": "2026-05-01T10:00:00Z"}))
    assert (found.is_period, found.events, found.ended) == (False, (on(2026, 5, 1),), None)


def test_a_period_without_a_start_still_ends(fact: Fact) -> None:
    found = fact(statement(effectivePeriod={"end": "2026-05-01"}))
    assert (found.is_period, found.has_start, found.ended) == (True, False, on(2026, 5, 1))


def test_a_statement_without_a_date_has_no_start(fact: Fact) -> None:
    found = fact(statement())
    assert (found.has_start, found.events, found.started) == (False, (), When.by(TODAY))


@pytest.mark.parametrize(("day", "is_kept"), [("2026-11-22", True), ("2026-11-23", False)])
@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("MedicationStatement", "effectiveDateTime"),
        ("MedicationDispense", "whenHandedOver"),
        ("MedicationAdministration", "effectiveDateTime"),
    ],
)
def test_use_that_is_dated_after_today_is_passed_over(
    kept: Callable[..., bool], kind: str, key: str, day: str, is_kept: bool
) -> None:
    assert kept(resource(kind, status="completed", **{key: day})) is is_kept


def test_a_fill_is_dated_by_its_hand_over_then_its_preparation(fact: Fact) -> None:
    both = fact(dispense(whenHandedOver="2026-05-03", whenPrepared="2026-05-01"))
    assert (both.started, both.recorded, both.events) == (on(2026, 5, 3), on(2026, 5, 3), (on(2026, 5, 3),))
    assert fact(dispense(whenPrepared="2026-05-01")).started == on(2026, 5, 1)


@pytest.mark.parametrize(
    ("supply", "days"),
    [({"value": 90, "unit": "days"}, 90), ({"value": 90}, 90), ({"value": 3, "code": "mo"}, 90), (None, None)],
)
def test_a_fill_covers_its_days_of_supply(fact: Fact, supply: Any, days: int | None) -> None:
    assert fact(dispense(ALENDRONATE, whenHandedOver="2026-05-03", daysSupply=supply)).supply_days == days


@pytest.mark.parametrize(
    "status", ["preparation", "in-progress", "cancelled", "declined", "on-hold", "stopped", "entered-in-error"]
)
def test_a_fill_that_was_not_handed_over_is_none(kept: Callable[..., bool], status: str) -> None:
    assert not kept(dispense(status=status, whenPrepared="2026-05-01"))


def test_a_fill_in_progress_counts_once_it_is_handed_over(kept: Callable[..., bool]) -> None:
    assert kept(dispense(status="in-progress", whenHandedOver="2026-05-01"))


def test_a_dose_given_is_dated_by_the_day_or_the_start_of_its_period(fact: Fact) -> None:
    assert fact(administration()).events == (on(2026, 5, 1),)
    stretch = {"start": "2026-05-01T10:00:00Z", "end": "2026-05-01T10:20:00Z"}
    assert fact(administration(effectiveDateTime=None, effectivePeriod=stretch)).started == on(2026, 5, 1)


@pytest.mark.parametrize("status", ["not-done", "on-hold", "entered-in-error"])
def test_a_dose_that_was_not_given_is_none(kept: Callable[..., bool], status: str) -> None:
    assert not kept(administration(status=status))


@pytest.mark.parametrize(
    ("status", "sure"), [("completed", True), ("in-progress", True), ("stopped", False), ("unknown", False)]
)
def test_a_dose_broken_off_is_a_maybe(fact: Fact, status: str, sure: bool) -> None:
    assert fact(administration(status=status)).sure is sure


@pytest.mark.parametrize(
    ("dose", "milligrams"),
    [
        ({"value": 60, "unit": "units"}, 60), ({"value": 60}, 60), ({"value": 120, "code": "1"}, 120),
        ({"value": 60, "unit": "mg"}, 60), ({"value": 1, "unit": "mL"}, None), (None, None),
    ],
)  # fmt: skip
def test_billing_units_of_a_dose_are_milligrams(fact: Fact, dose: Any, milligrams: int | None) -> None:
    drug = {"coding": [{"system": HCPCS, "code": "J0897", "display": "Injection, denosumab, 1 mg"}]}
    assert fact(administration(drug, dosage={"dose": dose})).dose_mg == milligrams


def test_a_statement_asserted_after_today_and_not_dated_is_passed_over(kept: Callable[..., bool]) -> None:
    assert not kept(statement(dateAsserted="2026-11-23"))
    assert kept(statement(dateAsserted="2026-11-22"))


def test_a_contained_reason_is_read(fact: Fact) -> None:
    cause = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "C79.51"}]}
    inside = [{"resourceType": "Condition", "id": "why", "code": cause}]
    assert "bone-metastasis" in fact(order(contained=inside, reasonReference=[{"reference": "#why"}])).reasons
