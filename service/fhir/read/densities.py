"""Bone densities and T-scores by DXA: the site as code and words tell it, one figure a fact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Final

from cards import codes
from cards.facts import BoneDensity
from cards.when import add_months
from service.fhir.gather import Resource
from service.fhir.read.elements import Json, contained, every, one, pairs, reference, tags, text, words
from service.fhir.read.observations import Fault, Result, counts, day_of, has_value, made, results, value
from service.fhir.read.quantities import NotUsable, density, t_score
from service.fhir.read.reading import Reading

T_SCORE: Final = "dxa-t-score-"
BMD: Final = "dxa-bmd-"
Z_SCORE: Final = "dxa-z-score"
UNKNOWN: Final = "dxa-unknown"

NOT_THE_FOREARM: Final = "the code names the forearm but is often sent for the general T-score"
ONE_VERTEBRA: Final = "one vertebra only"
_RADIUS_AND_ULNA: Final = (codes.LOINC, "38265-5")
"""Radius and ulna by its name, yet common generators send it as the one T-score of a patient."""

_LOOK_BACK_MONTHS: Final = 120

_HIP: Final = "hip, region unspecified"
_SITE_OF: Final[Mapping[str, str]] = {
    "spine": "lumbar spine", "hip": _HIP, "femur": _HIP, "forearm": "forearm", "heel": "heel", "humerus": "humerus",
    "unspecified": "site unspecified",
}  # fmt: skip
_NAMED_SITES: Final = (
    ("lumbar spine", re.compile(r"\b(?:lumbar|spine|l[1-5] l?[1-5])\b")),
    (_HIP, re.compile(r"\b(?:hips?|femurs?|femoral)\b")),
    ("forearm", re.compile(r"\b(?:radius|forearm|ulna|wrist)\b")),
    ("heel", re.compile(r"\b(?:heel|calcaneus|os calcis)\b")),
    ("humerus", re.compile(r"\b(?:humerus|humeral)\b")),
)
_TOTAL_HIP: Final = re.compile(r"\b(?:total (?:proximal )?(?:hip|femur)|(?:hip|femur) total)\b")
_FEMORAL_NECK: Final = re.compile(
    r"\b(?:femoral neck|(?:femur|hip) neck|neck of (?:(?:the|left|right) )*femur|neck femur)\b"
)
_OTHER_REGION: Final = re.compile(
    r"\b(?:trochanter(?:ic)?|intertrochanter(?:ic)?|ward s?|wards|whole body|total body)\b"
)
_THIRD: Final = re.compile(r"(?:\b1/3|\bone third|\b33 ?%|\b33 percent|\bdistal third)(?!\w)")
_RANGE: Final = re.compile(r"\bl([1-5])\s*(?:-|–|/|to|through)\s*l?([1-5])\b")
_VERTEBRA: Final = re.compile(r"\bl([1-5])\b")
_SIDES: Final = (
    ("left", re.compile(r"\bleft\b|=7771000\b|^7771000$")),
    ("right", re.compile(r"\bright\b|=24028007\b|^24028007$")),
)
_LABELS: Final = {
    T_SCORE: re.compile(r"\s*t[\s-]?score(?:\s*(?:[:=]|\bis\b|\bof\b)\s*|\s+(?![+-]\s))", re.IGNORECASE),
    BMD: re.compile(r"\s*(?:bmd|bone mineral density)(?:\s*(?:[:=]|\bis\b|\bof\b)\s*|\s+)", re.IGNORECASE),
}
"""What may stand before the figure in words. A dash that stands apart, "T-score - 2.7", may be no minus."""

_MEASURE: Final = re.compile(r"\bt[ -]?scores?\b|\bbmd\b|\bbone (?:mineral )?densit", re.IGNORECASE)
_SAME_AGE: Final = re.compile(r"\bz[ -]?scores?\b", re.IGNORECASE)
_YOUNG_ADULTS: Final = re.compile(r"\byam\b|\byoung[ -](?:adult|normal)", re.IGNORECASE)
_NOT_DXA: Final = re.compile(r"\b(?:qct|quantitative computed tomography|ultrasound|qus)\b")


def densities(resource: Resource, reading: Reading) -> Iterator[BoneDensity | Fault]:
    """The densities and T-scores of one Observation, its components included; Z-scores are passed over.

    A figure whose unit belongs to the other kind, or whose code and words disagree on the site, is told as unusable;
    so is a measure that is not known, where the Observation holds no other.
    """
    json, ref = resource.json, resource.ref
    known = [
        (result, kinds)
        for result in results(json)
        if (kinds := {kind for kind in (T_SCORE, BMD) if any(tag.startswith(kind) for tag in result.tags)})
    ]
    if not known:
        yield from _unknown(json, ref)
    for result, kinds in known:
        kind = min(kinds)
        try:
            if len(kinds) > 1 or Z_SCORE in result.tags:
                raise NotUsable("its codes name different kinds of figure")
            fact = _density(json, ref, result, kind, reading)
        except NotUsable as fault:
            yield Fault(ref, kind, f"a bone density result: {fault}", day_of(json))
        else:
            if fact is not None:
                yield fact


def _unknown(json: Json, ref: str) -> Iterator[Fault]:
    """A figure that its words name as a bone density, under no code of one."""
    for each in (json, *every(json.get("component"))):
        said = words(each.get("code"))
        of_young = any(_YOUNG_ADULTS.search(word) for word in said)
        named = of_young or any(_MEASURE.search(word) for word in said)
        same_age = Z_SCORE in tags(each.get("code")) or any(_SAME_AGE.search(word) for word in said)
        if not named or same_age or not has_value(each):
            continue
        try:
            if not counts(json):
                return
        except NotUsable as fault:
            yield Fault(ref, UNKNOWN, f"a bone density result: {fault}", day_of(json))
            return
        why = "a share of young adults' mean is no T-score" if of_young else "its code is not known"
        yield Fault(ref, UNKNOWN, f"a bone density result: {why}", day_of(json))


def _density(json: Json, ref: str, result: Result, kind: str, reading: Reading) -> BoneDensity | None:
    if not counts(json) or _NOT_DXA.search(" ".join(words(json.get("method"))).lower()):
        return None
    day = made(json, reading.today)
    if day is None:
        return None
    told = value(result.json, _LABELS[kind])
    if told is None:
        return None
    told_by = [kind, *((each.get("code"), each.get("bodySite")) for each in (result.json, result.parent or {}))]
    place = reading.once("site", told_by, lambda: _place(result, kind))
    if place is None:
        return None
    site, region, caveat = place
    return BoneDensity(
        ref=ref,
        site=site,
        when=day,
        g_cm2=density(told) if kind == BMD else None,
        t_score=t_score(told) if kind == T_SCORE else None,
        side=reading.once("side", told_by, lambda: _side(result)),
        region=region,
        device=_device(json),
        caveat=caveat,
    )


def _place(result: Result, kind: str) -> tuple[str, str | None, str | None] | None:
    """The site, the vertebrae and a caveat; None for a region that no rule uses. Raises NotUsable as `_site` does."""
    said = _said(result)
    place = _site(result, kind, said)
    if place is None:
        return None
    site, caveat = place
    region = _region(said) if site == "lumbar spine" else None
    return site, region, ONE_VERTEBRA if region is not None and len(region) == 2 else caveat


def worth_telling(faults: Iterable[Fault], today: date) -> list[Fault]:
    """Those of the last ten years, which is as far back as rules look for a density, and those without a day."""
    oldest = add_months(today, -_LOOK_BACK_MONTHS)
    return [fault for fault in faults if fault.day is None or fault.day.latest >= oldest]


def _said(result: Result) -> list[str]:
    """The words that may tell the site; for a component those of the whole too, unless they name another site."""
    own = _lower(result.json)
    if result.parent is None:
        return own
    whole = _lower(result.parent)
    mine, theirs = _sites_named(own), _sites_named(whole)
    return own if mine and theirs and not mine & theirs else own + whole


def _lower(json: Json) -> list[str]:
    return [word.lower() for key in ("code", "bodySite") for word in words(json.get(key))]


def _sites_named(said: list[str]) -> set[str]:
    plain = _plain(said)
    return {site for site, pattern in _NAMED_SITES if pattern.search(plain)}


def _plain(said: list[str]) -> str:
    return " ; ".join(re.sub(r"[^a-z0-9/%;]+", " ", word) for word in said)


def _site(result: Result, kind: str, said: list[str]) -> tuple[str, str | None] | None:
    """The site and a caveat; None for a region that no rule uses. Raises NotUsable where code and words disagree."""
    plain = _plain(said)
    coded = {_SITE_OF[tag[len(kind) :]] for tag in result.tags if tag.startswith(kind)}
    named = _sites_named(said)
    if _is_radius_and_ulna(result) and "forearm" not in named:
        return "site unspecified", NOT_THE_FOREARM
    if coded == {"site unspecified"}:
        if _OTHER_REGION.search(plain):
            return None
        coded = named if len(named) == 1 else coded
    if len(coded) > 1 or (named and "site unspecified" not in coded and not coded & named):
        raise NotUsable("its code and its words name different sites")
    site = next(iter(coded))
    if site == _HIP:
        total, neck = _TOTAL_HIP.search(plain), _FEMORAL_NECK.search(plain)
        if total and not neck:
            return "total hip", None
        if neck and not total:
            return "femoral neck", None
        return None if _OTHER_REGION.search(plain) else (_HIP, None)
    if site == "forearm" and _THIRD.search(plain):
        return "1/3 radius", None
    return site, None


def _is_radius_and_ulna(result: Result) -> bool:
    return any(codes.normalise(*pair) == _RADIUS_AND_ULNA for pair in pairs(result.json.get("code")))


def _region(said: list[str]) -> str | None:
    """The vertebrae as "L1-L4"; "L1, L2, L4" where they are listed; None where they are not told, or told twice."""
    ranges = {f"L{match[1]}-L{match[2]}" for word in said for match in _RANGE.finditer(word)}
    if ranges:
        return ranges.pop() if len(ranges) == 1 else None
    single = sorted({match[1] for word in said for match in _VERTEBRA.finditer(word)})
    return ", ".join(f"L{each}" for each in single) or None


def _side(result: Result) -> str | None:
    said = _said(result)
    sources = (result.json, result.parent or {})
    written = [*said, *(code for source in sources for _, code in pairs(source.get("bodySite")))]
    found = {side for side, pattern in _SIDES if any(pattern.search(word) for word in written)}
    coded = {tag.removeprefix("laterality-") for tag in result.tags if tag.startswith("laterality-")}
    if len(coded) == 1:
        if found and not found & coded:
            raise NotUsable("its code and its words name different sides")
        return coded.pop()
    return found.pop() if len(found) == 1 else None


def _device(json: Json) -> str | None:
    """What tells one scanner from another: its reference, identifier, serial number, else its name."""
    device = one(json.get("device"))
    literal = reference(device)
    inside = contained(json, literal)
    if inside:
        own = [text(one(inside.get("identifier")).get("value")), text(inside.get("serialNumber"))]
        names = [text(inside.get("manufacturer")), text(inside.get("modelNumber"))]
        names += [text(each.get("name")) for each in every(inside.get("deviceName"))]
        told = next((each for each in own if each), "") or " ".join(each for each in names if each)
    else:
        told = "" if literal.startswith("#") else literal
    told = told or text(one(device.get("identifier")).get("value")) or text(device.get("display"))
    return " ".join(told.lower().split()) or None
