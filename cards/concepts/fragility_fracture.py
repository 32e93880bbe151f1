"""Which fractures count as fragility fractures, when they happened, and how surely (R-FRX-01 to -08)."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cards import codes, phrases
from cards.chart import Chart, Condition, Dials, concept
from cards.concepts import antiresorptive_exposure
from cards.rule import Days, Months, Years
from cards.verdict import Because
from cards.when import MAYBE, NO, YES, Truth, When, add_days, add_months


@dataclass(frozen=True, slots=True)
class FractureHistory(Dials):
    """Numbers of the fracture history that a site may turn."""

    same_event: Days = Days(180, "codes of one site this near are one fracture")
    aftercare: Months = Months(24, "how long an aftercare code belongs to its fracture")
    high_energy: Days = Days(7, "how near an accident explains a fracture")
    veto: Days = Days(30, "how near another cause takes a fracture back")
    fragile_from: Years = Years(50, "age at the fracture from which low trauma is presumed")


ADULT_YEARS: Final = 18
DEFINITE: Final = "fragility-fracture"
HISTORY: Final = "history-of-fragility-fracture"
PRESUMED: Final = frozenset(("trauma-fracture-major", "collapsed-vertebra"))
OPTIONAL: Final = "trauma-fracture-optional"
SHAFT: Final = "femur-shaft-or-subtrochanteric"
HIGH_ENERGY: Final = "external-cause-high-energy"
CAUSE_NOT_TOLD: Final = "fracture-pathological"
VETO: Final = frozenset(
    ("atypical-femoral-fracture", "fracture-neoplastic", "fracture-other-disease", "fracture-stress",
     "fracture-periprosthetic")
)  # fmt: skip
"""Another explanation of the fracture: it never counts, and vetoes the other codes of the same event (R-FRX-07)."""
BONE_MALIGNANCY: Final = frozenset(("bone-metastasis", "myeloma", "bone-malignancy"))

_SITE: Final = "fracture-site-"
UNSPECIFIED: Final = "other"
HIP_OR_FEMUR: Final = "hip-femur"
_SITE_WORDS: Final = {
    "vertebra": "vertebral", HIP_OR_FEMUR: "hip", "forearm": "forearm", "humerus-shoulder": "humerus",
    "pelvis": "pelvic", "hand": "hand", "ankle-foot": "ankle or foot", "lower-leg": "lower leg", "ribs": "rib",
}  # fmt: skip
_OPTIONAL_SITES: Final = {"ribs": "ribs", "humerus-shoulder": "humerus", HIP_OR_FEMUR: "distal femur"}
NOT_FOR_FAILURE: Final = frozenset(("hand", "ankle-foot"))
_AFTERCARE: Final = re.compile(r"[A-Z]\d[0-9A-Z]\.[0-9A-Z]{3}[DEFGHJKMNPQRS]")
_SHAFT_WORDS: Final = re.compile(r"\b(shaft|diaphys\w*|sub-?trochanter\w*)\b", re.IGNORECASE)


class Doubt(enum.Enum):
    """Why a fracture may not count; the value says what to confirm."""

    HAND_OR_FOOT = "site: a hand, ankle or foot fracture may not count"
    BONE_MALIGNANCY = "cause: exclude pathological fracture, a bone malignancy is recorded"
    POSSIBLY_ATYPICAL = "cause: femoral shaft fracture after long treatment, exclude an atypical fracture"
    AFTERCARE = "fracture date: only aftercare of the fracture is recorded"
    UNCONFIRMED = "diagnosis: it is recorded as unconfirmed"
    AGE = "age at the fracture"
    HIGH_ENERGY = "mechanism: a high-energy cause is recorded, perhaps of this fracture"
    OTHER_CAUSE = "cause: another kind of fracture is recorded, perhaps the same one"
    NOT_TOLD = "cause: it is also coded as pathological without saying of what"


@dataclass(frozen=True, slots=True)
class FragilityFracture:
    """One fracture event. `when` reaches into the unknown past where only its recording or aftercare is dated.

    `certain`: is it a fragility fracture? `for_failure`: does its site count for treatment failure besides?
    `presumed`: an injury code without a mechanism, to be confirmed as low-trauma. `site` are a card's words for it.
    """

    site: str
    when: When
    certain: Truth
    refs: tuple[str, ...]
    presumed: bool
    text: str
    code: str
    group: str
    for_failure: Truth
    doubts: tuple[Doubt, ...] = ()

    @property
    def because(self) -> Because:
        """The fracture as a fact of a card, its code from the record."""
        words = f"{phrases.capital(self.site)} fracture, code {phrases.quote(self.code)}"
        return Because(words, self.when, self.refs[0])

    def is_other_than(self, other: FragilityFracture, days: int) -> bool:
        """Surely not the same event: another site, or more than `days` away however the dates are read."""
        if self.group != other.group and UNSPECIFIED not in (self.group, other.group):
            return True
        first, second = sorted((self.when, other.when), key=lambda each: each.latest)
        return second.earliest > add_days(first.latest, days)


@dataclass(frozen=True, slots=True)
class _Record:
    """One Condition that tells of a fracture."""

    condition: Condition
    groups: frozenset[str]
    aftercare: bool

    @property
    def told(self) -> date:
        """The day by which the record knows of it."""
        return self.condition.onset.latest


@dataclass(slots=True)
class _Cluster:
    """Records of one event, the first told first; its sites, `UNSPECIFIED` only where no record tells one."""

    records: list[_Record]
    groups: frozenset[str]

    def join(self, record: _Record) -> None:
        """One record more of the same event."""
        self.records.append(record)
        told = self.groups | record.groups
        self.groups = told - {UNSPECIFIED} or told

    def may_share_site(self, groups: frozenset[str]) -> bool:
        """The same site, or one of the two does not tell its site."""
        return bool(self.groups & groups) or {UNSPECIFIED} in (self.groups, groups)


@concept
def events(chart: Chart) -> tuple[FragilityFracture, ...]:
    """The fragility fractures of the record, sure and possible, the earliest first; none that is vetoed."""
    dials = chart.dials(FractureHistory)
    records = [_record(fact) for fact in chart.conditions if _counts(chart, fact)]
    initial = [each for each in records if not each.aftercare]
    others = [_record(fact) for fact in chart.conditions if fact.tags & VETO]
    clusters = _clustered(initial, dials.same_event)
    explained = [_Cluster([each], each.groups) for each in others]
    for late in sorted((each for each in records if each.aftercare), key=_by_day):
        homes = [each for each in (*reversed(clusters), *explained) if _is_aftercare_of(late, each, dials)]
        if homes:
            homes[0].join(late)
        else:
            clusters.append(_Cluster([late], late.groups))
    found = [event for each in clusters if (event := _judged(chart, each, others))]
    return tuple(sorted(found, key=lambda each: (each.when.latest, each.when.earliest, each.refs)))


def _counts(chart: Chart, fact: Condition) -> bool:
    if DEFINITE in fact.tags:
        return True
    if fact.tags & VETO:
        return False
    return bool(fact.tags & PRESUMED) or SHAFT in fact.tags or _is_optional(chart, fact)


def _is_optional(chart: Chart, fact: Condition) -> bool:
    """An injury at a site that only the site's policy lets count."""
    if OPTIONAL not in fact.tags:
        return False
    wanted = set(chart.site.optional_fracture_sites)
    named = {"femoral shaft"} if SHAFT in fact.tags else {_OPTIONAL_SITES.get(group, "") for group in _groups(fact)}
    return bool(wanted & named)


