"""All that a rule may know about one patient on one day: facts, and which parts of the record were read."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import wraps
from typing import Any, Concatenate, Final, Generic, ParamSpec, TypeVar, cast

from cards.facts import (
    SITES,
    UNITS,
    Allergy,
    Appointment,
    BoneDensity,
    Condition,
    Draft,
    Encounter,
    Measurement,
    Medication,
    Patient,
    Procedure,
    ServiceOrder,
    SmokingStatus,
    Source,
    Therapy,
)

__all__ = [
    "NOT_ASKED",
    "SECTIONS",
    "SITES",
    "UNITS",
    "Allergy",
    "Appointment",
    "BoneDensity",
    "Chart",
    "Condition",
    "Dials",
    "Draft",
    "Encounter",
    "Measurement",
    "Medication",
    "NotRead",
    "Patient",
    "Procedure",
    "Section",
    "ServiceOrder",
    "Site",
    "SmokingStatus",
    "Source",
    "State",
    "Therapy",
    "Undeclared",
    "Unusable",
    "concept",
]

F_co = TypeVar("F_co", covariant=True)
P = ParamSpec("P")
R = TypeVar("R")
D = TypeVar("D", bound="Dials")


@dataclass(frozen=True, slots=True)
class Unusable:
    """A resource that was seen and could not be understood, in words that hold nothing of the resource itself."""

    ref: str
    why: str


class State(enum.Enum):
    """How much of a section was read."""

    WHOLE = "whole"
    PARTIAL = "partial"
    UNREAD = "unread"


class NotRead(Exception):
    """A conclusion from absence was asked of a section that was not read whole; the engine turns it into Unread."""

    def __init__(self, section: str, why: str) -> None:
        super().__init__(f"{section}: {why}")
        self.section = section
        self.why = why


class Undeclared(Exception):
    """A rule looked at a section it does not declare: a fault of the rule, found by its first case."""


@dataclass(frozen=True, slots=True)
class Section(Generic[F_co]):
    """One part of the record. Iterating gives what was seen; `whole()` is for conclusions from absence."""

    name: str
    facts: tuple[F_co, ...] = ()
    state: State = State.WHOLE
    why: str = ""
    unusable: tuple[Unusable, ...] = ()

    def __iter__(self) -> Iterator[F_co]:
        return iter(self.facts)

    def whole(self) -> tuple[F_co, ...]:
        """All facts of the section; raises NotRead where some may not have been seen."""
        if self.state is not State.WHOLE:
            raise NotRead(self.name, self.why)
        return self.facts

    def seen(self) -> tuple[F_co, ...]:
        """All facts of a section that many EHRs do not have; raises NotRead only where it was cut short.

        A rule that declares the section as `helped_by` may conclude from its absence: the engine caps what it says.
        """
        if self.state is State.PARTIAL:
            raise NotRead(self.name, self.why)
        return self.facts


NOT_ASKED: Final = "not asked for"
"""Why a section was not read that the hook does not ask for."""

SECTIONS: Final = (
    "patient", "conditions", "medication_requests", "medication_statements", "medication_dispenses",
    "medication_administrations", "bone_densities", "laboratory", "vital_signs", "fracture_risk", "risk_assessments",
    "social_history", "procedures", "allergies", "appointments", "service_requests", "encounters", "drafts",
)  # fmt: skip
"""Every section a rule may declare, by the name it has on the chart."""


@dataclass(frozen=True, slots=True)
class Dials:
    """Numbers that a site may turn. A concept's dials subclass this; a rule's own are its keyword arguments."""


@dataclass(frozen=True, slots=True)
class Site:
    """The site's policy (`cfg.*` of the rule specification).

    `dials` holds those of concepts that were turned, `rule_dials` and `stages` (one of cards.rule.STAGES) those of
    rules, by the rule's id.
    """

    max_cards: int | None = None
    vhr_profile: str = "acr22"
    suppress_palliative: bool = True
    allow_drafts: bool = True
    pv_info: bool = True
    suggest_abaloparatide: bool = False
    optional_fracture_sites: tuple[str, ...] = ()
    dials: Mapping[type[Dials], Dials] = field(default_factory=dict)
    rule_dials: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    stages: Mapping[str, str] = field(default_factory=dict)


_BIT: Final = {name: 1 << place for place, name in enumerate(SECTIONS)}
_EVERY: Final = (1 << len(SECTIONS)) - 1
"""Sections looked at are kept as bits: every concept asks, hundreds of times a request."""


def _names(bits: int) -> tuple[str, ...]:
    return tuple(name for name, bit in _BIT.items() if bits & bit)


class Chart:
    """One patient on one day. Frozen by convention of its slots; compares by identity; its memo dies with it."""

    __slots__ = ("_allowed", "_dials", "_memo", "_sections", "_touched", "hook", "site", "today")

    def __init__(
        self, today: date, sections: Mapping[str, Section[Any]], *, hook: str = "patient-view", site: Site | None = None
    ) -> None:
        """`sections` by name; a name left out is a section that was not read."""
        self.today = today
        self.hook = hook
        self.site = site or Site()
        unknown = set(sections) - set(SECTIONS)
        if unknown:
            raise ValueError(f"no such section of a chart: {', '.join(sorted(unknown))}")
        self._sections = {
            name: sections.get(name) or Section(name, state=State.UNREAD, why=NOT_ASKED) for name in SECTIONS
        }
        self._memo: dict[object, tuple[Any, NotRead | None, int]] = {}
        self._dials: dict[type[Dials], Dials] = {}
        self._touched = 0
        self._allowed = _EVERY

    def dials(self, kind: type[D]) -> D:
        """A concept's dials as the site has turned them."""
        turned = self._dials.get(kind)
        if turned is None:
            turned = self._dials[kind] = self.site.dials.get(kind) or kind()
        return cast("D", turned)

    def section(self, name: str) -> Section[Any]:
        """One section by name; raises Undeclared inside a rule that does not declare it."""
        self._touch(_BIT[name])
        return self._sections[name]

    def _touch(self, bits: int) -> None:
        if bits & ~self._allowed:
            names = _names(bits & ~self._allowed)
            raise Undeclared(f"section '{names[0]}' is read but not declared in reads or helped_by")
        self._touched |= bits

    def peek(self, name: str) -> Section[Any]:
        """One section for the engine itself, outside any rule's declaration."""
        return self._sections[name]

    @contextmanager
    def lent_to(self, declared: frozenset[str]) -> Iterator[set[str]]:
        """The chart as one rule may see it; yields a set that holds, once the rule is done, the sections it touched."""
        touched: set[str] = set()
        allowed, before = self._allowed, self._touched
        self._allowed, self._touched = sum(_BIT[name] for name in declared), 0
        try:
            yield touched
        finally:
            touched.update(_names(self._touched))
            self._allowed, self._touched = allowed, before | self._touched

    @property
    def patient(self) -> Patient | None:
        """The patient, or None where the Patient resource was not read (R-SCOPE-05)."""
        facts = self.section("patient").facts
        return facts[0] if facts else None

    @property
    def conditions(self) -> Section[Condition]:
        """Diagnoses and events of the problem list and of encounters."""
        return self.section("conditions")

    @property
    def medication_requests(self) -> Section[Medication]:
        """Orders; those of the hook's context are in `drafts`."""
        return self.section("medication_requests")

    @property
    def medication_statements(self) -> Section[Medication]:
        """Statements of use."""
        return self.section("medication_statements")

    @property
    def medication_dispenses(self) -> Section[Medication]:
        """Fills."""
        return self.section("medication_dispenses")

    @property
    def medication_administrations(self) -> Section[Medication]:
        """Doses given."""
        return self.section("medication_administrations")

    @property
    def bone_densities(self) -> Section[BoneDensity]:
        """DXA figures."""
        return self.section("bone_densities")

    @property
    def laboratory(self) -> Section[Measurement]:
        """Laboratory results."""
        return self.section("laboratory")

    @property
    def vital_signs(self) -> Section[Measurement]:
        """Weight, height, body mass index."""
        return self.section("vital_signs")

    @property
    def fracture_risk(self) -> Section[Measurement]:
        """FRAX figures recorded as Observations."""
        return self.section("fracture_risk")

    @property
    def risk_assessments(self) -> Section[Measurement]:
        """FRAX figures recorded as RiskAssessments."""
        return self.section("risk_assessments")

    @property
    def social_history(self) -> Section[Measurement | SmokingStatus]:
        """Whether the patient smokes, and how many drinks a day."""
        return self.section("social_history")

    @property
    def procedures(self) -> Section[Procedure]:
        """Things done, billed injections among them."""
        return self.section("procedures")

    @property
    def allergies(self) -> Section[Allergy]:
        """Allergies and intolerances to drugs of the formulary."""
        return self.section("allergies")

    @property
    def appointments(self) -> Section[Appointment]:
        """Visits booked, and those of the hook's context."""
        return self.section("appointments")

    @property
    def service_requests(self) -> Section[ServiceOrder]:
        """Open orders of tests, images and referrals."""
        return self.section("service_requests")

    @property
    def encounters(self) -> Section[Encounter]:
        """The hook's encounter."""
        return self.section("encounters")

    @property
    def drafts(self) -> Section[Draft]:
        """Orders of the hook's context, all of them, selected or not."""
        return self.section("drafts")


def concept(function: Callable[Concatenate[Chart, P], R]) -> Callable[Concatenate[Chart, P], R]:
    """Keep what a clinical concept concluded on the chart itself, with the sections it looked at.

    Arguments after the chart must be hashable. A kept conclusion is checked against the running rule's declaration
    as if it were drawn anew, so the order in which rules run never hides an undeclared section.
    """

    @wraps(function)
    def remembered(chart: Chart, *args: P.args, **kwargs: P.kwargs) -> R:
        key: object = function
        if args or kwargs:
            key = (function, args, tuple(sorted(kwargs.items()))) if kwargs else (function, args)
        kept = chart._memo.get(key)
        if kept is None:
            before, chart._touched = chart._touched, 0
            value, refused = None, None
            try:
                value = function(chart, *args, **kwargs)
            except NotRead as unread:
                refused = unread
            finally:
                seen, chart._touched = chart._touched, before | chart._touched
            kept = chart._memo[key] = (value, refused, seen)
        elif kept[2] & ~chart._touched:
            chart._touch(kept[2])
        if kept[1] is not None:
            raise kept[1]
        found: R = kept[0]  # type: ignore[assignment]
        return found

    return cast("Callable[Concatenate[Chart, P], R]", remembered)
