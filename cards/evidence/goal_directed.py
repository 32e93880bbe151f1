"""ASBMR and BHOF task force on goal-directed treatment."""

from datetime import date

from cards.evidence import Evidence

GDT24 = Evidence(
    label="ASBMR/BHOF 2024 goal-directed treatment",
    publisher="ASBMR/BHOF task force",
    year=2024,
    url="https://pubmed.ncbi.nlm.nih.gov/39073912/",
    claim="At imminent or very high risk an anabolic agent comes first; treatment aims at bone density targets of "
    "hip, neck and spine.",
    where="abstract, PMID 39073912; the paper itself was not opened",
    strength="position statement",
    checked=date(2026, 11, 22),
)
