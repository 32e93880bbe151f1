"""What each value set holds and where it ends: drugs, conditions, observations."""

from __future__ import annotations

import pytest

from cards import codes
from cards.codes import HCPCS, ICD10CM, LOINC, NDC, RXNORM

KINDS = (
    "fragility-fracture",
    "collapsed-vertebra",
    "trauma-fracture-major",
    "trauma-fracture-optional",
    "trauma-fracture-minor",
    "fracture-pathological",
    "fracture-neoplastic",
    "fracture-other-disease",
    "fracture-stress",
    "fracture-periprosthetic",
    "atypical-femoral-fracture",
)

# Drugs


def test_yorvipath_and_natpara_are_no_teriparatide() -> None:
    yorvipath = ["2693643", "2693646", "2693648"]
    assert {codes.tags(RXNORM, code) for code in yorvipath} == {frozenset({"not-osteoporosis-parathyroid"})}
    assert codes.tags(NDC, "68875-0203-2") == {"not-osteoporosis-parathyroid"}
    assert codes.tags(RXNORM, "32915") == {"teriparatide"}


@pytest.mark.parametrize(
    ("osteoporosis", "oncology", "untold"),
    [
        ("denosumab-60mg", "denosumab-120mg", "denosumab"),
        ("zoledronic-acid-5mg", "zoledronic-acid-4mg", "zoledronic-acid"),
        ("ibandronate-oral", "ibandronate-oncology-50mg", "ibandronate"),
        ("risedronate", "risedronate-paget-30mg", "etidronate"),
    ],
)
def test_products_of_different_use_share_no_code(osteoporosis: str, oncology: str, untold: str) -> None:
    held = [codes.load(name).codes for name in (osteoporosis, oncology, untold)]
    assert len(frozenset().union(*held)) == sum(map(len, held))


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("993452", "denosumab-60mg"),
        ("993460", "denosumab-60mg"),
        ("1046402", "denosumab-120mg"),
        ("993449", "denosumab"),
        ("705824", "zoledronic-acid-5mg"),
        ("1114085", "zoledronic-acid-4mg"),
        ("77655", "zoledronic-acid"),
        ("904946", "ibandronate-oncology-50mg"),
        ("905032", "risedronate-paget-30mg"),
        ("115264", "ibandronate"),
        ("904952", "ibandronate-iv"),
    ],
)
def test_a_product_code_carries_exactly_its_product(code: str, name: str) -> None:
    assert codes.tags(RXNORM, code) == {name}


def test_a_unit_code_never_tells_the_strength() -> None:
    for code in ("J0897", "Q5136", "Q5157", "Q5158", "Q5159", "Q5161", "Q5162"):
        assert codes.tags(HCPCS, code) == {"denosumab"}
    assert codes.tags(HCPCS, "J3488") == {"zoledronic-acid-5mg"}
    assert codes.tags(HCPCS, "J3487") == {"zoledronic-acid-4mg"}


def test_the_combination_counts_as_alendronate_and_as_vitamin_d() -> None:
    assert codes.tags(RXNORM, "904462") == {
        *("alendronate", "alendronate-cholecalciferol", "vitamin-d", "oral-bisphosphonate-weekly")
    }
    assert {"calcium", "vitamin-d"} == codes.tags(RXNORM, "1233607")
    assert {"bazedoxifene", "estrogens"} == codes.tags(RXNORM, "1441392")


def test_a_dosing_interval_belongs_to_one_strength() -> None:
    intervals = [codes.load(f"oral-bisphosphonate-{often}").codes for often in ("daily", "weekly", "monthly")]
    assert len(frozenset().union(*intervals)) == sum(map(len, intervals))
    assert codes.tags(RXNORM, "904431") == {"alendronate", "oral-bisphosphonate-weekly"}
    assert codes.tags(RXNORM, "904419") == {"alendronate", "oral-bisphosphonate-daily"}
    assert codes.tags(RXNORM, "46041") == {"alendronate"}


