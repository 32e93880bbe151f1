"""Courses of PTH analogues and romosozumab: in use, ended, how long, and what followed (R-SEQ-01, R-VHR-01)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from cards import phrases
from cards.chart import Chart, Dials, Draft, Medication, Source, concept
from cards.concepts import antiresorptive_exposure, exposure, product
from cards.concepts.fragility_fracture import reached
from cards.concepts.product import Product
from cards.formulary import ANABOLICS, BISPHOSPHONATES, PTH_ANALOGUES, SERMS, name
from cards.rule import Days, Doses, Months
from cards.verdict import Because, Lacking
from cards.when import MAYBE, NO, YES, Truth, When, add_days, add_months, months_between

ROMOSOZUMAB = "romosozumab"
ANTIRESORPTIVES = (*BISPHOSPHONATES, "denosumab", *SERMS)
_OVER = frozenset(("completed", "stopped"))
"""Only of these the end told is one that came, not one that was planned."""


@dataclass(frozen=True, slots=True)
class AnabolicCourses(Dials):
    """When a course has ended, what counts as its sequel, and which past course counts as one."""

    sequel_before_end: Days = Days(90, "how long before the end of a course an antiresorptive counts as its sequel")
    sequel_after: Months = Months(1, "how long after the end of a course its sequel is waited for")
    sequel_within: Months = Months(24, "how long after the end of a course its sequel is asked for")
    counts_from_doses: Doses = Doses(6, "doses of romosozumab from which a past course counts")
    counts_from: Months = Months(12, "length of a parathyroid hormone analogue from which a past course counts")
    remembered: Months = Months(24, "how long after its end a past course counts")


@dataclass(frozen=True, slots=True)
class Course:
    """An anabolic course that is over: its end as exactly as it is known, and the resource that shows it.

    `last_dose` is told where doses are counted: the end is then when the effect of the last is over.
    """

    ingredient: str
    end: When
    ref: str
    last_dose: When | None = None

    @property
    def because(self) -> Because:
        """The end as a fact of a card."""
        last = f" a month after its last dose of {phrases.when(self.last_dose)}" if self.last_dose else ""
        return Because(f"{phrases.capital(name(self.ingredient))} course ended{last}", self.end, self.ref)


@concept
def current(chart: Chart) -> str:
    """The anabolic that the patient is, or may be, on today, else ""."""
    for ingredient in PTH_ANALOGUES:
        if exposure.active(chart, ingredient).possibly:
            return ingredient
    return ROMOSOZUMAB if romosozumab_goes_on(chart) else ""


@concept
def romosozumab_goes_on(chart: Chart) -> bool:
    """The course of romosozumab is, or may be, under way today, whatever else is in use."""
    doses = exposure.doses(chart, ROMOSOZUMAB)
    if doses.ongoing or (doses.from_order and any(fact.status == "active" for fact in doses.doses[-1].evidence)):
        return True
    return not doses.from_order and doses.last is not None and not _romosozumab_over(chart, doses)


@concept
def romosozumab_ended(chart: Chart) -> When | None:
    """When a course whose doses are recorded ended, a month after the last (R-EXP-04); None where it may go on."""
    doses = exposure.doses(chart, ROMOSOZUMAB)
    if doses.last is None or doses.from_order or romosozumab_goes_on(chart):
        return None
    return _past(doses.last.when.plus_months(exposure.COVERAGE_MONTHS[ROMOSOZUMAB]), chart.today)


@concept
def order_too_old(chart: Chart) -> Lacking | None:
    """The dose to record where only an active order, too old to date one, tells of romosozumab (R-EXP-04)."""
    told = exposure.doses(chart, ROMOSOZUMAB)
    if current(chart) != ROMOSOZUMAB or told.doses or any(fact.source is not Source.REQUEST for fact in told.ongoing):
        return None
    order = told.ongoing[-1]
    why = "Whether romosozumab goes on or has ended cannot be told from an order of more than a year ago."
    return Lacking("the last romosozumab dose", why, (Because("Romosozumab ordered", order.started, order.ref),))


def _romosozumab_over(chart: Chart, doses: exposure.DoseHistory) -> bool:
    """No dose for 60 days, or 12 given: whatever the order's status (R-EXP-04)."""
    dials = chart.dials(exposure.Exposure)
    pause = add_days(doses.doses[-1].when.latest, dials.romosozumab_pause)
    return chart.today >= pause or len(doses.doses) >= dials.romosozumab_doses


