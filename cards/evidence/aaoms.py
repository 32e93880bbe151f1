"""American Association of Oral and Maxillofacial Surgeons: jaw osteonecrosis."""

from datetime import date

from cards.evidence import Evidence

AAOMS22 = Evidence(
    label="AAOMS 2022 position on medication-related jaw osteonecrosis",
    publisher="American Association of Oral and Maxillofacial Surgeons",
    year=2022,
    url="https://www.scribd.com/document/614711105/Update-2022-Medication-Related-Osteonecrosis-Position-Paper",
    claim="Jaw osteonecrosis under antiresorptives is managed together with oral surgery.",
    where="title page seen; the content was not read",
    strength="position paper; wording to be verified",
    checked=date(2026, 11, 22),
)
