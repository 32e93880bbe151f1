"""When bone density of spine or hip was last measured, and whether the next measurement is arranged (R-MON-01)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from cards.chart import Chart, Dials, concept
from cards.concepts.bone_density import HIP_SITES
from cards.rule import Months
from cards.verdict import Because
from cards.when import YES, When

CENTRAL: Final = frozenset(("lumbar spine", *HIP_SITES))
PERHAPS_CENTRAL: Final = frozenset(("site unspecified",))
"""A figure that names no site may be of the spine or the hip; forearm, heel and humerus are neither."""

_KINDS: Final = frozenset(("dxa-procedure", "dxa-report"))
_NAMED: Final = re.compile(r"\b(?:dxa|dexa|bone (?:mineral )?densit(?:y|ometry)|densitometry)\b", re.IGNORECASE)
_CENTRAL_WORDS: Final = re.compile(r"\b(?:spine|lumbar|hips?|femur|femoral|axial|central)\b", re.IGNORECASE)
_ELSEWHERE: Final = re.compile(
    r"\b(?:forearms?|radius|radial|wrists?|heels?|calcane\w+|peripheral|fingers?|phalan\w+)\b", re.IGNORECASE
)
_NO_LONGER: Final = frozenset(("cancelled", "noshow", "fulfilled"))
_HELD: Final = "on-hold"


@dataclass(frozen=True, slots=True)
class BoneScan(Dials):
    """How long a bone density that was ordered is waited for."""

    order_open: Months = Months(12, "how long an open order of a bone density counts as arranged")


@dataclass(frozen=True, slots=True)
class Scan:
    """A measurement that is, or may be, of spine or hip; `seen`: its result stands in the record."""

    when: When
    ref: str
    words: str
    seen: bool

    @property
    def because(self) -> Because:
        """The scan as a fact of the card."""
        return Because(self.words, self.when, self.ref)


@concept
def scans(chart: Chart) -> tuple[Scan, ...]:
    """Every one of them, the newest last; NotRead where one may have been missed."""
    found = [
        Scan(fact.when, fact.ref, f"Last bone density, {fact.site}", True)
        for fact in chart.bone_densities.whole()
        if fact.site in CENTRAL | PERHAPS_CENTRAL
    ]
    found += [
        Scan(fact.when, fact.ref, "Last bone density scan, no result of spine or hip seen", False)
        for fact in chart.procedures.seen()
        if _is_scan(fact.tags, fact.text)
    ]
    return tuple(sorted(found, key=lambda scan: (scan.when.latest, scan.when.earliest, scan.seen, scan.ref)))


@concept
def arranged(chart: Chart) -> Because | None:
    """An open order, or a visit to come, for a bone density of spine or hip.

    An order from before the last scan belongs to that; one on hold, or a year old, arranges nothing any more.
    """
    made, months = scans(chart), chart.dials(BoneScan).order_open
    for order in chart.service_requests.seen():
        over = bool(made) and order.when.on_or_before(made[-1].when.earliest) is YES
        waiting = order.status != _HELD and order.when.plus_months(months).on_or_after(chart.today).possibly
        if _is_scan(order.tags, order.text) and waiting and not over:
            return Because("A bone density is ordered", order.when, order.ref)
    for visit in chart.appointments.seen():
        to_come = visit.start is None or visit.start.on_or_after(chart.today).possibly
        if _is_scan(visit.tags, visit.text) and visit.status not in _NO_LONGER and to_come:
            return Because("A bone density is booked", visit.start, visit.ref)
    return None


def _is_scan(tags: frozenset[str], text: str) -> bool:
    """A bone density that is not named as one of another place than spine and hip."""
    elsewhere = _ELSEWHERE.search(text) is not None and _CENTRAL_WORDS.search(text) is None
    return not elsewhere and (bool(tags & _KINDS) or _NAMED.search(text) is not None)
