"""Figures of the record: read as exact decimals, their units checked and converted, never assumed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, NamedTuple

from service.fhir.read.elements import text


class NotUsable(Exception):
    """A figure that cannot be used; the words say why and hold nothing of the record."""


class Figure(NamedTuple):
    """A number, its comparator ("", "<", "<=", ">", ">=") and its units as `unit_key` writes them, the code first."""

    value: Decimal
    comparator: str = ""
    units: tuple[str, ...] = ()


_MINUS: Final = str.maketrans(dict.fromkeys("\u2212\u2013\u2010\u2011\ufe63\uff0d", "-"))
_NUMBER: Final = re.compile(
    r"\s*(?P<comparator><=|>=|<|>|≤|≥)?\s*(?P<number>[+-]?\s?(?:\d{1,9}(?:\.\d{1,12})?|\.\d{1,12}))"
    r"\s*(?P<unit>[^\d\s.,:;/-].*)?",
    re.DOTALL,
)
_COMPARATORS: Final[Mapping[str, str]] = {
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
    "≤": "<=",
    "≥": ">=",
    "": "",
    "=": "",
}
_LONGEST: Final = 40
_LARGEST: Final = 12


def number(value: object) -> Decimal | None:
    """A JSON number, or a string that is one, as an exact decimal: "−2.7" and -2.7 are the same.

    None for what no record means: beyond 10¹³, or nearer to nothing than 10⁻¹².
    """
    if isinstance(value, float) and 1e-6 < abs(value) < 1e6:
        # Most figures of a record: short, finite, and neither a string nor a bool.
        return Decimal(repr(value))
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value) if abs(value) < 10**_LARGEST else None
    if not isinstance(value, (float, str)):
        return None
    written = repr(value) if isinstance(value, float) else value.translate(_MINUS).strip()
    if len(written) > _LONGEST:
        return None
    try:
        found = Decimal(written)
    except InvalidOperation:
        return None
    if not found:
        return Decimal(0)
    return found if found.is_finite() and abs(found.adjusted()) <= _LARGEST else None


@lru_cache(maxsize=512)
def unit_key(unit: str) -> str:
    """A unit in one spelling: lower case, without spaces, braces and powers' signs ("mL/min/{1.73_m2}" ->
    "ml/min/1.73m2")."""
    key = (
        unit[:_LONGEST]
        .strip()
        .lower()
        .replace("\u00b5", "u")
        .replace("\u03bc", "u")
        .replace("²", "2")
        .replace("mcg", "ug")
    )
    return re.sub(r"[\s{}\[\]_^*]", "", key)


def figure(value: object) -> Figure | None:
    """The figure of a Quantity, or None where it holds no number, or a comparator that is not understood."""
    if not isinstance(value, dict):
        return None
    found = number(value.get("value"))
    if found is None:
        return None
    comparator = value.get("comparator")
    told = "" if comparator is None else _COMPARATORS.get(text(comparator))
    if told is None:
        return None
    return Figure(found, told, _unit_keys(text(value.get("code")), text(value.get("unit"))))


@lru_cache(maxsize=512)
def _unit_keys(code: str, unit: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for each in (code, unit) if (key := unit_key(each))))


def figure_in_words(value: object, label: re.Pattern[str] | None = None) -> Figure | None:
    """The figure of a short string such as "-2.7", ">60 mL/min/1.73m2" or "0.812 g/cm2"; None for any other text.

    What `label` matches may stand before it.
    """
    if not isinstance(value, str) or len(value) > 80:
        return None
    written = value.translate(_MINUS)
    before = label.match(written) if label is not None else None
    found = _NUMBER.fullmatch(written, before.end() if before else 0)
    if found is None:
        return None
    told = number(found["number"].replace(" ", ""))
    if told is None:
        return None
    unit = unit_key(found["unit"] or "")
    return Figure(told, _COMPARATORS.get(found["comparator"] or "", ""), (unit,) if unit else ())


def _factors(**tests: Mapping[str, Decimal]) -> Mapping[str, Mapping[str, Decimal]]:
    return {test.replace("_", "-"): units for test, units in tests.items()}


_ONE: Final = Decimal(1)
_MMOL_PER_MG_CALCIUM: Final = Decimal("0.2495")
_CALCIUM_MG_DL: Final = {
    "mg/dl": _ONE, "mg%": _ONE, "mg/l": Decimal("0.1"), "mmol/l": 1 / _MMOL_PER_MG_CALCIUM,
    "meq/l": 1 / (2 * _MMOL_PER_MG_CALCIUM),
}  # fmt: skip
_EGFR: Final = dict.fromkeys(("ml/min/1.73m2", "ml/min/1.73sqm", "ml/min/1.73", "ml/min"), _ONE)


def _a_day() -> Mapping[str, Decimal]:
    drinks = ("", "1", "drink", "drinks", "wineglass", "wineglasses")
    spans = {"d": _ONE, "day": _ONE, "wk": 1 / Decimal(7), "week": 1 / Decimal(7)}
    return {f"{what}{per}{span}": factor for what in drinks for span, factor in spans.items() for per in ("/", "per")}


FACTORS: Final[Mapping[str, Mapping[str, Decimal]]] = _factors(
    egfr=_EGFR,
    creatinine_clearance={"ml/min": _ONE, "ml/s": Decimal(60)},
    creatinine={
        "mg/dl": _ONE, "mg%": _ONE, "mg/l": Decimal("0.1"), "umol/l": 1 / Decimal("88.4"),
        "micromol/l": 1 / Decimal("88.4"), "mmol/l": 1000 / Decimal("88.4"),
    },
    calcium_total=_CALCIUM_MG_DL,
    calcium_corrected=_CALCIUM_MG_DL,
    calcium_ionized={
        "mmol/l": _ONE, "mg/dl": _MMOL_PER_MG_CALCIUM, "mg/l": _MMOL_PER_MG_CALCIUM / 10, "meq/l": Decimal("0.5"),
    },
    albumin={"g/dl": _ONE, "g%": _ONE, "g/l": Decimal("0.1"), "mg/dl": Decimal("0.001")},
    vitamin_d_25oh={"ng/ml": _ONE, "ug/l": _ONE, "nmol/l": 1 / Decimal("2.496")},
    parathyroid_hormone={"pg/ml": _ONE, "ng/l": _ONE, "pmol/l": Decimal("9.425")},
    ctx={"pg/ml": _ONE, "ng/l": _ONE, "ng/ml": Decimal(1000), "ug/l": Decimal(1000)},
    p1np={"ng/ml": _ONE, "ug/l": _ONE},
    phosphate={"mg/dl": _ONE, "mmol/l": Decimal("3.097")},
    alkaline_phosphatase={"u/l": _ONE, "iu/l": _ONE, "units/l": _ONE, "ukat/l": Decimal(60)},
    magnesium={"mg/dl": _ONE, "mmol/l": Decimal("2.4305"), "meq/l": Decimal("1.21525")},
    body_weight={
        "kg": _ONE, "kgs": _ONE, "g": Decimal("0.001"), "lbav": Decimal("0.45359237"), "lb": Decimal("0.45359237"),
        "lbs": Decimal("0.45359237"), "ozav": Decimal("0.028349523125"), "oz": Decimal("0.028349523125"),
    },
    body_height={
        "cm": _ONE, "m": Decimal(100), "mm": Decimal("0.1"), "ini": Decimal("2.54"), "inus": Decimal("2.54"),
        "in": Decimal("2.54"), "inches": Decimal("2.54"), "fti": Decimal("30.48"), "ft": Decimal("30.48"),
    },
    body_mass_index={"kg/m2": _ONE},
    frax_major={"%": _ONE, "percent": _ONE},
    frax_hip={"%": _ONE, "percent": _ONE},
    alcohol_drinks=_a_day(),
)  # fmt: skip
"""For each test, the units understood and what to multiply by to reach the unit of `cards.chart.UNITS`.

