"""Which drug codes and words name together, and how surely."""

from __future__ import annotations

import pytest

from cards.codes import HCPCS, ICD10CM, NDC, RXNORM, SNOMED
from cards.formulary import BRANDS, DRUGS, PRODUCTS
from cards.identity import OTHER_DRUGS, Identity, identify

LOCAL = "urn:oid:1.2.3.4"
ATC = "http://www.whocc.no/atc"


def found(codings: list[tuple[str, str]], *texts: str) -> Identity:
    told = identify(codings, texts)
    assert told is not None
    return told


# Words


@pytest.mark.parametrize("ingredient", sorted(DRUGS))
def test_a_generic_name_names_its_drug_surely(ingredient: str) -> None:
    for word in DRUGS[ingredient].words:
        told = found([], f"{word.upper()} something")
        assert ingredient in told.ingredients
        assert told.sure


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_a_brand_names_its_drug_in_words_alone(brand: str) -> None:
    told = found([], f"{brand.title()} injection")
    assert (told.ingredients[0], told.brand, told.sure) == (BRANDS[brand][0], brand, True)


@pytest.mark.parametrize("brand", sorted(brand for brand in BRANDS if " " not in brand))
@pytest.mark.parametrize(("before", "after"), [("x", ""), ("", "x"), ("-", ""), ("", "-x"), ("_", "_")])
def test_a_part_of_a_word_names_nothing(brand: str, before: str, after: str) -> None:
    assert identify([], [f"{before}{brand}{after}"]) is None


@pytest.mark.parametrize(
    ("text", "ingredients"),
    [
        ("Alendronate Sodium 70 MG Oral Tablet", ("alendronate",)),
        ("FOSAMAX(R) 70mg", ("alendronate",)),
        ("alendronic acid (as sodium trihydrate) 70 mg", ("alendronate",)),
        ("alendronate-cholecalciferol 70 mg-5600 unit", ("alendronate", "cholecalciferol")),
        ("Fosamax Plus D 70/5600", ("alendronate", "cholecalciferol")),
        ("Ibandronic ac. 150 mg", ("ibandronate",)),
        ("zolendronic acid 5 mg/100 mL", ("zoledronic-acid",)),
        ("Zoledronate", ("zoledronic-acid",)),
        ("risedronate sodium", ("risedronate",)),
        ("raloxifene HCl 60 mg", ("raloxifene",)),
        ("Forteo (recombinant human parathyroid hormone 1-34)", ("teriparatide",)),
        ("calcitonin-salmon nasal", ("calcitonin",)),
        ("calcium carbonate-vitamin D3 600 mg-400 unit", ("calcium", "cholecalciferol")),
        ("romosozumab-aqqg 105 mg/1.17 mL", ("romosozumab",)),
        ("denosumab-bbdz 60 mg/mL", ("denosumab",)),
        ("alendronate (FOSAMAX) 70 MG tablet", ("alendronate",)),
    ],
)
def test_salts_spellings_brands_and_suffixes_name_the_drug(text: str, ingredients: tuple[str, ...]) -> None:
    told = found([], text)
    assert (told.ingredients, told.sure) == (ingredients, True)


@pytest.mark.parametrize(
    "text",
    [
        "no denosumab", "not taking denosumab", "never received Prolia", "Prolia declined", "without Prolia",
        "Prolia 60 mg sc not given", "denosumab refused by patient", "Prolia: contraindicated", "allergy to Prolia",
        "denosumab 60 mg/mL injection was not taken", "Allergic to alendronate", "avoid zoledronic acid",
        "declined teriparatide", "not currently taking any oral alendronate", "has never been on Prolia",
        "isn't taking alendronate", "unable to take alendronate", "not a candidate for Prolia", "Prolia: no",
        "no history of alendronate", "no prior denosumab", "alendronate allergy", "alendronate (patient declined)",
        "Prolia, patient declined", "alendronate 70 mg tablet weekly - not started", "denosumab not covered",
    ],
)  # fmt: skip
def test_a_name_that_is_denied_names_nothing(text: str) -> None:
    assert identify([], [text]) is None


