"""When very high risk asks for a card of its own, and what the card says of it (R-VHR-01)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cards import phrases
from cards.chart import Chart, Dials, concept
from cards.concepts import (
    anabolic_course,
    antiresorptive_exposure,
    denosumab_schedule,
    exposure,
    fracture_risk,
    fragility_fracture,
    glucocorticoid,
    infusion_failure,
    next_agent,
    oral_bp_failure,
    osteoporosis,
    skeletal_safety,
)
from cards.concepts.exposure import Episode
from cards.concepts.fracture_risk import Criterion, Kind
from cards.concepts.fragility_fracture import FragilityFracture, reached
from cards.formulary import name
from cards.rule import Months
from cards.verdict import Because, Lacking, Silent
from cards.when import MAYBE, NO, YES, Truth, add_months


@dataclass(frozen=True, slots=True)
class RiskOnTreatment(Dials):
    """When a criterion is new on treatment: a fracture so recent, a scan so long after the start."""

    recent_fracture: Months = Months(24, "how old a fracture may be and still be recent")
    scan_after: Months = Months(12, "how long after the start of treatment a scan tells something new")


_ACP: Final = "The ACP limits anabolic agents to women at very high risk."
_ACR: Final = (
    "The ACR draws the line at any prior osteoporotic fracture, a T-score of −3.5 or lower, FRAX of 30 % major or "
    "4.5 % hip or more, or high-dose glucocorticoids."
)
_AACE: Final = (
    "The AACE draws the line at a fracture in the last 12 months, a T-score below −3.0, or FRAX above 30 % major or "
    "4.5 % hip."
)


_STEROID: Final = (
    "In a small study of glucocorticoid users after a bisphosphonate (n = 41) the spine gained more with teriparatide "
    "than with denosumab at 12 months; at 24 months the difference was not significant."
)


def differing(chart: Chart) -> tuple[str, ...]:
    """What other guidance calls very high risk than the profile the site has chosen."""
    return (_ACP, _ACR if chart.site.vhr_profile == fracture_risk.AACE20 else _AACE)


def no_criterion(chart: Chart) -> Silent:
    """No criterion holds, and none may have been missed."""
    for name_of in ("conditions", "bone_densities", "fracture_risk"):
        chart.section(name_of).whole()
    chart.risk_assessments.seen()
    return Silent("no criterion of very high risk holds", fracture_risk.figures(chart))


@concept
def suppressed(chart: Chart) -> Silent | None:
    """Why another answer comes before very high risk, or None; raises NotRead where treatment may have been missed."""
    exposure.nothing_missed(chart)
    chart.conditions.whole()
    if not osteoporosis.context(chart) and not fragility_fracture.events(chart):
        return Silent("nothing in the record makes osteoporosis a question")
    atypical = skeletal_safety.atypical_femoral(chart)
    if atypical:
        fact = Because("Atypical femoral fracture", atypical[0].onset, atypical[0].ref)
        return Silent("an atypical femoral fracture is recorded", (fact,))
    last = denosumab_schedule.last_dose(chart)
    if last is not None and denosumab_schedule.remembered(chart).possibly:
        return Silent("the last denosumab dose is recent: switching would harm", (last.because,))
    anabolic = anabolic_course.current_or_drafted(chart)
    if anabolic:
        return Silent(f"{name(anabolic)} is in use or ordered")
    past = anabolic_course.past_substantial(chart)
    if past and (anabolic_course.ended_recently(chart, past).possibly or antiresorptive_exposure.current(chart)):
        return Silent("a course of an anabolic agent is behind the patient", (past.because,))
    several = oral_bp_failure.several_fractures(chart) or infusion_failure.is_several(chart)
    if oral_bp_failure.failed(chart) or several:
        return Silent("a failing bisphosphonate has a card of its own")
    return None


@concept
def no_anabolic(chart: Chart) -> tuple[str, ...]:
    """Why neither teriparatide nor romosozumab can come first, a sentence each; empty where one of them may."""
    judged = [next_agent.eligibility(chart, drug) for drug in ("teriparatide", "romosozumab")]
    if not all(each.reasons for each in judged):
        return ()
    return tuple(f"Excluded here: {name(each.drug)} - {'; '.join(each.reasons)}." for each in judged)


@concept
def on_treatment(chart: Chart) -> Episode | None:
    """The episode of the antiresorptive in use, the one that began last."""
    current = antiresorptive_exposure.current(chart)
    return max(current, key=lambda each: each.start.latest, default=None)


@concept
def new_on_treatment(chart: Chart) -> tuple[Criterion, ...]:
    """Those of the criteria that surely came up on treatment with an antiresorptive."""
    return tuple(each for each in fracture_risk.criteria(chart) if _is_new(chart, each) is YES)


@concept
def perhaps_new(chart: Chart) -> Lacking | None:
    """The dates that keep a criterion from being told new or old, or None where all are surely old."""
    for criterion in fracture_risk.criteria(chart):
        if _is_new(chart, criterion) is not MAYBE or criterion.when is None:
            continue
        what = "the fracture date" if criterion.event else "the day of the scan"
        starts = [each for each in antiresorptive_exposure.current(chart) if not each.start.exact]
        wanted = [what] if not criterion.when.exact else []
        wanted += ["the start of the antiresorptive"] if starts else []
        record = phrases.listed(wanted or ["when the antiresorptive was used"])
        return Lacking(record, f"Whether {criterion.words} is new on treatment cannot be told.", (criterion.because,))
    return None


def _is_new(chart: Chart, criterion: Criterion) -> Truth:
    dials = chart.dials(RiskOnTreatment)
    if criterion.kind is Kind.GLUCOCORTICOID:
        return YES
    when, answer = criterion.when, NO
    if when is None:
        return NO
    if criterion.kind is Kind.FRACTURE:
        since = add_months(chart.today, -dials.recent_fracture)
        for episode in antiresorptive_exposure.courses(chart):
            answer = answer | oral_bp_failure.on_treatment(chart, when, episode)
        return answer & when.within(since, chart.today)
    if criterion.kind is Kind.T_SCORE:
        for episode in antiresorptive_exposure.current(chart):
            answer = answer | reached(when, episode.start.plus_months(dials.scan_after))
    return answer


def is_on_current(chart: Chart, event: FragilityFracture) -> bool:
    """Did the fracture surely happen on the antiresorptive that is in use today, not on an earlier one?"""
    return any(reached(event.when, each.start) is YES for each in antiresorptive_exposure.current(chart))


def options(chart: Chart, criterion: Criterion) -> tuple[str, ...]:
    """What the card says of this criterion: recency, site and number of fractures, and what does not hold."""
    lines = []
    if criterion.event:
        lines.append(_of_fracture(chart, criterion))
    day = criterion.event.when.latest if criterion.event else chart.today
    for episode in antiresorptive_exposure.current(chart):
        if episode in exposure.oral_bisphosphonate_episodes(chart):
            limit = oral_bp_failure.months(chart)
            if day < add_months(episode.start.latest, limit):
                drug = oral_bp_failure.drug_of(episode)
                lines.append(f"Less than {limit} months of {drug}: does not meet the {limit}-month failure definition.")
    steroid = glucocorticoid.gio(chart)
    if steroid:
        lines.append(f"{steroid.text}: the ACR definitions apply directly; taper the glucocorticoid where possible.")
        lines.append(_STEROID)
    return tuple(lines)


def _of_fracture(chart: Chart, criterion: Criterion) -> str:
    assert criterion.event is not None
    since = add_months(chart.today, -chart.dials(RiskOnTreatment).recent_fracture)
    sure = [each for each in fragility_fracture.events(chart) if each.certain is YES]
    count = len(fragility_fracture.distinct(chart, sure))
    recent = criterion.event.when.within(since, chart.today)
    age = {YES: "within the last", MAYBE: "perhaps within the last", NO: "longer ago than"}[recent]
    months = phrases.plural(chart.dials(RiskOnTreatment).recent_fracture, "month")
    told = f"The {criterion.event.site} fracture happened {age} {months}"
    return f"{told}; {phrases.plural(count, 'fragility fracture')} on record."
