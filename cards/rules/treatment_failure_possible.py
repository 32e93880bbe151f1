"""A fracture on an oral bisphosphonate that a missing date or an open cause keeps from being judged."""

from cards import phrases
from cards.chart import Chart
from cards.concepts import exposure, failure_review, oral_bp_failure
from cards.evidence.acr import ACR17
from cards.evidence.iof import IOF12
from cards.evidence.osteoporosis_canada import OC23
from cards.evidence.seed import SEED
from cards.evidence.trials import KENDLER18
from cards.formulary import ORAL_BISPHOSPHONATES
from cards.rule import rule
from cards.verdict import INFO, Finding, Silent, Verdict
from cards.when import MAYBE, YES


@rule(
    title="Possible bisphosphonate failure, to be confirmed",
    rows=("R-FAIL-01", "R-FRX-01", "R-FRX-07", "R-FRX-08", "R-DATE-03"),
    hooks=("patient-view", "order-select", "order-sign", "encounter-discharge", "problem-list-item-create",
           "medication-refill"),
    reads=failure_review.READS,
    helped_by=exposure.MEDICATION_SECTIONS,
    weighs=("patient",),
    evidence=(ACR17, SEED, IOF12, OC23, KENDLER18),
    overrides=("data-incorrect", "not-fragility", "will-address-later"),
    yields_to=("treatment-failure",),
    even_in=("restricted",),
    only_for_drafts_of=ORAL_BISPHOSPHONATES,
)  # fmt: skip
def treatment_failure_possible(chart: Chart) -> Verdict:
    """Speaks when a fracture on an oral bisphosphonate would be treatment failure by one reading of the record and not
    by another: its day, or the start or end of treatment, is partial or missing; the diagnosis is unconfirmed; it is a
    hand, ankle or foot fracture; a bone malignancy is active; or it is a femoral shaft fracture after long treatment.

    Silent when a fracture surely is failure, and when none can be by any reading.

    Because a warning must rest on what the record holds, and the missing day or cause is quickly asked.
    """
    gate = oral_bp_failure.gate(chart)
    if gate.shut:
        return Silent(gate.shut, gate.facts)
    found = oral_bp_failure.by_fracture(chart)
    if not found:
        return Silent("no fragility fracture is recorded")
    best = found[0]
    if best.truth is YES:
        return Silent("a fracture surely counts as treatment failure", best.facts)
    if best.truth is not MAYBE:
        return Silent(best.why, best.facts)
    asked = tuple(dict.fromkeys(each.partition(":")[0] for each in best.missing))
    start, months = best.episode.start, oral_bp_failure.months(chart)
    limit = "" if start.undated else f" ({phrases.when(start.plus_months(months))} or later)"
    reading = f"If it was a fragility fracture on treatment after {months} full months{limit}: treatment failure."
    head, tail = "Fracture on bisphosphonate: confirm", f"to judge treatment failure ({months}-month rule)."
    wanted = (phrases.listed(asked), phrases.plural(len(asked), "point"))
    return Finding(
        INFO,
        failure_review.fitting(*(f"{head} {words} {tail}" for words in wanted)),
        (best.event.because, oral_bp_failure.since(best.episode, best.event.when.latest)),
        check_first=tuple(f"Confirm the {each}." for each in best.missing),
        options=(reading, "If not: no failure by this rule."),
        differing=(*failure_review.DIFFERING, failure_review.ONE_FRACTURE),
    )
