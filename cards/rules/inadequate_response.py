"""A response that falls short of what treatment should give, without being failure by the 18-month rule."""

from dataclasses import replace

from cards import phrases
from cards.chart import Chart
from cards.concepts import adherence, exposure, failure_review, infusion_failure, oral_bp_failure
from cards.concepts.bone_density import Precision
from cards.concepts.exposure import Episode
from cards.concepts.fragility_fracture import FragilityFracture
from cards.concepts.next_agent import Situation
from cards.evidence.acp import ACP23
from cards.evidence.iof import IOF12
from cards.evidence.iscd import PRECISION
from cards.evidence.osteoporosis_canada import OC23
from cards.evidence.trials import KENDLER18, LYU19, NMA23
from cards.formulary import ORAL_BISPHOSPHONATES
from cards.rule import rule
from cards.verdict import INFO, WARNING, Because, Finding, Silent, Verdict


@rule(
    title="Inadequate response to treatment",
    rows=("R-FAIL-03", "R-FAIL-04", "R-FAIL-05", "R-FAIL-06", "R-BMD-04", "R-CHOICE-01"),
    hooks=("patient-view", "order-select", "order-sign", "encounter-discharge", "problem-list-item-create",
           "medication-refill"),
    reads=failure_review.READS,
    helped_by=exposure.MEDICATION_SECTIONS,
    weighs=failure_review.WEIGHS,
    evidence=(OC23, PRECISION, IOF12, KENDLER18, ACP23, LYU19, NMA23),
    overrides=("data-incorrect", "plan-in-place", "will-address-later"),
    even_in=("restricted",),
    only_for_drafts_of=ORAL_BISPHOSPHONATES,
)  # fmt: skip
def inadequate_response(chart: Chart) -> Verdict:
    """Speaks when two distinct fragility fractures happened after 12 months of an oral bisphosphonate or of zoledronic
    acid 5 mg (a warning), when one did on zoledronic acid, or when bone density fell by the least significant change
    of its site or more on an oral bisphosphonate (for information, without drugs).

    Silent when treatment failure holds, whose card says more; when another agent covers the event or was started since;
    and when the loss is smaller than what the scanner can tell from chance.

    Because other guidance asks for two fractures or a loss beyond measurement error; one fracture is no proof.
    """
    if oral_bp_failure.failed(chart):
        return Silent("treatment failure holds and has a card of its own")
    several = oral_bp_failure.several_fractures(chart)
    infused = infusion_failure.on_infusions(chart)
    lost = next(iter(oral_bp_failure.beyond_precision(chart)), None)
    if several:
        episode, events = several[-1].episode, tuple(each.event for each in several)
        return _fractures(chart, events, oral_bp_failure.drug_of(episode), episode, (oral_bp_failure.since(episode),))
    if infused.events:
        return _fractures(chart, infused.events, "zoledronic acid", None, infused.facts)
    if lost is None:
        return failure_review.small_loss(chart, infused.why)
    pair, limit = lost.pair, chart.dials(Precision).told(lost.pair.later.site)
    drug = oral_bp_failure.drug_of(lost.episode, pair.later.when.latest)
    told = f"{phrases.capital(pair.site)} BMD fell {phrases.number(pair.loss)}% on {drug}"
    explained = adherence.explanation(chart, lost.episode, pair.later.when.latest)
    return Finding(
        INFO,
        f"{told}, at or above the least significant change ({limit}). Review response.",
        (*pair.because, oral_bp_failure.since(lost.episode), failure_review.slower_loss(chart, pair)),
        check_first=(*failure_review.check_first(chart, explained, presumed=False), *pair.caveats),
        options=("Repeat DXA on the same scanner; CTX or P1NP tells whether turnover is suppressed.",),
        differing=(failure_review.OWN_SCANNER, *failure_review.DIFFERING),
        suggestions=failure_review.response_tests(chart),
    )


def _fractures(
    chart: Chart, events: tuple[FragilityFracture, ...], drug: str, episode: Episode | None, facts: tuple[Because, ...]
) -> Finding:
    explained = adherence.explanation(chart, episode, events[-1].when.latest) if episode else None
    dials, number = chart.dials(oral_bp_failure.TreatmentFailure), phrases.plural(len(events), "fragility fracture")
    finding = Finding(
        INFO,
        f"{number} after {phrases.plural(dials.response_after, 'month')} of {drug}: review treatment response.",
        (*(each.because for each in events), *facts),
        check_first=failure_review.check_first(chart, explained, presumed=any(each.presumed for each in events)),
        differing=(*failure_review.DIFFERING, failure_review.ONE_FRACTURE),
        suggestions=failure_review.response_tests(chart),
    )
    if len(events) < dials.fractures:
        return finding
    choice = failure_review.choose(chart, Situation.FAILED, episode, explained, tuple(each.refs[0] for each in events))
    given, said = failure_review.suggestions(chart, choice), failure_review.options(chart, choice)
    other = failure_review.differing(choice)
    return replace(finding, indicator=WARNING, options=said, differing=other, suggestions=given, alternatives=True)
