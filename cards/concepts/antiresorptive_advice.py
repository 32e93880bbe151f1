"""Which of two antiresorptives is given up, and how: never a drug in use for one that must not be given (R-DUP-01)."""

from __future__ import annotations

from dataclasses import dataclass

from cards import phrases
from cards.chart import Chart
from cards.concepts import anabolic_course, antiresorptive_pairs, barred, offers
from cards.concepts.anabolic_course import ROMOSOZUMAB
from cards.concepts.antiresorptive_pairs import Again, Agent, Pair
from cards.concepts.barred import Bars
from cards.concepts.contraindications import Given
from cards.formulary import ORAL_BISPHOSPHONATES, name
from cards.orders import Change
from cards.verdict import Action, Suggestion


@dataclass(frozen=True, slots=True)
class Advice:
    """How the summary ends, sentences beside it, what can be done, and the drug that it is about."""

    words: str
    options: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]
    ingredient: str


def on(chart: Chart, pair: Pair) -> Advice:
    """Stop the bisphosphonate, the older one of two; where the other is barred, that one is not begun for it.

    Romosozumab that is ordered beyond its doses is given up whatever the other is.
    """
    beyond = anabolic_course.beyond_limit(chart)
    if beyond is not None and ROMOSOZUMAB in pair.drugs:
        given = phrases.plural(anabolic_course.romosozumab_given(chart).least, "dose")
        options = (f"{given} of romosozumab given: its course is complete.",)
        return Advice("Do not add romosozumab.", options, (offers.take_back(beyond),), ROMOSOZUMAB)
    if pair.weak or pair.stop is None:
        words = "Review the need for both." if pair.weak else "Stop one."
        return Advice(words, pair.cautions, (), pair.one.ingredient)
    kept = pair.other if pair.stop is pair.one else pair.one
    bars, drug = _bars(chart, kept), name(pair.stop.ingredient)
    if bars is not None and kept.draft is not None:
        words = f"Do not add {name(kept.ingredient)}."
        return Advice(words, (bars.sentence,), (offers.take_back(kept.draft),), kept.ingredient)
    if bars is not None and _bars(chart, pair.stop) is None:
        return Advice("Decide which goes on.", (bars.sentence, *pair.cautions), (), pair.stop.ingredient)
    return Advice(f"Stop {drug}.", pair.cautions, _ends(pair.stop), pair.stop.ingredient)


def elsewhere(chart: Chart, pair: Pair) -> bool:
    """A pair with a card of its own: denosumab with romosozumab, and romosozumab that is ordered beyond its doses."""
    if ROMOSOZUMAB not in pair.drugs:
        return False
    return antiresorptive_pairs.DENOSUMAB in pair.drugs or anabolic_course.beyond_limit(chart) is not None


def _bars(chart: Chart, agent: Agent) -> Bars | None:
    if agent.draft is not None:
        return barred.of_draft(chart, agent.draft)
    return barred.bars(chart, Given(agent.ingredient, oral=agent.ingredient in ORAL_BISPHOSPHONATES))


def _ends(agent: Agent) -> tuple[Suggestion, ...]:
    drug = name(agent.ingredient)
    back = offers.take_back(agent.draft) if agent.draft else Suggestion(f"Stop {drug}", ())
    words = f"Stop the standing order of {drug}" if agent.draft else f"Stop {drug}"
    stops = tuple(Action(words, Change(fact.ref, status="stopped")) for fact in agent.orders)
    return (Suggestion(back.label, (*back.actions, *stops)),)


def later(chart: Chart, again: Again) -> Advice:
    """Move the infusion to the day from which it may be repeated; where it is barred, to none."""
    bars = barred.bars(chart, Given(antiresorptive_pairs.ZOLEDRONIC))
    if bars is not None:
        return Advice("", (bars.sentence,), (), antiresorptive_pairs.ZOLEDRONIC)
    words = f"Move it to {phrases.day(again.earliest)}"
    move = Suggestion(words, (Action(words, Change(again.ref, start=again.earliest)),))
    return Advice(words, (), (move,), antiresorptive_pairs.ZOLEDRONIC)
