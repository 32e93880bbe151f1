"""What a suggestion writes, and that the readers know it again."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import fhirkit
import pytest

from cards import codes, orders
from cards.chart import Chart
from cards.concepts import exposure, product
from cards.facts import Draft, Source
from cards.formulary import PRODUCTS
from cards.orders import TESTS, Create, Delete, DoseRecord, DrugOrder, Referral, Reminder
from cards.when import When
from service.fhir.write import FILL_IN_THE_DAY, REVIEW, every_kind, write

ReadParts = Callable[..., Chart]
DAY = date(2026, 12, 1)


def written(what: object, encounter_id: str | None = None) -> dict[str, Any]:
    told = write(what, patient_id="p1", encounter_id=encounter_id, originals={})
    assert told is not None
    return told


def created(what: Any, encounter_id: str | None = None) -> dict[str, Any]:
    told = written(Create(what), encounter_id)
    assert set(told) == {"type", "resource"}
    assert told["type"] == "create"
    resource: dict[str, Any] = told["resource"]
    return resource


def instruction(order: DrugOrder) -> dict[str, Any]:
    (only,) = created(order)["dosageInstruction"]
    assert isinstance(only, dict)
    return only


def empties(value: Any) -> bool:
    if isinstance(value, dict):
        return not value or any(map(empties, value.values()))
    if isinstance(value, list):
        return not value or any(map(empties, value))
    return value is None or value == ""


@pytest.mark.parametrize("resource", every_kind(), ids=lambda each: each["resourceType"])
def test_every_resource_is_valid_r4_and_has_no_empty_member(resource: dict[str, Any]) -> None:
    assert fhirkit.validate(resource) == []
    assert not empties(resource)


@pytest.mark.parametrize(
    ("key", "rxnorm"),
    [
        ("teriparatide-20mcg", "1435115"), ("denosumab-60mg", "993452"), ("zoledronic-acid-5mg", "705824"),
        ("romosozumab-210mg", "2123184"), ("alendronate-70mg", "904431"), ("cholecalciferol-800iu", "2418"),
    ],
)  # fmt: skip
def test_a_drug_is_coded_by_its_clinical_drug_first(key: str, rxnorm: str) -> None:
    concept = created(DrugOrder(key))["medicationCodeableConcept"]
    assert concept["coding"][0] == {
        "system": codes.RXNORM, "code": rxnorm, "display": codes.display(codes.RXNORM, rxnorm),
    }  # fmt: skip
    assert concept["text"] == PRODUCTS[key].text


def test_a_prescription_is_a_draft_order_for_the_patient() -> None:
    told = created(DrugOrder("denosumab-60mg"), "e1")
    assert (told["status"], told["intent"]) == ("draft", "order")
    assert told["subject"] == {"reference": "Patient/p1"}
    assert told["encounter"] == {"reference": "Encounter/e1"}
    assert told["note"] == [{"text": REVIEW}]
    assert "authoredOn" not in told
    assert "encounter" not in created(DrugOrder("denosumab-60mg"))


@pytest.mark.parametrize("encounter_id", ["e1", "Encounter/e1"])
def test_an_encounter_is_named_once(encounter_id: str) -> None:
    assert created(DrugOrder("denosumab-60mg"), encounter_id)["encounter"] == {"reference": "Encounter/e1"}


def test_a_prescription_is_for_its_conditions_or_for_osteoporosis() -> None:
    told = created(DrugOrder("denosumab-60mg", reason_refs=("Condition/c1", "Condition/?2")))
    assert told["reasonReference"] == [{"reference": "Condition/c1"}]
    assert "reasonCode" not in told
    (reason,) = created(DrugOrder("denosumab-60mg", reason_refs=("Condition/?2",)))["reasonCode"]
    assert reason["coding"][0]["code"] == "64859006"


@pytest.mark.parametrize(
    ("key", "dose", "route", "repeat"),
    [
        ("teriparatide-20mcg", (20, "ug"), "34206005", (1, 1, "d")),
        ("denosumab-60mg", (60, "mg"), "34206005", (1, 6, "mo")),
        ("zoledronic-acid-5mg", (5, "mg"), "47625008", (1, 1, "a")),
        ("romosozumab-210mg", (210, "mg"), "34206005", (1, 1, "mo")),
        ("alendronate-70mg", (70, "mg"), "26643006", (1, 1, "wk")),
    ],
)
def test_dose_route_and_timing_are_those_of_the_product(key: str, dose: Any, route: str, repeat: Any) -> None:
    told = instruction(DrugOrder(key))
    (entry,) = told["doseAndRate"]
    assert (entry["doseQuantity"]["value"], entry["doseQuantity"]["code"]) == dose
    assert told["route"]["coding"][0]["code"] == route
    timing = told["timing"]["repeat"]
    assert (timing["frequency"], timing["period"], timing["periodUnit"]) == repeat


def test_teriparatide_lasts_the_months_that_are_left() -> None:
    told = instruction(DrugOrder("teriparatide-20mcg", months=15))
    assert told["timing"]["repeat"]["boundsDuration"]["value"] == 15
    assert told["text"] == "20 mcg subcutaneously once daily for 15 months, then an antiresorptive"
    assert instruction(DrugOrder("teriparatide-20mcg"))["timing"]["repeat"]["boundsDuration"]["value"] == 24


def test_a_course_with_a_start_has_its_end() -> None:
    told = instruction(DrugOrder("teriparatide-20mcg", date(2026, 8, 31), months=18))
    assert told["timing"]["repeat"]["boundsPeriod"] == {"start": "2026-08-31", "end": "2028-02-29"}
    assert "boundsDuration" not in told["timing"]["repeat"]


def test_romosozumab_counts_the_doses_that_are_left() -> None:
    told = instruction(DrugOrder("romosozumab-210mg", count=5))
    assert told["timing"]["repeat"]["count"] == 5
    assert "5 doses" in told["text"]
    assert instruction(DrugOrder("romosozumab-210mg"))["timing"]["repeat"]["count"] == 12


def test_zoledronic_acid_is_one_infusion_on_its_day() -> None:
    told = instruction(DrugOrder("zoledronic-acid-5mg", DAY))
    assert told["timing"]["event"] == ["2026-12-01"]
    assert told["timing"]["repeat"]["count"] == 1
    assert told["text"] == "5 mg intravenously once, over at least 15 minutes; on 2026-12-01"
    assert "event" not in instruction(DrugOrder("zoledronic-acid-5mg"))["timing"]


def test_a_repeated_drug_starts_on_its_day() -> None:
    told = instruction(DrugOrder("denosumab-60mg", DAY))
    assert told["timing"]["repeat"]["boundsPeriod"] == {"start": "2026-12-01"}
    assert told["text"].endswith("; from 2026-12-01")


def test_a_note_stands_beside_the_call_to_review() -> None:
    told = created(DrugOrder("denosumab-60mg", note="Check calcium first"))
    assert told["note"] == [{"text": REVIEW}, {"text": "Check calcium first"}]


@pytest.mark.parametrize("key", sorted(PRODUCTS))
@pytest.mark.parametrize("start", [None, DAY])
def test_a_draft_is_read_back_as_the_product_it_is(read_parts: ReadParts, key: str, start: date | None) -> None:
    chart = read_parts({"drafts": [{**created(DrugOrder(key, start)), "id": "new"}]}, in_context=True, selected=True)
    (draft,) = chart.drafts
    assert isinstance(draft, Draft)
    meant = PRODUCTS[key]
    assert (draft.ingredient, draft.order.sure, draft.stops) == (meant.ingredient, True, False)
    assert product.told_by(draft.order) is product.Product.OSTEOPOROSIS
    assert draft.order.route == meant.route
    if meant.dose_code in {"mg", "ug"}:
        assert draft.order.dose_mg == meant.dose_value * {"mg": Decimal(1), "ug": Decimal("0.001")}[meant.dose_code]
    planned = draft.order.events[0] if draft.order.events else draft.order.started
    assert planned == (When.on(start) if start else When.by(chart.today))


def test_an_injection_given_elsewhere_is_a_statement_without_a_day() -> None:
    told = created(DoseRecord("denosumab-60mg"))
    assert (told["resourceType"], told["status"]) == ("MedicationStatement", "completed")
    assert not {"effectiveDateTime", "effectivePeriod", "dateAsserted"} & set(told)
    assert told["medicationCodeableConcept"]["text"] == "denosumab 60 mg"
    assert told["note"] == [{"text": FILL_IN_THE_DAY}]
    assert told["dosage"][0]["text"] == "60 mg subcutaneously, one dose"


def test_an_injection_given_elsewhere_counts_as_a_dose_once_its_day_is_filled_in(read_parts: ReadParts) -> None:
    record = {**created(DoseRecord("denosumab-60mg")), "id": "s1"}
    chart = read_parts({"medication_statements": [{**record, "effectiveDateTime": "2026-10-03"}]})
    history = exposure.doses(chart, "denosumab", (product.Product.OSTEOPOROSIS,))
    assert history.last is not None
    assert (history.last.when, history.last.source) == (When.on(date(2026, 10, 3)), Source.STATEMENT)
    without_a_day = read_parts({"medication_statements": [record]})
    assert exposure.doses(without_a_day, "denosumab").last is None


@pytest.mark.parametrize("key", sorted(TESTS))
def test_a_test_is_ordered_by_its_code_and_its_words(key: str) -> None:
    told = created(orders.TestOrder(key, DAY, "before the dose"), "e1")
    assert (told["resourceType"], told["status"], told["intent"]) == ("ServiceRequest", "draft", "order")
    assert told["code"]["text"] == TESTS[key].text
    assert [each["code"] for each in told["code"].get("coding", [])] == [TESTS[key].loinc] * bool(TESTS[key].loinc)
    assert told["occurrenceDateTime"] == "2026-12-01"
    assert told["note"] == [{"text": REVIEW}, {"text": "before the dose"}]
    assert "occurrenceDateTime" not in created(orders.TestOrder(key))


def test_a_test_that_was_ordered_is_read_back_as_an_open_order(read_parts: ReadParts) -> None:
    chart = read_parts({"service_requests": [{**created(orders.TestOrder("dxa", DAY)), "id": "s1"}]}, in_context=True)
    (order,) = chart.service_requests
    assert ("dxa-report" in order.tags, order.when) == (True, When.on(DAY))


def test_a_referral_names_whom_and_what() -> None:
    told = created(Referral("nephrology", "Bone disease of the kidney?"))
    assert told["code"] == {"text": "Referral to nephrology"}
    assert told["performerType"] == {"text": "nephrology"}
    assert told["note"][1] == {"text": "Bone disease of the kidney?"}


def test_a_reminder_is_a_task_on_its_day() -> None:
    told = created(Reminder("Next denosumab", DAY), "e1")
    assert (told["resourceType"], told["description"]) == ("Task", "Next denosumab")
    assert told["for"] == {"reference": "Patient/p1"}
    assert told["executionPeriod"] == {"start": "2026-12-01"}


def test_a_draft_is_taken_back_by_its_name() -> None:
    assert written(Delete("MedicationRequest/m1")) == {"type": "delete", "resourceId": "MedicationRequest/m1"}


def test_a_draft_without_a_name_cannot_be_taken_back() -> None:
    assert write(Delete("MedicationRequest/?1"), patient_id="p1", encounter_id=None, originals={}) is None


def test_anything_else_is_a_fault_of_the_caller() -> None:
    with pytest.raises(TypeError, match=r"not str$"):
        write("zoledronic acid", patient_id="p1", encounter_id=None, originals={})
