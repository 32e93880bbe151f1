"""How much of an anabolic agent's limited course is used: months of PTH analogues, doses of romosozumab (R-LIM)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from cards import phrases
from cards.chart import Chart, Dials, Draft
from cards.concepts import anabolic_course, exposure, next_agent
from cards.concepts.anabolic_course import ANTIRESORPTIVES, ROMOSOZUMAB, RomosozumabGiven
from cards.concepts.eligibility import LIFETIME_DAYS, LIFETIME_MONTHS
from cards.concepts.next_agent import Situation
from cards.evidence import Evidence
from cards.evidence.fda_labels import EVENITY, FORTEO, TYMLOS
from cards.formulary import PTH_ANALOGUES, name
from cards.rule import ORDER_HOOKS, Days, Doses
from cards.verdict import Because, Lacking, Silent, Suggestion
from cards.when import MAYBE, NO, YES, Truth, When, add_days, add_months

LABEL: Final[dict[str, Evidence]] = {"teriparatide": FORTEO, "abaloparatide": TYMLOS, ROMOSOZUMAB: EVENITY}
WEIGHS: Final = tuple(name for name in next_agent.SECTIONS_BEFORE_DISCHARGE if name != "appointments")
"""What choosing the antiresorptive looks at."""

REFILL: Final = "medication-refill"
READY: Final = "An antiresorptive is in use or ordered already: check that it holds the bone from then on."


@dataclass(frozen=True, slots=True)
class AnabolicLimit(Dials):
    """When the end of a course is told, and when it is reached; PTH analogues in days, romosozumab in doses."""

    ending: Days = Days(548, "PTH analogue used, from which the end of the course is told")
    lifetime: Days = Days(730, "PTH analogue used, at which the lifetime limit is reached")
    last_doses: Doses = Doses(10, "doses of romosozumab from which the end of the course is told")


@dataclass(frozen=True, slots=True)
class Used:
    """A PTH analogue in use or ordered here, and the days of both analogues that were surely used, through today.

    `used` are the analogues on record.
    """

    drug: str
    days: int
    facts: tuple[Because, ...]
    checks: tuple[str, ...] = ()
    used: tuple[str, ...] = ()

    @property
    def drugs(self) -> str:
        """The analogues used, in words."""
        return phrases.listed([name(each) for each in self.used])

    @property
    def concerned(self) -> tuple[str, ...]:
        """Those used, and the one ordered here."""
        return tuple(dict.fromkeys((*self.used, self.drug)))

    @property
    def months(self) -> int:
        """Whole months of the 24 in a lifetime."""
        return self.days * LIFETIME_MONTHS // LIFETIME_DAYS


@dataclass(frozen=True, slots=True)
class Ending:
    """A course whose last months have begun: about when it ends."""

    drug: str
    end: date
    facts: tuple[Because, ...]
    checks: tuple[str, ...] = ()


def pth_used(chart: Chart, threshold: Days) -> Used | Silent | Lacking:
    """The days used, where a PTH analogue is in use or ordered here and they surely come to the threshold."""
    drug, truth = _pth_in_use(chart)
    if truth is NO:
        return Silent("no teriparatide or abaloparatide is in use or ordered")
    facts = tuple(_told(chart))
    least, most = anabolic_course.sure_pth_days(chart), anabolic_course.pth_days(chart)
    if most < threshold:
        days = phrases.plural(most, "day")
        return Silent(f"{days} of teriparatide and abaloparatide, fewer than {threshold}", facts)
    if least < threshold:
        record = "when teriparatide or abaloparatide was started and stopped"
        return Lacking(record, "How long a PTH analogue was used cannot be told", facts)
    if truth is MAYBE:
        return Lacking(f"whether {name(drug)} is still in use", "Whether a PTH analogue is in use is not sure", facts)
    days_told = Because(f"{phrases.plural(least, 'day')} of PTH analogue in all, counted to {phrases.day(chart.today)}")
    used = tuple(each for each in PTH_ANALOGUES if exposure.episodes(chart, (each,)))
    return Used(drug, least, (*facts, days_told), _assumed(chart), used)


def _pth_in_use(chart: Chart) -> tuple[str, Truth]:
    """The analogue ordered here; where the hook looks at the chart the one in use, and how surely."""
    drafted = _drafted(chart, PTH_ANALOGUES)
    if drafted:
        return drafted.ingredient, YES
    if not _as_charted(chart, PTH_ANALOGUES):
        return "", NO
    truths = [(exposure.active(chart, drug), drug) for drug in PTH_ANALOGUES]
    best = max(truths, key=lambda each: each[0].value)
    return best[1], best[0]


def _drafted(chart: Chart, drugs: tuple[str, ...]) -> Draft | None:
    return next((draft for draft in chart.drafts if draft.ingredient in drugs and not draft.stops), None)


def _as_charted(chart: Chart, drugs: tuple[str, ...]) -> bool:
    """The hook looks at the chart: on an order only what is ordered counts, on a refill also what is in use."""
    if chart.hook in ORDER_HOOKS and chart.hook != REFILL:
        return False
    return not any(draft.ingredient in drugs and draft.stops for draft in chart.drafts)


def _told(chart: Chart) -> Iterator[Because]:
    for drug in PTH_ANALOGUES:
        for episode in exposure.episodes(chart, (drug,)):
            yield Because(f"{phrases.capital(name(drug))} started", episode.start, episode.first.ref)
            if episode.end.before(chart.today).possibly:
                yield Because(f"{phrases.capital(name(drug))} ended", episode.end, episode.newest.ref)


def _assumed(chart: Chart) -> tuple[str, ...]:
    """What was supposed of a course whose order has no end and no fills."""
    return tuple(
        f"{phrases.capital(name(drug))}: neither its end nor fills are recorded; it is taken as used to today. Confirm."
        for drug in PTH_ANALOGUES
        if any(episode.assumed for episode in exposure.episodes(chart, (drug,)))
    )


def ending(chart: Chart) -> Ending | Silent | Lacking:
    """The course that nears its end: of a PTH analogue, else of romosozumab."""
    first, other = _pth_ending(chart), _romosozumab_ending(chart)
    if isinstance(first, Ending):
        return first
    if isinstance(first, Silent) and isinstance(other, Silent):
        seen = [each for each in (first, other) if each.facts] or [other]
        return Silent("; ".join(each.why for each in seen), tuple(fact for each in seen for fact in each.facts))
    return other if isinstance(other, Ending) or isinstance(first, Silent) else first


def _pth_ending(chart: Chart) -> Ending | Silent | Lacking:
    dials = chart.dials(AnabolicLimit)
    used = pth_used(chart, dials.ending)
    if not isinstance(used, Used):
        return used
    if used.days >= dials.lifetime:
        return Silent(f"{phrases.plural(used.days, 'day')} of PTH analogue: the limit is reached", used.facts)
    limit = add_days(chart.today, dials.lifetime - used.days)
    stops = _planned_end(chart, used.drug)
    return Ending(used.drug, min(limit, stops) if stops else limit, used.facts, used.checks)


def _planned_end(chart: Chart, drug: str) -> date | None:
    """The day on which the orders in force, or the one drafted here, end by themselves; None where one is open."""
    drafted = _drafted(chart, (drug,))
    orders = [drafted.order] if drafted else [fact for fact, _ in exposure.in_use(chart, drug)]
    ends = [order.ended.latest for order in orders if order.ended]
    return max(ends) if ends and len(ends) == len(orders) else None


def _romosozumab_ending(chart: Chart) -> Ending | Silent | Lacking:
    given, dials = anabolic_course.romosozumab_given(chart), chart.dials(AnabolicLimit)
    if given.most < dials.last_doses:
        told = phrases.plural(given.most, "dose")
        return Silent(f"{told} of romosozumab, fewer than {dials.last_doses}", given.facts)
    truth = _goes_on(chart, given)
    if truth is NO:
        return Silent("the course of romosozumab is over, or another order is in question", given.facts)
    if given.last is None or given.least < dials.last_doses or truth is MAYBE:
        why = "Whether the course of romosozumab nears its end cannot be told"
        return Lacking("the days on which romosozumab was given", why, given.facts)
    left = max(chart.dials(exposure.Exposure).romosozumab_doses - given.least, 0)
    last = max(given.last.latest, add_months(chart.today, -1)) if left else given.last.latest
    end = add_months(last, left + exposure.COVERAGE_MONTHS[ROMOSOZUMAB])
    return Ending(ROMOSOZUMAB, max(end, chart.today), (given.because,), estimated(given))


def _goes_on(chart: Chart, given: RomosozumabGiven) -> Truth:
    """Ordered here, or the last dose covers still; before the twelfth until 60 days without a dose (R-EXP-04)."""
    last = given.last
    if _drafted(chart, (ROMOSOZUMAB,)):
        return YES
    if not _as_charted(chart, (ROMOSOZUMAB,)):
        return NO
    if last is None:
        return MAYBE if anabolic_course.romosozumab_goes_on(chart) else NO
    if given.most >= chart.dials(exposure.Exposure).romosozumab_doses:
        return last.plus_months(exposure.COVERAGE_MONTHS[ROMOSOZUMAB]).on_or_after(chart.today)
    return last.after(add_days(chart.today, -chart.dials(exposure.Exposure).romosozumab_pause))


def estimated(given: RomosozumabGiven) -> tuple[str, ...]:
    """What to verify where an order stands in for the doses."""
    return ("No dose of romosozumab is recorded: verify how many were given.",) if given.since else ()


@dataclass(frozen=True, slots=True)
class Sequel:
    """What may follow the course: suggestions, and the sentences beside them."""

    suggestions: tuple[Suggestion, ...]
    options: tuple[str, ...]


def sequel(chart: Chart, at: date) -> Sequel:
    """The antiresorptive to start at that day (R-CHOICE-04); none where one is in use, ordered or drafted."""
    ordered = _drafted(chart, ANTIRESORPTIVES) is not None
    in_use = any(exposure.active(chart, drug).surely for drug in ANTIRESORPTIVES if drug != "zoledronic-acid")
    if ordered or in_use or anabolic_course.followed(chart, When.on(at)).surely:
        return Sequel((), (READY,))
    choice = next_agent.choose(chart, Situation.AFTER_ANABOLIC, due=at if at > chart.today else None)
    return Sequel((*choice.suggestions, *choice.tests), (*choice.notes, *choice.excluded, *choice.unjudged))
