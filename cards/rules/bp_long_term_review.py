"""A long course of a bisphosphonate, and the risk is not low or cannot be judged without a hip T-score."""

from cards.chart import Chart
from cards.concepts import drug_holiday, failure_review, offers
from cards.concepts.drug_holiday import INFUSION_LIMIT, ORAL_LIMIT, Course, DrugHoliday, Factor, Review
from cards.evidence.asbmr import ASBMR16
from cards.evidence.endocrine_society import ES20
from cards.rule import rule
from cards.verdict import INFO, Because, Finding, Silent, Verdict


@rule(
    title="Review of long bisphosphonate treatment",
    rows=("R-HOL-01", "R-ORDER-02"),
    hooks=("patient-view",),
    reads=drug_holiday.SECTIONS,
    helped_by=drug_holiday.HELPED_BY,
    weighs=drug_holiday.WEIGHS,
    evidence=(ASBMR16, ES20),
    overrides=("specialist-managing", "plan-in-place", "patient-declined", "clinically-inappropriate",
               "will-address-later", "data-incorrect"),
)  # fmt: skip
def bp_long_term_review(chart: Chart) -> Verdict:
    """
    Speaks when a bisphosphonate has been taken for 5 years by mouth, or for 3 years in at least 3 infusions of
    zoledronic acid 5 mg, and something known keeps the risk from being low: a fragility fracture, a hip T-score of
    -2.5 or lower, an age over 75, 7.5 mg of prednisone a day or more, a criterion of very high risk, bone loss beyond
    measurement error; or when nothing does and only the hip T-score of the last 24 months is missing. For the first 6
    months, then around each anniversary of the start.

    Silent when the risk is low (bp-drug-holiday-consider speaks), with an atypical femoral fracture recorded or
    suspected, when treatment fails, on an anabolic agent, and within 24 months of denosumab whose exit is not finished.

    Because at high risk treatment goes on, up to 10 years by mouth or 6 by vein, or another class takes over.
    """
    found = drug_holiday.review(chart)
    if not isinstance(found, Review):
        return found
    course, dials = found.course, chart.dials(DrugHoliday)
    if found.known:
        return _not_low(chart, course, found.known)
    if found.unsure:
        return Silent("no known factor keeps the risk from being low; a possible one is asked for", course.because)
    if found.hip is not None:
        return Silent("nothing known keeps the risk from being low", course.because)
    return Finding(
        INFO,
        f"{course.lasted(chart.today)} of {course.drug}: hip T-score not available: DXA before deciding.",
        (*course.because, Because(f"No hip T-score of the last {dials.hip_within} months is recorded")),
        check_first=(*drug_holiday.to_confirm(course), drug_holiday.RARE_HARMS),
        options=("With the hip T-score: a holiday at low risk, otherwise continue or change class.",),
        suggestions=(offers.work_up("Order DXA of spine and hip", "dxa"),),
    )


def _not_low(chart: Chart, course: Course, known: tuple[Factor, ...]) -> Finding:
    limits = f"{ORAL_LIMIT} y oral / {INFUSION_LIMIT} y IV"
    step = f"continue (to {limits}) or change class."
    if course.is_past_limit(chart.today):
        step = f"past {course.limit} years: consider changing class."
    on = f"a bisphosphonate is continued up to {ORAL_LIMIT} years by mouth or {INFUSION_LIMIT} by vein"
    told = (
        f"{course.lasted(chart.today)} of {course.drug}: reassess. {words}: not low risk - {step}"
        for words in (known[0].words, known[0].kind)
    )
    return Finding(
        INFO,
        failure_review.fitting(*told),
        (*course.because, *(fact for each in known for fact in each.because)),
        check_first=(
            *drug_holiday.to_confirm(course),
            *(words for each in known for words in each.to_confirm),
            drug_holiday.RARE_HARMS,
        ),
        options=(f"Not low risk ({drug_holiday.told(known)}): {on}, or another class takes over; no holiday.",),
    )
