"""Which drug a code or a phrase names."""

from __future__ import annotations

import pytest

from cards.codes import HCPCS, RXNORM
from cards.formulary import BRANDS, DRUGS, PRODUCTS, identify

LOCAL = "urn:oid:1.2.3.4"


@pytest.mark.parametrize("ingredient", sorted(DRUGS))
def test_a_generic_name_names_its_drug(ingredient: str) -> None:
    for word in DRUGS[ingredient].words:
        found = identify((), [f"{word.upper()} something"])
        assert found is not None
        assert ingredient in found.ingredients
        assert found.sure


@pytest.mark.parametrize("brand", sorted(BRANDS))
def test_a_brand_names_its_drug(brand: str) -> None:
    found = identify((), [f"{brand.capitalize()} injection"])
    assert found is not None
    assert (found.ingredients, found.brand) == ((BRANDS[brand][0],), brand)


@pytest.mark.parametrize(
    "text", ["prednisolone cream 0.5 %", "dexamethasone ophthalmic drops", "Hydrocortisone topical"]
)
def test_a_steroid_on_the_skin_or_in_the_eye_is_not_systemic(text: str) -> None:
    assert identify((), [text]) is None


@pytest.mark.parametrize(
    "text",
    ["no denosumab", "Allergic to alendronate", "declined teriparatide", "avoid zoledronic acid", "undenosumabbed"],
)
def test_a_negated_name_or_a_part_of_a_word_names_nothing(text: str) -> None:
    assert identify((), [text]) is None


@pytest.mark.parametrize(
    "text",
    [
        "not taking denosumab", "never received Prolia", "Prolia declined", "Prolia 60 mg sc not given",
        "denosumab refused by patient", "Prolia: contraindicated", "denosumab 60 mg/mL injection was not taken",
        "without Prolia", "allergy to Prolia",
    ],
)  # fmt: skip
def test_a_negation_beside_the_name_takes_it_back(text: str) -> None:
    assert identify((), [text]) is None


@pytest.mark.parametrize(
    "text",
    [
        "Prolia 60 mg sc (patient not fasting)", "denosumab 60 mg without reaction", "denosumab given, no reaction",
        "No complaints. Prolia 60 mg", "not fasting; denosumab 60 mg given", "Prolia (teriparatide declined)",
        "denosumab, do not stop without a follow-on", "no problems with denosumab",
    ],
)  # fmt: skip
def test_a_negation_of_something_else_leaves_the_name(text: str) -> None:
    found = identify((), [text])
    assert found is not None
    assert found.ingredients == ("denosumab",)


@pytest.mark.parametrize(
    "text",
    [
        "cyclosporine 0.05 % ophthalmic emulsion", "tacrolimus 0.1 % topical ointment", "Cyclosporine eye drops",
        "sirolimus 0.2 % topical gel",
    ],
)  # fmt: skip
def test_an_immunosuppressant_on_the_skin_or_in_the_eye_is_not_systemic(text: str) -> None:
    assert identify((), [text]) is None


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
    found = identify((), [text])
    assert found is not None
    assert found.ingredients == (ingredient,)
    assert found.sure


def test_a_biosimilar_suffix_is_still_denosumab() -> None:
    found = identify((), ["denosumab-bbdz 60 mg/mL"])
    assert found is not None
    assert found.ingredients == ("denosumab",)


def test_yorvipath_is_not_teriparatide() -> None:
    assert identify([(RXNORM, "2693643")], ["teriparatide / Yorvipath"]) is None
    assert identify((), ["palopegteriparatide (Yorvipath), not teriparatide"]) is None


def test_a_code_that_names_another_drug_than_the_words_is_not_sure() -> None:
    found = identify([(RXNORM, "993449")], ["alendronate 70 mg tablet"])
    assert found is not None
    assert (found.ingredients, found.sure) == (("denosumab",), False)
    assert found.conflict


def test_words_under_an_unknown_drug_code_are_not_sure() -> None:
    found = identify([(RXNORM, "3002")], ["Alendronate"])
    assert found is not None
    assert not found.sure


