"""The maker's answers on teriparatide."""

from datetime import date

from cards.evidence import Evidence

RADIATION = Evidence(
    label="Teriparatide after radiation treatment",
    publisher="Eli Lilly",
    year=None,
    url="https://www.lillymedical.com/en-us/answers/forteo-teriparatide-rdna-origin-injection-use-after-prior-radiation-treatment-26355",
    claim="Avoided after external beam radiation or brachytherapy that involved the skeleton; may be considered "
    "after radioiodine, diagnostic or ultraviolet radiation.",
    where="the answer's text",
    strength="manufacturer's information",
    checked=date(2026, 11, 22),
)
