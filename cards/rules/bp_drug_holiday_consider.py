"""A long course of a bisphosphonate at a low risk: a holiday may be considered."""

from cards import phrases
from cards.chart import Chart
from cards.concepts import bone_density, drug_holiday
from cards.concepts.drug_holiday import DrugHoliday, Review
from cards.evidence.asbmr import ASBMR16
from cards.evidence.endocrine_society import ES20
from cards.rule import rule
from cards.verdict import INFO, Because, Finding, Silent, Verdict


@rule(
    title="Bisphosphonate holiday to consider",
    rows=("R-HOL-01", "R-ORDER-02"),
    hooks=("patient-view",),
    reads=drug_holiday.SECTIONS,
    helped_by=drug_holiday.HELPED_BY,
    weighs=drug_holiday.WEIGHS,
    evidence=(ASBMR16, ES20),
    overrides=("specialist-managing", "plan-in-place", "patient-declined", "clinically-inappropriate",
               "will-address-later", "data-incorrect"),
)  # fmt: skip
def bp_drug_holiday_consider(chart: Chart) -> Verdict:
    """
    Speaks when a bisphosphonate has been taken for 5 years by mouth, or for 3 years in at least 3 infusions of
    zoledronic acid 5 mg, and nothing known speaks against a low risk: at most 75 years old, no fragility fracture ever
    recorded, a hip T-score above -2.5 in the last 24 months, less than 7.5 mg of prednisone a day, no criterion of very
    high risk, no failing treatment. For the first 6 months, then around each anniversary of the start.

    Silent when one of these does not hold or there is no hip T-score (bp-long-term-review speaks of it), with an
    atypical femoral fracture recorded or suspected, when treatment fails, on an anabolic agent, and within 24 months of
    denosumab whose exit is not finished. Where a date, a diagnosis or the use of a glucocorticoid leaves the risk open,
    what is missing is asked for.

    Because bisphosphonates stay in bone for years, and rare harms grow with the length of treatment. Denosumab and
    anabolic agents never have a holiday.
    """
    found = drug_holiday.review(chart)
    if not isinstance(found, Review):
        return found
    if found.known:
        facts = tuple(fact for each in found.known for fact in each.because)
        return Silent(f"not low risk: {drug_holiday.told(found.known)}", facts)
    if found.unsure:
        return found.unsure[0]
    dials, course = chart.dials(DrugHoliday), found.course
    if found.hip is None:
        return Silent(f"no hip T-score of the last {dials.hip_within} months is recorded", course.because)
    steroid = f"{phrases.number(dials.glucocorticoid)} mg/day prednisone equivalent"
    return Finding(
        INFO,
        f"{course.lasted(chart.today)} of {course.drug}, low current risk: consider a bisphosphonate holiday with "
        "review in 2-3 years.",
        (
            *course.because,
            bone_density.because_t(found.hip),
            Because(f"Not older than {dials.oldest}; no fragility fracture is recorded"),
            Because(f"No glucocorticoid of {steroid} or more is recorded as in use"),
        ),
        check_first=(
            *drug_holiday.to_confirm(course),
            drug_holiday.RARE_HARMS,
            "Fractures treated elsewhere, height loss or back pain: an unknown vertebral fracture rules a holiday out.",
        ),
        options=(
            "During the holiday: bone density and clinical risk again in 2 to 3 years, at once after a fracture.",
            "Only bisphosphonates have a holiday; denosumab and anabolic agents are never paused without a follow-on.",
        ),
        differing=("The Endocrine Society reassesses a holiday every 2 to 4 years.",),
    )
