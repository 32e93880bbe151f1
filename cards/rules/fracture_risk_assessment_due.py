"""The risk of fracture was last assessed long ago."""

from cards import phrases
from cards.chart import Chart
from cards.concepts import exposure, fracture_risk, osteoporosis, scope
from cards.evidence.iscd import FRAX
from cards.evidence.seed import SEED
from cards.rule import Months, Years, rule
from cards.verdict import INFO, Finding, Silent, Verdict
from cards.when import NO, YES

DIFFERING = (
    "The source of these rules asks for FRAX every 1 to 2 years to judge the effect of treatment; FRAX is not "
    "validated for that."
)


@rule(
    title="Fracture risk to be reassessed",
    rows=("R-MON-02",),
    hooks=("patient-view",),
    reads=("patient", "fracture_risk"),
    helped_by=("risk_assessments", *exposure.MEDICATION_SECTIONS),
    weighs=("conditions", "bone_densities", "medication_requests"),
    evidence=(SEED, FRAX),
    overrides=("plan-in-place", "will-address-later", "clinically-inappropriate", "limited-life-expectancy"),
)
def fracture_risk_assessment_due(
    chart: Chart, *,
    interval: Months = Months(24, "from one assessment of fracture risk to the next"),
    youngest: Years = Years(40, "the age from which FRAX is asked for"),
    oldest: Years = Years(90, "the last year of age in which FRAX is asked for"),
) -> Verdict:  # fmt: skip
    """Speaks when a FRAX figure is on record, the newest is 24 months old or older, the patient is 40 to 90 years old,
    and osteoporosis is a question: diagnosis, fragility fracture, low T-score or drug.

    Silent when none was ever recorded, when a newer one may have been made (a date that is not known to the day, a
    figure that could not be used), and outside that age.

    Because risk changes with age, falls, fractures and drugs. What FRAX says does not measure the answer to treatment.
    """
    assessed = (*chart.fracture_risk.whole(), *chart.risk_assessments.seen())
    if not assessed:
        return Silent("no assessment of fracture risk was ever recorded")
    last = max(assessed, key=lambda each: (each.when.latest, each.when.earliest, each.test == "frax-major", each.ref))
    fact = fracture_risk.because(last)
    if any(each.when.plus_months(interval).on_or_before(chart.today) is not YES for each in assessed):
        return Silent(f"fracture risk was, or may have been, assessed within {interval} months", (fact,))
    if chart.fracture_risk.unusable or chart.risk_assessments.unusable:
        return Silent("a FRAX figure that could not be used may be newer", (fact,))
    if scope.older_than(chart, youngest) is not YES or scope.older_than(chart, oldest + 1) is not NO:
        return Silent(f"the patient is not surely {youngest} to {oldest} years old", (fact,))
    if not osteoporosis.on_record(chart):
        return osteoporosis.not_on_record(chart)
    return Finding(
        INFO,
        f"Fracture-risk reassessment due (last {phrases.when(last.when)}). FRAX is not a treatment-response measure.",
        (fact,),
        check_first=("New fractures, falls, glucocorticoids and weight since then.",),
        options=("Assess the risk of fracture anew; the answer to treatment is judged by fractures and bone density.",),
        differing=(DIFFERING,),
    )