@concept
def current_or_drafted(chart: Chart) -> str:
    """The anabolic in use, ordered, or drafted in this hook, else ""."""
    drafted = (draft.ingredient for draft in chart.drafts if draft.ingredient in ANABOLICS and not draft.stops)
    ordered = ROMOSOZUMAB if exposure.active(chart, ROMOSOZUMAB).possibly else ""
    return next(drafted, "") or current(chart) or ordered


@concept
def ending_drafts(chart: Chart) -> tuple[Draft, ...]:
    """Orders of the hook that stop an anabolic agent the patient has had, or give the last dose of romosozumab.

    An order after the last dose is another matter: the limit.
    """
    last = romosozumab_given(chart).least + 1 == chart.dials(exposure.Exposure).romosozumab_doses
    return tuple(
        draft
        for draft in chart.drafts
        if (draft.stops and draft.ingredient in ANABOLICS and exposure.episodes(chart, (draft.ingredient,)))
        or (last and draft.ingredient == ROMOSOZUMAB and not draft.stops)
    )


@concept
def beyond_limit(chart: Chart) -> Draft | None:
    """An order of romosozumab in this hook after all its doses were given; it has a card of its own (R-LIM-02)."""
    if romosozumab_given(chart).least < chart.dials(exposure.Exposure).romosozumab_doses:
        return None
    return next((each for each in chart.drafts if each.ingredient == ROMOSOZUMAB and not each.stops), None)


def sequel_start(chart: Chart, ending: Draft) -> date | None:
    """When the sequel of a course that ends with this order starts: a month after the last dose; None for at once."""
    if ending.stops:
        return None
    given = ending.order.events[0] if ending.order.events else When.on(chart.today)
    return given.plus_months(exposure.COVERAGE_MONTHS[ROMOSOZUMAB]).latest


def ordered_beside(chart: Chart, ending: tuple[Draft, ...]) -> str:
    """What is ordered besides the orders that end a course: another anabolic agent, its sequel, or neither ("")."""
    others = {draft.ingredient for draft in chart.drafts if draft not in ending and not draft.stops}
    for drugs, words in ((ANABOLICS, "an anabolic agent"), (ANTIRESORPTIVES, "an antiresorptive")):
        if others & set(drugs):
            return f"{words} is being ordered"
    return ""


@concept
def ended(chart: Chart) -> Course | None:
    """The anabolic course that ended last, or None where there was none; to be asked where none is in use."""
    found = [
        Course(episode.newest.ingredient, _past(episode.end, chart.today), episode.newest.ref)
        for episode in exposure.episodes(chart, PTH_ANALOGUES)
    ]
    doses = exposure.doses(chart, ROMOSOZUMAB)
    last = doses.last
    piece = exposure.interval(chart, last.evidence[0]) if last and doses.from_order else None
    if last and piece:
        found.append(Course(ROMOSOZUMAB, _past(piece.end, chart.today), last.ref))
    elif last is not None:
        end = last.when.plus_months(exposure.COVERAGE_MONTHS[ROMOSOZUMAB])
        found.append(Course(ROMOSOZUMAB, end, last.ref, last.when))
    return max(found, key=lambda each: (each.end.latest, each.end.earliest), default=None)


def _past(end: When, today: date) -> When:
    return When(min(end.earliest, today), min(end.latest, today))


def sequel_overdue(chart: Chart, course: Course) -> Truth:
    """The time is over in which the sequel of a course that ended is only waited for (R-SEQ-01)."""
    return course.end.plus_months(chart.dials(AnabolicCourses).sequel_after).before(chart.today)


def sequel_asked_for(chart: Chart, course: Course) -> Truth:
    """The course ended so recently that its sequel is still asked for."""
    return course.end.plus_months(chart.dials(AnabolicCourses).sequel_within).on_or_after(chart.today)


@concept
def followed(chart: Chart, end: When) -> Truth:
    """Is there an antiresorptive with evidence dated from 90 days before the course's end on, or one that covers it: a
    dose, or tablets told to have ended on that day or later?

    An order that stands in for a dose covers nothing.
    """
    back = chart.dials(AnabolicCourses).sequel_before_end
    since = When(add_days(end.earliest, -back), add_days(end.latest, -back))
    answer = NO
    for fact in _antiresorptive_evidence(chart):
        counts = _holds_bone(chart, fact)
        in_force = fact.source is Source.REQUEST or fact.status == "active"
        dates = (fact.started, *fact.events, *((fact.recorded,) if fact.recorded and in_force else ()))
        for told in dates:
            answer = answer | (reached(told, since) & counts)
        if fact.ended is not None and fact.status in _OVER:
            answer = answer | (reached(fact.ended, end) & counts)
    for ingredient in ANTIRESORPTIVES:
        for dose in exposure.doses(chart, ingredient).doses:
            if not exposure.is_oral(dose.evidence[0]) and not antiresorptive_exposure.only_ordered(dose):
                months = exposure.COVERAGE_MONTHS.get(ingredient, 0)
                answer = answer | (reached(dose.when.plus_months(months), end) & _holds_bone(chart, dose.evidence[0]))
    return answer