def test_active_vitamin_d_is_no_supplement() -> None:
    assert codes.load("vitamin-d").codes.isdisjoint(codes.load("vitamin-d-active").codes)


def test_a_glucocorticoid_code_names_one_drug_and_says_if_its_form_is_untold() -> None:
    drugs = ["prednisone", "prednisolone", "methylprednisolone", "dexamethasone", "hydrocortisone", "deflazacort"]
    held = [codes.load(name).codes for name in (*drugs, "glucocorticoid-other")]
    assert len(frozenset().union(*held)) == sum(map(len, held))
    assert codes.tags(RXNORM, "312615") == {"prednisone"}
    assert codes.tags(RXNORM, "3264") == {"dexamethasone", "glucocorticoid-form-unknown"}
    assert codes.load("glucocorticoid-form-unknown").codes <= frozenset().union(*held)


def test_an_oral_paste_and_a_mineralocorticoid_are_no_systemic_glucocorticoid() -> None:
    assert codes.tags(RXNORM, "1085728") == codes.tags(RXNORM, "313979") == {"glucocorticoid-lookalike"}


# Conditions


def test_every_fracture_code_has_one_kind_and_at_least_one_site() -> None:
    fractures = {coding for kind in KINDS for coding in (*codes.load(kind).codes, *codes.load(kind).prefixes)}
    sites = {name for name in codes.names() if name.startswith("fracture-site-")}
    fractures |= {coding for site in sites for coding in (*codes.load(site).codes, *codes.load(site).prefixes)}
    for coding in fractures:
        assert len(codes.tags(*coding) & set(KINDS)) == 1, coding
        assert codes.tags(*coding) & sites, coding


@pytest.mark.parametrize(
    ("code", "kind", "sites"),
    [
        ("M80.08XA", "fragility-fracture", {"vertebra"}),
        ("M80.0AXA", "fragility-fracture", {"other"}),
        ("M80.0B1A", "fragility-fracture", {"pelvis"}),
        ("M80.831D", "fragility-fracture", {"forearm"}),
        ("M80.041A", "fragility-fracture", {"hand"}),
        ("M80.071A", "fragility-fracture", {"ankle-foot"}),
        ("M80", "fragility-fracture", {"other"}),
        ("M48.56XA", "collapsed-vertebra", {"vertebra"}),
        ("S22.080A", "trauma-fracture-major", {"vertebra"}),
        ("S32.010A", "trauma-fracture-major", {"vertebra"}),
        ("S32.10XA", "trauma-fracture-major", {"pelvis"}),
        ("S72.001A", "trauma-fracture-major", {"hip-femur"}),
        ("S42.201A", "trauma-fracture-major", {"humerus-shoulder"}),
        ("S52.501A", "trauma-fracture-major", {"forearm"}),
        ("S42.301A", "trauma-fracture-optional", {"humerus-shoulder"}),
        ("S22.31XA", "trauma-fracture-optional", {"ribs"}),
        ("S02.0XXA", "trauma-fracture-minor", {"skull"}),
        ("S12.100A", "trauma-fracture-minor", {"neck"}),
        ("S62.001A", "trauma-fracture-minor", {"hand"}),
        ("S92.001A", "trauma-fracture-minor", {"ankle-foot"}),
        ("S82.841A", "trauma-fracture-minor", {"ankle-foot"}),
        ("S82.861A", "trauma-fracture-minor", {"lower-leg"}),
        ("M84.454A", "fracture-pathological", {"pelvis"}),
        ("M84.459A", "fracture-pathological", {"hip-femur"}),
        ("M84.550A", "fracture-neoplastic", {"pelvis"}),
        ("M84.58XA", "fracture-neoplastic", {"vertebra", "other"}),
        ("M84.652A", "fracture-other-disease", {"hip-femur"}),
        ("M84.374A", "fracture-stress", {"ankle-foot"}),
        ("M97.01XA", "fracture-periprosthetic", {"hip-femur", "pelvis"}),
        ("M84.751A", "atypical-femoral-fracture", {"hip-femur"}),
    ],
)
def test_an_icd_fracture_code_has_its_kind_and_its_site(code: str, kind: str, sites: set[str]) -> None:
    found = codes.tags(ICD10CM, code)
    assert found & set(KINDS) == {kind}
    assert {tag.removeprefix("fracture-site-") for tag in found if tag.startswith("fracture-site-")} == sites


