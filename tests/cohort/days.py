"""The calendar of the cohort, its own: months that clamp at the end of a month, as labels and guidelines count."""

from calendar import monthrange
from datetime import date, timedelta


def months(day: date, count: int) -> date:
    """`count` months later (earlier where negative); the 31st becomes the last day of a shorter month."""
    place = day.year * 12 + day.month - 1 + count
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def days(day: date, count: int) -> date:
    return day + timedelta(days=count)


def age(born: date, day: date) -> int:
    """Whole years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def covered(spans: list[tuple[date, date]]) -> int:
    """How many days lie in at least one span, both ends counted."""
    total, reached = 0, date.min
    for first, last in sorted(spans):
        begin = max(first, reached + timedelta(days=1)) if reached > date.min else first
        if last >= begin:
            total += (last - begin).days + 1
        reached = max(reached, last)
    return total
