"""What a suggestion may carry, as data; the service writes it as FHIR."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class DrugOrder:
    """A new prescription of a product of `formulary.PRODUCTS` (3.4), a draft.

    `start` is the first planned day, if it matters. `count` limits the doses, `months` the course. `reason_refs` are
    the Conditions it is for. `alongside` adds words to the dosage text.
    """

    product: str
    start: date | None = None
    count: int | None = None
    months: int | None = None
    reason_refs: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class TestOrder:
    """A ServiceRequest for one test of `TESTS`; `on` is the day it is wanted."""

    test: str
    on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Referral:
    """A ServiceRequest for advice. `to` is the specialty in words."""

    to: str
    question: str = ""


@dataclass(frozen=True, slots=True)
class DoseRecord:
    """A MedicationStatement for a dose given elsewhere, its day left to the clinician."""

    product: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """A Task that reminds of something due on a day."""

    text: str
    due: date


@dataclass(frozen=True, slots=True)
class Create:
    """A new resource."""

    what: DrugOrder | TestOrder | Referral | DoseRecord | Reminder


@dataclass(frozen=True, slots=True)
class Change:
    """A whole resource of the request or the record, laid over with changes; dropped where it is not at hand.

    `status` sets the order's status. `start` moves its first planned day. `timing` sets frequency and period
    (times, period, UCUM-like unit of FHIR: d, wk, mo, a).
    """

    ref: str
    status: str | None = None
    start: date | None = None
    timing: tuple[int, Decimal, str] | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    """Take a draft back; `ref` is "Type/id"."""

    ref: str


@dataclass(frozen=True, slots=True)
class Test:
    """A test that may be ordered: LOINC (or no code where none was verified) and words."""

    loinc: str | None
    text: str


TESTS: dict[str, Test] = {
    "calcium": Test("17861-6", "Calcium, serum or plasma"),
    "creatinine": Test("2160-0", "Creatinine, serum or plasma (with estimated GFR)"),
    "albumin": Test("1751-7", "Albumin, serum or plasma"),
    "vitamin-d-25oh": Test("62292-8", "25-hydroxyvitamin D, total"),
    "parathyroid-hormone": Test("2731-8", "Parathyroid hormone, intact"),
    "phosphate": Test("2777-1", "Phosphate, serum or plasma"),
    "alkaline-phosphatase": Test("6768-6", "Alkaline phosphatase"),
    "magnesium": Test("19123-9", "Magnesium, serum or plasma"),
    "thyrotropin": Test("3016-3", "Thyrotropin (TSH)"),
    "ctx": Test("41171-0", "Collagen C-telopeptide (CTX), serum"),
    "p1np": Test("77370-5", "Procollagen type I N-propeptide (P1NP)"),
    "calcitriol": Test(None, "1,25-dihydroxyvitamin D"),
    "coeliac-serology": Test(None, "Coeliac serology (tissue transglutaminase IgA with total IgA)"),
    "protein-electrophoresis": Test(None, "Myeloma screen (serum protein electrophoresis, free light chains)"),
    "testosterone": Test(None, "Testosterone, morning"),
    "dxa": Test("38269-7", "Bone density by DXA, spine and hip"),
    "spine-radiograph": Test(None, "Radiographs of the thoracic and lumbar spine"),
    "femur-radiographs": Test(None, "Radiographs of both femurs, full length"),
    "dispense-review": Test(None, "Review of dispensing history and adherence with the pharmacist"),
}
