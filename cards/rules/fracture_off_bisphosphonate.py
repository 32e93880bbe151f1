"""A new fragility fracture after a long course of a bisphosphonate was ended: treatment starts again."""

from cards import phrases
from cards.chart import Chart
from cards.concepts import exposure, failure_review, fracture_risk, next_agent, off_bisphosphonate
from cards.concepts.off_bisphosphonate import FractureOff
from cards.evidence.asbmr import ASBMR16
from cards.evidence.endocrine_society import ES20
from cards.rule import rule
from cards.verdict import WARNING, Finding, Verdict

WITHOUT_ROMOSOZUMAB = ("teriparatide", "denosumab", "zoledronic-acid")


@rule(
    title="Fracture off bisphosphonate",
    rows=("R-HOL-02", "R-CHOICE-03"),
    hooks=("patient-view",),
    reads=("medication_requests",),
    helped_by=exposure.MEDICATION_SECTIONS,
    weighs=tuple(name for name in failure_review.RISK_WEIGHS if name not in ("encounters", "drafts")),
    evidence=(ASBMR16, ES20),
    overrides=("not-fragility", "data-incorrect", "specialist-managing", "plan-in-place", "patient-declined",
               "will-address-later"),
    yields_to=("treatment-failure",),
)  # fmt: skip
def fracture_off_bisphosphonate(chart: Chart) -> Verdict:
    """
    Speaks when a bisphosphonate was taken for at least 36 months and ended, a fragility fracture followed more than 90
    days and at most 60 months later, and no other treatment has been given or ordered since.

    Silent when the fracture came sooner (it then counts as on treatment), when anything was taken since, within 24
    months of denosumab, and when an atypical femoral fracture is recorded. Where a date leaves it open, that date is
    asked for.

    Because a fracture ends a holiday: the protection that stays in bone was not enough.
    """
    found = off_bisphosphonate.fracture(chart)
    if not isinstance(found, FractureOff):
        return found
    event, end = found.event, phrases.when(found.episode.end)
    choice = next_agent.choose(
        chart,
        next_agent.Situation.VERY_HIGH_RISK,
        reason_refs=event.refs[:1],
        among=() if fracture_risk.criteria(chart) else WITHOUT_ROMOSOZUMAB,
    )
    return Finding(
        WARNING,
        f"New fracture {phrases.when(event.when)} off bisphosphonate since {end}: restart treatment.",
        found.facts,
        check_first=(
            *((failure_review.CONFIRM_LOW_TRAUMA,) if event.presumed else ()),
            "Whether another treatment was given elsewhere; secondary causes of bone loss; falls.",
        ),
        options=(*choice.notes, *choice.excluded, *choice.unjudged),
        suggestions=(*choice.suggestions, *choice.tests),
        alternatives=True,
    )
