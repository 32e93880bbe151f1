"""The smoking status and the drinks a day: what counts as yes, as no, and as not told."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from cards.chart import Chart
from cards.codes import LOINC, SNOMED
from cards.facts import Measurement, SmokingStatus

Read = Callable[..., Chart]


def answered(**answer: Any) -> dict[str, Any]:
    question = "74013-4" if "valueQuantity" in answer or "valueInteger" in answer else "72166-2"
    return {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": question}]},
        "effectiveDateTime": "2026-05-01",
        **answer,
    }


def coded(system: str, code: str, display: str = "", text: str = "") -> dict[str, Any]:
    coding = {"system": system, "code": code} | ({"display": display} if display else {})
    return answered(valueCodeableConcept={"coding": [coding]} | ({"text": text} if text else {}))


def smoking(read_parts: Read, resource: dict[str, Any]) -> list[bool | None]:
    found = read_parts({"social_history": [resource]}).social_history
    assert found.unusable == ()
    return [fact.smokes for fact in found if isinstance(fact, SmokingStatus)]


def drinks(read_parts: Read, resource: dict[str, Any]) -> list[Decimal]:
    found = read_parts({"social_history": [resource]}).social_history
    assert found.unusable == ()
    return [fact.value for fact in found if isinstance(fact, Measurement)]


@pytest.mark.parametrize(
    ("resource", "smokes"),
    [
        (coded(LOINC, "LA18976-3"), True),
        (coded(LOINC, "LA18977-1"), True),
        (coded(LOINC, "LA15920-4"), False),
        (coded(LOINC, "LA18978-9"), False),
        (coded(LOINC, "LA18979-7"), None),
        (coded(LOINC, "LA18980-5"), None),
        (coded(SNOMED, "449868002", "Smokes tobacco daily (finding)"), True),
        (coded(SNOMED, "230063004"), True),
        (coded(SNOMED, "8517006", "Ex-smoker (finding)"), False),
        (coded(SNOMED, "8517006", "Former smoker"), False),
        (coded(SNOMED, "266919005", "Never smoked tobacco (finding)"), False),
        (coded(SNOMED, "8517006"), None),
        (coded(SNOMED, "77176002", "Smoker (finding)"), None),
        (coded(SNOMED, "449868002", text="Unknown"), None),
        (coded(LOINC, "LA18976-3", text="Former smoker"), None),
        (answered(valueCodeableConcept={"text": "Every Day"}), True),
        (answered(valueCodeableConcept={"text": "Some days"}), True),
        (answered(valueString="Current every day smoker"), True),
        (answered(valueCodeableConcept={"text": "Heavy tobacco smoker"}), True),
        (answered(valueCodeableConcept={"text": "Never"}), False),
        (answered(valueCodeableConcept={"text": "Non-smoker"}), False),
        (answered(valueCodeableConcept={"text": "Never Assessed"}), None),
        (answered(valueCodeableConcept={"text": "Passive Smoke Exposure - Never Smoker"}), None),
        (answered(valueCodeableConcept={"text": "not a current every day smoker"}), None),
    ],
    ids=lambda value: str(value) if value is None or isinstance(value, bool) else "",
)
def test_a_smoking_status_is_yes_or_no_only_where_code_or_whole_name_says_so(
    read_parts: Read, resource: dict[str, Any], smokes: bool | None
) -> None:
    assert smoking(read_parts, resource) == [smokes]


@pytest.mark.parametrize(
    "resource",
    [
        answered(),
        answered(dataAbsentReason={"text": "not asked"}),
        {**coded(LOINC, "LA18976-3"), "status": "entered-in-error"},
        {**coded(LOINC, "LA18976-3"), "effectiveDateTime": "2026-12-01"},
        {**coded(LOINC, "LA18976-3"), "effectiveDateTime": None},
        {**coded(LOINC, "LA18976-3"), "status": None},
    ],
)
def test_an_answer_that_is_missing_withdrawn_undated_or_of_the_future_tells_nothing(
    read_parts: Read, resource: dict[str, Any]
) -> None:
    assert smoking(read_parts, resource) == []


@pytest.mark.parametrize(
    ("answer", "a_day"),
    [
        ({"valueQuantity": {"value": 2, "unit": "wine glasses per day", "code": "/d"}}, "2"),
        ({"valueQuantity": {"value": 3, "unit": "{drinks}/d"}}, "3"),
        ({"valueQuantity": {"value": 14, "unit": "drinks/week"}}, "2.00"),
        ({"valueQuantity": {"value": 15, "unit": "drinks per week"}}, "2.14"),
        ({"valueQuantity": {"value": 3}}, "3"),
        ({"valueInteger": 4}, "4"),
    ],
)
def test_drinks_are_told_a_day(read_parts: Read, answer: dict[str, Any], a_day: str) -> None:
    assert [str(each) for each in drinks(read_parts, answered(**answer))] == [a_day]


@pytest.mark.parametrize("quantity", [{"value": 3, "unit": "g"}, {"value": 300, "unit": "/d"}, {"unit": "/d"}])
def test_drinks_in_another_unit_or_beyond_reason_tell_nothing(read_parts: Read, quantity: dict[str, Any]) -> None:
    assert drinks(read_parts, answered(valueQuantity=quantity)) == []
