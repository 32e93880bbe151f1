"""Orders of the hook's context."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cards.chart import Section
from cards.facts import Draft
from cards.when import When

Read = Callable[..., Section[Any]]
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
DENOSUMAB = {"coding": [{"system": RXNORM, "code": "993452", "display": "1 ML denosumab 60 MG/ML Prefilled Syringe"}]}


def order(drug: Any = DENOSUMAB, **more: Any) -> dict[str, Any]:
    told = {
        "resourceType": "MedicationRequest",
        "id": "m1",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": drug,
        "authoredOn": "2026-01-10",
        **more,
    }
    return {key: value for key, value in told.items() if value is not None}


def the_draft(read: Read, one: dict[str, Any], **more: Any) -> Draft:
    (found,) = read("drafts", one, in_context=True, **more)
    assert isinstance(found, Draft)
    return found


def test_a_draft_is_an_order_of_the_context(read: Read) -> None:
    found = the_draft(read, order(status="draft"), selected=True)
    assert (found.ref, found.ingredient, found.selected, found.stops) == (
        "MedicationRequest/m1",
        "denosumab",
        True,
        False,
    )
    assert not the_draft(read, order(status="draft"), selected=False).selected


def test_a_draft_needs_neither_status_intent_nor_date(read: Read) -> None:
    found = the_draft(read, order(status=None, intent=None, authoredOn=None))
    assert (found.order.status, found.order.sure, found.order.has_start) == ("draft", True, False)


def test_a_draft_of_the_sandbox_is_read(read: Read) -> None:
    told = order(status="draft", category={"coding": [{"code": "inpatient"}]}, id="x" * 216)
    assert the_draft(read, told).ref == f"MedicationRequest/{'x' * 216}"


def test_a_draft_without_a_drug_is_passed_over_in_silence(read: Read) -> None:
    section = read("drafts", order(None, status="draft"), in_context=True)
    assert (list(section), section.unusable) == ([], ())


@pytest.mark.parametrize(
    "more", [{"status": "cancelled"}, {"status": "stopped"}, {"status": "on-hold"}, {"doNotPerform": True}]
)
def test_a_draft_may_stop_a_drug(read: Read, more: dict[str, Any]) -> None:
    assert the_draft(read, order(**more)).stops


def test_a_draft_entered_in_error_is_none(read: Read) -> None:
    assert not list(read("drafts", order(status="entered-in-error"), in_context=True))


def test_a_draft_of_tomorrow_is_still_a_draft(read: Read) -> None:
    assert the_draft(read, order(status="draft", authoredOn="2026-11-23")).order.recorded == When.on(date(2026, 11, 23))
