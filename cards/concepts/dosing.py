"""How often a product is given by its label, and how an order that differs is told (R-DOSE-01)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cards import phrases
from cards.chart import Medication
from cards.concepts import product
from cards.concepts.product import Product
from cards.formulary import name
from cards.verdict import CRITICAL, WARNING, Indicator


@dataclass(frozen=True, slots=True)
class Schedule:
    """The label's interval of one product, in days between two doses.

    An interval under `shortest` is too often; one over `longest`, where there is one, too seldom; at or under
    `dangerous` the error is critical. `timing` is how the order is to be changed: times, period, FHIR unit.
    `classified` tells which of two products it is, and why.
    """

    product: str
    words: str
    shortest: Decimal
    dangerous: Decimal
    timing: tuple[int, Decimal, str]
    longest: Decimal | None = None
    classified: str = ""


_ONE: Final = Decimal(1)
_NEVER: Final = Decimal(-1)
_A_MONTH_AT_MOST: Final = Decimal(31)
_WEEKLY_MG: Final[Mapping[str, frozenset[Decimal]]] = {
    "alendronate": frozenset((Decimal(35), Decimal(70))),
    "risedronate": frozenset((Decimal(35),)),
}
_MONTHLY_MG: Final[Mapping[str, frozenset[Decimal]]] = {
    "risedronate": frozenset((Decimal(150),)),
    "ibandronate": frozenset((Decimal(150),)),
}
_INJECTED: Final[Mapping[str, Schedule]] = {
    "denosumab": Schedule(
        "denosumab 60 mg", "every 6 months", Decimal(150), _A_MONTH_AT_MOST, (1, Decimal(6), "mo"),
        classified="The osteoporosis product (60 mg), not the oncology one (120 mg), by its code, dose or brand",
    ),
    "zoledronic-acid": Schedule(
        "zoledronic acid 5 mg", "once a year", Decimal(270), _A_MONTH_AT_MOST, (1, _ONE, "a"),
        classified="The osteoporosis product (5 mg), not the oncology one (4 mg), by its code, dose or brand",
    ),
    "romosozumab": Schedule(
        "romosozumab", "once a month", Decimal(28), _NEVER, (1, _ONE, "mo"), longest=_A_MONTH_AT_MOST
    ),
    "teriparatide": Schedule("teriparatide", "once a day", _ONE, _NEVER, (1, _ONE, "d"), longest=_ONE),
}  # fmt: skip
"""Months are read as 30 days where an order is too often, so that 150 days still count as 5 months, 270 as 9."""


def label_of(order: Medication) -> Schedule | str:
    """The label's interval of the product ordered, or why none is judged: product or strength not known."""
    drug = order.ingredient
    if drug in _INJECTED:
        told = product.told_by(order)
        if told is Product.ONCOLOGY:
            return f"this {name(drug)} is the oncology product, whose interval is not judged"
        if told is Product.INDETERMINATE:
            return f"the strength of this {name(drug)} {product.unknown_because((order,))}"
        return _INJECTED[drug]
    weekly, monthly = order.dose_mg in _WEEKLY_MG.get(drug, ()), order.dose_mg in _MONTHLY_MG.get(drug, ())
    coded_weekly, coded_monthly = (f"oral-bisphosphonate-{often}" in order.tags for often in ("weekly", "monthly"))
    if order.dose_mg is not None and ((coded_weekly and not weekly) or (coded_monthly and not monthly)):
        return f"the dose ordered and the tablet coded disagree: the strength of this {name(drug)} is not certain"
    if coded_weekly or weekly:
        return Schedule(_strength(order), "once a week", Decimal(7), _ONE, (1, _ONE, "wk"))
    if coded_monthly or monthly:
        return Schedule(_strength(order), "once a month", Decimal(28), Decimal(7), (1, _ONE, "mo"))
    return f"{name(drug)} of this strength is not a product whose interval is judged"


def judged(label: Schedule, interval: Decimal) -> Indicator | None:
    """How wrong the ordered interval, in days, is; None where the label allows it."""
    if interval <= label.dangerous:
        return CRITICAL
    too_often = interval < label.shortest
    too_seldom = label.longest is not None and interval > label.longest
    return WARNING if too_often or too_seldom else None


def told(interval: Decimal) -> str:
    """The interval in words: "once a day", "2 times a day", "every 3 days", "once a month", "every 6 months"."""
    if interval < 1:
        return f"{phrases.number((1 / interval).quantize(_ONE))} times a day"
    for days, unit in ((Decimal("365.25"), "year"), (Decimal("30.4375"), "month"), (Decimal(7), "week"), (_ONE, "day")):
        count = interval / days
        if count == count.to_integral_value():
            return f"once a {unit}" if count == 1 else f"every {phrases.number(count)} {unit}s"
    return f"every {phrases.number(phrases.one_decimal(interval))} days"


def _strength(order: Medication) -> str:
    return f"{name(order.ingredient)} {phrases.number(order.dose_mg)} mg" if order.dose_mg else name(order.ingredient)