@pytest.mark.parametrize(
    "text",
    [
        "Prolia 60 mg sc (patient not fasting)", "denosumab 60 mg without reaction", "denosumab given, no reaction",
        "No complaints. Prolia 60 mg", "not fasting; denosumab 60 mg given", "Prolia (teriparatide declined)",
        "denosumab, do not stop without a follow-on", "no problems with denosumab", "do not stop denosumab",
        "never missed Prolia", "no missed denosumab", "no change in denosumab", "don't skip Prolia",
        "check calcium prior to Prolia", "Prolia, allergic to penicillin", "Prolia, patient declined calcium",
        "Prolia stopped 2019, restarted 2021", "hold denosumab if calcium is low", "denosumab: hold if calcium < 8",
        "Prolia 60 mg, stop date 2027-01-01", "completed Prolia injection 3",
    ],
)  # fmt: skip
def test_a_denial_of_something_else_leaves_the_name(text: str) -> None:
    told = found([], text)
    assert (told.ingredients, told.sure, told.ended) == (("denosumab",), True, False)


ENDED = [
    "no longer takes {}", "patient no longer on {}", "STOP {}", "stopped taking {}", "hold {}", "{} on hold",
    "{} - stop", "{} 60 mg every 6 months - stopped 2019", "{} d/c'd 3/2024", "history of {} use", "previously on {}",
    "off {} now", "did not tolerate {}", "{} not tolerated", "{} (discontinued)", "{} in the past", "Discontinued {}",
]  # fmt: skip


@pytest.mark.parametrize("text", ENDED)
def test_a_tablet_that_words_end_is_not_named(text: str) -> None:
    assert identify([], [text.format("alendronate")]) is None


@pytest.mark.parametrize("text", ENDED)
def test_denosumab_that_words_end_is_a_maybe_and_never_forgotten(text: str) -> None:
    told = found([], text.format("Prolia"))
    assert (told.ingredients, told.sure, told.ended) == (("denosumab",), False, True)
    assert told.conflict == "its words say that the drug was stopped or is held"


def test_words_that_end_or_deny_a_coded_drug_make_it_a_maybe() -> None:
    assert found([(RXNORM, "904431")], "alendronate stopped 2022").ended
    assert not found([(RXNORM, "904431")], "alendronate stopped 2022").sure
    assert found([(RXNORM, "993452")], "Prolia declined").conflict == "its words say that the drug is not taken"
    assert not found([], "alendronate 70 mg tablet", "alendronate: no").sure


def test_words_that_name_two_drugs_leave_open_which_is_taken() -> None:
    told = found([], "alendronate or risedronate")
    assert (told.sure, told.conflict) == (False, "its words name different drugs")
    assert found([], "alendronate 70 mg with vitamin D and calcium carbonate").sure


@pytest.mark.parametrize(
    "text",
    [
        "prednisolone cream 0.5 %", "dexamethasone ophthalmic drops", "Hydrocortisone topical",
        "cyclosporine 0.05 % ophthalmic emulsion", "tacrolimus 0.1 % topical ointment", "sirolimus 0.2 % topical gel",
    ],
)  # fmt: skip
def test_what_acts_on_skin_or_eye_is_not_systemic(text: str) -> None:
    assert identify([], [text]) is None


@pytest.mark.parametrize(
    ("text", "ingredient"),
    [
        ("Humira 40 mg/0.4 mL pen", "adalimumab"), ("IMURAN 50 mg tablet", "azathioprine"),
        ("CellCept 500 mg", "mycophenolate"), ("cyclosporine 100 mg soft gel capsule", "cyclosporine"),
        ("adalimumab injection for inflammation of the eye", "adalimumab"), ("ixekizumab", "ixekizumab"),
        ("guselkumab 100 mg", "guselkumab"), ("risankizumab-rzaa", "risankizumab"), ("belimumab", "belimumab"),
        ("vedolizumab 300 mg IV", "vedolizumab"), ("ocrelizumab", "ocrelizumab"), ("anakinra", "anakinra"),
        ("filgotinib", "filgotinib"),
    ],
)  # fmt: skip
def test_a_systemic_immunosuppressant_is_known_by_name_and_brand(text: str, ingredient: str) -> None:
    told = found([], text)
    assert (told.ingredients, told.sure) == ((ingredient,), True)


@pytest.mark.parametrize(
    ("text", "ingredients"),
    [
        ("Calcium 600 mg tablet twice daily", ("calcium",)), ("calcium", ("calcium",)),
        ("Calcium 500 mg + vitamin D 200 units", ("calcium", "cholecalciferol")),
        ("Oyster shell calcium 500 mg", ("calcium",)), ("calcium carbonate 1250 mg", ("calcium",)),
        ("rosuvastatin calcium 10 mg", None), ("calcium channel blocker", None),
        ("Calcium gluconate 10 % injection", None), ("calcium acetate 667 mg capsule", None),
        ("Calcium: declined", None),
    ],
)  # fmt: skip
def test_calcium_in_words_is_the_supplement_only_where_it_opens_them(
    text: str, ingredients: tuple[str, ...] | None
) -> None:
    told = identify([], [text])
    assert (told.ingredients if told else None) == ingredients


