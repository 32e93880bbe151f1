"""Outcomes → cards: who yields to whom, the order, the cap, and the words around each finding."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from cards import data_gap, phrases
from cards.assess import Outcome
from cards.card import CANONICAL, Card
from cards.chart import Chart
from cards.evidence import Evidence
from cards.orders import Create, DrugOrder
from cards.rule import SHADOW
from cards.verdict import CRITICAL, INFO, SUMMARY_LIMIT, Because, Finding, Line, Suggestion

EVIDENCE_DATE: Final = date(2026, 11, 22)
"""The day the rule specification was written; shown in every card's footer."""

FOOTER: Final = (
    "Decision support for clinicians; clinical judgement prevails. Verify against current labels and guidelines. "
    f"Evidence date {EVIDENCE_DATE.isoformat()}."
)

NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, CANONICAL)

TOPIC_ORDER: Final = (
    "pregnancy-contraindication", "allergy", "hypocalcemia-contraindication", "hypercalcemia-contraindication",
    "denosumab-hypocalcemia-ckd", "renal-contraindication", "romosozumab-cv-warning", "osteosarcoma-risk",
    "esophageal-contraindication", "aff-diagnosed", "aff-suspected", "dose-frequency", "duplicate-denosumab-product",
    "denosumab-discontinuation", "denosumab-overdue", "denosumab-to-anabolic-switch", "treatment-failure",
    "anabolic-follow-on", "duplicate-antiresorptive", "duplicate-anabolic",
)  # fmt: skip
"""Inside a level, in this order, then the remaining topics by name (R-ORDER-01)."""

HOUSEKEEPING: Final = (
    "bmd-monitoring-due", "supplement-gap", "fracture-risk-assessment-due", "lifestyle", "data-gap",
)  # fmt: skip
"""At most one of these is shown on patient-view, the others become lines in it (R-ORDER-04)."""

CAP: Final = {"patient-view": 3}
CAP_ELSEWHERE: Final = 6
CAP_OFF_ABOVE: Final = 10


@dataclass(frozen=True, slots=True)
class Yielded:
    """A finding that was not shown, and why; `outcome` None: the card of what could not be seen."""

    outcome: Outcome | None
    why: str


