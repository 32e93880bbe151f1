"""How a rule is declared: one function of a chart, with what it reads and what it stands on."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final, Self

from cards.chart import SECTIONS
from cards.evidence import Evidence
from cards.formulary import DRUGS
from cards.verdict import OVERRIDE_REASONS, Verdict

HOOKS: Final = (
    "patient-view", "order-select", "order-sign", "encounter-discharge", "problem-list-item-create",
    "appointment-book", "medication-refill",
)  # fmt: skip
"""The hooks that rules may name (2.13)."""

EVALUATED_AS: Final[Mapping[str, str]] = {"encounter-start": "patient-view", "order-dispatch": "order-sign"}
"""Hooks that 2.13 does not list, and the hook whose rules, cap and folding they take. The start of an encounter opens
the chart; an order that is dispatched is judged like one that is signed, by the rules of its safety alone."""

ORDER_HOOKS: Final = ("order-select", "order-sign", "medication-refill")
"""Hooks whose context holds drug orders to be judged."""

DRAFT: Final = "draft"
THERAPY: Final = "therapy"

SCOPES: Final = ("oncology", "palliative", "restricted")
"""The scopes in which a rule stays silent unless it names them (R-SCOPE-02 to -05)."""


class Whole(int):
    """A dial that is a whole number; where a dial is declared it carries what the number means.

    `unit` is written behind the number in a site's file, `least` and `most` bound what a site may set, `step` is the
    smallest turn that a boundary case must feel.
    """

    unit: ClassVar[str] = ""
    scale: ClassVar[int] = 1
    least: ClassVar[int] = 1
    most: ClassVar[int] = 100
    step: ClassVar[int] = 1
    meaning: str

    def __new__(cls, value: int | str, meaning: str = "") -> Self:
        """The number; `meaning` is one line for whoever sets up a site."""
        self = super().__new__(cls, value)
        self.meaning = meaning
        return self


class Measure(Decimal):
    """A dial with decimals; otherwise as Whole. Multiplied by `scale` it is what stands before the unit."""

    unit: ClassVar[str] = ""
    scale: ClassVar[int] = 1
    least: ClassVar[Decimal] = Decimal("0.1")
    most: ClassVar[Decimal] = Decimal(1000)
    step: ClassVar[Decimal] = Decimal("0.1")
    meaning: str

    def __new__(cls, value: Decimal | int | str, meaning: str = "") -> Self:
        """The figure; `meaning` is one line for whoever sets up a site."""
        self = super().__new__(cls, value)
        self.meaning = meaning
        return self


class Days(Whole):
    """A number of days."""

    unit = "days"
    most = 3660


class Months(Whole):
    """A number of calendar months."""

    unit = "months"
    most = 240


class Years(Whole):
    """A number of years."""

    unit = "years"


class Doses(Whole):
    """A number of doses."""

    unit = "doses"


class Fractures(Whole):
    """A number of fractures."""

    unit = "fractures"


class Percent(Measure):
    """A percentage, told to one decimal."""

    unit = "%"
    most = Decimal(100)


class Fraction(Measure):
    """A share of one, told to two decimals."""

    unit = "%"
    scale = 100
    least = Decimal("0.01")
    most = Decimal(1)
    step = Decimal("0.01")


class TScore(Measure):
    """A T-score, told to one decimal."""

    unit = "SD"
    least = Decimal(-6)
    most = Decimal(0)


class Density(Measure):
    """Bone mineral density in g/cm²."""

    unit = "g/cm2"
    least = Decimal("0.005")
    most = Decimal("0.100")
    step = Decimal("0.001")


class Clearance(Measure):
    """Creatinine clearance in mL/min, or eGFR in mL/min/1.73 m²."""

    unit = "mL/min"


class MgDl(Measure):
    """Milligrams a decilitre."""

    unit = "mg/dL"


class NgMl(Measure):
    """Nanograms a millilitre."""

    unit = "ng/mL"


class MgDay(Measure):
    """Milligrams a day."""

    unit = "mg/day"


Dial = Whole | Measure
"""A number with its unit that a site may turn."""

ON: Final = "on"
SHADOW: Final = "shadow"
OFF: Final = "off"
STAGES: Final = (ON, SHADOW, OFF)
"""How a site runs a rule: shown; judged and counted but never shown; not asked."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A declared rule. `id` is its card's topic; `judges` holds DRAFT and THERAPY where it is called for each.

    `stage` is how the site runs it, one of STAGES.
    """

    id: str
    judge: Callable[..., Verdict]
    title: str
    page: str
    hooks: tuple[str, ...]
    reads: frozenset[str]
    helped_by: frozenset[str]
    weighs: frozenset[str]
    evidence: tuple[Evidence, ...]
    overrides: tuple[str, ...]
    yields_to: tuple[str, ...]
    judges: frozenset[str]
    even_in: frozenset[str]
    contraindicates: bool
    in_use_on: frozenset[str]
    only_for_drafts_of: frozenset[str]
    lasting: bool
    dials: Mapping[str, Dial]
    rows: tuple[str, ...]
    stage: str = ON

    @property
    def declared(self) -> frozenset[str]:
        """Every section the rule may look at."""
        return self.reads | self.helped_by | self.weighs


def rule(
    *,
    title: str,
    rows: tuple[str, ...],
    hooks: tuple[str, ...],
    reads: tuple[str, ...],
    evidence: tuple[Evidence, ...],
    helped_by: tuple[str, ...] = (),
    weighs: tuple[str, ...] = (),
    overrides: tuple[str, ...] = (),
    yields_to: tuple[str, ...] = (),
    judges: tuple[str, ...] = (),
    even_in: tuple[str, ...] = (),
    contraindicates: bool = False,
    in_use_on: tuple[str, ...] = (),
    only_for_drafts_of: tuple[str, ...] = (),
    lasting: bool = False,
) -> Callable[[Callable[..., Verdict]], Rule]:
    """Declare a rule. Raises TypeError, naming the fault, for a declaration that cannot hold.

    `title` is the display of the card's topic. `rows` names the rows of the rule specification it carries out
    ("R-DEN-02"). `reads`: sections without which it is Unread. `helped_by`: sections many EHRs have not; where one is
    unread the finding is capped at warning and says so. `weighs`: sections that add to what the others show, or
    decide which drugs may be suggested; where one is unread what was seen still speaks, those drugs are not suggested
    and the card says which check was missing.
    `evidence`: the most specific source first. `yields_to`: topics that, when they speak, silence this one. `judges`:
    (DRAFT,) calls it once a draft of the hook, (DRAFT, THERAPY) on hooks without drafts once an active drug.
    `even_in`: scopes it speaks in regardless. `contraindicates`: it judges whether a drug may be given, so a suggested
    draft must leave it silent (R-ELIG-01). `in_use_on`: hooks with drug orders on which it is called too once for each
    drug in use that no order there names, or asked whatever is ordered. `only_for_drafts_of`: ingredients; where a
    hook's context holds drug orders and none is of these, the rule is not asked and nothing is read for it; of drafts
    it judges, only these. `lasting`: beside the drugs in use it judges those whose last dose still acts on the bone.
    """

    def declare(function: Callable[..., Verdict]) -> Rule:
        name = function.__name__
        faults = [f"unknown hook '{hook}'" for hook in hooks if hook not in HOOKS]
        faults += [f"unknown section '{part}'" for part in (*reads, *helped_by, *weighs) if part not in SECTIONS]
        faults += [f"unknown override reason '{code}'" for code in overrides if code not in OVERRIDE_REASONS]
        faults += [f"unknown scope '{scope}'" for scope in even_in if scope not in SCOPES]
        faults += [f"no hook with drug orders '{hook}'" for hook in in_use_on if hook not in ORDER_HOOKS]
        faults += [f"unknown drug '{drug}'" for drug in only_for_drafts_of if drug not in DRUGS]
        faults += [f"cannot judge '{kind}'" for kind in judges if kind not in (DRAFT, THERAPY)]
        page = inspect.cleandoc(function.__doc__ or "")
        if not evidence:
            faults.append("no evidence")
        for heading in ("Speaks when", "Silent when", "Because"):
            if heading not in page:
                faults.append(f"its docstring has no paragraph '{heading}'")
        dials = {
            parameter.name: parameter.default
            for parameter in inspect.signature(function).parameters.values()
            if parameter.kind is inspect.Parameter.KEYWORD_ONLY
        }
        faults += [
            f"dial '{key}' has no unit of cards.rule" for key, value in dials.items() if not isinstance(value, Dial)
        ]
        if faults:
            raise TypeError(f"rule '{name}' cannot be declared: {'; '.join(faults)}")
        return Rule(
            id=name.replace("_", "-"),
            judge=function,
            title=title,
            page=page,
            hooks=hooks,
            reads=frozenset(reads),
            helped_by=frozenset(helped_by),
            weighs=frozenset(weighs) - frozenset(reads) - frozenset(helped_by),
            evidence=evidence,
            overrides=overrides,
            yields_to=yields_to,
            judges=frozenset(judges),
            even_in=frozenset(even_in),
            contraindicates=contraindicates,
            in_use_on=frozenset(in_use_on),
            only_for_drafts_of=frozenset(only_for_drafts_of),
            lasting=lasting,
            dials=dials,
            rows=rows,
        )

    return declare
