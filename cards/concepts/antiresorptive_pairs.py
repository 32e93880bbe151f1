"""Two antiresorptives at once, and zoledronic acid again too soon (R-DUP-01, R-DUP-03, R-DUP-04)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Final

from cards import phrases
from cards.chart import Appointment, Chart, Draft, Medication, Source, concept
from cards.concepts import anabolic_course, denosumab_follow_on, denosumab_schedule, exposure, product
from cards.concepts.denosumab_follow_on import Kind
from cards.concepts.eligibility import AFTER_DENOSUMAB, BETWEEN_INFUSIONS
from cards.concepts.product import Product
from cards.formulary import BISPHOSPHONATES, SERMS, name
from cards.verdict import Because
from cards.when import When

DENOSUMAB: Final = "denosumab"
ROMOSOZUMAB: Final = "romosozumab"
ZOLEDRONIC: Final = "zoledronic-acid"
AGENTS: Final = (*BISPHOSPHONATES, DENOSUMAB, ROMOSOZUMAB, *SERMS)
_SEQUEL: Final = frozenset((Kind.DONE, Kind.ONGOING, Kind.PENDING))
_VISITS: Final = frozenset(("booked", "pending", "proposed"))


@dataclass(frozen=True, slots=True)
class Agent:
    """A drug in use, or drafted here; `orders` of the record may be stopped, `since` is when it began, if known."""

    ingredient: str
    draft: Draft | None
    orders: tuple[Medication, ...]
    since: When | None

    @property
    def because(self) -> Because:
        """The drug as a fact of the card."""
        if self.draft is not None:
            return Because(f"{phrases.capital(name(self.ingredient))} is ordered here", ref=self.draft.ref)
        ref = self.orders[-1].ref if self.orders else None
        return Because(f"{phrases.capital(name(self.ingredient))} is in use", self.since, ref)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two antiresorptives that add nothing to each other; `stop` is the one to end, None where neither is named."""

    one: Agent
    other: Agent
    stop: Agent | None
    weak: bool

    @property
    def drugs(self) -> frozenset[str]:
        """Both."""
        return frozenset((self.one.ingredient, self.other.ingredient))

    @property
    def kinds(self) -> str:
        """What the two are, for the summary."""
        anabolic = ROMOSOZUMAB in (self.one.ingredient, self.other.ingredient)
        return "an anabolic agent and an antiresorptive" if anabolic else "two antiresorptives"

    @property
    def cautions(self) -> tuple[str, ...]:
        """What holds where denosumab is one of the two."""
        if DENOSUMAB not in (self.one.ingredient, self.other.ingredient):
            return ()
        both = {self.one.ingredient, self.other.ingredient}
        switch = ("In a switch, the bisphosphonate ends when denosumab starts.",) if both & set(BISPHOSPHONATES) else ()
        return (*switch, "Denosumab is never the drug to stop here: stopping it needs a follow-on.")


@dataclass(frozen=True, slots=True)
class Again:
    """Zoledronic acid planned before 11 months have gone by since the last infusion; `earliest` is surely after."""

    planned: When
    last: When
    earliest: date
    ref: str
    because: tuple[Because, ...]


@concept
def pairs(chart: Chart) -> tuple[Pair, ...]:
    """Pairs that surely are used together, those with denosumab first, SERMs last."""
    found = [pair for one, other in combinations(_agents(chart), 2) if (pair := _pair(chart, one, other))]
    return tuple(
        sorted(found, key=lambda each: (each.weak, DENOSUMAB not in (each.one.ingredient, each.other.ingredient)))
    )


@concept
def too_soon(chart: Chart) -> Again | None:
    """Zoledronic acid 5 mg drafted, or a visit for it, surely less than 11 months after the last infusion."""
    infusions = denosumab_follow_on.infusions(chart)
    if not infusions or denosumab_schedule.within_months(chart, AFTER_DENOSUMAB).possibly:
        return None
    last = infusions[-1]
    allowed = last.when.plus_months(BETWEEN_INFUSIONS)
    for ref, planned in _plans(chart):
        if planned.before(allowed.earliest).surely:
            facts = (
                Because("Zoledronic acid is planned", planned, ref),
                Because("Last infusion of zoledronic acid", last.when, last.ref),
            )
            return Again(planned, last.when, allowed.latest, ref, facts)
    return None


def _plans(chart: Chart) -> Iterator[tuple[str, When]]:
    for draft in chart.drafts:
        infused = draft.ingredient == ZOLEDRONIC and draft.order.sure and not draft.stops
        if infused and product.of(chart, draft.order) is Product.OSTEOPOROSIS:
            yield draft.ref, denosumab_schedule.planned(chart, draft.order)
    for visit in chart.appointments:
        if visit.in_context and _is_for(chart, visit, ZOLEDRONIC) and visit.start is not None:
            yield visit.ref, visit.start


def _is_for(chart: Chart, visit: Appointment, ingredient: str) -> bool:
    return visit.status in _VISITS and denosumab_schedule.is_for(chart, visit, ingredient)


