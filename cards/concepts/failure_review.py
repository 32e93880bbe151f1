"""What every card on a failing bisphosphonate says and offers besides its own finding (R-FAIL-06)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from cards import phrases
from cards.chart import Chart, Source, State, concept
from cards.concepts import (
    bone_density,
    calcium,
    exposure,
    fracture_risk,
    glucocorticoid,
    next_agent,
    offers,
    oral_bp_failure,
    vitamin_d,
)
from cards.concepts.adherence import Explanation
from cards.concepts.alternative_agent import ZOLEDRONIC_ACID
from cards.concepts.bone_density import Pair
from cards.concepts.exposure import Episode
from cards.concepts.next_agent import Choice, Situation
from cards.orders import Delete
from cards.verdict import SUMMARY_LIMIT, Action, Because, Lacking, Silent, Suggestion
from cards.when import MAYBE, add_months

READS: Final = ("conditions", "medication_requests", "drafts")
WEIGHS: Final = tuple(name for name in next_agent.SECTIONS if name != "appointments")
"""Bone density weighs too: a fracture on treatment speaks without it, silence does not."""

RISK_WEIGHS: Final = (*WEIGHS, "fracture_risk", "risk_assessments")
"""The same for rules that ask for very high risk."""

NOT_INFUSED: Final = ("teriparatide", "denosumab", "romosozumab")
REPEAT_SCAN_MONTHS: Final = 12

NO_CHOICE: Final = Choice((), (), (), (), (), ())
"""Nothing to offer."""

CONFIRM_LOW_TRAUMA: Final = "Presumed fragility fracture: please confirm a low-trauma mechanism."
DIFFERING: Final = (
    "The IOF asks for two fractures, or one with poor bone density or marker response.",
    "Osteoporosis Canada asks for more than one fracture, or a loss of 5 % or more.",
)
ONE_FRACTURE: Final = "One fracture on treatment is by itself no proof that the drug failed."
OWN_SCANNER: Final = (
    "The least significant change of the scanner itself decides; a general limit stands in where the site has set none."
)
_ACP: Final = (
    "The ACP puts denosumab after a bisphosphonate, and keeps teriparatide and romosozumab for women at very high risk."
)
_SPINE_OR_HIP: Final = (
    "After long bisphosphonate use the spine gained more with teriparatide, the total hip with denosumab (cohort); "
    "against clinical fractures parathyroid hormone analogues did more than denosumab (network meta-analysis)."
)
_OPTIONS: Final = {
    "teriparatide": "Teriparatide 20 mcg daily for up to 24 months, then an antiresorptive.",
    "denosumab": "Denosumab 60 mg, if an anabolic agent is unsuitable.",
    "zoledronic-acid": "Zoledronic acid 5 mg intravenously, if absorption or adherence is poor.",
    "romosozumab": "Romosozumab for 12 months in women at very high risk without myocardial infarction or stroke.",
}
_EFFECTS: Final = (
    "Teriparatide forms bone: lumbar spine +8.19 %, more than alendronate. {steroid}Denosumab suppresses turnover and "
    "raises bone density more than bisphosphonates at all sites. Zoledronic acid: spine +6.10 %, vertebral fracture "
    "relative risk 0.33 (0.16 to 0.7). Romosozumab has a dual action; followed by an antiresorptive it prevents more "
    "fractures than an antiresorptive alone."
)
_STEROID: Final = (
    "In glucocorticoid users after a bisphosphonate it had some advantage over denosumab (small study, n = 41; at 24 "
    "months the difference was not significant). "
)


def fitting(*candidates: str) -> str:
    """The first of these summaries that fits a card."""
    return next((text for text in candidates if len(text) <= SUMMARY_LIMIT), candidates[-1][:SUMMARY_LIMIT])


def check_first(chart: Chart, explained: Explanation | None, *, presumed: bool) -> tuple[str, ...]:
    """What to look at before a drug is said to have failed; `explained` None for a drug given by infusion."""
    level, found = vitamin_d.latest(chart), calcium.latest(chart)
    told = level.words if level else "25-OH vitamin D: no value available here"
    ca = f"calcium {found.words} ({phrases.when(found.when)})" if found else "calcium: no value available here"
    men = ", testosterone" if chart.patient and chart.patient.sex == "male" else ""
    causes = f"secondary causes (PTH, TSH, coeliac serology, myeloma screen{men})"
    return (
        *((CONFIRM_LOW_TRAUMA,) if presumed else ()),
        *((f"{phrases.capital(explained.told)}; check dosing technique and absorption.",) if explained else ()),
        f"{told}; {ca}.",
        f"Exclude non-adherence, malabsorption, vitamin D deficiency, {causes} and falls.",
    )


def choose(chart: Chart, situation: Situation, episode: Episode | None, explained: Explanation | None,
           refs: tuple[str, ...], *, very_high_risk: bool = True) -> Choice:  # fmt: skip
    """The next agent, not the infusion in use; with each drug the failing tablets are stopped and their renewal undone.

    `episode` None: the drug that failed was given by infusion, or there was none. `refs` are the Conditions it is for.
    """
    tablets = [fact for fact in (episode.evidence if episode else ()) if exposure.is_oral(fact)]
    unsaved = {fact.ref for fact in chart.conditions if fact.in_context}
    renewals = [draft for draft in chart.drafts if exposure.is_oral(draft.order) and not draft.stops]
    active = [fact.ref for fact in tablets if fact.source is Source.REQUEST and fact.status == "active"]
    choice = next_agent.choose(
        chart,
        situation,
        stop=tuple(dict.fromkeys((*active, *(draft.ref for draft in renewals if draft.on_record)))),
        very_high_risk=very_high_risk,
        adherence_unknown=explained is None or explained.covered is None,
        after_iv_bisphosphonate=episode is None,
        reason_refs=tuple(ref for ref in refs if ref not in unsaved),
        among=NOT_INFUSED if exposure.active(chart, ZOLEDRONIC_ACID).possibly else (),
    )
    words = "Remove the order of the oral bisphosphonate"
    back = tuple(Action(words, Delete(draft.ref)) for draft in renewals if not draft.on_record)
    given = tuple(replace(each, actions=(*each.actions, *back)) if each.drug else each for each in choice.suggestions)
    return replace(choice, suggestions=given)


def risk_not_seen(chart: Chart) -> tuple[str, ...]:
    """What the card says where romosozumab is left out because a figure of risk may be unseen."""
    parts = {"bone density": chart.bone_densities, "recorded fracture risk": chart.fracture_risk}
    missing = [words for words, section in parts.items() if section.state is not State.WHOLE]
    if fracture_risk.criteria(chart) or not missing:
        return ()
    return (f"Not suggested because {phrases.listed(missing)} was not available: romosozumab.",)


def options(chart: Chart, choice: Choice) -> tuple[str, ...]:
    """The drugs in the order in which they are offered, and what was left out and why."""
    lines = [_OPTIONS[drug] for drug in choice.drugs if drug in _OPTIONS]
    if "teriparatide" in choice.drugs:
        lines.append("Hip bone density can dip in the first year of teriparatide after a bisphosphonate.")
    steroid = glucocorticoid.gio(chart)
    if steroid:
        lines.append(f"{steroid.text}: the ACR definitions apply directly; taper the glucocorticoid where possible.")
    return (*lines, *choice.notes, *choice.excluded, *choice.unjudged)


def differing(choice: Choice, *, one_fracture: bool = False) -> tuple[str, ...]:
    """What other guidance says of the failure, which may rest on a single fracture, and of the drugs offered."""
    single = (ONE_FRACTURE,) if one_fracture else ()
    acp = (_ACP,) if {"teriparatide", "romosozumab"} & set(choice.drugs) else ()
    return (*DIFFERING, *single, *acp, *((_SPINE_OR_HIP,) if "teriparatide" in choice.drugs else ()))


def suggestions(chart: Chart, choice: Choice) -> tuple[Suggestion, ...]:
    """The drugs, the tests that belong to them, the search for secondary causes, and a referral."""
    referral = () if not choice.drugs else (offers.referral(offers.BONE_SPECIALIST, "Bisphosphonate failure"),)
    return (*choice.suggestions, *choice.tests, secondary_causes(chart), *referral)


def secondary_causes(chart: Chart) -> Suggestion:
    """The tests for causes of bone loss other than a failing drug."""
    men = ("testosterone",) if chart.patient and chart.patient.sex == "male" else ()
    return offers.work_up(
        "Order tests for secondary causes of bone loss", "calcium", "vitamin-d-25oh", "parathyroid-hormone",
        "thyrotropin", "coeliac-serology", "protein-electrophoresis", *men,
    )  # fmt: skip


def response_tests(chart: Chart) -> tuple[Suggestion, ...]:
    """Tests that tell whether a drug works: turnover markers, secondary causes, the next scan."""
    again = add_months(chart.today, REPEAT_SCAN_MONTHS)
    return (
        offers.work_up("Order bone turnover markers (CTX, P1NP)", "ctx", "p1np"),
        secondary_causes(chart),
        offers.work_up(f"Order DXA on the same scanner for {phrases.day(again)}", "dxa", on=again),
    )


def reported_effects(chart: Chart) -> tuple[str, str]:
    """The closing paragraph of effects as the seed reports them."""
    steroid = _STEROID if glucocorticoid.gio(chart) else ""
    return "Reported effects (seed; numbers unverified)", _EFFECTS.format(steroid=steroid)


def fast_loss(chart: Chart, pair: Pair) -> Because:
    """The yearly loss against the limit of failure."""
    dials = chart.dials(oral_bp_failure.TreatmentFailure)
    limit = f"{phrases.number(dials.yearly_loss)} % or more after {phrases.months(dials.density_after)} of treatment"
    return Because(f"A loss of {phrases.number(pair.rate)} % a year: {limit}")


def slower_loss(chart: Chart, pair: Pair) -> Because:
    """A yearly loss that is no failure."""
    failing = phrases.number(chart.dials(oral_bp_failure.TreatmentFailure).yearly_loss)
    return Because(f"{phrases.number(pair.rate)} % a year: below the {failing} % of treatment failure")


def small_loss(chart: Chart, infusions: str) -> Silent:
    """Why no loss of bone, and no fracture on infusions, is an inadequate response."""
    gate = oral_bp_failure.gate(chart)
    if chart.hook == oral_bp_failure.PROBLEM_HOOK:
        return Silent("; ".join(dict.fromkeys([gate.shut or _fracture_words(chart), infusions])), gate.facts)
    why = [gate.shut] if gate.shut else [_fracture_words(chart), _largest_loss(chart)]
    chart.bone_densities.whole()
    return Silent("; ".join(dict.fromkeys([*why, infusions])), gate.facts or _loss_facts(oral_bp_failure.losses(chart)))


def _fracture_words(chart: Chart) -> str:
    dials = chart.dials(oral_bp_failure.TreatmentFailure)
    if any(each.truth.possibly for each in oral_bp_failure.fractures(chart, dials.response_after)):
        least = "two" if dials.fractures == 2 else dials.fractures
        return f"fewer than {least} fractures count on the tablets"
    return "no fracture counts on the tablets"


def _largest_loss(chart: Chart) -> str:
    pairs = [each.pair for each in oral_bp_failure.losses(chart) if each.pair]
    if not pairs:
        return "no bone density compares"
    worst = max(pairs, key=lambda pair: pair.loss)
    enough = chart.dials(bone_density.Precision).met(worst)
    verdict = "and a date leaves open whether that counts" if enough else "below the least significant change"
    return f"the {worst.site} lost {phrases.number(worst.loss)} %, {verdict}"


@concept
def silence(chart: Chart) -> Silent | Lacking:
    """Why neither a fracture nor a loss of bone counts as failure; Lacking where a better record could change it."""
    gate = oral_bp_failure.gate(chart)
    if gate.shut:
        return Silent(gate.shut, gate.facts)
    fractures, losses = oral_bp_failure.by_fracture(chart), oral_bp_failure.losses(chart)
    if chart.hook == oral_bp_failure.PROBLEM_HOOK:
        return Silent(fractures[0].why or "the new fracture may count, to be confirmed", fractures[0].facts)
    chart.bone_densities.whole()
    best = fractures[0] if fractures else None
    why = "no fragility fracture is recorded"
    if best:
        why = best.why or f"one fracture may count, to be confirmed: {'; '.join(best.missing)}"
    facts = best.facts if best else ()
    return _wanted(chart) or Silent(f"{why}; {_loss_words(chart, losses)}", (*facts, *_loss_facts(losses)))


def _loss_words(chart: Chart, losses: tuple[oral_bp_failure.Loss, ...]) -> str:
    if not losses:
        return "no bone density in g/cm² is recorded at the spine or hip"
    pairs = [each.pair for each in losses if each.pair]
    if not pairs:
        return max(losses, key=lambda each: each.later.when.latest).why
    worst = max(pairs, key=lambda pair: pair.rate)
    limit = phrases.number(chart.dials(oral_bp_failure.TreatmentFailure).yearly_loss)
    return f"the {worst.site} lost {phrases.number(worst.rate)} % a year, below {limit}"


def _loss_facts(losses: tuple[oral_bp_failure.Loss, ...]) -> tuple[Because, ...]:
    worst = max((each.pair for each in losses if each.pair), key=lambda pair: pair.rate, default=None)
    return worst.because if worst else ()


def _wanted(chart: Chart) -> Lacking | None:
    """The datum that would let a loss of bone be judged (R-DATA-01)."""
    episode = oral_bp_failure.gate(chart).episodes[-1][0]
    unsure = [each for each in oral_bp_failure.by_density(chart) if each.truth is MAYBE]
    drug = oral_bp_failure.drug_of(episode)
    dials = chart.dials(oral_bp_failure.TreatmentFailure)
    followed = add_months(episode.start.earliest, dials.density_after)
    since = max(add_months(chart.today, -dials.density_within), followed)
    undated = _undated_scan(chart, unsure, since)
    if undated:
        return undated
    if unsure:
        unknown = "start" if not episode.start.exact else "end"
        why = f"Bone density fell, and the {unknown} of {drug} is not known to the day."
        return Lacking(f"the {unknown} of {drug} (treatment {unknown} unknown)", why, unsure[0].pair.because)
    losses = oral_bp_failure.losses(chart)
    other = next((each for each in losses if each.other_scanner), None)
    if other and not any(each.pair for each in losses):
        why = f"{phrases.capital(other.later.site)}: the two scans are of different scanners and cannot be compared."
        return Lacking("a bone density on the earlier scanner (different scanner)", why, _scans(chart, other))
    if losses:
        return None
    since = max(since, add_months(episode.start.latest, dials.density_after))
    for site in bone_density.COMPARED_SITES:
        fell = bone_density.t_score_fell(chart, site, since)
        if fell:
            why = "The T-score fell, and a T-score alone gives no percentage."
            facts = tuple(bone_density.because_t(each) for each in fell)
            return Lacking(f"the {site} density in g/cm² (no g/cm² values)", why, facts)
    return None


def _undated_scan(chart: Chart, unsure: list[oral_bp_failure.WorstLoss], since: date) -> Lacking | None:
    """A scan without its day that may be the newest, or may have lost bone."""
    drops = [drop for site in bone_density.COMPARED_SITES if (drop := bone_density.undated_drop(chart, site, since))]
    for pair in (*(each.pair for each in unsure), *drops):
        newer = bone_density.perhaps_newer(chart, pair.later)
        scan = newer or (pair.later if not pair.later.when.exact else pair.earlier)
        if not scan.when.exact:
            facts = tuple(dict.fromkeys((*pair.because, bone_density.because_density(scan, pair.site))))
            why = f"Bone density may have fallen, and the day of a {pair.site} scan is not known."
            return Lacking(f"the exact day of the {pair.site} scan of {phrases.when(scan.when)}", why, facts)
    return None


def _scans(chart: Chart, other: oral_bp_failure.Loss) -> tuple[Because, ...]:
    earlier = bone_density.baselines(chart, other.later)[-1]
    return tuple(
        Because(f"{phrases.capital(each.site)}, scanner {phrases.quote(each.device or 'unknown')}", each.when, each.ref)
        for each in (earlier, other.later)
    )
