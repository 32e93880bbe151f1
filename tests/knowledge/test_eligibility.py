"""Rows of the eligibility table that no card of today can show: its rules rest there for reasons of their own."""

from cards.chart import Chart
from cards.concepts.next_agent import draft_of, eligibility
from cards.orders import DrugOrder
from service.fhir.gather import gather
from service.fhir.read import read_chart
from service.fhir.shorthand import AS_WRITTEN, expand

SECTIONS = frozenset(
    (
        "patient", "conditions", "medication_requests", "medication_statements", "medication_dispenses",
        "medication_administrations", "procedures", "laboratory", "vital_signs", "allergies", "bone_densities",
        "appointments", "encounters",
    )
)  # fmt: skip


def chart(**told: object) -> Chart:
    holds = {"today": "2026-01-15", "hook": "patient-view", "patient": {"sex": "female", "born": "1950-03-02"}, **told}
    moment = expand(holds, AS_WRITTEN)
    return read_chart(gather(moment.asked(SECTIONS), SECTIONS), moment.today)


def doses(day: str) -> list[dict[str, object]]:
    return [{"drug": "denosumab", "on": [day]}]


def test_teriparatide_is_withheld_24_months_after_denosumab() -> None:
    found = eligibility(chart(doses=doses("2024-01-15")), "teriparatide")
    assert found.reasons == ("denosumab was given 2024-01-15 and no follow-on is finished: bone would be lost",)


def test_teriparatide_is_not_withheld_24_months_and_a_day_after_denosumab() -> None:
    assert eligibility(chart(doses=doses("2024-01-14")), "teriparatide").offered


def test_teriparatide_is_not_withheld_once_the_exit_from_denosumab_is_finished() -> None:
    finished = [*doses("2024-06-15"), {"drug": "zoledronic-acid", "on": ["2024-12-15"]}]
    assert eligibility(chart(doses=finished), "teriparatide").offered


def test_romosozumab_is_withheld_after_denosumab_too() -> None:
    reasons = eligibility(chart(doses=doses("2025-06-15")), "romosozumab").reasons
    assert any(reason.startswith("denosumab was given 2025-06-15") for reason in reasons)


def test_a_draft_starts_today_where_nothing_else_says_when() -> None:
    assert draft_of(chart(), "zoledronic-acid") == DrugOrder("zoledronic-acid-5mg")
