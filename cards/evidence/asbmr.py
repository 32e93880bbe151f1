"""American Society for Bone and Mineral Research: long bisphosphonate use, atypical femoral fracture."""

from datetime import date

from cards.evidence import Evidence

ASBMR16 = Evidence(
    label="ASBMR task force: long-term bisphosphonates",
    publisher="American Society for Bone and Mineral Research",
    year=None,
    url="https://www.medscape.com/answers/330598-83091/what-are-the-aace-recommendations-for-long-term-bisphosphonate-therapy-for-osteoporosis",
    claim="Bisphosphonates are reassessed after 5 years by mouth or 3 years by vein; at high risk continued up to "
    "10 or 6 years, otherwise a holiday of 2 to 3 years is considered.",
    where="secondary summary of the task force report",
    strength="task force report",
    checked=date(2026, 11, 22),
)
AFFREC = Evidence(
    label="Management after an atypical femoral fracture",
    publisher="Journal of Clinical Endocrinology and Metabolism",
    year=2020,
    url="https://pmc.ncbi.nlm.nih.gov/articles/PMC7121199",
    claim="Denosumab after an atypical femoral fracture went with further atypical fractures; the evidence for "
    "teriparatide is weak.",
    where="review text",
    strength="review",
    checked=date(2026, 11, 22),
)
