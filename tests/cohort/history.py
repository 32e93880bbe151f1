"""What happens to one made-up patient: the planned story from which both the FHIR record and the truth are written."""

from dataclasses import dataclass, field
from datetime import date

ORAL = ("alendronate", "risedronate")
SILENT = "silent"


@dataclass(frozen=True)
class Course:
    """A drug taken every day or week from `start` to `end`; without an end it goes on. `fills`: days from one fill of
    28 days to the next, 0 where the pharmacy sends none. `renewed`: the order is written anew every year."""

    drug: str
    start: date
    end: date | None = None
    fills: int = 0
    renewed: bool = False


@dataclass(frozen=True)
class Fracture:
    """`kind`: "osteoporotic" (a diagnosis of fragility), "presumed" (an injury code), "high-energy" (with its cause).
    `seen_again`: days until a visit of aftercare codes it once more, 0 for none."""

    day: date
    site: str
    kind: str = "osteoporotic"
    seen_again: int = 0


@dataclass(frozen=True)
class Scan:
    """One DXA: by site thousandths of g/cm2, and T-scores in tenths."""

    day: date
    density: dict[str, int]
    t: dict[str, int]
    device: str = ""


@dataclass(frozen=True)
class Result:
    """A laboratory value in tenths of its unit."""

    test: str
    tenths: int
    day: date


@dataclass(frozen=True)
class Order:
    """A drug ordered in the hook's context, for a day; or the standing denosumab order stopped (`stops`)."""

    drug: str
    planned: date
    stops: bool = False


@dataclass(frozen=True)
class Moment:
    """When and where the chart is opened."""

    hook: str
    day: date
    order: Order | None = None


@dataclass(frozen=True)
class History:
    """A patient. `denosumab`, `infusions` (zoledronic acid 5 mg) and `romosozumab` are the days of doses given.

    `standing` is the denosumab order: "active", "stopped", "on-hold" or "" where none was written; `left_on` the day
    it was stopped. `booked` is a denosumab visit.
    """

    seed: int
    story: str
    sex: str
    born: date
    denosumab: tuple[date, ...] = ()
    standing: str = ""
    left_on: date | None = None
    booked: date | None = None
    infusions: tuple[date, ...] = ()
    romosozumab: tuple[date, ...] = ()
    courses: tuple[Course, ...] = ()
    fractures: tuple[Fracture, ...] = ()
    scans: tuple[Scan, ...] = ()
    results: tuple[Result, ...] = ()
    frax: tuple[int, date] | None = None
    supplements: bool = True
    moments: tuple[Moment, ...] = field(default=())

    def oral(self) -> list[Course]:
        return [each for each in self.courses if each.drug in ORAL]

    def teriparatide(self) -> list[Course]:
        return [each for each in self.courses if each.drug == "teriparatide"]