def _groups(fact: Condition) -> frozenset[str]:
    found = {tag.removeprefix(_SITE) for tag in fact.tags if tag.startswith(_SITE)}
    return frozenset(found - {UNSPECIFIED} or {UNSPECIFIED})


def _record(fact: Condition) -> _Record:
    icd = [code for system, code in fact.codes if system == codes.ICD10CM]
    late = [code for code in icd if _AFTERCARE.fullmatch(code)]
    return _Record(fact, _groups(fact), bool(late) and len(late) == len(icd))


def _by_day(record: _Record) -> tuple[date, str]:
    return record.told, record.condition.ref


def _clustered(records: Iterable[_Record], same_event: int) -> list[_Cluster]:
    """Records of one site within the window of the first one are one event; those that tell no site join any."""
    clusters: list[_Cluster] = []
    for record in sorted(records, key=_by_day):
        homes = [
            each
            for each in clusters
            if each.may_share_site(record.groups) and _near(record, each.records[0], same_event)
        ]
        if homes:
            homes[0].join(record)
        else:
            clusters.append(_Cluster([record], record.groups))
    return clusters


def _near(one: _Record, other: _Record, days: int) -> bool:
    """Within so many days however the dates are read; an undated condition stands on the day it was recorded."""
    first, second = (each.condition.onset if each.condition.has_onset else When.on(each.told) for each in (one, other))
    apart = max(second.latest - first.earliest, first.latest - second.earliest)
    return apart <= timedelta(days=days)


