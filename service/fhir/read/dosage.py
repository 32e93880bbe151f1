"""What a dosage says: one dose in milligrams, the days between doses, the route, the days named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cards import codes
from cards.when import When
from service.fhir.read import dates
from service.fhir.read.elements import Json, every, one, pairs, text, words
from service.fhir.read.intervals import interval_days, is_one_dose
from service.fhir.read.quantities import Figure, figure, milligrams, number
from service.fhir.read.reading import Reading


@dataclass(frozen=True, slots=True)
class Dosing:
    """What the dosage instructions of one resource say; None for what they leave unsaid.

    `interval_days` are days between two doses. `starts` and `ends` bound the course. `route` is "oral",
    "subcutaneous", "intravenous", "intramuscular", else the record's word in lower case.
    """

    dose_mg: Decimal | None = None
    interval_days: Decimal | None = None
    route: str | None = None
    events: tuple[When, ...] = ()
    starts: When | None = None
    ends: When | None = None


def dosing(
    instructions: object,
    drug: tuple[str, ...],
    tags: frozenset[str],
    begins: When | None = None,
    reading: Reading | None = None,
) -> Dosing:
    """The first instruction, in the order of their sequence; `drug` are the words that name the drug.

    `begins` is the day the course begins where the instruction does not say it: a length is counted from there. A
    `reading` keeps what the same instruction of the same drug was understood to say.
    """
    listed = every(instructions)
    if len(listed) > 1:
        listed.sort(key=_sequence)
    if not listed:
        return Dosing(route=_route_in_words(drug))
    first = listed[0]
    repeat = one(one(first.get("timing")).get("repeat"))
    starts, ends = dates.period(repeat.get("boundsPeriod"))
    counted_from = starts or begins
    if ends is None and counted_from is not None and "boundsDuration" in repeat:
        ends = dates.lasting(counted_from, repeat["boundsDuration"])

    def understood() -> tuple[Decimal | None, Decimal | None, str | None]:
        said = _spoken(first)
        dose = dose_mg(first, drug, tags)
        return dose, interval_days(first, said), route([first.get("route")], (*said, *drug))

    undated = [
        {key: value for key, value in first.items() if key != "timing"},
        one(first.get("timing")).get("code"),
        {key: value for key, value in repeat.items() if not key.startswith("bounds")},
        is_one_dose(repeat),
    ]
    dose, interval, way = reading.once("dosing", [undated, drug, sorted(tags)], understood) if reading else understood()
    return Dosing(
        dose_mg=dose,
        interval_days=interval,
        route=way,
        events=tuple(dates.timed([each.get("timing") for each in listed])),
        starts=starts,
        ends=ends,
    )


def _sequence(instruction: Json) -> Decimal:
    return number(instruction.get("sequence")) or Decimal(0)


def _spoken(instruction: Json) -> list[str]:
    said = [text(instruction.get("text")), text(instruction.get("patientInstruction"))]
    return [each for each in said if each] + words(instruction.get("additionalInstruction"))


BILLED_MG: Final[Mapping[str, Decimal]] = {
    **dict.fromkeys(
        (
            "J0897", "Q5136", "Q5157", "Q5158", "Q5159", "Q5161", "Q5162",
            "J3489", "J3488", "J3487", "Q4095", "Q2051", "J3111", "J1740",
        ),
        Decimal(1),
    ),
    "J3110": Decimal("0.01"),
}  # fmt: skip
"""Milligrams of one billing unit, by HCPCS code, from the codes' own descriptors ("Injection, denosumab, 1 mg")."""

_VOLUMES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "denosumab-60mg": (("1", "60"),),
    "denosumab-120mg": (("1.7", "120"),),
    "zoledronic-acid-5mg": (("100", "5"),),
    "zoledronic-acid-4mg": (("100", "4"), ("5", "4")),
    "romosozumab": (("1.17", "105"), ("2.34", "210")),
    "ibandronate-iv": (("3", "3"),),
}
"""Millilitres of a product's container and the milligrams in them, as the products' RxNorm names tell."""

_PIECES: Final = frozenset(
    ("tablet", "tablets", "tab", "tabs", "tbl", "capsule", "capsules", "cap", "caps", "pill", "pills", "each", "1")
)
_CONTAINERS: Final = frozenset(
    ("syringe", "syringes", "vial", "vials", "pen", "pens", "ampule", "ampules", "ampoule", "ampoules", "each", "1")
)
_HOLDS: Final = {
    Decimal(60): Decimal(60), Decimal(70): Decimal(120), Decimal("0.05"): Decimal(5), Decimal("0.8"): Decimal(4),
    Decimal("0.04"): Decimal(4),
}  # fmt: skip
"""Milligrams a millilitre that one product alone has, and what its container holds: denosumab, zoledronic acid."""

