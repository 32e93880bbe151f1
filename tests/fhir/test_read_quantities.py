"""Figures: exact, their units checked and converted."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.facts import UNITS
from service.fhir.read.measurements import FRACTURE_RISK, LABORATORY, VITAL_SIGNS
from service.fhir.read.quantities import (
    FACTORS,
    Figure,
    NotUsable,
    converted,
    density,
    figure,
    figure_in_words,
    milligrams,
    number,
    t_score,
    unit_key,
)
from service.fhir.read.social_history import DRINKS


def told(value: Any, unit: str | None = None, code: str | None = None, comparator: str | None = None) -> Figure:
    parts = {"value": value, "unit": unit, "code": code, "comparator": comparator}
    found = figure({key: each for key, each in parts.items() if each is not None})
    assert found is not None
    return found


def refusal(told_figure: Figure, test: str) -> str:
    with pytest.raises(NotUsable) as refused:
        converted(told_figure, test)
    return str(refused.value)


def test_every_test_of_the_chart_has_its_units_and_is_read() -> None:
    assert set(FACTORS) == set(UNITS) == LABORATORY | VITAL_SIGNS | FRACTURE_RISK | {DRINKS}


@pytest.mark.parametrize(
    ("written", "exact"),
    [
        (-2.7, "-2.7"), (0.812, "0.812"), (3, "3"), ("-2.7", "-2.7"), ("−2.7", "-2.7"), ("–2.7", "-2.7"), (-0.0, "0"),
        (1e-7, "1E-7"),
    ],
)  # fmt: skip
def test_a_number_enters_as_it_is_written(written: Any, exact: str) -> None:
    assert number(written) == Decimal(exact)


@pytest.mark.parametrize(
    "written",
    [True, None, "", "high", "1,5", "nan", float("nan"), float("inf"), 1e300, 10**400, "1e999999999", "9" * 50, [], {}],
)
def test_what_is_no_usable_number_is_none(written: Any) -> None:
    assert number(written) is None


@given(st.floats(min_value=1e-12, max_value=1e9), st.sampled_from((1, -1)))
def test_a_float_keeps_its_shortest_digits(value: float, sign: int) -> None:
    assert number(sign * value) == Decimal(repr(sign * value))


@pytest.mark.parametrize(("least", "less"), [(1e-12, 9e-13), ("1e-12", "1e-999999999"), (-1e-12, -5e-324)])
def test_a_figure_next_to_nothing_is_no_figure(least: float | str, less: float | str) -> None:
    assert number(least) == Decimal(str(least))
    assert number(less) is None


@pytest.mark.parametrize("nothing", [0, 0.0, -0.0, "0", "0.00", "-0", "0e-999999999"])
def test_nothing_is_nought(nothing: float | str) -> None:
    assert str(number(nothing)) == "0"


@pytest.mark.parametrize(
    ("words", "value", "comparator", "units"),
    [
        ("-2.7", "-2.7", "", ()),
        ("− 2.7", "-2.7", "", ()),
        (">60", "60", ">", ()),
        ("> 60 mL/min/1.73m2", "60", ">", ("ml/min/1.73m2",)),
        ("≤15", "15", "<=", ()),
        ("0.812 g/cm²", "0.812", "", ("g/cm2",)),
        ("-2.1 SD", "-2.1", "", ("sd",)),
        ("31 %", "31", "", ("%",)),
    ],
)
def test_a_short_string_that_is_a_figure_is_one(words: str, value: str, comparator: str, units: Any) -> None:
    assert figure_in_words(words) == Figure(Decimal(value), comparator, units)


@pytest.mark.parametrize("words", ["", "osteopenia", "L1-L4", "2026-11-22", "1.2.3", None, 3])
def test_other_text_is_no_figure(words: Any) -> None:
    assert figure_in_words(words) is None


@pytest.mark.parametrize(
    ("spelled", "key"),
    [
        ("mL/min/{1.73_m2}", "ml/min/1.73m2"), ("mL/min/1.73 m²", "ml/min/1.73m2"), ("mL/min/1.73m^2", "ml/min/1.73m2"),
        ("µmol/L", "umol/l"), ("μmol/L", "umol/l"), ("{T-score}", "t-score"), ("{T_score}", "tscore"), ("mcg", "ug"),
        ("[lb_av]", "lbav"), ("g/cm²", "g/cm2"),
    ],
)  # fmt: skip
def test_units_have_one_spelling(spelled: str, key: str) -> None:
    assert unit_key(spelled) == key


@pytest.mark.parametrize(
    ("test", "value", "unit", "result"),
    [
        ("creatinine", 88.4, "umol/L", "1.0000"),
        ("creatinine", 176.8, "µmol/L", "2.0000"),
        ("creatinine", 1.1, "mg/dL", "1.1"),
        ("calcium-total", 2.12, "mmol/L", "8.50"),
        ("calcium-total", 2.11, "mmol/L", "8.46"),
        ("calcium-total", 2.62, "mmol/L", "10.50"),
        ("calcium-total", 2.63, "mmol/L", "10.54"),
        ("calcium-corrected", 9.1, "mg/dL", "9.1"),
        ("calcium-ionized", 1.2, "mmol/L", "1.2"),
        ("calcium-ionized", 4.8, "mg/dL", "1.198"),
        ("albumin", 38, "g/L", "3.80"),
        ("vitamin-d-25oh", 50, "nmol/L", "20.03"),
        ("vitamin-d-25oh", 49.9, "nmol/L", "19.99"),
        ("vitamin-d-25oh", 19.9, "ug/L", "19.9"),
        ("parathyroid-hormone", 10, "pmol/L", "94.3"),
        ("ctx", 0.28, "ng/mL", "280.0"),
        ("ctx", 280, "pg/mL", "280"),
        ("body-weight", 150, "[lb_av]", "68.039"),
        ("body-weight", 68000, "g", "68.000"),
        ("body-height", 64, "[in_i]", "162.56"),
        ("body-height", 1.63, "m", "163.00"),
        ("egfr", 29.9, "mL/min/{1.73_m2}", "29.9"),
        ("egfr", 29.9, "mL/min", "29.9"),
        ("frax-major", 0.31, "%", "0.31"),
        ("frax-hip", 4.5, "%", "4.5"),
    ],
)
def test_a_figure_is_told_in_the_one_unit_of_its_test(test: str, value: Any, unit: str, result: str) -> None:
    assert str(converted(told(value, unit), test)) == result


def test_the_code_of_a_unit_is_enough_and_so_is_the_unit() -> None:
    assert converted(told(38, "g per litre", "g/L"), "albumin") == Decimal("3.80")
    assert converted(told(38, "g/L", "258794004"), "albumin") == Decimal("3.80")


def test_a_figure_without_a_unit_is_not_used() -> None:
    assert refusal(told(1.1), "creatinine") == "its unit is not recorded"
    assert refusal(told(22.5), "frax-major") == "its unit is not recorded"


def test_a_figure_in_an_unknown_unit_is_not_used() -> None:
    assert refusal(told(0.2, "1"), "frax-major") == "its unit is not one known for this test"
    assert refusal(told(1.1, "mmol/kg"), "creatinine") == "its unit is not one known for this test"


def test_a_unit_that_its_code_contradicts_is_not_used() -> None:
    assert refusal(told(97, "umol/L", "mg/dL"), "creatinine") == "its unit and the code of its unit disagree"


@pytest.mark.parametrize(("value", "fits"), [(0.1, True), (0.09, False), (40, True), (40.1, False), (0, False)])
def test_a_creatinine_that_no_patient_has_is_not_used(value: float, fits: bool) -> None:
    if fits:
        assert converted(told(value, "mg/dL"), "creatinine") == number(value)
    else:
        assert refusal(told(value, "mg/dL"), "creatinine") == "its value is not one a patient can have"


@pytest.mark.parametrize("unit", ["{T-score}", "{Tscore}", "{T_score}", "T-Score", "1", "SD", "[arb'U]", None])
def test_a_t_score_is_known_by_its_units_or_by_none(unit: str | None) -> None:
    assert t_score(told(-2.7, unit)) == Decimal("-2.7")


@pytest.mark.parametrize(("value", "fits"), [(-8, True), (-8.1, False), (6, True), (6.1, False)])
def test_a_t_score_lies_between_minus_8_and_6(value: float, fits: bool) -> None:
    if fits:
        assert t_score(told(value, "{T-score}")) == number(value)
    else:
        with pytest.raises(NotUsable, match="not one a T-score can have"):
            t_score(told(value, "{T-score}"))


def test_a_density_under_a_t_score_code_is_not_a_t_score() -> None:
    with pytest.raises(NotUsable, match="density in g/cm²"):
        t_score(told(0.889, "g/cm2"))


def test_a_figure_of_three_decimals_without_a_unit_may_be_a_density() -> None:
    with pytest.raises(NotUsable, match="may be a T-score or a density"):
        t_score(told(0.889))
    assert t_score(told(0.9)) == Decimal("0.9")
    assert t_score(told(0.889, "{T-score}")) == Decimal("0.889")


@pytest.mark.parametrize(
    ("value", "unit", "result"),
    [
        (0.887, "g/cm2", "0.887"),
        (0.887, "g/cm²", "0.887"),
        (0.887, "g/cm^2", "0.887"),
        (0.887, "g/cm-2", "0.887"),
        (887, "mg/cm2", "0.887"),
    ],
)
def test_a_density_is_told_in_grams_a_square_centimetre(value: float, unit: str, result: str) -> None:
    assert density(told(value, unit)) == Decimal(result)


@pytest.mark.parametrize(("value", "fits"), [(0.2, True), (0.199, False), (2.5, True), (2.501, False), (-2.8, False)])
def test_a_density_lies_between_0_2_and_2_5(value: float, fits: bool) -> None:
    if fits:
        assert density(told(value, "g/cm2")) == number(value)
    else:
        with pytest.raises(NotUsable, match="not one a bone density can have"):
            density(told(value, "g/cm2"))


@pytest.mark.parametrize(
    ("unit", "why"),
    [(None, "not recorded"), ("{T-score}", "a T-score stands under"), ("mg/cm3", "not one known for bone density")],
)
def test_a_density_without_its_unit_is_not_used(unit: str | None, why: str) -> None:
    with pytest.raises(NotUsable, match=why):
        density(told(0.887, unit))


@pytest.mark.parametrize(
    ("value", "unit", "result"),
    [(60, "mg", "60"), (20, "mcg", "0.020"), (20, "ug", "0.020"), (1, "g", "1000"), (1, "mL", None)],
)
def test_a_mass_is_told_in_milligrams(value: float, unit: str, result: str | None) -> None:
    assert milligrams(told(value, unit)) == (None if result is None else Decimal(result))