# Codes


@pytest.mark.parametrize(
    ("system", "code", "ingredient", "tag"),
    [
        (RXNORM, "993452", "denosumab", "denosumab-60mg"),
        (RXNORM, "993460", "denosumab", "denosumab-60mg"),
        (RXNORM, "1046402", "denosumab", "denosumab-120mg"),
        (RXNORM, "705824", "zoledronic-acid", "zoledronic-acid-5mg"),
        (RXNORM, "1114085", "zoledronic-acid", "zoledronic-acid-4mg"),
        (RXNORM, "904431", "alendronate", "oral-bisphosphonate-weekly"),
        (RXNORM, "904419", "alendronate", "oral-bisphosphonate-daily"),
        (RXNORM, "904420", "alendronate", "oral-bisphosphonate-daily"),
        (NDC, "55513-710-01", "denosumab", "denosumab-60mg"),
        (NDC, "0078-0435-61", "zoledronic-acid", "zoledronic-acid-5mg"),
        (HCPCS, "j0897", "denosumab", "denosumab"),
        (HCPCS, "J3489", "zoledronic-acid", "zoledronic-acid"),
        (HCPCS, "J3111", "romosozumab", "romosozumab"),
    ],
)
def test_a_product_code_names_drug_and_product(system: str, code: str, ingredient: str, tag: str) -> None:
    told = found([(system, code)])
    assert told.ingredients[0] == ingredient
    assert tag in told.tags
    assert told.sure


def test_all_codings_are_collected_and_one_that_is_known_is_enough() -> None:
    epic = [(LOCAL, "81234"), ("urn:oid:2.16.840.1.113883.6.68", "30042010"), (RXNORM, "9999999"), (RXNORM, "46041")]
    told = found([*epic, (RXNORM, "904431")], "alendronate (FOSAMAX) 70 MG tablet")
    assert (told.ingredients, told.sure, told.brand) == (("alendronate",), True, "fosamax")
    assert "oral-bisphosphonate-weekly" in told.tags


def test_a_combination_contributes_every_ingredient_the_bone_drug_first() -> None:
    assert found([(RXNORM, "904492")]).ingredients == ("alendronate", "cholecalciferol")
    assert found([(RXNORM, "2418"), (RXNORM, "46041")]).ingredients == ("alendronate", "cholecalciferol")


def test_a_component_beside_its_combination_is_no_contradiction() -> None:
    assert found([(RXNORM, "904492"), (RXNORM, "46041"), (RXNORM, "2418")]).sure


def test_codes_of_two_drugs_contradict_each_other() -> None:
    told = found([(RXNORM, "993449"), (RXNORM, "46041")])
    assert (told.sure, told.conflict) == (False, "its codes name different drugs")
    assert not found([(RXNORM, "904431"), (RXNORM, "3002")]).sure


# Code and words


@pytest.mark.parametrize(("coding", "meant"), OTHER_DRUGS.items())
@pytest.mark.parametrize("text", ["Alendronate", "denosumab-bbdz 60 mg/mL", "Prolia", "digoxin 0.125 mg"])
def test_the_code_of_another_drug_makes_the_words_a_maybe(coding: tuple[str, str], meant: str, text: str) -> None:
    assert identify([coding], []) is None
    told = found([coding], text)
    assert (told.sure, told.conflict) == (
        False,
        f"its words name the drug, but its code is that of another drug ({meant})",
    )


def test_a_code_of_a_drug_that_has_its_own_set_is_that_of_another_drug() -> None:
    told = found([(RXNORM, "7646")], "alendronate")
    assert (told.sure, "omeprazole" in told.conflict.lower()) == (False, True)


@pytest.mark.parametrize(
    "text", ["Alendronate", "Fosamax", "Jubbonti 60 mg/mL", "1 ML denosumab-bbdz 60 MG/ML Prefilled Syringe", "Prolia"]
)
@pytest.mark.parametrize("coding", [(RXNORM, "9999999"), (NDC, "99999-9999-99"), (HCPCS, "J3590")])
def test_a_code_that_is_not_known_here_makes_the_words_a_maybe_brand_or_not(coding: tuple[str, str], text: str) -> None:
    told = found([coding], text)
    assert (told.sure, told.conflict) == (False, "its words name the drug, but its code is not known here")


@pytest.mark.parametrize("coding", [(LOCAL, "123"), ("urn:oid:2.16.840.1.113883.6.253", "1"), ("", "x"), (SNOMED, "1")])
def test_a_code_of_a_system_whose_drugs_are_not_held_here_leaves_the_words_sure(coding: tuple[str, str]) -> None:
    assert found([coding], "alendronate (FOSAMAX) 70 MG tablet").sure


