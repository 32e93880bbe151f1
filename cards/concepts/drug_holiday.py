"""When a long course of a bisphosphonate is reviewed, and what keeps the risk from being low (R-HOL-01)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from cards import phrases
from cards.chart import BoneDensity, Chart, Dials, concept
from cards.concepts import (
    anabolic_course,
    bone_density,
    denosumab_follow_on,
    denosumab_schedule,
    exposure,
    fracture_risk,
    fragility_fracture,
    glucocorticoid,
    oral_bp_failure,
    scope,
    skeletal_safety,
)
from cards.concepts.exposure import Dose
from cards.concepts.fracture_risk import Kind
from cards.formulary import ORAL_BISPHOSPHONATES, name
from cards.rule import Days, Doses, MgDay, Months, TScore, Years
from cards.verdict import Because, Lacking, Silent
from cards.when import MAYBE, NO, YES, Truth, When, add_days, add_months, months_between

SECTIONS: Final = ("patient", "medication_requests")
HELPED_BY: Final = (*exposure.MEDICATION_SECTIONS, "risk_assessments")
WEIGHS: Final = ("conditions", "bone_densities", "fracture_risk")
"""What the review reads, what helps it, and what it weighs. Without a long course nobody asks for more."""

ORAL_LIMIT: Final = Years(10)
INFUSION_LIMIT: Final = Years(6)
"""Years up to which a bisphosphonate is continued at high risk, by mouth and by vein."""

RARE_HARMS: Final = (
    "Ask about thigh or groin pain and about teeth and jaw: atypical femoral fracture and osteonecrosis of the jaw are "
    "rare, but watched for in long use."
)
"""What every review of a long course asks (S33)."""

YEAR: Final = Months(12)
DECIDING_SITES: Final = ("total hip", "femoral neck")
"""Sites whose T-score may show a low risk; a hip of unknown region may only show that it is not."""


@dataclass(frozen=True, slots=True)
class DrugHoliday(Dials):
    """When a course is reviewed, the first time and then around each anniversary, and the limits of a low risk."""

    oral_from: Months = Months(60, "course of an oral bisphosphonate at which the review begins")
    oral_until: Months = Months(66, "course at which the first review is over")
    infusions: Doses = Doses(3, "infusions of zoledronic acid from which a review is due")
    infusions_from: Months = Months(36, "after the first infusion, when the review begins")
    infusions_until: Months = Months(42, "after the first infusion, when the first review is over")
    after_last_infusion: Months = Months(18, "after the last infusion, how long reviews go on")
    around_anniversary: Days = Days(30, "how near the yearly anniversary a later review is told")
    oldest: Years = Years(75, "the last age of a low risk")
    hip_within: Months = Months(24, "how old the hip T-score may be")
    hip_above: TScore = TScore("-2.5", "hip T-score above which risk is low")
    glucocorticoid: MgDay = MgDay("7.5", "prednisone equivalent a day from which risk is not low")


@dataclass(frozen=True, slots=True)
class Course:
    """A course that is due for review today. `assumed`: only an open order tells that it goes on."""

    drug: str
    start: When
    because: tuple[Because, ...]
    limit: Years
    assumed: bool = False

    def lasted(self, today: date) -> str:
        """How long, at least: "5 years"."""
        return phrases.span(self.start.latest, today)

    def is_past_limit(self, today: date) -> bool:
        """Longer than it is continued even at high risk."""
        return add_months(self.start.latest, self.limit * YEAR) <= today


@dataclass(frozen=True, slots=True)
class Factor:
    """What keeps the risk from being low: words for a summary, fewer words, the facts, and what to confirm of them."""

    words: str
    kind: str
    because: tuple[Because, ...]
    to_confirm: tuple[str, ...] = ()


def told(known: tuple[Factor, ...]) -> str:
    """What keeps the risk from being low, as the end of a sentence."""
    return phrases.listed([phrases.running(each.words) for each in known])


@dataclass(frozen=True, slots=True)
class Review:
    """A course due for review: what keeps the risk from being low, what might, and the hip T-score if there is one."""

    course: Course
    known: tuple[Factor, ...]
    unsure: tuple[Lacking, ...] = ()
    hip: BoneDensity | None = None


@concept
def review(chart: Chart) -> Review | Silent | Lacking:
    """The review that is due today, or why there is none. Raises NotRead where drugs were cut short.

    For a course that is due diagnoses must have been read whole, and bone densities and FRAX where nothing known keeps
    the risk from being low.
    """
    exposure.nothing_missed(chart)
    found = (_by_mouth(chart), _by_vein(chart))
    silent = [each for each in found if isinstance(each, Silent)]
    if len(silent) == len(found):
        return Silent("; ".join(each.why for each in silent), tuple(fact for each in silent for fact in each.facts))
    barred = _barred(chart)
    if barred:
        return barred
    course = next((each for each in found if isinstance(each, Course)), None)
    if course is None:
        return next(each for each in found if isinstance(each, Lacking))
    known = tuple(_known(chart))
    if known:
        return Review(course, known)
    chart.bone_densities.whole()
    chart.fracture_risk.whole()
    chart.risk_assessments.seen()
    return Review(course, (), tuple(_unsure(chart)), _deciding_hip(chart))


def to_confirm(course: Course) -> tuple[str, ...]:
    """What to ask first where the record shows only that nobody ended the drug."""
    words = f"Only an open order tells that {course.drug} goes on: confirm that it is taken, and without long breaks."
    return (words,) if course.assumed else ()


def _barred(chart: Chart) -> Silent | None:
    """What comes before any thought of a holiday, or None (R-ORDER-02)."""
    chart.conditions.whole()
    femur = skeletal_safety.atypical_femoral(chart)
    if femur:
        fact = Because("Atypical femoral fracture", femur[0].onset, femur[0].ref)
        return Silent("an atypical femoral fracture is recorded", (fact,))
    suspected = skeletal_safety.suspected_atypical(chart)
    if suspected:
        return Silent(f"an atypical femoral fracture must be excluded first: {suspected}")
    last = denosumab_schedule.last_dose(chart)
    recent = last is not None and denosumab_schedule.remembered(chart).possibly
    if last is not None and recent and not denosumab_follow_on.is_done(chart).surely:
        return Silent("the last denosumab dose is recent and its exit is not finished", (last.because,))
    anabolic = anabolic_course.current(chart)
    if anabolic:
        return Silent(f"{name(anabolic)} is, or may be, in use")
    if oral_bp_failure.failed(chart):
        return Silent("a failing bisphosphonate has a card of its own")
    return None


def _by_mouth(chart: Chart) -> Course | Silent | Lacking:
    dials = chart.dials(DrugHoliday)
    used = NO
    for key in ORAL_BISPHOSPHONATES:
        for fact, runs in exposure.in_use(chart, key):
            used = used | runs if exposure.is_oral(fact) else used
    if used is NO:
        return Silent("no oral bisphosphonate is in use")
    episode = exposure.oral_bisphosphonate_episodes(chart)[-1]
    drug, since = oral_bp_failure.drug_of(episode), oral_bp_failure.since(episode)
    due = _due(chart, episode.start, dials.oral_from, dials.oral_until)
    if due is NO:
        return Silent(f"no review of {drug} is due", (since,))
    if due is MAYBE:
        why = f"Whether the review of long treatment with {drug} is due cannot be told."
        return Lacking(f"the start of {drug} (treatment start unknown)", why, (since,))
    if used is MAYBE:
        why = f"A review of long treatment with {drug} would be due, and it is not sure that it is still taken."
        return Lacking(f"whether {drug} is in use", why, (since,))
    return Course(drug, episode.start, (since,), ORAL_LIMIT, episode.assumed)


def _by_vein(chart: Chart) -> Course | Silent | Lacking:
    dials = chart.dials(DrugHoliday)
    given = denosumab_follow_on.infusions(chart)
    drug = name(denosumab_follow_on.ZOLEDRONIC_ACID)
    if len(given) < dials.infusions:
        return Silent(f"fewer than {dials.infusions} infusions of {drug} 5 mg are recorded", _ends(given, drug))
    dated = tuple(each for each in given if not each.when.undated)
    facts = _ends(dated, drug)
    last = max(given, key=lambda each: each.when.latest)
    running = last.when.plus_months(dials.after_last_infusion).on_or_after(chart.today)
    if running is NO:
        return Silent(f"the last infusion of {drug} is more than {dials.after_last_infusion} months ago", facts)
    due = _due(chart, dated[0].when, dials.infusions_from, dials.infusions_until) if dated == given else MAYBE
    if due is NO:
        return Silent(f"no review of {drug} is due", facts)
    if due & running is MAYBE:
        why = f"Whether the review of long treatment with {drug} is due cannot be told."
        return Lacking(f"the day of each infusion of {drug}", why, facts)
    return Course(drug, dated[0].when, facts, INFUSION_LIMIT)


def _ends(given: tuple[Dose, ...], drug: str) -> tuple[Because, ...]:
    """The first and the last infusion as facts of a card."""
    told = (("First", given[:1]), ("Last", given[1:][-1:]))
    return tuple(Because(f"{word} infusion of {drug}", dose.when, dose.ref) for word, doses in told for dose in doses)


def _due(chart: Chart, start: When, first: int, until: int) -> Truth:
    """Today lies in the first window, or surely around an anniversary of the start after it.

    A repeat that is only possible is none: a start known by its year alone would ask for its day at every visit.
    """
    due = start.plus_months(first).on_or_before(chart.today) & start.plus_months(until).after(chart.today)
    around = chart.dials(DrugHoliday).around_anniversary
    early, late = add_days(chart.today, -around), add_days(chart.today, around)
    years = 0 if start.undated else months_between(start.earliest, late) // YEAR
    for year in range(until // YEAR + 1, years + 1):
        if start.plus_months(year * YEAR).within(early, late) is YES:
            return YES
    return due


def _known(chart: Chart) -> Iterator[Factor]:
    dials = chart.dials(DrugHoliday)
    sure = [event for event in fragility_fracture.events(chart) if event.certain is YES]
    if sure:
        newest = sure[-1]
        words = f"{phrases.capital(newest.site)} fracture {phrases.when(newest.when)}"
        yield Factor(words, "Fragility fracture", tuple(each.because for each in reversed(sure)))
    history = fragility_fracture.history(chart)
    if history:
        fact = Because("History of an osteoporosis fracture, undated", None, history.ref)
        yield Factor("Past osteoporosis fracture", "Past fracture", (fact,))
    hip = bone_density.lowest(_hips(chart))
    if hip and _t(hip) <= dials.hip_above:
        yield Factor(f"Hip T-score {phrases.t_score(_t(hip))}", "Hip T-score", (bone_density.because_t(hip),))
    if scope.older_than(chart, dials.oldest + 1) is YES and chart.patient:
        words = f"Age over {dials.oldest}"
        yield Factor(words, "Age", (Because(words, None, chart.patient.ref),))
    yield from _glucocorticoid(chart)
    yield from _very_high_risk(chart, hip)
    lost = next(iter(oral_bp_failure.beyond_precision(chart)), None)
    if lost:
        words = f"{phrases.capital(lost.pair.site)} density fell {phrases.number(lost.pair.loss)}%"
        yield Factor(words, "Bone loss", lost.pair.because)


def _glucocorticoid(chart: Chart) -> Iterator[Factor]:
    limit, steroid = chart.dials(DrugHoliday).glucocorticoid, glucocorticoid.today(chart)
    if steroid is None or steroid.mg < limit:
        return
    drug = name(steroid.medication.ingredient)
    ran_out = () if glucocorticoid.supplied(chart, limit) else (
        f"No recorded supply of {drug} reaches to today: confirm that it is still taken.",)  # fmt: skip
    yield Factor("Glucocorticoid in use", "Glucocorticoid", (steroid.because,), ran_out)


def _very_high_risk(chart: Chart, hip: BoneDensity | None) -> Iterator[Factor]:
    """The criteria of very high risk that are no factor of their own already (R-VHR-01)."""
    for each in fracture_risk.criteria(chart):
        told = each.kind is Kind.FRACTURE or (hip is not None and each.because == bone_density.because_t(hip))
        if not told:
            yield Factor(phrases.capital(each.words), each.kind.value, (each.because,))


def _unsure(chart: Chart) -> Iterator[Lacking]:
    """What to record where a factor is possible: no low risk is told without it."""
    dials = chart.dials(DrugHoliday)
    why = "Whether the risk is low enough for a bisphosphonate holiday cannot be told."
    for event in fragility_fracture.events(chart):
        words = f"whether the {event.site} fracture of {phrases.when(event.when)} was a fragility fracture"
        yield Lacking(words, why, (event.because,))
    for fact in chart.conditions:
        if fragility_fracture.HISTORY in fact.tags:
            past = Because("History of an osteoporosis fracture, not confirmed", None, fact.ref)
            yield Lacking("whether there was an osteoporosis fracture", why, (past,))
    if chart.conditions.unusable:
        yield Lacking("a known code for diagnoses told in words", why)
    since = add_months(chart.today, -dials.hip_within)
    for score in chart.bone_densities:
        low = score.t_score is not None and score.site in bone_density.HIP_SITES and _t(score) <= dials.hip_above
        newer = any(each.site == score.site and each.when.earliest > score.when.latest for each in _hips(chart))
        if low and not newer and score.when.within(since, chart.today) is MAYBE:
            yield Lacking("the day of the hip bone density", why, (bone_density.because_t(score),))
    if scope.older_than(chart, dials.oldest + 1) is MAYBE:
        yield Lacking("the patient's full birth date", why)
    steroid = glucocorticoid.doubt(chart, dials.glucocorticoid)
    if steroid:
        yield Lacking(steroid.record, why, (steroid.because,))
    precision = chart.dials(bone_density.Precision)
    for loss in oral_bp_failure.losses(chart):
        if loss.pair and loss.truth is MAYBE and loss.pair.loss >= precision.of(loss.later.site):
            yield Lacking(f"the days between which the {loss.pair.site} density fell", why, loss.pair.because)


def _hips(chart: Chart) -> tuple[BoneDensity, ...]:
    since = add_months(chart.today, -chart.dials(DrugHoliday).hip_within)
    scores = bone_density.latest_t_scores(chart, since)
    return tuple(each for each in scores if each.site in bone_density.HIP_SITES)


def _deciding_hip(chart: Chart) -> BoneDensity | None:
    return bone_density.lowest(each for each in _hips(chart) if each.site in DECIDING_SITES)


def _t(score: BoneDensity) -> TScore:
    return TScore(score.t_score or 0)
