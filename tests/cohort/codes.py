"""The codes the cohort is written in; each stands in a value set under cards/valuesets with where it was seen."""

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
UCUM = "http://unitsofmeasure.org"

DRUGS: dict[str, dict[str, str]] = {
    "alendronate": {
        "ingredient": "46041", "product": "904431", "words": "alendronic acid 70 MG Oral Tablet",
        "branded": "904433", "brand": "alendronic acid 70 MG Oral Tablet [Fosamax]",
        "plain": "Alendronate 70 mg tablet",
        "dose": "70 mg", "ucum": "mg", "every": "1 wk", "route": "26643006",
    },
    "risedronate": {
        "ingredient": "73056", "product": "905024", "words": "risedronate sodium 35 MG Oral Tablet",
        "branded": "905026", "brand": "risedronate sodium 35 MG Oral Tablet [Actonel]",
        "plain": "Risedronate 35 mg tablet", "dose": "35 mg", "ucum": "mg", "every": "1 wk", "route": "26643006",
    },
    "zoledronic acid": {
        "ingredient": "77655", "product": "705824", "words": "100 ML zoledronic acid 0.05 MG/ML Injection",
        "branded": "705824", "brand": "Reclast 5 mg/100 mL", "plain": "Zoledronic acid 5 mg/100 mL infusion",
        "dose": "5 mg", "ucum": "mg", "every": "1 a", "route": "47625008",
    },
    "denosumab": {
        "ingredient": "993449", "product": "993452", "words": "1 ML denosumab 60 MG/ML Prefilled Syringe",
        "branded": "993456", "brand": "1 ML denosumab 60 MG/ML Prefilled Syringe [Prolia]",
        "plain": "Prolia (denosumab) 60 mg/mL syringe", "dose": "60 mg", "ucum": "mg", "every": "6 mo",
        "route": "34206005",
    },
    "teriparatide": {
        "ingredient": "32915", "product": "1435115", "words": "28 ACTUAT teriparatide 0.02 MG/ACTUAT Pen Injector",
        "branded": "1435117", "brand": "28 ACTUAT teriparatide 0.02 MG/ACTUAT Pen Injector [Forteo]",
        "plain": "Forteo (teriparatide) 20 mcg pen", "dose": "20 ug", "ucum": "ug", "every": "1 d",
        "route": "34206005",
    },
    "romosozumab": {
        "ingredient": "2123126", "product": "2123184",
        "words": "1.17 ML romosozumab-aqqg 89.7 MG/ML Prefilled Syringe", "branded": "2123190",
        "brand": "1.17 ML romosozumab-aqqg 89.7 MG/ML Prefilled Syringe [Evenity]",
        "plain": "Evenity (romosozumab) 105 mg/1.17 mL", "dose": "210 mg", "ucum": "mg", "every": "1 mo",
        "route": "34206005",
    },
}  # fmt: skip
"""By drug: RxNorm codes of ingredient, product and brand with their words, the drug in words alone, the dose, its UCUM
unit, how often it is given, the SNOMED CT route."""

FRACTURES: dict[str, dict[str, str]] = {
    "osteoporotic": {"vertebra": "M80.08X", "hip": "M80.051", "forearm": "M80.031"},
    "presumed": {"vertebra": "S32.010", "hip": "S72.001", "forearm": "S52.501"},
    "high-energy": {"vertebra": "S32.010", "hip": "S72.001", "forearm": "S52.501"},
}
"""ICD-10-CM without the seventh character."""

FALL_FROM_LADDER = "W11.XXXA"
OSTEOPOROSIS = "M81.0"

DENSITY = {
    "lumbar spine": ("24966-4", "38267-1", "Lumbar spine L1-L4"),
    "total hip": ("38261-4", "38264-8", "Total hip"),
    "femoral neck": ("24701-5", "38263-0", "Femoral neck"),
}
"""LOINC of the density and of the T-score, and where it was measured."""

TESTS = {
    "egfr": ("98979-8", "mL/min/{1.73_m2}"),
    "calcium": ("46099-8", "mg/dL"),
    "vitamin-d": ("62292-8", "ng/mL"),
}
FRAX_MAJOR = "90265-0"
SUPPLEMENTS = (("1897", "Calcium Carbonate"), ("2418", "Cholecalciferol"))
BOTH_SUPPLEMENTS = ("1233607", "Calcium Carbonate 1250 MG / Cholecalciferol 600 UNT Oral Tablet")
