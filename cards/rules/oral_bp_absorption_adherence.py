"""A poor response to tablets that adherence or absorption may explain."""

from cards import phrases
from cards.chart import Chart
from cards.concepts import adherence, exposure, failure_review, offers, oral_bp_failure, renal_function
from cards.concepts.next_agent import Situation
from cards.evidence.acr import ACR17
from cards.evidence.seed import SEED
from cards.formulary import ORAL_BISPHOSPHONATES
from cards.rule import rule
from cards.verdict import WARNING, Finding, Silent, Verdict


@rule(
    title="Adherence to or absorption of an oral bisphosphonate",
    rows=("R-ADH-01", "R-ADH-02", "R-CHOICE-02"),
    hooks=("patient-view", "order-select", "order-sign", "encounter-discharge", "problem-list-item-create",
           "medication-refill"),
    reads=failure_review.READS,
    helped_by=exposure.MEDICATION_SECTIONS,
    weighs=failure_review.WEIGHS,
    evidence=(ACR17, SEED),
    overrides=("nonadherence-known", "clinically-inappropriate", "patient-declined"),
    even_in=("restricted",),
    only_for_drafts_of=ORAL_BISPHOSPHONATES,
)  # fmt: skip
def oral_bp_absorption_adherence(chart: Chart) -> Verdict:
    """Speaks when the response to an oral bisphosphonate is inadequate, or a fracture on it may be failure, and the
    record holds a cause: fills that covered less than 0.80 of the days of the last 12 months, coded non-adherence,
    malabsorption or a disorder of the esophagus.

    Silent when treatment failure holds, whose own card names the cause; when the response is not poor; and when no
    cause is recorded. Without fills adherence is unknown, not poor.

    Because an intravenous bisphosphonate bypasses both, and a drug that was not taken has not failed.
    """
    gate = oral_bp_failure.gate(chart)
    if gate.shut:
        return Silent(gate.shut, gate.facts)
    if oral_bp_failure.failed(chart):
        return Silent("treatment failure holds, and its card names the cause")
    poor = oral_bp_failure.poor_response(chart)
    if poor is None:
        chart.bone_densities.whole()
        return Silent("the response to the oral bisphosphonate is not recorded as poor")
    explained = adherence.explanation(chart, poor.episode, poor.day)
    if not explained.causes:
        return Silent(f"no cause is recorded: {explained.told}", poor.facts)
    choice = failure_review.choose(chart, Situation.FAILED_WITH_CAUSE, poor.episode, explained, ())
    infusion = tuple(each for each in choice.suggestions if each.drug == "zoledronic-acid" or not choice.drugs)
    step = "Consider IV zoledronic acid." if "zoledronic-acid" in choice.drugs else "Address it first."
    head, cause = "Poor response to oral bisphosphonate may reflect", explained.causes[0]
    value, kinds = renal_function.best(chart), {each.kind for each in explained.causes}
    kidney = f"{value.because.text} ({phrases.when(value.when)})" if value else "no value available here"
    return Finding(
        WARNING,
        failure_review.fitting(*(f"{head} {words}. {step}" for words in (cause.words, cause.kind))),
        (*(each.because for each in explained.causes), *poor.facts),
        check_first=(f"{phrases.capital(explained.told)}.", f"Renal function: {kidney}."),
        options=(
            f"An intravenous bisphosphonate bypasses {'both' if len(kinds) > 1 else 'it'}.",
            "Denosumab needs reliable attendance every 6 months.",
            *(line for line in (*choice.excluded, *choice.unjudged) if "zoledronic acid" in line or not choice.drugs),
        ),
        suggestions=(
            *infusion,
            *choice.tests,
            offers.work_up("Ask for a review of dispensing and adherence", "dispense-review"),
        ),
    )
