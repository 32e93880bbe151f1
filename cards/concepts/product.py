"""Which product an ambiguous drug is: denosumab 60 or 120 mg, zoledronic acid 5 or 4 mg (R-DEN-07, R-ZOL-07)."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cards import phrases
from cards.chart import Appointment, Chart, Draft, Medication, Source, concept
from cards.formulary import BRANDS, ORAL_BISPHOSPHONATES, name
from cards.verdict import Because, Lacking
from cards.when import When


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
    """What this resource alone tells, by code, strength, dose, brand, interval and reason, in that order.

    Code, strength, dose and brand that contradict each other are indeterminate, never a majority vote. 60 mg is the
    osteoporosis product at any interval and for any reason.
    """
    marks = _MARKS.get(medication.ingredient)
    if marks is None:
        return Product.OSTEOPOROSIS
    signs = _signs(medication, marks)
    if len(signs) > 1:
        return Product.INDETERMINATE
    if signs:
        return next(iter(signs))
    if medication.interval_days is not None:
        if medication.interval_days <= marks.oncology_interval:
            return Product.ONCOLOGY
        if marks.osteoporosis_interval is not None and medication.interval_days >= marks.osteoporosis_interval:
            return Product.OSTEOPOROSIS
    if medication.reasons & ONCOLOGY_REASONS:
        return Product.ONCOLOGY
    return Product.INDETERMINATE


def contradicts_itself(medication: Medication) -> bool:
    """Code, strength, dose and brand tell of different products, or a dose is told that neither product has."""
    marks = _MARKS.get(medication.ingredient)
    if marks is None or told_by(medication) is not Product.INDETERMINATE:
        return False
    return medication.dose_mg is not None or len(_signs(medication, marks)) > 1


def unknown_because(medications: Iterable[Medication]) -> str:
    """Why the strength of these is not known: it is not recorded, contradictory, or a dose that neither product has."""
    odd = [medication for medication in medications if contradicts_itself(medication)]
    if not odd:
        return "is not recorded"
    dose = odd[0].dose_mg
    if dose is None or any(len(_signs(medication, _MARKS[medication.ingredient])) > 1 for medication in odd):
        return "is contradictory in the record"
    return f"is not certain: a dose of {phrases.number(dose)} mg is recorded"


def _signs(medication: Medication, marks: _Marks) -> frozenset[Product]:
    found = {
        _by_mass(medication.strength_mg, marks),
        _by_mass(medication.dose_mg, marks),
        *(
            told
            for code_set, told in (
                (marks.osteoporosis_set, Product.OSTEOPOROSIS),
                (marks.oncology_set, Product.ONCOLOGY),
            )
            if code_set in medication.tags or (medication.brand and BRANDS[medication.brand][1] == code_set)
        ),
    }
    return frozenset(each for each in found if each is not None)


def _by_mass(mass: Decimal | None, marks: _Marks) -> Product | None:
    if mass is None:
        return None
    if mass == marks.osteoporosis_mg:
        return Product.OSTEOPOROSIS
    return Product.ONCOLOGY if marks.oncology_mg[0] <= mass <= marks.oncology_mg[1] else None


def which_drug(draft: Draft) -> Lacking:
    """The answer of a check that an order decides whose drug is only a maybe."""
    drug = phrases.capital(name(draft.ingredient))
    why = f"{drug} may be ordered here: {draft.order.doubt}"
    return Lacking(
        "which drug is ordered", why, (Because(f"The order reads {phrases.quote(draft.order.text)}", ref=draft.ref),)
    )


@concept
def of(chart: Chart, medication: Medication) -> Product:
    """What the resource tells, and where it tells nothing, whether an oncology reason stands in the record.

    A reason on the problem list does not make oncology of a drug whose osteoporosis product stands in the record.
    """
    told = told_by(medication)
    if told is not Product.INDETERMINATE or contradicts_itself(medication):
        return told
    if oncology_reason(chart) and not _osteoporosis_product_on_record(chart, medication.ingredient):
        return Product.ONCOLOGY
    return told


@concept
def of_visit(chart: Chart, visit: Appointment, ingredient: str) -> Product:
    """Which product a visit for this drug is for, by what the booking says and, as for an order, by the record."""
    told = Medication(
        ref=visit.ref, source=Source.REQUEST, status=visit.status, ingredients=(ingredient,), tags=visit.tags,
        text=visit.text, started=visit.start or When.by(chart.today), brand=visit.brand, strength_mg=visit.strength_mg,
        reasons=visit.tags | reasons_named(visit.words),
    )  # fmt: skip
    return of(chart, told)


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


_INTRAVENOUS_MG: Final = frozenset((Decimal(3), Decimal(6)))
_QUARTERLY_DAYS: Final = Decimal(80)
_INJECTED: Final = re.compile(r"\b(?:inject\w*|infus\w*|syringes?|vials?)\b", re.IGNORECASE)
_OTHER_TABLETS: Final[Mapping[str, Decimal]] = {"ibandronate": Decimal(50), "risedronate": Decimal(30)}
_OTHER_SETS: Final = frozenset(("risedronate-paget-30mg", "ibandronate-oncology-50mg"))


def for_other_disease(medication: Medication) -> bool:
    """A tablet of a strength that treats Paget disease or bone metastases, not osteoporosis."""
    other = _OTHER_TABLETS.get(medication.ingredient)
    told = medication.dose_mg if medication.strength_mg is None else medication.strength_mg
    return bool(medication.tags & _OTHER_SETS) or (other is not None and told == other)


def is_tablet(medication: Medication) -> bool:
    """An oral bisphosphonate for osteoporosis. Ibandronate is one unless code, route, form, dose (3 mg) or an interval
    of three months tell of the injection."""
    if medication.ingredient not in ORAL_BISPHOSPHONATES or medication.route == "intravenous":
        return False
    if "ibandronate-iv" in medication.tags or for_other_disease(medication):
        return False
    if medication.ingredient != "ibandronate" or medication.route == "oral" or "ibandronate-oral" in medication.tags:
        return True
    interval = medication.interval_days
    return (
        not {medication.dose_mg, medication.strength_mg} & _INTRAVENOUS_MG
        and not _INJECTED.search(medication.text)
        and (interval is None or interval < _QUARTERLY_DAYS)
    )