_UNITS_BILLED: Final = frozenset(("1", "unit", "units", "u", "un", "billingunit", "billingunits", "each", "ea"))
_MOST_PIECES: Final = 4
_PIECE_FORM: Final = re.compile(r"\b(?:tablets?|tabs?|capsules?|caps?)\b", re.IGNORECASE)
_MASS: Final = re.compile(
    r"(?<![\d.,/])(?P<amount>\d{1,4}(?:\.\d{1,4})?)\s?(?P<unit>mg|mcg|ug|µg|micrograms?|milligrams?|g)\b(?!\s?(?:/|per)\s?(?:\d|ml\b|l\b|kg\b|h))",
    re.IGNORECASE,
)
_IN_VOLUME: Final = re.compile(
    r"(?<![\d.,])(?P<amount>\d{1,4}(?:\.\d{1,4})?)\s?mg\s?(?:/|per|in)\s?(?P<volume>\d{1,4}(?:\.\d{1,3})?)?\s?ml\b",
    re.IGNORECASE,
)
_CONTAINER: Final = re.compile(r"(?<![\d.,/])(?P<volume>\d{1,4}(?:\.\d{1,3})?)\s?ml\b", re.IGNORECASE)


def dose_mg(instruction: Json, drug: tuple[str, ...], tags: frozenset[str]) -> Decimal | None:
    """One dose in milligrams, or None where it is not told.

    Told as a mass; as millilitres of a product whose container is known by its code; as tablets of a strength that the
    drug's own words name once; or as one mass in the words of the instruction.
    """
    told = _ordered(instruction)
    if told is not None:
        return _as_milligrams(told, drug, tags)
    return mass_in_words(_spoken(instruction))


def ordered(instructions: object) -> Figure | None:
    """The amount of one dose as the first instruction writes it, or None where it writes none."""
    listed = sorted(every(instructions), key=_sequence)
    return _ordered(listed[0]) if listed else None


def _ordered(instruction: Json) -> Figure | None:
    entries = every(instruction.get("doseAndRate"))
    typed = {kind: each for each in reversed(entries) for _, kind in pairs(each.get("type"))}
    preferred = [typed[kind] for kind in ("ordered", "calculated") if kind in typed]
    for each in (*preferred, *entries, instruction):
        for key in ("doseQuantity", "doseSimpleQuantity", "dose"):
            told = figure(each.get(key))
            if told is not None and not told.comparator and told.value > 0:
                return told
    return None


def _as_milligrams(told: Figure, drug: tuple[str, ...], tags: frozenset[str]) -> Decimal | None:
    mass = milligrams(told)
    if mass is not None:
        return mass
    if "ml" in told.units:
        held = next(
            (
                Decimal(strength)
                for tag in sorted(tags)
                for volume, strength in _VOLUMES.get(tag, ())
                if told.value == Decimal(volume)
            ),
            None,
        )
        return _in_volume(told.value, drug) if held is None else held
    if told.value > _MOST_PIECES:
        return None
    strength = None
    if all(unit in _PIECES for unit in told.units):
        strength = mass_in_words([word for word in drug if _PIECE_FORM.search(word)])
    if strength is None and all(unit in _CONTAINERS for unit in told.units):
        strength = container_mg([word for word in drug if not _PIECE_FORM.search(word)])
    return None if strength is None else told.value * strength


def _in_volume(millilitres: Decimal, drug: Iterable[str]) -> Decimal | None:
    """The milligrams in so many millilitres of the one concentration that the drug's words name."""
    found = set()
    for word in drug:
        concentration = _IN_VOLUME.search(word)
        if concentration is not None:
            volume = number(concentration["volume"] or "1") or Decimal(1)
            found.add(_rounded(Decimal(concentration["amount"]) * millilitres / volume))
    return found.pop() if len(found) == 1 else None


def _rounded(total: Decimal) -> Decimal:
    """To hundredths; RxNorm rounds 120 mg in 1.7 mL to 70 MG/ML, so that 119 mg so computed are 120."""
    return Decimal(120) if 119 <= total < Decimal("120.1") else total.quantize(Decimal("0.01")).normalize()