@pytest.mark.parametrize("text", ["Jubbonti 60 mg/mL", "1 ML denosumab-bbdz 60 MG/ML Prefilled Syringe"])
def test_a_brand_or_a_biosimilar_under_a_code_not_yet_known_is_sure(text: str) -> None:
    found = identify([(RXNORM, "9999999")], [text])
    assert found is not None
    assert (found.ingredients, found.sure) == (("denosumab",), True)


def test_a_brand_does_not_make_alendronate_of_another_drug_s_code() -> None:
    found = identify([(RXNORM, "3002")], ["Alendronate", "Alendronate (Fosamax)"])
    assert found is not None
    assert not found.sure


def test_words_beside_a_local_code_are_sure() -> None:
    found = identify([(LOCAL, "123")], ["alendronate (FOSAMAX) 70 MG tablet"])
    assert found is not None
    assert (found.ingredients, found.sure, found.brand) == (("alendronate",), True, "fosamax")


def test_a_combination_contributes_every_ingredient_the_bone_drug_first() -> None:
    found = identify([(RXNORM, "904492")], ())
    assert found is not None
    assert found.ingredients == ("alendronate", "cholecalciferol")


@pytest.mark.parametrize(
    ("system", "code", "ingredient", "tag"),
    [
        (RXNORM, "993452", "denosumab", "denosumab-60mg"),
        (RXNORM, "1046402", "denosumab", "denosumab-120mg"),
        (RXNORM, "705824", "zoledronic-acid", "zoledronic-acid-5mg"),
        (RXNORM, "1114085", "zoledronic-acid", "zoledronic-acid-4mg"),
        (RXNORM, "904431", "alendronate", "oral-bisphosphonate-weekly"),
        (RXNORM, "904419", "alendronate", "oral-bisphosphonate-daily"),
        (HCPCS, "J0897", "denosumab", "denosumab"),
        (HCPCS, "J3489", "zoledronic-acid", "zoledronic-acid"),
        (HCPCS, "J3111", "romosozumab", "romosozumab"),
    ],
)
def test_a_product_code_names_drug_and_product(system: str, code: str, ingredient: str, tag: str) -> None:
    found = identify([(system, code)], ())
    assert found is not None
    assert found.ingredients[0] == ingredient
    assert tag in found.tags


@pytest.mark.parametrize(
    ("text", "ingredients"),
    [
        ("Calcium 600 mg tablet twice daily", ("calcium",)),
        ("calcium", ("calcium",)),
        ("Calcium 500 mg + vitamin D 200 units", ("calcium", "cholecalciferol")),
        ("Oyster shell calcium 500 mg", ("calcium",)),
        ("calcium carbonate 1250 mg", ("calcium",)),
        ("rosuvastatin calcium 10 mg", None),
        ("calcium channel blocker", None),
        ("Calcium gluconate 10 % injection", None),
        ("calcium acetate 667 mg capsule", None),
        ("Calcium: declined", None),
    ],
)
def test_calcium_in_words_is_the_supplement_only_where_it_opens_them(
    text: str, ingredients: tuple[str, ...] | None
) -> None:
    found = identify([], [text])
    assert (found.ingredients if found else None) == ingredients


@pytest.mark.parametrize("key", sorted(PRODUCTS))
def test_a_suggested_product_is_coded_as_what_it_says(key: str) -> None:
    product = PRODUCTS[key]
    found = identify([(RXNORM, product.rxnorm)], [product.text])
    assert found is not None
    assert (found.ingredients[0], found.sure) == (product.ingredient, True)


@pytest.mark.parametrize("text", ["digoxin 0.125 MG Oral Tablet", "tacrolimus 1 MG Oral Capsule"])
def test_a_drug_that_is_matched_by_name_alone_is_sure_under_any_code(text: str) -> None:
    found = identify([(RXNORM, "197604")], [text])
    assert found is not None
    assert found.sure
