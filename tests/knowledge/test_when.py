"""Calendar arithmetic and three-valued comparison (R-DATE-01, R-DATE-03)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cards.when import MAYBE, NO, YES, Truth, When, add_days, add_months, months_between

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2023, 8, 31), 18, date(2025, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
        (date(2025, 1, 10), 6, date(2025, 7, 10)),
        (date(2025, 7, 10), -6, date(2025, 1, 10)),
    ],
)
def test_months_keep_the_day_and_clamp_to_the_last_of_the_month(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_the_ends_of_the_calendar_stay_where_they_are() -> None:
    assert add_months(date.min, 18) == date.min
    assert add_months(date.max, -18) == date.max
    assert add_months(date(9999, 12, 1), 2) == date.max
    assert add_days(date.min, 90) == date.min
    assert add_days(date(9999, 12, 30), 90) == date.max
    assert add_days(date(1, 1, 5), -90) == date.min


def test_a_partial_date_is_every_day_it_may_mean() -> None:
    may = When(date(2024, 5, 1), date(2024, 5, 31))
    assert may.on_or_after(date(2024, 5, 1)) is YES
    assert may.on_or_after(date(2024, 5, 2)) is MAYBE
    assert may.on_or_after(date(2024, 6, 1)) is NO
    assert may.before(date(2024, 6, 1)) is YES
    assert may.before(date(2024, 5, 31)) is MAYBE
    assert may.before(date(2024, 5, 1)) is NO


def test_within_includes_both_ends() -> None:
    assert When.on(date(2025, 1, 10)).within(date(2025, 1, 10), date(2025, 1, 10)) is YES
    assert When.on(date(2025, 1, 9)).within(date(2025, 1, 10), date(2025, 1, 20)) is NO
    assert When.on(date(2025, 1, 21)).within(date(2025, 1, 10), date(2025, 1, 20)) is NO
    assert When(date(2025, 1, 1), date(2025, 1, 31)).within(date(2025, 1, 10), date(2025, 1, 20)) is MAYBE


def test_a_truth_is_never_a_bool() -> None:
    with pytest.raises(TypeError, match="surely"):
        bool(YES)


@pytest.mark.parametrize("one", list(Truth))
@pytest.mark.parametrize("two", list(Truth))
def test_and_or_and_not_follow_de_morgan(one: Truth, two: Truth) -> None:
    assert ~(one & two) is (~one | ~two)
    assert (one & two).value <= min(one.value, two.value)
    assert (one | two).value >= max(one.value, two.value)


def test_an_interval_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        When(date(2025, 1, 2), date(2025, 1, 1))


@given(DAYS, st.integers(0, 600), DAYS)
def test_an_exact_day_is_never_a_maybe(day: date, width: int, pivot: date) -> None:
    exact = When.on(day)
    assert MAYBE not in {exact.before(pivot), exact.after(pivot), exact.on_or_before(pivot), exact.on_or_after(pivot)}
    wide = When(day, day + timedelta(days=width))
    truth = wide.on_or_before(pivot)
    inside = {When.on(day + timedelta(days=n)).on_or_before(pivot) for n in (0, width // 2, width)}
    assert truth is YES or inside != {YES}
    assert truth is not NO or inside == {NO}
    assert truth is MAYBE or len(inside) == 1


@given(DAYS, st.integers(0, 480))
def test_a_span_of_months_counts_back_to_itself(day: date, months: int) -> None:
    later = add_months(day, months)
    assert months_between(day, later) in {months, months - 1} if day.day > 28 else months_between(day, later) == months
