"""Which product of an ambiguous drug one resource tells of, and which tablets are for osteoporosis."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cards.concepts.product import Product, contradicts_itself, for_other_disease, is_tablet, told_by, unknown_because
from cards.facts import Medication, Source
from cards.when import When

BONE, CANCER, OPEN = Product.OSTEOPOROSIS, Product.ONCOLOGY, Product.INDETERMINATE


def of(drug: str, source: Source = Source.REQUEST, **told: Any) -> Medication:
    figures = {key: Decimal(str(told.pop(key))) for key in ("dose_mg", "strength_mg", "interval_days") if key in told}
    sets = {key: frozenset(told.pop(key)) for key in ("tags", "reasons") if key in told}
    return Medication(
        "x/1", source, "active", (drug,), sets.pop("tags", frozenset()), told.pop("text", drug),
        When.on(date(2026, 1, 1)), **figures, **sets, **told,
    )  # fmt: skip


@pytest.mark.parametrize("source", Source)
@pytest.mark.parametrize(
    ("told", "product"),
    [
        ({"tags": ["denosumab-60mg"]}, BONE), ({"tags": ["denosumab-120mg"]}, CANCER), ({"tags": ["denosumab"]}, OPEN),
        ({"tags": ["denosumab-60mg", "denosumab-120mg"]}, OPEN),
        ({"strength_mg": 60}, BONE), ({"strength_mg": 120}, CANCER), ({"strength_mg": 70}, OPEN),
        ({"dose_mg": 60}, BONE), ({"dose_mg": 120}, CANCER), ({"dose_mg": 119}, OPEN), ({"dose_mg": 240}, CANCER),
        ({"brand": "prolia"}, BONE), ({"brand": "xgeva"}, CANCER), ({"brand": "conexxence"}, BONE),
        ({"brand": "bomyntra"}, CANCER), ({"brand": "jubbonti"}, BONE), ({"brand": "wyost"}, CANCER),
        ({"interval_days": 28}, CANCER), ({"interval_days": 42}, CANCER), ({"interval_days": 43}, OPEN),
        ({"interval_days": 149}, OPEN), ({"interval_days": 150}, BONE), ({"interval_days": "182.625"}, BONE),
        ({"reasons": ["bone-metastasis"]}, CANCER), ({"reasons": ["osteoporosis"]}, OPEN), ({}, OPEN),
    ],
)  # fmt: skip
def test_each_sign_of_denosumab_tells_its_product_in_every_kind_of_resource(
    source: Source, told: dict[str, Any], product: Product
) -> None:
    assert told_by(of("denosumab", source, **told)) is product


@pytest.mark.parametrize(
    ("told", "product"),
    [
        ({"tags": ["zoledronic-acid-5mg"]}, BONE), ({"tags": ["zoledronic-acid-4mg"]}, CANCER),
        ({"tags": ["zoledronic-acid"]}, OPEN), ({"strength_mg": 5}, BONE), ({"strength_mg": 4}, CANCER),
        ({"dose_mg": 5}, BONE), ({"dose_mg": 4}, CANCER), ({"dose_mg": "3.3"}, OPEN), ({"brand": "reclast"}, BONE),
        ({"brand": "zometa"}, CANCER), ({"interval_days": 84}, CANCER), ({"interval_days": 85}, OPEN),
        ({"interval_days": 365}, OPEN), ({"reasons": ["myeloma"]}, CANCER), ({}, OPEN),
        ({"dose_mg": "3.3", "tags": ["zoledronic-acid-4mg"]}, CANCER),
    ],
)  # fmt: skip
def test_each_sign_of_zoledronic_acid_tells_its_product(told: dict[str, Any], product: Product) -> None:
    assert told_by(of("zoledronic-acid", **told)) is product


@pytest.mark.parametrize(
    ("told", "product"),
    [
        ({"strength_mg": 60, "interval_days": 28, "reasons": ["myeloma"]}, BONE),
        ({"brand": "xgeva", "interval_days": 182}, CANCER),
        ({"interval_days": 182, "reasons": ["bone-metastasis"]}, BONE),
        ({"dose_mg": 119, "interval_days": 28}, CANCER),
    ],
)
def test_the_stronger_sign_decides(told: dict[str, Any], product: Product) -> None:
    assert told_by(of("denosumab", **told)) is product


@pytest.mark.parametrize(
    "told",
    [
        {"brand": "prolia", "dose_mg": 120}, {"brand": "prolia", "strength_mg": 120}, {"brand": "xgeva", "dose_mg": 60},
        {"tags": ["denosumab-60mg"], "dose_mg": 120}, {"tags": ["denosumab-60mg"], "brand": "xgeva"},
        {"strength_mg": 60, "dose_mg": 120}, {"tags": ["denosumab-60mg", "denosumab-120mg"], "dose_mg": 60},
        {"brand": "prolia", "strength_mg": 60, "dose_mg": 120, "interval_days": 182, "tags": ["denosumab-60mg"]},
    ],
)  # fmt: skip
def test_signs_that_contradict_each_other_are_never_outvoted(told: dict[str, Any]) -> None:
    fact = of("denosumab", reasons=["bone-metastasis"], **told)
    assert told_by(fact) is OPEN
    assert contradicts_itself(fact)
    assert unknown_because([fact]) == "is contradictory in the record"


def test_why_a_strength_is_not_known_is_told_as_it_is() -> None:
    assert unknown_because([of("denosumab")]) == "is not recorded"
    assert unknown_because([of("denosumab"), of("denosumab", dose_mg=119)]) == (
        "is not certain: a dose of 119 mg is recorded"
    )
    assert not contradicts_itself(of("denosumab", dose_mg=60))
    assert not contradicts_itself(of("alendronate", dose_mg=60))


@pytest.mark.parametrize(
    ("told", "oral"),
    [
        ({}, True), ({"dose_mg": 150}, True), ({"dose_mg": 3}, False), ({"strength_mg": 3}, False),
        ({"dose_mg": 6}, False), ({"route": "intravenous"}, False), ({"route": "oral", "interval_days": 91}, True),
        ({"tags": ["ibandronate-iv"]}, False), ({"tags": ["ibandronate-oral"], "interval_days": 91}, True),
        ({"interval_days": 91}, False), ({"interval_days": 80}, False), ({"interval_days": 79}, True),
        ({"interval_days": "30.4375"}, True), ({"text": "ibandronate injection"}, False),
        ({"text": "Boniva syringe"}, False), ({"strength_mg": 50}, False),
        ({"dose_mg": 50, "route": "oral"}, False), ({"tags": ["ibandronate-oncology-50mg"]}, False),
    ],
)  # fmt: skip
def test_ibandronate_is_a_tablet_unless_something_tells_of_the_injection(told: dict[str, Any], oral: bool) -> None:
    assert is_tablet(of("ibandronate", **told)) is oral


def test_the_tablet_of_paget_disease_is_none_for_osteoporosis() -> None:
    assert for_other_disease(of("risedronate", dose_mg=30))
    assert for_other_disease(of("risedronate", tags=["risedronate-paget-30mg"]))
    assert not is_tablet(of("risedronate", strength_mg=30, dose_mg=60))
    assert is_tablet(of("risedronate", dose_mg=35))
    assert not for_other_disease(of("risedronate", strength_mg=5, dose_mg=30))
    assert not is_tablet(of("zoledronic-acid"))
