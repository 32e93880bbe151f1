"""What holds of all cases and hooks together: each rule speaks on each of its hooks, and choosing is as signing."""

import dataclasses
from collections.abc import Iterator

import pytest

from tests.casebook import AS_WRITTEN, RULE_CASES, Case, chart_of, judge, rule_of, sound_rules, texts, word

CHOSEN, SIGNED = "order-select", "order-sign"
SPEAKING = ("critical", "warning", "info", "line")


def hook_of(case: Case) -> str:
    return str(case.told.get("hook", SIGNED if case.told.get("drafts") else "patient-view"))


def spoken_on(file: str) -> set[str]:
    return {hook_of(case) for case in RULE_CASES if case.file == file and case.told.get("expect") in SPEAKING}


def hooks() -> Iterator[object]:
    """Each rule with each of its hooks; choosing an order is held below to be the same as signing it."""
    for file in sound_rules():
        for hook in rule_of(file).hooks:
            if hook != CHOSEN or SIGNED not in rule_of(file).hooks:
                yield pytest.param(file, hook, id=f"{file}: {hook}")


@pytest.mark.parametrize(("file", "hook"), list(hooks()))
def test_a_rule_speaks_in_some_case_on_each_of_its_hooks(file: str, hook: str) -> None:
    assert hook in spoken_on(file), f"{file} speaks in no case on {hook}"


@pytest.mark.parametrize("file", sound_rules())
def test_an_order_that_is_being_chosen_is_judged_as_one_that_is_signed(file: str) -> None:
    signed = [case for case in RULE_CASES if case.file == file and hook_of(case) == SIGNED]
    for case in signed:
        chosen = dataclasses.replace(case, told={**case.told, "hook": CHOSEN})
        one, other = (judge(each, chart_of(each, AS_WRITTEN)) for each in (case, chosen))
        assert (word(one), texts(one.verdict)) == (word(other), texts(other.verdict)), case.id