Calcium: 1 mg/dL is 0.2495 mmol/L. Creatinine: 88.4 µmol/L is 1 mg/dL. 25-OH vitamin D: 2.496 nmol/L is 1 ng/mL.
Parathyroid hormone: 1 pmol/L is 9.425 pg/mL. Phosphate and magnesium by their atomic weights.
"""

_PLACES: Final[Mapping[str, Decimal]] = {
    "creatinine": Decimal("0.0001"),
    "calcium-ionized": Decimal("0.001"),
    "body-weight": Decimal("0.001"),
    "ctx": Decimal("0.1"),
    "parathyroid-hormone": Decimal("0.1"),
}
_TWO_PLACES: Final = Decimal("0.01")

_PLAUSIBLE: Final[Mapping[str, tuple[str, str]]] = {
    "egfr": ("0", "250"),
    "creatinine-clearance": ("0", "350"),
    "creatinine": ("0.1", "40"),
    "calcium-total": ("3", "25"),
    "calcium-corrected": ("3", "25"),
    "calcium-ionized": ("0.3", "5"),
    "albumin": ("0.3", "9"),
    "vitamin-d-25oh": ("0", "1000"),
    "parathyroid-hormone": ("0", "20000"),
    "ctx": ("0", "20000"),
    "p1np": ("0", "10000"),
    "phosphate": ("0.1", "30"),
    "alkaline-phosphatase": ("0", "20000"),
    "magnesium": ("0.1", "20"),
    "body-weight": ("0.3", "500"),
    "body-height": ("20", "280"),
    "body-mass-index": ("4", "200"),
    "frax-major": ("0", "100"),
    "frax-hip": ("0", "100"),
    "alcohol-drinks": ("0", "100"),
}
_BOUNDS: Final = {test: (Decimal(low), Decimal(high)) for test, (low, high) in _PLAUSIBLE.items()}
"""Outside these a figure is a slip of unit or key, not a patient's value."""


