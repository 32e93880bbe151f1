"""Whether an oral bisphosphonate has failed: the gate, the fractures on treatment and the loss of bone (R-FAIL)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from cards import phrases
from cards.chart import BoneDensity, Chart, Dials, concept
from cards.concepts import bone_density, denosumab_schedule, exposure, fragility_fracture, product, skeletal_safety
from cards.concepts.alternative_agent import ALTERNATIVES, alternative
from cards.concepts.bone_density import Pair
from cards.concepts.exposure import Episode
from cards.concepts.fragility_fracture import FragilityFracture, reached
from cards.formulary import ORAL_BISPHOSPHONATES, name
from cards.rule import Days, Fractures, Months, Percent
from cards.verdict import Because
from cards.when import MAYBE, NO, YES, Truth, When, add_days, add_months

ORDER_HOOKS: Final = frozenset(("order-select", "order-sign", "medication-refill"))
PROBLEM_HOOK: Final = "problem-list-item-create"
SECTIONS: Final = ("patient", "conditions", "medication_requests", "bone_densities", "drafts")
"""What every rule of failure reads; `exposure.MEDICATION_SECTIONS` help."""


@dataclass(frozen=True, slots=True)
class TreatmentFailure(Dials):
    """The limits of treatment failure and of an inadequate response, from the start of an episode of treatment."""

    ended_within: Months = Months(12, "how long after its end an oral bisphosphonate can still have failed")
    on_treatment: Days = Days(90, "how long after its end a fracture counts as on treatment")
    fracture_after: Months = Months(18, "after the start, from when a fracture is failure")
    density_after: Months = Months(12, "after the start, from when a scan can show failure")
    density_within: Months = Months(24, "how old the latest scan may be")
    baseline_before: Months = Months(12, "how long before the start a baseline scan may be")
    yearly_loss: Percent = Percent("10.0", "bone lost a year from which treatment has failed")
    response_after: Months = Months(12, "after the start, from when a fracture is an inadequate response")
    infusion_within: Months = Months(18, "after an infusion, how long a fracture counts as on it")
    fractures: Fractures = Fractures(2, "fractures that make an inadequate response a warning")


@dataclass(frozen=True, slots=True)
class Gate:
    """The episodes that may have failed, each with how surely it is recent enough; or `shut`: why there are none."""

    episodes: tuple[tuple[Episode, Truth], ...]
    shut: str = ""
    facts: tuple[Because, ...] = ()


@concept
def gate(chart: Chart) -> Gate:
    """Who is asked about at all (R-FAIL-00), the alternatives after an event aside.

    Raises NotRead where orders or diagnoses were not read whole: no alternative agent may have been missed.
    """
    shut = shut_for_anyone(chart)
    if shut.shut:
        return shut
    within = chart.dials(TreatmentFailure).ended_within
    since = add_months(chart.today, -within)
    found = exposure.oral_bisphosphonate_episodes(chart)
    if not found:
        return Gate((), "no oral bisphosphonate is recorded")
    recent = tuple((each, each.end.on_or_after(since)) for each in found if each.end.on_or_after(since).possibly)
    if not recent:
        last = found[-1]
        fact = Because(f"{drug_of(last)} ended", last.end, last.newest.ref)
        return Gate((), f"the oral bisphosphonate ended more than {within} months ago", (fact,))
    return Gate(recent)


def shut_for_anyone(chart: Chart) -> Gate:
    """What silences oral and intravenous bisphosphonates alike."""
    exposure.nothing_missed(chart)
    chart.conditions.whole()
    atypical = skeletal_safety.atypical_femoral(chart)
    if atypical:
        fact = Because("Atypical femoral fracture", atypical[0].onset, atypical[0].ref)
        return Gate((), "an atypical femoral fracture is recorded", (fact,))
    last = denosumab_schedule.last_dose(chart)
    if last is not None and denosumab_schedule.remembered(chart).possibly:
        return Gate((), "the last denosumab dose is recent", (last.because,))
    if chart.hook == PROBLEM_HOOK and not any(is_new(chart, event) for event in fragility_fracture.events(chart)):
        return Gate((), "no fragility fracture is being added to the problem list")
    if chart.hook in ORDER_HOOKS:
        given = [draft for draft in chart.drafts if not draft.stops]
        if not any(exposure.is_oral(draft.order) for draft in given):
            return Gate((), "no oral bisphosphonate is being ordered")
        for draft in given:
            if draft.ingredient in ALTERNATIVES and product.told_by(draft.order) is not product.Product.ONCOLOGY:
                fact = Because(f"{phrases.capital(name(draft.ingredient))} drafted", None, draft.ref)
                return Gate((), "an alternative agent is being ordered", (fact,))
    return Gate(())


def is_new(chart: Chart, event: FragilityFracture) -> bool:
    """Is the fracture being added to the problem list in this hook?"""
    return any(fact.in_context and fact.ref in event.refs for fact in chart.conditions)


def drug_of(episode: Episode, at: date | None = None) -> str:
    """The drug's generic name, or "oral bisphosphonate" where more than one was used up to that day."""
    used = [fact for fact in episode.evidence if at is None or fact.started.latest <= at] or list(episode.evidence)
    drugs = {drug for fact in used for drug in fact.ingredients if drug in ORAL_BISPHOSPHONATES}
    return name(drugs.pop()) if len(drugs) == 1 else "oral bisphosphonate"


