"""Which hook evaluates which topic: the matrix of the rule specification (2.13), written out."""

import pytest

from cards import catalog
from cards.rule import EVALUATED_AS, HOOKS

OPENED, CHOSEN, SIGNED = "patient-view", "order-select", "order-sign"
LEFT, ADDED = "encounter-discharge", "problem-list-item-create"
BOOKED, RENEWED = "appointment-book", "medication-refill"
ORDERS = (CHOSEN, SIGNED)

MATRIX = {
    # FAIL, ADH
    "treatment-failure": (OPENED, *ORDERS, LEFT, ADDED, RENEWED),
    "treatment-failure-possible": (OPENED, *ORDERS, LEFT, ADDED, RENEWED),
    "inadequate-response": (OPENED, *ORDERS, LEFT, ADDED, RENEWED),
    "oral-bp-absorption-adherence": (OPENED, *ORDERS, LEFT, ADDED, RENEWED),
    # VHR
    "very-high-risk": (OPENED,),
    # DEN-01a, -01b
    "denosumab-discontinuation": (OPENED, *ORDERS, LEFT, BOOKED),
    # DEN-02
    "denosumab-due": (OPENED, LEFT, RENEWED),
    "denosumab-overdue": (OPENED, LEFT, RENEWED),
    "denosumab-lapsed": (OPENED, LEFT, RENEWED),
    # DEN-03, -03b
    "denosumab-transition-plan": (*ORDERS, RENEWED),
    "transition-too-early": (OPENED, *ORDERS, LEFT, RENEWED),
    # DEN-04, -05, -08, -09
    "denosumab-to-anabolic-switch": ORDERS,
    "denosumab-long-term-review": (OPENED, *ORDERS),
    "denosumab-appointment-late": (BOOKED,),
    "denosumab-start-commitment": ORDERS,
    # SEQ
    "anabolic-follow-on": (OPENED, *ORDERS, LEFT, RENEWED),
    # LIM
    "lifetime-limit-pth": (OPENED, *ORDERS, RENEWED),
    "anabolic-course-ending": (OPENED, *ORDERS, RENEWED),
    "romosozumab-dose-limit": (*ORDERS, RENEWED),
    # HOL
    "bp-drug-holiday-consider": (OPENED,),
    "bp-long-term-review": (OPENED,),
    "fracture-off-bisphosphonate": (OPENED,),
    # AFF, ONJ
    "aff-diagnosed": (OPENED, *ORDERS, LEFT, ADDED),
    "aff-suspected": (OPENED, LEFT, ADDED),
    "onj": (OPENED, *ORDERS, ADDED, RENEWED),
    "onj-dental": (BOOKED,),
    # MON, SUP, LIFE
    "bmd-monitoring-due": (OPENED,),
    "fracture-risk-assessment-due": (OPENED,),
    "supplement-gap": (OPENED,),
    "lifestyle": (OPENED,),
    # DUP-01 to -04, DOSE-01
    "duplicate-antiresorptive": (OPENED, *ORDERS, BOOKED, RENEWED),
    "duplicate-anabolic": (OPENED, *ORDERS),
    "duplicate-denosumab-product": (OPENED, *ORDERS, BOOKED, RENEWED),
    "dose-frequency": (*ORDERS, RENEWED),
    # R-CI on orders and on drugs in use
    "renal-contraindication": (OPENED, *ORDERS, LEFT, RENEWED),
    "denosumab-hypocalcemia-ckd": (OPENED, *ORDERS, LEFT, RENEWED),
    "hypocalcemia-contraindication": (OPENED, *ORDERS, LEFT, RENEWED),
    "hypercalcemia-contraindication": (OPENED, *ORDERS, LEFT, RENEWED),
    "osteosarcoma-risk": (OPENED, *ORDERS, LEFT, RENEWED),
    "pregnancy-contraindication": (OPENED, *ORDERS, LEFT, ADDED, RENEWED),
    # ROM-01 on orders, ROM-03 on romosozumab in use
    "romosozumab-cv-warning": (OPENED, *ORDERS, ADDED, RENEWED),
    # VITD on orders, as info in the chart
    "vitamin-d-deficiency": (OPENED, *ORDERS, RENEWED),
    # R-CI on orders alone
    "missing-renal-function": (*ORDERS, RENEWED),
    "pth-analog-caution": (*ORDERS, RENEWED),
    "romosozumab-cv-caution": (*ORDERS, RENEWED),
    "romosozumab-renal-caution": (*ORDERS, RENEWED),
    "not-indicated-population": (*ORDERS, RENEWED),
    "esophageal-contraindication": (*ORDERS, RENEWED),
    "upper-gi-caution": (*ORDERS, RENEWED),
    "infection-risk-immunosuppression": (*ORDERS, RENEWED),
    "allergy": (*ORDERS, RENEWED),
}
RULES = catalog.load().rules


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_is_called_on_the_hooks_of_the_matrix(rule: catalog.Rule) -> None:
    assert set(rule.hooks) == set(MATRIX[rule.id])
    assert len(rule.hooks) == len(set(rule.hooks))


def test_the_matrix_and_the_rules_hold_the_same_topics() -> None:
    assert {rule.id for rule in RULES} == set(MATRIX)


def test_every_hook_of_the_matrix_has_rules_and_no_rule_names_another() -> None:
    loaded = catalog.load()
    assert set(loaded.hooks) == {*HOOKS, *EVALUATED_AS}
    assert {hook for hooks in MATRIX.values() for hook in hooks} == set(HOOKS)


def test_the_start_of_an_encounter_evaluates_what_opening_the_chart_does() -> None:
    loaded = catalog.load()
    assert loaded.for_hook("encounter-start") == loaded.for_hook(OPENED)
    assert loaded.sections("encounter-start") == loaded.sections(OPENED)


def test_a_dispatched_order_is_judged_by_contraindications_and_doses_alone() -> None:
    loaded = catalog.load()
    judged = loaded.for_hook("order-dispatch")
    assert {rule.id for rule in judged if not rule.contraindicates} == {"dose-frequency"}
    assert {rule.id for rule in judged if rule.contraindicates} == {
        rule.id for rule in loaded.for_hook(SIGNED) if rule.contraindicates
    }
    assert "medication_requests" in loaded.sections("order-dispatch")
