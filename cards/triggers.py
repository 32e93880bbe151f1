"""One call that stands for two hooks: the same chart asked as the other hook would see it, and the answers joined."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from cards.assess import Outcome, assess
from cards.chart import SECTIONS, Chart, Condition
from cards.rule import Rule
from cards.verdict import Finding

PROBLEM_HOOK: Final = "problem-list-item-create"
DISCHARGE_HOOK: Final = "encounter-discharge"

ZOLEDRONIC_ACID: Final = "zoledronic-acid"
HELD_BACK: Final = "At discharge zoledronic acid takes a creatinine since the admission; it is not offered here."


def beside(chart: Chart, outcomes: Iterable[Outcome], hook: str, rules: Iterable[Rule]) -> tuple[Outcome, ...]:
    """The outcomes of this chart, and what the rules of the other hook find.

    Where both find the same, the louder is kept, of two alike that of the other hook: it knows the moment. A call
    that only stands for problem-list-item-create carries no problem, so those recorded today count as new. At
    discharge a rule of the chart alone offers no zoledronic acid: it does not know the day of admission (R-ELIG-01).
    """
    kept = {_key(each): each for each in outcomes}
    asked = {each.rule.id for each in kept.values()}
    if hook == DISCHARGE_HOOK:
        kept = {key: _without_infusion(each) for key, each in kept.items()}
    for found in assess(_as_seen_on(chart, hook), rules):
        before = kept.get(_key(found))
        if isinstance(found.verdict, Finding):
            other = before.verdict if before is not None else None
            if not isinstance(other, Finding) or other.indicator <= found.verdict.indicator:
                kept[_key(found)] = found
        elif found.rule.id not in asked:
            kept[_key(found)] = found
    return tuple(kept.values())


def _key(outcome: Outcome) -> tuple[str, str]:
    return outcome.rule.id, outcome.judged.ref if outcome.judged else ""


def _without_infusion(outcome: Outcome) -> Outcome:
    verdict = outcome.verdict
    if not isinstance(verdict, Finding) or not any(each.drug == ZOLEDRONIC_ACID for each in verdict.suggestions):
        return outcome
    offered = tuple(each for each in verdict.suggestions if each.drug != ZOLEDRONIC_ACID)
    return replace(outcome, verdict=replace(verdict, suggestions=offered, options=(*verdict.options, HELD_BACK)))


def _as_seen_on(chart: Chart, hook: str) -> Chart:
    sections = {name: chart.peek(name) for name in SECTIONS}
    if hook == PROBLEM_HOOK:
        conditions = sections["conditions"]
        facts = tuple(replace(each, in_context=_is_new(each, chart.today)) for each in conditions)
        sections["conditions"] = replace(conditions, facts=facts)
    return Chart(chart.today, sections, hook=hook, site=chart.site)


def _is_new(fact: Condition, today: date) -> bool:
    """Recorded today; where no day of recording is told, it began today."""
    told = fact.recorded or (fact.onset if fact.has_onset else None)
    return told is not None and told.earliest == told.latest == today
