"""Bone Health and Osteoporosis Foundation: the clinician's guide."""

from datetime import date

from cards.evidence import Evidence

BHOF22 = Evidence(
    label="BHOF 2022 clinician's guide to osteoporosis",
    publisher="Bone Health and Osteoporosis Foundation",
    year=2022,
    url="https://link.springer.com/doi/10.1007/s00198-021-05900-y",
    claim="Calcium 1000 to 1200 mg and vitamin D 800 to 1000 IU a day by age and sex; 25-hydroxyvitamin D of 30 to "
    "50 ng/mL, 20 possibly enough in healthy people. Any fracture from the age of 50 signals imminent risk.",
    where="text of the guide, doi 10.1007/s00198-021-05900-y, also PMC9546973",
    strength="guideline",
    checked=date(2026, 11, 22),
)
