"""Laboratory results, vital signs and FRAX figures, each in the one unit of its test."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from cards.facts import Measurement
from cards.when import When, add_months
from service.fhir.gather import Resource
from service.fhir.read import dates
from service.fhir.read.elements import Json, every, one, pairs, status_code, tags, text, words
from service.fhir.read.observations import Fault, Result, counts, day_of, made, results, value
from service.fhir.read.quantities import Figure, NotUsable, converted, figure, number, unit_key
from service.fhir.read.reading import Reading

LABORATORY: Final = frozenset((
    "egfr", "creatinine-clearance", "creatinine", "calcium-total", "calcium-corrected", "calcium-ionized", "albumin",
    "vitamin-d-25oh", "parathyroid-hormone", "ctx", "p1np", "phosphate", "alkaline-phosphatase", "magnesium",
))  # fmt: skip
PREGNANCY: Final = "pregnancy-test"
VITAL_SIGNS: Final = frozenset(("body-weight", "body-height", "body-mass-index"))
FRACTURE_RISK: Final = frozenset(("frax-major", "frax-hip"))

_NAMES: Final = {
    "egfr": "an eGFR", "creatinine-clearance": "a creatinine clearance", "creatinine": "a creatinine",
    "calcium-total": "a calcium", "calcium-corrected": "a corrected calcium", "calcium-ionized": "an ionised calcium",
    "albumin": "an albumin", "vitamin-d-25oh": "a 25-OH vitamin D", "parathyroid-hormone": "a parathyroid hormone",
    "ctx": "a CTX", "p1np": "a P1NP", "phosphate": "a phosphate", "alkaline-phosphatase": "an alkaline phosphatase",
    "magnesium": "a magnesium", PREGNANCY: "a pregnancy test", "body-weight": "a body weight",
    "body-height": "a body height", "body-mass-index": "a body mass index", "frax-major": "a FRAX figure",
    "frax-hip": "a FRAX figure",
}  # fmt: skip
_ANY_AGE: Final = frozenset(("egfr", "creatinine-clearance", "creatinine"))
_LOOK_BACK_MONTHS: Final = 24
"""How far back rules look for a figure; for renal function without limit (R-REN-02)."""

_RENAL: Final = frozenset(("egfr", "creatinine-clearance"))
_POSITIVE: Final = re.compile(r"(?:(?:weakly|strongly) )?(?:positive|detected|reactive|present)|pos|pregnant|\+")
_NEGATIVE: Final = re.compile(r"negative|not detected|non-?reactive|absent|neg|not pregnant|-")
_RANGE_WORDS: Final = re.compile(
    r"\s*(\d{1,6}(?:\.\d{1,4})?)\s*(?:-|–|\bto\b)\s*(\d{1,6}(?:\.\d{1,4})?)\s*(\D.{0,30})?"
)


def laboratory(resource: Resource, reading: Reading) -> Iterator[Measurement | Fault]:
    """The laboratory figures of an Observation; what cannot be used is told with its reason."""
    return _measurements(resource, LABORATORY | {PREGNANCY}, reading)


def vital_signs(resource: Resource, reading: Reading) -> Iterator[Measurement | Fault]:
    """Weight, height and body mass index of an Observation, as `laboratory` tells figures."""
    return _measurements(resource, VITAL_SIGNS, reading)


def fracture_risk(resource: Resource, reading: Reading) -> Iterator[Measurement | Fault]:
    """The FRAX percentages of an Observation, as `laboratory` tells figures."""
    return _measurements(resource, FRACTURE_RISK, reading)


def _measurements(resource: Resource, tests: frozenset[str], reading: Reading) -> Iterator[Measurement | Fault]:
    json, ref = resource.json, resource.ref
    for result in results(json):
        found = result.tags & tests
        if not found or "excluded-lab" in result.tags:
            continue
        test = min(found)
        try:
            if len(found) > 1:
                raise NotUsable("its codes name different tests")
            fact = _measurement(json, ref, test, result, reading)
        except NotUsable as fault:
            yield Fault(ref, test, f"{_NAMES[test]} result: {fault}", day_of(json))
        else:
            if fact is not None:
                yield fact


def _measurement(json: Json, ref: str, test: str, result: Result, reading: Reading) -> Measurement | None:
    if not counts(json):
        return None
    day = made(json, reading.today)
    if day is None:
        return None
    if test == PREGNANCY:
        return Measurement(ref, test, day, _answer(result.json))
    told = value(result.json)
    if told is None:
        return None
    exact = converted(told, test)
    if test in _RENAL and told.comparator == "<":
        exact = max(exact - 1, Decimal(0))
    low, high = None, None
    ranges = result.json.get("referenceRange")
    if ranges:
        low, high = reading.once("limits", [test, told.units, ranges], lambda: _limits(ranges, told, test))
    return Measurement(ref, test, day, exact, told.comparator, low, high)


def _answer(json: Json) -> Decimal:
    """1 for positive, 0 for negative, by the words or the interpretation of the result.

    Raises NotUsable where they say neither, or both.
    """
    said = words(json.get("valueCodeableConcept")) + words(json.get("valueString")) + words(json.get("interpretation"))
    said += [code for _, code in pairs(json.get("interpretation"))]
    plain = [each.strip().lower() for each in said]
    positive, negative = (any(kind.fullmatch(each) for each in plain) for kind in (_POSITIVE, _NEGATIVE))
    if positive == negative:
        raise NotUsable("it says neither positive nor negative")
    return Decimal(1) if positive else Decimal(0)


def _limits(ranges: object, told: Figure, test: str) -> tuple[Decimal | None, Decimal | None]:
    """The reference range that names no other kind than normal; a limit without a unit is in the value's own."""
    for each in every(ranges):
        kinds = {code for _, code in pairs(each.get("type"))}
        if kinds and "normal" not in kinds:
            continue
        low, high = _limit(each.get("low"), told, test), _limit(each.get("high"), told, test)
        if low is None and high is None:
            low, high = _limits_in_words(each.get("text"), told, test)
        if low is not None and high is not None and low > high:
            continue
        if low is not None or high is not None:
            return low, high
    return None, None


