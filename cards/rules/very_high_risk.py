"""Very high risk of fracture: an anabolic agent may come first."""

from cards.chart import Chart
from cards.concepts import antiresorptive_exposure, exposure, failure_review, fracture_risk, very_high_risk_review
from cards.concepts.fracture_risk import AACE20 as AACE_PROFILE
from cards.concepts.next_agent import Situation
from cards.evidence.aace import AACE20
from cards.evidence.acp import ACP23
from cards.evidence.acr import ACR22
from cards.evidence.goal_directed import GDT24
from cards.evidence.nogg import NOGG21
from cards.evidence.trials import ERIKSEN09, HIROOKA
from cards.rule import rule
from cards.verdict import INFO, Finding, Line, Verdict


@rule(
    title="Very high fracture risk",
    rows=("R-VHR-01", "R-CHOICE-03", "R-GIO-01"),
    hooks=("patient-view",),
    reads=failure_review.READS,
    helped_by=exposure.MEDICATION_SECTIONS,
    weighs=failure_review.RISK_WEIGHS,
    evidence=(ACR22, AACE20, GDT24, ACP23, NOGG21, ERIKSEN09, HIROOKA),
    overrides=("specialist-managing", "patient-declined", "cost-or-access", "clinically-inappropriate"),
    yields_to=("fracture-off-bisphosphonate",),
)
def very_high_risk(chart: Chart) -> Verdict:
    """Speaks when the record holds a fragility fracture, a T-score of -3.5 or lower within five years, FRAX of 30 %
    (major) or 4.5 % (hip) or more within two years, or high-dose glucocorticoids. On an antiresorptive only what is
    new on it counts: a fracture on treatment in the last 24 months, a T-score that low after a year of it, or the
    glucocorticoids; anything older is one line in another card, and a missing date that decides it is asked for.

    Silent when a failure card says more, while or shortly after an anabolic agent, within 24 months of denosumab
    (switching would harm), and after an atypical femoral fracture.

    Because at very high risk building bone first and holding it afterwards prevents more fractures. The profile of
    limits, ACR 2022 or AACE 2020, is the site's choice.
    """
    met = fracture_risk.criteria(chart)
    if not met:
        return very_high_risk_review.no_criterion(chart)
    other = very_high_risk_review.suppressed(chart)
    if other is not None:
        return other
    current, unsure = very_high_risk_review.on_treatment(chart), antiresorptive_exposure.unsure(chart)
    new = very_high_risk_review.new_on_treatment(chart) if current else met
    if not new:
        wanted = very_high_risk_review.perhaps_new(chart)
        if wanted is not None:
            return wanted
        text = f"Very high fracture risk ({met[0].words}), not new on treatment: no change is suggested for it alone."
        return Line(" ".join((text, *unsure)), tuple(each.because for each in met))
    fracture = next((each.event for each in new if each.event), None)
    options = very_high_risk_review.options(chart, new[0])
    choice = failure_review.NO_CHOICE
    if not current or (fracture and very_high_risk_review.is_on_current(chart, fracture)):
        refs = fracture.refs[:1] if fracture else ()
        choice = failure_review.choose(chart, Situation.VERY_HIGH_RISK, current, None, refs)
    excluded = very_high_risk_review.no_anabolic(chart)
    step = "Consider an anabolic agent first, then an antiresorptive."
    if excluded:
        step = "No anabolic agent can be suggested here: see the options."
    told = (f"Very high fracture risk ({words}). {step}" for words in (new[0].words, new[0].kind.value))
    return Finding(
        INFO,
        failure_review.fitting(*told),
        tuple(each.because for each in (*new, *(each for each in met if each not in new))),
        check_first=(*unsure, *((failure_review.CONFIRM_LOW_TRAUMA,) if fracture and fracture.presumed else ())),
        options=(*options, *choice.notes, *(choice.excluded or excluded), *choice.unjudged),
        differing=very_high_risk_review.differing(chart),
        suggestions=(*choice.suggestions, *choice.tests),
        alternatives=True,
        source=AACE20 if chart.site.vhr_profile == AACE_PROFILE else None,
    )
