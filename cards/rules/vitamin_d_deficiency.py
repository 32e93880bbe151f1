"""25-OH vitamin D is low before a drug that needs it, or on treatment."""

from cards.chart import Chart, Draft, Therapy
from cards.concepts import contraindications, denosumab_delay, exposure, offers, vitamin_d
from cards.concepts.contraindications import Cleared, mineral
from cards.evidence.bhof import BHOF22
from cards.evidence.seed import SEED
from cards.formulary import name
from cards.rule import DRAFT, THERAPY, rule
from cards.verdict import INFO, Finding, Line, Silent, Verdict


@rule(
    title="Vitamin D deficiency",
    rows=("R-CI-VITD-01", "R-VITD-01"),
    hooks=("patient-view", "order-select", "order-sign", "medication-refill"),
    reads=(),
    weighs=("laboratory", "medication_requests", "drafts", *exposure.MEDICATION_SECTIONS, "conditions", "appointments"),
    evidence=(SEED, BHOF22),
    overrides=("labs-pending", "plan-in-place"),
    yields_to=("denosumab-hypocalcemia-ckd",),
    judges=(DRAFT, THERAPY),
    even_in=("oncology", "restricted"),
    contraindicates=True,
)
def vitamin_d_deficiency(chart: Chart, subject: Draft | Therapy) -> Verdict:
    """
    Speaks when the newest 25-OH vitamin D, of the last 365 days, is below 20 ng/mL: a warning where denosumab,
    zoledronic acid or romosozumab is ordered, information where the patient is on a drug for osteoporosis. A denosumab
    dose that is due or overdue is not put off for it.

    Silent when the value is 20 ng/mL or more, for an older value, and without one; from 20 to 29.9 ng/mL one line in
    another card tells the higher target of other guidance.

    Because the three may lower calcium, most of all where vitamin D is lacking, and every drug for bone needs it.
    """
    found = contraindications.judge(chart, subject, mineral.deficient_vitamin_d)
    drug, target = name(subject.ingredient), chart.dials(vitamin_d.VitaminD).sufficient
    if isinstance(found, Cleared):
        level = vitamin_d.below_advised(chart)
        if level is not None and level.because in found.facts:
            return Line(f"{level.words}: no bar to {drug} here; BHOF aims for 30 to 50 ng/mL.", found.facts)
        lacking = vitamin_d.deficient(chart) if isinstance(subject, Therapy) else None
        if lacking is None or not lacking.current.surely:
            return Silent(found.why, found.facts)
        indicator, because = INFO, lacking.because
        summary = f"{lacking.words}: low on {drug}. Replete, then measure again."
    else:
        before = drug if isinstance(subject, Draft) else f"the next {drug}"
        indicator, (because, *_) = found.indicator if isinstance(subject, Draft) else INFO, found.because
        summary = f"{found.words}: replete before {before} to avoid hypocalcemia."
        if subject.ingredient == "denosumab" and denosumab_delay.is_due(chart):
            summary = f"{found.words}: replete alongside {before}; do not leave the dose out."
    return Finding(
        indicator,
        summary,
        (because,),
        check_first=("Calcium, malabsorption, and what the patient takes.",),
        options=("Replete by the local protocol, then measure again; 800 IU a day is maintenance, not repletion.",),
        differing=(f"The target here, {target} ng/mL, may suffice in healthy people; BHOF aims for 30 to 50 ng/mL.",),
        suggestions=(offers.work_up("Order 25-OH vitamin D and calcium to recheck", "vitamin-d-25oh", "calcium"),),
        ingredient=subject.ingredient,
    )
