"""What holds for all cases together: every dial, and every declared section, is felt by some case.

A boundary without a case on both sides fails here by its name: turned by one step, the dial changes no verdict.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from cards.chart import Dials
from cards.rule import ORDER_HOOKS
from tests.casebook import (
    RULE_CASES,
    again,
    as_written,
    base,
    judge,
    kinds_of_dials,
    looked_at,
    rule_of,
    shape,
    site_of,
    sound_rules,
    turned,
)


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


FELT: dict[type[Dials], int] = {}
"""Where among the cases a dial of this kind was last felt: the other side of the boundary stands beside it."""


def likely_first(kind: type[Dials]) -> Iterator[int]:
    """All places among the cases, from a little before the last that felt such a dial."""
    start = max(FELT.get(kind, 0) - 5, 0)
    yield from range(start, len(RULE_CASES))
    yield from range(start)


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
    for place in likely_first(kind):
        case = RULE_CASES[place]
        if kind not in base(case)[1] or kind in (site := site_of(case)).dials:
            continue
        other = dataclasses.replace(site, dials={**site.dials, kind: dataclasses.replace(kind(), **{dial: value})})
        if shape(judge(case, again(as_written(case), site=other))) != base(case)[0]:
            FELT[kind] = place
            return
    pytest.fail(f"no case feels {kind.__name__}.{dial} = {value} instead of {usual}: a boundary case is missing")


def declared(*kinds: str) -> list[Any]:
    """Sections by rule; on hooks without drug orders a concept may look for drafts, and there are none."""
    return [
        pytest.param(file, section, id=f"{file}: {section}")
        for file in sound_rules()
        for section in sorted({name for kind in kinds for name in getattr(rule_of(file), kind)})
        if section != "drafts" or not set(ORDER_HOOKS).isdisjoint(rule_of(file).hooks)
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
