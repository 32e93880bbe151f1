"""How a rule is declared: one function of a chart, with what it reads and what it stands on."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Protocol

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


class Unit(Protocol):
    """A dial's unit: its value, and the smallest turn that a boundary case must feel."""

    step: Any


class Days(int):
    """A number of days."""

    step = 1


class Months(int):
    """A number of calendar months."""

    step = 1


class Years(int):
    """A number of years."""

    step = 1


class Doses(int):
    """A number of doses."""

    step = 1


class Fractures(int):
    """A number of fractures."""

    step = 1


class Percent(Decimal):
    """A percentage, told to one decimal."""

    step = Decimal("0.1")


class Fraction(Decimal):
    """A share of one, told to two decimals."""

    step = Decimal("0.01")


class TScore(Decimal):
    """A T-score, told to one decimal."""

    step = Decimal("0.1")


class Clearance(Decimal):
    """Creatinine clearance in mL/min, or eGFR in mL/min/1.73 m²."""

    step = Decimal("0.1")


class MgDl(Decimal):
    """Milligrams a decilitre."""

    step = Decimal("0.1")


class NgMl(Decimal):
    """Nanograms a millilitre."""

    step = Decimal("0.1")


class MgDay(Decimal):
    """Milligrams a day."""

    step = Decimal("0.1")


DIAL_UNITS: Final = (
    Days, Months, Years, Doses, Fractures, Percent, Fraction, TScore, Clearance, MgDl, NgMl, MgDay
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rule:
    """A declared rule. `id` is its card's topic; `judges` holds DRAFT and THERAPY where it is called for each."""

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
    dials: Mapping[str, Any]
    rows: tuple[str, ...]

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
    drug in use that no order there names. `only_for_drafts_of`: ingredients; where a hook's context holds drug orders
    and none is of these, the rule is not asked and nothing is read for it; of drafts it judges, only these.
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
            f"dial '{key}' has no unit of cards.rule"
            for key, value in dials.items()
            if not isinstance(value, DIAL_UNITS)
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
            dials=dials,
            rows=rows,
        )

    return declare
