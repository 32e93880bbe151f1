"""How many days lie between two doses: from a FHIR Timing, its code, or the words of the instruction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from service.fhir.read import dates
from service.fhir.read.elements import Json, one, pairs, text, words
from service.fhir.read.quantities import figure, number

DAYS_A_MONTH: Final = Decimal("30.4375")
DAYS_A_YEAR: Final = Decimal("365.25")

_UNIT_DAYS: Final[Mapping[str, Decimal]] = {
    "min": Decimal(1) / 1440, "h": Decimal(1) / 24, "d": Decimal(1), "wk": Decimal(7), "mo": DAYS_A_MONTH,
    "a": DAYS_A_YEAR,
}  # fmt: skip


_SHORT_DAYS: Final[Mapping[str, Decimal]] = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), _UNIT_DAYS["h"]),
    **dict.fromkeys(("d", "day", "days"), _UNIT_DAYS["d"]),
}


def interval_days(instruction: Json, said: Iterable[str]) -> Decimal | None:
    """Days between two doses (a month 30.4375, a year 365.25), or None where the instruction does not tell one figure.

    The structure decides; without one the timing's code; without that, words of the instruction, `said`.
    """
    timing = one(instruction.get("timing"))
    repeat = one(timing.get("repeat"))
    if is_one_dose(repeat):
        return None
    told = _repeated(repeat)
    if told is not None:
        return told
    coded = timing.get("code")
    for sentences in ((code for _, code in pairs(coded)), words(coded), said):
        told = _agreed(sentences)
        if told is not None:
            return told
    return None


def is_one_dose(repeat: Json) -> bool:
    """The instruction is for one dose, or for one day: its period then only says when that dose falls."""
    if number(repeat.get("count")) == 1 and "countMax" not in repeat:
        return True
    lasts = figure(repeat.get("boundsDuration"))
    starts, ends = dates.period(repeat.get("boundsPeriod"))
    same_day = starts is not None and starts.exact and starts == ends
    return same_day or (
        lasts is not None and any(lasts.value * _SHORT_DAYS[unit] <= 1 for unit in lasts.units if unit in _SHORT_DAYS)
    )


def _repeated(repeat: Json) -> Decimal | None:
    period, unit = number(repeat.get("period")), text(repeat.get("periodUnit"))
    weekdays = repeat.get("dayOfWeek")
    days = len(weekdays) if isinstance(weekdays, list) else 0
    if period is None or unit not in _UNIT_DAYS:
        return Decimal(7) / days if 0 < days <= 7 else None
    times = number(repeat.get("frequency"))
    if times is None:
        times = Decimal(max(days, 1)) if unit == "wk" else Decimal(1)
    if unit == "d" and period == 1 and 0 < days <= 7 and times > 0:
        return Decimal(7) / (days * times)
    return period * _UNIT_DAYS[unit] / times if period > 0 and times > 0 else None


def _agreed(sentences: Iterable[str]) -> Decimal | None:
    found = {days for sentence in sentences for days in _told(sentence)}
    return found.pop() if len(found) == 1 else None


_SPAN: Final = {"h": "h", "d": "d", "w": "wk", "m": "mo", "y": "a", "a": "a"}
_COUNTS: Final = {
    "once": 1, "twice": 2, "thrice": 3, "one": 1, "two": 2, "other": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_FIXED: Final[Mapping[str, Decimal]] = {
    "daily": Decimal(1), "nightly": Decimal(1), "qhs": Decimal(1), "qam": Decimal(1), "qpm": Decimal(1),
    "bid": Decimal("0.5"), "tid": Decimal(1) / 3, "qid": Decimal("0.25"), "qod": Decimal(2), "weekly": Decimal(7),
    "fortnightly": Decimal(14), "monthly": DAYS_A_MONTH, "quarterly": 3 * DAYS_A_MONTH, "yearly": DAYS_A_YEAR,
    "annually": DAYS_A_YEAR, "halfyearly": 6 * DAYS_A_MONTH, "semiannually": 6 * DAYS_A_MONTH,
}  # fmt: skip
_SAID: Final = re.compile(
    r"""\b(?:
    (?:every|each|q\.?)[\s-]*(?P<count>\d{1,3}|other|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)?[\s-]*
        (?P<span>hours?|hrs?|h|days?|d|weeks?|wks?|w|months?|mos?|m|years?|yrs?|y)
    |(?:(?P<often>once|twice|thrice)\s*(?:an?|per|each|every|/)?|(?P<times>\d{1,2}|one|two|three|four)\s*(?:x|times?)\s*(?:an?|per|each|every|/)?)
        \s*(?P<unit>day|daily|week|weekly|month|monthly|year|yearly|annually)
    |(?P<fixed>daily|nightly|qhs|qam|qpm|b\.?i\.?d|t\.?i\.?d|q\.?i\.?d|q\.?o\.?d|weekly|fortnightly|monthly|quarterly
        |half[\s-]?yearly|semi-?annually|yearly|annually)
    |(?:per|an?)\s+(?P<per>day|week|month|year)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)


def _told(sentence: str) -> set[Decimal]:
    found: set[Decimal] = set()
    for match in _SAID.finditer(sentence.lower()):
        if match["span"]:
            count = match["count"]
            times = 1 if count is None else _COUNTS.get(count) or int(count)
            found.add(times * _UNIT_DAYS[_SPAN[match["span"][0]]])
        elif match["unit"]:
            often = match["often"] or match["times"]
            times = _COUNTS.get(often) or int(often)
            if times:
                found.add(_UNIT_DAYS[_SPAN[match["unit"][0]]] / times)
        elif match["fixed"]:
            found.add(_FIXED[re.sub(r"[.\s-]", "", match["fixed"])])
        else:
            found.add(_UNIT_DAYS[_SPAN[match["per"][0]]])
    return found - {Decimal(0)}
