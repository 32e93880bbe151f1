"""American Association of Clinical Endocrinology: postmenopausal osteoporosis."""

from datetime import date

from cards.evidence import Evidence

AACE20 = Evidence(
    label="AACE/ACE 2020 postmenopausal osteoporosis guideline",
    publisher="American Association of Clinical Endocrinology",
    year=2020,
    url="https://www.guidelinecentral.com/guideline/41073/",
    claim="Very high risk includes a fracture in the last 12 months, a T-score below −3.0, and FRAX above 30 % "
    "major or 4.5 % hip.",
    where="diagnosis recommendations in the guideline summary, doi 10.4158/gl-2020-0524; the cut-offs in secondary "
    "pages",
    strength="guideline",
    checked=date(2026, 11, 22),
)
