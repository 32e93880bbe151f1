"""United States drug labels."""

from datetime import date

from cards.evidence import Evidence

PROLIA = Evidence(
    label="Prolia (denosumab 60 mg) label",
    publisher="US Food and Drug Administration",
    year=None,
    url="https://api.fda.gov/drug/label.json?search=openfda.brand_name%3A%22PROLIA%22",
    claim="60 mg every 6 months. Boxed warning: severe hypocalcemia in advanced kidney disease (eGFR below 30, "
    "dialysis included); calcium and mineral and bone disorder are evaluated first and calcium is monitored "
    "weekly for a month, then monthly. A missed dose is given as soon as possible, then every 6 months from "
    "that day. Contraindicated in hypocalcemia and pregnancy.",
    where="boxed warning, dosage, warnings; stored label of 2026-09 and the FDA communication of 2024-01-19",
    strength="label",
    checked=date(2026, 11, 22),
)
XGEVA = Evidence(
    label="Xgeva (denosumab 120 mg) label",
    publisher="US Food and Drug Administration",
    year=None,
    url="https://api.fda.gov/drug/label.json?search=set_id%3A%22628f0998-1206-4001-aeee-18133aa9f3bf%22",
    claim="Denosumab 120 mg is an oncology product and is not given together with another denosumab product.",
    where="indications; the statement on other denosumab products in a Hong Kong product information",
    strength="label",
    checked=date(2026, 11, 22),
)
EVENITY = Evidence(
    label="Evenity (romosozumab) label",
    publisher="US Food and Drug Administration",
    year=None,
    url="https://api.fda.gov/drug/label.json?search=openfda.generic_name%3A%22romosozumab%22",
    claim="For postmenopausal women, 12 monthly doses. Boxed warning: not within a year of a myocardial infarction "
    "or stroke; stopped if one occurs. Contraindicated in hypocalcemia.",
    where="boxed warning, indications, dosage; stored label of 2026-06",
    strength="label",
    checked=date(2026, 11, 22),
)
FORTEO = Evidence(
    label="Forteo (teriparatide) label",
    publisher="US Food and Drug Administration",
    year=None,
    url="https://api.fda.gov/drug/label.json?search=set_id%3A%22aae667c5-381f-4f92-93df-2ed6158d07b0%22",
    claim="More than 2 years in a lifetime only if the patient stays at or returns to a high risk of fracture; "
    "avoided where the risk of osteosarcoma is raised and in hypercalcemic disorders; caution with digoxin "
    "and urolithiasis.",
    where="dosage and warnings; stored label of 2026-08",
    strength="label",
    checked=date(2026, 11, 22),
)
TYMLOS = Evidence(
    label="Tymlos (abaloparatide) label",
    publisher="US Food and Drug Administration",
    year=None,
    url="https://api.fda.gov/drug/label.json?search=openfda.generic_name%3A%22Abaloparatide%22",
    claim="For women and men; more than 2 years in a lifetime is not recommended; the same conditions are avoided "
    "as with teriparatide.",
    where="indications, dosage and warnings",
    strength="label",
    checked=date(2026, 11, 22),
)
ZOLEDRONIC_ACID = Evidence(
    label="Zoledronic acid 5 mg label",
    publisher="US Food and Drug Administration",
    year=None,
    url="https://api.fda.gov/drug/label.json?search=set_id%3A%221977d713-4cc7-405e-b4c1-a9a91635eff6%22",
    claim="Contraindicated with a creatinine clearance below 35 mL/min or acute renal impairment; creatinine is "
    "measured before each dose. Atypical fractures, the femur included, are warned of.",
    where="contraindications, warnings; label of 2026-02",
    strength="label",
    checked=date(2026, 11, 22),
)
FOSAMAX = Evidence(
    label="Fosamax (alendronate) label",
    publisher="US Food and Drug Administration",
    year=None,
    url="https://api.fda.gov/drug/label.json?search=set_id%3A%2214e931fd-2c5f-4d90-b7db-5980706f4a56%22",
    claim="Not recommended with a creatinine clearance below 35 mL/min; contraindicated where the esophagus does "
    "not empty, where the patient cannot stay upright, and in hypocalcemia. Atypical fractures, the femur included, "
    "are warned of.",
    where="contraindications, warnings, use in renal impairment; label of 2026-02",
    strength="label",
    checked=date(2026, 11, 22),
)
ACTONEL = Evidence(
    label="Actonel (risedronate) label",
    publisher="US Food and Drug Administration",
    year=None,
    url="http://www.fda.gov/Safety/MedWatch/SafetyInformation/ucm175765.htm",
    claim="Not recommended with a creatinine clearance below 30 mL/min.",
    where="safety labelling change",
    strength="label",
    checked=date(2026, 11, 22),
)
BONIVA = Evidence(
    label="Boniva (ibandronate) label",
    publisher="US Food and Drug Administration",
    year=None,
    url="https://api.fda.gov/drug/label.json?search=openfda.generic_name%3A%22Ibandronate+Sodium%22",
    claim="For osteoporosis of postmenopausal women. Not recommended in severe renal impairment, a creatinine "
    "clearance below 30 mL/min.",
    where="indications of stored generic labels of 2025-10 to 2026-01; the renal limit in a class statement of a "
    "secondary page",
    strength="label; the renal limit secondary, verify",
    checked=date(2026, 11, 22),
)
CKD_COMMUNICATION = Evidence(
    label="FDA 2024-01-19: severe hypocalcemia with Prolia in advanced kidney disease",
    publisher="US Food and Drug Administration",
    year=2024,
    url="https://www.fda.gov/drugs/drug-safety-and-availability/fda-adds-boxed-warning-increased-risk-severe-hypocalcemia-patients-advanced-chronic-kidney-disease",
    claim="Denosumab 60 mg carries a boxed warning of severe hypocalcemia in advanced chronic kidney disease, "
    "dialysis included.",
    where="drug safety communication of 2024-01-19",
    strength="regulator's safety communication",
    checked=date(2026, 11, 22),
)
RALOXIFENE = Evidence(
    label="Raloxifene label",
    publisher="US Food and Drug Administration",
    year=None,
    url="https://api.fda.gov/drug/label.json?search=openfda.generic_name%3A%22Raloxifene+Hydrochloride%22",
    claim="Boxed warning: more venous thromboembolism, and more deaths from stroke in women at coronary risk; not for "
    "women who have or had a venous thromboembolism.",
    where="boxed warning; stored label of 2026-06",
    strength="label",
    checked=date(2026, 11, 22),
)
BAZEDOXIFENE = Evidence(
    label="Duavee (conjugated estrogens with bazedoxifene) label",
    publisher="US Food and Drug Administration",
    year=None,
    url="https://api.fda.gov/drug/label.json?search=openfda.generic_name%3A%22bazedoxifene%22",
    claim="Boxed warning on endometrial cancer, cardiovascular disorders and probable dementia; no further estrogens "
    "beside it.",
    where="boxed warning; stored label of 2026-07",
    strength="label",
    checked=date(2026, 11, 22),
)
PAMIDRONATE = Evidence(
    label="Pamidronate label",
    publisher="US Food and Drug Administration",
    year=None,
    url="https://api.fda.gov/drug/label.json?search=set_id%3A%22c2ca033e-fa5f-4141-b702-11f8b4303da1%22",
    claim="For hypercalcemia of malignancy, Paget disease, and bone metastases or myeloma; osteoporosis is not among "
    "its indications.",
    where="indications; stored label of 2026-09",
    strength="label",
    checked=date(2026, 11, 22),
)
