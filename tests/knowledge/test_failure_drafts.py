"""What the drafts of a failure card refer to."""

import pytest

from cards.orders import Create, DrugOrder
from cards.verdict import Finding
from tests.casebook import Case, as_written, judge


@pytest.mark.parametrize(("new", "reasons"), [(False, ("Condition/fracture",)), (True, ())])
def test_a_draft_names_its_fracture_only_where_the_record_holds_it(new: bool, reasons: tuple[str, ...]) -> None:
    case = Case(
        "treatment_failure",
        "reasons",
        {
            "today": "2026-01-15",
            "hook": "problem-list-item-create" if new else "patient-view",
            "patient": {"sex": "female", "born": "1950-03-02"},
            "meds": [{"drug": "alendronate", "from": "2021-01-10"}],
            "conditions": [
                {"code": "M80.08XA", "on": "2026-01-10", "id": "fracture", **({"new": True} if new else {})}
            ],
        },
    )
    verdict = judge(case, as_written(case)).verdict
    assert isinstance(verdict, Finding)
    made = [
        action.what.what for each in verdict.suggestions for action in each.actions if isinstance(action.what, Create)
    ]
    assert {order.reason_refs for order in made if isinstance(order, DrugOrder)} == {reasons}