def mass_in_words(said: Iterable[str]) -> Decimal | None:
    """The one mass these words name, in milligrams; None where they name none, or two that differ."""
    found = {
        mass
        for sentence in said
        for match in _MASS.finditer(sentence)
        if (mass := _mass(match["amount"], match["unit"])) is not None
    }
    return found.pop() if len(found) == 1 else None


def _mass(amount: str, unit: str) -> Decimal | None:
    value = number(amount)
    return (
        None if value is None else milligrams(Figure(value, "", (unit.lower().replace("µ", "u").replace("mcg", "ug"),)))
    )


def container_mg(said: Iterable[str], codings: Iterable[tuple[str, str]] = ()) -> Decimal | None:
    """The milligrams in the container that a product's name describes, or None where it describes none or several.

    "1 ML denosumab 60 MG/ML Prefilled Syringe" is 60, "5 mg/100 mL" is 5, "denosumab 60 mg" is 60, "70 MG/ML", the
    concentration of denosumab 120 mg alone, is 120; a concentration of no known product tells none without a volume.
    Beside a HCPCS code the billing unit ("1 mg") is no strength.
    """
    bills = is_billed(codings)
    found = {mass for sentence in said if (mass := _container(sentence)) is not None}
    if bills:
        found -= {Decimal(1), Decimal("0.01")}
    return found.pop() if len(found) == 1 else None


def _container(sentence: str) -> Decimal | None:
    in_volume = _IN_VOLUME.search(sentence)
    if in_volume is None:
        return mass_in_words([sentence])
    amount = Decimal(in_volume["amount"])
    if in_volume["volume"]:
        return amount
    container = _CONTAINER.search(sentence[: in_volume.start()])
    if container is not None:
        return _rounded(amount * Decimal(container["volume"]))
    return _HOLDS.get(amount)


def is_billed(codings: Iterable[tuple[str, str]]) -> bool:
    """A HCPCS code is among them: its name tells the billing unit ("Injection, denosumab, 1 mg"), not a strength."""
    return any(codes.normalise(*pair)[0] == codes.HCPCS for pair in codings)


def billed_mg(codings: Iterable[tuple[str, str]], units: Figure | None) -> Decimal | None:
    """Milligrams that so many billing units of a HCPCS drug code are; None where either is not known."""
    if units is None or units.comparator or units.value <= 0:
        return None
    if any(unit not in _UNITS_BILLED for unit in units.units):
        return milligrams(units)
    for system, code in codings:
        normal, bare = codes.normalise(system, code)
        if normal == codes.HCPCS and bare in BILLED_MG:
            return units.value * BILLED_MG[bare]
    return None


_SNOMED_ROUTES: Final = {"34206005": "subcutaneous", "47625008": "intravenous", "26643006": "oral"}
_ROUTE_WORDS: Final = (
    (re.compile(r"\b(?:subcutaneous(?:ly)?|subcut|sub-?q|sc|sq)\b", re.IGNORECASE), "subcutaneous"),
    (re.compile(r"\b(?:intravenous(?:ly)?|iv|infusion|infuse)\b", re.IGNORECASE), "intravenous"),
    (re.compile(r"\b(?:intramuscular(?:ly)?|im)\b", re.IGNORECASE), "intramuscular"),
    (re.compile(r"\b(?:oral(?:ly)?|by mouth|po|per os)\b", re.IGNORECASE), "oral"),
)
_TABLET: Final = re.compile(r"\b(?:tablets?|capsules?)\b", re.IGNORECASE)


def route(concept: object, said: tuple[str, ...]) -> str | None:
    """The route by its SNOMED CT code or its words, else by the words of the instruction and of the drug."""
    for system, code in pairs(concept):
        normal, bare = codes.normalise(system, code)
        if normal == codes.SNOMED and bare in _SNOMED_ROUTES:
            return _SNOMED_ROUTES[bare]
    written = words(concept)
    told = _route_in_words((*written, *(code for _, code in pairs(concept))))
    if told is not None:
        return told
    if written:
        return written[0].lower()[:40]
    return _route_in_words(said)


def _route_in_words(said: tuple[str, ...]) -> str | None:
    found = {name for pattern, name in _ROUTE_WORDS if any(pattern.search(sentence) for sentence in said)}
    if not found and any(_TABLET.search(sentence) for sentence in said):
        return "oral"
    return found.pop() if len(found) == 1 else None
