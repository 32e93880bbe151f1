"""Endocrine Society: postmenopausal osteoporosis."""

from datetime import date

from cards.evidence import Evidence

ES20 = Evidence(
    label="Endocrine Society 2019 guideline with 2020 update",
    publisher="Endocrine Society",
    year=2020,
    url="https://guidelinecentral.com/guideline/21889",
    claim="Bisphosphonates are reassessed after 3 to 5 years (3 years when intravenous) and a holiday is reassessed "
    "every 2 to 4 years. Denosumab has no holiday: it is not delayed or stopped without a follow-on. "
    "Romosozumab is for very high risk, with its boxed warning in mind.",
    where="guideline summary, doi 10.1210/clinem/dgaa048; the denosumab statement in secondary summaries",
    strength="guideline",
    checked=date(2026, 11, 22),
)