def since(episode: Episode, at: date | None = None) -> Because:
    """The start of treatment as a fact of a card."""
    began = "started" if any(fact.sure for fact in episode.evidence) else "may have been started"
    return Because(f"{phrases.capital(drug_of(episode, at))} {began}", episode.start, episode.first.ref)


@dataclass(frozen=True, slots=True)
class FractureOnTreatment:
    """One fracture against one episode: does it count, why not, and what is missing where it is only a maybe."""

    truth: Truth
    event: FragilityFracture
    episode: Episode
    why: str = ""
    facts: tuple[Because, ...] = ()
    missing: tuple[str, ...] = ()


@concept
def fractures(chart: Chart, after: int) -> tuple[FractureOnTreatment, ...]:
    """Every fracture against every episode that may have failed; `after`: months from its start (R-FAIL-01, -04)."""
    return tuple(
        _fracture(chart, event, episode, recent, after)
        for episode, recent in gate(chart).episodes
        for event in fragility_fracture.events(chart)
    )


def _late(event: FragilityFracture, episode: Episode, after: int) -> Truth:
    """Did it happen when so many months of the episode were full?"""
    return reached(event.when, episode.start.plus_months(after))


def on_treatment(chart: Chart, when: When, episode: Episode) -> Truth:
    """Was the patient on treatment then (R-EXP-03)?"""
    return reached(when, episode.start) & reached(_covered_until(chart, episode), when)


def _fracture(
    chart: Chart, event: FragilityFracture, episode: Episode, recent: Truth, after: int
) -> FractureOnTreatment:
    late, on = _late(event, episode, after), on_treatment(chart, event.when, episode)
    ended = _covered_until(chart, episode)
    other = alternative(chart, event.when)
    facts = (event.because, since(episode))

    def no(why: str, *more: Because) -> FractureOnTreatment:
        return FractureOnTreatment(NO, event, episode, why, (*facts, *more))

    if reached(event.when, episode.start) is NO:
        return no("the fracture was before this treatment")
    if late is NO:
        return no(f"the fracture was before {after} months of treatment")
    if on is NO:
        return no("the fracture was too long after the end of treatment", _end(episode))
    if other.holds is YES:
        return no("an alternative agent covers the fracture or started since", *other.facts)
    truth = late & on & recent & event.for_failure & ~other.holds
    missing = [doubt.value for doubt in event.doubts]
    if not event.when.exact and MAYBE in (late, on):
        missing.insert(0, "fracture date")
    if not episode.start.exact and late is MAYBE:
        missing.append("treatment start")
    if MAYBE in (recent, reached(ended, event.when)) and not episode.end.exact:
        missing.append("treatment end")
    if MAYBE in (late, on):
        missing += [f"drug taken: {fact.doubt}" for fact in episode.evidence if fact.doubt]
    if other.holds is MAYBE:
        missing += [f"other treatment: {fact.text}" for fact in other.facts]
    return FractureOnTreatment(truth, event, episode, "", facts, tuple(missing))


def _covered_until(chart: Chart, episode: Episode) -> When:
    """The last day that counts as on treatment (R-EXP-03)."""
    grace = chart.dials(TreatmentFailure).on_treatment
    return When(add_days(episode.end.earliest, grace), add_days(episode.end.latest, grace))


