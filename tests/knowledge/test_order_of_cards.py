"""What the order, the cap and the folding never do, over every small mix of findings; and what stays in the shadow."""

import dataclasses
import itertools
from typing import Any

import pytest

from cards.assess import assess
from cards.chart import Section, Site, State
from cards.compose import HOUSEKEEPING, TOPIC_ORDER, Composed, compose
from cards.rule import SHADOW, Rule
from cards.verdict import CRITICAL, INFO, WARNING, Indicator, Lacking, Line
from tests.knowledge.test_engine import a_chart, a_rule, speak

CAPS = (None, 1, 2, 3, 6, 10, 11, 100)
LOUDNESS = {"critical": 3, "warning": 2, "info": 1}


def says(topic: str, level: Indicator) -> Rule:
    return a_rule(topic.replace("-", "_"), lambda chart: speak(level))


MIXES = [
    [says(f"topic-{level.word}-{number}", level) for level, count in counts for number in range(count)]
    for counts in (
        tuple(zip((INFO, WARNING, CRITICAL), numbers, strict=True)) for numbers in itertools.product(range(4), repeat=3)
    )
]
HOUSE = [says(topic, INFO) for topic in HOUSEKEEPING if topic != "data-gap"]
NEEDS_LABS = a_rule("needs_labs", lambda chart: speak(), reads=("laboratory",))
UNREAD: Section[Any] = Section("laboratory", state=State.UNREAD, why="not sent")


def composed(
    rules: list[Rule], *, hook: str = "patient-view", cap: int | None = None, unread: bool = False
) -> Composed:
    sections = {"laboratory": UNREAD} if unread else {}
    chart = a_chart(hook=hook, site=Site(max_cards=cap), **sections)
    return compose(chart, assess(chart, [*rules, NEEDS_LABS] if unread else rules), identity=())


@pytest.mark.parametrize("unread", [False, True], ids=["all read", "a section unread"])
@pytest.mark.parametrize("hook", ["patient-view", "encounter-discharge"])
@pytest.mark.parametrize("cap", CAPS)
def test_a_critical_card_is_never_dropped_and_what_is_dropped_is_never_louder(
    cap: int | None, hook: str, unread: bool
) -> None:
    for rules in MIXES:
        found = composed(rules, hook=hook, cap=cap, unread=unread)
        shown = [card for card in found.cards if card.topic != "data-gap"]
        levels = [LOUDNESS[card.indicator] for card in found.cards]
        assert levels == sorted(levels, reverse=True)
        assert {card.topic for card in shown} | {each.outcome.rule.id for each in found.yielded} == {
            rule.id for rule in rules
        }
        dropped = [each.outcome.verdict.indicator for each in found.yielded]  # type: ignore[union-attr]
        assert CRITICAL not in dropped
        quietest = min((LOUDNESS[card.indicator] for card in shown), default=3)
        assert all(level <= quietest for level in dropped)
        assert ("data-gap" in {card.topic for card in found.cards}) is unread
        most = cap or {"patient-view": 3}.get(hook, 6)
        critical = sum(card.indicator == "critical" for card in shown)
        assert len(shown) <= max(most, critical) or most > 10
        assert not dropped or len(shown) >= most
        told = found.cards[0].detail.count("Not shown as a card: ") if found.cards else 0
        assert told == len(dropped)


def test_above_ten_cards_nothing_is_dropped_or_folded() -> None:
    loud = [says("topic-critical", CRITICAL), *(says(f"topic-{number}", INFO) for number in range(12))]
    assert len(composed([*loud, *HOUSE], cap=11).cards) == len(loud) + len(HOUSE)
    assert composed([*loud, *HOUSE], cap=11).yielded == ()


def test_inside_a_level_cards_come_in_the_order_of_their_topics_then_by_name() -> None:
    rules = [says(topic, WARNING) for topic in ("zebra", *reversed(TOPIC_ORDER), "aardvark")]
    topics = [card.topic for card in composed(rules, cap=100).cards]
    assert topics == [*TOPIC_ORDER, "aardvark", "zebra"]


@pytest.mark.parametrize("first", range(len(HOUSEKEEPING)))
def test_one_housekeeping_card_is_shown_and_tells_the_others_in_a_line_each(first: int) -> None:
    lacks = a_rule("lacks", lambda chart: Lacking("the start of treatment", "no start is recorded"))
    house = [*(rule for rule in HOUSE if HOUSEKEEPING.index(rule.id) >= first), lacks]
    cards = composed(house).cards
    assert [card.topic for card in cards] == [HOUSEKEEPING[first]]
    also = cards[0].detail.partition("**Also**")[2]
    assert also.count("\n- ") == len(house) - 1
    assert ("Record needed: the start of treatment." in also) is (HOUSEKEEPING[first] != "data-gap")
    beside = composed([*house, says("topic-critical", CRITICAL)])
    assert [card.topic for card in beside.cards] == ["topic-critical"]


def test_off_patient_view_housekeeping_is_not_folded() -> None:
    assert len(composed(HOUSE, hook="encounter-discharge").cards) == len(HOUSE)


def test_a_rule_in_the_shadow_is_judged_and_neither_shown_nor_heard() -> None:
    shadow = dataclasses.replace(says("specific", CRITICAL), stage=SHADOW)
    general = dataclasses.replace(says("general", INFO), yields_to=("specific",))
    line = dataclasses.replace(a_rule("line", lambda chart: Line("Not to be told.")), stage=SHADOW)
    unread = dataclasses.replace(NEEDS_LABS, stage=SHADOW)
    broken = dataclasses.replace(a_rule("broken", lambda chart: 1 // 0), stage=SHADOW)  # type: ignore[arg-type,return-value]
    chart = a_chart(laboratory=UNREAD)
    outcomes = assess(chart, [shadow, general, line, unread, broken])
    found = compose(chart, outcomes, identity=())
    assert [card.topic for card in found.cards] == ["general"]
    assert "Not to be told." not in found.cards[0].detail
    assert [(each.outcome.rule.id, each.why) for each in found.yielded] == [
        ("specific", "the site keeps this rule in the shadow")
    ]
    loud = compose(chart, [dataclasses.replace(outcomes[0], rule=says("specific", CRITICAL)), outcomes[1]], identity=())
    assert [card.topic for card in loud.cards] == ["specific"]