@dataclass(frozen=True, slots=True)
class Composed:
    """The cards, loudest first, and the findings that were not shown."""

    cards: tuple[Card, ...]
    yielded: tuple[Yielded, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """A finding on its way to a card; `also` are the summaries of those folded into it."""

    topic: str
    title: str
    finding: Finding
    evidence: tuple[Evidence, ...]
    overrides: tuple[str, ...]
    outcome: Outcome | None = None
    not_seen: bool = False
    also: tuple[str, ...] = ()


def compose(
    chart: Chart, outcomes: Iterable[Outcome], *, identity: tuple[str, ...], refused: tuple[str, ...] = ()
) -> Composed:
    """The cards for these outcomes.

    `identity` is what makes a card's uuid its own: client, service id, hookInstance, patient. `refused` are sentences
    about resources that were not used (another patient's), told in the `data-gap` card. What a rule in the shadow
    answers is shown nowhere and silences nothing.
    """
    answered = tuple(outcomes)
    outcomes = tuple(each for each in answered if each.rule.stage != SHADOW)
    entries, yielded = _speaking(outcomes)
    yielded += [
        Yielded(each, "the site keeps this rule in the shadow")
        for each in answered
        if each.rule.stage == SHADOW and isinstance(each.verdict, Finding)
    ]
    gap = data_gap.found(chart, outcomes, refused)
    if gap is not None:
        entries.append(
            _Entry(
                data_gap.TOPIC,
                data_gap.TITLE,
                gap.finding,
                data_gap.EVIDENCE,
                data_gap.OVERRIDES,
                not_seen=gap.not_seen,
            )
        )
    entries.sort(key=_rank)
    entries, hidden = _folded(chart, entries)
    yielded += hidden
    lines = _lines(outcomes, entries)
    opening = gap.finding.summary if gap is not None and gap.not_seen else ""
    cards = []
    for place, entry in enumerate(entries):
        cards.append(
            _card(
                chart,
                entry,
                identity,
                lines=lines.get(place, []),
                opening=opening if entry.finding.indicator is CRITICAL else "",
            )
        )
    return Composed(tuple(cards), tuple(yielded))


def _lines(outcomes: Iterable[Outcome], entries: list[_Entry]) -> dict[int, list[str]]:
    """The lines by the place of the card that tells them: the first card, those of housekeeping the housekeeping card
    where one is shown; beside a critical card housekeeping is not told at all."""
    places = [place for place, entry in enumerate(entries) if entry.topic in HOUSEKEEPING and not entry.not_seen]
    critical = any(entry.finding.indicator is CRITICAL for entry in entries)
    told: dict[int, list[str]] = {}
    for each in outcomes:
        if isinstance(each.verdict, Line):
            house = each.rule.id in HOUSEKEEPING
            if not (house and critical):
                told.setdefault(places[0] if house and places else 0, []).append(each.verdict.text)
    return told


def _speaking(outcomes: tuple[Outcome, ...]) -> tuple[list[_Entry], list[Yielded]]:
    speaking = [each for each in outcomes if isinstance(each.verdict, Finding)]
    yielded: list[Yielded] = []
    best: dict[tuple[str, str], Outcome] = {}
    for each in speaking:
        finding = _finding(each)
        louder = next((other for other in speaking if _silences(other, each)), None)
        if louder is not None:
            yielded.append(Yielded(each, f"yields to {louder.rule.id}"))
            continue
        key = (each.rule.id, finding.ingredient)
        held = best.get(key)
        if held is None or finding.indicator > _finding(held).indicator:
            best[key] = each
            if held is not None:
                yielded.append(Yielded(held, "another order of the same drug speaks louder"))
        else:
            yielded.append(Yielded(each, "another order of the same drug says the same"))
    entries = []
    for each in best.values():
        finding = _finding(each)
        overrides = each.rule.overrides if finding.overrides is None else finding.overrides
        entries.append(_Entry(each.rule.id, each.rule.title, finding, each.rule.evidence, overrides, each))
    return entries, yielded


def _finding(outcome: Outcome) -> Finding:
    if not isinstance(outcome.verdict, Finding):
        raise TypeError("only a finding becomes a card")
    return outcome.verdict


def _silences(other: Outcome, each: Outcome) -> bool:
    if other.rule.id not in each.rule.yields_to:
        return False
    one, two = _finding(other).ingredient, _finding(each).ingredient
    return not one or not two or one == two


def _rank(entry: _Entry) -> tuple[int, int, int, str, str]:
    level = entry.finding.indicator
    first = 0 if entry.not_seen else 1
    place = TOPIC_ORDER.index(entry.topic) if entry.topic in TOPIC_ORDER else len(TOPIC_ORDER)
    return (-level, first, place, entry.topic, entry.finding.ingredient)


def _folded(chart: Chart, entries: list[_Entry]) -> tuple[list[_Entry], list[Yielded]]:
    hidden: list[Yielded] = []

    def hide(entry: _Entry, why: str) -> None:
        hidden.append(Yielded(entry.outcome, why))

    asked = chart.site.max_cards
    if chart.hook == "patient-view" and not chart.site.pv_info:
        for entry in entries:
            if entry.finding.indicator is INFO:
                hide(entry, "the site shows no info cards on patient-view")
        entries = [entry for entry in entries if entry.finding.indicator is not INFO]
    if asked is not None and asked > CAP_OFF_ABOVE:
        return entries, hidden
    if chart.hook == "patient-view":
        entries = _one_housekeeping(entries, hide)
    cap = asked if asked is not None else CAP.get(chart.hook, CAP_ELSEWHERE)
    room = cap - sum(1 for entry in entries if entry.finding.indicator is CRITICAL)
    kept: list[_Entry] = []
    untold: list[str] = []
    for entry in entries:
        if entry.finding.indicator is CRITICAL or entry.not_seen:
            kept.append(entry)
        elif room > 0:
            room -= 1
            kept.append(entry)
        else:
            hide(entry, f"more than {phrases.plural(cap, 'card')}")
            untold.append(f"Not shown as a card: {phrases.quote(entry.finding.summary, SUMMARY_LIMIT)}")
    if kept and untold:
        kept[0] = replace(kept[0], also=(*kept[0].also, *untold))
    return kept, hidden


def _one_housekeeping(entries: list[_Entry], hide: Callable[[_Entry, str], None]) -> list[_Entry]:
    house = [entry for entry in entries if entry.topic in HOUSEKEEPING and not entry.not_seen]
    if not house:
        return entries
    rest = [entry for entry in entries if entry not in house]
    critical = any(entry.finding.indicator is CRITICAL for entry in rest)
    house.sort(key=lambda entry: HOUSEKEEPING.index(entry.topic))
    shown = [] if critical else house[:1]
    for entry in house:
        if entry not in shown:
            hide(entry, "housekeeping rests beside a critical card" if critical else "told as a line in another card")
    if shown and len(house) > 1:
        shown = [replace(shown[0], also=tuple(entry.finding.summary for entry in house[1:]))]
    return sorted((*rest, *shown), key=_rank)


def _card(chart: Chart, entry: _Entry, identity: tuple[str, ...], *, lines: list[str], opening: str) -> Card:
    finding = entry.finding
    fingerprint = _fingerprint(entry)
    suggestions = tuple(each for each in finding.suggestions if chart.site.allow_drafts or not _gives_drug(each))
    source = finding.source or entry.evidence[0]
    name = json.dumps([*identity, entry.topic, finding.ingredient, fingerprint])
    overrides = entry.overrides if "other" in entry.overrides else (*entry.overrides, "other")
    return Card(
        uuid=str(uuid.uuid5(NAMESPACE, name)),
        topic=entry.topic,
        title=entry.title,
        ingredient=finding.ingredient,
        indicator=finding.indicator.word,
        summary=finding.summary,
        detail=_detail(entry, lines, opening),
        source=source,
        links=tuple(each for each in _links(entry) if each is not source),
        suggestions=suggestions,
        alternatives=finding.alternatives,
        overrides=overrides,
        fingerprint=fingerprint,
    )


def _links(entry: _Entry) -> tuple[Evidence, ...]:
    return entry.evidence[1:] if entry.finding.links is None else entry.finding.links


def _gives_drug(suggestion: Suggestion) -> bool:
    return any(isinstance(each.what, Create) and isinstance(each.what.what, DrugOrder) for each in suggestion.actions)


def _fingerprint(entry: _Entry) -> str:
    facts = [
        [
            fact.ref,
            fact.when.earliest.isoformat() if fact.when else "",
            fact.when.latest.isoformat() if fact.when else "",
        ]
        for fact in entry.finding.why
        if fact.ref
    ]
    told = json.dumps([entry.topic, entry.finding.ingredient, int(entry.finding.indicator), sorted(map(str, facts))])
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _detail(entry: _Entry, lines: list[str], opening: str) -> str:
    finding = entry.finding
    parts: list[str] = []
    if opening and not entry.not_seen:
        parts.append(opening)
    parts.append(_list("Why", [_fact(fact) for fact in finding.why]))
    parts.append(_list("Check first", finding.check_first))
    parts.append(_list("Options", finding.options))
    parts.append(_list("Differing guidance", finding.differing))
    parts.append(_list("Also", (*entry.also, *lines)))
    if finding.aside is not None:
        parts.append(f"**{finding.aside[0]}**\n\n{finding.aside[1]}")
    parts.append(f"_{FOOTER}_")
    return "\n\n".join(part for part in parts if part)


def _fact(fact: Because) -> str:
    return f"{fact.text} ({phrases.when(fact.when)})" if fact.when is not None else fact.text


def _list(heading: str, items: Iterable[str]) -> str:
    rows = [f"- {item}" for item in items if item]
    return "\n".join((f"**{heading}**", "", *rows)) if rows else ""