def _end(episode: Episode) -> Because:
    return Because(f"{phrases.capital(drug_of(episode))} ended", episode.end, episode.newest.ref)


def months(chart: Chart) -> int:
    """Full months of treatment from which a fracture is failure."""
    return chart.dials(TreatmentFailure).fracture_after


@concept
def by_fracture(chart: Chart) -> tuple[FractureOnTreatment, ...]:
    """R-FAIL-01: every fracture judged at 18 months, the surest and newest first."""
    found = fractures(chart, months(chart))
    if chart.hook == PROBLEM_HOOK:
        found = tuple(each for each in found if is_new(chart, each.event))
    return tuple(sorted(found, key=lambda each: (each.truth.value, each.event.when.latest), reverse=True))


@dataclass(frozen=True, slots=True)
class Loss:
    """The newest bone density of a place against one baseline, and how surely the two count; or why they do not.

    `other_scanner` is true where only another scanner's results stand before it.
    """

    truth: Truth
    later: BoneDensity
    episode: Episode
    pair: Pair | None = None
    why: str = ""
    other_scanner: bool = False


@concept
def losses(chart: Chart) -> tuple[Loss, ...]:
    """Every newest result of a compared site against every episode that may have failed (R-FAIL-02, -03).

    None where a diagnosis is being added: there the new fracture alone is judged.
    """
    if chart.hook == PROBLEM_HOOK:
        return ()
    return tuple(
        loss
        for episode, recent in gate(chart).episodes
        for site in bone_density.COMPARED_SITES
        for later in bone_density.latest_results(chart, site)
        for loss in _losses(chart, later, episode, recent)
    )


def _losses(chart: Chart, later: BoneDensity, episode: Episode, recent: Truth) -> Iterator[Loss]:
    dials = chart.dials(TreatmentFailure)
    followed = reached(later.when, episode.start.plus_months(dials.density_after))
    on = reached(_covered_until(chart, episode), later.when)
    other = alternative(chart, later.when)
    why = ""
    if later.when.before(add_months(chart.today, -dials.density_within)) is YES:
        why = f"the latest bone density is older than {dials.density_within} months"
    elif followed is NO:
        why = f"the latest bone density is before {dials.density_after} months of treatment"
    elif on is NO:
        why = "the latest bone density is too long after the end of treatment"
    elif other.holds is YES:
        why = "an alternative agent covers the latest bone density or started since"
    if why:
        yield Loss(NO, later, episode, why=why)
        return
    ends = (None,) if episode.start.undated else (episode.start.earliest, episode.start.latest)
    read = [_baseline_pairs(chart, later, end) for end in ends]
    pairs = tuple(dict.fromkeys(pair for each in read for pair in each))
    for pair in pairs:
        same = not episode.start.undated and all(pair in each for each in read)
        known = YES if same and bone_density.perhaps_newer(chart, later) is None else MAYBE
        yield Loss(followed & on & recent & ~other.holds & known, later, episode, pair)
    if not pairs:
        scanned = any(_baselines(chart, later, end) for end in ends)
        why = "the only earlier bone density is from another scanner" if scanned else "no earlier bone density compares"
        yield Loss(NO, later, episode, why=why, other_scanner=scanned)


def _baselines(chart: Chart, later: BoneDensity, start: date | None) -> list[BoneDensity]:
    """Earlier results of the place from twelve months before the start on, whatever their scanner."""
    before = chart.dials(TreatmentFailure).baseline_before
    found = bone_density.baselines(chart, later)
    return [each for each in found if start is None or each.when.latest >= add_months(start, -before)]


def _baseline_pairs(chart: Chart, later: BoneDensity, start: date | None) -> tuple[Pair, ...]:
    """The result nearest to the start, and the newest, each against `later`; without a start the oldest and newest."""
    found = [each for each in _baselines(chart, later, start) if bone_density.same_scanner(each, later)]
    if not found:
        return ()
    nearest = found[0]
    if start is not None:
        nearest = min(found, key=lambda each: (abs(each.when.latest - start), each.when.latest))
    return tuple(dict.fromkeys((Pair(nearest, later), Pair(found[-1], later))))


