"""Osteoporosis Canada: clinical practice guideline."""

from datetime import date

from cards.evidence import Evidence

OC23 = Evidence(
    label="Osteoporosis Canada 2023 guideline",
    publisher="Osteoporosis Canada",
    year=2023,
    url="https://pmc.ncbi.nlm.nih.gov/articles/PMC10610956",
    claim="An inadequate response is more than one fracture, or a loss of bone density of 5 % or more, despite "
    "adherence for more than a year. A denosumab dose is not delayed by more than a month; after at most 4 doses a "
    "bisphosphonate follows at 6 months for a year, then the patient is reassessed.",
    where="sections 5.2 to 5.4",
    strength="guideline",
    checked=date(2026, 11, 22),
)
