"""The seed: the question and answer that these rules started from."""

from datetime import date

from cards.evidence import Evidence

SEED = Evidence(
    label="Options for osteoporosis refractory to bisphosphonates",
    publisher="droracle.ai",
    year=2025,
    url="https://www.droracle.ai/articles/370667/what-are-the-treatment-options-for-osteoporosis-refractory-to",
    claim="Failure of an oral bisphosphonate is a fracture 18 months or more after starting it or a loss of bone "
    "density of 10 % a year or more after one year; an anabolic agent, denosumab or, where absorption or "
    "adherence failed, intravenous zoledronic acid follows.",
    where="the whole page, updated 2025-09-29; marked there as pending human review",
    strength="secondary text, not reviewed; verify against primary literature",
    checked=date(2026, 11, 22),
)
