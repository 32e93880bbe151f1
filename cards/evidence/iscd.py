"""International Society for Clinical Densitometry."""

from datetime import date

from cards.evidence import Evidence

PRECISION = Evidence(
    label="ISCD: precision and least significant change",
    publisher="International Society for Clinical Densitometry",
    year=None,
    url="http://www.iscd.org/resources/calculators/precision-calculator/glossary/",
    claim="A change of bone density counts when it equals or exceeds the least significant change, 2.77 times the "
    "precision error of that site and machine.",
    where="glossary of the precision calculator",
    strength="official position",
    checked=date(2026, 11, 22),
)
REPORTING = Evidence(
    label="ISCD: what a bone density comparison needs",
    publisher="International Society for Clinical Densitometry",
    year=None,
    url="http://www.iscd.org/resources/calculators/precision-calculator/glossary/",
    claim="Serial bone density is compared at the same site on the same machine, in g/cm2.",
    where="glossary of the precision calculator",
    strength="official position",
    checked=date(2026, 11, 22),
)
FRAX = Evidence(
    label="ISCD: positions on FRAX",
    publisher="International Society for Clinical Densitometry",
    year=None,
    url="https://staging.iscd.org/learn/official-positions/frax-positions/",
    claim="FRAX estimates the risk of fracture; what it says of patients on treatment has positions of its own.",
    where="page of the positions seen; the position on treated patients was not read",
    strength="official position; wording to be verified",
    checked=date(2026, 11, 22),
)
