"""A card that states a limit states the one the site has set: turned, a dial leaves its default in no sentence.

A figure may stand for something else: what the record holds, or what a source says. Those sentences are listed here.
"""

import dataclasses
import functools
import re
from typing import Any

import pytest

from cards.assess import Outcome
from cards.rule import Days, Dial, Doses, Fractures, Measure, Months, Percent
from cards.verdict import Finding
from tests.casebook import (
    RULE_CASES,
    Case,
    again,
    as_written,
    base,
    judge,
    kinds_of_dials,
    rule_of,
    site_of,
    sound_rules,
    texts,
    turned,
)

TURNED_IN = (Days, Months, Doses, Fractures, Percent)
"""The dials told with a unit of their own, which no other figure of the same sentence shares by chance."""

ELSEWHERE = re.compile(
    r"\bLyu 2020|Osteoporosis Canada|\bAACE\b|\bACR\b|\bBHOF\b|\bECTS\b|\bIOF\b|Endocrine Society|\blabel\b|\bcohort\b"
    r"|source of these rules asks|boxed warning|small study"
)
"""Words that name whose figure it is."""

RECORD = re.compile(
    r"\bon record\b|estimated from the order|(months?|years?) after starting|after the start: |of PTH analogue in all"
    r"|of denosumab( \(|: reassess)|of (teriparatide|abaloparatide)[a-z ]* used|romosozumab doses given"
    r"|of treatment: |is \d+ days after the due date|weeks? overdue|stopped \d+ months ago|after \d+ (months|years) of"
    r"|^(At least )?\d+ years of|FRAX (major|hip) fracture|^A loss of|BMD fell|^Weight fell|stopped after \d+ months"
    r"|density fell|on \d+ (days )?of the last|prednisone equivalent"
)
"""Words in which a figure is the patient's own."""

FIXED = re.compile(
    r"for (up to )?(\d+ to )?\d+ months|once (monthly|daily)|every 6 months|\d+ months? after the start|over 12 months"
    r"|every \d+ (days|weeks|months)|at most 4 doses|to 24 months|CTX or P1NP|10 to 14 days"
    r"|wears off,? (about )?6 months|^During the holiday|^Missing here|^Romosozumab is not to be given"
)
"""Words of a drug's dosage, or of a plan that no site turns."""


def spelled(value: Dial) -> re.Pattern[str]:
    """The value with its unit, as a card may write it."""
    figure = format(value.normalize(), "f") if isinstance(value, Measure) else str(int(value))
    unit = {"months": "month", "days": "day", "doses": "dose"}.get(value.unit)
    ways = [rf"(?<![\d.]){figure} ?%"] if unit is None else [rf"\b{figure}(?: full)?[ -]{unit}s?\b"]
    if isinstance(value, Fractures):
        ways = [rf"\b{figure} fractures\b"]
    if isinstance(value, Months) and value % 12 == 0:
        ways.append(r"\bolder than a year\b" if value == 12 else rf"\b{value // 12}[ -]years?\b")
    if isinstance(value, Days) and value % 7 == 0:
        ways.append(rf"\b{value // 7}[ -]weeks?\b")
    if isinstance(value, Days) and value == 365:
        ways += [r"\ba year\b", r"\b12 months\b"]
    return re.compile("|".join(ways))


def own(verdict: object) -> set[str]:
    """The sentences of a finding that state the figure of some dial as nobody else's."""
    if not isinstance(verdict, Finding):
        return set()
    found = {text for text in texts(verdict) if any(figure.search(text) for figure in FIGURES)}
    return {text for text in found if not any(each.search(text) for each in (ELSEWHERE, RECORD, FIXED))}


@functools.cache
def verdict_of(case: Case) -> object:
    return judge(case, again(as_written(case))).verdict


def steps(value: Any) -> list[Any]:
    """Values a few steps off, near enough that most cases still speak."""
    return [type(value)(value + count * value.step) for count in (-1, 1, 5)]


def stays(case: Case, text: str) -> bool:
    """The case goes on saying it whatever dial of that figure is turned, its own rule's or a concept's; not so where a
    turn leaves no card to read."""
    rule, site, asked = turned(rule_of(case.file), case.told.get("dials", {})), site_of(case), base(case)[1]
    played: list[list[Outcome]] = []
    for dial, value in rule_of(case.file).dials.items():
        if isinstance(value, TURNED_IN) and spelled(value).search(text) and dial not in case.told.get("dials", {}):
            played.append([judge(case, again(as_written(case)), turned(rule, {dial: each})) for each in steps(value)])
    for kind, dial in CONCEPT_DIALS:
        value = getattr(kind(), dial)
        if kind in asked and kind not in site.dials and spelled(value).search(text):
            kinds = [{**site.dials, kind: dataclasses.replace(kind(), **{dial: each})} for each in steps(value)]
            sites = [dataclasses.replace(site, dials=each) for each in kinds]
            played.append([judge(case, again(as_written(case), site=each), rule) for each in sites])
    told = [[texts(each.verdict) for each in turns if isinstance(each.verdict, Finding)] for turns in played]
    return bool(told) and all(turns and all(text in each for each in turns) for turns in told)


CONCEPT_DIALS = [
    (kind, field.name)
    for kind in kinds_of_dials().values()
    for field in dataclasses.fields(kind)
    if isinstance(getattr(kind(), field.name), TURNED_IN)
]
FIGURES = [spelled(getattr(kind(), dial)) for kind, dial in CONCEPT_DIALS]
FIGURES += [
    spelled(value) for file in sound_rules() for value in rule_of(file).dials.values() if isinstance(value, TURNED_IN)
]


def unmoved(file: str) -> set[str]:
    """What cases of the rule say with the figure of a dial, as nobody else's, that no dial of this figure moves."""
    seen, found = set(), set()
    for case in RULE_CASES:
        if case.file == file and not case.told.get("dials"):
            for text in sorted(own(verdict_of(case))):
                shape = re.sub(r"\d{4}-\d\d(-\d\d)?", "#", text)
                if shape not in seen:
                    seen.add(shape)
                    found |= {text} if stays(case, text) else set()
    return found


@pytest.mark.parametrize("file", sound_rules())
def test_a_limit_told_on_a_card_moves_with_its_dial(file: str) -> None:
    assert unmoved(file) == set()


def test_a_fixed_limit_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    case = next(each for each in RULE_CASES if each.file == "denosumab_due" and each.told["expect"] == "info")
    (text,) = [each for each in own(verdict_of(case)) if "Give within 4 weeks of the due date." in each]
    assert not stays(case, text)
    monkeypatch.setattr("cards.phrases.days", lambda count, **_: "4 weeks")
    assert stays(case, text)
