"""Which product an ambiguous drug is: denosumab 60 or 120 mg, zoledronic acid 5 or 4 mg (R-DEN-07, R-ZOL-07)."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cards.chart import Chart, Medication, concept
from cards.formulary import BRANDS


class Product(enum.Enum):
    """What a resource tells of the product."""

    OSTEOPOROSIS = "osteoporosis product"
    ONCOLOGY = "oncology product"
    INDETERMINATE = "strength not recorded"


MEDICATION_LISTS: Final = (
    "medication_requests", "medication_statements", "medication_dispenses", "medication_administrations",
)  # fmt: skip
"""The sections whose resources tell a product; a billed procedure tells none."""


@dataclass(frozen=True, slots=True)
class _Marks:
    """The signs of one ambiguous drug, in the order in which they are weighed."""

    osteoporosis_set: str
    oncology_set: str
    osteoporosis_mg: Decimal
    oncology_mg: tuple[Decimal, Decimal]
    oncology_interval: Decimal
    osteoporosis_interval: Decimal | None


_MARKS: Final[Mapping[str, _Marks]] = {
    "denosumab": _Marks(
        "denosumab-60mg", "denosumab-120mg", Decimal(60), (Decimal(120), Decimal(10000)), Decimal(42), Decimal(150)
    ),
    "zoledronic-acid": _Marks(
        "zoledronic-acid-5mg", "zoledronic-acid-4mg", Decimal(5), (Decimal(4), Decimal(4)), Decimal(84), None
    ),
}

ONCOLOGY_REASONS: Final = frozenset(("bone-metastasis", "myeloma", "giant-cell-tumor", "malignant-hypercalcemia"))
"""The first two are value sets; the others have no code that says them and are known by the words of a reason."""

_REASON_WORDS: Final = {
    "bone-metastasis": re.compile(
        r"\b(?:bone|bony|skeletal|osseous) metasta(?:sis|ses)\b|\bmetasta(?:sis|ses|tic)\b.{0,20}\bto (?:the )?bones?\b"
    ),
    "myeloma": re.compile(r"\bmultiple myeloma\b"),
    "giant-cell-tumor": re.compile(r"\bgiant[ -]cell tumou?rs? of (?:the )?bone\b"),
    "malignant-hypercalcemia": re.compile(r"\bhypercalca?emia of malignancy\b|\bmalignant hypercalca?emia\b"),
}
_NEGATED: Final = re.compile(r"\b(?:no|not|without|exclud\w*|rul\w* out)\b")


def reasons_named(texts: Iterable[str]) -> frozenset[str]:
    """The oncology reasons that the words of an indication name, by whole phrase, and not where they are negated."""
    lowered = [text.lower() for text in texts]
    return frozenset(
        reason
        for reason, phrase in _REASON_WORDS.items()
        if any(phrase.search(text) and not _NEGATED.search(text) for text in lowered)
    )


def told_by(medication: Medication) -> Product:
    """What this resource alone tells, by code, dose, brand, interval and reason, in that order.

    Code and dose, or brand and dose, that contradict each other are indeterminate, never a majority vote. 60 mg is
    the osteoporosis product at any interval and for any reason.
    """
    marks = _MARKS.get(medication.ingredient)
    if marks is None:
        return Product.OSTEOPOROSIS
    signs = {
        sign
        for sign in (_by_code(medication, marks), _by_dose(medication, marks), _by_brand(medication, marks))
        if sign
    }
    if len(signs) > 1:
        return Product.INDETERMINATE
    if signs:
        return signs.pop()
    if medication.interval_days is not None:
        if medication.interval_days <= marks.oncology_interval:
            return Product.ONCOLOGY
        if marks.osteoporosis_interval is not None and medication.interval_days >= marks.osteoporosis_interval:
            return Product.OSTEOPOROSIS
    if medication.reasons & ONCOLOGY_REASONS:
        return Product.ONCOLOGY
    return Product.INDETERMINATE


def _by_code(medication: Medication, marks: _Marks) -> Product | None:
    small, large = marks.osteoporosis_set in medication.tags, marks.oncology_set in medication.tags
    if small == large:
        return None
    return Product.OSTEOPOROSIS if small else Product.ONCOLOGY


def _by_dose(medication: Medication, marks: _Marks) -> Product | None:
    dose = medication.dose_mg
    if dose is None:
        return None
    if dose == marks.osteoporosis_mg:
        return Product.OSTEOPOROSIS
    if marks.oncology_mg[0] <= dose <= marks.oncology_mg[1]:
        return Product.ONCOLOGY
    return None


def _by_brand(medication: Medication, marks: _Marks) -> Product | None:
    group = BRANDS[medication.brand][1] if medication.brand else ""
    if group == marks.osteoporosis_set:
        return Product.OSTEOPOROSIS
    return Product.ONCOLOGY if group == marks.oncology_set else None


@concept
def of(chart: Chart, medication: Medication) -> Product:
    """What the resource tells, and where it tells nothing, whether an oncology reason stands in the record.

    A reason on the problem list does not make oncology of a drug whose osteoporosis product stands in the record.
    """
    told = told_by(medication)
    if told is not Product.INDETERMINATE or medication.dose_mg is not None or medication.brand:
        return told
    if oncology_reason(chart) and not _osteoporosis_product_on_record(chart, medication.ingredient):
        return Product.ONCOLOGY
    return told


@concept
def _osteoporosis_product_on_record(chart: Chart, ingredient: str) -> bool:
    return any(
        fact.ingredient == ingredient and fact.status != "cancelled" and told_by(fact) is Product.OSTEOPOROSIS
        for name in MEDICATION_LISTS
        for fact in chart.section(name)
    )


def alike(one: Medication, other: Medication) -> bool:
    """Nothing tells that the two are different products of one drug."""
    return {told_by(one), told_by(other)} != {Product.OSTEOPOROSIS, Product.ONCOLOGY}


@concept
def oncology_reason(chart: Chart) -> bool:
    """Bone metastasis, myeloma or giant-cell tumour of bone, current and not merely suspected."""
    return any(
        fact.tags & ONCOLOGY_REASONS and fact.current and not fact.tentative for fact in chart.section("conditions")
    )
