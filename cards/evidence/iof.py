"""International Osteoporosis Foundation: treatment failure."""

from datetime import date

from cards.evidence import Evidence

IOF12 = Evidence(
    label="IOF 2012: treatment failure in osteoporosis",
    publisher="International Osteoporosis Foundation",
    year=2012,
    url="https://www.ndorms.ox.ac.uk/publications/367997",
    claim="Failure may be inferred from two or more fractures on treatment, from bone turnover markers that were "
    "not suppressed, and from continuing loss of bone density.",
    where="abstract, Osteoporosis International 2012;23:2769",
    strength="expert consensus",
    checked=date(2026, 11, 22),
)
