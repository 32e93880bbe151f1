"""When something happened, as exactly as the record says it, and comparisons that admit they do not know."""

from __future__ import annotations

import calendar
import enum
from dataclasses import dataclass
from datetime import date, timedelta


class Truth(enum.Enum):
    """Yes, no or maybe. Never a bool: who reads it says which way it leans (`surely` or `possibly`)."""

    NO = 0
    MAYBE = 1
    YES = 2

    @property
    def surely(self) -> bool:
        """True only for yes: what a warning of treatment needs."""
        return self is Truth.YES

    @property
    def possibly(self) -> bool:
        """True for yes and maybe: what a contraindication on a drug about to be given needs."""
        return self is not Truth.NO

    def __bool__(self) -> bool:
        raise TypeError("a Truth is yes, no or maybe: ask .surely or .possibly")

    def __and__(self, other: Truth) -> Truth:
        return Truth(min(self.value, other.value))

    def __or__(self, other: Truth) -> Truth:
        return Truth(max(self.value, other.value))

    def __invert__(self) -> Truth:
        return Truth(2 - self.value)

    @classmethod
    def of(cls, claim: bool) -> Truth:
        """The Truth of a plain claim."""
        return cls.YES if claim else cls.NO


YES, MAYBE, NO = Truth.YES, Truth.MAYBE, Truth.NO


@dataclass(frozen=True, slots=True)
class When:
    """A closed interval of days: "2019-05" is 1 to 31 May 2019; an undated event reaches back to `date.min`."""

    earliest: date
    latest: date

    def __post_init__(self) -> None:
        if self.earliest > self.latest:
            raise ValueError(f"an interval of days ends {self.latest} before it begins {self.earliest}")

    @classmethod
    def on(cls, day: date) -> When:
        """Exactly that day."""
        return cls(day, day)

    @classmethod
    def by(cls, day: date) -> When:
        """Some unknown day up to and including `day` (R-DATE-04, R-DATE-05)."""
        return cls(date.min, day)

    @property
    def exact(self) -> bool:
        """One known day."""
        return self.earliest == self.latest

    @property
    def undated(self) -> bool:
        """No earliest day is known."""
        return self.earliest == date.min

    def before(self, day: date) -> Truth:
        """Strictly before `day`."""
        return _graded(self.latest < day, self.earliest < day)

    def on_or_before(self, day: date) -> Truth:
        """On `day` or earlier."""
        return _graded(self.latest <= day, self.earliest <= day)

    def on_or_after(self, day: date) -> Truth:
        """On `day` or later."""
        return _graded(self.earliest >= day, self.latest >= day)

    def after(self, day: date) -> Truth:
        """Strictly after `day`."""
        return _graded(self.earliest > day, self.latest > day)

    def within(self, first: date, last: date) -> Truth:
        """Between `first` and `last`, both included."""
        return self.on_or_after(first) & self.on_or_before(last)

    def plus_months(self, months: int) -> When:
        """Both ends moved by whole calendar months."""
        return When(add_months(self.earliest, months), add_months(self.latest, months))


def _graded(surely: bool, possibly: bool) -> Truth:
    return YES if surely else MAYBE if possibly else NO


def add_months(day: date, months: int) -> date:
    """`day` moved by whole calendar months, clamped to the last day of the target month (R-DATE-01).

    2023-08-31 + 18 months is 2025-02-28. The ends of the calendar (`date.min`, `date.max`) stay where they are.
    """
    if day in (date.min, date.max):
        return day
    years, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= years <= 9999:
        return date.min if months < 0 else date.max
    return date(years, month0 + 1, min(day.day, calendar.monthrange(years, month0 + 1)[1]))


def add_days(day: date, days: int) -> date:
    """`day` moved by days; the ends of the calendar stay where they are."""
    if day in (date.min, date.max):
        return day
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.min if days < 0 else date.max


def months_between(first: date, last: date) -> int:
    """Whole calendar months from `first` to `last`, never negative: the span a card tells."""
    months = (last.year - first.year) * 12 + last.month - first.month
    if add_months(first, months) > last:
        months -= 1
    return max(months, 0)
