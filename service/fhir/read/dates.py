"""FHIR dates, dateTimes, Periods and ages as intervals of days; the local day as it is written (R-DATE-02)."""

from __future__ import annotations

import calendar
import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from cards.when import When, add_days, add_months
from service.fhir.read.elements import Json, every, one
from service.fhir.read.quantities import figure

_AFTER_DAY: Final = frozenset(("", "T", " "))
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ].*)?)?)?", re.DOTALL)

FIRST_YEAR: Final = 1880
"""Years before it are how some databases write "no date" (0001, 1753); no patient's record reaches back to them."""


def when(value: object) -> When | None:
    """The days a date, dateTime or instant may mean; None where there is none or it cannot be read.

    "2019" is the year, "2019-05" the month. A time and its zone are not converted: the local day stands as written.
    """
    if not isinstance(value, str):
        return None
    if value[4:5] == "-" == value[7:8] and value[10:11] in _AFTER_DAY:
        return _whole_day(value[:10])
    return _written(value.strip())


@lru_cache(maxsize=16384)
def _whole_day(written: str) -> When | None:
    """Kept, because a record tells each of its days many times over; a day by itself is nobody's."""
    return _written(written)


def _written(value: str) -> When | None:
    found = _DATE.fullmatch(value)
    if found is None:
        return None
    year, month, day = int(found[1]), found[2], found[3]
    if year < FIRST_YEAR:
        return None
    try:
        if month is None:
            return When(date(year, 1, 1), date(year, 12, 31))
        if day is None:
            return When(date(year, int(month), 1), date(year, int(month), calendar.monthrange(year, int(month))[1]))
        return When.on(date(year, int(month), int(day)))
    except ValueError:
        return None


def period(value: object) -> tuple[When | None, When | None]:
    """Start and end of a Period, each None where it is not given or cannot be read."""
    it = one(value)
    return when(it.get("start")), when(it.get("end"))


def spanned(value: object) -> When | None:
    """Some day of a Period: from its start to its end, or its start alone; None without a start."""
    start, end = period(value)
    if start is None:
        return When.by(end.latest) if end else None
    if end is None or end.latest <= start.latest:
        return start
    return When(start.earliest, end.latest)


def past(value: When, today: date) -> When | None:
    """None for what lies wholly after today (R-DATE-06); an interval that reaches beyond today ends today."""
    if value.earliest > today:
        return None
    return value if value.latest <= today else When(value.earliest, today)


def occurred(resource: Json, stem: str, born: When | None = None) -> When | None:
    """The days of `stem`[x]: DateTime, Instant, Date, Period, Timing (its first event), Age or Range of ages."""
    for suffix in ("DateTime", "Instant", "Date"):
        found = when(resource.get(stem + suffix))
        if found:
            return found
    found = spanned(resource.get(stem + "Period"))
    if found:
        return found
    for event in timed(resource.get(stem + "Timing")):
        return event
    if stem + "Age" in resource:
        return aged(resource[stem + "Age"], born)
    if stem + "Range" in resource:
        low, high = (aged(one(resource[stem + "Range"]).get(end), born) for end in ("low", "high"))
        if low and high and low.earliest <= high.latest:
            return When(low.earliest, high.latest)
    return None


def timed(value: object) -> list[When]:
    """The events of a Timing, in its order."""
    found: list[When] = []
    for timing in every(value):
        events = timing.get("event")
        for event in events if isinstance(events, list) else [events]:
            day = when(event)
            if day:
                found.append(day)
    return found


_AGE_MONTHS: Final = {"a": 12, "yr": 12, "yrs": 12, "y": 12, "year": 12, "years": 12, "mo": 1, "month": 1, "months": 1}


def aged(value: object, born: When | None) -> When | None:
    """The days on which a patient born then has this Age: a year, or a month; None where either is not known.

    An age with a comparator, or without a unit, dates nothing.
    """
    told = figure(value)
    if told is None or born is None or told.comparator:
        return None
    unit = next((_AGE_MONTHS[each] for each in told.units if each in _AGE_MONTHS), None)
    if unit is None or not 0 <= told.value < 130 * 12:
        return None
    months = int(told.value.to_integral_value(rounding="ROUND_FLOOR")) * unit
    return When(add_months(born.earliest, months), add_days(add_months(born.latest, months + unit), -1))


_DURATION_DAYS: Final = {
    "d": 1, "day": 1, "days": 1, "wk": 7, "wks": 7, "week": 7, "weeks": 7,
}  # fmt: skip
_DURATION_MONTHS: Final = {
    "mo": 1, "mos": 1, "month": 1, "months": 1, "a": 12, "yr": 12, "yrs": 12, "year": 12, "years": 12,
}  # fmt: skip


def lasting(start: When, value: object) -> When | None:
    """The days on which a Duration that begins at `start` ends; None where its length or unit is not known."""
    told = figure(value)
    if told is None or told.comparator or not 0 < told.value < 36600:
        return None
    whole = int(told.value)
    for unit in told.units:
        if unit in _DURATION_DAYS:
            days = whole * _DURATION_DAYS[unit]
            return When(add_days(start.earliest, days), add_days(start.latest, days))
        if unit in _DURATION_MONTHS:
            return start.plus_months(whole * _DURATION_MONTHS[unit])
    return None


def days(value: object) -> Decimal | None:
    """A Duration in days (a month 30, a year 365: what a pharmacist means); None where its unit is not known."""
    told = figure(value)
    if told is None or told.comparator or told.value <= 0:
        return None
    for unit in told.units:
        if unit in _DURATION_DAYS:
            return told.value * _DURATION_DAYS[unit]
        if unit in _DURATION_MONTHS:
            months = _DURATION_MONTHS[unit]
            return told.value * (365 if months == 12 else 30)
    return None
