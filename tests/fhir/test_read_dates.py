"""FHIR dates as intervals of days."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cards.when import When
from service.fhir.read import dates

D = date


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2019-05-03", D(2019, 5, 3), D(2019, 5, 3)),
        ("2019-05", D(2019, 5, 1), D(2019, 5, 31)),
        ("2020-02", D(2020, 2, 1), D(2020, 2, 29)),
        ("2019", D(2019, 1, 1), D(2019, 12, 31)),
        (" 2019-05-03 ", D(2019, 5, 3), D(2019, 5, 3)),
        ("2019-05-03T10:00:00Z", D(2019, 5, 3), D(2019, 5, 3)),
        ("2019-05-03 10:00:00", D(2019, 5, 3), D(2019, 5, 3)),
        ("1880", D(1880, 1, 1), D(1880, 12, 31)),
    ],
)
def test_a_date_is_an_interval_as_exact_as_it_is_written(written: str, first: date, last: date) -> None:
    assert dates.when(written) == When(first, last)


@pytest.mark.parametrize("zone", ["Z", "+14:00", "-12:00"])
def test_the_local_day_stands_as_written_whatever_its_zone(zone: str) -> None:
    assert dates.when(f"2019-05-03T23:59:59{zone}") == When.on(D(2019, 5, 3))


@pytest.mark.parametrize(
    "written",
    [
        "", "unknown", "03/05/2019", "2019-13", "2019-02-30", "2019-5-3", "20190503", "2019-05-03X", "0001-01-01",
        "1879", None, 20190503, 1556841600, True, ["2019"], {"value": "2019"},
    ],
)  # fmt: skip
def test_what_is_no_date_is_none(written: Any) -> None:
    assert dates.when(written) is None


def test_a_fact_of_tomorrow_is_not_yet_and_one_of_today_is() -> None:
    today = D(2026, 11, 22)
    assert dates.past(When.on(D(2026, 11, 23)), today) is None
    assert dates.past(When.on(today), today) == When.on(today)


def test_a_year_that_is_not_over_ends_today() -> None:
    assert dates.past(When(D(2026, 1, 1), D(2026, 12, 31)), D(2026, 11, 22)) == When(D(2026, 1, 1), D(2026, 11, 22))


def test_a_period_is_some_day_from_its_start_to_its_end() -> None:
    assert dates.spanned({"start": "2019-05", "end": "2019-07-03"}) == When(D(2019, 5, 1), D(2019, 7, 3))
    assert dates.spanned({"start": "2019-05-02"}) == When.on(D(2019, 5, 2))
    assert dates.spanned({"end": "2019-05-02"}) == When.by(D(2019, 5, 2))
    assert dates.spanned({"start": "2019-05-02", "end": "2018-01-01"}) == When.on(D(2019, 5, 2))
    assert dates.spanned({}) is None


BORN = When.on(D(1950, 6, 15))


@pytest.mark.parametrize(
    ("age", "first", "last"),
    [
        ({"value": 72, "unit": "years", "code": "a"}, D(2022, 6, 15), D(2023, 6, 14)),
        ({"value": 72, "unit": "yr"}, D(2022, 6, 15), D(2023, 6, 14)),
        ({"value": 872, "code": "mo"}, D(2023, 2, 15), D(2023, 3, 14)),
    ],
)
def test_an_age_is_the_year_or_month_in_which_the_patient_has_it(age: Any, first: date, last: date) -> None:
    assert dates.aged(age, BORN) == When(first, last)


@pytest.mark.parametrize(
    "age",
    [{"value": 72}, {"value": 72, "code": "d"}, {"value": 72, "code": "a", "comparator": ">"}, "72", {"code": "a"}],
)
def test_an_age_without_a_unit_or_exact_figure_dates_nothing(age: Any) -> None:
    assert dates.aged(age, BORN) is None


def test_an_age_dates_nothing_without_a_birth_date() -> None:
    assert dates.aged({"value": 72, "code": "a"}, None) is None


def test_a_range_of_ages_reaches_from_the_first_to_the_last() -> None:
    told = {"onsetRange": {"low": {"value": 70, "code": "a"}, "high": {"value": 72, "code": "a"}}}
    assert dates.occurred(told, "onset", BORN) == When(D(2020, 6, 15), D(2023, 6, 14))


def test_a_timing_is_dated_by_its_first_event() -> None:
    assert dates.occurred({"occurrenceTiming": {"event": ["2027-01-02", "2027-07-02"]}}, "occurrence") == When.on(
        D(2027, 1, 2)
    )


@pytest.mark.parametrize(
    ("length", "end"),
    [
        ({"value": 24, "unit": "month", "code": "mo"}, D(2028, 11, 22)),
        ({"value": 2, "unit": "years"}, D(2028, 11, 22)),
        ({"value": 30, "code": "d"}, D(2026, 12, 22)),
        ({"value": 2, "unit": "Week"}, D(2026, 12, 6)),
    ],
)
def test_a_course_ends_when_its_length_has_passed(length: Any, end: date) -> None:
    assert dates.lasting(When.on(D(2026, 11, 22)), length) == When.on(end)


def test_a_length_of_unknown_unit_ends_nothing() -> None:
    assert dates.lasting(When.on(D(2026, 11, 22)), {"value": 3, "unit": "courses"}) is None


@pytest.mark.parametrize(
    ("supply", "told"),
    [
        ({"value": 90, "unit": "days", "code": "d"}, Decimal(90)),
        ({"value": 90, "unit": "Day"}, Decimal(90)),
        ({"value": 3, "code": "mo"}, Decimal(90)),
        ({"value": 12, "code": "wk"}, Decimal(84)),
        ({"value": 90}, None),
        ({"value": -1, "code": "d"}, None),
    ],
)
def test_a_supply_is_told_in_days(supply: Any, told: Decimal | None) -> None:
    assert dates.days(supply) == told
