"""What a dosage says: dose, interval, route."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cards.codes import HCPCS, RXNORM
from service.fhir.gather import Asked, gather
from service.fhir.read.dosage import BILLED_MG, Dosing, billed_mg, container_mg, dosing, mass_in_words
from service.fhir.read.intervals import interval_days
from service.fhir.read.quantities import Figure
from service.fhir.read.reading import Reading

SNOMED = "http://snomed.info/sct"
MONTH, YEAR = Decimal("30.4375"), Decimal("365.25")


def told(*instructions: Any, drug: tuple[str, ...] = (), tags: frozenset[str] = frozenset()) -> Dosing:
    return dosing(list(instructions), drug, tags)


def quantity(value: float, unit: str | None) -> dict[str, Any]:
    return {"value": value} if unit is None else {"value": value, "unit": unit}


@pytest.mark.parametrize(
    ("repeat", "days"),
    [
        ({"frequency": 1, "period": 6, "periodUnit": "mo"}, 6 * MONTH),
        ({"frequency": 1, "period": 1, "periodUnit": "a"}, YEAR),
        ({"frequency": 1, "period": 1, "periodUnit": "wk"}, Decimal(7)),
        ({"frequency": 1, "period": 1, "periodUnit": "d"}, Decimal(1)),
        ({"frequency": 2, "period": 1, "periodUnit": "d"}, Decimal("0.5")),
        ({"period": 28, "periodUnit": "d"}, Decimal(28)),
        ({"period": 1, "periodUnit": "wk", "dayOfWeek": ["mon", "thu"]}, Decimal("3.5")),
        ({"dayOfWeek": ["sun"]}, Decimal(7)),
        ({"frequency": 1, "period": 1, "periodUnit": "d", "dayOfWeek": ["sun"]}, Decimal(7)),
        ({"period": 1, "periodUnit": "d", "dayOfWeek": ["mon", "thu"]}, Decimal("3.5")),
        ({"frequency": 2, "period": 1, "periodUnit": "d", "dayOfWeek": ["sun"]}, Decimal("3.5")),
        ({"frequency": 1, "period": 7, "periodUnit": "d", "dayOfWeek": ["sun"]}, Decimal(7)),
        ({"frequency": 1, "period": 0, "periodUnit": "d"}, None),
        ({"frequency": 0, "period": 1, "periodUnit": "d"}, None),
        ({"frequency": 1, "period": 1, "periodUnit": "fortnight"}, None),
        ({"frequency": 1, "period": "six", "periodUnit": "mo"}, None),
        ({}, None),
    ],
)
def test_the_structure_of_a_timing_tells_the_days_between_doses(repeat: Any, days: Decimal | None) -> None:
    assert interval_days({"timing": {"repeat": repeat}}, ()) == days


@pytest.mark.parametrize(
    ("bounds", "days"),
    [
        ({"count": 1}, None),
        ({"count": 2}, 1),
        ({"count": 1, "countMax": 3}, 1),
        ({"boundsDuration": {"value": 1, "code": "d"}}, None),
        ({"boundsDuration": {"value": 2, "code": "d"}}, 1),
        ({"boundsDuration": {"value": 24, "code": "h"}}, None),
        ({"boundsPeriod": {"start": "2026-01-15", "end": "2026-01-15"}}, None),
        ({"boundsPeriod": {"start": "2026-01-15T08:00:00Z", "end": "2026-01-15T20:00:00Z"}}, None),
        ({"boundsPeriod": {"start": "2026-01-15", "end": "2026-01-16"}}, 1),
        ({"boundsPeriod": {"start": "2026-01", "end": "2026-01"}}, 1),
        ({"boundsPeriod": {"start": "2026-01-15"}}, 1),
    ],
)
def test_an_order_for_one_dose_or_one_day_tells_no_interval(bounds: Any, days: int | None) -> None:
    daily = {"frequency": 1, "period": 1, "periodUnit": "d"}
    instruction = {"text": "5 mg once daily", "timing": {"repeat": {**daily, **bounds}}}
    assert interval_days(instruction, ("5 mg once daily",)) == days
    assert told(instruction).interval_days == days


def test_orders_that_differ_only_in_their_bounds_are_told_apart_in_one_record() -> None:
    daily = {"frequency": 1, "period": 1, "periodUnit": "d"}
    reading = Reading(gather(Asked("patient-view", "i", "s", "p", None, None, {}, {}), frozenset()), date(2026, 1, 15))
    for end, days in (("2026-01-15", None), ("2026-03-15", 1)):
        repeat = {**daily, "boundsPeriod": {"start": "2026-01-15", "end": end}}
        assert dosing([{"timing": {"repeat": repeat}}], (), frozenset(), None, reading).interval_days == days


@pytest.mark.parametrize(
    ("code", "days"),
    [("QD", "1"), ("BID", "0.5"), ("QID", "0.25"), ("QOD", "2"), ("Q4W", "28"), ("Q6MO", "182.625"), ("WK", None)],
)
def test_the_code_of_a_timing_tells_them_too(code: str, days: str | None) -> None:
    timing = {"code": {"coding": [{"code": code}]}}
    assert interval_days({"timing": timing}, ()) == (None if days is None else Decimal(days))


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("60 mg subcutaneously every 6 months", 6 * MONTH), ("every six months", 6 * MONTH), ("q6 months", 6 * MONTH),
        ("Inject q6mo", 6 * MONTH), ("once every 6 months", 6 * MONTH), ("every 6-month", 6 * MONTH),
        ("twice yearly", YEAR / 2), ("twice a year", YEAR / 2), ("half-yearly", 6 * MONTH),
        ("every 4 weeks", Decimal(28)), ("q4w", Decimal(28)), ("every 28 days", Decimal(28)),
        ("once monthly", MONTH), ("monthly", MONTH), ("every month", MONTH), ("once a month", MONTH),
        ("every 3 months", 3 * MONTH), ("quarterly", 3 * MONTH), ("once yearly", YEAR), ("annually", YEAR),
        ("once weekly", Decimal(7)), ("70 mg weekly", Decimal(7)), ("one tablet per week", Decimal(7)),
        ("one tablet a week", Decimal(7)), ("every other week", Decimal(14)), ("fortnightly", Decimal(14)),
        ("once daily", Decimal(1)), ("daily", Decimal(1)), ("every day", Decimal(1)), ("q.d.", Decimal(1)),
        ("20 mcg subcutaneously once daily for 24 months, then an antiresorptive", Decimal(1)),
        ("twice daily", Decimal("0.5")), ("2x/day", Decimal("0.5")), ("b.i.d.", Decimal("0.5")),
        ("every other day", Decimal(2)), ("every 12 hours", Decimal("0.5")),
        ("weekly, every week on Monday", Decimal(7)),
    ],
)  # fmt: skip
def test_words_tell_the_days_between_doses(said: str, days: Decimal) -> None:
    assert interval_days({}, (said,)) == days
    assert interval_days({}, (said.upper(),)) == days


@pytest.mark.parametrize(
    "said",
    [
        "5 mg intravenously once, over at least 15 minutes", "take for 7 days", "6 month course", "as directed", "",
        "weekly; calcium daily", "biweekly", "every 4 to 6 months", "every 0 days", "subdaily",
    ],
)  # fmt: skip
def test_words_that_tell_no_one_interval_tell_none(said: str) -> None:
    assert interval_days({}, (said,)) is None


def test_the_structure_stands_against_the_words() -> None:
    instruction = {"text": "weekly", "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}
    assert told(instruction).interval_days == 1


@pytest.mark.parametrize(
    ("dose", "milligrams"),
    [
        (quantity(60, "mg"), "60"),
        (quantity(20, "mcg"), "0.020"),
        (quantity(20, "ug"), "0.020"),
        (quantity(0.06, "g"), "60"),
    ],
)
def test_a_dose_told_as_a_mass_is_told_in_milligrams(dose: Any, milligrams: str) -> None:
    assert told({"doseAndRate": [{"doseQuantity": dose}]}).dose_mg == Decimal(milligrams)
    assert told({"doseQuantity": dose}).dose_mg == Decimal(milligrams)


def test_the_ordered_dose_stands_before_the_calculated_and_the_dispensed() -> None:
    def entry(kind: str, value: float) -> dict[str, Any]:
        return {"type": {"coding": [{"code": kind}]}, "doseQuantity": quantity(value, "mg")}

    entries = [entry("admin-amount", 1), entry("calculated", 2), entry("ordered", 60)]
    assert told({"doseAndRate": entries}).dose_mg == 60
    assert told({"doseAndRate": entries[:2]}).dose_mg == 2
    assert told({"doseAndRate": entries[:1]}).dose_mg == 1


@pytest.mark.parametrize(
    ("tag", "millilitres", "milligrams"),
    [
        ("denosumab-60mg", 1, 60), ("denosumab-120mg", 1.7, 120), ("zoledronic-acid-5mg", 100, 5),
        ("zoledronic-acid-4mg", 5, 4), ("denosumab", 1, None), ("denosumab-60mg", 1.7, None),
    ],
)  # fmt: skip
def test_millilitres_are_a_dose_only_where_the_code_tells_the_product(
    tag: str, millilitres: float, milligrams: int | None
) -> None:
    instruction = {"doseAndRate": [{"doseQuantity": quantity(millilitres, "mL")}]}
    assert told(instruction, tags=frozenset((tag,))).dose_mg == milligrams


@pytest.mark.parametrize(
    ("dose", "drug", "milligrams"),
    [
        (quantity(1, "tablet"), "alendronic acid 70 MG Oral Tablet", 70),
        (quantity(2, "{tbl}"), "predniSONE 5 MG Oral Tablet", 10),
        (quantity(1, None), "predniSONE 5 MG Oral Tablet", 5),
        (quantity(70, None), "alendronic acid 70 MG Oral Tablet", None),
        (quantity(1, "tablet"), "alendronate tablet", None),
        (quantity(1, None), "denosumab 60 mg/mL injection", 60),
        (quantity(1, "syringe"), "denosumab 60 mg/mL injection", 60),
        (quantity(2, "syringe"), "denosumab 60 mg/mL injection", 120),
        (quantity(2, "vials"), "denosumab", None),
        (quantity(1, "puff"), "denosumab 60 mg/mL injection", None),
        (quantity(1, "tablet"), "alendronic acid 70 MG / cholecalciferol 2800 UNT Oral Tablet", 70),
    ],
)
def test_tablets_and_syringes_are_a_dose_where_the_name_of_the_drug_tells_one_strength(
    dose: Any, drug: str, milligrams: int | None
) -> None:
    assert told({"doseAndRate": [{"doseQuantity": dose}]}, drug=(drug,)).dose_mg == milligrams


@pytest.mark.parametrize(
    ("said", "milligrams"),
    [
        ("60 mg subcutaneously every 6 months", "60"), ("inject 20 micrograms daily", "0.020"), ("20mcg", "0.020"),
        ("70 mg, then 35 mg", None), ("60 mg/mL", None), ("one tablet", None), ("1.5 mg", "1.5"),
    ],
)  # fmt: skip
def test_words_tell_a_dose_where_they_name_one_mass(said: str, milligrams: str | None) -> None:
    assert mass_in_words([said]) == (None if milligrams is None else Decimal(milligrams))


@pytest.mark.parametrize(
    ("name", "milligrams"),
    [
        ("1 ML denosumab 60 MG/ML Prefilled Syringe [Prolia]", 60), ("denosumab (PROLIA) 60 mg/mL injection", 60),
        ("1.7 ML denosumab 70 MG/ML Injection [Xgeva]", 120), ("denosumab 120 mg/1.7 mL", 120), ("denosumab 60 mg", 60),
        ("100 ML zoledronic acid 0.05 MG/ML Injection", 5), ("zoledronic acid 5 mg/100 mL", 5),
        ("5 ML zoledronic acid 0.8 MG/ML Injection", 4), ("zoledronic acid 4 mg/5 mL", 4),
        ("zoledronic acid 4 MG Injection", 4), ("denosumab", None), ("denosumab 70 mg/mL", 120),
        ("denosumab 70 mg/mL 1.7 mL vial", 120), ("alendronate 70 mg/75 mL solution", 70),
        ("ibandronate 3 mg/3 mL syringe", 3), ("denosumab 60 MG/ML", 60), ("zoledronic acid 0.05 MG/ML", 5),
        ("zoledronic acid 0.8 MG/ML", 4), ("zoledronic acid 0.04 MG/ML", 4), ("zoledronic acid 0.1 MG/ML", None),
        ("ibandronic acid 1 MG/ML Injection", None),
    ],
)  # fmt: skip
def test_the_name_of_a_product_tells_what_its_container_holds(name: str, milligrams: int | None) -> None:
    assert container_mg([name]) == milligrams


def test_names_that_disagree_tell_no_strength() -> None:
    assert container_mg(["denosumab 60 mg/mL", "denosumab 120 mg/1.7 mL"]) is None


def test_the_billing_unit_in_the_name_of_a_billing_code_is_no_strength() -> None:
    assert container_mg(["Injection, denosumab, 1 mg"], [(HCPCS, "J0897")]) is None
    assert container_mg(["Injection, denosumab, 1 mg", "Prolia 60 mg"], [(HCPCS, "J0897")]) == 60
    assert container_mg(["zoledronic acid 1 mg"]) == 1


@pytest.mark.parametrize(
    ("millilitres", "drug", "milligrams"),
    [
        (1, "denosumab 60 mg/mL", 60), (1.7, "denosumab 70 mg/mL", 120), (1.7, "denosumab 120 mg/1.7 mL", 120),
        (2, "denosumab 60 mg/mL", 120), (100, "zoledronic acid 0.05 MG/ML", 5), (5, "zoledronic acid 0.8 mg/mL", 4),
        (100, "zoledronic acid 4 mg/100 mL", 4), (3, "ibandronate 1 mg/mL", 3), (1, "denosumab", None),
        (0.5, "denosumab 60 mg/mL", 30), (1, "denosumab 60 mg/0 mL", 60),
    ],
)  # fmt: skip
def test_millilitres_of_a_told_concentration_are_a_dose(millilitres: float, drug: str, milligrams: int | None) -> None:
    assert told({"doseAndRate": [{"doseQuantity": quantity(millilitres, "mL")}]}, drug=(drug,)).dose_mg == milligrams


def test_millilitres_of_two_concentrations_tell_no_dose() -> None:
    two = ("denosumab 60 mg/mL", "denosumab 70 mg/mL")
    assert told({"doseAndRate": [{"doseQuantity": quantity(1, "mL")}]}, drug=two).dose_mg is None


@pytest.mark.parametrize("code", sorted(BILLED_MG))
def test_a_billing_unit_has_its_milligrams(code: str) -> None:
    assert billed_mg([(HCPCS, code)], Figure(Decimal(60), "", ("units",))) == 60 * BILLED_MG[code]
    assert billed_mg([(HCPCS, code)], Figure(Decimal(60))) == 60 * BILLED_MG[code]


def test_units_of_another_code_system_are_no_milligrams() -> None:
    assert billed_mg([(RXNORM, "J0897")], Figure(Decimal(60))) is None
    assert billed_mg([(HCPCS, "J9999")], Figure(Decimal(60))) is None
    assert billed_mg([(HCPCS, "J0897")], None) is None
    assert billed_mg([(HCPCS, "J0897")], Figure(Decimal(60), "<")) is None


def test_a_mass_with_a_billing_code_stays_a_mass() -> None:
    assert billed_mg([(HCPCS, "J3110")], Figure(Decimal("0.02"), "", ("mg",))) == Decimal("0.02")


@pytest.mark.parametrize(
    ("route", "name"),
    [
        ({"coding": [{"system": SNOMED, "code": "34206005"}]}, "subcutaneous"),
        ({"coding": [{"system": SNOMED, "code": "47625008"}]}, "intravenous"),
        ({"coding": [{"system": SNOMED, "code": "26643006"}]}, "oral"),
        ({"text": "Subcutaneous"}, "subcutaneous"), ({"text": "SC"}, "subcutaneous"), ({"text": "IV"}, "intravenous"),
        ({"coding": [{"code": "PO"}]}, "oral"), ({"text": "By mouth"}, "oral"), ({"text": "IM"}, "intramuscular"),
        ({"text": "Topical"}, "topical"), ({"text": "Nasal route"}, "nasal route"), (None, None),
    ],
)  # fmt: skip
def test_a_route_is_told_by_its_code_or_its_words(route: Any, name: str | None) -> None:
    assert told({"route": route}).route == name


def test_without_a_route_the_words_of_instruction_and_drug_tell_it() -> None:
    assert told({"text": "60 mg subcutaneously"}).route == "subcutaneous"
    assert told({}, drug=("alendronic acid 70 MG Oral Tablet",)).route == "oral"
    assert told({}, drug=("ibandronate 150 MG tablet",)).route == "oral"
    assert told(drug=("alendronic acid 70 MG Oral Tablet",)).route == "oral"
    assert told({"text": "IV or PO"}).route is None


def test_the_first_instruction_of_the_sequence_speaks() -> None:
    second = {"sequence": 2, "doseAndRate": [{"doseQuantity": quantity(10, "mg")}]}
    first = {"sequence": 1, "doseAndRate": [{"doseQuantity": quantity(20, "mg")}]}
    assert told(second, first).dose_mg == 20
