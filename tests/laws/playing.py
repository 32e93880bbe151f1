"""How a law plays a history: real FHIR, the way of a hook call, every rule, the cards."""

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from cards import catalog
from cards.assess import Failed, Outcome
from cards.card import Card
from cards.chart import Draft, Site, Therapy
from cards.verdict import Finding
from service.decide import Decision, decide
from service.fhir.gather import Asked, gather
from service.fhir.shorthand import AS_WRITTEN, Dress, expand
from tests.casebook import core, texts

IDENTITY = ("law", "one client", "one call", "one patient")
Edit = Callable[[Asked], Asked]


@functools.cache
def every_rule() -> catalog.Catalog:
    return catalog.load()


def play(
    told: Mapping[str, Any], *, site: Site | None = None, edit: Edit | None = None, dress: Dress = AS_WRITTEN
) -> Decision:
    """The history played on its hook; `edit` may change what the EHR sends."""
    moment = expand(told, dress)
    rules = every_rule() if site is None else catalog.Catalog(every_rule().rules, site)
    sections = rules.sections(moment.hook)
    asked = moment.asked(sections)
    gathered = gather(asked if edit is None else edit(asked), sections)
    return decide(gathered, today=moment.today, catalog=rules, identity=IDENTITY)


def whose(outcome: Outcome) -> tuple[str, str, str]:
    """Which rule answered, and for which draft or drug."""
    judged = outcome.judged
    kind = "order" if isinstance(judged, Draft) else "drug" if isinstance(judged, Therapy) else ""
    return outcome.rule.id, kind, "" if judged is None else judged.ingredient


def loudness(verdict: object) -> int:
    """The level of a card, 0 for anything else."""
    return int(verdict.indicator) if isinstance(verdict, Finding) else 0


def said(outcome: Outcome) -> tuple[Any, ...]:
    """Everything an outcome tells, but for ids; its sentences in no order."""
    verdict = outcome.verdict
    if isinstance(verdict, Failed):
        return "failed", verdict.error
    if isinstance(verdict, Finding):
        offers = tuple((each.label, each.drug, each.recommended) for each in verdict.suggestions)
        return verdict.indicator.word, verdict.ingredient, tuple(sorted(texts(verdict))), offers
    return type(verdict).__name__, tuple(sorted(texts(verdict)))


def judged(decision: Decision) -> dict[tuple[str, str, str], list[tuple[Any, ...]]]:
    """What each rule said, in no order of orders and drugs."""
    found: dict[tuple[str, str, str], list[tuple[Any, ...]]] = {}
    for outcome in decision.outcomes:
        found.setdefault(whose(outcome), []).append(said(outcome))
    return {key: sorted(each, key=repr) for key, each in found.items()}


def levels(decision: Decision) -> dict[tuple[str, str, str], list[tuple[Any, ...]]]:
    """What each rule's answers come to, whichever of two facts of one day they name."""
    found: dict[tuple[str, str, str], list[tuple[Any, ...]]] = {}
    for outcome in decision.outcomes:
        found.setdefault(whose(outcome), []).append(core(outcome))
    return {key: sorted(each) for key, each in found.items()}


def findings(decision: Decision) -> dict[tuple[str, str], Finding]:
    """By rule and ingredient, the loudest finding."""
    found: dict[tuple[str, str], Finding] = {}
    for outcome in decision.outcomes:
        if isinstance(outcome.verdict, Finding):
            key = (outcome.rule.id, outcome.verdict.ingredient)
            if key not in found or outcome.verdict.indicator > found[key].indicator:
                found[key] = outcome.verdict
    return found


def shown(cards: Iterable[Card]) -> list[str]:
    return [f"{card.topic}{f' {card.ingredient}' if card.ingredient else ''} {card.indicator}" for card in cards]


def shown_words(decision: Decision) -> list[tuple[Any, ...]]:
    """The cards as they are read, in their order; the lines of a detail in none."""
    return [
        (card.topic, card.ingredient, card.indicator, card.summary, sorted(card.detail.splitlines()),
         [(each.label, each.recommended) for each in card.suggestions])
        for card in decision.cards
    ]  # fmt: skip


def differing(one: Mapping[Any, Any], two: Mapping[Any, Any]) -> str:
    """What differs between two answers, for a failing law."""
    keys = [key for key in sorted({*one, *two}, key=repr) if one.get(key) != two.get(key)]
    return "\n".join(f"{key}\n   was {one.get(key)}\n   is  {two.get(key)}" for key in keys)