@dataclass(frozen=True, slots=True)
class WorstLoss:
    """A pair that lost enough to count, with its episode, and how surely it counts."""

    truth: Truth
    pair: Pair
    episode: Episode


@concept
def by_density(chart: Chart) -> tuple[WorstLoss, ...]:
    """R-FAIL-02: pairs that lost at least 10 % a year, the surest and fastest first."""
    limit = chart.dials(TreatmentFailure).yearly_loss
    found = [
        WorstLoss(each.truth, each.pair, each.episode)
        for each in losses(chart)
        if each.pair and each.truth.possibly and each.pair.rate >= limit
    ]
    return tuple(sorted(found, key=lambda each: (each.truth.value, each.pair.rate), reverse=True))


@concept
def beyond_precision(chart: Chart) -> tuple[WorstLoss, ...]:
    """R-FAIL-03: pairs that surely lost at least the least significant change of their site, the largest loss first."""
    precision = chart.dials(bone_density.Precision)
    found = [
        WorstLoss(each.truth, each.pair, each.episode)
        for each in losses(chart)
        if each.pair and each.truth is YES and precision.met(each.pair)
    ]
    return tuple(sorted(found, key=lambda each: each.pair.loss, reverse=True))


@concept
def failed(chart: Chart) -> bool:
    """R-FAIL-01 or -02 surely holds."""
    return any(each.truth is YES for each in by_fracture(chart)) or any(each.truth is YES for each in by_density(chart))


@concept
def several_fractures(chart: Chart) -> tuple[FractureOnTreatment, ...]:
    """R-FAIL-04: the distinct fractures after 12 months on treatment, where there are at least two; else none."""
    dials = chart.dials(TreatmentFailure)
    sure = {each.event: each for each in fractures(chart, dials.response_after) if each.truth is YES}
    kept = fragility_fracture.distinct(chart, sure)
    return tuple(sure[event] for event in kept) if len(kept) >= dials.fractures else ()


@dataclass(frozen=True, slots=True)
class PoorResponse:
    """What shows a poor response that is not, or not surely, treatment failure."""

    episode: Episode
    day: date
    facts: tuple[Because, ...]


@concept
def poor_response(chart: Chart) -> PoorResponse | None:
    """R-FAIL-04, R-FAIL-03, or a fracture that may be failure; None where none holds."""
    several = several_fractures(chart)
    if several:
        newest = several[-1]
        return PoorResponse(newest.episode, newest.event.when.latest, tuple(each.event.because for each in several))
    lost = next(iter(beyond_precision(chart)), None)
    if lost:
        return PoorResponse(lost.episode, lost.pair.later.when.latest, lost.pair.because)
    maybe = next((each for each in by_fracture(chart) if each.truth is MAYBE), None)
    return PoorResponse(maybe.episode, maybe.event.when.latest, maybe.facts) if maybe else None


@concept
def ever(chart: Chart) -> str:
    """Words for a failure of oral bisphosphonates that the record surely holds, however long ago, or "" (R-ELIG-01)."""
    dials = chart.dials(TreatmentFailure)
    sure = [event for event in fragility_fracture.events(chart) if event.for_failure is YES]
    for episode in exposure.oral_bisphosphonate_episodes(chart):
        on = [event for event in sure if on_treatment(chart, event.when, episode) is YES]
        for event in on:
            if _late(event, episode, dials.fracture_after) is YES:
                return f"{event.site} fracture {phrases.when(event.when)} on {drug_of(episode, event.when.latest)}"
        later = [event for event in on if _late(event, episode, dials.response_after) is YES]
        if len(fragility_fracture.distinct(chart, later)) >= dials.fractures:
            return f"{phrases.plural(len(later), 'fracture')} on {drug_of(episode)}"
        for site in bone_density.COMPARED_SITES:
            for result in bone_density.dated_results(chart, site):
                if on_treatment(chart, result.when, episode) is not YES or not episode.start.exact:
                    continue
                if result.when.before(add_months(episode.start.latest, dials.density_after)) is YES:
                    continue
                for pair in _baseline_pairs(chart, result, episode.start.latest):
                    if pair.rate >= dials.yearly_loss:
                        rate = phrases.number(pair.rate)
                        return f"{pair.site} density fell {rate} %/year on {drug_of(episode, result.when.latest)}"
    return ""