@pytest.mark.parametrize(
    ("name", "member", "stranger"),
    [
        ("osteoporosis", "M81.0", "M82"),
        ("osteopenia", "M85.80", "M85.0"),
        ("history-of-fragility-fracture", "Z87.310", "Z87.311"),
        ("trauma-fracture-major", "S72.25XA", "S72.301A"),
        ("trauma-fracture-major", "S32.89XA", "S32.9XXA"),
        ("femur-shaft-or-subtrochanteric", "S72.301A", "S72.401A"),
        ("femur-m80", "M80.851A", "M80.861A"),
        ("external-cause-high-energy", "W09.0XXA", "W10.0XXA"),
        ("external-cause-high-energy", "W11.XXXA", "W18.30XA"),
        ("external-cause-high-energy", "X92.XXXA", "X83.8XXA"),
        ("external-cause-high-energy", "Y09", "Y21.XXXA"),
        ("external-cause-high-energy", "V00.01XA", "W01.0XXA"),
        ("external-cause-high-energy", "Y38.0X1A", "Y62.0"),
        ("ckd-advanced", "N18.4", "N18.32"),
        ("ckd-advanced", "N18.5", "N18.6"),
        ("kidney-failure", "N18.6", "N18.5"),
        ("dialysis", "Z99.2", "Z91.15"),
        ("acute-kidney-injury", "N17.9", "N18.9"),
        ("hypocalcemia", "E83.51", "E83.52"),
        ("hypercalcemia", "E83.52", "E83.59"),
        ("hyperparathyroidism-primary", "E21.2", "E21.1"),
        ("hyperparathyroidism-secondary", "N25.81", "E21.3"),
        ("myocardial-infarction", "I22.0", "I23.0"),
        ("myocardial-infarction-old", "I25.2", "I25.10"),
        ("stroke", "I61.9", "I62.9"),
        ("stroke-history", "Z86.73", "Z86.74"),
        ("angina", "I25.110", "I25.10"),
        ("peripheral-arterial-disease", "I70.211", "I70.1"),
        ("peripheral-arterial-disease", "E11.51", "E11.59"),
        ("revascularisation", "Z95.5", "Z95.0"),
        ("cancer", "C43.9", "C44.91"),
        ("cancer", "C96.9", "D00.00"),
        ("cancer-history-radiation-prone", "Z85.46", "Z85.038"),
        ("bone-malignancy", "Z85.830", "Z85.831"),
        ("bone-metastasis", "C79.51", "C79.60"),
        ("bone-metastasis", "C7B.03", "C7B.04"),
        ("myeloma", "C90.30", "C90.10"),
        ("metabolic-bone-disease", "Q78.2", "Q78.3"),
        ("hereditary-osteosarcoma-risk", "C69.21", "C69.30"),
        ("urolithiasis", "N23", "N25.0"),
        ("pregnancy", "Z33.1", "Z33.2"),
        ("pregnancy-ended-or-loss", "O03.9", "O09.90"),
        ("pregnancy-ended-or-loss", "O80", "O77.9"),
        ("malabsorption", "K86.1", "K86.2"),
        ("esophageal-emptying-disorder", "K22.2", "K22.3"),
        ("upper-gi-active-disease", "K21.00", "K21.9"),
        ("cannot-sit-upright", "Z74.01", "Z74.09"),
        ("medication-nonadherence", "Z91.148", "Z91.118"),
        ("immunodeficiency", "D84.821", "D86.9"),
        ("jaw-osteonecrosis", "M87.180", "M87.188"),
        ("oophorectomy-bilateral", "Z90.722", "Z90.721"),
        ("palliative-care", "Z51.5", "Z51.11"),
        ("smoking", "F17.210", "F17.211"),
        ("smoking", "F17.200", "F17.220"),
        ("alcohol-disorder", "F10.20", "F10.21"),
        ("alcohol-disorder", "F10.1", "F10.11"),
        ("hyperlipidemia", "E78.5", "E78.6"),
        ("chronic-glucocorticoid-use", "Z79.52", "Z79.51"),
        ("bisphosphonate-use-status", "Z79.83", "Z79.82"),
    ],
)
def test_an_icd_set_ends_where_it_should(name: str, member: str, stranger: str) -> None:
    assert name in codes.tags(ICD10CM, member)
    assert name not in codes.tags(ICD10CM, stranger)


