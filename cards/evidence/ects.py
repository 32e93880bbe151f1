"""European Calcified Tissue Society: stopping denosumab."""

from datetime import date

from cards.evidence import Evidence

ECTS21 = Evidence(
    label="ECTS 2021: discontinuing denosumab",
    publisher="European Calcified Tissue Society",
    year=2021,
    url="https://academic.oup.com/jcem/article/106/1/264/5939974",
    claim="After denosumab another antiresorptive is started 6 months after the last injection; bone turnover markers "
    "help to judge it, and it holds bone only in part, depending on how long denosumab was given. A vertebral fracture "
    "before is among the main risks of several new ones. At high risk denosumab may be kept for long.",
    where="abstract, JCEM 2021;106:264, in a mirror; the plan by length of treatment is told from knowledge",
    strength="position statement",
    checked=date(2026, 11, 22),
)
ECTS17 = Evidence(
    label="ECTS 2017: reviewing long denosumab treatment",
    publisher="European Calcified Tissue Society",
    year=2017,
    url="https://denosumabmck17052.elsevierreprint.com/",
    claim="Denosumab is reviewed at 5 years; at high risk it is continued up to 10 years or changed, and it is not "
    "stopped without considering a bisphosphonate.",
    where="abstract, Bone 2017;105:11",
    strength="position statement",
    checked=date(2026, 11, 22),
)
ECTS22 = Evidence(
    label="ECTS 2022 review of jaw osteonecrosis and antiresorptives",
    publisher="European Calcified Tissue Society",
    year=2022,
    url="https://pmc.ncbi.nlm.nih.gov/articles/PMC9016445/table/T5",
    claim="In osteoporosis bisphosphonates are not interrupted for dental procedures at a low risk of jaw "
    "osteonecrosis. Denosumab is not stopped: the procedure is best 5 to 6 months after the last injection; the next "
    "follows 4 to 6 weeks after it and at most 4 weeks later than it was due.",
    where="table 5, JCEM 2022;107:1441, doi 10.1210/clinem/dgab888",
    strength="critical review",
    checked=date(2026, 11, 22),
)