def converted(told: Figure, test: str) -> Decimal:
    """The figure in the unit of its test.

    A converted figure is rounded to what a laboratory reports, so that 2.12 mmol/L of calcium is 8.50 mg/dL and not
    below it. Raises NotUsable without a unit, in a unit not known for the test, where unit and unit code disagree,
    and outside what a patient can have.
    """
    known = FACTORS[test]
    if not told.units:
        raise NotUsable("its unit is not recorded")
    factors = {known[unit] for unit in told.units if unit in known}
    if not factors:
        raise NotUsable("its unit is not one known for this test")
    if len(factors) > 1:
        raise NotUsable("its unit and the code of its unit disagree")
    factor = factors.pop()
    value = told.value if factor is _ONE else told.value * factor
    low, high = _BOUNDS[test]
    if not low <= value <= high:
        raise NotUsable("its value is not one a patient can have")
    return value if factor == 1 else value.quantize(_PLACES.get(test, _TWO_PLACES), ROUND_HALF_UP)


_T_UNITS: Final = frozenset(
    ("t-score", "tscore", "t", "score", "1", "sd", "sds", "stdev", "standarddeviation", "standarddeviations", "arb'u")
)
_BMD_FACTORS: Final = {
    "g/cm2": _ONE, "g/cm-2": _ONE, "g.cm-2": _ONE, "gm/cm2": _ONE, "g/sqcm": _ONE, "gcm-2": _ONE,
    "mg/cm2": Decimal("0.001"),
}  # fmt: skip


def t_score(told: Figure) -> Decimal:
    """A T-score in standard deviations, -8 to +6. Raises NotUsable for any figure that may be something else."""
    if any(unit in _BMD_FACTORS for unit in told.units):
        raise NotUsable("a density in g/cm² stands under a T-score code")
    if told.units and not any(unit in _T_UNITS for unit in told.units):
        raise NotUsable("its unit is not one known for a T-score")
    if told.comparator:
        raise NotUsable("only a bound of the T-score is told")
    if not -8 <= told.value <= 6:
        raise NotUsable("its value is not one a T-score can have")
    exponent = told.value.as_tuple().exponent
    if not told.units and told.value > 0 and isinstance(exponent, int) and exponent <= -3:
        raise NotUsable("it may be a T-score or a density: its unit is not recorded")
    return told.value


def density(told: Figure) -> Decimal:
    """An areal bone density in g/cm2, 0.2 to 2.5. Raises NotUsable for any figure that may be something else."""
    if not told.units:
        raise NotUsable("its unit is not recorded")
    factor = next((_BMD_FACTORS[unit] for unit in told.units if unit in _BMD_FACTORS), None)
    if factor is None:
        if any(unit in _T_UNITS for unit in told.units):
            raise NotUsable("a T-score stands under a bone density code")
        raise NotUsable("its unit is not one known for bone density")
    if told.comparator:
        raise NotUsable("only a bound of the density is told")
    value = told.value * factor
    if not Decimal("0.2") <= value <= Decimal("2.5"):
        raise NotUsable("its value is not one a bone density can have")
    return value


_MILLIGRAMS: Final[Mapping[str, Decimal]] = {
    "mg": _ONE, "milligram": _ONE, "milligrams": _ONE, "g": Decimal(1000), "gm": Decimal(1000),
    "gram": Decimal(1000), "grams": Decimal(1000), "ug": Decimal("0.001"), "microgram": Decimal("0.001"),
    "micrograms": Decimal("0.001"),
}  # fmt: skip


def milligrams(told: Figure) -> Decimal | None:
    """A mass in milligrams; None where the unit is no mass, or unit and code are different masses."""
    factors = {_MILLIGRAMS[unit] for unit in told.units if unit in _MILLIGRAMS}
    return told.value * factors.pop() if len(factors) == 1 and told.value > 0 else None
