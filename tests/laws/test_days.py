"""What the passing of time may do: the same distances give the same verdict, and a wait grows no less urgent."""

import re
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cards.verdict import Finding
from cards.when import add_days, add_months
from service.decide import Decision
from tests.laws.histories import Told, histories, law
from tests.laws.parts import awaiting
from tests.laws.playing import differing, judged, play

_DATE = re.compile(r"(\d{4})((?:-\d\d){1,2})?\Z")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
LEAP_CYCLES = (-28, -4, 4, 28)
"""Whole years after which 29 February falls on the same place again."""

WITHOUT_29_FEBRUARY = "2025-03-01"
"""From here to the day of the call, shifted by a few years, no 29 February lies."""

AWAITED = ("denosumab-due", "denosumab-overdue", "denosumab-lapsed")


def shifted(value: Any, years: int) -> Any:
    """Every date of a case moved by whole years."""
    if isinstance(value, dict):
        return {key: each if key in {"code", "id"} else shifted(each, years) for key, each in value.items()}
    if isinstance(value, list):
        return [shifted(each, years) for each in value]
    found = _DATE.match(value) if isinstance(value, str) else None
    return value if found is None else f"{int(found[1]) + years}{found[2] or ''}"


def not_before(value: Any, first: str) -> Any:
    """Every day of a case before `first` is `first`."""
    if isinstance(value, dict):
        return {key: each if key in {"code", "id", "born"} else not_before(each, first) for key, each in value.items()}
    if isinstance(value, list):
        return [not_before(each, first) for each in value]
    return max(value, first) if isinstance(value, str) and _DATE.match(value) else value


def without_years(decision: Decision) -> dict[Any, Any]:
    """What each rule said, its years told as such."""

    def masked(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(sorted((masked(each) for each in value), key=repr))
        return _YEAR.sub("year", value) if isinstance(value, str) else value

    return {key: sorted((masked(each) for each in said), key=repr) for key, said in judged(decision).items()}


@law(60)
@given(histories(), st.sampled_from(LEAP_CYCLES))
def test_a_record_moved_by_whole_leap_cycles_is_judged_alike(told: Told, years: int) -> None:
    here, there = without_years(play(told)), without_years(play(Told(shifted(dict(told), years))))
    assert here == there, differing(here, there)


@law(60)
@given(st.one_of(histories(), histories(bare=True, of=awaiting)), st.sampled_from((-3, -2, -1, 1, 2, 3)))
def test_a_record_without_29_february_moved_by_whole_years_is_judged_alike(told: Told, years: int) -> None:
    told = Told(not_before(dict(told), WITHOUT_29_FEBRUARY))
    here, there = without_years(play(told)), without_years(play(Told(shifted(dict(told), years))))
    assert here == there, differing(here, there)


@st.composite
def waiting(pick: st.DrawFn) -> tuple[Told, date]:
    """A patient on denosumab whom nothing else protects, and the day of the last dose."""
    told = pick(histories(hooks=("patient-view",), healthy=True, of=awaiting))
    doses = told["doses"][:1]
    last = max(doses[0]["on"])
    meds = [fact for fact in told["meds"] if fact["drug"] not in {"raloxifene", "denosumab"}]
    if pick(st.booleans()):
        meds.append({"drug": "denosumab", "from": min(doses[0]["on"])})
    return told.with_(doses=doses, meds=meds, appointments=[]), date.fromisoformat(last)


def heard(told: Told, day: date) -> dict[str, int]:
    """The denosumab rules that speak on that day, with their level."""
    decision = play(told.with_(today=day.isoformat()))
    return {
        outcome.rule.id: int(outcome.verdict.indicator)
        for outcome in decision.outcomes
        if isinstance(outcome.verdict, Finding) and outcome.rule.id in {*AWAITED, "denosumab-discontinuation"}
    }


late = st.one_of(
    st.integers(0, 24 * 31), st.sampled_from((28, 29, 30, 31, 32, 111, 112, 113, 547, 548, 549, 550))
)  # fmt: skip


@law(80)
@given(waiting(), late, late)
def test_a_later_day_never_lowers_an_overdue_injection(given_: tuple[Told, date], one: int, two: int) -> None:
    told, last = given_
    due, end = add_months(last, 6), add_months(last, 24)
    first, second = (min(add_days(due, 29 + days), end) for days in sorted((one, two)))
    sooner, later = heard(told, first), heard(told, second)
    assert sooner.keys() == later.keys() == {"denosumab-overdue"}
    assert sooner["denosumab-overdue"] <= later["denosumab-overdue"]


edges = st.sampled_from((None, None, -30, 28, 29, 546, 547, 548, 549, 550, 551, 560))


@law(80)
@given(waiting(), st.integers(-30, 54 * 31), edges)
def test_an_awaited_injection_is_answered_by_one_card_until_something_is_recorded(
    given_: tuple[Told, date], days: int, near: int | None
) -> None:
    told, last = given_
    day = min(add_days(add_months(last, 6), days if near is None else near), add_months(last, 60))
    found = heard(told, day)
    assert len(found) == 1, f"on {day}: {found}"
    assert next(iter(found)) in AWAITED
