"""Procedures, allergies, visits, open orders and the encounter."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cards.chart import Chart, Section
from cards.facts import Source
from cards.formulary import BISPHOSPHONATES
from cards.when import When

Read = Callable[..., Section[Any]]
ReadParts = Callable[..., Chart]
TODAY = date(2026, 11, 22)
SNOMED = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"


def coded(system: str, code: str, display: str = "") -> dict[str, Any]:
    coding = {"system": system, "code": code}
    return {"coding": [{**coding, "display": display} if display else coding]}


def given(told: dict[str, Any]) -> dict[str, Any]:
    return {key: each for key, each in told.items() if each is not None}


# Procedures


def done(code: Any, /, **more: Any) -> dict[str, Any]:
    return given({
        "resourceType": "Procedure", "id": "x1", "status": "completed", "code": code,
        "performedDateTime": "2026-05-01", **more,
    })  # fmt: skip


def test_a_procedure_carries_its_sets_and_its_day(read: Read) -> None:
    (found,) = read("procedures", done(coded(SNOMED, "33195004", "Teleradiotherapy procedure")))
    assert (found.ref, found.status, found.when) == ("Procedure/x1", "completed", When.on(date(2026, 5, 1)))
    assert "external-beam-radiotherapy" in found.tags
    assert (found.text, found.dose) == ("Teleradiotherapy procedure", None)


def test_a_procedure_is_kept_by_its_words(read: Read) -> None:
    (found,) = read("procedures", done({"text": "Bilateral oophorectomy"}))
    assert (found.tags, found.text) == (frozenset(), "Bilateral oophorectomy")
    assert not list(read("procedures", done(None)))


def test_a_procedure_of_several_days_is_some_day_of_them(read: Read) -> None:
    course = {"start": "2026-03-01", "end": "2026-04-15"}
    (found,) = read("procedures", done({"text": "Radiotherapy"}, performedDateTime=None, performedPeriod=course))
    assert found.when == When(date(2026, 3, 1), date(2026, 4, 15))


def test_a_procedure_without_a_day_lies_before_today(read: Read) -> None:
    (found,) = read("procedures", done({"text": "Radiotherapy"}, performedDateTime=None, performedString="long ago"))
    assert found.when == When.by(TODAY)


@pytest.mark.parametrize("status", ["not-done", "preparation", "entered-in-error"])
def test_what_was_not_done_is_none(read: Read, status: str) -> None:
    assert not list(read("procedures", done({"text": "Radiotherapy"}, status=status)))


@pytest.mark.parametrize(("day", "count"), [("2026-11-22", 1), ("2026-11-23", 0)])
def test_a_procedure_of_tomorrow_is_passed_over(read: Read, day: str, count: int) -> None:
    assert len(list(read("procedures", done({"text": "Radiotherapy"}, performedDateTime=day)))) == count


@pytest.mark.parametrize(
    ("code", "drug"),
    [("J0897", "denosumab"), ("Q5136", "denosumab"), ("J3489", "zoledronic-acid"), ("J3111", "romosozumab")],
)
def test_a_billed_injection_is_a_dose(read: Read, code: str, drug: str) -> None:
    (found,) = read("procedures", done(coded(HCPCS, code), quantity={"value": 60}))
    assert found.dose.source is Source.PROCEDURE
    assert (found.dose.ref, found.dose.ingredients, found.dose.sure) == ("Procedure/x1", (drug,), True)
    assert (found.dose.started, found.dose.events) == (When.on(date(2026, 5, 1)), (When.on(date(2026, 5, 1)),))
    assert found.dose.dose_mg == 60


def test_a_billed_injection_without_units_tells_no_dose(read: Read) -> None:
    (found,) = read("procedures", done(coded(HCPCS, "J0897", "Injection, denosumab, 1 mg")))
    assert found.dose.dose_mg is None
    assert not found.dose.tags & {"denosumab-60mg", "denosumab-120mg"}


def test_a_billed_injection_of_unknown_status_is_a_maybe(read: Read) -> None:
    (found,) = read("procedures", done(coded(HCPCS, "J0897"), status="unknown"))
    assert not found.dose.sure


def test_a_code_of_another_drug_bills_no_dose(read: Read) -> None:
    (found,) = read("procedures", done({**coded(HCPCS, "J1100"), "text": "Injection"}))
    assert found.dose is None


# Allergies


def allergic(code: Any, /, **more: Any) -> dict[str, Any]:
    return given({
        "resourceType": "AllergyIntolerance", "id": "a1", "code": code, "type": "allergy", "criticality": "high",
        "clinicalStatus": coded("", "active"), "verificationStatus": coded("", "confirmed"), **more,
    })  # fmt: skip


def test_an_allergy_names_drug_kind_and_standing(read: Read) -> None:
    (found,) = read("allergies", allergic(coded(RXNORM, "993449", "denosumab")))
    assert (found.ref, found.ingredients, found.text) == ("AllergyIntolerance/a1", ("denosumab",), "denosumab")
    assert (found.kind, found.criticality, found.clinical, found.verification) == (
        "allergy", "high", "active", "confirmed",
    )  # fmt: skip


@pytest.mark.parametrize(
    "words", ["Prolia", "Allergy to denosumab", "denosumab (intolerance)", "Adverse reaction to denosumab", "DENOSUMAB"]
)
def test_an_allergy_in_words_names_its_drug(read: Read, words: str) -> None:
    (found,) = read("allergies", allergic({"text": words}))
    assert found.ingredients == ("denosumab",)


@pytest.mark.parametrize("words", ["Penicillin", "No known allergy to denosumab", "Not allergic to Prolia", "Peanut"])
def test_what_is_no_allergy_to_a_drug_of_ours_is_passed_over(read: Read, words: str) -> None:
    assert not list(read("allergies", allergic({"text": words})))


def test_an_allergy_to_bisphosphonates_is_one_to_each_of_them(read: Read) -> None:
    (found,) = read("allergies", allergic({"text": "Bisphosphonates"}))
    assert found.ingredients == BISPHOSPHONATES
    assert not list(read("allergies", allergic({"text": "No allergy to bisphosphonates"})))


def test_the_substance_of_a_reaction_names_a_drug(read: Read) -> None:
    reaction = [{"substance": coded(RXNORM, "46041"), "manifestation": [{"text": "rash"}]}]
    (found,) = read("allergies", allergic({"text": "Medication"}, reaction=reaction))
    assert (found.ingredients, found.text) == (("alendronate",), "Medication")


@pytest.mark.parametrize("status", ["refuted", "entered-in-error"])
def test_a_refuted_allergy_is_none(read: Read, status: str) -> None:
    assert not list(read("allergies", allergic({"text": "Prolia"}, verificationStatus=coded("", status))))


@pytest.mark.parametrize(
    ("told", "kind"),
    [("intolerance", "intolerance"), (coded("", "allergy"), "allergy"), (None, ""), ("biologic", "")],
)
def test_the_kind_is_allergy_intolerance_or_not_told(read: Read, told: Any, kind: str) -> None:
    (found,) = read("allergies", allergic({"text": "Prolia"}, type=told))
    assert found.kind == kind


# Appointments


def visit(**more: Any) -> dict[str, Any]:
    return given({
        "resourceType": "Appointment", "id": "v1", "status": "booked", "start": "2027-01-10T09:00:00+01:00", **more,
    })  # fmt: skip


def test_a_visit_has_status_day_and_words(read: Read) -> None:
    (found,) = read("appointments", visit(description="Prolia injection"))
    assert (found.ref, found.status, found.start) == ("Appointment/v1", "booked", When.on(date(2027, 1, 10)))
    assert (found.text, found.ingredients, found.in_context) == ("Prolia injection", ("denosumab",), False)


@pytest.mark.parametrize(
    "more",
    [
        {"serviceType": [{"text": "Denosumab injection"}]},
        {"serviceType": [{"concept": {"text": "Denosumab injection"}}]},
        {"reasonCode": [{"text": "denosumab due"}]},
        {"comment": "denosumab, 6-monthly"},
        {"supportingInformation": [{"display": "denosumab 60 mg"}]},
        {"supportingInformation": [{"reference": "MedicationRequest/m1"}]},
        {"basedOn": [{"reference": "https://ehr/fhir/MedicationRequest/m2"}]},
    ],
)
def test_the_drug_of_a_visit_is_found_wherever_it_is_named(read_parts: ReadParts, more: dict[str, Any]) -> None:
    direct = {"resourceType": "MedicationRequest", "id": "m1", "medicationCodeableConcept": coded(RXNORM, "993452")}
    pointer = {"reference": "Medication/d", "display": "denosumab"}
    pointed = {"resourceType": "MedicationRequest", "id": "m2", "medicationReference": pointer}
    chart = read_parts({"appointments": [visit(**more)], "medication_requests": [direct, pointed]})
    (found,) = chart.appointments
    assert found.ingredients == ("denosumab",)


def test_all_words_of_an_appointments_service_reason_and_purpose_are_kept_apart_from_who_takes_part(read: Read) -> None:
    (found,) = read(
        "appointments",
        visit(
            description="Lower left",
            serviceType=[{"text": "Dentistry"}],
            reasonCode=[{"coding": [{"system": "http://example.org/local", "code": "x", "display": "Extraction"}]}],
            participant=[{"actor": {"display": "Dr Tooth"}}],
        ),
    )
    assert found.words == ("Lower left", "Dentistry", "Extraction")


def test_a_visit_for_something_else_names_no_drug(read: Read) -> None:
    (found,) = read("appointments", visit(description="Annual review", participant=[{"actor": {"display": "Dr Who"}}]))
    assert found.ingredients == ()


@pytest.mark.parametrize("status", ["cancelled", "proposed", "fulfilled", "noshow"])
def test_a_visit_of_any_status_is_kept(read: Read, status: str) -> None:
    (found,) = read("appointments", visit(status=status))
    assert found.status == status


def test_a_visit_entered_in_error_is_none(read: Read) -> None:
    assert not list(read("appointments", visit(status="entered-in-error")))


def test_a_visit_without_a_day_has_none_and_one_requested_has_its_period(read: Read) -> None:
    (found,) = read("appointments", visit(start=None))
    assert found.start is None
    wished = [{"start": "2027-01-01", "end": "2027-01-31"}]
    (found,) = read("appointments", visit(start=None, requestedPeriod=wished))
    assert found.start == When(date(2027, 1, 1), date(2027, 1, 31))


def test_a_visit_of_the_context_says_so(read: Read) -> None:
    (found,) = read("appointments", visit(), in_context=True)
    assert found.in_context


# ServiceRequests


def asked(**more: Any) -> dict[str, Any]:
    return given({
        "resourceType": "ServiceRequest", "id": "s1", "status": "active", "intent": "order",
        "code": coded("http://loinc.org", "38269-7", "DXA"), "authoredOn": "2026-10-01", **more,
    })  # fmt: skip


def test_an_open_order_has_its_sets_words_and_day(read: Read) -> None:
    (found,) = read("service_requests", asked())
    assert (found.ref, found.status, found.text) == ("ServiceRequest/s1", "active", "DXA")
    assert "dxa-report" in found.tags
    assert found.when == When.on(date(2026, 10, 1))
    (found,) = read("service_requests", asked(occurrenceDateTime="2027-01-05"))
    assert found.when == When.on(date(2027, 1, 5))


@pytest.mark.parametrize(
    "more",
    [
        {"status": "completed"}, {"status": "revoked"}, {"status": "entered-in-error"}, {"status": "draft"},
        {"intent": "proposal"}, {"doNotPerform": True}, {"code": None}, {"authoredOn": "2026-11-23"},
    ],
)  # fmt: skip
def test_what_is_no_open_order_is_passed_over(read: Read, more: dict[str, Any]) -> None:
    assert not list(read("service_requests", asked(**more)))


def test_a_draft_of_the_context_is_an_open_order(read: Read) -> None:
    (found,) = read("service_requests", asked(status="draft"), in_context=True)
    assert found.status == "draft"


# Encounters


def stay(**more: Any) -> dict[str, Any]:
    return given({
        "resourceType": "Encounter", "id": "e1", "status": "in-progress",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
        "period": {"start": "2026-11-20T10:00:00Z"}, **more,
    })  # fmt: skip


def test_an_encounter_has_its_class_and_its_start(read: Read) -> None:
    (found,) = read("encounters", stay())
    assert (found.ref, found.kind, found.status) == ("Encounter/e1", "imp", "in-progress")
    assert found.started == When.on(date(2026, 11, 20))


@pytest.mark.parametrize("told", ["AMB", [{"coding": [{"code": "AMB"}]}], {"coding": [{"code": "AMB"}]}])
def test_a_class_of_any_shape_is_read(read: Read, told: Any) -> None:
    (found,) = read("encounters", stay(**{"class": told}))
    assert found.kind == "amb"


@pytest.mark.parametrize(
    "more",
    [
        {"type": [{"text": "Hospice care"}]},
        {"serviceType": {"coding": [{"display": "Hospice"}]}},
        {"hospitalization": {"dischargeDisposition": {"text": "Discharged to hospice"}}},
    ],
)
def test_an_encounter_says_hospice_where_its_words_do(read: Read, more: dict[str, Any]) -> None:
    (found,) = read("encounters", stay(**more))
    assert found.kind == "hospice"


def test_a_cancelled_encounter_is_none(read: Read) -> None:
    assert not list(read("encounters", stay(status="cancelled")))


def test_an_injection_counts_its_dose_in_decimals(read: Read) -> None:
    (found,) = read("procedures", done(coded(HCPCS, "J3110"), quantity={"value": 2}))
    assert found.dose.dose_mg == Decimal("0.02")
