"""The facts of a record, as every rule sees them: frozen, typed, in one unit each."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cards.when import When


class Source(enum.Enum):
    """Which kind of resource tells of a drug; the value is the FHIR resource type."""

    ADMINISTRATION = "MedicationAdministration"
    PROCEDURE = "Procedure"
    DISPENSE = "MedicationDispense"
    STATEMENT = "MedicationStatement"
    REQUEST = "MedicationRequest"


@dataclass(frozen=True, slots=True)
class Patient:
    """Who the chart is about. `sex` is "male", "female" or None (anything else, or not recorded)."""

    ref: str
    sex: str | None
    born: When | None
    deceased: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """A diagnosis or event. `tags` names the value sets its codes belong to.

    `onset` follows R-DATE-04: without an onset it reaches from the unknown past to the recorded day, else to today.
    `clinical` and `verification` are the FHIR codes, "" where the record gives none. `in_context`: it is being added
    to the problem list in this hook, and may not exist yet.
    """

    ref: str
    tags: frozenset[str]
    codes: tuple[tuple[str, str], ...]
    text: str
    onset: When
    recorded: When | None
    has_onset: bool
    clinical: str
    verification: str
    in_context: bool = False

    @property
    def told(self) -> str:
        """Its words; where the record gives none, its first code: "code Z33.1"."""
        return self.text or next((f"code {code}" for _, code in self.codes), "")

    @property
    def tentative(self) -> bool:
        """Unconfirmed, provisional or differential: counts as maybe (R-RES-03)."""
        return self.verification in {"unconfirmed", "provisional", "differential"}

    @property
    def current(self) -> bool:
        """For states (R-RES-02): active, recurrence, relapse, or no clinical status recorded."""
        return self.clinical in {"", "active", "recurrence", "relapse"}


@dataclass(frozen=True, slots=True)
class Medication:
    """One resource that tells of a drug: an order, a statement, a dispense, an administration or a billed injection.

    `ingredients` are keys of the formulary, the osteoporosis drug first. `started` follows R-DATE-05. `recorded` is
    authoredOn, dateAsserted or the day handed over. `events` are planned or given days named one by one. `dose_mg` is
    one dose in milligrams; `interval_days` the days between two doses; `supply_days` what one fill covers.
    `planned` is the day an order's instruction starts the course (boundsPeriod), if it names one.
    `sure` is false where the exposure is only a maybe; `doubt` says why, as a sentence goes on after the drug's name.
    `brand` is the brand word met, in lower case. `strength_mg` are the milligrams in one container, as its name tells.
    """

    ref: str
    source: Source
    status: str
    ingredients: tuple[str, ...]
    tags: frozenset[str]
    text: str
    started: When
    ended: When | None = None
    recorded: When | None = None
    has_start: bool = True
    events: tuple[When, ...] = ()
    dose_mg: Decimal | None = None
    interval_days: Decimal | None = None
    route: str | None = None
    brand: str | None = None
    reasons: frozenset[str] = frozenset()
    supply_days: Decimal | None = None
    refills: int | None = None
    do_not_perform: bool = False
    sure: bool = True
    is_period: bool = False
    planned: When | None = None
    strength_mg: Decimal | None = None
    doubt: str = ""

    @property
    def ingredient(self) -> str:
        """The first ingredient: the drug a card names."""
        return self.ingredients[0]


@dataclass(frozen=True, slots=True)
class Draft:
    """An order in the hook's context: about to be given, or about to be stopped.

    `on_record` is true where it is an order of the record, renewed or sent again: it may be stopped, never deleted.
    """

    order: Medication
    selected: bool = True
    on_record: bool = False

    @property
    def ref(self) -> str:
        """ "MedicationRequest/…" as the context names it."""
        return self.order.ref

    @property
    def ingredient(self) -> str:
        """The drug a card names."""
        return self.order.ingredient

    @property
    def stops(self) -> bool:
        """It ends or withholds a drug rather than giving it (2.8 R-DEN-01a)."""
        return self.order.do_not_perform or self.order.status in {"cancelled", "stopped", "on-hold"}


@dataclass(frozen=True, slots=True)
class Therapy:
    """A drug the patient is on today, with all that the record tells of it, the earliest first.

    `in_force`, never empty, are those of the resources that show it in use today. `last` is the day of the last dose
    where its time is over and its effect is not: then `in_force` shows that dose.
    """

    ingredient: str
    evidence: tuple[Medication, ...]
    in_force: tuple[Medication, ...]
    last: When | None = None

    @property
    def ref(self) -> str:
        """The newest resource that shows the drug in use."""
        return self.in_force[-1].ref


@dataclass(frozen=True, slots=True)
class BoneDensity:
    """One DXA figure at one site: g/cm2 or a T-score, never both in one fact.

    `site` is one of the names in `SITES`; `region` is the region string as recorded ("L1-L4"), if any.
    """

    ref: str
    site: str
    when: When
    g_cm2: Decimal | None = None
    t_score: Decimal | None = None
    side: str | None = None
    region: str | None = None
    device: str | None = None
    caveat: str | None = None


SITES: Final = (
    "lumbar spine", "total hip", "femoral neck", "hip, region unspecified", "1/3 radius", "forearm", "heel", "humerus",
    "site unspecified",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Measurement:
    """A figure in the unit its `test` is always told in (see `UNITS`); `low` and `high` are the record's own limits.

    `comparator` is "<", "<=", ">", ">=" or "". A pregnancy test has no unit: it is 1 where positive, 0 where negative.
    """

    ref: str
    test: str
    when: When
    value: Decimal
    comparator: str = ""
    low: Decimal | None = None
    high: Decimal | None = None


UNITS: Final[Mapping[str, str]] = {
    "egfr": "mL/min/1.73 m²",
    "creatinine-clearance": "mL/min",
    "creatinine": "mg/dL",
    "calcium-total": "mg/dL",
    "calcium-corrected": "mg/dL",
    "calcium-ionized": "mmol/L",
    "albumin": "g/dL",
    "vitamin-d-25oh": "ng/mL",
    "parathyroid-hormone": "pg/mL",
    "ctx": "pg/mL",
    "p1np": "ng/mL",
    "phosphate": "mg/dL",
    "alkaline-phosphatase": "U/L",
    "magnesium": "mg/dL",
    "body-weight": "kg",
    "body-height": "cm",
    "body-mass-index": "kg/m²",
    "frax-major": "%",
    "frax-hip": "%",
    "alcohol-drinks": "drinks a day",
}


@dataclass(frozen=True, slots=True)
class SmokingStatus:
    """What the record answers to whether the patient smokes; `smokes` is None where the answer leaves it open."""

    ref: str
    when: When
    smokes: bool | None
    text: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """Something done; `dose` is set where its code bills an injection (HCPCS J or Q), or its words tell of one."""

    ref: str
    tags: frozenset[str]
    text: str
    when: When
    status: str
    dose: Medication | None = None


@dataclass(frozen=True, slots=True)
class Allergy:
    """A recorded allergy or intolerance to drugs of the formulary. `kind` is "allergy", "intolerance" or ""."""

    ref: str
    ingredients: tuple[str, ...]
    text: str
    clinical: str
    verification: str
    kind: str
    criticality: str


@dataclass(frozen=True, slots=True)
class Appointment:
    """A booked or proposed visit; `ingredients` names the drug it is for, where the record says so.

    `words` are all that the booking says of its service, reason and purpose. `brand` and `strength_mg` are as those of
    an order; `sure` is false where its codes and words leave the drug open.
    """

    ref: str
    status: str
    start: When | None
    ingredients: tuple[str, ...]
    tags: frozenset[str]
    text: str
    in_context: bool = False
    words: tuple[str, ...] = ()
    brand: str | None = None
    strength_mg: Decimal | None = None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class ServiceOrder:
    """An open ServiceRequest (a test, an image, a referral)."""

    ref: str
    status: str
    tags: frozenset[str]
    text: str
    when: When


@dataclass(frozen=True, slots=True)
class Encounter:
    """The encounter of the hook. `kind` is the class code, lower case."""

    ref: str
    kind: str
    status: str
    started: When | None
