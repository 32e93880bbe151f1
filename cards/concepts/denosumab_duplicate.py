"""Denosumab twice: with the oncology product, with another brand, or too soon after the last dose (R-DUP-02, -04)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from cards import phrases
from cards.chart import Appointment, Chart, Draft, Medication, Source
from cards.concepts import denosumab_schedule as schedule
from cards.concepts import exposure, product, scope
from cards.concepts.denosumab_follow_on import DenosumabFollowOn
from cards.concepts.product import Product
from cards.verdict import CRITICAL, WARNING, Because, Indicator, Lacking, Silent
from cards.when import When, add_months

_COVER_MONTHS: Final = {
    Product.OSTEOPOROSIS: exposure.COVERAGE_MONTHS[schedule.INGREDIENT],
    Product.ONCOLOGY: scope.ONCOLOGY_COVER_MONTHS[schedule.INGREDIENT],
    Product.INDETERMINATE: exposure.COVERAGE_MONTHS[schedule.INGREDIENT],
}
"""How long a dose of each product counts as denosumab in use."""

TWO_PRODUCTS_ON: Final = ("patient-view", "order-select", "order-sign")
"""Hooks on which two products are looked for; the others know only a dose too soon (2.13)."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Two kinds of denosumab that meet, or a dose planned too soon; `of` is the draft or visit that makes it so.

    `orders`: both are orders.
    """

    indicator: Indicator
    summary: str
    facts: tuple[Because, ...]
    of: Draft | Appointment | None = None
    too_soon: bool = False
    orders: bool = True


@dataclass(frozen=True, slots=True)
class _Use:
    """Denosumab ordered or given, and of which product; `draft` where the order is made here."""

    medication: Medication
    product: Product
    draft: Draft | None = None
    is_dose: bool = False

    @property
    def is_order(self) -> bool:
        return self.medication.source is Source.REQUEST

    @property
    def because(self) -> Because:
        fact = self.medication
        kind = "drafted" if self.draft else "ordered" if self.is_order else "recorded"
        named = f" ({phrases.capital(fact.brand)})" if fact.brand else ""
        known = self.product is not Product.INDETERMINATE
        told = self.product.value if known else f"strength {product.unknown_because((fact,))}".replace(" is ", " ")
        doubt = f"; {fact.doubt}" if fact.doubt else ""
        day = None if self.draft else fact.recorded or fact.started
        return Because(f"Denosumab{named} {kind}: {told}{doubt}", day, fact.ref)


def clash(chart: Chart) -> Clash | Silent | Lacking:
    """The loudest clash: oncology product, then unknown strength, then brands, then a dose too soon."""
    if chart.hook in TWO_PRODUCTS_ON:
        drafted = [*_drafted(chart)]
        uses = [*drafted, *_in_chart(chart)]
        if chart.hook == "patient-view":
            uses = drafted = _unlike(uses)
        met = [found for one in drafted for other in uses if (found := _two_products(chart, one, other))]
        met += [found for one in drafted for other in uses if (found := _two_brands(chart, one, other))]
        loudest = max(met, key=lambda found: found.indicator, default=None)
        if loudest is not None and (loudest.orders or loudest.indicator is CRITICAL):
            return loudest
        soon = _too_soon(chart)
        return loudest if loudest is not None and not isinstance(soon, Clash) else soon
    return _too_soon(chart)


def _unlike(uses: Iterable[_Use]) -> list[_Use]:
    """The first of those alike in all that two uses without a draft can clash in: years of orders are one."""
    found: dict[object, _Use] = {}
    for use in uses:
        found.setdefault((use.product, use.medication.brand, use.is_order), use)
    return list(found.values())


def _drafted(chart: Chart) -> Iterator[_Use]:
    for draft in chart.drafts:
        if draft.ingredient == schedule.INGREDIENT and not draft.stops:
            yield _Use(draft.order, product.of(chart, draft.order), draft)


def _in_chart(chart: Chart) -> Iterator[_Use]:
    """Orders that may be in force and are not stopped here, statements in force, and doses that still act."""
    ending = [
        (product.of(chart, draft.order), draft.order.brand)
        for draft in chart.drafts
        if draft.ingredient == schedule.INGREDIENT and draft.stops and draft.order.sure
    ]
    for fact in exposure.evidence(chart, schedule.INGREDIENT):
        kind = product.of(chart, fact)
        if fact.source is Source.REQUEST:
            if _in_force(chart, fact) and not any(
                kind is what and brand in {None, fact.brand} for what, brand in ending
            ):
                yield _Use(fact, kind)
        elif fact.source is Source.STATEMENT and _in_force(chart, fact):
            yield _Use(fact, kind)
        elif fact.has_start and not fact.is_period and _acts(chart, fact, kind):
            yield _Use(fact, kind, is_dose=True)


def _in_force(chart: Chart, fact: Medication) -> bool:
    piece = exposure.interval(chart, fact)
    current = fact.status in {"active", "unknown"} and piece is not None
    return current and piece is not None and piece.end.on_or_after(chart.today).possibly


def _acts(chart: Chart, dose: Medication, kind: Product) -> bool:
    return dose.started.within(add_months(chart.today, -_COVER_MONTHS[kind]), chart.today).possibly


def _settled(chart: Chart, one: _Use, other: _Use) -> bool:
    """Use of unknown strength that is no second product: the record tells the strength, or 120 mg would be too old."""
    unknown, known = (one, other) if one.product is Product.INDETERMINATE else (other, one)
    if unknown.is_order:
        return False
    told = {product.of(chart, fact) for fact in exposure.evidence(chart, schedule.INGREDIENT)}
    if told == {known.product, Product.INDETERMINATE}:
        return True
    missed = unknown.is_dose and not _acts(chart, unknown.medication, Product.ONCOLOGY)
    return missed and known.product is Product.OSTEOPOROSIS


def _judged(chart: Chart, one: _Use, other: _Use) -> bool:
    """One of two different uses is an order judged here; in the chart view, any two."""
    if one is other or one.medication.ref == other.medication.ref:
        return False
    return chart.hook == "patient-view" or (one.draft is not None and one.draft.selected)


def _two_products(chart: Chart, one: _Use, other: _Use) -> Clash | None:
    if not _judged(chart, one, other) or one.product is other.product:
        return None
    facts = (one.because, other.because)
    if Product.INDETERMINATE in (one.product, other.product):
        orders = one.is_order and other.is_order
        if not orders and (one.draft is None or _settled(chart, one, other)):
            return None
        unknown = schedule.strength_caveat(
            each.medication for each in (one, other) if each.product is Product.INDETERMINATE
        )
        words = "Another denosumab order is active" if orders else "Denosumab is already on record as given or in use"
        words = f"{words}; {unknown[0].lower()}{unknown[1:]}"
        return Clash(WARNING, words, facts, one.draft, orders=orders)
    words = "Patient already receives oncology-dose denosumab (120 mg). Do not add the 60 mg product."
    if one.draft is not None and one.product is Product.ONCOLOGY:
        words = "Oncology-dose denosumab (120 mg) drafted beside the 60 mg product: do not give both."
    return Clash(CRITICAL, words, facts, one.draft)


def _two_brands(chart: Chart, one: _Use, other: _Use) -> Clash | None:
    if not _judged(chart, one, other) or not one.product is other.product is Product.OSTEOPOROSIS:
        return None
    brands = one.medication.brand, other.medication.brand
    if None in brands or brands[0] == brands[1]:
        return None
    named = ", ".join(sorted(phrases.capital(brand) for brand in brands if brand))
    return Clash(
        WARNING, f"Two denosumab products active ({named}): keep one.", (one.because, other.because), one.draft
    )


def _too_soon(chart: Chart) -> Clash | Silent | Lacking:
    agent = scope.oncology_agent(chart)
    if agent is not None:
        return Silent("no second denosumab product; beside an oncology drug the osteoporosis schedule rests")
    last, due = schedule.last_seen(chart), schedule.due_when(chart)
    plans = tuple(_plans(chart))
    if not plans:
        return Silent("no two denosumab products meet, and no dose is planned here")
    if last is None or due is None:
        return Silent("no two denosumab products meet, and no earlier dose is on record", (plans[0][2],))
    limit = last.when.plus_months(chart.dials(DenosumabFollowOn).earliest)
    for planned, what, fact in plans:
        if planned.before(limit.earliest).surely:
            words = (
                f"Denosumab planned {phrases.when(planned)}: last dose {phrases.when(last.when)}, "
                f"next due {phrases.when(due)}."
            )
            return Clash(WARNING, words, (fact, last.because), what, too_soon=True)
    if any(planned.before(limit.latest).possibly for planned, _, _ in plans):
        return schedule.lacking_last_dose(last)
    return Silent("the dose is not planned too soon", (plans[0][2], last.because))


def _plans(chart: Chart) -> Iterator[tuple[When, Draft | Appointment, Because]]:
    """Doses of osteoporosis denosumab that are planned here."""
    for use in _drafted(chart):
        meant = use.product in schedule.PRODUCTS and use.medication.sure
        if meant and use.draft is not None and use.draft.selected:
            planned = schedule.planned(chart, use.medication)
            yield planned, use.draft, Because("Denosumab planned", planned, use.medication.ref)
    for visit in chart.appointments:
        here = visit.in_context and visit.status != "cancelled" and schedule.is_for(chart, visit, schedule.INGREDIENT)
        if here and visit.start is not None:
            yield visit.start, visit, Because("Denosumab visit planned", visit.start, visit.ref)
