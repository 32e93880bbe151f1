"""What a card offers besides drugs: tests, a referral, taking a draft back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from cards.chart import Draft
from cards.formulary import name
from cards.orders import TESTS, Change, Create, Delete, Referral, TestOrder
from cards.verdict import Action, Suggestion

BONE_SPECIALIST: Final = "endocrinology or metabolic bone clinic"
KIDNEY_SPECIALIST: Final = "nephrology or metabolic bone clinic"


def work_up(label: str, *tests: str, on: date | None = None, note: str = "") -> Suggestion:
    """Tests of `orders.TESTS`, ordered together; `on` is the day they are wanted."""
    return Suggestion(
        label, tuple(Action(f"Order: {TESTS[key].text}", Create(TestOrder(key, on, note))) for key in tests)
    )


def referral(to: str, question: str = "") -> Suggestion:
    """Advice of a specialty."""
    return Suggestion(f"Refer to {to}", (Action(f"Referral: {to}", Create(Referral(to, question))),))


def instead(given_up: tuple[Suggestion, ...], choices: tuple[Suggestion, ...]) -> tuple[Suggestion, ...]:
    """One of these: giving up alone, or a choice; a drug among the choices also gives up what it replaces."""
    actions = tuple(action for each in given_up for action in each.actions)
    return (*given_up, *(replace(each, actions=(*each.actions, *actions)) if each.drug else each for each in choices))


def take_back(draft: Draft) -> Suggestion:
    """Delete the draft order; an order of the record that is renewed or sent again is stopped instead."""
    verb, what = ("Stop", Change(draft.ref, status="stopped")) if draft.on_record else ("Remove", Delete(draft.ref))
    words = f"{verb} the order of {name(draft.ingredient)}"
    return Suggestion(words, (Action(words, what),))
