"""American College of Rheumatology: glucocorticoid-induced osteoporosis."""

from datetime import date

from cards.evidence import Evidence

ACR17 = Evidence(
    label="ACR 2017 glucocorticoid-induced osteoporosis guideline",
    publisher="American College of Rheumatology",
    year=2017,
    url="https://doi.org/10.1002/art.40137",
    claim="The evident origin of the definition used here: a fracture or a marked loss of bone density after an "
    "adequate time on an oral bisphosphonate is treatment failure and calls for another class, intravenous "
    "where absorption or adherence is the cause.",
    where="title page, doi 10.1002/art.40137; the recommendation itself is told from knowledge and was not read",
    strength="guideline; wording to be verified",
    checked=date(2026, 11, 22),
)
ACR22 = Evidence(
    label="ACR 2022 glucocorticoid-induced osteoporosis guideline",
    publisher="American College of Rheumatology",
    year=2022,
    url="https://www.guidelinecentral.com/guideline/7043/",
    claim="Very high risk is a prior osteoporotic fracture, a T-score of −3.5 or lower, glucocorticoid-adjusted "
    "FRAX of 30 % major or 4.5 % hip or more, or glucocorticoids of 30 mg a day for more than 30 days or 5 g "
    "a year; there an anabolic agent is conditionally preferred to an antiresorptive. Denosumab, romosozumab "
    "and parathyroid hormone analogues are followed by another agent.",
    where="guideline summary, doi 10.1002/art.42646; the cut-offs in a secondary criteria page",
    strength="guideline, conditional recommendation",
    checked=date(2026, 11, 22),
)
