"""Every case of fhir_fixtures/rules, played through real FHIR, and the laws that hold for all of them."""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest

from cards.assess import Failed
from cards.chart import Dials
from service.fhir.shorthand import AS_WRITTEN, drawn
from tests.casebook import (
    CASES,
    RULE_CASES,
    RULE_FILES,
    Case,
    again,
    as_written,
    base,
    chart_of,
    check_spelling,
    compare,
    compare_cards,
    core,
    judge,
    kinds_of_dials,
    looked_at,
    raised,
    rule_of,
    shape,
    site_of,
    sound_rules,
    turned,
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


# Laws of dials: a boundary without a case on both sides fails, by name.


def steps(value: Any) -> list[Any]:
    """The dial's value one step down and one step up, in its own unit."""
    return [type(value)(value - value.step), type(value)(value + value.step)]


RULE_DIALS = [
    pytest.param(file, dial, way, id=f"{file}: {dial} {'down' if way == 0 else 'up'}")
    for file in sound_rules()
    for dial in sorted(rule_of(file).dials)
    for way in (0, 1)
]
CONCEPT_DIALS = [
    pytest.param(kind, field.name, way, id=f"{kind.__name__}.{field.name} {'down' if way == 0 else 'up'}")
    for kind in kinds_of_dials().values()
    for field in dataclasses.fields(kind)
    for way in (0, 1)
]


@pytest.mark.parametrize(("file", "dial", "way"), RULE_DIALS)
def test_a_dial_of_a_rule_turned_by_one_step_changes_a_case(file: str, dial: str, way: int) -> None:
    rule = rule_of(file)
    value = steps(rule.dials[dial])[way]
    for case in RULE_CASES:
        if case.file == file and dial not in case.told.get("dials", {}):
            other = turned(turned(rule, case.told.get("dials", {})), {dial: value})
            if shape(judge(case, again(as_written(case)), other)) != base(case)[0]:
                return
    pytest.fail(f"{rule.id}: no case feels {dial} = {value} instead of {rule.dials[dial]}: a boundary case is missing")


@pytest.mark.parametrize(("kind", "dial", "way"), CONCEPT_DIALS)
def test_a_dial_of_a_concept_turned_by_one_step_changes_a_case(kind: type[Dials], dial: str, way: int) -> None:
    usual = getattr(kind(), dial)
    value = steps(usual)[way]
    for case in RULE_CASES:
        if kind not in base(case)[1] or kind in (site := site_of(case)).dials:
            continue
        other = dataclasses.replace(site, dials={**site.dials, kind: dataclasses.replace(kind(), **{dial: value})})
        if shape(judge(case, again(as_written(case), site=other))) != base(case)[0]:
            return
    pytest.fail(f"no case feels {kind.__name__}.{dial} = {value} instead of {usual}: a boundary case is missing")


def declared(*kinds: str) -> list[Any]:
    return [
        pytest.param(file, section, id=f"{file}: {section}")
        for file in sound_rules()
        for section in sorted({name for kind in kinds for name in getattr(rule_of(file), kind)})
    ]


@pytest.mark.parametrize(("file", "section"), declared("reads"))
def test_a_section_a_rule_reads_emptied_changes_a_case(file: str, section: str) -> None:
    for case in RULE_CASES:
        if case.file == file and shape(judge(case, again(as_written(case), without=section))) != base(case)[0]:
            return
    pytest.fail(f"{rule_of(file).id} reads '{section}', but no case of it holds anything there that matters")


@pytest.mark.parametrize(("file", "section"), declared("helped_by", "weighs"))
def test_a_section_that_helps_or_weighs_is_looked_at_and_its_hiding_changes_a_case(file: str, section: str) -> None:
    for case in RULE_CASES:
        if case.file == file and shape(judge(case, again(as_written(case), hiding=section))) != base(case)[0]:
            break
    else:
        pytest.fail(f"{rule_of(file).id} declares '{section}', but hiding it changes no case of it")
    assert any(section in looked_at(case) for case in RULE_CASES if case.file == file), (
        f"{rule_of(file).id} declares '{section}', but looks at it in no case"
    )
