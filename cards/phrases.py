"""One voice: how a card tells dates, spans, figures and names."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from cards.when import When, months_between

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~])")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+!|~])")
_UNSEEN = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))
"""Unicode categories of what shows nothing, or nothing certain: controls, bidirectional marks, tags, private signs."""
_JOINING = str.maketrans(dict.fromkeys("\u00ad\u2060"))
"""Soft hyphen and word joiner stand inside words."""


def plain(text: str, limit: int = 80) -> str:
    """Words of the record for a summary, which is no Markdown: one line, no invisible or bidirectional marks."""
    if not text.isascii() or not text.isprintable():
        seen = (" " if unicodedata.category(sign) in _UNSEEN else sign for sign in text.translate(_JOINING))
        text = "".join(seen)
    clean = " ".join(text.split())
    return clean if len(clean) <= limit else clean[: limit - 1].rstrip() + "…"


def quote(text: str, limit: int = 80) -> str:
    """The same made harmless for a detail: no HTML and no Markdown in it."""
    clean = plain(text, limit)
    clean = clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN.sub(r"\\\1", clean)


def unquoted(text: str) -> str:
    """A text of a card for a terminal: what `quote` made harmless for Markdown and HTML, as it was."""
    return html.unescape(_ESCAPED.sub(r"\1", text))


def day(value: date | None) -> str:
    """2025-01-10, or "an unknown day"."""
    return "an unknown day" if value is None or value in (date.min, date.max) else value.isoformat()


def when(value: When) -> str:
    """The interval as the record says it: "2025-01-10", "2025-05", "2025", "on or before 2025-05-01"."""
    first, last = value.earliest, value.latest
    if value.exact:
        return day(last)
    if value.undated:
        return f"on or before {day(last)}"
    if first.day == 1 and (first.year, first.month) == (last.year, last.month):
        return f"{last:%Y-%m}"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return f"{last.year}"
    return f"between {day(first)} and {day(last)}"


def plural(count: int, noun: str, many: str | None = None) -> str:
    """ "1 dose", "3 doses"."""
    return f"{count} {noun if count == 1 else many or noun + 's'}"


def span(first: date, last: date) -> str:
    """Days under a month, months under 36 months, years from there: "20 days", "27 months", "4 years"."""
    months = months_between(first, last)
    if months < 1:
        return plural((last - first).days, "day")
    if months < 36:
        return plural(months, "month")
    return plural(months // 12, "year")


def months(count: int) -> str:
    """A limit in months as a card tells it: "18 months", "a year", "2 years"."""
    return ("a year" if count == 12 else f"{count // 12} years") if count % 12 == 0 else plural(count, "month")


def days(count: int, *, year: str = "a year") -> str:
    """A limit in days as a card tells it: "30 days", "4 weeks", 365 as `year`."""
    return year if count == 365 else plural(count // 7, "week") if count % 7 == 0 else plural(count, "day")


def number(value: Decimal) -> str:
    """A figure without trailing zeros and with a true minus sign: "−2.7", "35", "0.812"."""
    text = format(value.normalize(), "f")
    return text.replace("-", "\N{MINUS SIGN}")


def t_score(value: Decimal) -> str:
    """A T-score to one decimal, as reported: "−2.7", "−2.0"; one that rounding would move to a limit keeps two."""
    rounded = one_decimal(value)
    if rounded == value or rounded not in (Decimal("-2.5"), Decimal("-3.5"), Decimal("-3.0")):
        return format(rounded, "f").replace("-", "\N{MINUS SIGN}")
    return number(value.quantize(Decimal("0.01"), ROUND_HALF_UP))


def one_decimal(value: Decimal) -> Decimal:
    """Rounded half up to one decimal (R-BMD-03)."""
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def listed(items: Sequence[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def capital(text: str) -> str:
    """The sentence with a capital first letter."""
    return text[:1].upper() + text[1:]


def running(text: str) -> str:
    """The words inside a sentence: "Age over 75" without its capital; "T-score" and "FRAX" keep theirs."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text
