"""National Osteoporosis Guideline Group, United Kingdom."""

from datetime import date

from cards.evidence import Evidence

NOGG21 = Evidence(
    label="NOGG 2021 guideline, with its 2024 update",
    publisher="National Osteoporosis Guideline Group",
    year=2022,
    url="https://doi.org/10.1007/s11657-022-01061-5",
    claim="Very high risk is a group of its own, referred to a specialist for a parenteral drug. Bisphosphonates are "
    "reviewed at 3 years by vein and 5 years by mouth; above the age of 75 they are continued.",
    where="Archives of Osteoporosis 2022; the 2024 update at https://www.nogg.org.uk",
    strength="guideline",
    checked=date(2026, 11, 22),
)