def _holds_bone(chart: Chart, fact: Medication) -> Truth:
    """The product that treats osteoporosis; zoledronic acid of untold strength may be it (R-ZOL-07, R-DEN-07)."""
    told = product.of(chart, fact)
    if told is Product.ONCOLOGY:
        return NO
    return MAYBE if not fact.sure or (told is Product.INDETERMINATE and fact.ingredient != "denosumab") else YES


def still_standing(chart: Chart) -> tuple[str, ...]:
    """What to ask about an antiresorptive that still stands as active, whatever its date, as sentences."""
    active = {fact.ingredient: fact for fact in _antiresorptive_evidence(chart) if fact.status == "active"}
    return tuple(f"{phrases.capital(name(drug))} stands as active: confirm its use since." for drug in active)


def _antiresorptive_evidence(chart: Chart) -> list[Medication]:
    return [
        fact
        for ingredient in ANTIRESORPTIVES
        for fact in exposure.evidence(chart, ingredient)
        if fact.status != "cancelled" and not fact.do_not_perform
    ]


@concept
def pth_days(chart: Chart) -> int:
    """Days on which a PTH analogue may have been used, through today: what counts against a lifetime's (R-LIM-01)."""
    return _union([(each.start.earliest, min(each.end.latest, chart.today)) for each in _pth_pieces(chart)])


@concept
def sure_pth_days(chart: Chart) -> int:
    """Days on which a PTH analogue was surely used, as far as the record tells: what a warning may stand on."""
    return _union([(each.start.latest, min(each.end.earliest, chart.today)) for each in _pth_pieces(chart)])


def _pth_pieces(chart: Chart) -> list[exposure.Interval]:
    return [
        piece
        for ingredient in PTH_ANALOGUES
        for fact in exposure.evidence(chart, ingredient)
        if (piece := exposure.interval(chart, fact))
    ]


@dataclass(frozen=True, slots=True)
class RomosozumabGiven:
    """Doses of romosozumab: at least and at most so many, as partial dates and use without single doses are read.

    `untold` are stretches of use and orders whose doses are not recorded. `since`: no dose is recorded, and the months
    that an active order has run since then stand in for them; `ref` and `last` tell of the newest dose, or of that
    order and the day of its latest dose.
    """

    least: int
    most: int
    since: When | None = None
    last: When | None = None
    ref: str = ""
    untold: tuple[Because, ...] = ()

    @property
    def facts(self) -> tuple[Because, ...]:
        """The count, where there is one, and what makes it unsure."""
        return (*((self.because,) if self.least else ()), *self.untold)

    @property
    def because(self) -> Because:
        """The count as a fact of a card."""
        told = phrases.plural(self.least, "dose")
        if self.since is not None:
            words = f"About {told} of romosozumab, estimated from the order since none is recorded; ordered from"
            return Because(words, self.since, self.ref)
        return Because(f"{phrases.capital(told)} of romosozumab on record, the last", self.last, self.ref)


@concept
def romosozumab_given(chart: Chart) -> RomosozumabGiven:
    """Doses given; where none is recorded, the months that an active order of the last year has run (R-LIM-02).

    A statement of use, or an order without any dose on record, may stand for a dose a month: the most counts them.
    """
    counted, stretches = _counted(chart), list(_without_doses(chart))
    limit = chart.dials(exposure.Exposure).romosozumab_doses
    given = [dose.when for dose in _told_one_by_one(exposure.doses(chart, ROMOSOZUMAB))]
    more, covered = 0, date.min
    for first, last, _ in sorted(stretches, key=lambda each: each[:2]):
        begin = max(first, covered)
        inside = sum(1 for when in given if begin <= when.latest <= last)
        more += limit if begin == date.min else max(_months_run(begin, last) - inside, 0)
        covered = max(covered, add_days(last, 1))
    most = max(counted.most, min(counted.most + more, limit))
    return replace(counted, most=most, untold=tuple(fact for *_, fact in stretches))