@concept
def ended(chart: Chart) -> frozenset[str]:
    """Drugs that orders of this call end. Stopping one of several orders of the record ends none: the others stand."""
    stops: dict[str, list[Draft]] = {}
    for draft in chart.drafts:
        if draft.stops:
            stops.setdefault(draft.ingredient, []).append(draft)
    return frozenset(drug for drug, drafts in stops.items() if not _stands(chart, drug, drafts))


def _stands(chart: Chart, ingredient: str, stops: list[Draft]) -> bool:
    """Another order than those stopped here shows the drug surely in use."""
    refs = {draft.ref for draft in stops}
    return all(draft.on_record for draft in stops) and any(
        fact.source is Source.REQUEST and fact.ref not in refs and truth.surely
        for fact, truth in exposure.in_use(chart, ingredient)
    )


def _orders(chart: Chart, ingredient: str) -> tuple[Medication, ...]:
    """Active orders of the record that no draft ends or sends again."""
    here = {draft.ref for draft in chart.drafts}
    return tuple(
        fact
        for fact in exposure.evidence(chart, ingredient)
        if fact.source is Source.REQUEST and fact.status == "active" and fact.ref not in here
    )


@concept
def _agents(chart: Chart) -> tuple[Agent, ...]:
    drafted: dict[str, Draft] = {}
    for draft in chart.drafts:
        given = draft.order.sure and not draft.stops and draft.ingredient in AGENTS
        if given and product.of(chart, draft.order) is not Product.ONCOLOGY:
            drafted.setdefault(draft.ingredient, draft)
    found = []
    for key in sorted(drafted, key=AGENTS.index):
        standing = _orders(chart, key)
        found.append(Agent(key, drafted[key], standing, standing[0].started if standing else None))
    for key in AGENTS:
        if key not in drafted and key not in ended(chart) and _in_use(chart, key):
            evidence = exposure.evidence(chart, key)
            found.append(Agent(key, None, _orders(chart, key) or evidence[-1:], evidence[0].started))
    return tuple(found)


def _in_use(chart: Chart, ingredient: str) -> bool:
    """Surely in use today. An infusion of zoledronic acid already given is not: only one still ordered is."""
    if ingredient == ZOLEDRONIC:
        last = exposure.doses(chart, ZOLEDRONIC).last
        return any(
            fact.source is Source.REQUEST
            and fact.status == "active"
            and fact.sure
            and not fact.do_not_perform
            and product.of(chart, fact) is Product.OSTEOPOROSIS
            and (
                last is None
                or last.source is Source.REQUEST
                or (fact.recorded or fact.started).earliest > last.when.latest
            )
            for fact in exposure.evidence(chart, ZOLEDRONIC)
        )
    if ingredient == ROMOSOZUMAB:
        return anabolic_course.romosozumab_goes_on(chart) and exposure.active(chart, ROMOSOZUMAB).surely
    if ingredient == DENOSUMAB:
        last_dose = denosumab_schedule.last_seen(chart)
        return last_dose is not None and not last_dose.indeterminate and exposure.active(chart, DENOSUMAB).surely
    return exposure.active(chart, ingredient).surely


def _pair(chart: Chart, one: Agent, other: Agent) -> Pair | None:
    by_kind = {_kind(each.ingredient): each for each in (one, other)}
    if set(by_kind) == {"bisphosphonate"}:
        older = min(
            (one, other), key=lambda each: (each.draft is not None, each.since.latest if each.since else date.max)
        )
        return Pair(one, other, older, weak=False)
    bisphosphonate, denosumab = by_kind.get("bisphosphonate"), by_kind.get(DENOSUMAB)
    if denosumab is not None and bisphosphonate is not None:
        return (
            None
            if _is_sequel(chart, bisphosphonate, denosumab)
            else Pair(bisphosphonate, denosumab, bisphosphonate, weak=False)
        )
    romosozumab = by_kind.get(ROMOSOZUMAB)
    if romosozumab is not None:
        rest = other if romosozumab is one else one
        if rest.draft is not None and _begins_after_romosozumab(chart, rest.draft):
            return None
        drafted = romosozumab if romosozumab.draft is not None and rest is denosumab else None
        return Pair(romosozumab, rest, bisphosphonate or drafted, weak=False)
    if denosumab is not None:
        return Pair(one, other, None, weak=True)
    return None


def _begins_after_romosozumab(chart: Chart, draft: Draft) -> bool:
    last = exposure.doses(chart, ROMOSOZUMAB).last
    if last is None:
        return False
    covered = last.when.plus_months(exposure.COVERAGE_MONTHS[ROMOSOZUMAB])
    return denosumab_schedule.planned(chart, draft.order).on_or_after(covered.latest).surely


def _kind(ingredient: str) -> str:
    return "bisphosphonate" if ingredient in BISPHOSPHONATES else "SERM" if ingredient in SERMS else ingredient


def _is_sequel(chart: Chart, bisphosphonate: Agent, denosumab: Agent) -> bool:
    """A bisphosphonate drafted on denosumab, or with evidence after its last dose, is the way out of denosumab."""
    if bisphosphonate.draft is not None:
        return denosumab.draft is None or denosumab_schedule.remembered(chart).possibly
    followed = denosumab_follow_on.follow_on(chart)
    return followed is not None and (followed.kind in _SEQUEL or bool(followed.maybe))
