"""Laboratory results, vital signs and FRAX figures."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cards.chart import Section
from cards.facts import Measurement
from cards.when import When

Read = Callable[..., Section[Any]]
LOINC = "http://loinc.org"


def result(code: str, value: Any = None, unit: str | None = None, /, **more: Any) -> dict[str, Any]:
    quantity = {"value": value, "unit": unit}
    told = {
        "resourceType": "Observation",
        "id": "o1",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code}]},
        "effectiveDateTime": "2026-10-02T08:00:00Z",
        "valueQuantity": {key: each for key, each in quantity.items() if each is not None}
        if value is not None
        else None,
        **more,
    }
    return {key: each for key, each in told.items() if each is not None}


def the_only(read: Read, section: str, *resources: dict[str, Any]) -> Measurement:
    (found,) = read(section, *resources)
    assert isinstance(found, Measurement)
    return found


def faults(read: Read, section: str, *resources: dict[str, Any]) -> list[str]:
    return [each.why for each in read(section, *resources).unusable]


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ({"valueCodeableConcept": {"text": "Positive"}}, 1),
        ({"valueCodeableConcept": {"coding": [{"display": "Weakly positive"}]}}, 1),
        ({"valueString": "DETECTED"}, 1),
        ({"interpretation": [{"coding": [{"code": "POS"}]}]}, 1),
        ({"valueCodeableConcept": {"text": "Negative"}, "interpretation": [{"text": "NEG"}]}, 0),
        ({"valueString": "Not detected"}, 0),
        ({"valueString": "non-reactive"}, 0),
    ],
)
def test_a_pregnancy_test_is_positive_or_negative(read: Read, answer: dict[str, Any], told: int) -> None:
    found = the_only(read, "laboratory", result("2106-3", **answer))
    assert (found.test, found.value) == ("pregnancy-test", told)


@pytest.mark.parametrize(
    "answer",
    [
        {"valueString": "Indeterminate"},
        {"valueString": "Positive", "interpretation": [{"coding": [{"code": "NEG"}]}]},
        {"valueString": "not positive"},
        {},
    ],
)
def test_a_pregnancy_test_that_says_neither_or_both_is_told_and_not_used(read: Read, answer: dict[str, Any]) -> None:
    assert list(read("laboratory", result("2106-3", **answer))) == []
    assert faults(read, "laboratory", result("2106-3", **answer)) == [
        "a pregnancy test result: it says neither positive nor negative"
    ]


@pytest.mark.parametrize(
    ("section", "code", "value", "unit", "test", "told"),
    [
        ("laboratory", "98979-8", 29.9, "mL/min/{1.73_m2}", "egfr", "29.9"),
        ("laboratory", "33914-3", 61, "mL/min/1.73 m2", "egfr", "61"),
        ("laboratory", "35591-7", 34.9, "mL/min", "creatinine-clearance", "34.9"),
        ("laboratory", "2160-0", 1.1, "mg/dL", "creatinine", "1.1"),
        ("laboratory", "14682-9", 88.4, "umol/L", "creatinine", "1.0000"),
        ("laboratory", "17861-6", 9.2, "mg/dL", "calcium-total", "9.2"),
        ("laboratory", "2000-8", 2.3, "mmol/L", "calcium-total", "9.22"),
        ("laboratory", "29265-6", 2.3, "mmol/L", "calcium-corrected", "9.22"),
        ("laboratory", "1995-0", 1.2, "mmol/L", "calcium-ionized", "1.2"),
        ("laboratory", "1751-7", 39, "g/L", "albumin", "3.90"),
        ("laboratory", "62292-8", 18, "ng/mL", "vitamin-d-25oh", "18"),
        ("laboratory", "1989-3", 18, "ng/mL", "vitamin-d-25oh", "18"),
        ("laboratory", "2731-8", 65, "pg/mL", "parathyroid-hormone", "65"),
        ("laboratory", "41171-0", 0.31, "ng/mL", "ctx", "310.0"),
        ("laboratory", "77370-5", 40, "ng/mL", "p1np", "40"),
        ("laboratory", "2777-1", 3.4, "mg/dL", "phosphate", "3.4"),
        ("laboratory", "6768-6", 80, "U/L", "alkaline-phosphatase", "80"),
        ("laboratory", "19123-9", 2.0, "mg/dL", "magnesium", "2.0"),
        ("vital_signs", "29463-7", 61.5, "kg", "body-weight", "61.5"),
        ("vital_signs", "8302-2", 163, "cm", "body-height", "163"),
        ("vital_signs", "39156-5", 23.1, "kg/m2", "body-mass-index", "23.1"),
        ("fracture_risk", "90265-0", 31.2, "%", "frax-major", "31.2"),
        ("fracture_risk", "90266-8", 0.8, "%", "frax-hip", "0.8"),
    ],
)
def test_each_code_is_its_test_in_its_unit(
    read: Read, section: str, code: str, value: float, unit: str, test: str, told: str
) -> None:
    found = the_only(read, section, result(code, value, unit))
    assert (found.ref, found.test, str(found.value)) == ("Observation/o1", test, told)
    assert found.when == When.on(date(2026, 10, 2))


@pytest.mark.parametrize("code", ["49054-0", "46269-7", "35365-6", "18281-6", "34907-6", "48586-2"])
def test_look_alikes_are_not_read(read: Read, code: str) -> None:
    section = read("laboratory", result(code, 18, "ng/mL"))
    assert (list(section), section.unusable) == ([], ())


def test_each_section_reads_only_its_own_tests(read: Read) -> None:
    assert not list(read("vital_signs", result("2160-0", 1.1, "mg/dL")))
    assert not list(read("laboratory", result("29463-7", 61, "kg")))


@pytest.mark.parametrize(
    ("value", "comparator", "told"),
    [(60, ">", "60"), (15, "<", "14"), (0.5, "<", "0"), (15, "<=", "15"), (90, ">=", "90")],
)
def test_a_bound_of_renal_function_is_the_value_it_allows(read: Read, value: float, comparator: str, told: str) -> None:
    quantity = {"value": value, "comparator": comparator, "unit": "mL/min/1.73m2"}
    found = the_only(read, "laboratory", result("98979-8", valueQuantity=quantity))
    assert (found.value, found.comparator) == (Decimal(told), comparator)


def test_a_bound_in_words_is_read_alike(read: Read) -> None:
    found = the_only(read, "laboratory", result("98979-8", valueString=">60 mL/min/1.73m2"))
    assert (found.value, found.comparator) == (Decimal(60), ">")


def test_a_bound_of_another_test_keeps_its_figure(read: Read) -> None:
    quantity = {"value": 4, "comparator": "<", "unit": "ng/mL"}
    found = the_only(read, "laboratory", result("62292-8", valueQuantity=quantity))
    assert (found.value, found.comparator) == (Decimal(4), "<")


@pytest.mark.parametrize(
    ("ranges", "limits"),
    [
        ([{"low": {"value": 8.6, "unit": "mg/dL"}, "high": {"value": 10.3, "unit": "mg/dL"}}], ("8.6", "10.3")),
        ([{"low": {"value": 2.15, "unit": "mmol/L"}}], ("8.62", None)),
        ([{"low": {"value": 8.6}, "high": {"value": 10.3}}], ("8.6", "10.3")),
        ([{"text": "8.6-10.3"}], ("8.6", "10.3")),
        ([{"text": "8.6 – 10.3 mg/dL"}], ("8.6", "10.3")),
        ([{"text": "2.15 to 2.57 mmol/L"}], ("8.62", "10.30")),
        ([{"text": "see report"}], (None, None)),
        ([{"low": {"value": 10.3}, "high": {"value": 8.6}}], (None, None)),
        ([{"low": {"value": 8.6, "unit": "furlong"}}], (None, None)),
        (
            [{"type": {"coding": [{"code": "therapeutic"}]}, "low": {"value": 7}}, {"low": {"value": 8.6}}],
            ("8.6", None),
        ),
        ([], (None, None)),
        (None, (None, None)),
        ("8.6-10.3", (None, None)),
    ],
)
def test_the_limits_of_a_result_are_in_the_unit_of_its_test(
    read: Read, ranges: Any, limits: tuple[str | None, str | None]
) -> None:
    found = the_only(read, "laboratory", result("17861-6", 9.2, "mg/dL", referenceRange=ranges))
    assert (found.low, found.high) == tuple(None if each is None else Decimal(each) for each in limits)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (result("2160-0", 1.1), "a creatinine result: its unit is not recorded"),
        (result("2160-0", 1.1, "mmol/kg"), "a creatinine result: its unit is not one known for this test"),
        (result("2160-0", 97, "mg/dL"), "a creatinine result: its value is not one a patient can have"),
        (result("2160-0", 1.1, "mg/dL", status=None), "a creatinine result: its status is not recorded"),
        (result("2160-0", 1.1, "mg/dL", effectiveDateTime=None), "a creatinine result: its day is not recorded"),
        (result("2160-0", valueString="normal"), "a creatinine result: its value is not a figure"),
        (result("90265-0", 22.5), "a FRAX figure result: its unit is not recorded"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_reason(read: Read, told: dict[str, Any], why: str) -> None:
    section = "fracture_risk" if "FRAX" in why else "laboratory"
    assert faults(read, section, told) == [why]


def test_a_reason_holds_nothing_of_the_record(read: Read) -> None:
    told = result("2160-0", 31337.5, "Mrs Jones/dL", note=[{"text": "Mrs Jones"}])
    (why,) = faults(read, "laboratory", told)
    assert "31337" not in why
    assert "Jones" not in why


def test_codes_of_two_tests_on_one_result_are_not_used(read: Read) -> None:
    codings = [{"system": LOINC, "code": "98979-8"}, {"system": LOINC, "code": "35591-7"}]
    assert faults(read, "laboratory", result("", 40, "mL/min", code={"coding": codings})) == [
        "a creatinine clearance result: its codes name different tests"
    ]


@pytest.mark.parametrize("status", ["preliminary", "registered", "cancelled", "entered-in-error", "unknown"])
def test_a_result_that_is_not_final_is_never_used(read: Read, status: str) -> None:
    section = read("laboratory", result("2160-0", 1.1, "mg/dL", status=status))
    assert (list(section), section.unusable) == ([], ())


@pytest.mark.parametrize(("day", "count"), [("2026-11-22T23:59:00Z", 1), ("2026-11-23T00:00:00Z", 0)])
def test_a_result_of_tomorrow_is_passed_over(read: Read, day: str, count: int) -> None:
    assert len(list(read("laboratory", result("2160-0", 1.1, "mg/dL", effectiveDateTime=day)))) == count


def test_an_unusable_result_is_not_told_once_a_newer_one_can_be_used(read: Read) -> None:
    old = result("2160-0", 1.1, effectiveDateTime="2026-10-01")
    new = result("2160-0", 1.0, "mg/dL", id="o2")
    assert faults(read, "laboratory", old, new) == []
    later = result("2160-0", 1.1, effectiveDateTime="2026-10-03")
    assert faults(read, "laboratory", later, new) == ["a creatinine result: its unit is not recorded"]
    other = result("1751-7", 39, "g/L", id="o2")
    assert faults(read, "laboratory", old, other) == ["a creatinine result: its unit is not recorded"]


@pytest.mark.parametrize(("day", "count"), [("2024-11-22", 1), ("2024-11-21", 0)])
def test_an_unusable_result_older_than_two_years_is_not_told(read: Read, day: str, count: int) -> None:
    assert len(faults(read, "laboratory", result("17861-6", 9.2, effectiveDateTime=day))) == count


def test_an_unusable_renal_result_is_told_at_any_age(read: Read) -> None:
    assert len(faults(read, "laboratory", result("98979-8", 25, effectiveDateTime="2010-01-01"))) == 1


def test_a_panel_holds_a_fact_for_each_component(read: Read) -> None:
    parts = [
        {"code": {"coding": [{"system": LOINC, "code": code}]}, "valueQuantity": {"value": value, "unit": unit}}
        for code, value, unit in (("2160-0", 1.1, "mg/dL"), ("17861-6", 9.2, "mg/dL"), ("2951-2", 140, "mmol/L"))
    ]
    panel = result("24323-8", component=parts)
    assert [fact.test for fact in read("laboratory", panel)] == ["creatinine", "calcium-total"]


def assessment(**more: Any) -> dict[str, Any]:
    told = {
        "resourceType": "RiskAssessment",
        "id": "r1",
        "status": "final",
        "method": {"text": "FRAX with BMD"},
        "occurrenceDateTime": "2026-03-01",
        "prediction": [
            {"outcome": {"text": "Major osteoporotic fracture"}, "probabilityDecimal": 31},
            {"outcome": {"text": "Hip fracture"}, "probabilityDecimal": 0.9},
        ],
        **more,
    }
    return {key: each for key, each in told.items() if each is not None}


def test_a_frax_assessment_is_told_in_percent_as_it_stands(read: Read) -> None:
    facts = list(read("risk_assessments", assessment()))
    assert [(fact.test, fact.value, fact.when) for fact in facts] == [
        ("frax-major", Decimal(31), When.on(date(2026, 3, 1))),
        ("frax-hip", Decimal("0.9"), When.on(date(2026, 3, 1))),
    ]


def test_an_assessment_by_another_method_is_passed_over(read: Read) -> None:
    for method in (None, {"text": "QFracture"}):
        section = read("risk_assessments", assessment(method=method))
        assert (list(section), section.unusable) == ([], ())


def test_the_codes_of_its_outcomes_say_frax_too(read: Read) -> None:
    outcome = {"coding": [{"system": LOINC, "code": "90266-8"}]}
    told = assessment(method=None, prediction=[{"outcome": outcome, "probabilityDecimal": 4.5}])
    assert the_only(read, "risk_assessments", told).test == "frax-hip"


@pytest.mark.parametrize("words", ["Fracture", "Major osteoporotic or hip fracture", "Fall"])
def test_an_outcome_that_is_neither_is_passed_over(read: Read, words: str) -> None:
    told = assessment(prediction=[{"outcome": {"text": words}, "probabilityDecimal": 31}])
    assert not list(read("risk_assessments", told))


@pytest.mark.parametrize(
    ("probability", "why"),
    [
        ({"probabilityDecimal": 131}, "its probability is not a percentage"),
        ({"probabilityDecimal": "high"}, "its probability is not one figure"),
        ({"probabilityRange": {"low": {"value": 20}}}, "its probability is not one figure"),
    ],
)
def test_a_probability_that_cannot_be_used_is_told(read: Read, probability: dict[str, Any], why: str) -> None:
    told = assessment(prediction=[{"outcome": {"text": "Hip fracture"}, **probability}])
    assert faults(read, "risk_assessments", told) == [f"a FRAX risk assessment: {why}"]


def test_an_assessment_without_a_day_or_a_status_is_told(read: Read) -> None:
    assert faults(read, "risk_assessments", assessment(occurrenceDateTime=None)) == [
        "a FRAX risk assessment: its day is not recorded"
    ]
    assert faults(read, "risk_assessments", assessment(status=None)) == [
        "a FRAX risk assessment: its status is not recorded"
    ]
    assert not list(read("risk_assessments", assessment(status="preliminary")))


def test_limits_in_words_of_an_unknown_unit_are_no_limits(read: Read) -> None:
    found = the_only(read, "laboratory", result("17861-6", 9.2, "mg/dL", referenceRange=[{"text": "8.6-10.3 furlong"}]))
    assert (found.low, found.high) == (None, None)


def test_a_result_that_says_why_it_has_no_figure_says_nothing(read: Read) -> None:
    section = read("laboratory", result("2160-0", dataAbsentReason={"text": "hemolysed"}, valueString="see note"))
    assert (list(section), section.unusable) == ([], ())


def test_an_assessment_of_tomorrow_is_passed_over(read: Read) -> None:
    section = read("risk_assessments", assessment(occurrenceDateTime="2026-11-23"))
    assert (list(section), section.unusable) == ([], ())


def test_one_outcome_that_is_neither_costs_no_other(read: Read) -> None:
    falls = {"outcome": {"text": "Fall"}, "probabilityDecimal": 50}
    hip = {"outcome": {"text": "Hip fracture"}, "probabilityDecimal": 4.5}
    assert the_only(read, "risk_assessments", assessment(prediction=[falls, hip])).test == "frax-hip"
