"""Every case of fhir_fixtures/rules, played through real FHIR, as it is written and in other dresses."""

from collections.abc import Callable

import pytest

from cards.assess import Failed
from service.fhir.shorthand import AS_WRITTEN, drawn
from tests.casebook import (
    CASES,
    RULE_CASES,
    RULE_FILES,
    Case,
    as_written,
    chart_of,
    check_spelling,
    compare,
    compare_cards,
    core,
    judge,
    raised,
)

DRESSES = 4


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case, record_property: Callable[[str, object], None]) -> None:
    check_spelling(case)
    record_property("played", 1)
    if case.composed:
        compare_cards(case, AS_WRITTEN)
        return
    outcome = judge(case, as_written(case))
    if isinstance(outcome.verdict, Failed) and case.told["expect"] != "failed":
        raised(case, as_written(case))
    compare(case, outcome)


@pytest.mark.parametrize("case", [case for case in CASES if not case.told.get("as_written")], ids=lambda case: case.id)
def test_the_verdict_is_the_same_in_other_dresses(case: Case, record_property: Callable[[str, object], None]) -> None:
    check_spelling(case)
    record_property("played", DRESSES)
    met = {}
    for number in range(1, DRESSES + 1):
        dress = drawn(f"{case.id}#{number}")
        if case.composed:
            compare_cards(case, dress)
        else:
            met[dress] = core(judge(case, chart_of(case, dress)))
    if not case.composed:
        plain = core(judge(case, as_written(case)))
        changed = {dress: found for dress, found in met.items() if found != plain}
        assert not changed, f"as written: {plain}; in another dress: {changed}"


def test_no_two_cases_of_a_rule_have_one_name() -> None:
    names = [case.id for case in CASES]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_every_rule_has_cases_that_speak_and_cases_that_are_silent() -> None:
    assert CASES, "no case was found"
    met = {(case.file, case.told.get("expect") == "silent") for case in RULE_CASES}
    assert sorted(RULE_FILES - {file for file, silent in met if not silent}) == []
    assert sorted(RULE_FILES - {file for file, silent in met if silent}) == []