def _without_doses(chart: Chart) -> Iterator[tuple[date, date, Because]]:
    """Days from and to which romosozumab may have been used with no, or not every, dose on record."""
    dials, doses = chart.dials(exposure.Exposure), exposure.doses(chart, ROMOSOZUMAB)
    near = dials.monthly_other_tier_window
    given = [] if doses.from_order else [dose.when for dose in _told_one_by_one(doses)]
    counted = {fact.ref for dose in doses.doses for fact in dose.evidence}
    facts = exposure.evidence(chart, ROMOSOZUMAB)
    orders = [fact for fact in facts if fact.source is Source.REQUEST]
    for fact in facts:
        piece = exposure.interval(chart, fact)
        if piece is None or piece.start.earliest > chart.today:
            continue
        first, last = piece.start.earliest, min(piece.end.latest, chart.today)
        inside = [when.latest for when in given if add_days(first, -near) <= when.latest and when.earliest <= last]
        if fact.source is Source.REQUEST:
            later = [each.started.latest for each in orders if each.started.latest > fact.started.latest]
            if fact.ended is None and later:
                last = max(first, add_days(min(later), -1))
            planned = fact.status == "active" and (given or fact.ref in counted)
            told = bool(inside or fact.events or planned)
            words = "was ordered"
        elif fact.source is Source.STATEMENT and (fact.is_period or not fact.has_start):
            days = [first, *inside, last]
            told = first != date.min and all(add_days(a, dials.romosozumab_pause) >= b for a, b in pairwise(days))
            words = "is told to have been used"
        else:
            last, told, words = first, fact.sure or bool(inside), "may have been given"
        if not told:
            until = f" until {phrases.when(fact.ended)}" if fact.ended else ""
            because = Because(f"Romosozumab {words}{until}, not every dose is recorded", fact.started, fact.ref)
            yield first, last, because


def _told_one_by_one(doses: exposure.DoseHistory) -> list[exposure.Dose]:
    """The doses of which some resource tells by itself, not only as the ends of a stretch of use."""
    return [dose for dose in doses.doses if any(not fact.is_period for fact in dose.evidence)]


def _counted(chart: Chart) -> RomosozumabGiven:
    doses = exposure.doses(chart, ROMOSOZUMAB)
    limit = chart.dials(exposure.Exposure).romosozumab_doses
    if doses.last is None:
        return RomosozumabGiven(0, 0)
    if doses.from_order and doses.last.evidence[0].status == "active":
        orders = [fact for dose in doses.doses for fact in dose.evidence if fact.status == "active"]
        first = min(orders, key=lambda fact: (fact.started.latest, fact.ref))
        since = first.started
        least, most = (min(_months_run(day, chart.today), limit) for day in (since.latest, since.earliest))
        return RomosozumabGiven(least, most, since, since.plus_months(max(least - 1, 0)), first.ref)
    apart, reached_day = 0, date.min
    single = _told_one_by_one(doses)
    for dose in single:
        if dose.when.earliest > reached_day:
            apart, reached_day = apart + 1, dose.when.latest
    return RomosozumabGiven(apart, len(single), None, doses.last.when, doses.last.ref)


def _months_run(start: date, today: date) -> int:
    return months_between(start, today) + 1 if start <= today else 0


def romosozumab_doses(chart: Chart) -> int:
    """Doses that may have been given: what counts against the limit where another course is thought of."""
    return romosozumab_given(chart).most


def _union(stretches: list[tuple[date, date]]) -> int:
    total, covered = 0, date.min
    for start, end in sorted(stretches):
        begin = max(start, covered)
        if end > begin:
            total += (end - begin).days
            covered = end
    return total


@concept
def past_substantial(chart: Chart) -> Course | None:
    """A past course of 12 months of PTH analogue, or of 6 romosozumab doses, however its unknown days are read."""
    dials = chart.dials(AnabolicCourses)
    course = ended(chart)
    if course is None:
        return None
    doses = romosozumab_doses(chart)
    year = (add_months(chart.today, dials.counts_from) - chart.today).days
    if pth_days(chart) >= year or doses >= dials.counts_from_doses:
        return course
    return None


@concept
def ended_recently(chart: Chart, course: Course) -> Truth:
    """Did the course end within the last 24 months?"""
    return course.end.plus_months(chart.dials(AnabolicCourses).remembered).on_or_after(chart.today)