def _limit(json: object, told: Figure, test: str) -> Decimal | None:
    limit = figure(json)
    if limit is None:
        return None
    try:
        return converted(limit if limit.units else Figure(limit.value, "", told.units), test)
    except NotUsable:
        return None


def _limits_in_words(said: object, told: Figure, test: str) -> tuple[Decimal | None, Decimal | None]:
    found = _RANGE_WORDS.fullmatch(text(said))
    if found is None:
        return None, None
    units = (unit_key(found[3]),) if found[3] else told.units
    low, high = Figure(Decimal(found[1]), "", units), Figure(Decimal(found[2]), "", units)
    try:
        return converted(low, test), converted(high, test)
    except NotUsable:
        return None, None


_FRAX: Final = re.compile(r"\bfrax\b", re.IGNORECASE)
_MAJOR: Final = re.compile(r"\bmajor osteoporotic\b", re.IGNORECASE)
_HIP: Final = re.compile(r"\bhip fractures?\b|\bfractures? of (?:the )?hip\b", re.IGNORECASE)
_RISK_USED: Final = frozenset(("final", "amended", "corrected"))


def risk_assessment(resource: Resource, reading: Reading) -> Iterator[Measurement | Fault]:
    """The FRAX percentages of a RiskAssessment, as they stand: FHIR tells probabilityDecimal in percent, and a value
    of at most 1 is not rescaled. One that nowhere says FRAX is passed over."""
    json, ref = resource.json, resource.ref
    predictions = [(each, _outcome(each)) for each in every(json.get("prediction"))]
    if not any(test for _, test in predictions) or not _is_frax(json):
        return
    status = status_code(json.get("status"))
    if status and status not in _RISK_USED:
        return
    try:
        if not status:
            raise NotUsable("its status is not recorded")
        day: When | None = _assessed(json, reading)
    except NotUsable as fault:
        yield Fault(ref, "frax", f"a FRAX risk assessment: {fault}", None)
        return
    if day is None:
        return
    for prediction, test in predictions:
        if not test:
            continue
        percent = number(prediction.get("probabilityDecimal"))
        if percent is None:
            if "probabilityRange" in prediction or "probabilityDecimal" in prediction:
                yield Fault(ref, test, "a FRAX risk assessment: its probability is not one figure", day)
        elif 0 <= percent <= 100:
            yield Measurement(ref, test, day, percent)
        else:
            yield Fault(ref, test, "a FRAX risk assessment: its probability is not a percentage", day)


def _assessed(json: Json, reading: Reading) -> When | None:
    """When the assessment was made; None for one made after today. Raises NotUsable without a day."""
    day = dates.occurred(json, "occurrence") or dates.when(json.get("date"))
    if day is None:
        raise NotUsable("its day is not recorded")
    return dates.past(day, reading.today)


def _outcome(prediction: Json) -> str:
    outcome = one(prediction.get("outcome"))
    coded = tags(outcome) & FRACTURE_RISK
    if len(coded) == 1:
        return next(iter(coded))
    said = " ; ".join(words(outcome))
    major, hip = bool(_MAJOR.search(said)), bool(_HIP.search(said))
    if major == hip:
        return ""
    return "frax-major" if major else "frax-hip"


def worth_telling(faults: Iterable[Fault], facts: Iterable[Measurement], today: date) -> list[Fault]:
    """Those that a rule might have read: recent ones, renal ones of any age, each unless a newer figure is usable."""
    newest: dict[str, date] = {}
    for fact in facts:
        newest[fact.test] = max(fact.when.earliest, newest.get(fact.test, date.min))
    oldest = add_months(today, -_LOOK_BACK_MONTHS)
    return [
        fault
        for fault in faults
        if fault.day is None
        or (
            fault.day.latest > newest.get(fault.kind, date.min)
            and (fault.kind in _ANY_AGE or fault.day.latest >= oldest)
        )
    ]


def _is_frax(json: Json) -> bool:
    coded = tags(json.get("code")) | tags([each.get("outcome") for each in every(json.get("prediction"))])
    said = words(json.get("method")) + words(json.get("code"))
    return bool(coded & FRACTURE_RISK) or any(_FRAX.search(each) for each in said)
