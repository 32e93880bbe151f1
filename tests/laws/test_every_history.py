"""Whatever a record holds: every rule answers, the cards keep their form, and what has no bearing changes nothing."""

from collections import Counter
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cards.assess import Failed
from cards.chart import Site
from cards.compose import HOUSEKEEPING
from cards.verdict import Finding
from tests.laws.histories import HOOKS, ORDER_HOOKS, Told, histories, law
from tests.laws.parts import awaiting, weighed
from tests.laws.playing import differing, every_rule, judged, play, shown

UNCAPPED = Site(max_cards=100)
SUMMARY = 140
RARE = 2
"""One rule in so many may stay silent on the histories of one run."""

UNRELATED: dict[str, tuple[str, dict[str, Any]]] = {
    "an order of lisinopril": ("meds", {"drug": "lisinopril", "from": "2025-03-01"}),
    "a statement of metformin": ("meds", {"drug": "metformin", "as": "statement", "from": "2024-03-01"}),
    "a fill of amlodipine": ("meds", {"drug": "amlodipine", "as": "dispense", "on": ["2025-06-01"], "supply": 90}),
    "an influenza vaccine given": ("doses", {"drug": "influenza vaccine", "on": ["2024-10-01"]}),
    "warts": ("conditions", {"code": "B07.9", "on": "2025-05-01"}),
    "words without a code": ("conditions", {"code": "", "text": "Well today", "on": "2025-05-01"}),
    "a sodium": ("labs", {"code": "2951-2", "text": "Sodium", "value": 141, "unit": "mmol/L", "on": "2026-01-02"}),
    "a knee radiograph ordered": ("orders", {"text": "Radiograph of the knee", "on": "2026-01-02"}),
    "a cataract operation": ("procedures", {"code": "", "text": "Phacoemulsification of cataract", "on": "2024-05-01"}),
    "an allergy to amoxicillin": ("allergies", {"drug": "amoxicillin", "type": "allergy", "criticality": "high"}),
    "a visit to the optician": ("appointments", {"text": "Optician", "on": "2026-02-01"}),
    "a body height": ("vitals", {"test": "body-height", "value": 162, "on": "2025-12-01"}),
}
BESIDE_AN_ORDER = {"drug": "lisinopril", "text": "lisinopril 10 MG Oral Tablet", "selected": True}


@law(160)
@given(histories())
def test_every_rule_answers_every_history(told: Told) -> None:
    decision = play(told, site=UNCAPPED)
    assert [outcome.rule.id for outcome in decision.outcomes if isinstance(outcome.verdict, Failed)] == []
    assert [card.summary for card in decision.cards if len(card.summary) >= SUMMARY] == []
    cards = Counter((card.topic, card.ingredient) for card in decision.cards)
    assert [each for each, count in cards.items() if count > 1] == []
    assert [card.topic for card in decision.cards if "None" in f"{card.summary} {card.detail}"] == []


@law(80)
@given(histories(), st.sampled_from(sorted(UNRELATED)))
def test_what_has_no_bearing_changes_no_card(told: Told, name: str) -> None:
    key, fact = UNRELATED[name]
    plain, more = play(told), play(told.with_(**{key: [*told[key], {**fact, "id": "unrelated"}]}))
    assert judged(more) == judged(plain), differing(judged(plain), judged(more))
    assert more.cards == plain.cards


@law(80)
@given(st.one_of(histories(hooks=ORDER_HOOKS, bare=True), histories(hooks=ORDER_HOOKS, bare=True, of=awaiting)))
def test_an_order_of_another_drug_beside_changes_no_card(told: Told) -> None:
    plain, more = play(told), play(told.with_(drafts=[*told["drafts"], BESIDE_AN_ORDER]))
    assert more.cards == plain.cards


@law(80)
@given(st.one_of(histories(), histories(hooks=ORDER_HOOKS)), st.sampled_from((1, 1, 1, 2, 2, 3, 6)))
def test_the_cap_drops_no_critical_card_and_the_quietest_first(told: Told, most: int) -> None:
    whole, capped = play(told, site=UNCAPPED).cards, play(told, site=Site(max_cards=most)).cards
    loud = [card for card in whole if card.indicator == "critical"]
    assert list(capped[: len(loud)]) == [
        replace(card, detail=kept.detail) for card, kept in zip(loud, capped, strict=False)
    ]
    foldable = {*HOUSEKEEPING}
    ranked = [card.uuid for card in whole if card.topic not in foldable]
    kept = [card.uuid for card in capped if card.topic not in foldable]
    assert kept == ranked[: len(kept)], f"of {shown(whole)}\nwere shown {shown(capped)}"
    unseen = [card for card in capped if card.topic == "data-gap"]
    assert len(capped) <= max(most, len(loud) + len(unseen))
    assert len(capped) == len(whole) or any(card.topic in foldable for card in whole) or len(capped) >= most


@law(40)
@given(histories(), st.integers(1, 6))
def test_a_wider_cap_takes_no_card_away(told: Told, most: int) -> None:
    fewer, more = play(told, site=Site(max_cards=most)), play(told, site=Site(max_cards=most + 1))
    assert {card.uuid for card in fewer.cards} <= {card.uuid for card in more.cards}


@law(40)
@given(histories(), st.integers(1, 6))
def test_every_finding_is_shown_or_its_silence_has_a_reason(told: Told, most: int) -> None:
    rules = every_rule()
    decision = play(told, site=Site(max_cards=most))
    spoke = Counter(outcome.rule.id for outcome in decision.outcomes if isinstance(outcome.verdict, Finding))
    told_of = Counter(card.topic for card in decision.cards if card.topic != "data-gap")
    told_of.update(each.outcome.rule.id for each in decision.yielded if each.outcome)
    assert spoke == told_of
    assert all(rules[rule] for rule in spoke)


def test_the_histories_make_most_rules_speak_on_every_hook() -> None:
    spoke: Counter[str] = Counter()

    @law(400, always_the_same=True)
    @given(st.one_of(histories(), histories(bare=True), histories(bare=True, of=weighed)))
    def listen(told: Told) -> None:
        spoke.update({outcome.rule.id for outcome in play(told).outcomes if isinstance(outcome.verdict, Finding)})
        spoke[told["hook"]] += 1

    listen()
    rules = [rule.id for rule in every_rule().rules]
    silent = [rule for rule in rules if not spoke[rule]]
    assert len(silent) * RARE <= len(rules), f"never heard: {silent}"
    assert [hook for hook in HOOKS if not spoke[hook]] == []