def _is_aftercare_of(late: _Record, event: _Cluster, dials: FractureHistory) -> bool:
    first = event.records[0]
    if not event.may_share_site(late.groups):
        return False
    return first.condition.onset.earliest <= late.told <= add_months(first.told, dials.aftercare)


def _judged(chart: Chart, cluster: _Cluster, others: list[_Record]) -> FragilityFracture | None:
    """The event that these records tell of, or None where something surely explains it otherwise."""
    dials = chart.dials(FractureHistory)
    old_enough = [each for each in cluster.records if _old_enough(chart, each, dials) is not NO]
    records = old_enough or [
        each for each in cluster.records if _of_the_shaft(each.condition) and _is_in_adulthood(chart, each)
    ]
    if not records:
        return None
    first = min(records, key=lambda each: (each.aftercare, not each.condition.has_onset, *_by_day(each)))
    when = When.by(first.told) if first.aftercare else first.condition.onset
    high_energy = _high_energy(chart, records, when, dials)
    other_cause = _vetoed(cluster, when, others, dials)
    if YES in (high_energy, other_cause):
        return None
    confirmed = [each for each in records if not each.condition.tentative]
    definite = [each for each in confirmed or records if DEFINITE in each.condition.tags]
    shaft = any(_of_the_shaft(each.condition) for each in records)
    atypical = shaft and antiresorptive_exposure.is_long(chart, when).possibly
    fragile = definite or any(_counts_by_itself(chart, each.condition) for each in records)
    if not (atypical or (old_enough and fragile)):
        return None
    young = not definite and all(_old_enough(chart, each, dials) is MAYBE for each in records)
    claims = {
        Doubt.POSSIBLY_ATYPICAL: atypical,
        Doubt.AFTERCARE: first.aftercare,
        Doubt.UNCONFIRMED: not confirmed,
        Doubt.AGE: young,
        Doubt.HIGH_ENERGY: high_energy is MAYBE,
        Doubt.OTHER_CAUSE: other_cause is MAYBE,
        Doubt.NOT_TOLD: _cause_not_told(chart, cluster, when, dials),
        Doubt.BONE_MALIGNANCY: bone_malignancy(chart) is not None,
    }
    doubts = tuple(doubt for doubt, claimed in claims.items() if claimed)
    group = min(cluster.groups)
    small = (Doubt.HAND_OR_FOOT,) if group in NOT_FOR_FAILURE else ()
    shown = min(records, key=lambda each: (each is not first, *_by_day(each)))
    return FragilityFracture(
        site=_site_words(group, [each.condition for each in records]),
        when=when,
        certain=MAYBE if doubts else YES,
        refs=(shown.condition.ref, *(each.condition.ref for each in records if each is not shown)),
        presumed=not definite,
        text=shown.condition.text,
        code=next(code for system, code in shown.condition.codes if codes.tags(system, code)),
        group=group,
        for_failure=MAYBE if doubts or small else YES,
        doubts=(*doubts, *small),
    )


def _site_words(group: str, facts: list[Condition]) -> str:
    """The site as far as the codes tell it: M80.05 is the femur, and the hip only where another code says so."""
    tags = frozenset[str]().union(*(fact.tags for fact in facts))
    if SHAFT in tags and tags & PRESUMED:
        return "subtrochanteric femur"
    if any(_of_the_shaft(fact) for fact in facts):
        return "femoral shaft"
    if group == HIP_OR_FEMUR and not tags & PRESUMED:
        return "distal femur" if OPTIONAL in tags else "femur"
    return _SITE_WORDS.get(group, "osteoporotic")


def _counts_by_itself(chart: Chart, fact: Condition) -> bool:
    return bool(fact.tags & PRESUMED) or _is_optional(chart, fact)


