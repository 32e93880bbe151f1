"""Kidney Disease: Improving Global Outcomes: mineral and bone disorder."""

from datetime import date

from cards.evidence import Evidence

KDIGO17 = Evidence(
    label="KDIGO 2017 CKD-MBD guideline update",
    publisher="KDIGO",
    year=2017,
    url="https://indianjnephrol.org/kdigo-2017-clinical-practice-guideline-update-for-the-diagnosis-evaluation-prevention-and-prevention-of-chronic-kidney-diseasemineral-and-bone-disorder-ckdmbd-indian-commentary/",
    claim="Chronic kidney disease with mineral and bone disorder has a guideline of its own, to be read before "
    "treating bone in advanced kidney disease.",
    where="a published commentary; the recommendations themselves were not read",
    strength="guideline; wording to be verified",
    checked=date(2026, 11, 22),
)
