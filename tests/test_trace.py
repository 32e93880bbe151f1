"""From each row of the specification to the cases that show it: no row without a case, no topic without its levels."""

from collections.abc import Iterable

import pytest

from cards import catalog, data_gap
from cards.verdict import Indicator
from service import trace
from service.fhir.shorthand import AS_WRITTEN
from tests.casebook import CASES, Case, as_written, decided, judge, texts

ROWS = trace.rows()
TOLD = trace.cases()
TRACED = trace.traced(ROWS, TOLD, catalog.declared())

WARNING, INFO, CRITICAL = (Indicator.WARNING,), (Indicator.INFO,), (Indicator.CRITICAL,)

REGISTRY = {
    "aff-diagnosed": CRITICAL,
    "aff-suspected": WARNING,
    "allergy": (*CRITICAL, *WARNING),
    "anabolic-course-ending": INFO,
    "anabolic-follow-on": WARNING,
    "bmd-monitoring-due": INFO,
    "bp-drug-holiday-consider": INFO,
    "bp-long-term-review": INFO,
    "data-gap": INFO,
    "denosumab-appointment-late": (*CRITICAL, *WARNING),
    "denosumab-discontinuation": (*CRITICAL, *WARNING),
    "denosumab-due": INFO,
    "denosumab-hypocalcemia-ckd": (*CRITICAL, *WARNING),
    "denosumab-lapsed": INFO,
    "denosumab-long-term-review": INFO,
    "denosumab-overdue": (*CRITICAL, *WARNING),
    "denosumab-start-commitment": INFO,
    "denosumab-to-anabolic-switch": WARNING,
    "denosumab-transition-plan": (*WARNING, *INFO),
    "dose-frequency": (*CRITICAL, *WARNING),
    "duplicate-anabolic": WARNING,
    "duplicate-antiresorptive": (*WARNING, *INFO),
    "duplicate-denosumab-product": (*CRITICAL, *WARNING),
    "esophageal-contraindication": CRITICAL,
    "fracture-off-bisphosphonate": WARNING,
    "fracture-risk-assessment-due": INFO,
    "hypercalcemia-contraindication": (*CRITICAL, *WARNING),
    "hypocalcemia-contraindication": (*CRITICAL, *WARNING),
    "inadequate-response": (*WARNING, *INFO),
    "infection-risk-immunosuppression": WARNING,
    "lifestyle": INFO,
    "lifetime-limit-pth": WARNING,
    "missing-renal-function": WARNING,
    "not-indicated-population": WARNING,
    "onj": WARNING,
    "onj-dental": INFO,
    "oral-bp-absorption-adherence": WARNING,
    "osteosarcoma-risk": (*CRITICAL, *WARNING),
    "pregnancy-contraindication": CRITICAL,
    "pth-analog-caution": WARNING,
    "renal-contraindication": (*CRITICAL, *WARNING),
    "romosozumab-cv-caution": WARNING,
    "romosozumab-cv-warning": CRITICAL,
    "romosozumab-dose-limit": WARNING,
    "romosozumab-renal-caution": WARNING,
    "supplement-gap": INFO,
    "transition-too-early": (*WARNING, *INFO),
    "treatment-failure": WARNING,
    "treatment-failure-possible": INFO,
    "upper-gi-caution": WARNING,
    "very-high-risk": INFO,
    "vitamin-d-deficiency": (*WARNING, *INFO),
}
"""The concept registry: every topic a card may have, with the levels it is meant to speak at."""


def levels(topic: str) -> set[Indicator]:
    """The levels at which some case has a card of this topic."""
    cards = {card for case in TOLD for card in case.cards}
    return {Indicator[card.split()[1].upper()] for card in cards if card.split()[0] == topic}


def said(case: Case) -> str:
    """All that the case's cards say."""
    if not case.composed:
        return "\n".join(texts(judge(case, as_written(case)).verdict))
    return "\n".join(f"{card.summary}\n{card.detail}" for card in decided(case, AS_WRITTEN).cards)


def by_id(rows: Iterable[trace.Traced]) -> list[object]:
    return [pytest.param(each, id=each.row.id) for each in rows]


@pytest.mark.parametrize("each", by_id(TRACED))
def test_a_row_is_shown_by_a_case(each: trace.Traced) -> None:
    assert each.cases, f"{each.row.id} ({each.row.says}): no case shows it"


@pytest.mark.parametrize("each", by_id(each for each in TRACED if each.row.words))
def test_a_row_that_is_only_text_stands_on_the_card_of_a_case(each: trace.Traced) -> None:
    cards = [said(case) for case in CASES if each.row.id in case.told.get("shows", ())]
    assert any(all(words in card for words in each.row.words) for card in cards), each.row.words


def test_the_rows_are_whole() -> None:
    ids = [row.id for row in ROWS]
    assert len(ids) == len(set(ids))
    assert {f"S{number}" for number in range(1, 40)} | {f"D{number}" for number in range(1, 69)} <= set(ids)
    assert {row.id for row in ROWS if row.words} >= {"S4", "S5", "S10", "S14", "S15", "S18"}
    assert {name for rule in catalog.declared() for name in rule.rows} - set(ids) == set()


def test_a_case_shows_rows_that_exist() -> None:
    ids = {row.id for row in ROWS}
    assert [f"{case.id}: {row}" for case in CASES for row in case.told.get("shows", ()) if row not in ids] == []


def test_the_rules_are_those_of_the_registry() -> None:
    assert {rule.id for rule in catalog.declared()} | {data_gap.TOPIC} == set(REGISTRY)


@pytest.mark.parametrize("topic", sorted(REGISTRY))
def test_a_topic_speaks_at_each_of_its_levels_in_a_case_and_never_louder(topic: str) -> None:
    met = levels(topic)
    assert set(REGISTRY[topic]) <= met, f"{topic}: no case speaks at {set(REGISTRY[topic]) - met}"
    assert max(met) == max(REGISTRY[topic])


def test_what_can_be_critical_is_known_where_a_site_switches_it_off() -> None:
    assert {topic for topic in REGISTRY if Indicator.CRITICAL in levels(topic)} == catalog.CRITICAL_TOPICS


def test_a_row_without_a_case_is_found() -> None:
    lost = trace.traced([trace.Row("R-NONE-01", "nothing shows this")], TOLD, catalog.declared())
    assert lost[0].cases == ()


def test_the_trace_tells_every_row_once_and_every_topic() -> None:
    told = list(trace.told())
    assert [line for line in told if "NO CASE" in line] == []
    assert [line.split()[0] for line in told if line and not line.startswith(" ")] == [
        *(row.id for row in ROWS),
        "Topics",
    ]
    assert {line.split(":")[0].strip() for line in told[told.index("Topics") + 1 :]} == set(REGISTRY)