def test_dialysis_is_kidney_failure() -> None:
    assert codes.load("dialysis").codes <= codes.load("kidney-failure").codes


def test_what_ended_a_pregnancy_can_be_taken_off_the_pregnancies() -> None:
    assert {"pregnancy", "pregnancy-ended-or-loss"} == codes.tags(ICD10CM, "O80")
    assert codes.tags(ICD10CM, "O09.90") == {"pregnancy"}
    assert codes.tags(ICD10CM, "Z33.2") == {"pregnancy-ended-or-loss"}


def test_a_cardiovascular_risk_factor_tells_its_kind_and_is_no_event() -> None:
    kinds = ["hypertension", "diabetes-mellitus", "hyperlipidemia", "smoking", "chronic-kidney-disease"]
    parts = [codes.load(kind) for kind in kinds]
    whole = codes.load("cardiovascular-risk-factor")
    assert whole.codes == frozenset().union(*(part.codes for part in parts))
    assert set(whole.prefixes) == {prefix for part in parts for prefix in part.prefixes}
    for event in ("myocardial-infarction", "stroke", "transient-ischemic-attack", "angina"):
        assert whole.codes.isdisjoint(codes.load(event).codes)


def test_an_infarction_is_either_old_or_not() -> None:
    assert codes.load("myocardial-infarction").codes.isdisjoint(codes.load("myocardial-infarction-old").codes)
    assert codes.load("stroke").codes.isdisjoint(codes.load("stroke-history").codes)


# Observations


def test_a_dxa_code_has_one_quantity_one_site_and_at_most_one_side() -> None:
    names = [name for name in codes.names() if name.startswith(("dxa-t-score-", "dxa-bmd-", "dxa-z-score"))]
    held = [codes.load(name).codes for name in names]
    every = frozenset().union(*held)
    assert len(every) == sum(map(len, held)) == 43
    left, right = codes.load("laterality-left").codes, codes.load("laterality-right").codes
    assert left | right <= every
    assert left.isdisjoint(right)
    assert codes.tags(LOINC, "80946-7") == {"dxa-t-score-hip", "laterality-left"}
    assert codes.tags(LOINC, "80945-9") == {"dxa-t-score-hip", "laterality-right"}


def test_measured_clearance_is_not_the_cockcroft_gault_clearance() -> None:
    assert codes.tags(LOINC, "35591-7") == {"creatinine-clearance"}
    assert codes.tags(LOINC, "2164-2") == frozenset()


def test_the_laboratory_sets_share_no_code() -> None:
    names = ["egfr", "creatinine-clearance", "creatinine", "calcium-total", "calcium-ionized", "calcium-corrected"]
    names += ["albumin", "vitamin-d-25oh", "parathyroid-hormone", "ctx", "p1np", "phosphate", "alkaline-phosphatase"]
    names += ["magnesium", "pregnancy-test"]
    names += ["body-weight", "body-height", "body-mass-index", "frax-major", "frax-hip", "excluded-lab"]
    held = [codes.load(name).codes for name in names]
    assert len(frozenset().union(*held)) == sum(map(len, held))
