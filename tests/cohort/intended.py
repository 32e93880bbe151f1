"""The truth of one moment: which topics the doctor should see, at which level."""

from tests.cohort import truth_in_chart as chart
from tests.cohort.history import SILENT, History, Moment
from tests.cohort.truth import TOPICS, Seen, Truth, of_denosumab, of_response
from tests.cohort.truth_on_order import of_order

ON_DISCHARGE = (
    "treatment-failure", "inadequate-response", "oral-bp-absorption-adherence", "denosumab-discontinuation",
    "denosumab-due", "denosumab-overdue", "denosumab-lapsed", "transition-too-early", "anabolic-follow-on",
)  # fmt: skip
OPEN_ON_DISCHARGE = (
    "renal-contraindication",
    "denosumab-hypocalcemia-ckd",
    "hypocalcemia-contraindication",
    "data-gap",
)
PLANNED = (
    "denosumab-discontinuation", "denosumab-due", "denosumab-overdue", "denosumab-lapsed", "transition-too-early",
    "denosumab-long-term-review", "treatment-failure", "inadequate-response", "oral-bp-absorption-adherence",
    "very-high-risk", "bp-drug-holiday-consider", "bp-long-term-review", "fracture-off-bisphosphonate",
    "anabolic-follow-on", "anabolic-course-ending", "lifetime-limit-pth", "renal-contraindication",
    "denosumab-hypocalcemia-ckd", "hypocalcemia-contraindication", "vitamin-d-deficiency", "duplicate-antiresorptive",
    "duplicate-anabolic", "duplicate-denosumab-product", "bmd-monitoring-due", "fracture-risk-assessment-due",
    "supplement-gap",
)  # fmt: skip
"""Topics that a look at the chart may bring about; the others stay silent there."""


def intended(history: History, moment: Moment) -> Truth:
    """By topic: silent, info, warning, critical. Topics that the specification leaves open are left out."""
    seen = Seen(history, moment.day)
    truth = dict.fromkeys(TOPICS, SILENT)
    if moment.order is not None:
        found = of_order(seen, moment.order)
    else:
        found = _in_chart(seen)
        open_ = [topic for topic in PLANNED if topic not in found]
        if moment.hook == "encounter-discharge":
            found = {key: value for key, value in found.items() if key in ON_DISCHARGE or key == "data-gap"}
            found |= dict.fromkeys(OPEN_ON_DISCHARGE, "")
            open_ = [topic for topic in open_ if topic in ON_DISCHARGE]
        found |= dict.fromkeys(open_, "")
    return {topic: word for topic, word in (truth | found).items() if word}


def _in_chart(seen: Seen) -> Truth:
    found: Truth = {}
    for part in (
        of_denosumab, of_response, chart.of_risk, chart.of_holiday, chart.of_sequel, chart.of_results, chart.of_pairs,
        chart.of_monitoring,
    ):  # fmt: skip
        found |= part(seen)
    if found.get("vitamin-d-deficiency") == "info" and found.get("supplement-gap") == "info":
        found["supplement-gap"] = SILENT
    return found
