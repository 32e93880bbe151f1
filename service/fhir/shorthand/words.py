"""The words of the shorthand: products, tests and bone sites, with the codes and units that stand for them in FHIR."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cards import codes
from cards.formulary import GLUCOCORTICOIDS


class Misspelled(ValueError):
    """A case says something that the shorthand does not know; the sentence names it and what is known."""


@dataclass(frozen=True, slots=True)
class Product:
    """A product as EHRs order it: RxNorm code, words, one dose, how often ("1 wk"), route. "" where it tells none."""

    rxnorm: str
    words: str
    dose: str = ""
    every: str = ""
    route: str = ""


PRODUCTS: Final[dict[str, dict[str, Product]]] = {
    "alendronate": {
        "70mg weekly": Product("904431", "alendronate 70 MG Oral Tablet", "70 mg", "1 wk", "oral"),
        "35mg weekly": Product("904396", "alendronate 35 MG Oral Tablet", "35 mg", "1 wk", "oral"),
        "10mg daily": Product("904419", "alendronate 10 MG Oral Tablet", "10 mg", "1 d", "oral"),
        "5mg daily": Product("904425", "alendronate 5 MG Oral Tablet", "5 mg", "1 d", "oral"),
        "70mg+D weekly": Product(
            "904492", "alendronate 70 MG / cholecalciferol 2800 UNT Oral Tablet", "70 mg", "1 wk", "oral"
        ),
    },
    "risedronate": {
        "35mg weekly": Product("905024", "risedronate 35 MG Oral Tablet", "35 mg", "1 wk", "oral"),
        "150mg monthly": Product("905028", "risedronate 150 MG Oral Tablet", "150 mg", "1 mo", "oral"),
        "5mg daily": Product("905041", "risedronate 5 MG Oral Tablet", "5 mg", "1 d", "oral"),
        "30mg daily": Product("905032", "risedronate 30 MG Oral Tablet", "30 mg", "1 d", "oral"),
    },
    "ibandronate": {
        "150mg monthly": Product("904932", "ibandronate 150 MG Oral Tablet", "150 mg", "1 mo", "oral"),
        "3mg iv": Product("904952", "ibandronate 3 MG in 3 ML Prefilled Syringe", "3 mg", "3 mo", "intravenous"),
    },
    "zoledronic-acid": {
        "5mg": Product("705824", "100 ML zoledronic acid 0.05 MG/ML Injection", "5 mg", "1 a", "intravenous"),
        "4mg": Product("1114085", "100 ML zoledronic acid 0.04 MG/ML Injection", "4 mg", "4 wk", "intravenous"),
    },
    "denosumab": {
        "60mg": Product("993452", "1 ML denosumab 60 MG/ML Prefilled Syringe", "60 mg", "6 mo", "subcutaneous"),
        "120mg": Product("1046398", "1.7 ML denosumab 70 MG/ML Injection", "120 mg", "4 wk", "subcutaneous"),
    },
    "teriparatide": {
        "20mcg daily": Product("1435115", "teriparatide 20 MCG/Actuation Pen Injector", "20 mcg", "1 d", "subcutaneous")
    },
    "abaloparatide": {
        "80mcg daily": Product("1921075", "abaloparatide 80 MCG/Dose Pen Injector", "80 mcg", "1 d", "subcutaneous")
    },
    "romosozumab": {
        "210mg monthly": Product(
            "2123184", "1.17 ML romosozumab 89.7 MG/ML Prefilled Syringe", "210 mg", "1 mo", "subcutaneous"
        )
    },
    "raloxifene": {"60mg daily": Product("1490065", "raloxifene 60 MG Oral Tablet", "60 mg", "1 d", "oral")},
}
"""By drug; the first product of each is the usual one."""

INGREDIENTS: Final[dict[str, tuple[str, str]]] = {
    "alendronate": ("46041", "alendronate"),
    "risedronate": ("73056", "risedronate"),
    "ibandronate": ("115264", "ibandronate"),
    "zoledronic-acid": ("77655", "zoledronic acid"),
    "pamidronate": ("11473", "pamidronate"),
    "etidronate": ("42682", "etidronate"),
    "denosumab": ("993449", "denosumab"),
    "teriparatide": ("32915", "teriparatide"),
    "abaloparatide": ("1921069", "abaloparatide"),
    "romosozumab": ("2123126", "romosozumab"),
    "raloxifene": ("72143", "raloxifene"),
    "bazedoxifene": ("1441386", "bazedoxifene"),
    "estrogens": ("4083", "estradiol"),
    "calcitonin": ("313919", "calcitonin salmon nasal spray"),
    "calcium": ("1897", "calcium carbonate"),
    "cholecalciferol": ("2418", "cholecalciferol"),
    "prednisone": ("8640", "prednisone"),
    "prednisolone": ("8638", "prednisolone"),
    "methylprednisolone": ("6902", "methylprednisolone"),
    "dexamethasone": ("3264", "dexamethasone"),
    "hydrocortisone": ("5492", "hydrocortisone"),
    "deflazacort": ("22396", "deflazacort"),
}
"""By drug: RxNorm ingredient and name. Another drug stands in words alone."""

BILLED: Final = {
    "denosumab": "J0897", "zoledronic-acid": "J3489", "romosozumab": "J3111", "teriparatide": "J3110",
    "ibandronate": "J1740",
}  # fmt: skip
"""By drug: the HCPCS code that bills an injection."""

INJECTED: Final = frozenset(BILLED) - {"teriparatide", "ibandronate"}
"""Drugs whose orders plan single days."""

ROUTES: Final = {"oral": "26643006", "subcutaneous": "34206005", "intravenous": "47625008"}
"""SNOMED CT codes of routes; any other route stands in words."""

DOSE_CODES: Final = {"mg": "mg", "mcg": "ug", "ug": "ug", "g": "g", "IU": "[iU]", "mL": "mL", "mg/kg": "mg/kg"}

SYSTEMS: Final = {
    "icd": codes.ICD10CM,
    "snomed": codes.SNOMED,
    "loinc": codes.LOINC,
    "rxnorm": codes.RXNORM,
    "hcpcs": codes.HCPCS,
    "ndc": codes.NDC,
    "icd-pcs": "http://www.cms.gov/Medicare/Coding/ICD10",
}
OID: Final = {codes.ICD10CM: "urn:oid:2.16.840.1.113883.6.90", codes.RXNORM: "urn:oid:2.16.840.1.113883.6.88"}
UCUM: Final = "http://unitsofmeasure.org"

DENSITY: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "lumbar spine": {"": ("24966-4", "38267-1")},
    "total hip": {"": ("38261-4", "38264-8"), "left": ("46278-8", "80946-7"), "right": ("46279-6", "80945-9")},
    "femoral neck": {"": ("24701-5", "38263-0"), "left": ("80954-1", "80948-3"), "right": ("80953-3", "80947-5")},
    "hip, region unspecified": {
        "": ("38261-4", "38264-8"), "left": ("46278-8", "80946-7"), "right": ("46279-6", "80945-9"),
    },
    "1/3 radius": {"": ("24890-6", "38265-5"), "left": ("80952-5", "80944-2"), "right": ("80951-7", "80943-4")},
    "forearm": {"": ("24890-6", "38265-5"), "left": ("80952-5", "80944-2"), "right": ("80951-7", "80943-4")},
    "heel": {"": ("38262-2", "38266-3")},
    "humerus": {"": ("85385-3", "85390-3"), "left": ("85386-1", "85389-5"), "right": ("85387-9", "85388-7")},
    "site unspecified": {"": ("46383-6", "38265-5")},
}  # fmt: skip
"""By site and side: LOINC of the density in g/cm2 and of the T-score."""

DENSITY_PANEL: Final = "83311-1"
UNWRITTEN_SITES: Final = frozenset(("hip, region unspecified", "site unspecified"))
"""Sites that a record tells by saying nothing more."""

TESTS: Final[dict[str, tuple[str, str]]] = {
    "egfr": ("98979-8", "mL/min/{1.73_m2}"),
    "creatinine-clearance": ("35591-7", "mL/min"),
    "creatinine": ("2160-0", "mg/dL"),
    "calcium-total": ("17861-6", "mg/dL"),
    "calcium-corrected": ("46099-8", "mg/dL"),
    "calcium-ionized": ("1994-3", "mmol/L"),
    "albumin": ("1751-7", "g/dL"),
    "vitamin-d-25oh": ("62292-8", "ng/mL"),
    "parathyroid-hormone": ("2731-8", "pg/mL"),
    "ctx": ("41171-0", "pg/mL"),
    "p1np": ("77370-5", "ng/mL"),
    "phosphate": ("2777-1", "mg/dL"),
    "alkaline-phosphatase": ("6768-6", "U/L"),
    "magnesium": ("19123-9", "mg/dL"),
    "body-weight": ("29463-7", "kg"),
    "body-height": ("8302-2", "cm"),
    "body-mass-index": ("39156-5", "kg/m2"),
    "frax-major": ("90265-0", "%"),
    "frax-hip": ("90266-8", "%"),
}
"""By test: LOINC and the UCUM unit meant where a case gives none."""

ANSWERS: Final = {
    "every day": ("LA18976-3", "449868002", "Current every day smoker"),
    "some days": ("LA18977-1", "428041000124106", "Current some day smoker"),
    "former": ("LA15920-4", "8517006", "Former smoker"),
    "never": ("LA18978-9", "266919005", "Never smoker"),
    "smoker, current status unknown": ("LA18979-7", "77176002", "Smoker, current status unknown"),
    "unknown": ("LA18980-5", "266927001", "Unknown if ever smoked"),
}
"""By answer to the smoking status: LOINC, SNOMED CT, and the name."""

IN_ANOTHER_UNIT: Final = {
    ("creatinine", "umol/L"): "14682-9",
    ("calcium-total", "mmol/L"): "2000-8",
    ("calcium-corrected", "mmol/L"): "29265-6",
    ("calcium-ionized", "mg/dL"): "17863-2",
    ("vitamin-d-25oh", "nmol/L"): "14635-7",
    ("parathyroid-hormone", "pmol/L"): "14866-8",
}
"""LOINC where the unit makes it another one."""

UNIT_SPELLINGS: Final = {
    "mL/min/{1.73_m2}": "mL/min/1.73m2",
    "g/cm2": "g/cm²",
    "{T-score}": "T-Score",
    "ng/mL": "ug/L",
    "pg/mL": "ng/L",
    "/d": "drinks/day",
}
"""Other ways in which EHRs write the same unit."""


def product(drug: str, name: str | None) -> Product:
    """The product of this name, the drug's usual one for None, the bare ingredient for "unknown".

    Raises Misspelled, with the drug's products, for another name.
    """
    made = PRODUCTS.get(drug, {})
    if name == "unknown" or (name is None and not made):
        code, words = INGREDIENTS.get(drug, ("", drug))
        return Product(code, words, route="oral" if drug in GLUCOCORTICOIDS else "")
    if name is None:
        return next(iter(made.values()))
    if name not in made:
        known = ", ".join(f"'{each}'" for each in (*made, "unknown"))
        raise Misspelled(f"{drug} has no product '{name}'; known: {known}")
    return made[name]
