"""A fracture, or a fast loss of bone, after long enough on an oral bisphosphonate."""

from cards import phrases
from cards.chart import Chart
from cards.concepts import adherence, exposure, failure_review, fracture_risk, oral_bp_failure
from cards.concepts.next_agent import Situation
from cards.concepts.oral_bp_failure import drug_of
from cards.evidence.acp import ACP23
from cards.evidence.acr import ACR17
from cards.evidence.iof import IOF12
from cards.evidence.osteoporosis_canada import OC23
from cards.evidence.seed import SEED
from cards.evidence.trials import HIROOKA, KENDLER18, LYU19, NMA23, VERO
from cards.formulary import ORAL_BISPHOSPHONATES
from cards.rule import rule
from cards.verdict import WARNING, Because, Finding, Verdict
from cards.when import YES


@rule(
    title="Possible bisphosphonate failure",
    rows=("R-FAIL-00", "R-FAIL-01", "R-FAIL-02", "R-FAIL-06", "R-CHOICE-01", "R-CHOICE-02", "R-DATA-01"),
    hooks=("patient-view", "order-select", "order-sign", "encounter-discharge", "problem-list-item-create",
           "medication-refill"),
    reads=failure_review.READS,
    helped_by=exposure.MEDICATION_SECTIONS,
    weighs=failure_review.RISK_WEIGHS,
    evidence=(ACR17, SEED, IOF12, OC23, VERO, ACP23, LYU19, NMA23, HIROOKA, KENDLER18),
    overrides=("not-fragility", "nonadherence-known", "data-incorrect", "specialist-managing", "patient-declined",
               "will-address-later"),
    even_in=("restricted",),
    only_for_drafts_of=ORAL_BISPHOSPHONATES,
)  # fmt: skip
def treatment_failure(chart: Chart) -> Verdict:
    """Speaks when a fragility fracture happened on an oral bisphosphonate after 18 full months of it, or when bone
    density at the spine, total hip or femoral neck fell by 10 % a year or more after a year of it. With a cause on
    record (too few fills, malabsorption, an esophageal disorder) zoledronic acid comes first, else teriparatide.

    Silent when the tablets ended more than a year ago, when another agent covers the event or has been started since,
    after denosumab in the last 24 months, after an atypical femoral fracture, and on an order unless it renews an oral
    bisphosphonate. A date that is not known to the day is no warning: the possible failure has a card of its own.

    Because the guideline on glucocorticoid-induced osteoporosis changes the class at that point. Other guidance asks
    for more than one fracture, and one fracture is no proof: adherence, absorption and secondary causes come first.
    """
    fracture = next((each for each in oral_bp_failure.by_fracture(chart) if each.truth is YES), None)
    loss = next((each for each in oral_bp_failure.by_density(chart) if each.truth is YES), None)
    if fracture is not None:
        episode, day = fracture.episode, fracture.event.when.latest
        start, drug = episode.start, drug_of(episode, day)
        short = f"{fracture.event.site} fracture {phrases.when(fracture.event.when)}"
        text = f"{short}, {phrases.span(start.latest, day)} after starting {drug}"
    elif loss is not None:
        episode, day = loss.episode, loss.pair.later.when.latest
        start, drug = episode.start, drug_of(episode, day)
        short = f"{loss.pair.site} BMD fell {phrases.number(loss.pair.rate)}%/year"
        text = f"{short} on {drug}"
    else:
        return failure_review.silence(chart)
    explained = adherence.explanation(chart, episode, day)
    situation = Situation.FAILED_WITH_CAUSE if explained.causes else Situation.FAILED
    refs = fracture.event.refs[:1] if fracture else ()
    at_risk = bool(fracture_risk.criteria(chart))
    choice = failure_review.choose(chart, situation, episode, explained, refs, very_high_risk=at_risk)
    plain = tuple(f"Possible bisphosphonate failure: {told}. Consider changing class." for told in (text, short))
    if explained.causes:
        step = "IV zoledronic acid" if "zoledronic-acid" in choice.drugs else "changing class"
        head, cause = f"Possible bisphosphonate failure ({short}); likely cause", explained.causes[0]
        plain = (*(f"{head} {words}. Consider {step}." for words in (cause.words, cause.kind)), *plain)
    why = [oral_bp_failure.since(episode, day)]
    if fracture is not None:
        limit = phrases.plural(oral_bp_failure.months(chart), "month")
        why.insert(0, fracture.event.because)
        why.append(Because(f"The fracture came {phrases.span(start.latest, day)} after the start: {limit} or more"))
    if loss is not None:
        why += [*loss.pair.because, failure_review.fast_loss(chart, loss.pair)]
    return Finding(
        WARNING,
        failure_review.fitting(*plain),
        (*why, *(cause.because for cause in explained.causes)),
        check_first=(
            *failure_review.check_first(chart, explained, presumed=bool(fracture and fracture.event.presumed)),
            *(loss.pair.caveats if loss else ()),
        ),
        options=(*failure_review.options(chart, choice), *failure_review.risk_not_seen(chart)),
        differing=failure_review.differing(choice, one_fracture=fracture is not None),
        suggestions=failure_review.suggestions(chart, choice),
        alternatives=True,
        aside=failure_review.reported_effects(chart),
    )
