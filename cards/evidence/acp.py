"""American College of Physicians: living guideline."""

from datetime import date

from cards.evidence import Evidence

ACP23 = Evidence(
    label="ACP 2023 living guideline on osteoporosis",
    publisher="American College of Physicians",
    year=2023,
    url="https://pmc.ncbi.nlm.nih.gov/articles/PMC10885682",
    claim="Bisphosphonates come first for women and men and denosumab second; romosozumab or teriparatide is for "
    "women at very high risk only, followed by a bisphosphonate.",
    where="recommendations of the guideline, PMC10885682",
    strength="guideline",
    checked=date(2026, 11, 22),
)