def _of_the_shaft(fact: Condition) -> bool:
    return SHAFT in fact.tags or ("femur-m80" in fact.tags and bool(_SHAFT_WORDS.search(fact.text)))


def _old_enough(chart: Chart, record: _Record, dials: FractureHistory) -> Truth:
    """An injury counts from 50 years; an osteoporosis fracture unless it was surely in childhood."""
    if DEFINITE in record.condition.tags:
        return Truth.of(_is_in_adulthood(chart, record))
    born = chart.patient.born if chart.patient else None
    if born is None:
        return MAYBE
    return reached(record.condition.onset, born.plus_months(12 * dials.fragile_from))


def _is_in_adulthood(chart: Chart, record: _Record) -> bool:
    """Not surely in childhood."""
    born = chart.patient.born if chart.patient else None
    return born is None or record.told >= add_months(born.earliest, 12 * ADULT_YEARS)


def reached(when: When, day: When) -> Truth:
    """Is `when` on or after `day`, both as exactly as they are known?"""
    return when.on_or_after(day.latest) | (when.on_or_after(day.earliest) & MAYBE)


def _high_energy(chart: Chart, records: list[_Record], when: When, dials: FractureHistory) -> Truth:
    if any(HIGH_ENERGY in each.condition.tags for each in records):
        return YES
    causes = (fact for fact in chart.conditions if HIGH_ENERGY in fact.tags)
    return _any(_close(fact, when, dials.high_energy) for fact in causes)


def _vetoed(cluster: _Cluster, when: When, others: list[_Record], dials: FractureHistory) -> Truth:
    answer = NO
    for other in others:
        if cluster.may_share_site(other.groups):
            near = _close(other.condition, when, dials.veto)
            answer = answer | (near if other.groups & cluster.groups else near & MAYBE)
    return answer


def _cause_not_told(chart: Chart, cluster: _Cluster, when: When, dials: FractureHistory) -> bool:
    """M84.4-, which says pathological and not of what, stands at the same site beside the fracture (R-FRX-03)."""
    return any(
        CAUSE_NOT_TOLD in fact.tags
        and DEFINITE not in fact.tags
        and cluster.may_share_site(_groups(fact))
        and _close(fact, when, dials.veto).possibly
        for fact in chart.conditions
    )


def _close(fact: Condition, when: When, days: int) -> Truth:
    """Did this happen at most so many days before or after `when`? No more than maybe where it is unconfirmed."""
    near = Truth.of(
        fact.onset.latest <= add_days(when.earliest, days) and fact.onset.earliest >= add_days(when.latest, -days)
    )
    if near is NO and (
        fact.onset.earliest <= add_days(when.latest, days) and fact.onset.latest >= add_days(when.earliest, -days)
    ):
        near = MAYBE
    return near & MAYBE if fact.tentative else near


def _any(answers: Iterable[Truth]) -> Truth:
    found = NO
    for answer in answers:
        found = found | answer
    return found


@concept
def bone_malignancy(chart: Chart) -> Condition | None:
    """A bone metastasis, myeloma or bone tumour under way, suspected ones included; a personal history is none."""
    for fact in chart.conditions:
        if fact.tags & BONE_MALIGNANCY and fact.current and not all(code.startswith("Z") for _, code in fact.codes):
            return fact
    return None


@concept
def history(chart: Chart) -> Condition | None:
    """A recorded history of a healed osteoporosis fracture, whose day is not told (R-FRX-05)."""
    return next((fact for fact in chart.conditions if HISTORY in fact.tags and not fact.tentative), None)


def distinct(chart: Chart, found: Iterable[FragilityFracture]) -> tuple[FragilityFracture, ...]:
    """Those of the events that are surely not one and the same, the earliest first (R-FRX-04)."""
    days = chart.dials(FractureHistory).same_event
    kept: list[FragilityFracture] = []
    for event in found:
        if all(event.is_other_than(each, days) for each in kept):
            kept.append(event)
    return tuple(kept)


@concept
def prior_vertebral_or_hip(chart: Chart) -> FragilityFracture | None:
    """The newest sure vertebral or hip fragility fracture."""
    found = [each for each in events(chart) if each.certain is YES and each.group in {"vertebra", HIP_OR_FEMUR}]
    return found[-1] if found else None