@pytest.mark.parametrize("text", ["digoxin 0.125 MG Oral Tablet", "tacrolimus 1 MG Oral Capsule"])
def test_a_drug_that_is_matched_by_name_alone_is_sure_under_a_code_not_known(text: str) -> None:
    assert found([(RXNORM, "197604")], text).sure


def test_code_and_words_of_different_drugs_contradict_each_other() -> None:
    told = found([(RXNORM, "993449")], "alendronate 70 mg tablet")
    assert (told.ingredients, told.sure) == (("denosumab",), False)
    assert told.conflict == "its code and its words name different drugs"


def test_one_display_of_another_drug_is_enough_to_contradict() -> None:
    assert not found([(RXNORM, "993449")], "denosumab", "Alendronate 70 MG").sure
    assert found([(RXNORM, "993449")], "denosumab (switched from alendronate)").sure
    assert found([(RXNORM, "993449")], "denosumab", "vitamin D to be taken with it").sure


@pytest.mark.parametrize("texts", [["Prolia", "Xgeva"], ["denosumab (Prolia or Xgeva)"]])
def test_brands_of_two_products_name_no_brand(texts: list[str]) -> None:
    assert found([], *texts).brand is None


@pytest.mark.parametrize(
    ("text", "group"),
    [("Conexxence", "denosumab-60mg"), ("Bomyntra", "denosumab-120mg"), ("Boncresa", "denosumab-60mg")],
)
def test_a_brand_that_public_lists_get_wrong_is_of_its_own_product(text: str, group: str) -> None:
    brand = found([], text).brand
    assert brand is not None
    assert BRANDS[brand] == ("denosumab", group)


@pytest.mark.parametrize("code", ["2693643", "2693646", "2693648"])
def test_palopegteriparatide_is_no_teriparatide_by_code_or_words(code: str) -> None:
    assert identify([(RXNORM, code)], ["0.56 ML teriparatide 0.3 MG/ML Pen Injector"]) is None
    assert identify([], ["teriparatide 0.3 mg/mL pen", "Yorvipath"]) is None
    assert identify([], ["Natpara 25 mcg"]) is None


EXCLUDED = [
    *((RXNORM, code) for code in ("2693643", "2693646", "2693648", "1085728", "313979")),
    *((NDC, f"688750{package}02") for package in ("203", "202", "204", "205")), (ATC, "H05AA03"),
    *((ICD10CM, code) for code in ("M84.50XA", "M84.60XA", "M84.30XA", "Z87.311", "Z87.312", "Z87.81", "M87.10")),
    (SNOMED, "314990009"), (SNOMED, "203449003"),
]  # fmt: skip


@pytest.mark.parametrize("coding", EXCLUDED)
def test_a_code_that_is_to_be_left_out_names_no_drug(coding: tuple[str, str]) -> None:
    assert identify([coding], []) is None


@pytest.mark.parametrize(
    ("code", "claimed"),
    [
        ("10179", "alendronate"), ("41493", "alendronate"), ("311270", "alendronate"), ("1148585", "alendronate"),
        ("1151131", "alendronate"), ("215573", "risedronate"), ("836092", "ibandronate"), ("25076", "calcitonin"),
        ("282673", "zoledronic acid"), ("203131", "raloxifene"), ("1043562", "denosumab"), ("996583", "teriparatide"),
    ],
)  # fmt: skip
def test_a_code_that_a_public_list_gives_to_the_wrong_drug_is_never_sure(code: str, claimed: str) -> None:
    assert identify([(RXNORM, code)], []) is None
    assert not found([(RXNORM, code)], claimed).sure


@pytest.mark.parametrize("code", ["J3245", "J3105"])
def test_a_billing_code_that_a_public_page_gives_to_teriparatide_is_never_sure(code: str) -> None:
    assert identify([(HCPCS, code)], []) is None
    assert not found([(HCPCS, code)], "teriparatide").sure


def test_a_code_counts_in_its_own_system_alone() -> None:
    assert identify([(ICD10CM, "J3489")], []) is None
    assert found([(HCPCS, "J3489")]).ingredients == ("zoledronic-acid",)


@pytest.mark.parametrize("key", sorted(PRODUCTS))
def test_a_suggested_product_is_coded_as_what_it_says(key: str) -> None:
    product = PRODUCTS[key]
    told = found([(RXNORM, product.rxnorm)], product.text)
    assert (told.ingredients[0], told.sure) == (product.ingredient, True)
