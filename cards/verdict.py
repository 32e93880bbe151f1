"""All that a rule may say."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Final

from cards.evidence import Evidence
from cards.when import When


class Indicator(enum.IntEnum):
    """How loudly a card speaks; the CDS Hooks word is the lower-case name."""

    INFO = 1
    WARNING = 2
    CRITICAL = 3

    @property
    def word(self) -> str:
        """ "info", "warning" or "critical"."""
        return self.name.lower()

    def lower(self) -> Indicator | None:
        """One level down: critical to warning, warning to info, info to nothing."""
        return Indicator(self - 1) if self > Indicator.INFO else None


INFO, WARNING, CRITICAL = Indicator.INFO, Indicator.WARNING, Indicator.CRITICAL

SUMMARY_LIMIT: Final = 139
"""Characters of a summary: CDS Hooks asks for fewer than 140."""


@dataclass(frozen=True, slots=True)
class Because:
    """One fact that carried the verdict: words with value and unit, its day, and where it stands in the record.

    Text taken from the record is already escaped for Markdown (`phrases.quote`).
    """

    text: str
    when: When | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """One step of a suggestion. `what` is one of the types of `cards.orders`; the service turns it into FHIR."""

    description: str
    what: object


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something the clinician may accept with one click; all its actions are taken together.

    `drug` is the formulary key where the suggestion gives a drug, else "".
    """

    label: str
    actions: tuple[Action, ...]
    recommended: bool = False
    drug: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """The rule speaks. `summary` stays under 140 characters; the detail's paragraphs are lists of sentences.

    `ingredient` keeps two cards of one topic apart. `overrides` narrows the rule's override reasons. `source`
    replaces the rule's first evidence where the drug decides which label is meant, `links` the others. `aside` is a
    closing paragraph (title, text). `alternatives` is true where the suggestions exclude each other.
    """

    indicator: Indicator
    summary: str
    why: tuple[Because, ...]
    check_first: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    alternatives: bool = False
    ingredient: str = ""
    overrides: tuple[str, ...] | None = None
    source: Evidence | None = None
    links: tuple[Evidence, ...] | None = None
    aside: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Silent:
    """The rule stays silent: the first condition that failed, with the value and day that failed it."""

    why: str
    facts: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class Lacking:
    """The rule cannot decide for want of something in the record; `record` says exactly what to record."""

    record: str
    why: str
    facts: tuple[Because, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """The rule does not speak alone: one sentence for another card's detail."""

    text: str
    facts: tuple[Because, ...] = ()


Verdict = Finding | Silent | Lacking | Line
"""What a rule answers for one chart, or for one draft or therapy of it."""


OVERRIDE_REASONS: Final = {
    "patient-declined": "Patient declines",
    "clinically-inappropriate": "Not appropriate for this patient",
    "specialist-managing": "Specialist is managing this",
    "plan-in-place": "Plan or follow-on already arranged",
    "given-elsewhere": "Dose given or recorded elsewhere",
    "data-incorrect": "Record is wrong or incomplete",
    "not-fragility": "Fracture was not low-trauma",
    "nonadherence-known": "Poor adherence/absorption is the cause",
    "benefit-outweighs-risk": "Benefit judged to outweigh risk",
    "limited-life-expectancy": "Palliative or limited life expectancy",
    "cost-or-access": "Cost or access",
    "will-address-later": "Will address at next visit",
    "labs-pending": "Laboratory work-up pending or done elsewhere",
    "intentional-combination": "Combination is intentional",
    "other": "Other (please comment)",
}
"""Override reason codes and their display."""
