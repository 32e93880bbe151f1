"""Which drugs the patient had, when, and is on today: four resource types read as one history (R-EXP-01 to -04)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from cards.chart import Chart, Dials, Medication, Source, Therapy, concept
from cards.concepts import product
from cards.formulary import ORAL_BISPHOSPHONATES, OSTEOPOROSIS_DRUGS
from cards.rule import Days, Doses, Months
from cards.when import MAYBE, NO, YES, Truth, When, add_days, add_months

MEDICATION_SECTIONS: Final = (
    "medication_statements", "medication_dispenses", "medication_administrations", "procedures",
)  # fmt: skip
"""Sections besides the orders that tell of exposure; many EHRs have not all of them: rules declare them helped_by."""

COVERAGE_MONTHS: Final = {"zoledronic-acid": 12, "denosumab": 6, "ibandronate": 3, "romosozumab": 1}
"""How long one dose counts as treatment (R-EXP-03); ibandronate only where it is given intravenously."""


@dataclass(frozen=True, slots=True)
class Exposure(Dials):
    """Numbers of the exposure history that a site may turn."""

    episode_gap: Days = Days(90, "gap that still joins two episodes")
    supply_grace: Days = Days(90, "time allowed beyond the supply")
    same_tier_window: Days = Days(14, "records of one kind this near are one dose")
    other_tier_window: Days = Days(60, "records of two kinds this near are one dose")
    monthly_other_tier_window: Days = Days(14, "the same for romosozumab")
    order_as_dose: Months = Months(12, "age up to which an order stands in for a dose")
    romosozumab_pause: Days = Days(60, "time without romosozumab that ends its course")
    romosozumab_doses: Doses = Doses(12, "doses of romosozumab that complete a course")


@concept
def _by_ingredient(chart: Chart) -> Mapping[str, tuple[Medication, ...]]:
    """Every drug that the record tells of, with all that tells of it, the earliest first."""
    facts = [fact for fact in chart.medication_requests if fact.status != "draft"]
    facts += [fact for name in MEDICATION_SECTIONS[:-1] for fact in chart.section(name)]
    facts += [procedure.dose for procedure in chart.procedures if procedure.dose]
    found: dict[str, list[Medication]] = {}
    for fact in sorted(facts, key=lambda fact: (fact.started.latest, fact.started.earliest, fact.ref)):
        for ingredient in dict.fromkeys(fact.ingredients):
            found.setdefault(ingredient, []).append(fact)
    return {ingredient: tuple(told) for ingredient, told in found.items()}


def evidence(chart: Chart, ingredient: str) -> tuple[Medication, ...]:
    """Everything in the record that tells of this drug, the earliest first; drafts of the hook are not in it."""
    return _by_ingredient(chart).get(ingredient, ())


def nothing_missed(chart: Chart) -> None:
    """For conclusions from absence: raises NotRead where orders were not read whole or another list was cut short."""
    chart.medication_requests.whole()
    for name in MEDICATION_SECTIONS:
        chart.section(name).seen()


@dataclass(frozen=True, slots=True)
class Interval:
    """One resource as a stretch of use; `assumed` marks an end that only an open order suggests."""

    start: When
    end: When
    medication: Medication
    assumed: bool = False


@concept
def interval(chart: Chart, medication: Medication) -> Interval | None:
    """The stretch of use one resource tells of, or None where it tells of none (cancelled, do not perform).

    An open-ended active order ends with the last fill and its supply and 90 days, else with its own supply and 90
    days, else today ("assumed"). One stopped, held or completed without an end ended some day between its start and
    today. A start that is not known lies no later than a recorded end.
    """
    if medication.do_not_perform or medication.status in {"cancelled", "draft"}:
        return None
    start = medication.started
    assumed = False
    if medication.source in (Source.ADMINISTRATION, Source.PROCEDURE, Source.DISPENSE):
        end = _covered(medication)
    elif medication.ended is not None:
        end = medication.ended
    elif medication.source is Source.REQUEST and medication.status in {"active", "unknown"}:
        end, assumed = _open_end(chart, medication)
    elif medication.source is Source.STATEMENT and medication.status in {"active", "unknown"}:
        end, assumed = When.on(max(chart.today, start.latest)), True
    elif medication.source is Source.STATEMENT and medication.has_start and not medication.is_period:
        end = _covered(medication)
    else:
        end = When(start.earliest, max(chart.today, start.latest))
    if end.latest < start.latest:
        start = When(min(start.earliest, end.latest), end.latest)
    if not medication.sure:
        start = When(start.earliest, max(chart.today, start.latest))
        end = When(date.min, end.latest)
    return Interval(start, end, medication, assumed)


def _supply(medication: Medication) -> int | None:
    return None if medication.supply_days is None else int(medication.supply_days)


def _after(start: When, days: int) -> When:
    return When(add_days(start.earliest, days), add_days(start.latest, days))


def _covered(medication: Medication) -> When:
    """The last day that one dose or one fill covers."""
    months = COVERAGE_MONTHS.get(medication.ingredient)
    if months is not None and not (medication.ingredient == "ibandronate" and is_oral(medication)):
        return medication.started.plus_months(months)
    return _after(medication.started, _supply(medication) or 0)


def _open_end(chart: Chart, order: Medication) -> tuple[When, bool]:
    grace = chart.dials(Exposure).supply_grace
    fills = [
        fact for fact in chart.medication_dispenses if order.ingredient in fact.ingredients and _may_fill(fact, order)
    ]
    sure = [fact for fact in fills if fact.sure]
    if sure:
        end = _after(_covered(max(sure, key=lambda fact: fact.started.latest)), grace)
        latest = max(_after(_covered(fact), grace).latest for fact in fills)
        return When(end.earliest, max(end.latest, latest)), False
    supply = _supply(order)
    if supply is not None and order.has_start:
        return _after(order.recorded or order.started, supply * (1 + (order.refills or 0)) + grace), False
    return When.on(max(chart.today, order.started.latest)), True


def _may_fill(fill: Medication, order: Medication) -> bool:
    """A fill from before the order was written, or of another product, says nothing of how long the order runs."""
    written = min((order.recorded or order.started).earliest, order.started.earliest)
    return fill.started.latest >= written and product.alike(fill, order)


@dataclass(frozen=True, slots=True)
class Episode:
    """A stretch of treatment with one class: start and end as known, and the resources that show it."""

    start: When
    end: When
    evidence: tuple[Medication, ...]
    assumed: bool

    @property
    def newest(self) -> Medication:
        """The resource that began last."""
        return self.evidence[-1]

    @property
    def first(self) -> Medication:
        """The resource that shows the start."""
        return min(self.evidence, key=lambda fact: (fact.started.latest, fact.started.earliest))


def merge(intervals: Iterable[Interval], gap: int) -> tuple[Episode, ...]:
    """Stretches at most `gap` days apart become one episode; where that is only possible, its start is a maybe."""
    episodes: list[Episode] = []
    for piece in sorted(intervals, key=lambda each: (each.start.latest, each.start.earliest, each.medication.ref)):
        last = episodes[-1] if episodes else None
        if last is None or piece.start.latest > add_days(last.end.latest, gap):
            episodes.append(Episode(piece.start, piece.end, (piece.medication,), piece.assumed))
            continue
        joined = piece.start.latest <= add_days(last.end.earliest, gap) or last.end.undated
        start = (
            When(min(last.start.earliest, piece.start.earliest), min(last.start.latest, piece.start.latest))
            if joined
            else When(last.start.earliest, piece.start.latest)
        )
        end = When(max(last.end.earliest, piece.end.earliest), max(last.end.latest, piece.end.latest))
        episodes[-1] = Episode(start, end, (*last.evidence, piece.medication), last.assumed or piece.assumed)
    return tuple(episodes)


@concept
def episodes(chart: Chart, ingredients: tuple[str, ...]) -> tuple[Episode, ...]:
    """The episodes of a class of drugs, the earliest first."""
    found = {fact.ref: fact for key in ingredients for fact in evidence(chart, key)}
    pieces = [piece for fact in found.values() if (piece := interval(chart, fact))]
    return merge(pieces, chart.dials(Exposure).episode_gap)


def is_oral(medication: Medication) -> bool:
    """An oral bisphosphonate for osteoporosis."""
    return product.is_tablet(medication)


@concept
def oral_bisphosphonate_episodes(chart: Chart) -> tuple[Episode, ...]:
    """Episodes of the class of oral bisphosphonates (R-EXP-02), the earliest first."""
    found = {fact.ref: fact for key in ORAL_BISPHOSPHONATES for fact in evidence(chart, key) if is_oral(fact)}
    pieces = [piece for fact in found.values() if (piece := interval(chart, fact))]
    return merge(pieces, chart.dials(Exposure).episode_gap)


@concept
def active(chart: Chart, ingredient: str) -> Truth:
    """Is the patient on this drug today, by an active order or statement, or a dose whose cover still runs?"""
    answer = NO
    for _, truth in in_use(chart, ingredient) if evidence(chart, ingredient) else ():
        answer = answer | truth
    return answer


@concept
def in_use(chart: Chart, ingredient: str) -> tuple[tuple[Medication, Truth], ...]:
    """The resources that show, or may show, the drug in use today, the earliest first, each with how surely."""
    told = {fact.ref: (fact, truth) for fact, truth in _doses_that_cover(chart, ingredient) if truth.possibly}
    for fact in evidence(chart, ingredient):
        truth = _runs(chart, fact)
        if truth.possibly and (fact.ref not in told or truth is YES):
            told[fact.ref] = (fact, truth)
    return tuple(told[fact.ref] for fact in evidence(chart, ingredient) if fact.ref in told)


def _runs(chart: Chart, fact: Medication) -> Truth:
    """Does this resource by itself show its drug in use? A fill of tablets without its supply does not."""
    if fact.source in (Source.REQUEST, Source.STATEMENT):
        if fact.status not in {"active", "unknown"}:
            return NO
    elif fact.source is Source.DISPENSE and fact.supply_days is None and fact.ingredient not in COVERAGE_MONTHS:
        return NO
    piece = interval(chart, fact)
    if piece is None:
        return NO
    runs = piece.start.on_or_before(chart.today) & piece.end.on_or_after(chart.today)
    return runs if fact.sure else runs & MAYBE


def _doses_that_cover(chart: Chart, ingredient: str) -> Iterator[tuple[Medication, Truth]]:
    """The last dose of an injected drug while it covers; romosozumab short of 12 doses until 60 days without one."""
    months = COVERAGE_MONTHS.get(ingredient)
    if months is None or ingredient in ORAL_BISPHOSPHONATES:
        return
    history = doses(chart, ingredient)
    given = [(fact, dose.when) for dose in history.doses[-1:] for fact in dose.evidence]
    given += [(fact, fact.started) for fact in history.unsure if fact.source in _GIVEN]
    dials = chart.dials(Exposure)
    goes_on = ingredient == "romosozumab" and len(history.doses) < dials.romosozumab_doses
    for fact, when in given:
        if goes_on:
            truth = _after(when, dials.romosozumab_pause).after(chart.today)
        else:
            truth = when.plus_months(months).on_or_after(chart.today)
        yield fact, truth if fact.sure else truth & MAYBE


@concept
def therapies(chart: Chart) -> tuple[Therapy, ...]:
    """The osteoporosis drugs the patient is, or may be, on today."""
    return tuple(
        Therapy(ingredient, evidence(chart, ingredient), tuple(fact for fact, _ in shown))
        for ingredient in OSTEOPOROSIS_DRUGS
        if (shown := in_use(chart, ingredient))
    )


@dataclass(frozen=True, slots=True)
class Dose:
    """One dose: its day, and the resources that show it, the best evidence first."""

    when: When
    evidence: tuple[Medication, ...]

    @property
    def source(self) -> Source:
        """The best kind of resource that shows it."""
        return self.evidence[0].source

    @property
    def ref(self) -> str:
        """Where it stands in the record."""
        return self.evidence[0].ref


@dataclass(frozen=True, slots=True)
class DoseHistory:
    """Doses of one drug, the earliest first.

    `ongoing` are doses without a day, stretches of use whose end is not past, and active orders too old to date a
    dose: the last dose is then not known from them. `from_order` is true where no dose was recorded and an order
    stands in for it. `unsure` are doses that are only a maybe.
    """

    doses: tuple[Dose, ...]
    ongoing: tuple[Medication, ...]
    from_order: bool
    unsure: tuple[Medication, ...]

    @property
    def last(self) -> Dose | None:
        """The newest dose."""
        return self.doses[-1] if self.doses else None


_GIVEN: Final = (Source.ADMINISTRATION, Source.PROCEDURE, Source.DISPENSE)
_TIER: Final = {
    Source.ADMINISTRATION: 1,
    Source.PROCEDURE: 1,
    Source.DISPENSE: 2,
    Source.STATEMENT: 3,
    Source.REQUEST: 4,
}


@concept
def doses(chart: Chart, ingredient: str, products: tuple[product.Product, ...] = ()) -> DoseHistory:
    """The dose list of an injected or infused drug (R-EXP-04), of the given products where any are named.

    A plan is no dose: orders count only where nothing better exists, completed ones by their planned day, active ones
    by a planned day that has come, else by the day they were written, when at most a year old. A stretch of use that
    ended tells of a last dose within 6 months before, where none is recorded there.
    """
    facts = [fact for fact in evidence(chart, ingredient) if not products or product.of(chart, fact) in products]
    given: list[tuple[When, Medication]] = []
    told: list[tuple[When, Medication]] = []
    ongoing: list[Medication] = []
    unsure = tuple(fact for fact in facts if not fact.sure)
    for fact in facts:
        if not fact.sure or fact.do_not_perform or fact.source is Source.REQUEST:
            continue
        if fact.has_start:
            given.append((fact.started, fact))
        if fact.ended is not None and fact.ended.latest <= chart.today:
            last = When(add_months(fact.ended.earliest, -6), fact.ended.latest)
            told.append((When(max(last.earliest, fact.started.earliest), last.latest), fact))
        elif fact.is_period or not fact.has_start:
            ongoing.append(fact)
    for last, fact in told:
        if not any(when.within(last.earliest, last.latest).surely for when, other in given if other is not fact):
            given.append((last, fact))
    given = [(when, fact) for when, fact in given if when.on_or_before(chart.today).possibly]
    if given or ongoing:
        return DoseHistory(_clustered(chart, ingredient, given), tuple(ongoing), False, unsure)
    oldest = add_months(chart.today, -chart.dials(Exposure).order_as_dose)
    for fact in facts:
        if not fact.sure or fact.do_not_perform or fact.source is not Source.REQUEST:
            continue
        if fact.status == "completed":
            days = fact.events or ((fact.recorded,) if fact.recorded else (fact.started,))
            given += [(when, fact) for when in days if when.on_or_before(chart.today).possibly]
        elif fact.status == "active":
            days = fact.events or (fact.recorded or fact.started,)
            come = [when for when in days if when.on_or_before(chart.today).possibly]
            recent = [when for when in come if when.within(oldest, chart.today) is YES]
            given += [(when, fact) for when in recent]
            if come and not recent:
                ongoing.append(fact)
    return DoseHistory(_clustered(chart, ingredient, given), tuple(ongoing), bool(given), unsure)


def _clustered(chart: Chart, ingredient: str, given: list[tuple[When, Medication]]) -> tuple[Dose, ...]:
    dials = chart.dials(Exposure)
    wide = dials.monthly_other_tier_window if ingredient == "romosozumab" else dials.other_tier_window
    clusters: list[list[tuple[When, Medication]]] = []
    for when, fact in sorted(given, key=lambda each: (each[0].latest, _TIER[each[1].source], each[1].ref)):
        if clusters and _joins(clusters[-1], when, fact, dials.same_tier_window, wide):
            clusters[-1].append((when, fact))
        else:
            clusters.append([(when, fact)])
    found = []
    for cluster in clusters:
        best = sorted(cluster, key=lambda each: (_TIER[each[1].source], each[0].latest))
        found.append(Dose(best[0][0], tuple(fact for _, fact in best)))
    return tuple(found)


def _joins(cluster: list[tuple[When, Medication]], when: When, fact: Medication, same: int, wide: int) -> bool:
    anchor, tier = cluster[0], _TIER[fact.source]
    if not (_narrow(anchor[0]) and _narrow(when)):
        return False
    alike = next((day for day, member in cluster if _TIER[member.source] == tier), None)
    if alike is not None and when.latest > add_days(alike.latest, same):
        return False
    window = same if _TIER[anchor[1].source] == tier else wide
    return when.latest <= add_days(anchor[0].latest, window)


def _narrow(when: When) -> bool:
    """Known to within a month: a dose of some day of a year may be another than the one beside its last day."""
    return add_months(when.earliest, 1) >= when.latest


def covered_days(pieces: Iterable[tuple[date, Decimal]], first: date, last: date) -> int:
    """Days between `first` and `last` (last not included) that the union of (start, days' supply) covers."""
    covered: set[int] = set()
    for start, supply in pieces:
        begin = max(start, first).toordinal()
        end = min(add_days(start, int(supply)), last).toordinal()
        covered.update(range(begin, end))
    return len(covered)
